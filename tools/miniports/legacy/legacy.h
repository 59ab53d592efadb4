/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The legacy miniport's device extension, and what its files offer each other. Legacy headers only.
 */
#ifndef LEGACY_H
#define LEGACY_H

#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "legacyioctl.h"

#define LEGACY_RANGES		6

/* VGA's addresses */
#define VGA_BASE_IO_PORT	0x3b0
#define VGA_IO_LENGTH		0x30
#define VGA_MEMORY_BASE		0xa0000
#define VGA_MEMORY_LENGTH	0x20000
#define VGA_BIOS_BASE		0xc0000
#define VGA_BIOS_LENGTH		0x10000

/* DISPI: index and data, in ports or in BAR 2 */
#define DISPI_IO_PORT		0x1ce
#define DISPI_IO_LENGTH		4
#define DISPI_IN_MEMORY		0x500
#define VGA_IN_MEMORY		0x400	/* the ports from 0x3c0 on */

#define DISPI_ID		0
#define DISPI_BANK		5

typedef struct _LEGACY_EXTENSION {
	VIDEO_ACCESS_RANGE Ranges[LEGACY_RANGES];
	PUCHAR VgaPorts;		/* 0x3b0 is 0 */
	PUCHAR VgaMemory;
	PUCHAR DispiPorts;
	PUCHAR Registers;		/* BAR 2 */
	PUCHAR SvgaPorts;
	PULONG SvgaFifo;
	ULONG BankCalls;
	LEGACY_FOUND Found;
} LEGACY_EXTENSION, *PLEGACY_EXTENSION;

/* find.c */
VP_STATUS NTAPI LegacyFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArguments,
				  PVIDEO_PORT_CONFIG_INFO pConfig, PUCHAR pbAgain);
extern VIDEO_ACCESS_RANGE LegacyVgaRanges[3];

/* access.c */
BOOLEAN LegacyAccess(PLEGACY_EXTENSION pExt, PLEGACY_ACCESS pAccess);
ULONG LegacyReadSvga(PLEGACY_EXTENSION pExt, ULONG ulIndex);
VOID LegacyWriteSvga(PLEGACY_EXTENSION pExt, ULONG ulIndex, ULONG ulValue);
VOID LegacyFifo(PLEGACY_EXTENSION pExt, PLEGACY_FIFO pFifo);

/* rom.c */
VOID LegacyRom(PLEGACY_EXTENSION pExt, PLEGACY_ROM pRom);
VOID LegacyAbsent(PLEGACY_EXTENSION pExt, PLEGACY_ABSENT pAbsent);

#endif /* LEGACY_H */
