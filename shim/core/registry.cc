// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of ports. See registry.h. Any context, but for the numbers, which are PASSIVE.
 */
#include "memory.h"
#include "port.h"
#include "registry.h"
#include "system.h"

namespace vp {

Registry *Registry::instance;

int Registry::reserve()
{
	SpinGuard guard(lock_);

	for (unsigned int i = 0; i < token_ports; i++) {
		if (!taken_[i]) {
			taken_[i] = true;
			return static_cast<int>(i);
		}
	}
	return -VP_ENOMEM;
}

void Registry::set(int number, vp_port *port)
{
	SpinGuard guard(lock_);

	places_[number].port = port;
}

void Registry::set_extension(unsigned int number, const void *extension)
{
	SpinGuard guard(lock_);

	places_[number].extension.store(extension, std::memory_order_release);
	if (end_.load(std::memory_order_relaxed) <= number)
		end_.store(number + 1, std::memory_order_release);
}

vp_port *Registry::find_further(const char *call, const void *extension)
{
	unsigned int end = extension ? end_.load(std::memory_order_acquire) : 0;

	for (unsigned int i = 1; i < end; i++)
		if (places_[i].extension.load(std::memory_order_acquire) == extension)
			return places_[i].port.load(std::memory_order_acquire);
	refuse(call,
	       panics_.load(std::memory_order_relaxed)
		       ? "the kernel panics: only registers and ports may be used"
		       : "the first argument is not the device extension of an adapter that is there");
	return nullptr;
}

vp_port *Registry::find_by_token(const char *call, Token token)
{
	int number = token_port(token);
	vp_port *port = nullptr;

	if (number >= 0 && !panics_.load(std::memory_order_relaxed))
		port = places_[number].port.load(std::memory_order_acquire);
	if (!port)
		refuse(call, "the first argument is not a handle of an adapter that is there");
	return port;
}

/* There is no adapter that could count it. */
void Registry::refuse(const char *call, const char *what)
{
	uint64_t now = vp_clock_ms();
	uint64_t until = quiet_until_.load(std::memory_order_relaxed);

	if (now >= until && quiet_until_.compare_exchange_strong(until, now + vp_log_interval_ms()))
		vp_log(nullptr, VP_LOG_WARN, "%s: %s; refused", call, what);
}

void Registry::forget(unsigned int number)
{
	{
		SpinGuard guard(lock_);

		places_[number].extension = nullptr;
		places_[number].port = nullptr;
	}
	{
		/* Who found it there before has gone. */
		SpinGuard guard(keepers_[number].lock);
	}
	vp_wait_uninterrupted(
		&forgotten_, [](void *place) { return !static_cast<Place *>(place)->kept.load(); },
		&places_[number]);

	SpinGuard guard(lock_);

	taken_[number] = false;
}

/* Either it sees that the port is forgotten, or forget() sees that nobody keeps it. */
void Registry::let_go(Place &place)
{
	if (place.kept.fetch_sub(1) == 1 && !place.port.load())
		vp_wait_wake(&forgotten_);
}

Registry::Kept Registry::keep_of(uint64_t module)
{
	return keep([&](vp_port &port) { return module && port.module() == module; });
}

VRB_SG *Registry::segments(const char *call, Token token)
{
	int owner = token_port(token);
	vp_port *serving = nullptr;

	if (panics()) {
		refuse(call, "the kernel panics: only registers and ports may be used");
		return nullptr;
	}
	/* Mostly it is called for the port that made the handle: no other one is looked at then. */
	if (owner >= 0) {
		SpinGuard guard(keepers_[owner].lock);
		vp_port *port = places_[owner].port.load(std::memory_order_acquire);

		if (port && port->caller(call).in_request)
			serving = port;
		else if (!vp_task_now()) /* in no callback that has the device lock */
			return port ? port->dma.segments(port->caller(call), token) : nullptr;
	}
	if (serving)
		return serving->dma.segments(serving->caller(call), token);

	/* A request is served by one port: a handle of another one has no business in it. */
	visit([&](vp_port &port) {
		bool in_request = port.caller(call).in_request;
		bool is_owner = owner == static_cast<int>(port.number());

		if (in_request || (port.device_lock.held() && (is_owner || !serving)))
			serving = &port;
		return !in_request;
	});
	/* It stays as long as the thread has its device lock: what it does may sleep. */
	if (serving)
		return serving->dma.segments(serving->caller(call), token);

	Kept port = keep([&](vp_port &each) { return owner == static_cast<int>(each.number()); });

	return port ? port->dma.segments(port->caller(call), token) : nullptr;
}

} // namespace vp

extern "C" int vp_core_init(void)
{
	vp::Registry::instance = vp::create<vp::Registry>();
	vp::System::instance = vp::create<vp::System>();
	if (vp::Registry::instance && vp::System::instance)
		return 0;
	vp_core_exit();
	return -VP_ENOMEM;
}

extern "C" void vp_core_exit(void)
{
	vp::destroy(vp::System::instance);
	vp::System::instance = nullptr;
	vp::destroy(vp::Registry::instance);
	vp::Registry::instance = nullptr;
}
