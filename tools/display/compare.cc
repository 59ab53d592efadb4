// SPDX-License-Identifier: GPL-2.0
/*
 * On the host: does QEMU's picture of the screen (PNG) show what the program in the guest drew (PPM)?
 * Pixel by pixel, and for a picture with one wrong pixel that one must be found.
 * Exit status: 0 if all is as it has to be, 1 if not, 2 if a picture is missing.
 */
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include <png.h>

#include "../guest/report.hpp"

namespace {

constexpr int steps_in_the_guest = 8;

/// Three bytes a pixel: red, green, blue.
struct Picture {
	uint32_t width = 0, height = 0;
	std::vector<uint8_t> bytes;
};

std::optional<Picture> read_png(const std::string &path)
{
	png_image image = {};
	image.version = PNG_IMAGE_VERSION;
	if (!png_image_begin_read_from_file(&image, path.c_str()))
		return std::nullopt;
	image.format = PNG_FORMAT_RGB;
	Picture picture{image.width, image.height, std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
	if (!png_image_finish_read(&image, nullptr, picture.bytes.data(), 0, nullptr))
		return std::nullopt;
	return picture;
}

/// As canvas.cc writes it.
std::optional<Picture> read_ppm(const std::string &path)
{
	std::ifstream file(path, std::ios::binary);
	std::string magic;
	Picture picture;
	uint32_t most = 0;
	if (!(file >> magic >> picture.width >> picture.height >> most) || magic != "P6" ||
	    most != 255 || picture.width > 16384 || picture.height > 16384)
		return std::nullopt;
	file.get();
	picture.bytes.assign(std::istreambuf_iterator<char>(file), {});
	if (picture.bytes.size() != size_t{3} * picture.width * picture.height)
		return std::nullopt;
	return picture;
}

struct Difference {
	bool comparable = false; ///< both are there, and of one size
	size_t pixels = 0; ///< that differ
	std::string first; ///< which is the first of them
	size_t all = 0;
};

Difference compare(const std::string &drawn_path, const std::string &seen_path)
{
	const auto drawn = read_ppm(drawn_path);
	const auto seen = read_png(seen_path);
	if (!drawn || !seen) {
		fprintf(stderr, "compare: %s cannot be read\n",
			(drawn ? seen_path : drawn_path).c_str());
		return {};
	}
	Difference found;
	found.all = size_t{drawn->width} * drawn->height;
	if (drawn->width != seen->width || drawn->height != seen->height) {
		found.first = text("drawn %ux%u, seen %ux%u", drawn->width, drawn->height,
				   seen->width, seen->height);
		return found;
	}
	found.comparable = true;
	for (size_t i = 0; i < found.all; i++) {
		const uint8_t *one = &drawn->bytes[3 * i], *other = &seen->bytes[3 * i];
		if (memcmp(one, other, 3) == 0)
			continue;
		if (found.pixels++ == 0)
			found.first = text("%zu, %zu: drawn %02x%02x%02x, seen %02x%02x%02x",
					   i % drawn->width, i / drawn->width, one[0], one[1],
					   one[2], other[0], other[1], other[2]);
	}
	return found;
}

void tell(Report &report, const char *name, const Difference &found)
{
	report.row(name, text("%s of %s pixels differ%s%s", grouped(found.pixels).c_str(),
			      grouped(found.all).c_str(), found.first.empty() ? "" : ": ",
			      found.first.c_str()));
}

} // namespace

int main(int count, char **words)
{
	if (count < 3) {
		fprintf(stderr, "usage: compare DRAWN-FOLDER SEEN-FOLDER [--live] [--unicode]\n");
		return 2;
	}
	const std::string drawn = words[1], seen = words[2];
	bool live = false, unicode = false;
	for (int i = 3; i < count; i++) {
		live = live || strcmp(words[i], "--live") == 0;
		unicode = unicode || strcmp(words[i], "--unicode") == 0;
	}
	Report report(live, unicode, steps_in_the_guest + 1);
	report.step("On the host: what did QEMU's screen show?");
	const Difference picture = compare(drawn + "/picture.ppm", seen + "/picture.png");
	const Difference wrong = compare(drawn + "/picture.ppm", seen + "/wrong.png");
	const Difference last = compare(drawn + "/last.ppm", seen + "/last.png");
	tell(report, "the picture", picture);
	tell(report, "one pixel wrong", wrong);
	tell(report, "the last frame", last);
	if (!picture.all || !wrong.all || !last.all)
		return 2;
	report.prove("the screen showed the picture, every pixel as it was drawn",
		     picture.comparable && picture.pixels == 0);
	report.prove("one pixel that was wrong by the smallest step was seen",
		     wrong.comparable && wrong.pixels == 1);
	report.prove("after the animation the screen showed the last frame, every pixel",
		     last.comparable && last.pixels == 0);
	return report.verdict(3) ? 0 : 1;
}
