/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the adapter's hardware has: access ranges, claimed once, those of its registers and the legacy
 * ones; and their mappings into the kernel. Nothing is mapped that is not a claimed range of this
 * adapter. PASSIVE.
 */
#ifndef VP_CORE_RESOURCES_H
#define VP_CORE_RESOURCES_H

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <video.h>

#include "counters.h"
#include "deferred.h"
#include "legacy_ranges.h"
#include "list.h"
#include "lock.h"
#include "memory.h"

namespace vp {

/** One mapping of a part of a BAR. */
class RangeMapping {
public:
	RangeMapping(vp_device *device, unsigned int bar, uint64_t offset, size_t length, bool io,
		     bool write_combining)
		: device_(device),
		  bar_(bar),
		  offset_(offset),
		  length_(length),
		  io_(io),
		  write_combining_(write_combining)
	{
	}
	RangeMapping(const RangeMapping &) = delete;
	RangeMapping &operator=(const RangeMapping &) = delete;
	~RangeMapping()
	{
		if (address_ && !io_)
			vp_bar_unmap(device_, address_);
	}

	[[nodiscard]] bool map()
	{
		address_ = vp_bar_map(device_, bar_, offset_, length_, write_combining_);
		return address_;
	}

	void *address() const { return address_; }
	bool write_combining() const { return write_combining_; }
	/** Registers or memory, all of which is in this mapping. */
	bool holds(const void *at, size_t length) const
	{
		auto from = reinterpret_cast<uintptr_t>(at);
		auto start = reinterpret_cast<uintptr_t>(address_);

		return !io_ && from >= start && length <= length_ &&
		       from - start <= length_ - length;
	}
	bool io() const { return io_; }
	/** @address is inside. @bar and @offset: where it is then. */
	bool contains(const void *address, unsigned int &bar, uint64_t &offset) const
	{
		uintptr_t from_start = reinterpret_cast<uintptr_t>(address) -
				       reinterpret_cast<uintptr_t>(address_);

		bar = bar_;
		offset = offset_ + from_start;
		return from_start < length_;
	}
	bool overlaps(unsigned int bar, uint64_t offset, size_t length) const
	{
		return bar == bar_ && offset < offset_ + length_ && offset_ < offset + length;
	}

	Link<RangeMapping> link{this};

private:
	vp_device *device_;
	const unsigned int bar_;
	const uint64_t offset_;
	const size_t length_;
	const bool io_;
	const bool write_combining_;
	void *address_ = nullptr;
};

class Resources {
public:
	Resources(vp_device *device, SpinLock &lock, Counters &counters)
		: device_(device),
		  lock_(lock),
		  counters_(counters),
		  legacy_(device, counters),
		  deferred_(device, lock, counters)
	{
	}
	Resources(const Resources &) = delete;
	Resources &operator=(const Resources &) = delete;

	/** List the BARs and claim them. @count 0 gives the claim up. */
	VP_STATUS claim(const char *call, ULONG count, VIDEO_ACCESS_RANGE *ranges, ULONG *slot);
	/**
	 * Are these ranges the adapter's own, or legacy ranges that it may have? Claims them if so,
	 * all or none; ranges of no bytes are passed over.
	 */
	VP_STATUS verify(const char *call, ULONG count, const VIDEO_ACCESS_RANGE *ranges);
	/**
	 * List and claim what a miniport has a wish for, instead of the BARs.
	 * Return: as claim().
	 */
	VP_STATUS claim_requested(const char *call, ULONG wishes,
				  const IO_RESOURCE_DESCRIPTOR *wish, ULONG count,
				  VIDEO_ACCESS_RANGE *ranges, ULONG *slot);
	/** Are these @length bytes of registers or memory, mapped for the miniport? */
	bool mapped(const void *at, size_t length);

	/**
	 * Map a part of a claimed range. @flags: VIDEO_MEMORY_SPACE_*. nullptr: said why.
	 * @caching: called as caching(bar, offset, length, wanted): how others see it.
	 */
	template <class Caching>
	[[nodiscard]] void *map(const char *call, uint64_t address, uint64_t length, ULONG flags,
				Caching caching)
	{
		const bool io = flags & VIDEO_MEMORY_SPACE_IO;
		const bool wanted = !io && flags & VIDEO_MEMORY_SPACE_P6CACHE;
		vp_view_source range{};

		if (!find_range(call, address, length, io, range))
			return nullptr;
		range.write_combining = caching(range.bar, range.offset, range.length,
						caching_of_mappings(range, wanted));
		say_caching(call, address, wanted, range.write_combining);
		return map_range(call, address, range, io);
	}
	/** What find_view() made of a range. */
	enum class Viewable {
		Elsewhere, /* it is no part of a claimed memory range */
		Refused, /* said why */
		Yes,
	};
	/**
	 * Whole pages around a part of a claimed memory range, for a client to see.
	 * @caching: called as caching(bar, offset, length, wanted): how others see it.
	 */
	template <class Caching>
	Viewable find_view(const char *call, uint64_t address, uint64_t length,
			   bool write_combining, Caching caching, vp_view_source &source)
	{
		Viewable viewable = find_pages(call, address, length, source);

		if (viewable == Viewable::Yes) {
			bool agreed = caching_of_mappings(source, write_combining);

			source.write_combining =
				caching(source.bar, source.offset, source.length, agreed);
			say_caching(call, address, write_combining, source.write_combining);
		}
		return viewable;
	}

	/**
	 * Undo map(), later if the context is not PASSIVE.
	 * Return: false if @address is not what map() returned.
	 */
	[[nodiscard]] bool unmap(void *address, vp_context context);
	/** It is a claimed range of memory. Any context. */
	[[nodiscard]] bool has(uint64_t address, uint64_t length) const
	{
		uint64_t offset;

		return claimed_ && length && find_bar(address, length, false, offset) >= 0;
	}
	/** The bus address of what is mapped at @mapped. Any context. Return: false: nothing is. */
	[[nodiscard]] bool bus_address(const void *mapped, uint64_t &address);
	/** Unmap what was put off. */
	void work();

	/** Unmap everything and give up the claim. */
	void release();

private:
	/** The BAR that contains the range, or -1. */
	int find_bar(uint64_t address, uint64_t length, bool io, uint64_t &offset) const;
	/** The same where it is claimed; or VP_LEGACY_*. */
	int find_claimed(uint64_t address, uint64_t length, bool io, uint64_t &offset) const;
	/** Where one wish can be fulfilled. Return: false if nowhere. */
	bool place(const IO_RESOURCE_DESCRIPTOR &wish, VIDEO_ACCESS_RANGE &range) const;
	VP_STATUS place_all(const char *call, ULONG wishes, const IO_RESOURCE_DESCRIPTOR *wish,
			    ULONG count, VIDEO_ACCESS_RANGE *ranges, ULONG &used);
	void tell_slot(ULONG *slot) const;
	[[nodiscard]] VP_STATUS claim_bars(const char *call);
	[[nodiscard]] Viewable find_pages(const char *call, uint64_t address, uint64_t length,
					  vp_view_source &source);
	/** The claimed range, of ports or memory. Return: false after saying that there is none. */
	[[nodiscard]] bool find_range(const char *call, uint64_t address, uint64_t length, bool io,
				      vp_view_source &range);
	[[nodiscard]] void *map_range(const char *call, uint64_t address,
				      const vp_view_source &range, bool io);
	/** How a mapping that overlaps is cached; else as @wanted. */
	bool caching_of_mappings(const vp_view_source &range, bool wanted);
	void say_caching(const char *call, uint64_t address, bool wanted, bool agreed);

	vp_device *device_;
	SpinLock &lock_;
	Counters &counters_;
	std::atomic<bool> claimed_{false};
	LegacyRanges legacy_;
	List<RangeMapping> mappings_; /* under lock_ */
	Deferred<RangeMapping> deferred_;
};

} // namespace vp

#endif
