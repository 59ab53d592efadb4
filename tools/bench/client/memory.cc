// SPDX-License-Identifier: GPL-2.0
/*
 * Making memory of a kind. See memory.hpp.
 */
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

#include "memory.hpp"

namespace bench {

static constexpr const char *names[] = {"scattered", "huge", "hugetlb", "shared"};

/* Fewer pages than this cannot be spread: what is taken is more, and used in part. */
static constexpr size_t least_apart = 16 << 20;

Kind kind_named(const std::string &name)
{
	for (size_t i = 0; i < std::size(names); i++)
		if (name == names[i])
			return static_cast<Kind>(i);
	throw std::invalid_argument("no memory of kind " + name);
}

std::string name_of(Kind kind)
{
	return names[static_cast<size_t>(kind)];
}

static size_t round_up(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

[[noreturn]] static void fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

static void set_huge_pool(size_t pages)
{
	std::ofstream("/proc/sys/vm/nr_hugepages") << pages << std::flush;

	size_t got = 0;
	std::ifstream("/proc/sys/vm/nr_hugepages") >> got;
	if (got != pages)
		throw std::runtime_error("the kernel has " + std::to_string(got) + " of " +
					 std::to_string(pages) +
					 " huge pages for its pool: give the guest more memory");
}

/// KiB of transparent huge pages in the mapping that begins at @p address.
static size_t huge_kib_at(uint64_t address)
{
	std::ifstream maps("/proc/self/smaps");
	bool inside = false;
	for (std::string line; std::getline(maps, line);) {
		unsigned long long from, to;
		if (std::sscanf(line.c_str(), "%llx-%llx ", &from, &to) == 2)
			inside = from == address;
		else if (inside && line.starts_with("AnonHugePages:"))
			return std::stoul(line.substr(line.find(':') + 1));
	}
	return 0;
}

void Memory::map(size_t length, size_t alignment, int flags, int fd)
{
	whole_bytes_ = length + alignment;
	whole_ = mmap(nullptr, whole_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		      -1, 0);
	if (whole_ == MAP_FAILED) {
		whole_ = nullptr;
		fail("no address space for " + name_of(kind_) + " memory");
	}
	auto start = round_up(reinterpret_cast<uintptr_t>(whole_), alignment);
	data_ = reinterpret_cast<std::byte *>(start);
	if (mmap(data_, length, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0) == MAP_FAILED)
		fail("no " + name_of(kind_) + " memory");
}

void Memory::touch_in_turn(size_t length, size_t step)
{
	for (size_t offset = 0; offset < length; offset += step)
		data_[offset] = std::byte{1};
}

/*
 * The kernel gives out pages mostly in the order of their addresses: who touches them with long
 * strides finds no two of them side by side.
 */
void Memory::touch_apart(size_t length)
{
	const size_t pages = length / page_bytes;
	size_t stride = pages * 618 / 1000 | 1;
	while (std::gcd(stride, pages) != 1)
		stride += 2;
	for (size_t i = 0, page = 0; i < pages; i++, page = (page + stride) % pages)
		data_[page * page_bytes] = std::byte{1};
}

Memory Memory::make(Kind kind, size_t length)
{
	Memory memory;
	memory.kind_ = kind;
	const size_t apart = std::max(length, least_apart);
	const size_t in_huge = round_up(length, huge_bytes);
	switch (kind) {
	case Kind::scattered:
		memory.map(apart, page_bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		if (madvise(memory.data_, apart, MADV_NOHUGEPAGE) != 0)
			fail("madvise(MADV_NOHUGEPAGE)");
		memory.touch_apart(apart);
		break;
	case Kind::huge:
		memory.map(in_huge, huge_bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		if (madvise(memory.data_, in_huge, MADV_HUGEPAGE) != 0)
			fail("madvise(MADV_HUGEPAGE)");
		memory.touch_in_turn(in_huge, huge_bytes);
		if (huge_kib_at(memory.address()) * 1024 < in_huge)
			throw std::runtime_error(
				"the kernel gave no transparent huge pages: give the guest more memory");
		break;
	case Kind::hugetlb:
		set_huge_pool(in_huge / huge_bytes);
		memory.map(in_huge, huge_bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
		memory.touch_in_turn(in_huge, huge_bytes);
		break;
	case Kind::shared: {
		const int fd = memfd_create("bench", MFD_CLOEXEC);
		if (fd < 0 || ftruncate(fd, static_cast<off_t>(apart)) != 0)
			fail("memfd_create");
		memory.map(apart, page_bytes, MAP_SHARED, fd);
		close(fd);
		memory.touch_apart(apart);
		break;
	}
	}
	return memory;
}

Memory::~Memory()
{
	if (!whole_)
		return;
	munmap(whole_, whole_bytes_);
	if (kind_ == Kind::hugetlb)
		std::ofstream("/proc/sys/vm/nr_hugepages") << 0 << std::flush;
}

} // namespace bench
