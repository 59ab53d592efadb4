/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of every kind that a client can name, at addresses that stay its own: an arena far below
 * where the kernel puts mappings by itself, so that a device's registers never come to lie where the
 * zoo was a moment ago. One for each process; racers change it while others use it.
 */
#ifndef FUZZ_ZOO_HPP
#define FUZZ_ZOO_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "random.hpp"

namespace fuzz {

class Zoo {
public:
	enum Region : uint8_t {
		anonymous, ///< plain memory
		huge, ///< transparent huge pages
		hugetlb,
		shared,
		memory_file, ///< memfd
		file_private,
		file_shared,
		read_only,
		no_access,
		hole, ///< nothing is mapped
		patched, ///< pages of all kinds in turn
		restless, ///< a racer takes it away, changes it, moves it
		faulting, ///< userfaultfd: pages come late
		device, ///< what a miniport mapped for us
		stack, ///< one that grows down; nobody runs on it
		vdso,
		text,
		kernel, ///< no memory of ours
		wild, ///< no canonical address, and the edges of user space
		region_count
	};
	static constexpr size_t region_bytes = 64 << 10;
	static constexpr size_t page = 4096;

	/// Map everything. What this kernel does not have stays a hole.
	void build();

	/// A region: plain ones more often.
	static uint8_t choose(Random &random);
	/// An address in a region, made of @p salt.
	uint64_t address(uint8_t region, uint64_t salt) const;
	/// Start of a region of the arena.
	static std::byte *at(Region region);

	/// What a miniport mapped. Its first page holds registers that nobody should write by chance.
	void note_view(uint64_t address, uint64_t bytes);
	/// Take the view away, as the client that it is in.
	void drop_view(Random &random);

	int userfault() const { return userfault_; }
	int memory_fd() const { return memory_fd_; }

private:
	std::atomic<uint64_t> view_{0};
	int userfault_ = -1, memory_fd_ = -1;
	uint64_t vdso_ = 0;
};

} // namespace fuzz

#endif // FUZZ_ZOO_HPP
