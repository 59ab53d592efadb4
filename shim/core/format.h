/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Legacy printf formats: long is 32 bits, strings may be wide or counted, pointers are told without
 * their address. Any context; never allocates.
 */
#ifndef VP_CORE_FORMAT_H
#define VP_CORE_FORMAT_H

#include <cstdarg>
#include <cstddef>

#include <video.h>

namespace vp {

/**
 * format() - write what a format and its arguments say
 * @out: receives up to @room characters, without a terminator.
 * @room: characters.
 * @text: %[flags][width][.precision][size]type: sizes h, l (32 bits), ll, I64, I32, I (a word), w;
 *	types d i u x X o c C s S Z p %. In a wide format s and c are wide, and S and C are not. n
 *	writes nothing; what is not known is printed as it stands.
 * @arguments: changed.
 *
 * Return: characters that it takes, whether there was room or not.
 */
size_t format(char *out, size_t room, const char *text, va_list arguments);
size_t format(WCHAR *out, size_t room, const WCHAR *text, va_list arguments);

} // namespace vp

#endif
