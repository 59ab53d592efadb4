// SPDX-License-Identifier: GPL-2.0
/*
 * What the demo draws: the picture, the pointer, and how the animation goes on.
 */
#ifndef DISPLAY_PICTURE_HPP
#define DISPLAY_PICTURE_HPP

#include <string>
#include <vector>

#include "canvas.hpp"
#include "font.hpp"

namespace display {

/// Draw the picture: text, gradients, and a patch of noise. @p facts: lines of small text in it.
void draw_picture(const Canvas &canvas, const Font &font, const std::vector<std::string> &facts);

/// The pointer's image, @p size by @p size: an arrow; alpha in the highest byte.
std::vector<uint32_t> draw_pointer(int size);

/// A ball on its way over the picture.
struct Ball {
	int x = 120, y = 420, radius = 36;
	int step_x = 9, step_y = -7;
	unsigned int angle = 0; ///< of its colour

	/// One frame further, staying on the canvas.
	void move(const Canvas &canvas);
	void draw(const Canvas &canvas) const { canvas.ball(x, y, radius, hue(angle)); }
	int left() const { return x - radius; }
	int top() const { return y - radius; }
	int size() const { return 2 * radius + 1; }
};

} // namespace display

#endif // DISPLAY_PICTURE_HPP
