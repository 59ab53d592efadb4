// SPDX-License-Identifier: GPL-2.0
/*
 * Registering a callback for the failure of the system, and calling it. See bugcheck.h.
 */
#include <new>

#include "bugcheck.h"

namespace vp {

/* The one code that can be hooked as documented, "a thread is stuck in a device driver"; Linux has
 * no such numbers, and calls for every panic.
 */
static constexpr ULONG stuck_thread = 0xea;
static constexpr ULONG most = 4000; /* documented, of what is reserved and the data */

struct Bugcheck::Hook {
	PVIDEO_BUGCHECK_CALLBACK callback;
	ULONG size;

	UCHAR *data() { return reinterpret_cast<UCHAR *>(this + 1); }
};

VP_STATUS Bugcheck::hook(const Caller &caller, ULONG code, PVIDEO_BUGCHECK_CALLBACK callback,
			 ULONG size)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return ERROR_INVALID_PARAMETER;
	if (code != stuck_thread) {
		counters_.refuse(Counter::BadParameter,
				 "%s: bug check code 0x%x: only 0x%x can be hooked; refused",
				 caller.call, code, stuck_thread);
		return ERROR_INVALID_PARAMETER;
	}
	if (!callback || !size) {
		forget();
		return NO_ERROR;
	}
	if (size <= BUGCHECK_DATA_SIZE_RESERVED || size > most) {
		counters_.refuse(
			Counter::BadLength,
			"%s: BugcheckDataSize %u: it is the size of the data and %u, at most %u; refused",
			caller.call, size, BUGCHECK_DATA_SIZE_RESERVED, most);
		return ERROR_INVALID_PARAMETER;
	}
	size -= BUGCHECK_DATA_SIZE_RESERVED;

	void *memory = vp_alloc(sizeof(Hook) + size);

	if (!memory) {
		counters_.refuse(Counter::NoMemory, "%s: no memory for %u bytes of data",
				 caller.call, size);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	vp_free(hook_.exchange(new (memory) Hook{callback, size}));
	return NO_ERROR;
}

void Bugcheck::forget()
{
	vp_free(hook_.exchange(nullptr));
}

void Bugcheck::run(PVOID extension)
{
	/* Once: a callback that panics is not called again. */
	Hook *hook = ran_.exchange(true) ? nullptr : hook_.load();

	if (!hook)
		return;
	hook->callback(extension, stuck_thread, hook->data(), hook->size);
	vp_panic_data(device_, hook->data(), hook->size);
}

} // namespace vp
