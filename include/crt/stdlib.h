/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The C run-time library's header of this name, for legacy source only: what videoport/crt.h has.
 */
#ifndef VIDEOPORT_CRT_STDLIB_H
#define VIDEOPORT_CRT_STDLIB_H

#include "../videoport/crt.h"

FORCEINLINE int atoi(const char *text)
{
	unsigned int value = 0;
	int negative;

	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		text++;
	negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	while (*text >= '0' && *text <= '9')
		value = value * 10 + (unsigned int)(*text++ - '0');
	return (int)(negative ? 0 - value : value);
}

#define atol(text) ((LONG)atoi(text))
#define abs(value) __builtin_abs(value)
#define labs(value) __builtin_abs(value)

#endif /* VIDEOPORT_CRT_STDLIB_H */
