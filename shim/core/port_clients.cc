// SPDX-License-Identifier: GPL-2.0
/*
 * The clients of a port: who may open it, what a request is given and gives back, and what goes with
 * a client. PASSIVE.
 */
#include "memory.h"
#include "port.h"

using namespace vp;

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

/* ---- What the platform calls ---- */

extern "C" {

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

} // extern "C"
