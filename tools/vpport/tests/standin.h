/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a wrapper's registry table needs, for builds against headers that do not have it yet: keeps
 * the values in the module, where no call reads them. Appended to videoport_module.h by run-tests.
 */
#ifndef VIDEOPORT_MINIPORT_REGISTRY

struct videoport_registry_value {
	const char *name;
	const void *data;
	unsigned int size;
	unsigned int number;
};

#define VIDEOPORT_REG_DWORD(_name, _number)	{ .name = (_name), .number = (_number) }
#define VIDEOPORT_REG_NONE(_name)		{ .name = (_name) }
#define VIDEOPORT_REG_BINARY(_name, ...)						\
	{ .name = (_name), .data = (const u8[]){ __VA_ARGS__ },				\
	  .size = sizeof((const u8[]){ __VA_ARGS__ }) }
#define VIDEOPORT_REG_SZ(_name, _text)							\
	{ .name = (_name), .data = u"" _text, .size = sizeof(u"" _text) }
#define VIDEOPORT_REG_EXPAND_SZ		VIDEOPORT_REG_SZ
#define VIDEOPORT_REG_MULTI_SZ		VIDEOPORT_REG_SZ

#define VIDEOPORT_MINIPORT_REGISTRY(_name, _values, ...)				\
	static const struct videoport_registry_value *const _name##_kept __used = (_values);	\
	VIDEOPORT_MINIPORT(_name, __VA_ARGS__)

#endif
