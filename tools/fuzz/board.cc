// SPDX-License-Identifier: GPL-2.0
/*
 * The board's memory, and its list of failures.
 */
#include "board.hpp"

#include <cstdio>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

namespace fuzz {

Board &board()
{
	static Board *const shared = [] {
		void *memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED) {
			perror("fuzz: no memory for the board");
			exit(2);
		}
		auto *made = static_cast<Board *>(memory);
		for (auto &minor : made->minor)
			minor = -1;
		return made;
	}();
	return *shared;
}

void Board::fail(const char *format, ...)
{
	const uint32_t number = failures++;
	if (number >= std::size(failure))
		return;
	char text[sizeof(failure[0])];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(failure[number], sizeof(failure[number]), "%s", text);
	/* at once: the guest may not live to tell it */
	dprintf(STDOUT_FILENO, "FAILED: %s\n", text);
}

} // namespace fuzz
