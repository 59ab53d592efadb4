// SPDX-License-Identifier: GPL-2.0
/*
 * A miniport's messages in the kernel log: legacy formats, which the core prints, and as often as
 * the rate limit allows. Any context.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/stdarg.h>

#include <ntddk.h>
#include <video.h>

#include "../core/platform.h"

#define VP_TEXT_MAX	512

void vp_pointer_text(const void *pointer, char text[VP_POINTER_TEXT])
{
	snprintf(text, VP_POINTER_TEXT, "%p", pointer);
}

/* What DbgPrint says without a level. */
#define VP_LEVEL_PLAIN	2
/* From here on only where dynamic debug asks for it. */
#define VP_LEVEL_DEBUG	3

static const char *vp_text(char text[VP_TEXT_MAX], const char *format, va_list arguments)
{
	size_t length = vp_core_format(text, VP_TEXT_MAX, format, arguments);

	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	return text;
}

/*
 * @level: 0 an error, 1 a warning, VP_LEVEL_PLAIN, VP_LEVEL_DEBUG. What nobody asks for is not
 * formatted: the macro looks first.
 */
static void vp_miniport_print(unsigned int level, const char *format, va_list arguments)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 50);
	char text[VP_TEXT_MAX];

	if (!format || (level < VP_LEVEL_DEBUG && !__ratelimit(&limit)))
		return;
	switch (level) {
	case 0:
		pr_err("videoport miniport: %s\n", vp_text(text, format, arguments));
		break;
	case 1:
		pr_warn("videoport miniport: %s\n", vp_text(text, format, arguments));
		break;
	case VP_LEVEL_PLAIN:
		pr_info("videoport miniport: %s\n", vp_text(text, format, arguments));
		break;
	default:
		pr_debug("videoport miniport: %s\n", vp_text(text, format, arguments));
	}
}

/**
 * VideoPortDebugPrint() - a miniport's debug message
 * @DebugPrintLevel: Error and Warn go to the log; Trace and Info where dynamic debug asks for them.
 * @DebugMessage: a legacy printf format.
 *
 * Documented: VideoPortDebugPrint. Beyond it: rate-limited; %p does not tell the address.
 *
 * Context: any.
 */
VOID VideoPortDebugPrint(VIDEO_DEBUG_LEVEL DebugPrintLevel, PSTR DebugMessage, ...)
{
	va_list arguments;

	va_start(arguments, DebugMessage);
	vp_miniport_print(DebugPrintLevel <= Warn ? DebugPrintLevel : VP_LEVEL_DEBUG, DebugMessage,
			  arguments);
	va_end(arguments);
}

/**
 * DbgPrint() - a driver's message to the log
 * @Format: a legacy printf format.
 *
 * Documented: DbgPrint. Beyond it: rate-limited; %p does not tell the address.
 *
 * Context: any.
 * Return: STATUS_SUCCESS.
 */
ULONG DbgPrint(PCSTR Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	vp_miniport_print(VP_LEVEL_PLAIN, Format, arguments);
	va_end(arguments);
	return STATUS_SUCCESS;
}

/**
 * DbgPrintEx() - the same with a level
 * @ComponentId: not looked at.
 * @Level: DPFLTR_*_LEVEL: errors and warnings go to the log; others, and masks, where dynamic
 *	debug asks for them.
 * @Format: a legacy printf format.
 *
 * Context: any.
 * Return: STATUS_SUCCESS.
 */
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	vp_miniport_print(Level <= DPFLTR_WARNING_LEVEL ? Level : VP_LEVEL_DEBUG, Format,
			  arguments);
	va_end(arguments);
	return STATUS_SUCCESS;
}

/** HalDisplayString() - a text that was for the screen: to the log. Any context. */
VOID HalDisplayString(PUCHAR String)
{
	if (String)
		DbgPrint("%s", (PCSTR)String);
}
