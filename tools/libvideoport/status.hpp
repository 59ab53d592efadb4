// SPDX-License-Identifier: GPL-2.0
/*
 * Names of the two kinds of numbers that a request can end with: errno, and VP_STATUS of the
 * miniport (include/dderror.h). Owns no state.
 */
#ifndef VIDEOPORT_CLIENT_STATUS_HPP
#define VIDEOPORT_CLIENT_STATUS_HPP

#include <cstdint>
#include <cstring>
#include <string>

#include <dderror.h>

namespace videoport {

/// Name of an errno value: "ENODEV"; "ok" for 0.
inline std::string errno_name(int number)
{
	if (number == 0)
		return "ok";
	const char *name = strerrorname_np(number);
	return name ? name : "errno " + std::to_string(number);
}

/// Name of a miniport's VP_STATUS: "ERROR_BUSY"; "NO_ERROR" for 0.
inline std::string status_name(uint32_t status)
{
#define VIDEOPORT_STATUS(name)                                                                     \
	case name:                                                                                 \
		return #name
	switch (status) {
		VIDEOPORT_STATUS(NO_ERROR);
		VIDEOPORT_STATUS(ERROR_INVALID_FUNCTION);
		VIDEOPORT_STATUS(ERROR_FILE_NOT_FOUND);
		VIDEOPORT_STATUS(ERROR_ACCESS_DENIED);
		VIDEOPORT_STATUS(ERROR_NOT_ENOUGH_MEMORY);
		VIDEOPORT_STATUS(ERROR_INVALID_DATA);
		VIDEOPORT_STATUS(ERROR_GEN_FAILURE);
		VIDEOPORT_STATUS(ERROR_NOT_SUPPORTED);
		VIDEOPORT_STATUS(ERROR_DEV_NOT_EXIST);
		VIDEOPORT_STATUS(ERROR_INVALID_PARAMETER);
		VIDEOPORT_STATUS(ERROR_INSUFFICIENT_BUFFER);
		VIDEOPORT_STATUS(ERROR_INVALID_NAME);
		VIDEOPORT_STATUS(ERROR_BUSY);
		VIDEOPORT_STATUS(ERROR_MORE_DATA);
		VIDEOPORT_STATUS(WAIT_TIMEOUT);
		VIDEOPORT_STATUS(ERROR_IO_PENDING);
		VIDEOPORT_STATUS(ERROR_DEVICE_REINITIALIZATION_NEEDED);
		VIDEOPORT_STATUS(ERROR_CONTINUE);
		VIDEOPORT_STATUS(ERROR_NO_MORE_DEVICES);
	}
#undef VIDEOPORT_STATUS
	return "VP_STATUS " + std::to_string(status);
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_STATUS_HPP
