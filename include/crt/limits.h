/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of integers as the legacy compiler had them, for legacy source only: long is an int here
 * where it matters, as LONG.
 */
#ifndef VIDEOPORT_CRT_LIMITS_H
#define VIDEOPORT_CRT_LIMITS_H

#define CHAR_BIT 8
#define SCHAR_MIN (-128)
#define SCHAR_MAX 127
#define UCHAR_MAX 0xff
#define SHRT_MIN (-32768)
#define SHRT_MAX 32767
#define USHRT_MAX 0xffff
#define INT_MIN (-2147483647 - 1)
#define INT_MAX 2147483647
#define UINT_MAX 0xffffffff
#define LONG_MIN INT_MIN
#define LONG_MAX INT_MAX
#define ULONG_MAX UINT_MAX

#endif /* VIDEOPORT_CRT_LIMITS_H */
