/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registry values of one adapter: what VideoPortGetRegistryParameters finds. A flat list of
 * named values; a name has the path of its subkeys before it. Bounded. PASSIVE; holds no lock while
 * anything else is called.
 */
#ifndef VP_CORE_VALUE_STORE_H
#define VP_CORE_VALUE_STORE_H

#include <cstddef>
#include <cstdint>
#include <utility>

#include "buffer.h"
#include "list.h"
#include "lock.h"
#include "memory.h"
#include "wide.h"

namespace vp {

constexpr size_t max_value_name = 512; /* units, with the path */
constexpr size_t max_key_name = 255; /* units of one part of it */
constexpr size_t max_value_bytes = 64 << 10; /* of one value */
constexpr size_t max_values = 1024;
constexpr size_t max_store_bytes = 256 << 10; /* of all values and names together */

/*
 * What is wrong with the name of a value, as a sentence; nullptr if nothing is. A name is one that can
 * be written down: no part empty, no control character, no half of a character.
 */
const char *value_name_error(WideText name);

/** One value. Under the store's mutex once it is in there. */
class Value {
public:
	/** Copies all of it; made() is false if there was no memory. */
	Value(WideText name, uint32_t type, const void *data, size_t length);

	bool made() const { return static_cast<bool>(memory_); }
	WideText name() const { return {memory_.as<WCHAR>(), name_length_}; }
	bool is_called(WideText name, uint32_t hash) const
	{
		return hash == hash_ && same_name(name, this->name());
	}
	uint32_t type() const { return type_; }
	const uint8_t *data() const { return memory_.as<uint8_t>() + name_length_ * sizeof(WCHAR); }
	size_t length() const { return length_; }
	size_t bytes() const { return name_length_ * sizeof(WCHAR) + length_; }

	/** Change contents with another; both stay where they are in their lists. */
	void swap(Value &other)
	{
		std::swap(hash_, other.hash_);
		std::swap(type_, other.type_);
		std::swap(name_length_, other.name_length_);
		std::swap(length_, other.length_);
		std::swap(memory_, other.memory_);
	}

	Link<Value> link{this};

private:
	uint32_t hash_;
	uint32_t type_;
	size_t name_length_;
	size_t length_;
	Buffer memory_; /* the name, then the data */
};

/** A value for whoever asked: a copy that is theirs. */
struct ValueCopy {
	/* Behind the data, so that text without its terminating zero ends, too. */
	static constexpr size_t zeros = 8;

	enum { Found, Absent, NoMemory } result = Absent;
	uint32_t type = 0;
	size_t length = 0;
	Buffer data;
};

class ValueStore {
public:
	enum class Stored : uint8_t { Yes, BadName, TooLong, Full, NoMemory };

	ValueStore() = default;
	ValueStore(const ValueStore &) = delete;
	ValueStore &operator=(const ValueStore &) = delete;
	~ValueStore();

	/** Add a value, or overwrite the one of that name: type and data. */
	[[nodiscard]] Stored set(WideText name, uint32_t type, const void *data, size_t length);
	/** Forget a value. Return: there was one. */
	bool remove(WideText name);
	[[nodiscard]] ValueCopy get(WideText name);

	/** Call @visit(const Value &) for each value, in the order in which they came. */
	template <class Visit> void each(Visit visit)
	{
		MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

		values_.each([&](const Value &value) {
			visit(value);
			return true;
		});
	}

private:
	Value *find(WideText name);

	Mutex mutex_{VP_MUTEX_VALUES};
	List<Value> values_;
	size_t count_ = 0;
	size_t bytes_ = 0;
};

} // namespace vp

#endif
