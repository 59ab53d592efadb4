// SPDX-License-Identifier: GPL-2.0
/*
 * Builds the zoo. See zoo.hpp.
 */
#include "zoo.hpp"

#include <cstdio>
#include <cstring>
#include <iterator>

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fuzz {

namespace {

constexpr uintptr_t arena = 0x100000000000; // 16 TiB: mmap() goes down from 127
constexpr size_t spacing = 4 << 20; // room for a huge page

void *place(Zoo::Region region, int protection, int flags, int fd = -1,
	    size_t bytes = Zoo::region_bytes)
{
	return mmap(Zoo::at(region), bytes, protection, flags | MAP_FIXED | MAP_NORESERVE, fd, 0);
}

constexpr int both = PROT_READ | PROT_WRITE;

int file_of(const char *path)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0 && ftruncate(fd, Zoo::region_bytes) != 0)
		return -1;
	return fd;
}

} // namespace

std::byte *Zoo::at(Region region)
{
	return reinterpret_cast<std::byte *>(arena + region * spacing);
}

void Zoo::build()
{
	const int populated = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
	place(anonymous, both, populated);
	place(huge, both, MAP_PRIVATE | MAP_ANONYMOUS, -1, 2 << 20);
	madvise(at(huge), 2 << 20, MADV_HUGEPAGE);
	memset(at(huge), 1, region_bytes);
	if (place(hugetlb, both, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 2 << 20) ==
	    MAP_FAILED)
		place(hugetlb, both, populated);
	place(shared, both, MAP_SHARED | MAP_ANONYMOUS);
	memory_fd_ = memfd_create("zoo", MFD_CLOEXEC);
	if (memory_fd_ >= 0 && ftruncate(memory_fd_, region_bytes) == 0)
		place(memory_file, both, MAP_SHARED, memory_fd_);
	char path[64];
	snprintf(path, sizeof(path), "/tmp/zoo.%d", getpid());
	const int file = file_of(path);
	unlink(path);
	place(file_private, both, MAP_PRIVATE, file);
	place(file_shared, both, MAP_SHARED, file);
	close(file);
	place(read_only, PROT_READ, populated);
	place(no_access, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
	place(patched, both, populated);
	for (size_t i = 0; i < region_bytes / page; i++) {
		std::byte *one = at(patched) + i * page;
		if (i % 4 == 1)
			mprotect(one, page, PROT_READ);
		else if (i % 4 == 2)
			madvise(one, page, MADV_DONTNEED);
		else if (i % 8 == 7)
			munmap(one, page);
	}
	place(restless, both, populated);
	place(faulting, both, MAP_PRIVATE | MAP_ANONYMOUS);
	userfault_ = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC));
	if (userfault_ >= 0) {
		uffdio_api api = {};
		api.api = UFFD_API;
		uffdio_register whole = {};
		whole.range = {reinterpret_cast<uintptr_t>(at(faulting)), region_bytes};
		whole.mode = UFFDIO_REGISTER_MODE_MISSING;
		if (ioctl(userfault_, UFFDIO_API, &api) ||
		    ioctl(userfault_, UFFDIO_REGISTER, &whole)) {
			close(userfault_);
			userfault_ = -1;
		}
	}
	place(stack, both, populated | MAP_GROWSDOWN | MAP_STACK);
	vdso_ = getauxval(AT_SYSINFO_EHDR);
}

uint8_t Zoo::choose(Random &random)
{
	static const uint8_t good[] = {anonymous, anonymous, anonymous, huge, shared, memory_file};
	return random.below(100) < 55 ? random.pick(good)
				      : static_cast<uint8_t>(random.below(region_count));
}

uint64_t Zoo::address(uint8_t region, uint64_t salt) const
{
	static const uint64_t kernel_places[] = {0xffff888000000000, 0xffffc90000000000,
						 0xffffea0000000000, 0xffffffff81000000,
						 0xffffffffc0000000, 0xfffffffffffff000};
	static const uint64_t wild_places[] = {0,
					       1,
					       0x7fffffffe000,
					       0x7ffffffff000,
					       0x800000000000,
					       0x8000000000000000,
					       0xffff7fffffffffff,
					       0x7fffffffffffffff};
	/* half of them where a page begins, or near its end */
	const uint64_t inside = salt >> 32 & 1	 ? 0
				: salt >> 33 & 1 ? 4096 - (salt >> 40) % 16
						 : salt >> 44 & 0xfff;
	const uint64_t offset = (salt % (region_bytes / page)) * page + inside % region_bytes;

	switch (region) {
	case device: {
		const uint64_t view = view_.load(std::memory_order_relaxed);
		return view ? view + inside % page : 0;
	}
	case vdso:
		return vdso_ + inside;
	case text:
		return (reinterpret_cast<uintptr_t>(&kernel_places) & ~(page - 1)) + inside;
	case kernel:
		return kernel_places[salt % std::size(kernel_places)] + (salt >> 16 & 0xffff000) +
		       inside;
	case wild:
		return wild_places[salt % std::size(wild_places)];
	default:
		return reinterpret_cast<uintptr_t>(at(static_cast<Region>(region % region_count))) +
		       offset;
	}
}

void Zoo::note_view(uint64_t address, uint64_t bytes)
{
	const uint64_t first = address & ~(page - 1);
	if (address == 0 || bytes < page + 1)
		return;
	/* whoever writes the DMA engine's registers by chance ends the emulator */
	mprotect(reinterpret_cast<void *>(first), page, PROT_NONE);
	view_.store(first + page, std::memory_order_relaxed);
}

void Zoo::drop_view(Random &random)
{
	const uint64_t view = view_.load(std::memory_order_relaxed);
	if (view == 0)
		return;
	auto *memory = reinterpret_cast<void *>(view);
	if (random.one_in(3)) {
		view_.store(0, std::memory_order_relaxed);
		munmap(memory, page);
	} else if (random.one_in(2)) {
		mprotect(memory, page, random.one_in(2) ? PROT_READ : both);
	} else {
		/* elsewhere, as long as the kernel lets us */
		void *moved = mremap(memory, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, at(device));
		view_.store(moved == MAP_FAILED ? 0 : reinterpret_cast<uintptr_t>(moved),
			    std::memory_order_relaxed);
	}
}

} // namespace fuzz
