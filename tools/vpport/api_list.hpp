// SPDX-License-Identifier: GPL-2.0
/*
 * What the module offers, compiled in from its own lists (shim/api/): which calls work, which have
 * a documented failure and why, and what is known of those that are in no list.
 */
#ifndef VPPORT_API_LIST_HPP
#define VPPORT_API_LIST_HPP

#include <string>
#include <string_view>
#include <vector>

namespace vpport {

enum class Standing {
	Works, ///< as documented; the note says what is special
	Macro, ///< the same, by a header alone
	Fails, ///< returns its documented failure, always
	Missing, ///< there is none: the module does not compile or link
};

const char *name(Standing standing);

struct Call {
	std::string name;
	std::string group;
	Standing standing;
	std::string source; ///< where it is implemented
	std::string result; ///< of one that fails
	std::string note; ///< what is special, or why it fails
};

/// All calls, in the order of the lists.
const std::vector<Call> &api();

/// The call of a name, or nullptr.
const Call *find_call(std::string_view name);

/// Is this the name of a call of the kernel or of a C library, whether there is such a call or not?
bool is_kernel_name(std::string_view name);

/// What to do about a call that is missing or fails.
std::string advice(std::string_view name);

/// Where a driver's compiler looks for the module's headers.
enum class HeaderFolder {
	First, ///< before the driver's folders: the legacy headers, those of a C library
	Last, ///< behind them: headers of a name that a driver may have, too
};

/// A header that the module brings, as it is to be included, whatever the case; or nothing.
std::string find_header(std::string_view name, HeaderFolder folder);

} // namespace vpport

#endif /* VPPORT_API_LIST_HPP */
