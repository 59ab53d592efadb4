// SPDX-License-Identifier: GPL-2.0
/*
 * The values that AddReg sections of an INF file put into a driver's registry, and how the module's
 * table has them.
 */
#ifndef VPPORT_REGISTRY_HPP
#define VPPORT_REGISTRY_HPP

#include "inf.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace vpport {

struct RegistryValue {
	enum class Type { None, String, ExpandString, MultiString, Binary, Number };

	std::string name; ///< with a path of subkeys before it
	Type type = Type::None;
	std::vector<std::string> strings; ///< one, or those of a MultiString
	std::vector<uint8_t> bytes; ///< of Binary
	uint32_t number = 0;
	Position at;

	bool same_value(const RegistryValue &other) const;
};

/// The values of one key, as AddReg sections change them one after another.
class RegistryKey {
public:
	RegistryKey(Inf &inf, Diagnostics &diagnostics) : inf_(inf), diagnostics_(diagnostics) {}

	/**
	 * add() - what an AddReg section does
	 * @section: the section.
	 * @of_service: HKR means the key of the service, where Device0 is the adapter's.
	 */
	void add(const Section &section, bool of_service);

	/// Add those of another device that are not here; different ones are said, and left out.
	void merge(const RegistryKey &other);

	const std::vector<RegistryValue> &values() const { return values_; }

private:
	void add(const Entry &entry, bool of_service);
	bool fill(const Entry &entry, uint32_t flags, RegistryValue &value);
	bool fill_number(const Entry &entry, RegistryValue &value);
	bool fill_bytes(const Entry &entry, std::vector<uint8_t> &bytes);
	void put(uint32_t flags, RegistryValue value);
	RegistryValue *find(const std::string &name);

	Inf &inf_;
	Diagnostics &diagnostics_;
	std::vector<RegistryValue> values_;
};

/// A number as INF files write it: decimal or 0x, with a sign; 32 bits.
std::optional<uint32_t> parse_number(std::string_view text);

} // namespace vpport

#endif /* VPPORT_REGISTRY_HPP */
