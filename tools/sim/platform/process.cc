// SPDX-License-Identifier: GPL-2.0
/*
 * Pages and address spaces. See process.hpp.
 */
#include "process.hpp"
#include "fail.hpp"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace sim {

PageFrames::PageFrames(unsigned int count, Random &random, unsigned int above)
{
	memory_ = static_cast<uint8_t *>(mmap(nullptr, count * page_size, PROT_READ | PROT_WRITE,
					      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	if (memory_ == MAP_FAILED)
		fail("no memory for %u pages", count);
	for (unsigned int i = 0; i < count; i++) {
		uint64_t physical = 0x1000000 + i * page_size;

		if (above && i % above == above - 1)
			physical += 1ull << 32;
		pages_.push_back(new Page{physical, memory_ + i * page_size});
	}
	free_ = pages_;
	/* Runs of neighbours, in random order: contiguous pages are to be seen, but not only. */
	for (unsigned int i = count; i > 1; i--)
		if (random.below(3))
			std::swap(free_[i - 1], free_[random.below(i)]);
}

PageFrames::~PageFrames()
{
	for (Page *page : pages_)
		delete page;
	munmap(memory_, pages_.size() * page_size);
}

Page *PageFrames::allocate()
{
	RawGuard guard(lock);

	if (free_.empty())
		return nullptr;

	Page *page = free_.back();

	free_.pop_back();
	memset(page->data, 0, page_size);
	page->maps = 1;
	page->dirty = false;
	return page;
}

void PageFrames::unmapped(Page &page)
{
	RawGuard guard(lock);

	if (!page.maps)
		fail("page 0x%llx unmapped once too often",
		     static_cast<unsigned long long>(page.physical));
	else if (!--page.maps && !page.pins)
		free_.push_back(&page);
}

void PageFrames::unpinned(Page &page)
{
	RawGuard guard(lock);

	if (!page.pins)
		fail("page 0x%llx unpinned once too often",
		     static_cast<unsigned long long>(page.physical));
	else if (!--page.pins && !page.maps)
		free_.push_back(&page);
}

Process::~Process()
{
	unmap_all();
	if (charged)
		fail("process freed with %llu page(s) charged",
		     static_cast<unsigned long long>(charged.load()));
}

bool Process::map(unsigned int index, PageKind kind)
{
	bool memory = kind == PageKind::Normal || kind == PageKind::ReadOnly;
	Page *page = memory ? frames_.allocate() : nullptr;

	if (memory && !page)
		kind = PageKind::Hole;

	RawGuard guard(lock);

	if (Page *before = entries_[index].page)
		frames_.unmapped(*before);
	entries_[index] = {kind, page};
	return !memory || page;
}

void Process::share(unsigned int index, Page &page)
{
	{
		RawGuard guard(frames_.lock);

		page.maps++;
	}

	RawGuard guard(lock);

	if (Page *before = entries_[index].page)
		frames_.unmapped(*before);
	entries_[index] = {PageKind::Normal, &page};
}

void Process::unmap_all()
{
	for (unsigned int i = 0; i < page_count; i++)
		map(i, PageKind::Hole);
}

Process::Entry Process::at(uint64_t address) const
{
	if (address < base || address >= base + page_count * page_size)
		return {};
	return entries_[(address - base) / page_size];
}

bool Process::read(uint64_t address, void *to, size_t length) const
{
	auto *bytes = static_cast<uint8_t *>(to);

	while (length) {
		size_t offset = address % page_size;
		size_t part = std::min(length, page_size - offset);
		Entry entry = at(address);

		if (!entry.page)
			return false;
		memcpy(bytes, entry.page->data + offset, part);
		bytes += part;
		address += part;
		length -= part;
	}
	return true;
}

bool Process::write(uint64_t address, const void *from, size_t length)
{
	auto *bytes = static_cast<const uint8_t *>(from);

	while (length) {
		size_t offset = address % page_size;
		size_t part = std::min(length, page_size - offset);
		Entry entry = at(address);

		if (!entry.page || entry.kind != PageKind::Normal)
			return false;
		memcpy(entry.page->data + offset, bytes, part);
		bytes += part;
		address += part;
		length -= part;
	}
	return true;
}

} // namespace sim
