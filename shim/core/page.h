/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages, as a legacy miniport knows them: 4096 bytes.
 */
#ifndef VP_CORE_PAGE_H
#define VP_CORE_PAGE_H

#include <cstdint>

namespace vp {

constexpr uint64_t page_size = 4096;

/** The start of the page that @address is in. */
constexpr uint64_t page_start(uint64_t address)
{
	return address & ~(page_size - 1);
}

/** The end of the last page of @length bytes from @start on; both are far from the end of 64 bits. */
constexpr uint64_t page_end(uint64_t start, uint64_t length)
{
	return page_start(start + length + page_size - 1);
}

} // namespace vp

#endif
