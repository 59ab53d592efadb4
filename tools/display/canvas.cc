// SPDX-License-Identifier: GPL-2.0
/*
 * The longer ones of the canvas's functions: see canvas.hpp.
 */
#include "canvas.hpp"

#include <cmath>

namespace display {

void Canvas::ball(int centre_x, int centre_y, int radius, Colour colour) const
{
	for (int y = -radius; y <= radius; y++) {
		for (int x = -radius; x <= radius; x++) {
			const double distance = std::sqrt(x * x + y * y);
			if (distance > radius)
				continue;
			const double inside = std::min(1.0, radius - distance);
			const double light =
				std::hypot(x + radius * 0.4, y + radius * 0.4) / radius;
			const Colour shaded =
				light < 0.5 ? mix({255, 255, 255}, colour,
						  static_cast<unsigned int>(light * 510))
					    : mix(colour, {0, 0, 0},
						  std::min(255U, static_cast<unsigned int>(
									 (light - 0.5) * 220)));
			blend(centre_x + x, centre_y + y, shaded,
			      static_cast<unsigned int>(inside * 255));
		}
	}
}

void Canvas::copy(const Canvas &from, int x, int y, int width, int height) const
{
	for (int row = std::max(y, 0); row < std::min(y + height, height_); row++)
		for (int column = std::max(x, 0); column < std::min(x + width, width_); column++)
			pixels_[row * width_ + column] = from.pixels_[row * width_ + column];
}

bool Canvas::write_ppm(const std::string &path) const
{
	const std::unique_ptr<FILE, int (*)(FILE *)> file(fopen(path.c_str(), "wb"), fclose);
	if (!file)
		return false;
	fprintf(file.get(), "P6\n%d %d\n255\n", width_, height_);
	std::vector<uint8_t> row(size_t{3} * width_);
	for (int y = 0; y < height_; y++) {
		for (int x = 0; x < width_; x++) {
			const Colour colour = get(x, y);
			row[3 * x] = colour.red;
			row[3 * x + 1] = colour.green;
			row[3 * x + 2] = colour.blue;
		}
		if (fwrite(row.data(), row.size(), 1, file.get()) != 1)
			return false;
	}
	return fflush(file.get()) == 0;
}

} // namespace display
