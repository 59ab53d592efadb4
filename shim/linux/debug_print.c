// SPDX-License-Identifier: GPL-2.0
/*
 * VideoPortDebugPrint: a legacy format, printed by the kernel's printf. The two differ where a
 * wrong width would read the wrong arguments, so the format is translated first. Any context.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include <video.h>

#define VP_FORMAT_MAX	512

struct vp_format {
	char text[VP_FORMAT_MAX];
	size_t length;
};

static void vp_put(struct vp_format *out, char c)
{
	if (out->length < VP_FORMAT_MAX - 1)
		out->text[out->length++] = c;
}

/*
 * One conversion: "%" is behind us. long is 32 bits there, so "l" goes; I64 is "ll", I alone is a
 * native word. Wide and counted strings cannot be printed here, nor %n: they become a (hashed)
 * pointer. After %p the kernel would read letters as an extension: a space keeps them apart.
 */
static const char *vp_translate_conversion(struct vp_format *out, const char *in)
{
	bool wide = false;

	vp_put(out, '%');
	while (*in && strchr("-+ #0123456789.*", *in))
		vp_put(out, *in++);
	for (;; in++) {
		if (in[0] == 'I' && in[1] == '6' && in[2] == '4') {
			vp_put(out, 'l');
			vp_put(out, 'l');
			in += 2;
		} else if (in[0] == 'I' && in[1] == '3' && in[2] == '2') {
			in += 2;
		} else if (*in == 'I') {
			vp_put(out, 'z');
		} else if (*in == 'h') {
			vp_put(out, 'h');
		} else if (*in == 'l' || *in == 'w') {
			wide = true;
		} else {
			break;
		}
	}
	switch (*in) {
	case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': case 'c':
		vp_put(out, *in++);
		break;
	case 's':
		if (!wide) {
			vp_put(out, *in++);
			break;
		}
		fallthrough;
	case 'S': case 'C': case 'Z': case 'n': case 'p':
		vp_put(out, 'p');
		if (isalnum(*++in))
			vp_put(out, ' ');
		break;
	case '%':
		vp_put(out, *in++);
		break;
	default: /* not a conversion: the percent sign itself */
		vp_put(out, '%');
	}
	return in;
}

static void vp_translate_format(struct vp_format *out, const char *in)
{
	out->length = 0;
	while (*in) {
		if (*in == '%')
			in = vp_translate_conversion(out, in + 1);
		else
			vp_put(out, *in++);
	}
	/* a cut conversion must not be left at the end */
	if (out->length == VP_FORMAT_MAX - 1 && memchr(out->text + out->length - 16, '%', 16))
		out->length -= 16;
	out->text[out->length] = '\0';
}

/**
 * VideoPortDebugPrint() - a miniport's debug message
 * @DebugPrintLevel: Error and Warn go to the log; Trace and Info where dynamic debug asks for them.
 * @DebugMessage: a legacy printf format.
 *
 * Documented: VideoPortDebugPrint. Beyond it: rate-limited.
 *
 * Context: any.
 */
VOID VideoPortDebugPrint(VIDEO_DEBUG_LEVEL DebugPrintLevel, PSTR DebugMessage, ...)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 50);
	struct va_format vaf;
	struct vp_format format;
	va_list arguments;

	if (!DebugMessage || (DebugPrintLevel <= Warn && !__ratelimit(&limit)))
		return;
	vp_translate_format(&format, DebugMessage);
	while (format.length && format.text[format.length - 1] == '\n')
		format.text[--format.length] = '\0';

	va_start(arguments, DebugMessage);
	vaf.fmt = format.text;
	vaf.va = &arguments;
	if (DebugPrintLevel == Error)
		pr_err("videoport miniport: %pV\n", &vaf);
	else if (DebugPrintLevel == Warn)
		pr_warn("videoport miniport: %pV\n", &vaf);
	else
		pr_debug("videoport miniport: %pV\n", &vaf);
	va_end(arguments);
}
