// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy miniport as it would be for NT4: without a list of legacy resources, so that it claims
 * VGA's addresses by itself. All of its source is that of vp_legacy.
 */
#include "../legacy/legacy.c"
#include "../legacy/access.c"
#include "../legacy/find.c"
#include "../legacy/rom.c"
