/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A registry value that a miniport's module has compiled in, as its wrapper file states it:
 * VIDEOPORT_REG_*() of a table that VIDEOPORT_MINIPORT_REGISTRY() names. Seen by wrappers and by
 * the core; includes nothing of the legacy headers.
 */
#ifndef VIDEOPORT_REGISTRY_VALUE_H
#define VIDEOPORT_REGISTRY_VALUE_H

/* The types of registry values, as legacy drivers and .reg files number them. */
enum videoport_registry_type {
	VIDEOPORT_REG_TYPE_NONE = 0,
	VIDEOPORT_REG_TYPE_SZ = 1,
	VIDEOPORT_REG_TYPE_EXPAND_SZ = 2,
	VIDEOPORT_REG_TYPE_BINARY = 3,
	VIDEOPORT_REG_TYPE_DWORD = 4,
	VIDEOPORT_REG_TYPE_MULTI_SZ = 7,
};

/**
 * struct videoport_registry_value - one value; a table ends with an empty one
 * @name: UTF-8, under the adapter's key; may have a path of subkeys before it: "Key\\Value".
 * @type: enum videoport_registry_type, or any other number.
 * @length: bytes of @data.
 * @data: text is UTF-16 in the processor's byte order, with its terminating zeros.
 */
struct videoport_registry_value {
	const char *name;
	unsigned int type;
	unsigned int length;
	const void *data;
};

/* sparse does not know u"" */
#ifdef __CHECKER__
#define VIDEOPORT_REG_WIDE(_text) L"" _text
#else
#define VIDEOPORT_REG_WIDE(_text) u"" _text
#endif

#define VIDEOPORT_REG_TEXT(_name, _type, _text)						\
	{ .name = (_name), .type = (_type), .length = sizeof(VIDEOPORT_REG_WIDE(_text)),	\
	  .data = VIDEOPORT_REG_WIDE(_text) }

/** VIDEOPORT_REG_SZ() - a string: a literal in UTF-8. */
#define VIDEOPORT_REG_SZ(_name, _text)							\
	VIDEOPORT_REG_TEXT(_name, VIDEOPORT_REG_TYPE_SZ, _text)

/** VIDEOPORT_REG_EXPAND_SZ() - the same, of the type that has %variables%; nothing expands them. */
#define VIDEOPORT_REG_EXPAND_SZ(_name, _text)						\
	VIDEOPORT_REG_TEXT(_name, VIDEOPORT_REG_TYPE_EXPAND_SZ, _text)

/** VIDEOPORT_REG_MULTI_SZ() - strings, each ended by \0: "one\0" "two\0". */
#define VIDEOPORT_REG_MULTI_SZ(_name, _text)						\
	VIDEOPORT_REG_TEXT(_name, VIDEOPORT_REG_TYPE_MULTI_SZ, _text)

/** VIDEOPORT_REG_DWORD() - a number of 32 bits. */
#define VIDEOPORT_REG_DWORD(_name, _value)						\
	{ .name = (_name), .type = VIDEOPORT_REG_TYPE_DWORD, .length = 4,		\
	  .data = (const unsigned int[]){ (_value) } }

/** VIDEOPORT_REG_BINARY() - bytes. */
#define VIDEOPORT_REG_BINARY(_name, ...)						\
	{ .name = (_name), .type = VIDEOPORT_REG_TYPE_BINARY,				\
	  .length = sizeof((const unsigned char[]){ __VA_ARGS__ }),			\
	  .data = (const unsigned char[]){ __VA_ARGS__ } }

/** VIDEOPORT_REG_NONE() - a value without data. */
#define VIDEOPORT_REG_NONE(_name)							\
	{ .name = (_name), .type = VIDEOPORT_REG_TYPE_NONE }

#endif /* VIDEOPORT_REGISTRY_VALUE_H */
