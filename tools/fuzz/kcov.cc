// SPDX-License-Identifier: GPL-2.0
/*
 * KCOV by its ioctls (Documentation/dev-tools/kcov.rst), and a shared set of program counters.
 */
#include "kcov.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kcov.h>

namespace fuzz {

namespace {

constexpr uint64_t trace_words = 64 << 10;
constexpr uint32_t places = 1 << 16; // many more than the module has

/// Open addressing; a place once taken stays.
struct Seen {
	std::atomic<uint64_t> count;
	std::atomic<uint64_t> place[places];
};
Seen *seen;

bool add(uint64_t pc)
{
	uint32_t at = static_cast<uint32_t>(pc * 0x9e3779b97f4a7c15ULL >> 48);
	for (uint32_t tries = 0; tries < places; tries++, at = (at + 1) % places) {
		uint64_t here = seen->place[at].load(std::memory_order_relaxed);
		if (here == pc)
			return false;
		if (here == 0 && seen->place[at].compare_exchange_strong(here, pc)) {
			seen->count++;
			return true;
		}
		if (here == pc)
			return false;
	}
	return false;
}

} // namespace

void Kcov::prepare()
{
	if (seen)
		return;
	void *memory = mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	seen = memory == MAP_FAILED ? nullptr : static_cast<Seen *>(memory);
}

uint64_t Kcov::distinct()
{
	return seen ? seen->count.load() : 0;
}

bool Kcov::open()
{
	fd_ = ::open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (fd_ < 0 || !seen)
		return false;
	if (ioctl(fd_, KCOV_INIT_TRACE, trace_words) != 0)
		return false;
	void *memory = mmap(nullptr, trace_words * sizeof(uint64_t), PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd_, 0);
	buffer_ = memory == MAP_FAILED ? nullptr : static_cast<uint64_t *>(memory);
	return buffer_ != nullptr;
}

bool Kcov::enable()
{
	return buffer_ && ioctl(fd_, KCOV_ENABLE, KCOV_TRACE_PC) == 0;
}

void Kcov::disable()
{
	if (buffer_)
		ioctl(fd_, KCOV_DISABLE, 0);
}

unsigned int Kcov::collect() const
{
	const uint64_t count =
		std::min(__atomic_load_n(buffer_, __ATOMIC_RELAXED), trace_words - 1);
	unsigned int fresh = 0;
	for (uint64_t i = 1; i <= count; i++)
		fresh += add(buffer_[i]);
	return fresh;
}

} // namespace fuzz
