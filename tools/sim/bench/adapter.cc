// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers, adapters and clients around the core. See adapter.hpp.
 */
#include "adapter.hpp"
#include "../platform/fail.hpp"
#include "../platform/iommu.hpp"

#include <cstring>
#include <initializer_list>

namespace sim {

/* ---- The miniport's side: callbacks with a device extension ---- */

/* All of a miniport's own memory in its extension, as far as it is ours. */
struct Extension {
	uint64_t mark;
	Adapter *adapter;
};

static constexpr uint64_t extension_mark = 0x6d696e69706f7274;

static Adapter &adapter_of(PVOID extension)
{
	auto *own = static_cast<Extension *>(extension);

	if (own->mark != extension_mark)
		fail("a callback of the miniport got another device extension");
	if (!own->adapter->extension)
		fail("a callback of the miniport came after its removal");
	return *own->adapter;
}

static VP_STATUS hw_find_adapter(PVOID extension, PVOID, PWSTR, PVIDEO_PORT_CONFIG_INFO config,
				 PUCHAR)
{
	auto *own = static_cast<Extension *>(extension);

	own->mark = extension_mark;
	own->adapter = static_cast<Adapter *>(current().probing);
	own->adapter->extension = extension;
	may_sleep("HwVidFindAdapter");
	return own->adapter->miniport.find(*own->adapter, *config);
}

static BOOLEAN hw_initialize(PVOID extension)
{
	Adapter &adapter = adapter_of(extension);

	may_sleep("HwVidInitialize");
	return adapter.miniport.initialize(adapter);
}

static BOOLEAN hw_start_io(PVOID extension, PVIDEO_REQUEST_PACKET packet)
{
	Adapter &adapter = adapter_of(extension);

	may_sleep("HwVidStartIO");
	return adapter.miniport.start_io(adapter, *packet);
}

static BOOLEAN hw_interrupt(PVOID extension)
{
	Adapter &adapter = adapter_of(extension);

	if (context_of(current()) != VP_DIRQL)
		fail("HwVidInterrupt was called at %s", context_name(context_of(current())));
	return adapter.miniport.interrupt(adapter);
}

static VOID hw_timer(PVOID extension)
{
	Adapter &adapter = adapter_of(extension);

	if (context_of(current()) != VP_DISPATCH)
		fail("HwVidTimer was called at %s", context_name(context_of(current())));
	adapter.miniport.timer(adapter);
}

static BOOLEAN hw_reset(PVOID extension, ULONG, ULONG)
{
	Adapter &adapter = adapter_of(extension);

	adapter.miniport.reset(adapter);
	return TRUE;
}

static void check_power(const char *call, ULONG id, const VIDEO_POWER_MANAGEMENT &power)
{
	may_sleep(call);
	if (id != DISPLAY_ADAPTER_HW_ID || power.Length != sizeof(power) || power.DPMSVersion)
		fail("%s: device 0x%x, length %u, version %u", call, id, power.Length,
		     power.DPMSVersion);
}

static VP_STATUS hw_get_power(PVOID extension, ULONG id, PVIDEO_POWER_MANAGEMENT power)
{
	Adapter &adapter = adapter_of(extension);

	check_power("HwVidGetPowerState", id, *power);
	return adapter.miniport.may_enter(adapter, power->PowerState);
}

static VP_STATUS hw_set_power(PVOID extension, ULONG id, PVIDEO_POWER_MANAGEMENT power)
{
	Adapter &adapter = adapter_of(extension);

	check_power("HwVidSetPowerState", id, *power);
	return adapter.miniport.enter(adapter, power->PowerState);
}

static HW_DMA_RETURN hw_start_dma(PVOID extension, PDMA dma)
{
	Adapter &adapter = adapter_of(extension);

	if (context_of(current()) == VP_DIRQL)
		fail("HwStartDma was called at DIRQL");
	return adapter.miniport.start_dma(adapter, dma);
}

static unsigned int driver_entry(void *context1, void *context2)
{
	auto *driver = static_cast<Driver *>(current().probing);
	VIDEO_HW_INITIALIZATION_DATA data{};

	data.HwInitDataSize = sizeof(data);
	data.AdapterInterfaceType = PCIBus;
	data.HwFindAdapter = hw_find_adapter;
	data.HwInitialize = hw_initialize;
	data.HwInterrupt = driver->data.has_interrupt ? hw_interrupt : nullptr;
	data.HwStartIO = hw_start_io;
	data.HwDeviceExtensionSize = driver->data.extension_size;
	data.HwResetHw = hw_reset;
	data.HwTimer = driver->data.has_timer ? hw_timer : nullptr;
	data.HwStartDma = driver->data.has_start_dma ? hw_start_dma : nullptr;
	data.HwGetPowerState = driver->data.has_power ? hw_get_power : nullptr;
	data.HwSetPowerState = driver->data.has_power ? hw_set_power : nullptr;
	if (driver->data.change)
		driver->data.change(data);
	const auto *path = static_cast<UNICODE_STRING *>(context2);

	driver->registry_path.assign(reinterpret_cast<char16_t *>(path->Buffer),
				     path->Length / sizeof(WCHAR));
	if (path->Buffer[path->Length / sizeof(WCHAR)] ||
	    path->MaximumLength != path->Length + sizeof(WCHAR))
		fail("DriverEntry got a registry path without its zero");
	driver->initialize_status = VideoPortInitialize(context1, context2, &data, nullptr);
	return driver->initialize_status;
}

/* ---- The driver and its adapters ---- */

Driver::Driver(DriverData driver_data) : data(std::move(driver_data)) {}

Driver::~Driver()
{
	unload();
}

void Driver::unload()
{
	if (miniport_)
		vp_core_miniport_destroy(miniport_);
	miniport_ = nullptr;
}

int Driver::load()
{
	Balanced balanced("vp_core_miniport_create()");

	current().probing = this;

	int error = vp_core_miniport_create("sim", driver_entry, &miniport_);

	current().probing = nullptr;
	if (!error)
		vp_core_miniport_registry(miniport_, data.registry, data.registry_text);
	return error;
}

Adapter::~Adapter()
{
	if (!device.port)
		return;
	for (const char *name : {"clients", "events", "views"})
		if (uint64_t left = counter(name))
			fail("vp_core_port_destroy() with %llu %s alive",
			     static_cast<unsigned long long>(left), name);
	vp_core_port_destroy(device.port);
}

int Adapter::probe(Driver &driver)
{
	Balanced balanced("vp_core_port_create()");

	current().probing = this;

	int error = vp_core_port_create(driver.get(), &device, &device.port);

	current().probing = nullptr;
	bound = !error;
	if (error) {
		extension = nullptr;
		if (device.port)
			fail("vp_core_port_create() failed, but left a port");
		if (live_mappings(device) || live_coherent(device))
			fail("vp_core_port_create() failed, but left something mapped");
	}
	return error;
}

void Adapter::remove()
{
	Balanced balanced("vp_core_port_remove()");

	bound = false;
	vp_core_port_remove(device.port);
	extension = nullptr;
	if (size_t left = live_mappings(device))
		fail("vp_core_port_remove() returned with %zu mapping(s) left", left);
	if (size_t left = live_coherent(device))
		fail("vp_core_port_remove() returned with %zu coherent buffer(s) left", left);
	if (size_t left = live_views(device))
		fail("vp_core_port_remove() returned with %zu view(s) left", left);
	if (device.connected || device.in_interrupt || device.in_dpc || device.in_timer ||
	    device.dpc_pending)
		fail("vp_core_port_remove() returned with events of the device left");
	if (device.claimed || !device.legacy.empty() || !device.mapped.empty())
		fail("vp_core_port_remove() returned with ranges of the device left");
	if (device.master)
		fail("vp_core_port_remove() left the device its bus mastering");
	for (const char *name :
	     {"locked_buffers", "pinned_pages", "mappings", "transfers", "common_buffers", "views"})
		if (uint64_t left = counter(name))
			fail("vp_core_port_remove() returned with %llu %s alive",
			     static_cast<unsigned long long>(left), name);
}

int Adapter::sleep(vp_sleep why)
{
	Balanced balanced("vp_core_port_sleep()");

	return vp_core_port_sleep(device.port, why);
}

void Adapter::wake()
{
	Balanced balanced("vp_core_port_wake()");

	vp_core_port_wake(device.port);
}

/* ---- Clients ---- */

int Adapter::open(std::unique_ptr<Client> &client)
{
	Balanced balanced("vp_core_client_open()");

	if (!bound)
		return -VP_ENODEV;

	vp_file &file = machine().add_file(*current().process);
	auto opened =
		std::make_unique<Client>(Client{shared_from_this(), current().process, &file});
	int error = vp_core_client_open(device.port, &file, &opened->core);

	if (!error)
		client = std::move(opened);
	else
		file.open = false;
	return error;
}

void Adapter::close(std::unique_ptr<Client> client)
{
	Balanced balanced("vp_core_client_close()");

	vp_core_client_close(client->core);
	client->file->open = false;
}

int64_t Adapter::completions(Client &client, bool take)
{
	Balanced balanced("vp_core_client_completions()");

	return vp_core_client_completions(client.core, take);
}

int Adapter::event_map(Client &client, int descriptor, uint64_t &token)
{
	Balanced balanced("vp_core_event_map()");

	return vp_core_event_map(client.core, descriptor, &token);
}

int Adapter::event_unmap(Client &client, uint64_t token)
{
	Balanced balanced("vp_core_event_unmap()");

	return vp_core_event_unmap(client.core, token);
}

Answer Adapter::request(Client &client, uint32_t code, std::span<uint8_t> data)
{
	Balanced balanced("vp_core_client_request()");
	Answer answer;
	vp_request request{};

	request.code = code;
	request.capacity = data.size();
	request.input_length = request.output_length = static_cast<uint32_t>(data.size());
	if (request.capacity) {
		answer.error = vp_core_request_buffer(client.core, &request);
		if (answer.error)
			return answer;
		point();
		memcpy(request.buffer, data.data(), data.size());
	}
	answer.error = vp_core_client_request(client.core, &request);
	if (!answer.error) {
		point();
		if (request.returned > data.size())
			fail("a request returns %u bytes of %zu", request.returned, data.size());
		else if (request.returned)
			memcpy(data.data(), request.buffer, request.returned);
		answer.status = request.status;
		answer.information = request.information;
		answer.returned = request.returned;
	}
	if (request.buffer)
		vp_core_request_buffer_free(client.core, &request);
	return answer;
}

std::string Adapter::registry()
{
	Balanced balanced("vp_core_port_registry()");
	size_t length = 0;
	char *text = vp_core_port_registry(device.port, &length);
	std::string copy(text ? text : "", text ? length : 0);

	vp_free(text);
	return copy;
}

uint64_t Adapter::counter(const char *name) const
{
	for (unsigned int i = 0; const char *each = vp_core_counter_name(i); i++)
		if (!strcmp(each, name))
			return vp_core_counter(device.port, i);
	fail("no counter is called %s", name);
	return 0;
}

} // namespace sim
