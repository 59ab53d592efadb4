// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that a miniport module may link to, or ask for by name: those of the two lists, and no
 * other.
 */
#include <linux/export.h>
#include <linux/string.h>

#include <ntddk.h>
#include <video.h>
#include <videoport/crt.h>

#include "../core/platform.h"

#define VP_GROUP(title)
#define VP_WORKS(name, file, note) EXPORT_SYMBOL_GPL(name);
#define VP_FAILS(name, file, result, why) EXPORT_SYMBOL_GPL(name);
#define VP_MACRO(name, file, note)
#include "../api/video.def"
#include "../api/ntddk.def"
#undef VP_WORKS
#undef VP_FAILS

#define VP_WORKS(name, file, note) { #name, name },
#define VP_FAILS(name, file, result, why) { #name, name },

static const struct {
	const char *name;
	void *function;
} procedures[] = {
#include "../api/video.def"
#include "../api/ntddk.def"
};

void *vp_procedure(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(procedures); i++)
		if (!strcmp(procedures[i].name, name))
			return procedures[i].function;
	return NULL;
}
