/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The status codes that a miniport returns as VP_STATUS: the Win32 numbers,
 * never errno. shim/ translates them in one place.
 * Facts: learn.microsoft.com, "System Error Codes"; checked by tools/abi.
 */
#ifndef _WINERROR_
#define _WINERROR_

#define NO_ERROR 0
#define ERROR_INVALID_FUNCTION 1
#define ERROR_NOT_ENOUGH_MEMORY 8
#define ERROR_DEV_NOT_EXIST 55
#define ERROR_INVALID_PARAMETER 87
#define ERROR_INSUFFICIENT_BUFFER 122
#define ERROR_INVALID_NAME 123
#define ERROR_BUSY 170
#define ERROR_MORE_DATA 234
#define WAIT_TIMEOUT 258
#define ERROR_IO_PENDING 997
#define ERROR_DEVICE_REINITIALIZATION_NEEDED 1164
#define ERROR_CONTINUE 1246
#define ERROR_NO_MORE_DEVICES 1248

/* not in the reference header, but returned by real miniports */
#define ERROR_SUCCESS 0
#define ERROR_FILE_NOT_FOUND 2
#define ERROR_ACCESS_DENIED 5
#define ERROR_INVALID_DATA 13
#define ERROR_GEN_FAILURE 31
#define ERROR_NOT_SUPPORTED 50

#endif /* _WINERROR_ */
