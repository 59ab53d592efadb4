/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UTF-16 text as legacy drivers have it, and its way from and to UTF-8. Borrows what it looks at;
 * never reads beyond the length it was given. Any context, but for decode_text().
 */
#ifndef VP_CORE_WIDE_H
#define VP_CORE_WIDE_H

#include <cstddef>
#include <cstdint>

#include <video.h>

#include "buffer.h"

namespace vp {

/** Units of UTF-16 that belong to someone else. */
struct WideText {
	const WCHAR *units = nullptr;
	size_t length = 0; /* in units */

	WideText part(size_t from, size_t count) const { return {units + from, count}; }
};

/** Units before the terminating zero, looking at no more than @most; @most if there is none. */
size_t wide_length(const WCHAR *text, size_t most);

/** Equal but for upper and lower case: of the Latin, Greek and Cyrillic letters. */
bool same_name(WideText a, WideText b);
/** The same number for all that same_name() takes for equal. */
uint32_t name_hash(WideText name);

/** Half of a pair of surrogates. */
constexpr bool is_surrogate(uint32_t unit)
{
	return unit >= 0xd800 && unit <= 0xdfff;
}

/*
 * The code point at @at, which goes behind it. Return: the code point; a surrogate if it is one
 * without its other half.
 */
uint32_t next_code_point(WideText text, size_t &at);

/** @code_point in UTF-8; a lone surrogate becomes U+FFFD. Return: bytes, 1 to 4. */
size_t put_utf8(uint32_t code_point, char out[4]);

/** A name for a message: in UTF-8, cut if it is long, without control characters. */
class NameForLog {
public:
	explicit NameForLog(WideText name);
	const char *text() const { return text_; }

private:
	char text_[100];
};

/*
 * decode_text() - the UTF-16 of a file or parameter: UTF-8, or UTF-16LE with a byte order mark
 * @bytes: the text.
 * @length: how many.
 * @memory: receives the units.
 * @text: receives what they say, without a byte order mark.
 *
 * What is no UTF-8 (or UTF-16) becomes a lone surrogate, so that a reader can say where it is.
 *
 * Context: PASSIVE.
 * Return: 0 or -VP_ENOMEM.
 */
[[nodiscard]] int decode_text(const void *bytes, size_t length, Buffer &memory, WideText &text);

} // namespace vp

#endif
