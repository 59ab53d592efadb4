// SPDX-License-Identifier: GPL-2.0
/*
 * A port's life from the device that was found to its removal. PASSIVE. What its clients bring is
 * in port_clients.cc, what interrupts and softirqs bring in port_events.cc.
 */
#include "memory.h"
#include "port.h"
#include "registry.h"
#include "system.h"

using namespace vp;

vp_port::vp_port(vp_miniport &miniport, vp_device *device, unsigned int number)
	: miniport_(miniport),
	  device_(device),
	  number_(number),
	  registry_path_(miniport.name, static_cast<int>(number)),
	  counters(device),
	  device_lock(lock_, counters),
	  clients(lock_),
	  watch(device, counters, clients),
	  pool(device, lock_, counters, &served_),
	  resources(device, lock_, counters),
	  rom(device, counters),
	  handles(number, lock_, counters),
	  events(device, lock_, counters, handles, clients),
	  views(device, counters, clients),
	  dma(device, lock_, counters, handles, pool, events, clients, views, watch,
	      miniport.module),
	  locks(lock_, counters),
	  children(lock_, counters),
	  bugcheck(device, counters),
	  reports(device, lock_, counters, handles, miniport.name),
	  dpcs_(lock_)
{
}

vp_port::~vp_port()
{
	vp_free(extension_);
}

/* ---- Finding ---- */

/* VideoPortGetProcAddress: a call by its name, or NULL. */
static PVOID procedure(PVOID, PUCHAR name)
{
	const char *text = reinterpret_cast<char *>(name);
	PVOID function = text ? vp_procedure(text) : nullptr;

	if (!function)
		vp_log(nullptr, VP_LOG_INFO, "VideoPortGetProcAddress: %s is not offered",
		       text ? text : "(null)");
	return function;
}

void vp_port::describe(VIDEO_PORT_CONFIG_INFO &config)
{
	struct vp_device_ids ids;

	vp_device_ids(device_, &ids);
	config.Length = sizeof(config);
	config.SystemIoBusNumber = ids.bus;
	config.AdapterInterfaceType = PCIBus;
	if (miniport_.hw.HwInterrupt) {
		config.BusInterruptLevel = ids.interrupt_line;
		config.BusInterruptVector = ids.interrupt_line;
	}
	config.InterruptMode = LevelSensitive;
	config.InterruptShareable = TRUE;
	config.Master = TRUE;
	config.DmaWidth = Width32Bits;
	config.ScatterGather = TRUE;
	config.VideoPortGetProcAddress = procedure;
	config.DriverRegistryPath = registry_path_.text();
}

static DmaLimits limits_of(const VIDEO_PORT_CONFIG_INFO &config)
{
	DmaLimits limits;

	limits.bus_master = config.Master;
	limits.scatter_gather = config.ScatterGather;
	if (!config.ScatterGather)
		limits.max_elements = 1;
	else if (config.NumberOfPhysicalBreaks)
		limits.max_elements = size_t{config.NumberOfPhysicalBreaks} + 1;
	if (config.MaximumTransferLength)
		limits.max_length = config.MaximumTransferLength;
	if (config.MaximumScatterGatherChunkSize)
		limits.max_element = config.MaximumScatterGatherChunkSize;
	return limits;
}

int vp_port::ask_miniport()
{
	static WCHAR no_argument[1];
	VIDEO_PORT_CONFIG_INFO config{};
	UCHAR again = FALSE;

	describe(config);
	claim_legacy_resources();

	VP_STATUS status;
	{
		DeviceGuard guard(device_lock, DeviceGuard::Always, "HwVidFindAdapter");

		finding_task_ = vp_task_now();
		status = miniport_.hw.HwFindAdapter(extension_, miniport_.hw_context, no_argument,
						    &config, &again);
		finding_task_ = 0;
	}
	if (status != NO_ERROR) {
		vp_log(device_, VP_LOG_ERROR,
		       "%s: HwVidFindAdapter failed with %d: adapter not used", miniport_.name,
		       status);
		return status == ERROR_INVALID_PARAMETER ? -VP_EINVAL : -VP_ENODEV;
	}
	if (int error = dma.make_default_adapter(limits_of(config)))
		return error;
	vp_bus_master(device_, config.Master);
	if (miniport_.hw.HwInterrupt && (config.BusInterruptLevel || config.BusInterruptVector)) {
		vp_interrupt_hold(device_, VP_HOLD_START);
		if (int error = vp_interrupt_connect(device_)) {
			vp_log(device_, VP_LOG_ERROR, "%s: no interrupt to be had (%d)",
			       miniport_.name, error);
			return error;
		}
	}
	return 0;
}

int vp_port::find_adapter()
{
	size_t size = miniport_.hw.HwDeviceExtensionSize;

	extension_ = vp_alloc(size ? size : 1);
	if (!extension_)
		return -VP_ENOMEM;
	Registry::get().set_extension(number_, extension_);

	if (int error = load_values())
		return error;
	if (int error = dma.make_default_adapter({}))
		return error;
	if (int error = ask_miniport())
		return error;
	{
		DeviceGuard guard(device_lock, DeviceGuard::Always, "HwVidFindAdapter");

		started_ = true;
	}
	enumerate(DeviceGuard::Always);
	return 0;
}

/* ---- Removal ---- */

void vp_port::remove()
{
	/* Whoever waits for an event inside the request that runs waits no more. */
	events.end();
	ending_ = true;
	System::get().wake();
	/* Waits for the request that runs; later ones see that there is no adapter. */
	{
		DeviceGuard guard(device_lock, DeviceGuard::Always, "HwVidResetHw");

		removed_ = true;
		if (initialized_.exchange(false) && !asleep_ && miniport_.hw.HwResetHw)
			miniport_.hw.HwResetHw(extension_, 80, 25);
	}
	delivers_interrupts_ = false;
	vp_interrupt_disconnect(device_);
	gone_ = true;
	timer_on_ = false;
	vp_timer_drain(device_);
	vp_dpc_drain(device_);
	/* A DPC that did not know may have started it again. */
	timer_on_ = false;
	vp_timer_drain(device_);
	vp_enumerate_drain(device_);
	watch.end();
	bugcheck.forget();

	/* Nothing of the miniport runs any more; and now nothing of its device. */
	vp_bus_master(device_, false);
	views.device_gone();
	vp_work_drain(device_);
	reports.end();
	dma.device_gone();
	events.device_gone();
	vp_work_drain(device_);
	resources.release();
	rom.release();
	pool.work();
	pool.miniport_gone();
	clients.wake_all();
}

/* ---- What the platform calls ---- */

extern "C" {

int vp_core_port_create(vp_miniport *miniport, vp_device *device, vp_port **out)
{
	int number = Registry::get().reserve();

	if (number < 0)
		return number;

	vp_port *port = create<vp_port>(*miniport, device, static_cast<unsigned int>(number));

	if (!port) {
		Registry::get().forget(static_cast<unsigned int>(number));
		return -VP_ENOMEM;
	}
	*out = port;
	Registry::get().set(number, port);
	if (int error = port->find_adapter()) {
		vp_core_port_remove(port);
		vp_core_port_destroy(port);
		*out = nullptr;
		return error;
	}
	return 0;
}

void vp_core_port_remove(vp_port *port)
{
	port->remove();
	Registry::get().forget(port->number());
}

bool vp_core_port_busy(const vp_port *port)
{
	return port->counters.value(Counter::Transfers) != 0;
}

void vp_core_port_destroy(vp_port *port)
{
	destroy(port);
}

uint64_t vp_core_counter(const vp_port *port, unsigned int index)
{
	return port->counters.value(static_cast<Counter>(index));
}

} // extern "C"
