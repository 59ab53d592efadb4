// SPDX-License-Identifier: GPL-2.0
/*
 * Looking handles up, and saying why one is refused. See handles.h.
 */
#include "handles.h"

namespace vp {

Counter Handles::reason(Lookup lookup)
{
	switch (lookup) {
	case Lookup::Null:
		return Counter::NullHandle;
	case Lookup::Stale:
		return Counter::StaleHandle;
	case Lookup::Forged:
		return Counter::ForgedHandle;
	case Lookup::Elsewhere:
		return Counter::ForeignHandle;
	case Lookup::Found:
		break;
	}
	return found;
}

void Handles::refuse(const char *call, Counter cause, Token token)
{
	const char *what = "is not one of this adapter's: use what the call that made it returned";

	if (cause == Counter::NullHandle)
		what = "is NULL: nothing was made, or the result was not kept";
	else if (cause == Counter::StaleHandle)
		what = "was unlocked, put or deleted before";
	else if (cause == Counter::ForeignHandle)
		what = "belongs to another client or adapter";
	else if (cause == Counter::WrongKind)
		what = "names another kind of object than this call takes";
	counters_.refuse(cause, "%s: handle 0x%llx %s; nothing done", call,
			 static_cast<unsigned long long>(token), what);
}

} // namespace vp
