// SPDX-License-Identifier: GPL-2.0
/*
 * A port's life from the device that was found to its removal, and the requests between. PASSIVE.
 * What interrupts and softirqs bring is in port_events.cc.
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

/* ---- Clients ---- */

int vp_port::initialize()
{
	if (initialized_)
		return 0;
	/* What the device raises meanwhile comes when it is done; if it fails, later or never. */
	vp_interrupt_hold(device_, VP_HOLD_POWER);
	initialized_ = miniport_.hw.HwInitialize(extension_);
	delivers_interrupts_ = initialized_.load();
	if (initialized_)
		vp_interrupt_resume(device_, VP_HOLD_START);
	vp_interrupt_resume(device_, VP_HOLD_POWER);
	if (!initialized_) {
		counters.refuse(Counter::MiniportError,
				"%s: HwVidInitialize failed; the next open tries again",
				miniport_.name);
		return -VP_EIO;
	}
	return 0;
}

bool vp_port::admits(const vp_user &user)
{
	if (user.unlimited || clients.count_of(user.user) < vp_limit(VP_LIMIT_CLIENTS))
		return true;
	counters.refuse(
		Counter::LimitReached,
		"open: user %u has the adapter open as often as one may, %u times: close some, or raise max_user_clients",
		user.user, vp_limit(VP_LIMIT_CLIENTS));
	return false;
}

int vp_port::open(vp_file *file, vp_client *&client)
{
	vp_user user;

	vp_user_now(&user);

	DeviceGuard guard(device_lock, DeviceGuard::Killable, "HwVidInitialize");

	if (guard.error())
		return guard.error();
	if (removed_)
		return -VP_ENODEV;
	if (!admits(user))
		return -VP_EMFILE;
	if (int error = initialize())
		return error;

	client = create<vp_client>(*this, file, user, last_client_ + 1);
	if (!client)
		return -VP_ENOMEM;
	last_client_++;
	clients.add(*client);
	counters.add(Counter::Clients);
	return 0;
}

void vp_port::close(vp_client *client)
{
	views.client_gone(*client);
	dma.client_gone(client->number);
	events.client_gone(client->number);
	clients.remove(*client);
	counters.sub(Counter::Clients);
	destroy(client);
}

BOOLEAN vp_port::serve(vp_client &client, const vp_request &request, VIDEO_REQUEST_PACKET &packet)
{
	served_.begin(vp_task_now(), request.code, request.input_length, client.number,
		      static_cast<Allocation *>(request.allocation));
	watch.begun();
	counters.add(Counter::Requests);

	BOOLEAN answered = miniport_.hw.HwStartIO(extension_, &packet);

	served_.end();
	return answered;
}

int vp_port::request(vp_client &client, vp_request &request)
{
	DeviceGuard guard(device_lock, DeviceGuard::Killable, "HwVidStartIO");

	if (guard.error())
		return guard.error();
	if (removed_)
		return -VP_ENODEV;

	STATUS_BLOCK status{};
	VIDEO_REQUEST_PACKET packet{
		.IoControlCode = request.code,
		.StatusBlock = &status,
		.InputBuffer = request.buffer,
		.InputBufferLength = request.input_length,
		.OutputBuffer = request.buffer,
		.OutputBufferLength = request.output_length,
	};

	status.Status = ERROR_INVALID_FUNCTION;

	BOOLEAN answered = serve(client, request, packet);

	/* The packet is the miniport's to overwrite: only what we kept counts from here on. */
	if (!answered)
		counters.refuse(Counter::BadRequest,
				"HwVidStartIO: returned FALSE for request 0x%x: taken as answered",
				request.code);

	bool gives_data = status.Status == NO_ERROR || status.Status == ERROR_MORE_DATA;
	uint64_t bytes = gives_data ? status.Information : 0;

	if (bytes > request.output_length) {
		counters.refuse(
			Counter::BadRequest,
			"HwVidStartIO: request 0x%x: Information is %llu, but the client takes %u bytes: cut",
			request.code, static_cast<unsigned long long>(bytes),
			request.output_length);
		bytes = request.output_length;
	}
	request.status = static_cast<uint32_t>(status.Status);
	request.information = status.Information;
	request.returned = static_cast<uint32_t>(bytes);
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

int vp_core_client_open(vp_port *port, vp_file *file, vp_client **client)
{
	return port->open(file, *client);
}

void vp_core_client_close(vp_client *client)
{
	client->port.close(client);
}

int vp_core_client_request(vp_client *client, vp_request *request)
{
	return client->port.request(*client, *request);
}

int64_t vp_core_client_completions(vp_client *client, bool take)
{
	client->asked.store(true); /* before it looks: who completes one later wakes it */

	int64_t completed = take ? client->completed.exchange(0) : client->completed.load();

	return completed || !client->port.gone() ? completed : -VP_ENODEV;
}

int vp_core_event_map(vp_client *client, int fd, uint64_t *token)
{
	if (client->port.gone())
		return -VP_ENODEV;
	return client->port.events.lend(client->number, fd, *token);
}

int vp_core_event_unmap(vp_client *client, uint64_t token)
{
	if (client->port.gone())
		return -VP_ENODEV;
	return client->port.events.take_back(client->number, token);
}

int vp_core_request_buffer(vp_client *client, vp_request *request)
{
	Allocation *buffer = client->buffers.get(request->capacity, request->input_length,
						 client->number, client->port.counters);

	if (!buffer)
		return -VP_ENOMEM;
	request->allocation = buffer;
	request->buffer = buffer->memory();
	return 0;
}

void vp_core_request_buffer_free(vp_client *client, vp_request *request)
{
	client->buffers.put(static_cast<Allocation *>(request->allocation));
	request->allocation = nullptr;
	request->buffer = nullptr;
}

void vp_core_client_refuse(vp_client *client, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	client->port.counters.refuse_list(Counter::BadRequest, format, arguments);
	va_end(arguments);
}

uint64_t vp_core_counter(const vp_port *port, unsigned int index)
{
	return port->counters.value(static_cast<Counter>(index));
}

} // extern "C"
