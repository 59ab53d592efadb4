// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels in plain memory that somebody else owns: what can be drawn on them without a font. Every pixel
 * is computed from numbers only, so that a picture is the same wherever it is drawn.
 */
#ifndef DISPLAY_CANVAS_HPP
#define DISPLAY_CANVAS_HPP

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace display {

/// A colour, each part 0 to 255.
struct Colour {
	uint8_t red = 0, green = 0, blue = 0;

	/// As the device wants it: blue in the lowest byte.
	constexpr uint32_t pixel() const
	{
		return static_cast<uint32_t>(red) << 16 | static_cast<uint32_t>(green) << 8 | blue;
	}
	static constexpr Colour of(uint32_t pixel)
	{
		return {static_cast<uint8_t>(pixel >> 16), static_cast<uint8_t>(pixel >> 8),
			static_cast<uint8_t>(pixel)};
	}
};

/// From @p one (at 0) to @p other (at 255).
constexpr Colour mix(Colour one, Colour other, unsigned int part)
{
	const auto between = [part](unsigned int a, unsigned int b) {
		return static_cast<uint8_t>((a * (255 - part) + b * part + 127) / 255);
	};
	return {between(one.red, other.red), between(one.green, other.green),
		between(one.blue, other.blue)};
}

/// A fully bright colour of the wheel: 0 is red, 1536 red again.
constexpr Colour hue(unsigned int angle)
{
	const uint8_t up = static_cast<uint8_t>(angle % 256), down = static_cast<uint8_t>(255 - up);
	switch (angle / 256 % 6) {
	case 0:
		return {255, up, 0};
	case 1:
		return {down, 255, 0};
	case 2:
		return {0, 255, up};
	case 3:
		return {0, down, 255};
	case 4:
		return {up, 0, 255};
	default:
		return {255, 0, down};
	}
}

class Canvas {
public:
	Canvas(uint32_t *pixels, int width, int height)
		: pixels_(pixels),
		  width_(width),
		  height_(height)
	{
	}

	int width() const { return width_; }
	int height() const { return height_; }
	uint32_t *data() const { return pixels_; }
	size_t bytes() const { return size_t{4} * width_ * height_; }

	/// What lies outside is left out.
	void put(int x, int y, Colour colour) const
	{
		if (x >= 0 && y >= 0 && x < width_ && y < height_)
			pixels_[y * width_ + x] = colour.pixel();
	}
	Colour get(int x, int y) const { return Colour::of(pixels_[y * width_ + x]); }
	/// Put a colour over what is there; at 255 nothing of that shows.
	void blend(int x, int y, Colour colour, unsigned int part) const
	{
		if (x >= 0 && y >= 0 && x < width_ && y < height_)
			put(x, y, mix(get(x, y), colour, part));
	}

	/// A rectangle that @p part of its colour is laid over.
	void box(int x, int y, int width, int height, Colour colour, unsigned int part = 255) const
	{
		for (int row = y; row < y + height; row++)
			for (int column = x; column < x + width; column++)
				blend(column, row, colour, part);
	}

	/// A ball lit from the upper left, with a soft edge.
	void ball(int centre_x, int centre_y, int radius, Colour colour) const;

	/// Copy a rectangle from another canvas of the same size.
	void copy(const Canvas &from, int x, int y, int width, int height) const;

	/// Write it to a file, as PPM. False: errno says why.
	bool write_ppm(const std::string &path) const;

private:
	uint32_t *pixels_;
	int width_, height_;
};

} // namespace display

#endif // DISPLAY_CANVAS_HPP
