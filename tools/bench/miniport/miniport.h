/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmark's miniport keeps for its adapter.
 */
#ifndef BENCH_MINIPORT_H
#define BENCH_MINIPORT_H

#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#include "bench.h"

typedef struct _BENCH_EXTENSION {
	PVOID pvDevice; /* the kernel's half's */
	PUCHAR pjRegisters;
	PVP_DMA_ADAPTER pDmaAdapter;
	PVP_SCATTER_GATHER_LIST pList; /* what BenchExecuteDma was given last */
} BENCH_EXTENSION, *PBENCH_EXTENSION;

/* The method of this half; NULL if it has none of that number. */
const struct bench_ops *BenchMethod(ULONG ulMethod);

HW_DMA_RETURN NTAPI BenchStartDma(PVOID pvExtension, PDMA pDma);

#endif
