/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What a client of /dev/videoportN may ask: one extensible ioctl that carries a legacy display
 * IOCTL to the miniport that drives the adapter, and two that lend it events. Usable from C and
 * C++, in the kernel and in user space; every structure has the same layout for 32- and 64-bit
 * clients.
 *
 * open() fails with EMFILE when the user has the adapter open as often as one may (the module
 * parameter max_user_clients), with EIO when the miniport cannot initialize it, and with ENODEV
 * when it is gone.
 *
 * poll() of the node tells completed DMA on memory of this client as POLLIN, and a removed adapter
 * as POLLERR and POLLHUP. read() of eight bytes or more gives a __u64: how many were completed
 * since the last read; it waits for the first, unless O_NONBLOCK is set (EAGAIN), and says ENODEV
 * when the adapter is gone and nothing is left to tell. mmap() of the node is refused: the miniport
 * maps, inside a request.
 */
#ifndef _UAPI_LINUX_VIDEOPORT_H
#define _UAPI_LINUX_VIDEOPORT_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct videoport_request - one request to the miniport (its HwVidStartIO)
 * @size: sizeof(struct videoport_request) as the client was compiled. A smaller size than
 *	%VIDEOPORT_REQUEST_SIZE_VER0 is refused with -EINVAL. A larger size than the module
 *	knows is accepted if the bytes that it does not know are zero, else refused with -E2BIG.
 * @code: in: the IOCTL code, IOCTL_VIDEO_* or one private to the miniport (CTL_CODE()). The
 *	transfer method in its low two bits is not looked at: every request is served as
 *	METHOD_BUFFERED.
 * @input: in: user address of the input data.
 * @output: in: user address that receives the answer. May equal @input.
 * @input_length: in: bytes at @input.
 * @output_length: in: bytes that may be written at @output.
 * @status: out: the miniport's verdict, a VP_STATUS (NO_ERROR is 0, see dderror.h).
 * @flags: must be 0.
 * @information: out: StatusBlock->Information as the miniport left it. Where @status is
 *	NO_ERROR or ERROR_MORE_DATA, that many bytes were written at @output, at most
 *	@output_length of them; with any other status none were.
 *
 * The miniport sees one system buffer for both directions: the input data, followed by zeroes
 * up to the larger of the two lengths. That length is bounded by the module parameter
 * max_request_bytes and is charged to the caller's memory control group.
 *
 * The ioctl returns 0 when the miniport has answered, whatever the answer. Otherwise -1 and
 *	EFAULT	 the structure or a buffer is not accessible
 *	EINVAL	 @size is too small, or @flags is not 0
 *	E2BIG	 bytes beyond the known structure are not zero
 *	EMSGSIZE @input_length or @output_length exceeds max_request_bytes
 *	ENODEV	 the adapter has been removed
 *	ENOMEM	 no memory for the system buffer
 *	EINTR	 killed while it waited for another request to end
 */
struct videoport_request {
	__u32 size;
	__u32 code;
	__u64 input;
	__u64 output;
	__u32 input_length;
	__u32 output_length;
	__u32 status;
	__u32 flags;
	__u64 information;
};

#define VIDEOPORT_REQUEST_SIZE_VER0	48

/* The number keeps the first version's size for good: the structure grows, the ioctl stays. */
#define VIDEOPORT_IOC_REQUEST		_IOWR('v', 0x40, __u8[VIDEOPORT_REQUEST_SIZE_VER0])

/**
 * struct videoport_event - an event of the client, for its miniport to set
 * @size: sizeof(struct videoport_event) as the client was compiled; as for a request.
 * @fd: in, to map: an eventfd, which the client may close afterwards.
 * @event: out, to map; in, to unmap: what the client puts into a request where a legacy display
 *	driver put a PEVENT. It is valid for this open of the node only, until it is unmapped.
 *
 * Setting the event adds one to the eventfd's count; it is set while the count is not zero. Use a
 * plain eventfd: of one with EFD_SEMAPHORE a clear takes only one off the count.
 *
 * The ioctls return 0, or -1 and
 *	EFAULT	 the structure is not accessible
 *	EINVAL	 @size is too small, @fd is no eventfd, or @event is not one of this client's
 *	E2BIG	 bytes beyond the known structure are not zero
 *	EBADF	 @fd is not open
 *	ENODEV	 the adapter has been removed
 *	ENOMEM	 no memory
 *	ENOSPC	 the client has mapped as many events as it may (max_client_events)
 */
struct videoport_event {
	__u32 size;
	__s32 fd;
	__u64 event;
};

#define VIDEOPORT_EVENT_SIZE_VER0	16

#define VIDEOPORT_IOC_EVENT_MAP		_IOWR('v', 0x41, __u8[VIDEOPORT_EVENT_SIZE_VER0])
#define VIDEOPORT_IOC_EVENT_UNMAP	_IOW('v', 0x42, __u8[VIDEOPORT_EVENT_SIZE_VER0])

#endif /* _UAPI_LINUX_VIDEOPORT_H */
