// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for requests that want a particular place: any offset in a page, any protection, holes,
 * and an inaccessible page before and behind, so that a byte too many is a fault.
 * Owns its mapping; unmaps it when it goes out of scope.
 */
#ifndef VIDEOPORT_CLIENT_MEMORY_HPP
#define VIDEOPORT_CLIENT_MEMORY_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace videoport {

/// Bytes in a page.
inline size_t page_size()
{
	static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
	return bytes;
}

/// A range of anonymous memory at a chosen offset in its first page, between two guard pages.
class Region {
public:
	/// No memory.
	Region() = default;

	/**
	 * Map a region.
	 *
	 * @param length  bytes that are wanted.
	 * @param offset  of the first of them in its page; below the page size.
	 * @param flags  for mmap(), beside MAP_ANONYMOUS: MAP_PRIVATE or MAP_SHARED, MAP_POPULATE.
	 * @return the region, zeroed; one that is false if there is no memory (errno says why).
	 */
	static Region make(size_t length, size_t offset = 0, int flags = MAP_PRIVATE)
	{
		const size_t inner = round_up(offset + length);
		const size_t whole = inner + 2 * page_size();
		Region region;
		void *base = mmap(nullptr, whole, PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (base == MAP_FAILED)
			return region;
		region.base_ = static_cast<std::byte *>(base);
		region.whole_ = whole;
		void *first = region.base_ + page_size();
		if (inner != 0 && mmap(first, inner, PROT_READ | PROT_WRITE,
				       flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			return Region();
		region.data_ = region.base_ + page_size() + offset;
		region.size_ = length;
		return region;
	}

	Region(Region &&other) noexcept { swap(other); }
	Region &operator=(Region &&other) noexcept
	{
		Region taken(std::move(other));
		swap(taken);
		return *this;
	}
	~Region()
	{
		if (base_)
			munmap(base_, whole_);
	}

	explicit operator bool() const { return data_ != nullptr; }
	/// The first byte.
	std::byte *data() const { return data_; }
	/// Bytes that were asked for.
	size_t size() const { return size_; }
	/// The address as a request carries it.
	uint64_t address() const { return reinterpret_cast<uintptr_t>(data_); }
	std::span<std::byte> bytes() const { return {data_, size_}; }
	/// Pages that the bytes lie in.
	size_t pages() const { return whole_ == 0 ? 0 : whole_ / page_size() - 2; }
	/// Start of page number @p index of the region.
	std::byte *page(size_t index) const { return base_ + (index + 1) * page_size(); }

	/// Change the protection of @p count pages from page @p first on. False: errno says why.
	bool protect(size_t first, size_t count, int protection) const
	{
		return mprotect(page(first), count * page_size(), protection) == 0;
	}

	/**
	 * Make a hole: nothing is mapped at @p count pages from page @p first on. Until the region
	 * is unmapped no other mapping should be made: it could land there, and would be unmapped.
	 */
	bool punch(size_t first, size_t count) const
	{
		return munmap(page(first), count * page_size()) == 0;
	}

private:
	static size_t round_up(size_t bytes)
	{
		return (bytes + page_size() - 1) / page_size() * page_size();
	}
	void swap(Region &other)
	{
		std::swap(base_, other.base_);
		std::swap(whole_, other.whole_);
		std::swap(data_, other.data_);
		std::swap(size_, other.size_);
	}

	std::byte *base_ = nullptr; // the guard page before the region
	size_t whole_ = 0; // bytes mapped, guards included
	std::byte *data_ = nullptr;
	size_t size_ = 0;
};

} // namespace videoport

#endif // VIDEOPORT_CLIENT_MEMORY_HPP
