// SPDX-License-Identifier: GPL-2.0
/*
 * The kinds of memory that a client may hand to its driver, each made so that its pages lie as its name
 * says. Owns its mapping.
 */
#ifndef BENCH_MEMORY_HPP
#define BENCH_MEMORY_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace bench {

inline constexpr size_t page_bytes = 4096;
inline constexpr size_t huge_bytes = 2 << 20;

enum class Kind {
	scattered, ///< anonymous pages of 4 KiB, no two neighbours beside each other in physical memory
	huge, ///< anonymous, transparent huge pages
	hugetlb, ///< of the pool of 2 MiB pages
	shared, ///< a memfd's pages of 4 KiB, scattered likewise
};

/// "scattered"; throws std::invalid_argument for a name that is none.
Kind kind_named(const std::string &name);
std::string name_of(Kind kind);

/// Memory of a kind, every page of it there.
class Memory {
public:
	/**
	 * Map and touch it.
	 *
	 * @param length  bytes, a multiple of a page; what is really there may be more.
	 * Throws std::system_error, or std::runtime_error if the pages are not as the kind says.
	 */
	static Memory make(Kind kind, size_t length);

	Memory(Memory &&other) noexcept
		: kind_(other.kind_),
		  whole_(std::exchange(other.whole_, nullptr)),
		  whole_bytes_(other.whole_bytes_),
		  data_(other.data_)
	{
	}
	Memory(const Memory &) = delete;
	Memory &operator=(const Memory &) = delete;
	~Memory();

	uint64_t address() const { return reinterpret_cast<uintptr_t>(data_); }

private:
	Memory() = default;
	void map(size_t length, size_t alignment, int flags, int fd);
	void touch_in_turn(size_t length, size_t step);
	void touch_apart(size_t length);

	Kind kind_ = Kind::scattered;
	void *whole_ = nullptr;
	size_t whole_bytes_ = 0;
	std::byte *data_ = nullptr;
};

} // namespace bench

#endif
