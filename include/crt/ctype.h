/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kinds of characters, of ASCII alone, for legacy source only.
 */
#ifndef VIDEOPORT_CRT_CTYPE_H
#define VIDEOPORT_CRT_CTYPE_H

#define isdigit(c) ((unsigned int)(c) - '0' < 10)
#define islower(c) ((unsigned int)(c) - 'a' < 26)
#define isupper(c) ((unsigned int)(c) - 'A' < 26)
#define isalpha(c) (((unsigned int)(c) | 32) - 'a' < 26)
#define isalnum(c) (isalpha(c) || isdigit(c))
#define isxdigit(c) (isdigit(c) || ((unsigned int)(c) | 32) - 'a' < 6)
#define isspace(c) ((c) == ' ' || (unsigned int)(c) - '\t' < 5)
#define isprint(c) ((unsigned int)(c) - ' ' < 95)

static __inline __attribute__((__unused__)) int toupper(int c)
{
	return islower(c) ? c - 32 : c;
}

static __inline __attribute__((__unused__)) int tolower(int c)
{
	return isupper(c) ? c + 32 : c;
}

#endif /* VIDEOPORT_CRT_CTYPE_H */
