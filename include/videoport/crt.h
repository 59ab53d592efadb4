/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The C run-time library, as far as kernel drivers use it. Legacy source gets it by the usual names:
 * the kernel's own functions where they are the same; where formats, widths or bounds differ, those
 * of the port. Source that includes libc or Linux headers gets only the port's names.
 * Facts: learn.microsoft.com, "Universal C runtime".
 */
#ifndef VIDEOPORT_CRT_H
#define VIDEOPORT_CRT_H

#include "types.h"
#include "rtl.h"

VIDEOPORT_C_BEGIN

/* ---- Formats: see DbgPrint. The bounded ones return -1, without a terminator, if it is cut ---- */

int VideoPortLinuxSprintf(char *Out, const char *Format, ...);
int VideoPortLinuxVsprintf(char *Out, const char *Format, __builtin_va_list Arguments);
int VideoPortLinuxSnprintf(char *Out, __SIZE_TYPE__ Room, const char *Format, ...);
int VideoPortLinuxVsnprintf(char *Out, __SIZE_TYPE__ Room, const char *Format,
			    __builtin_va_list Arguments);
int VideoPortLinuxSwprintf(WCHAR *Out, const WCHAR *Format, ...);
int VideoPortLinuxSnwprintf(WCHAR *Out, __SIZE_TYPE__ Room, const WCHAR *Format, ...);
int VideoPortLinuxVsnwprintf(WCHAR *Out, __SIZE_TYPE__ Room, const WCHAR *Format,
			     __builtin_va_list Arguments);

/* ---- Wide strings: 16 bits, which those of the compiler need not be ---- */

__SIZE_TYPE__ VideoPortLinuxWcslen(const WCHAR *Text);
int VideoPortLinuxWcscmp(const WCHAR *One, const WCHAR *Other);
int VideoPortLinuxWcsncmp(const WCHAR *One, const WCHAR *Other, __SIZE_TYPE__ Count);
int VideoPortLinuxWcsicmp(const WCHAR *One, const WCHAR *Other);
int VideoPortLinuxWcsnicmp(const WCHAR *One, const WCHAR *Other, __SIZE_TYPE__ Count);
WCHAR *VideoPortLinuxWcscpy(WCHAR *To, const WCHAR *From);
WCHAR *VideoPortLinuxWcsncpy(WCHAR *To, const WCHAR *From, __SIZE_TYPE__ Count);
WCHAR *VideoPortLinuxWcscat(WCHAR *To, const WCHAR *From);
WCHAR *VideoPortLinuxWcsncat(WCHAR *To, const WCHAR *From, __SIZE_TYPE__ Count);
WCHAR *VideoPortLinuxWcschr(const WCHAR *Text, WCHAR Wanted);
WCHAR *VideoPortLinuxWcsrchr(const WCHAR *Text, WCHAR Wanted);
WCHAR *VideoPortLinuxWcsstr(const WCHAR *Text, const WCHAR *Wanted);

#ifdef VIDEOPORT_LEGACY_SOURCE

typedef __SIZE_TYPE__ size_t;

#define sprintf VideoPortLinuxSprintf
#define vsprintf VideoPortLinuxVsprintf
#define _snprintf VideoPortLinuxSnprintf
#define _vsnprintf VideoPortLinuxVsnprintf
#define swprintf VideoPortLinuxSwprintf
#define _swprintf VideoPortLinuxSwprintf
#define _snwprintf VideoPortLinuxSnwprintf
#define _vsnwprintf VideoPortLinuxVsnwprintf

#define wcslen VideoPortLinuxWcslen
#define wcscmp VideoPortLinuxWcscmp
#define wcsncmp VideoPortLinuxWcsncmp
#define _wcsicmp VideoPortLinuxWcsicmp
#define wcsicmp VideoPortLinuxWcsicmp
#define _wcsnicmp VideoPortLinuxWcsnicmp
#define wcsnicmp VideoPortLinuxWcsnicmp
#define wcscpy VideoPortLinuxWcscpy
#define wcsncpy VideoPortLinuxWcsncpy
#define wcscat VideoPortLinuxWcscat
#define wcsncat VideoPortLinuxWcsncat
#define wcschr VideoPortLinuxWcschr
#define wcsrchr VideoPortLinuxWcsrchr
#define wcsstr VideoPortLinuxWcsstr

/* The kernel's own */
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *one, const void *other, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *one, const char *other);
int strncmp(const char *one, const char *other, size_t count);
int strcasecmp(const char *one, const char *other);
int strncasecmp(const char *one, const char *other, size_t count);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t count);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t count);
char *strchr(const char *text, int wanted);
char *strrchr(const char *text, int wanted);
char *strstr(const char *text, const char *wanted);

#define _stricmp strcasecmp
#define stricmp strcasecmp
#define _strnicmp strncasecmp
#define strnicmp strncasecmp

#ifndef offsetof
#define offsetof(type, field) __builtin_offsetof(type, field)
#endif

#endif /* VIDEOPORT_LEGACY_SOURCE */

VIDEOPORT_C_END

#endif /* VIDEOPORT_CRT_H */
