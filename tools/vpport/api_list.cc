// SPDX-License-Identifier: GPL-2.0
/*
 * What the module offers, from its own lists. See api_list.hpp.
 */
#include "api_list.hpp"

#include "text.hpp"

#include <map>
#include <utility>

namespace vpport {

namespace {

/// A result is a name, or a string.
[[maybe_unused]] std::string plain(std::string_view result)
{
	if (result.size() > 1 && result.starts_with('"'))
		result = result.substr(1, result.size() - 2);
	return result == "-" ? "nothing" : std::string(result);
}

std::vector<Call> collect()
{
	std::vector<Call> calls;
	std::string group;
#define VP_GROUP(title) group = title;
#define VP_WORKS(name, file, note) calls.push_back({#name, group, Standing::Works, file, "", note});
#define VP_MACRO(name, file, note) calls.push_back({#name, group, Standing::Macro, file, "", note});
#define VP_FAILS(name, file, result, why)                                                          \
	calls.push_back({#name, group, Standing::Fails, file, plain(#result), why});
#include "../../shim/api/video.def"
#if __has_include("../../shim/api/ntddk.def")
#include "../../shim/api/ntddk.def"
#endif
#undef VP_GROUP
#undef VP_WORKS
#undef VP_MACRO
#undef VP_FAILS
	return calls;
}

/// Written by the build: include/ as it is.
constexpr std::string_view headers[] = {
#include "headers.inc"
};

} // namespace

const char *name(Standing standing)
{
	switch (standing) {
	case Standing::Works:
		return "works";
	case Standing::Macro:
		return "macro";
	case Standing::Fails:
		return "fails";
	case Standing::Missing:
		break;
	}
	return "missing";
}

const std::vector<Call> &api()
{
	static const std::vector<Call> calls = collect();
	return calls;
}

const Call *find_call(std::string_view name)
{
	static const auto index = [] {
		std::map<std::string_view, const Call *> names;
		for (const Call &call : api())
			names.try_emplace(call.name, &call);
		return names;
	}();
	const auto found = index.find(name);
	return found == index.end() ? nullptr : found->second;
}

std::string find_header(std::string_view name, HeaderFolder folder)
{
	constexpr std::string_view last = "reactos/", library = "crt/";

	for (const std::string_view header : headers) {
		const bool is_last = header.starts_with(last);
		std::string_view included = header;
		if (is_last || header.starts_with(library))
			included.remove_prefix(is_last ? last.size() : library.size());
		if (is_last == (folder == HeaderFolder::Last) && equal_names(included, name))
			return std::string(included);
	}
	return "";
}

} // namespace vpport
