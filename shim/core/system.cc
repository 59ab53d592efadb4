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

vp_port *System::port_of(const void *code)
{
	uint64_t module = vp_module_of(code);
	vp_port *found = nullptr;

	Registry::get().visit([&](vp_port &port) {
		if (port.finding() || port.caller("").in_request) {
			found = &port;
			return false;
		}
		if (!found && module && port.module() == module)
			found = &port;
		return true;
	});
	return found;
}

Counters &System::counters_of(const void *code)
{
	vp_port *port = port_of(code);

	return port ? port->counters : counters_;
}

bool System::allowed_up_to(const char *call, vp_context highest, const void *code,
			   const char *otherwise)
{
	Caller caller{call, miniport_owner, vp_context_now(), false};

	return caller.context <= highest ||
	       caller.allowed_up_to(highest, counters_of(code), otherwise);
}

void *System::allocate(const char *call, size_t bytes, const void *code)
{
	if (!allowed_up_to(call, VP_DISPATCH, code))
		return nullptr;
	if (!bytes) {
		counters_of(code).refuse(Counter::BadLength, "%s: 0 bytes", call);
		return nullptr;
	}
	pool_.work();

	void *memory = pool_.allocate(bytes, vp_context_now(), owner_of(code));

	if (!memory)
		counters_of(code).refuse(Counter::NoMemory, "%s: no %zu bytes", call, bytes);
	return memory;
}

void System::release(const char *call, void *memory, const void *code)
{
	if (!memory)
		return;
	if (!pool_.free(memory, vp_context_now(), any_owner))
		counters_of(code).refuse(
			Counter::BadAddress,
			"%s: the memory is not of ExAllocatePool: freed before, or never allocated",
			call);
	else if (allowed_up_to(call, VP_DISPATCH, code, "freed later"))
		pool_.work();
}

void System::module_gone(const char *name, uint64_t module)
{
	pool_.work();
	if (size_t left = pool_.owner_gone(module))
		vp_log(nullptr, VP_LOG_INFO,
		       "%s: has left %zu allocations of ExAllocatePool behind: freed", name, left);
}

} // namespace vp
