/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From here on members stand at any byte, until poppack.h. No guard: it nests.
 */
#pragma pack(push, 1)
