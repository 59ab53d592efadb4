// SPDX-License-Identifier: GPL-2.0
/*
 * A value, or why there is none. What std::expected will be, for compilers that have none yet: small,
 * and made for the two kinds of numbers that a request can end with.
 */
#ifndef VIDEOPORT_CLIENT_RESULT_HPP
#define VIDEOPORT_CLIENT_RESULT_HPP

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "status.hpp"

namespace videoport {

/// Why something failed: a number of the system's or one of the miniport's, and in doing what.
struct Error {
	int number = 0; ///< errno; 0 if the miniport has answered
	uint32_t status = NO_ERROR; ///< the miniport's VP_STATUS; only if @ref number is 0
	std::string doing; ///< "open /dev/videoport0", "request 0x232000"

	/// "ENODEV", "ERROR_BUSY".
	std::string name() const { return number ? errno_name(number) : status_name(status); }
	/// All of it: "open /dev/videoport0: EACCES".
	std::string text() const { return doing.empty() ? name() : doing + ": " + name(); }
};

/**
 * A @p T, or an Error. Ask before use, as of a pointer:
 *
 *     if (auto info = device.get<EDU_INFO>(IOCTL_EDU_QUERY_INFO))
 *             use(info->Identification);
 *     else
 *             say(info.error().text());
 */
template <typename T> class [[nodiscard]] Result {
public:
	Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
	Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

	explicit operator bool() const { return held_.index() == 0; }

	/// The value; only if there is one (else std::bad_variant_access).
	T &operator*() & { return std::get<0>(held_); }
	const T &operator*() const & { return std::get<0>(held_); }
	T &&operator*() && { return std::get<0>(std::move(held_)); }
	T *operator->() { return &std::get<0>(held_); }
	const T *operator->() const { return &std::get<0>(held_); }
	T value_or(T other) const & { return *this ? **this : std::move(other); }

	/// Why there is none; only if there is none.
	const Error &error() const { return std::get<1>(held_); }

private:
	std::variant<T, Error> held_;
};

} // namespace videoport

#endif // VIDEOPORT_CLIENT_RESULT_HPP
