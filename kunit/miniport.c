// SPDX-License-Identifier: GPL-2.0
/*
 * The bench's miniport: finds its adapters, runs in each callback what a case has set, and raises
 * the interrupt of QEMU's edu. Registered for the life of the module, but for a change of its kind.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <videoport_module.h>

#include "bench.h"

#define EDU_VENDOR	0x1234
#define EDU_DEVICE	0x11e8
#define EDU_RAISE	0x60
#define EDU_STATUS	0x24
#define EDU_ACKNOWLEDGE	0x64

struct vpk_adapter vpk_adapters[VPK_ADAPTERS];

/* The device extension only leads back to the record, which outlives it. */
struct vpk_extension {
	struct vpk_adapter *adapter;
};

static struct vpk_adapter *vpk_adapter_of(PVOID ext)
{
	return ((struct vpk_extension *)ext)->adapter;
}

/* The record of a function: the one it had before, or a free one. */
static struct vpk_adapter *vpk_record(struct pci_dev *pdev)
{
	unsigned int i;

	for (i = 0; i < VPK_ADAPTERS; i++) {
		if (vpk_adapters[i].pdev == pdev)
			return &vpk_adapters[i];
		if (!vpk_adapters[i].pdev) {
			vpk_adapters[i].pdev = pci_dev_get(pdev);
			vpk_adapters[i].initialize = true;
			vpk_adapters[i].answer = TRUE;
			init_completion(&vpk_adapters[i].isr_done);
			return &vpk_adapters[i];
		}
	}
	return NULL;
}

static VP_STATUS vpk_find_adapter(PVOID ext, PVOID context, PWSTR argument,
				  PVIDEO_PORT_CONFIG_INFO config, PUCHAR again)
{
	struct vpk_extension *extension = ext;
	VIDEO_ACCESS_RANGE ranges[PCI_STD_NUM_BARS];
	struct vpk_adapter *adapter;
	struct pci_dev *pdev;
	ULONG slot, i;

	if (VideoPortGetAccessRanges(ext, 0, NULL, PCI_STD_NUM_BARS, ranges, NULL, NULL, &slot))
		return ERROR_DEV_NOT_EXIST;
	pdev = pci_get_domain_bus_and_slot(0, config->SystemIoBusNumber,
					   PCI_DEVFN(slot & 0x1f, slot >> 5));
	if (!pdev)
		return ERROR_DEV_NOT_EXIST;
	adapter = vpk_record(pdev);
	pci_dev_put(pdev);
	if (!adapter)
		return ERROR_DEV_NOT_EXIST;

	extension->adapter = adapter;
	memcpy(adapter->ranges, ranges, sizeof(ranges));
	adapter->slot = slot;
	adapter->registers = NULL;
	adapter->ports = NULL;
	for (i = 0; i < PCI_STD_NUM_BARS && ranges[i].RangeLength; i++) {
		PUCHAR base = VideoPortGetDeviceBase(ext, ranges[i].RangeStart,
						     ranges[i].RangeLength,
						     ranges[i].RangeInIoSpace);

		if (!base)
			return ERROR_INVALID_PARAMETER;
		if (ranges[i].RangeInIoSpace && !adapter->ports)
			adapter->ports = base;
		else if (!ranges[i].RangeInIoSpace && !adapter->registers)
			adapter->registers = base;
	}
	adapter->interrupts = adapter->pdev->vendor == EDU_VENDOR &&
			      adapter->pdev->device == EDU_DEVICE;
	config->Master = TRUE;
	config->ScatterGather = TRUE;
	*again = FALSE;
	if (adapter->find_hook) {
		VP_STATUS status;

		adapter->ext = ext;
		status = adapter->find_hook(adapter, config);
		if (status != NO_ERROR) {
			adapter->ext = NULL;
			return status;
		}
	}
	adapter->ext = ext;
	adapter->initialized = 0;
	adapter->resets = 0;
	return NO_ERROR;
}

static BOOLEAN vpk_initialize(PVOID ext)
{
	struct vpk_adapter *adapter = vpk_adapter_of(ext);

	adapter->initialized++;
	return adapter->initialize;
}

static BOOLEAN vpk_interrupt(PVOID ext)
{
	struct vpk_adapter *adapter = vpk_adapter_of(ext);
	void (*isr)(struct vpk_adapter *adapter, void *data);
	ULONG status;

	if (!adapter->interrupts)
		return FALSE;
	status = VideoPortReadRegisterUlong((PULONG)(adapter->registers + EDU_STATUS));
	if (!status)
		return FALSE;
	if (adapter->serves_one)
		status &= -status;
	VideoPortWriteRegisterUlong((PULONG)(adapter->registers + EDU_ACKNOWLEDGE), status);
	isr = smp_load_acquire(&adapter->isr); /* pairs with vpk_expect_interrupt() */
	if (isr) {
		isr(adapter, adapter->isr_data);
		complete(&adapter->isr_done);
	}
	return TRUE;
}

static BOOLEAN vpk_start_io(PVOID ext, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_adapter *adapter = vpk_adapter_of(ext);

	vrp->StatusBlock->Status = NO_ERROR;
	vrp->StatusBlock->Information = 0;
	adapter->served = true;
	if (adapter->body)
		adapter->body(adapter->test, vrp);
	return adapter->answer;
}

static BOOLEAN vpk_reset_hw(PVOID ext, ULONG columns, ULONG rows)
{
	vpk_adapter_of(ext)->resets++;
	return TRUE;
}

static VOID vpk_timer(PVOID ext)
{
	struct vpk_adapter *adapter = vpk_adapter_of(ext);

	if (adapter->tick)
		adapter->tick(adapter);
}

static HW_DMA_RETURN vpk_start_dma(PVOID ext, PDMA dma)
{
	struct vpk_adapter *adapter = vpk_adapter_of(ext);
	struct vpk_packet *packet = &adapter->packet;

	packet->calls++;
	packet->dma = dma;
	packet->irql = VideoPortGetCurrentIrql();
	if (packet->hook)
		packet->hook(adapter, dma);
	return packet->answer;
}

static enum vpk_kind vpk_is;

static unsigned int vpk_driver_entry(void *context1, void *context2)
{
	VIDEO_HW_INITIALIZATION_DATA data = {
		.HwInitDataSize = sizeof(data),
		.AdapterInterfaceType = PCIBus,
		.HwFindAdapter = vpk_find_adapter,
		.HwInitialize = vpk_initialize,
		.HwInterrupt = vpk_interrupt,
		.HwStartIO = vpk_start_io,
		.HwResetHw = vpk_reset_hw,
		.HwTimer = vpk_timer,
		.HwDeviceExtensionSize = sizeof(struct vpk_extension),
	};

	if (vpk_is != VPK_XP)
		data.HwStartDma = vpk_start_dma;
	if (vpk_is == VPK_NT4)
		data.HwInitDataSize = FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, HwSetPowerState);
	else if (vpk_is == VPK_NT4_SHORT)
		data.HwInitDataSize = SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA;
	return VideoPortInitialize(context1, context2, &data, NULL);
}

static struct pci_device_id vpk_ids[VPK_ADAPTERS + 1] = {
	{ PCI_DEVICE(EDU_VENDOR, EDU_DEVICE) },
	{ PCI_DEVICE(0x1b36, 0x0005) },
};

static struct videoport_miniport vpk_miniport = {
	.name = "videoport_kunit",
	.driver_entry = vpk_driver_entry,
	.ids = vpk_ids,
	.owner = THIS_MODULE,
	.mod_name = KBUILD_MODNAME,
};

int vpk_miniport_register(char **ids, unsigned int nr_ids)
{
	unsigned int i;

	if (nr_ids)
		memset(vpk_ids, 0, sizeof(vpk_ids));
	for (i = 0; i < nr_ids; i++) {
		u16 vendor, device;

		if (sscanf(ids[i], "%hx:%hx", &vendor, &device) != 2) {
			pr_err("videoport_kunit: devices=%s: want vvvv:dddd\n", ids[i]);
			return -EINVAL;
		}
		vpk_ids[i] = (struct pci_device_id){ PCI_DEVICE(vendor, device) };
	}
	return videoport_register_miniport(&vpk_miniport);
}

static void vpk_miniport_leave(void)
{
	unsigned int i;

	if (vpk_miniport.private)
		videoport_unregister_miniport(&vpk_miniport);
	for (i = 0; i < VPK_ADAPTERS; i++)
		vpk_adapters[i].ext = NULL;
}

int vpk_miniport_be(enum vpk_kind kind)
{
	if (kind == vpk_is && vpk_miniport.private)
		return 0;
	vpk_miniport_leave();
	vpk_is = kind;
	return videoport_register_miniport(&vpk_miniport);
}

void vpk_miniport_unregister(void)
{
	unsigned int i;

	vpk_miniport_leave();
	for (i = 0; i < VPK_ADAPTERS; i++)
		pci_dev_put(vpk_adapters[i].pdev);
}

static int vpk_is_node(struct device *dev, void *found)
{
	if (!dev->class || strcmp(dev->class->name, "videoport"))
		return 0;
	*(struct device **)found = get_device(dev);
	return 1;
}

/** vpk_node() - the device behind /dev/videoportN, with a reference; or NULL. */
struct device *vpk_node(struct vpk_adapter *adapter)
{
	struct device *node = NULL;

	device_for_each_child(&adapter->pdev->dev, &node, vpk_is_node);
	return node;
}

/** vpk_unbind() - take the function away from the miniport, as an unplug does. */
int vpk_unbind(struct vpk_adapter *adapter)
{
	device_release_driver(&adapter->pdev->dev);
	adapter->ext = NULL;
	return adapter->pdev->dev.driver ? -EBUSY : 0;
}

/** vpk_shutdown() - the machine goes down: only what the driver does then. */
void vpk_shutdown(struct vpk_adapter *adapter)
{
	struct device *dev = &adapter->pdev->dev;

	device_lock(dev);
	to_pci_driver(dev->driver)->shutdown(adapter->pdev);
	device_unlock(dev);
}

/** vpk_bind() - give it back. Return: 0, or -ENODEV if the miniport or the port refused. */
int vpk_bind(struct vpk_adapter *adapter)
{
	int ret = device_attach(&adapter->pdev->dev);

	if (ret == 1 && adapter->ext)
		return 0;
	adapter->ext = NULL;
	return ret < 0 ? ret : -ENODEV;
}

void vpk_expect_interrupt(struct vpk_adapter *adapter,
			  void (*fn)(struct vpk_adapter *adapter, void *data), void *data)
{
	reinit_completion(&adapter->isr_done);
	adapter->isr_data = data;
	/* the interrupt that sees the routine also sees its data */
	smp_store_release(&adapter->isr, fn);
}

bool vpk_await_interrupt(struct vpk_adapter *adapter)
{
	bool came = wait_for_completion_timeout(&adapter->isr_done, 10 * HZ);

	adapter->isr = NULL;
	return came;
}

void vpk_raise(struct vpk_adapter *adapter, u32 causes,
	       void (*fn)(struct vpk_adapter *adapter, void *data), void *data)
{
	vpk_expect_interrupt(adapter, fn, data);
	VideoPortWriteRegisterUlong((PULONG)(adapter->registers + EDU_RAISE), causes);
}

bool vpk_at_dirql(struct vpk_adapter *adapter,
		  void (*fn)(struct vpk_adapter *adapter, void *data), void *data)
{
	if (!adapter->interrupts)
		return false;
	vpk_raise(adapter, 1, fn, data);
	return vpk_await_interrupt(adapter);
}

bool vpk_at_passive(struct vpk_adapter *adapter,
		    void (*fn)(struct vpk_adapter *adapter, void *data), void *data)
{
	fn(adapter, data);
	return true;
}

struct vpk_dpc {
	struct vpk_adapter *adapter;
	void (*fn)(struct vpk_adapter *adapter, void *data);
	void *data;
	struct completion done;
};

static VOID vpk_dpc_routine(PVOID ext, PVOID context)
{
	struct vpk_dpc *dpc = context;

	dpc->fn(dpc->adapter, dpc->data);
	complete(&dpc->done);
}

bool vpk_at_dispatch(struct vpk_adapter *adapter,
		     void (*fn)(struct vpk_adapter *adapter, void *data), void *data)
{
	struct vpk_dpc dpc = { .adapter = adapter, .fn = fn, .data = data };

	init_completion(&dpc.done);
	if (!VideoPortQueueDpc(adapter->ext, vpk_dpc_routine, &dpc))
		return false;
	wait_for_completion(&dpc.done);
	return true;
}
