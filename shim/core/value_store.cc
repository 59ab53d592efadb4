// SPDX-License-Identifier: GPL-2.0
/*
 * Registry values of an adapter. See value_store.h. PASSIVE.
 */
#include "value_store.h"

namespace vp {

const char *value_name_error(WideText name)
{
	size_t part = 0;

	if (!name.length)
		return "the name is empty";
	if (name.length > max_value_name)
		return "the name is longer than 512 characters";
	for (size_t at = 0; at < name.length;) {
		uint32_t code_point = next_code_point(name, at);

		if (is_surrogate(code_point))
			return "the name has half a character in it: it is no UTF-16";
		if (code_point < 0x20)
			return "the name has a control character in it";
		if (code_point != '\\') {
			part += code_point >= 0x10000 ? 2 : 1;
			if (part > max_key_name)
				return "the name has a part of more than 255 characters";
			continue;
		}
		if (!part)
			return "the name has an empty key in its path";
		part = 0;
	}
	return part ? nullptr : "the name ends with its path";
}

Value::Value(WideText name, uint32_t type, const void *data, size_t length)
	: hash_(name_hash(name)),
	  type_(type),
	  name_length_(name.length),
	  length_(length),
	  memory_(name.length * sizeof(WCHAR) + length)
{
	if (!memory_)
		return;
	__builtin_memcpy(memory_.as<WCHAR>(), name.units, name.length * sizeof(WCHAR));
	if (length)
		__builtin_memcpy(memory_.as<uint8_t>() + name.length * sizeof(WCHAR), data, length);
}

ValueStore::~ValueStore()
{
	while (Value *value = values_.pop_front())
		destroy(value);
}

/* Under mutex_. */
Value *ValueStore::find(WideText name)
{
	uint32_t hash = name_hash(name);

	return values_.find([&](const Value &each) { return each.is_called(name, hash); });
}

ValueStore::Stored ValueStore::set(WideText name, uint32_t type, const void *data, size_t length)
{
	if (value_name_error(name))
		return Stored::BadName;
	if (length > max_value_bytes)
		return Stored::TooLong;

	Owned<Value> value(create<Value>(name, type, data, length));

	if (!value || !value->made())
		return Stored::NoMemory;

	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);
	Value *found = find(name);
	size_t others = bytes_ - (found ? found->bytes() : 0);

	if ((!found && count_ == max_values) || value->bytes() > max_store_bytes - others)
		return Stored::Full;
	bytes_ = others + value->bytes();
	if (found) {
		found->swap(*value); /* what it was goes when the mutex is free again */
		return Stored::Yes;
	}
	count_++;
	values_.push_back(value.release()->link);
	return Stored::Yes;
}

bool ValueStore::remove(WideText name)
{
	Owned<Value> old;
	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);
	Value *found = find(name);

	if (!found)
		return false;
	found->link.unlink();
	old = Owned<Value>(found);
	count_--;
	bytes_ -= found->bytes();
	return true;
}

ValueCopy ValueStore::get(WideText name)
{
	ValueCopy copy;
	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);
	Value *found = find(name);

	if (!found)
		return copy;
	copy.data = Buffer(found->length() + ValueCopy::zeros);
	copy.result = copy.data ? ValueCopy::Found : ValueCopy::NoMemory;
	if (!copy.data)
		return copy;
	copy.type = found->type();
	copy.length = found->length();
	__builtin_memcpy(copy.data.as<uint8_t>(), found->data(), found->length());
	return copy;
}

} // namespace vp
