// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy miniport's looks at the adapter's ROM, and at what the port does not have: the BIOS,
 * port traps, banks. Called in HwVidStartIO.
 */
#include "legacy.h"

VOID LegacyRom(PLEGACY_EXTENSION pExt, PLEGACY_ROM pRom)
{
	VIDEO_ACCESS_RANGE bios;
	PUCHAR pbRom;
	ULONG i;

	pRom->Text[sizeof(pRom->Text) - 1] = 0;
	pRom->Got = pRom->Found = pRom->Sum = pRom->Header = 0;
	if (pRom->Bios) {
		VideoPortZeroMemory(&bios, sizeof(bios));
		bios.RangeStart.QuadPart = VGA_BIOS_BASE;
		bios.RangeLength = VGA_BIOS_LENGTH;
		if (VideoPortVerifyAccessRanges(pExt, 1, &bios) != NO_ERROR)
			return;
		pbRom = (PUCHAR)VideoPortGetDeviceBase(pExt, bios.RangeStart, bios.RangeLength,
						       VIDEO_MEMORY_SPACE_MEMORY);
		if (pbRom == NULL)
			return;
		pRom->Got = 1;
		pRom->Found = VideoPortScanRom(pExt, pbRom, VGA_BIOS_LENGTH, (PUCHAR)pRom->Text);
		VideoPortReadRegisterBufferUchar(pbRom, pRom->Bytes, LEGACY_ROM_BYTES);
		VideoPortFreeDeviceBase(pExt, pbRom);
		return;
	}

	pbRom = (PUCHAR)VideoPortGetRomImage(pExt, NULL, 0, pRom->Length);
	if (pbRom == NULL)
		return;
	pRom->Got = 1;
	pRom->Found = VideoPortScanRom(pExt, pbRom, pRom->Length, (PUCHAR)pRom->Text);
	for (i = 0; i < pRom->Length && i < LEGACY_ROM_BYTES; i++)
		pRom->Bytes[i] = pbRom[i];
	/* the length of an image is in its third byte, the place of its PCI data in 24 and 25 */
	if (pRom->Length > 26) {
		for (i = 0; i < (ULONG)pbRom[2] * 512 && i < pRom->Length; i++)
			pRom->Sum = (pRom->Sum + pbRom[i]) & 0xff;
		pRom->Header = pbRom[24] | pbRom[25] << 8;
		if (pRom->Header + sizeof(pRom->Pci) <= pRom->Length)
			VideoPortMoveMemory(pRom->Pci, pbRom + pRom->Header, sizeof(pRom->Pci));
	}
	VideoPortGetRomImage(pExt, NULL, 0, 0);
}

static VOID NTAPI LegacyBank(ULONG ulReadBank, ULONG ulWriteBank, PVOID pvContext)
{
	PLEGACY_EXTENSION pExt = (PLEGACY_EXTENSION)pvContext;

	if (ulReadBank == 0 && ulWriteBank == 0)
		pExt->BankCalls++;
}

VOID LegacyAbsent(PLEGACY_EXTENSION pExt, PLEGACY_ABSENT pAbsent)
{
	VIDEO_X86_BIOS_ARGUMENTS registers;
	PHYSICAL_ADDRESS window;
	ULONG ulLength = 0x20000, ulInIoSpace = 0;
	PVOID pvMapped = NULL;

	VideoPortZeroMemory(&registers, sizeof(registers));
	registers.Eax = 0x4f00;
	pAbsent->Int10 = VideoPortInt10(pExt, &registers);
	pAbsent->TrappedPorts = VideoPortSetTrappedEmulatorPorts(pExt, 3, LegacyVgaRanges);

	window.QuadPart = VGA_MEMORY_BASE;
	pAbsent->Banked = VideoPortMapBankedMemory(pExt, window, &ulLength, &ulInIoSpace, &pvMapped,
						   0x10000, TRUE, LegacyBank, pExt);
	ulLength = 0x10000;
	pAbsent->OneBank = VideoPortMapBankedMemory(pExt, window, &ulLength, &ulInIoSpace,
						    &pvMapped, 0x10000, TRUE, LegacyBank, pExt);
	if (pAbsent->OneBank == NO_ERROR)
		VideoPortUnmapMemory(pExt, pvMapped, NULL);
	pAbsent->BankCalls = pExt->BankCalls;
}
