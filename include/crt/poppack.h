/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends what the last pshpack header began.
 */
#pragma pack(pop)
