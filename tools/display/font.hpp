// SPDX-License-Identifier: GPL-2.0
/*
 * Text on a canvas, by FreeType from a font file. Owns the library's handles.
 */
#ifndef DISPLAY_FONT_HPP
#define DISPLAY_FONT_HPP

#include <memory>
#include <string>
#include <string_view>

#include <ft2build.h>
#include FT_FREETYPE_H

#include "canvas.hpp"

namespace display {

class Font {
public:
	/// @p path: a font that FreeType reads. Look whether it is true afterwards.
	explicit Font(const std::string &path)
	{
		FT_Library library = nullptr;
		if (FT_Init_FreeType(&library))
			return;
		library_.reset(library);
		FT_Face face = nullptr;
		if (!FT_New_Face(library, path.c_str(), 0, &face))
			face_.reset(face);
	}

	explicit operator bool() const { return face_ != nullptr; }

	/**
	 * Write a line, smoothed.
	 *
	 * @param x  where it begins; @p y: its base line.
	 * @param size  of the letters, in pixels.
	 * @return where the next letter would begin.
	 */
	int write(const Canvas &canvas, int x, int y, int size, Colour colour,
		  std::string_view words) const
	{
		FT_Set_Pixel_Sizes(face_.get(), 0, static_cast<unsigned int>(size));
		FT_UInt last = 0;
		for (const char letter : words) {
			const FT_UInt glyph =
				FT_Get_Char_Index(face_.get(), static_cast<unsigned char>(letter));
			FT_Vector kerning = {};
			if (last && glyph)
				FT_Get_Kerning(face_.get(), last, glyph, FT_KERNING_DEFAULT,
					       &kerning);
			x += static_cast<int>(kerning.x >> 6);
			last = glyph;
			if (FT_Load_Glyph(face_.get(), glyph, FT_LOAD_RENDER))
				continue;
			draw(canvas, x, y, colour);
			x += static_cast<int>(face_->glyph->advance.x >> 6);
		}
		return x;
	}

private:
	/// The glyph that was loaded last.
	void draw(const Canvas &canvas, int x, int y, Colour colour) const
	{
		const FT_GlyphSlot glyph = face_->glyph;
		const FT_Bitmap &bitmap = glyph->bitmap;
		for (int row = 0; row < static_cast<int>(bitmap.rows); row++)
			for (int column = 0; column < static_cast<int>(bitmap.width); column++)
				canvas.blend(x + glyph->bitmap_left + column,
					     y - glyph->bitmap_top + row, colour,
					     bitmap.buffer[row * bitmap.pitch + column]);
	}

	struct Closer {
		void operator()(FT_Library library) const { FT_Done_FreeType(library); }
		void operator()(FT_Face face) const { FT_Done_Face(face); }
	};
	std::unique_ptr<FT_LibraryRec_, Closer> library_;
	std::unique_ptr<FT_FaceRec_, Closer> face_; // before the library
};

} // namespace display

#endif // DISPLAY_FONT_HPP
