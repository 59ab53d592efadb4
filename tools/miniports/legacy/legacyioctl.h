/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the legacy miniport and its tests say to each other. Include ntddvdeo.h or devioctl.h first.
 */
#ifndef LEGACYIOCTL_H
#define LEGACYIOCTL_H

#define LEGACY_CODE(n)	CTL_CODE(FILE_DEVICE_VIDEO, 0xa00 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)

#define IOCTL_LEGACY_FOUND	LEGACY_CODE(0)	/* - -> LEGACY_FOUND */
#define IOCTL_LEGACY_ACCESS	LEGACY_CODE(1)	/* LEGACY_ACCESS -> LEGACY_ACCESS */
#define IOCTL_LEGACY_ROM	LEGACY_CODE(2)	/* LEGACY_ROM -> LEGACY_ROM */
#define IOCTL_LEGACY_MAP	LEGACY_CODE(3)	/* LEGACY_MAP -> LEGACY_MAP */
#define IOCTL_LEGACY_VERIFY	LEGACY_CODE(4)	/* LEGACY_MAP -> status */
#define IOCTL_LEGACY_FIFO	LEGACY_CODE(5)	/* - -> LEGACY_FIFO */
#define IOCTL_LEGACY_ABSENT	LEGACY_CODE(6)	/* - -> LEGACY_ABSENT */

#define LEGACY_UNKNOWN		0
#define LEGACY_STDVGA		1		/* VGA, DISPI at ports and in BAR 2 */
#define LEGACY_BOCHS		2		/* DISPI in BAR 2 only */
#define LEGACY_CIRRUS		3
#define LEGACY_SVGA		4		/* VMware's: ports in BAR 0, FIFO in BAR 2 */

/* What HwVidFindAdapter found. */
typedef struct _LEGACY_FOUND {
	ULONG Kind;				/* LEGACY_* above */
	ULONG Ranges;				/* of VideoPortGetAccessRanges */
	ULONG VgaStatus;
	ULONG VgaMapped;			/* VGA's ports and memory are mapped */
	ULONG DispiMapped;			/* and DISPI's ports */
	ULONG VerifyVga;			/* VP_STATUS; of the NT4 kind only */
	ULONG VerifyDispi;			/* VP_STATUS */
	ULONG GivenUp;				/* VP_STATUS of giving all up and taking it again */
	ULONG Wished;				/* VP_STATUS of wishing for VGA's ports */
	ULONG WishedStart;			/* what was listed for it */
	ULONGLONG FrameBuffer;			/* where the linear one is */
	ULONG FrameBufferLength;
	ULONG Resets;				/* calls of HwVidResetHw so far */
} LEGACY_FOUND, *PLEGACY_FOUND;

/* Where LEGACY_ACCESS reads or writes. */
#define LEGACY_VGA_PORT		0		/* Index: the port, 0x3b0 to 0x3df; 8 bits */
#define LEGACY_VGA_INDEXED	1		/* Index: port << 8 | register */
#define LEGACY_DISPI_PORT	2		/* Index: of DISPI, by ports 0x1ce and 0x1cf */
#define LEGACY_DISPI_EVEN	3		/* the same by 0x1ce and 0x1d0 */
#define LEGACY_DISPI_MEMORY	4		/* the same, by BAR 2 */
#define LEGACY_VGA_MEMORY	5		/* Index: from 0xa0000; 32 bits */
#define LEGACY_SVGA_REGISTER	6		/* Index: of SVGA's registers */
#define LEGACY_VGA_IN_BAR	7		/* Index: the port, 0x3c0 to 0x3df, by BAR 2 */

typedef struct _LEGACY_ACCESS {
	ULONG Where;
	ULONG Index;
	ULONG Write;
	ULONG Value;				/* written, or read */
} LEGACY_ACCESS, *PLEGACY_ACCESS;

#define LEGACY_ROM_BYTES	64

typedef struct _LEGACY_ROM {
	ULONG Length;				/* in: bytes of the image */
	ULONG Bios;				/* in: from 0xc0000 instead; out: 1 if it is mapped */
	CHAR Text[32];				/* in: what to look for */
	ULONG Got;				/* out: there is an image */
	ULONG Found;				/* out: the text is in it */
	ULONG Sum;				/* out: of all bytes, modulo 256 */
	ULONG Header;				/* out: where the image's PCI data begins */
	UCHAR Bytes[LEGACY_ROM_BYTES];		/* out: from the start */
	UCHAR Pci[16];				/* out: from the PCI data */
} LEGACY_ROM, *PLEGACY_ROM;

typedef struct _LEGACY_MAP {
	ULONGLONG Address;			/* in: physical; out: in the client */
	ULONG Length;
	ULONG InIoSpace;
	ULONG Undo;				/* in: take Address away from the client again */
	ULONG Status;				/* out: VP_STATUS */
} LEGACY_MAP, *PLEGACY_MAP;

/* A command that went through SVGA's FIFO */
typedef struct _LEGACY_FIFO {
	ULONG Minimum;
	ULONG Maximum;
	ULONG NextBefore;
	ULONG Next;
	ULONG Stop;				/* equal to Next once the device has done it */
	ULONG Reserved;
} LEGACY_FIFO, *PLEGACY_FIFO;

/* What the calls return that have no meaning */
typedef struct _LEGACY_ABSENT {
	ULONG Int10;
	ULONG TrappedPorts;
	ULONG Banked;				/* of two banks */
	ULONG OneBank;
	ULONG BankCalls;			/* of the bank routine */
} LEGACY_ABSENT, *PLEGACY_ABSENT;

#endif /* LEGACYIOCTL_H */
