// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's free memory, counted so that a few pages more or less can be seen.
 */
#ifndef BENCH_FREE_MEMORY_HPP
#define BENCH_FREE_MEMORY_HPP

#include <cstdint>

namespace bench {

/**
 * Bytes that are free now: in the zones' lists and in the processors' own, which MemFree leaves out.
 * Throws std::runtime_error if the kernel does not say.
 */
int64_t free_bytes();

} // namespace bench

#endif
