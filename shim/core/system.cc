// SPDX-License-Identifier: GPL-2.0
/*
 * Whose a call is that names no adapter, and the memory of modules. See system.h.
 */
#include "system.h"
#include "port.h"
#include "registry.h"

namespace vp {

System *System::instance;

/* Memory of code that is of no known module. */
static constexpr Owner of_nobody = ~Owner{0} - 1;

static Owner owner_of(const void *code)
{
	uint64_t module = vp_module_of(code);

	return module ? module : of_nobody;
}

System::System()
{
	vp_wait_init(&wait_);
}

System::~System()
{
	module_gone("code that no miniport has", of_nobody);
}

vp_port *System::inside()
{
	vp_port *found = nullptr;

	Registry::get().visit([&](vp_port &port) {
		bool in_request = port.caller("").in_request;

		/* It may have taken the lock of a further one by VideoPortAcquireDeviceLock. */
		if (in_request || (!found && port.device_lock.held()))
			found = &port;
		return !in_request;
	});
	return found;
}

uint64_t System::module_of(const void *code)
{
	vp_port *port = inside();

	if (port)
		return port->module();
	return Registry::get().panics() ? 0 : vp_module_of(code);
}

bool System::ends(uint64_t module)
{
	bool inside = false, inside_ends = false, stays = false;

	Registry::get().visit([&](vp_port &port) {
		if (port.device_lock.held()) {
			inside = true;
			inside_ends |= port.ending();
		}
		stays |= port.module() == module && !port.ending();
		return true;
	});
	return inside ? inside_ends : module && !stays;
}

/* Call @use with where refusals of a call from @code are counted. */
template <class Use> void System::with_counters(const void *code, Use use)
{
	if (vp_port *port = inside())
		return use(port->counters);

	/* Nothing may be looked up in a panic. */
	if (Registry::get().panics())
		return use(counters_);

	auto first = Registry::get().keep_of(vp_module_of(code));

	use(first ? first->counters : counters_);
}

void System::refuse(const void *code, Counter cause, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	with_counters(code,
		      [&](Counters &counters) { counters.refuse_list(cause, format, arguments); });
	va_end(arguments);
}

bool System::allowed_up_to(const char *call, vp_context highest, const void *code,
			   const char *otherwise)
{
	Caller caller{call, miniport_owner, vp_context_now(), false};
	bool allowed = caller.context <= highest;

	if (!allowed)
		with_counters(code, [&](Counters &counters) {
			allowed = caller.allowed_up_to(highest, counters, otherwise);
		});
	return allowed;
}

void *System::allocate(const char *call, size_t bytes, const void *code)
{
	if (!allowed_up_to(call, VP_DISPATCH, code))
		return nullptr;
	if (!bytes) {
		refuse(code, Counter::BadLength, "%s: 0 bytes", call);
		return nullptr;
	}
	pool_.work();

	void *memory = pool_.allocate(bytes, vp_context_now(), owner_of(code));

	if (!memory)
		refuse(code, Counter::NoMemory, "%s: no %zu bytes", call, bytes);
	return memory;
}

void System::release(const char *call, void *memory, const void *code)
{
	/* In a panic somebody may hold the pool's lock for ever, and nobody needs the memory. */
	if (!memory || Registry::get().panics())
		return;
	if (!pool_.free(memory, vp_context_now(), any_owner))
		refuse(code, Counter::BadAddress,
		       "%s: the memory is not of ExAllocatePool: freed before, or never allocated",
		       call);
	else if (allowed_up_to(call, VP_DISPATCH, code, "freed later"))
		pool_.work();
}

Ref<Allocation> System::find(uint64_t address, size_t length, uint64_t module)
{
	Ref<Allocation> found = pool_.find(address, length);

	if (found && found->owner() != (module ? module : of_nobody))
		found = {};
	return found;
}

void System::module_gone(const char *name, uint64_t module)
{
	pool_.work();
	if (size_t left = pool_.owner_gone(module))
		vp_log(nullptr, VP_LOG_INFO,
		       "%s: has left %zu allocations of ExAllocatePool behind: freed", name, left);
}

} // namespace vp
