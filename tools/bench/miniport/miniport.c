// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's miniport: finds its adapter, and serves the requests of benchioctl.h. It starts no
 * device. Calls the kernel's half for the measuring, and for the ways that are not VideoPort's.
 */
#include "miniport.h"

#include "edu.h"

/* Longest transfer: all pages that a ULONG can count bytes of */
#define BENCH_MAXIMUM_LENGTH 0xFFFFF000

VP_STATUS NTAPI BenchFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArgument,
				 PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain);
BOOLEAN NTAPI BenchInitialize(PVOID pvExtension);
BOOLEAN NTAPI BenchStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp);

ULONG NTAPI DriverEntry(PVOID pvContext1, PVOID pvContext2)
{
	VIDEO_HW_INITIALIZATION_DATA InitData;

	VideoPortZeroMemory(&InitData, sizeof(InitData));
	InitData.HwInitDataSize = sizeof(InitData);
	InitData.AdapterInterfaceType = PCIBus;
	InitData.HwFindAdapter = BenchFindAdapter;
	InitData.HwInitialize = BenchInitialize;
	InitData.HwStartIO = BenchStartIO;
	InitData.HwStartDma = BenchStartDma;
	InitData.HwDeviceExtensionSize = sizeof(BENCH_EXTENSION);
	return VideoPortInitialize(pvContext1, pvContext2, &InitData, NULL);
}

/* The kernel's half finds the PCI function by its place, and does not keep it: the port does. */
static VP_STATUS BenchFindDevice(PBENCH_EXTENSION pExt, ULONG ulBus, ULONG ulSlot)
{
	pExt->pvDevice = bench_device_get(ulBus, ulSlot & 0x1F, ulSlot >> 5 & 7);
	if (pExt->pvDevice == NULL)
		return ERROR_DEV_NOT_EXIST;
	bench_device_put(pExt->pvDevice);
	return NO_ERROR;
}

VP_STATUS NTAPI BenchFindAdapter(PVOID pvExtension, PVOID pvContext, PWSTR pwszArgument,
				 PVIDEO_PORT_CONFIG_INFO pConfigInfo, PUCHAR pjAgain)
{
	PBENCH_EXTENSION pExt = (PBENCH_EXTENSION)pvExtension;
	EDU_FOUND Found;
	VP_STATUS vpStatus;

	UNREFERENCED_PARAMETER(pvContext);
	UNREFERENCED_PARAMETER(pwszArgument);

	vpStatus = EduFindAdapter(pExt, pConfigInfo, BENCH_MAXIMUM_LENGTH, pjAgain, &Found);
	if (vpStatus != NO_ERROR)
		return vpStatus;
	pExt->pjRegisters = Found.pjRegisters;
	pExt->pDmaAdapter = Found.pDmaAdapter;
	return BenchFindDevice(pExt, pConfigInfo->SystemIoBusNumber, Found.ulSlot);
}

BOOLEAN NTAPI BenchInitialize(PVOID pvExtension)
{
	UNREFERENCED_PARAMETER(pvExtension);
	return TRUE;
}

static VP_STATUS BenchStatus(int iError)
{
	return iError == 0 ? NO_ERROR : ERROR_INVALID_FUNCTION;
}

/* What asks for a method: MEASURE, HOLD, DROP, LAYOUT */
static VP_STATUS BenchServe(PBENCH_EXTENSION pExt, PVIDEO_REQUEST_PACKET pVrp)
{
	struct bench_ask Ask;
	const struct bench_ops *pOps;
	struct bench_answer Answer;
	struct bench_layout Layout;
	struct bench_run Run;
	int iError;

	if (pVrp->InputBufferLength < sizeof(Ask))
		return ERROR_INSUFFICIENT_BUFFER;
	Ask = *(struct bench_ask *)pVrp->InputBuffer;
	VideoPortZeroMemory(&Run, sizeof(Run));
	Run.device = pExt->pvDevice;
	Run.extension = pExt;
	Run.address = Ask.address;
	Run.length = Ask.length;
	pOps = BenchMethod(Ask.method);
	if (pOps == NULL)
		pOps = bench_kernel_method(Ask.method);
	if (pOps == NULL)
		return ERROR_INVALID_PARAMETER;

	switch (pVrp->IoControlCode) {
	case BENCH_IOCTL_MEASURE:
		if (pVrp->OutputBufferLength < sizeof(Answer))
			return ERROR_INSUFFICIENT_BUFFER;
		iError = bench_measure(&Run, pOps, &Ask, &Answer);
		*(struct bench_answer *)pVrp->OutputBuffer = Answer;
		pVrp->StatusBlock->Information = sizeof(Answer);
		return BenchStatus(iError);

	case BENCH_IOCTL_HOLD:
		return BenchStatus(bench_hold(&Run, pOps, &Ask));

	case BENCH_IOCTL_DROP:
		return BenchStatus(bench_drop(&Run, pOps));

	case BENCH_IOCTL_LAYOUT:
		if (pVrp->OutputBufferLength < sizeof(Layout))
			return ERROR_INSUFFICIENT_BUFFER;
		iError = bench_layout(&Run, &Layout);
		*(struct bench_layout *)pVrp->OutputBuffer = Layout;
		pVrp->StatusBlock->Information = sizeof(Layout);
		return BenchStatus(iError);
	}
	return ERROR_INVALID_FUNCTION;
}

BOOLEAN NTAPI BenchStartIO(PVOID pvExtension, PVIDEO_REQUEST_PACKET pVrp)
{
	PBENCH_EXTENSION pExt = (PBENCH_EXTENSION)pvExtension;

	if (pVrp->IoControlCode == BENCH_IOCTL_NOTHING) {
		pVrp->StatusBlock->Information = pVrp->OutputBufferLength;
		pVrp->StatusBlock->Status = NO_ERROR;
		return TRUE;
	}
	pVrp->StatusBlock->Information = 0;
	if (pVrp->IoControlCode == BENCH_IOCTL_CLOCK &&
	    pVrp->OutputBufferLength >= sizeof(struct bench_clock)) {
		bench_clock((struct bench_clock *)pVrp->OutputBuffer);
		pVrp->StatusBlock->Information = sizeof(struct bench_clock);
		pVrp->StatusBlock->Status = NO_ERROR;
		return TRUE;
	}
	pVrp->StatusBlock->Status = BenchServe(pExt, pVrp);
	return TRUE;
}
