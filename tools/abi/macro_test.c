// SPDX-License-Identifier: GPL-2.0
/*
 * The two DMA macros of video.h, run: inside a buffer they must give what the documented walk
 * gives, and outside it {0, 0}. Compiled by check-abi as C and as C++; prints what is wrong.
 */
#include <stdio.h>

#include "video.h"

static VRB_SG list[] = { { 0x10000, 0x100 }, { 0x7fff00000000, 0x1000 }, { 0x2000, 1 }, { 0, 0 } };
static const ULONG total = 0x1101;
static PVOID asked;
static int failures;

/* stands in for the port: remembers the value of the handle that it was to look up */
PVRB_SG VideoPortLinuxGetScatterGather(PVOID ppDma)
{
	asked = *(PVOID *)ppDma;
	return list;
}

static void expect(int ok, const char *what, ULONG offset)
{
	if (!ok) {
		printf("macro_test: %s at offset 0x%x\n", what, offset);
		failures++;
	}
}

/* the documented meaning, for offsets inside the buffer */
static unsigned long long walk(ULONG offset, PVRB_SG *element, ULONG *left)
{
	PVRB_SG e = list;

	while (offset >= e->Length)
		offset -= e++->Length;
	*element = e;
	*left = e->Length - offset;
	return (unsigned long long)e->PhysicalAddress + offset;
}

int main(void)
{
	char *buffer = (char *)0x7f0000001234;
	PDMA handle = (PDMA)(ULONG_PTR)0xdead0000beef0001ULL; /* a token: no memory is there */
	PVRB_SG sg, element;
	ULONG offset, length, left, address32;
	ULONG_PTR address;
	__int64 address64;

	expect(GET_VIDEO_SCATTERGATHER(&handle) == list, "another list", 0);
	expect(asked == (PVOID)handle, "another handle", 0);

	for (offset = 0; offset < total; offset++) {
		unsigned long long right = walk(offset, &element, &left);

		sg = GET_VIDEO_SCATTERGATHER(&handle);
		GET_VIDEO_PHYSICAL_ADDRESS(sg, buffer + offset, buffer, &length, address);
		expect(address == right && length == left, "wrong address or length", offset);
		expect(sg == element, "list pointer not advanced", offset);

		sg = list;
		GET_VIDEO_PHYSICAL_ADDRESS(sg, buffer + offset, buffer, &length, address32);
		expect(address32 == (ULONG)right, "wrong 32-bit address", offset);

		sg = list;
		GET_VIDEO_PHYSICAL_ADDRESS(sg, (PVOID)(buffer + offset), (PVOID)buffer, &length,
					   address64);
		expect((unsigned long long)address64 == right, "wrong 64-bit address", offset);
	}
	for (offset = total; offset < total + 0x2000; offset += 0x7ff) {
		sg = list;
		length = 1;
		address = 1;
		GET_VIDEO_PHYSICAL_ADDRESS(sg, buffer + offset, buffer, &length, address);
		expect(length == 0 && address == 0, "not refused past the end", offset);
	}
	sg = list;
	GET_VIDEO_PHYSICAL_ADDRESS(sg, buffer - 1, buffer, &length, address);
	expect(length == 0 && address == 0, "not refused before the start", (ULONG)-1);
	return failures != 0;
}
