/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the legacy types of handles, which look like pointers, and the core's tokens.
 */
#ifndef VP_CORE_API_H
#define VP_CORE_API_H

#include <cstdint>

#include "handle_table.h"

namespace vp {

inline Token token_of(const void *handle)
{
	return reinterpret_cast<uintptr_t>(handle);
}

template <class Handle> Handle handle_of(Token token)
{
	return reinterpret_cast<Handle>(static_cast<uintptr_t>(token));
}

} // namespace vp

#endif
