// SPDX-License-Identifier: GPL-2.0
/*
 * The demo's picture: see picture.hpp. Knows nothing of devices.
 */
#include "picture.hpp"

namespace display {

namespace {

constexpr Colour white = {255, 255, 255}, black = {0, 0, 0};
constexpr int margin = 40;

void sky(const Canvas &canvas)
{
	const Colour top = {12, 18, 52}, middle = {92, 44, 120}, bottom = {236, 122, 80};
	for (int y = 0; y < canvas.height(); y++) {
		const unsigned int part = static_cast<unsigned int>(y) * 510 /
					  static_cast<unsigned int>(canvas.height());
		const Colour colour = part < 256 ? mix(top, middle, std::min(part, 255U))
						 : mix(middle, bottom, part - 255);
		canvas.box(0, y, canvas.width(), 1, colour);
	}
}

/// Ramps of one colour each from nothing to all, and the wheel.
void ramps(const Canvas &canvas, int x, int y, int width, int height)
{
	const Colour ends[] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, white};
	int row = y;
	for (const Colour end : ends) {
		for (int column = 0; column < width; column++)
			canvas.box(x + column, row, 1, height,
				   mix(black, end,
				       static_cast<unsigned int>(column * 255 / (width - 1))));
		row += height + 6;
	}
	for (int column = 0; column < width; column++)
		canvas.box(x + column, row, 1, height,
			   hue(static_cast<unsigned int>(column * 1535 / (width - 1))));
}

/// Where no pixel follows from its neighbours: one that is lost is seen.
void noise(const Canvas &canvas, int x, int y, int size)
{
	uint32_t seed = 0x2545f491;
	for (int row = 0; row < size; row++) {
		for (int column = 0; column < size; column++) {
			seed ^= seed << 13;
			seed ^= seed >> 17;
			seed ^= seed << 5;
			canvas.put(x + column, y + row, Colour::of(seed));
		}
	}
}

/// Lines of one pixel, upright and level: a line that is off by one is seen.
void comb(const Canvas &canvas, int x, int y, int size)
{
	for (int row = 0; row < size; row++)
		for (int column = 0; column < size; column++)
			canvas.put(x + column, y + row,
				   (row < size / 2 ? row : column) % 2 ? white : black);
}

} // namespace

void draw_picture(const Canvas &canvas, const Font &font, const std::vector<std::string> &facts)
{
	const int width = canvas.width(), height = canvas.height();
	sky(canvas);
	canvas.ball(width - 116, 104, 70, {255, 196, 84});

	font.write(canvas, margin + 3, 113, 72, {8, 8, 24}, "videoport");
	font.write(canvas, margin, 110, 72, white, "videoport");
	font.write(canvas, margin + 2, 150, 19, {230, 226, 244},
		   "A Windows display driver, its source unchanged, on Linux");

	canvas.box(margin, 190, width - 2 * margin, 26 * static_cast<int>(facts.size()) + 22, black,
		   110);
	int y = 220;
	for (const std::string &fact : facts) {
		font.write(canvas, margin + 18, y, 16, {244, 240, 232}, fact);
		y += 26;
	}

	const int ramps_width = width - 2 * margin - 2 * 110;
	ramps(canvas, margin, height - 180, ramps_width, 20);
	noise(canvas, margin + ramps_width + 20, height - 180, 90);
	comb(canvas, margin + ramps_width + 130, height - 180, 90);

	// the border shows that nothing is cut off
	canvas.box(0, 0, width, 1, white);
	canvas.box(0, height - 1, width, 1, white);
	canvas.box(0, 0, 1, height, white);
	canvas.box(width - 1, 0, 1, height, white);
	font.write(canvas, margin, height - 16, 14, {40, 16, 40},
		   "drawn into plain memory, locked, and fetched by the device page by page");
}

std::vector<uint32_t> draw_pointer(int size)
{
	std::vector<uint32_t> pixels(static_cast<size_t>(size) * size);
	constexpr int length = 24;
	for (int y = 0; y < length && y < size; y++) {
		for (int x = 0; x <= y && x < size; x++) {
			const bool edge = x == 0 || x == y || y == length - 1;
			pixels[static_cast<size_t>(y) * size + x] =
				0xff000000 | (edge ? black : white).pixel();
		}
	}
	return pixels;
}

void Ball::move(const Canvas &canvas)
{
	if (x + step_x - radius < 0 || x + step_x + radius >= canvas.width())
		step_x = -step_x;
	if (y + step_y - radius < 0 || y + step_y + radius >= canvas.height())
		step_y = -step_y;
	x += step_x;
	y += step_y;
	angle += 12;
}

} // namespace display
