/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From here on members stand at multiples of 8 bytes at most, until poppack.h. No guard: it nests.
 */
#pragma pack(push, 8)
