/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the clients of the contention run ask of its miniport. Shared by both: plain types, the same
 * layout for each.
 */
#ifndef SCALEIOCTL_H
#define SCALEIOCTL_H

/* CTL_CODE(FILE_DEVICE_VIDEO, 0x940, METHOD_BUFFERED, FILE_ANY_ACCESS): scale_ask, nothing */
#define SCALE_IOCTL_CYCLE	0x00232500u

/* Input of CYCLE: a buffer, which is locked twice: as packet DMA, and by the four calls */
struct scale_ask {
	unsigned long long address;
	unsigned int length; /* bytes */
	unsigned int reserved; /* 0 */
};

#endif
