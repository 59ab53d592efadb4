// SPDX-License-Identifier: GPL-2.0
/*
 * Calls from where they are not allowed. See caller.h.
 */
#include "caller.h"

namespace vp {

void Caller::refuse_context(const char *call, vp_context context, vp_context highest,
			    Counters &counters, const char *otherwise)
{
	static const char *const names[] = {"PASSIVE", "DISPATCH", "DIRQL"};

	counters.refuse(Counter::WrongContext, "%s: called at %s, allowed up to %s; %s", call,
			names[context], names[highest], otherwise);
}

} // namespace vp
