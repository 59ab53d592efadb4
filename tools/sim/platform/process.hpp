/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Physical pages, and the processes that map them: what vp_pin_user() looks at. User addresses are
 * numbers below 2 GiB that the host does not map: a core that dereferences one crashes.
 */
#ifndef SIM_PROCESS_HPP
#define SIM_PROCESS_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "random.hpp"
#include "thread.hpp"

namespace sim {

constexpr size_t page_size = 4096;

/// What an eventfd counts.
struct EventCount {
	std::atomic<uint64_t> value{0};
};

struct Page {
	uint64_t physical; ///< its address, as a device without an IOMMU sees it
	uint8_t *data;
	unsigned int maps = 0; ///< by processes
	unsigned int pins = 0;
	bool dirty = false;

	bool in_use() const { return maps || pins; }
};

/// All pages of the machine. Their order in physical memory is not their order here.
class PageFrames {
public:
	/// @p above: every so many-th page lies above 4 GiB; 0: none.
	PageFrames(unsigned int count, Random &random, unsigned int above);
	PageFrames(const PageFrames &) = delete;
	PageFrames &operator=(const PageFrames &) = delete;
	~PageFrames();

	/// A zeroed page, mapped once; nullptr if there is none.
	Page *allocate();
	/// It may be used again once nobody maps or pins it.
	void unmapped(Page &page);
	void unpinned(Page &page);

	const std::vector<Page *> &all() const { return pages_; }
	unsigned int free_count() const { return static_cast<unsigned int>(free_.size()); }
	RawLock lock;

private:
	std::vector<Page *> pages_;
	std::vector<Page *> free_;
	uint8_t *memory_;
};

/// What a page of a process's address space is.
enum class PageKind : uint8_t {
	Hole,
	Normal,
	ReadOnly,
	Device, ///< VM_IO: mapped, but not memory
};

struct Process {
	static constexpr uint64_t base = 0x10000000;
	static constexpr unsigned int page_count = 32;
	static constexpr uint64_t no_limit = ~0ull;

	explicit Process(PageFrames &frames) : frames_(frames) {}
	Process(const Process &) = delete;
	Process &operator=(const Process &) = delete;
	~Process();

	struct Entry {
		PageKind kind = PageKind::Hole;
		Page *page = nullptr;
	};

	/// Replace what is mapped at a page of the address space by a new page, or by nothing.
	/// Return: false if there is no page left.
	bool map(unsigned int index, PageKind kind);
	/// Replace it by a page that another process has mapped too.
	void share(unsigned int index, Page &page);
	/// The process is gone, but for its charge.
	void unmap_all();

	const Entry &entry(unsigned int index) const { return entries_[index]; }
	static uint64_t address(unsigned int index, size_t offset = 0)
	{
		return base + index * page_size + offset;
	}
	/// What is mapped at @p address; nothing outside.
	Entry at(uint64_t address) const;

	/// As the process itself: false if it is not memory that it may access so.
	bool read(uint64_t address, void *to, size_t length) const;
	bool write(uint64_t address, const void *from, size_t length);

	/* ---- its descriptors ---- */

	/// A new eventfd. Return: its descriptor.
	int open_eventfd();
	/// A descriptor of something else.
	int open_other();
	void close(int descriptor);
	/// The eventfd behind a descriptor that is open, or nullptr.
	std::shared_ptr<EventCount> eventfd(int descriptor);

	/* in pages */
	std::atomic<uint64_t> charged{0};
	uint64_t memlock_limit = no_limit;
	bool may_exceed = false; ///< CAP_IPC_LOCK and CAP_SYS_RESOURCE
	unsigned int number = 0;
	unsigned int user = 1000;
	std::atomic<bool> killed{false};
	RawLock lock;

private:
	friend int ::vp_eventfd_get(int descriptor, vp_eventfd **event);
	struct Descriptor {
		bool open;
		std::shared_ptr<EventCount> count; ///< nullptr: no eventfd
	};
	/// Not closed; or nullptr. Under the lock.
	Descriptor *descriptor_at(int descriptor);

	PageFrames &frames_;
	Entry entries_[page_count];
	std::vector<Descriptor> descriptors_;
};

} // namespace sim

#endif
