// SPDX-License-Identifier: GPL-2.0
/*
 * The arena of simulated threads: one range at a fixed address, given out from its start to its
 * end. See arena.hpp.
 */
#include "arena.hpp"
#include "fail.hpp"
#include "process.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_ASAN 1
#endif
#endif

#ifdef SIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

namespace sim::arena {

static constexpr uintptr_t base = 0x200000000000;
static constexpr size_t capacity = 512ull << 20;
/* The largest that a machine of this kind gives. */
static constexpr size_t most = 64ull << 20;
static constexpr size_t redzone = 32;
static constexpr unsigned char freed_pattern = 0xdb;

static char *start;
static size_t used;
static size_t live;
static std::vector<Block> blocks;

static void prepare()
{
	if (start)
		return;

	void *mapped =
		mmap(reinterpret_cast<void *>(base), capacity, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (mapped == MAP_FAILED) {
		fail("the arena cannot be mapped at 0x%lx", static_cast<unsigned long>(base));
		abort();
	}
	start = static_cast<char *>(mapped);
	ASAN_POISON_MEMORY_REGION(start, capacity);
}

void reset()
{
	if (start && used) {
		/* what comes next is zero again, and reachable only once it is given out */
		ASAN_UNPOISON_MEMORY_REGION(start, used);
		if (used > (1 << 20))
			madvise(start, used, MADV_DONTNEED);
		else
			memset(start, 0, used);
		ASAN_POISON_MEMORY_REGION(start, used);
	}
	used = 0;
	live = 0;
	blocks.clear();
}

/* kmalloc() has sizes that are powers of two, aligned to themselves; and 96, aligned to 32. */
static size_t alignment_of(size_t size)
{
	if (size >= page_size)
		return page_size;
	if (size > 64 && size <= 96)
		return 32;

	size_t alignment = 8;

	while (alignment < size && alignment < 64)
		alignment *= 2;
	return alignment;
}

/* Who makes the block that a report has named: SIM_BLOCK=15 in the environment. */
static void show_if_wanted()
{
#ifdef SIM_ASAN
	static const char *wanted = getenv("SIM_BLOCK");

	if (wanted && blocks.size() == strtoul(wanted, nullptr, 0)) {
		fprintf(stderr, "block %s is allocated here:\n", wanted);
		__sanitizer_print_stack_trace();
	}
#endif
}

void *allocate(size_t size)
{
	if (!size) {
		fail("vp_alloc() of 0 bytes");
		return nullptr;
	}
	if (size > most)
		return nullptr;
	prepare();

	size_t alignment = alignment_of(size);
	size_t offset = used + redzone;

	/* aligned to just that, never to more by chance */
	if (alignment < page_size) {
		offset = (offset + 2 * alignment - 1) & ~(2 * alignment - 1);
		offset += alignment;
	} else {
		offset = (offset + alignment - 1) & ~(alignment - 1);
	}
	if (offset + size + redzone > capacity)
		return nullptr;

	char *memory = start + offset;

	used = offset + ((size + 7) & ~size_t{7});
	ASAN_UNPOISON_MEMORY_REGION(memory, size);
	show_if_wanted();
	blocks.push_back({memory, size});
	live++;
	return memory;
}

static Block *block_at(const void *address)
{
	auto *wanted = static_cast<const char *>(address);
	auto after = std::upper_bound(
		blocks.begin(), blocks.end(), wanted,
		[](const char *each, const Block &block) { return each < block.start; });

	return after == blocks.begin() ? nullptr : &after[-1];
}

void release(void *memory)
{
	Block *block = block_at(memory);

	if (!block || block->start != memory) {
		fail("vp_free() of %p, which vp_alloc() never gave (%s)", memory,
		     describe(memory).c_str());
		return;
	}
	if (block->freed) {
		fail("vp_free() of %s: freed twice", describe(memory).c_str());
		return;
	}
	if (block->pins)
		fail("vp_free() of %s, which is pinned", describe(memory).c_str());
	memset(block->start, freed_pattern, block->size);
	ASAN_POISON_MEMORY_REGION(block->start, block->size);
	block->freed = true;
	live--;
}

Block *find(const void *memory, size_t length)
{
	auto *from = static_cast<const char *>(memory);
	Block *block = block_at(from);

	if (!block || block->freed || length > block->size ||
	    static_cast<size_t>(from - block->start) > block->size - length)
		return nullptr;
	return block;
}

size_t live_blocks()
{
	return live;
}

std::string describe(const void *address)
{
	char text[128];
	const Block *block = block_at(address);

	if (!block)
		return "no block";
	snprintf(text, sizeof(text), "byte %td of block %td (%zu bytes%s)",
		 static_cast<const char *>(address) - block->start, block - blocks.data(),
		 block->size, block->freed ? ", freed" : "");
	return text;
}

void report_leaks()
{
	std::string list;

	if (!live)
		return;
	for (const Block &block : blocks)
		if (!block.freed && list.size() < 300)
			list += (list.empty() ? "" : ", ") + std::to_string(block.size) +
				" bytes (block " + std::to_string(&block - blocks.data()) + ")";
	fail("%zu block(s) of vp_alloc() were not freed: %s", live, list.c_str());
}

} // namespace sim::arena
