/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is calling, and from where: filled in at the entry of each call, and passed down.
 */
#ifndef VP_CORE_CALLER_H
#define VP_CORE_CALLER_H

#include "counters.h"
#include "pool.h"

namespace vp {

struct Caller {
	const char *call; /* the name of the VideoPort function */
	Owner owner; /* the client that is served */
	vp_context context;
	uint32_t in_request; /* inside HwVidStartIO of its request, in its process; a truth value */

	/** In a client's request only what is its own or the miniport's may be used. */
	[[nodiscard]] bool may_use(Owner of_whom) const
	{
		if (of_whom == owner) [[likely]]
			return true;
		return of_whom == miniport_owner || !in_request;
	}

	/**
	 * May the call be made here? A violation of the contract is counted and said if not.
	 * @otherwise: what becomes of the call then.
	 */
	[[nodiscard, gnu::always_inline]] bool
	allowed_up_to(vp_context highest, Counters &counters,
		      const char *otherwise = "refused") const
	{
		if (context <= highest)
			return true;
		refuse_context(call, context, highest, counters, otherwise);
		return false;
	}

private:
	static void refuse_context(const char *call, vp_context context, vp_context highest,
				   Counters &counters, const char *otherwise);
};

} // namespace vp

#endif
