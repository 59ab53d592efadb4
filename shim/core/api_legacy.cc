// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport asks of a PC's VGA world: is it the VGA device, its ROM, banked memory, and the
 * real-mode BIOS and port traps, which are not here.
 */
#include <video.h>

#include "port.h"

using namespace vp;

/* How long a string is that VideoPortScanRom looks for, at most. */
static constexpr size_t longest_string = 256;

/* Is the text of @length bytes in the @bytes bytes that read(i) gives? */
template <class Read>
static bool contains(size_t bytes, const uint8_t *text, size_t length, Read read)
{
	for (size_t i = 0; i + length <= bytes; i++) {
		size_t same = 0;

		while (same < length && read(i + same) == text[same])
			same++;
		if (same == length)
			return true;
	}
	return false;
}

extern "C" {

/**
 * VideoPortGetVgaStatus() - does the adapter decode the machine's VGA addresses?
 * @HwDeviceExtension: the miniport's.
 * @VgaStatus: receives DEVICE_VGA_ENABLED or 0.
 *
 * Documented: VideoPortGetVgaStatus. Beyond it: of several VGA adapters it is the one that the
 * kernel calls the boot VGA device; on what is no PC it is none.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR; ERROR_INVALID_PARAMETER if @VgaStatus is NULL or the context is wrong.
 */
VP_STATUS VideoPortGetVgaStatus(PVOID HwDeviceExtension, PULONG VgaStatus)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !VgaStatus ||
	    !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return ERROR_INVALID_PARAMETER;
	*VgaStatus = vp_vga_enabled(port->device()) ? DEVICE_VGA_ENABLED : 0;
	return NO_ERROR;
}

/**
 * VideoPortGetRomImage() - a copy of the adapter's expansion ROM
 * @HwDeviceExtension: the miniport's.
 * @Unused1: not looked at.
 * @Unused2: likewise.
 * @Length: bytes, from the ROM's start; 0 frees the copy.
 *
 * Documented: VideoPortGetRomImage. Each call frees the copy before. Beyond it: more bytes than the
 * ROM may have are refused; what is behind its images reads as 0xff.
 *
 * Context: PASSIVE.
 * Return: the copy, which the port owns, or NULL.
 */
PVOID VideoPortGetRomImage(PVOID HwDeviceExtension, PVOID Unused1, ULONG Unused2, ULONG Length)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)Unused1;
	(void)Unused2;
	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return nullptr;
	if (Length)
		return port->rom.read(__func__, Length);
	port->rom.release();
	return nullptr;
}

/**
 * VideoPortScanRom() - is a string in a ROM?
 * @HwDeviceExtension: the miniport's.
 * @RomBase: what VideoPortGetDeviceBase gave for memory, or VideoPortGetRomImage, or inside it.
 * @RomLength: bytes there.
 * @String: what to look for, ended by a zero that is not looked for.
 *
 * Documented: VideoPortScanRom. Beyond it: no other memory is looked at.
 *
 * Context: PASSIVE.
 * Return: TRUE if it is there.
 */
BOOLEAN VideoPortScanRom(PVOID HwDeviceExtension, PUCHAR RomBase, ULONG RomLength, PUCHAR String)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	size_t length = 0;
	bool found = false;

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return FALSE;
	while (String && length < longest_string && String[length])
		length++;
	if (!RomBase || !length || length == longest_string) {
		port->counters.refuse(Counter::BadParameter,
				      "%s: RomBase is NULL, or String has 0 or more than %zu bytes",
				      __func__, longest_string - 1);
		return FALSE;
	}
	if (port->rom.with(RomBase, RomLength, [&](const uint8_t *rom) {
		    found = contains(RomLength, String, length, [&](size_t i) { return rom[i]; });
	    }))
		return found;
	if (!port->resources.mapped(RomBase, RomLength)) {
		port->counters.refuse(
			Counter::BadAddress,
			"%s: %u bytes are neither in a mapping of VideoPortGetDeviceBase nor in the image of VideoPortGetRomImage",
			__func__, RomLength);
		return FALSE;
	}
	return contains(RomLength, String, length,
			[&](size_t i) { return vp_register_byte(RomBase + i); });
}

/**
 * VideoPortMapBankedMemory() - map video memory whose banks are switched into one window
 * @HwDeviceExtension: the miniport's.
 * @PhysicalAddress: of the window, in a claimed range.
 * @Length: in: bytes of all banks; out: bytes mapped.
 * @InIoSpace: VIDEO_MEMORY_SPACE_*.
 * @VirtualAddress: in: NULL for the miniport, a process for the client; out: the mapped address.
 * @BankLength: bytes of one bank.
 * @ReadWriteBank: not looked at.
 * @BankRoutine: chooses a bank.
 * @Context: for @BankRoutine.
 *
 * Documented: VideoPortMapBankedMemory, which shows all banks behind each other and lets faults
 * choose among them. Here memory of one bank is mapped, after @BankRoutine has chosen that; for more
 * the window is to be mapped, and the miniport chooses the bank itself.
 *
 * Context: PASSIVE; for a client inside HwVidStartIO.
 * Return: NO_ERROR; ERROR_INVALID_PARAMETER, for more than one bank always.
 */
VP_STATUS VideoPortMapBankedMemory(PVOID HwDeviceExtension, PHYSICAL_ADDRESS PhysicalAddress,
				   PULONG Length, PULONG InIoSpace, PVOID *VirtualAddress,
				   ULONG BankLength, UCHAR ReadWriteBank,
				   PBANKED_SECTION_ROUTINE BankRoutine, PVOID Context)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)ReadWriteBank;
	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return ERROR_INVALID_PARAMETER;
	if (!Length || !BankLength || !BankRoutine) {
		port->counters.refuse(Counter::BadParameter,
				      "%s: Length, BankLength or BankRoutine is NULL", __func__);
		return ERROR_INVALID_PARAMETER;
	}
	if (*Length > BankLength) {
		port->counters.refuse(
			Counter::BadParameter,
			"%s: %u bytes in banks of %u: banks are not switched by faults here; map one bank, or the linear framebuffer",
			__func__, *Length, BankLength);
		return ERROR_INVALID_PARAMETER;
	}

	VP_STATUS status = VideoPortMapMemory(HwDeviceExtension, PhysicalAddress, Length, InIoSpace,
					      VirtualAddress);

	if (status == NO_ERROR)
		BankRoutine(0, 0, Context);
	return status;
}

/**
 * VideoPortSetTrappedEmulatorPorts() - which ports of a DOS box are the miniport's
 * @HwDeviceExtension: the miniport's.
 * @NumAccessRanges: not looked at.
 * @AccessRange: likewise.
 *
 * There is no DOS box that could use ports.
 *
 * Context: any.
 * Return: ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortSetTrappedEmulatorPorts(PVOID HwDeviceExtension, ULONG NumAccessRanges,
					   PVIDEO_ACCESS_RANGE AccessRange)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)NumAccessRanges;
	(void)AccessRange;
	if (port)
		port->counters.refuse(Counter::BadParameter,
				      "%s: there is no full-screen DOS here: no port is trapped",
				      __func__);
	return ERROR_INVALID_PARAMETER;
}

/**
 * VideoPortInt10() - call the real-mode video BIOS
 * @HwDeviceExtension: the miniport's.
 * @BiosArguments: registers, left as they are.
 *
 * A 64-bit kernel cannot run real-mode code, and an emulator in the kernel would give all ports of
 * the machine to what a ROM says: set modes by the adapter's registers.
 *
 * Context: any.
 * Return: ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortInt10(PVOID HwDeviceExtension, PVIDEO_X86_BIOS_ARGUMENTS BiosArguments)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (port)
		port->counters.refuse(
			Counter::BadParameter,
			"%s: EAX 0x%x: there is no real-mode BIOS here: set the mode by the adapter's registers",
			__func__, BiosArguments ? BiosArguments->Eax : 0);
	return ERROR_INVALID_PARAMETER;
}

} // extern "C"
