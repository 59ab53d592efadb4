// SPDX-License-Identifier: GPL-2.0
/*
 * The corpus: places in shared memory, each written once, so that nobody reads half of a sequence.
 * When all are taken, what comes later is not kept.
 */
#include "corpus.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include <sys/mman.h>

namespace fuzz {

namespace {

constexpr uint64_t most = 2048;

struct Shelf {
	std::atomic<uint64_t> added;
	std::atomic<bool> whole[most];
	Sequence sequences[most];
};
Shelf *shelf;

} // namespace

void Corpus::prepare()
{
	if (shelf)
		return;
	void *memory = mmap(nullptr, sizeof(Shelf), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shelf = memory == MAP_FAILED ? nullptr : static_cast<Shelf *>(memory);
}

void Corpus::add(const Sequence &sequence)
{
	if (!shelf)
		return;
	const uint64_t at = shelf->added++;
	if (at >= most)
		return;
	memcpy(&shelf->sequences[at], &sequence, sizeof(sequence));
	shelf->whole[at] = true;
}

bool Corpus::pick(Random &random, Sequence &found)
{
	const uint64_t count = size();
	if (count == 0)
		return false;
	const uint32_t at = random.below(static_cast<uint32_t>(count));
	if (!shelf->whole[at])
		return false;
	memcpy(&found, &shelf->sequences[at], sizeof(found));
	return true;
}

uint64_t Corpus::size()
{
	return shelf ? std::min(shelf->added.load(), most) : 0;
}

} // namespace fuzz
