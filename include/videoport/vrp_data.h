/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structures that travel in the buffers of the IOCTL_VIDEO_* requests,
 * grouped by subject. Included by ntddvdeo.h.
 * Facts: learn.microsoft.com (ntddvdeo.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_VRP_DATA_H
#define VIDEOPORT_VRP_DATA_H

#include "types.h"

VIDEOPORT_C_BEGIN

/* Modes */
typedef struct _VIDEO_NUM_MODES {
	ULONG NumModes;
	ULONG ModeInformationLength; /* bytes, of each VIDEO_MODE_INFORMATION */
} VIDEO_NUM_MODES, *PVIDEO_NUM_MODES;

#define VIDEO_MODE_MAP_MEM_LINEAR 0x40000000
#define VIDEO_MODE_NO_ZERO_MEMORY 0x80000000

typedef struct _VIDEO_MODE {
	ULONG RequestedMode; /* ModeIndex, perhaps with the two flags above */
} VIDEO_MODE, *PVIDEO_MODE;

#define VIDEO_MODE_COLOR 0x0001
#define VIDEO_MODE_GRAPHICS 0x0002
#define VIDEO_MODE_PALETTE_DRIVEN 0x0004
#define VIDEO_MODE_MANAGED_PALETTE 0x0008
#define VIDEO_MODE_INTERLACED 0x0010
#define VIDEO_MODE_NO_OFF_SCREEN 0x0020
#define VIDEO_MODE_NO_64_BIT_ACCESS 0x0040
#define VIDEO_MODE_BANKED 0x0080
#define VIDEO_MODE_LINEAR 0x0100

typedef struct _VIDEO_MODE_INFORMATION {
	ULONG Length; /* bytes, of this structure */
	ULONG ModeIndex;
	ULONG VisScreenWidth; /* pixels */
	ULONG VisScreenHeight; /* lines */
	ULONG ScreenStride; /* bytes from line to line */
	ULONG NumberOfPlanes;
	ULONG BitsPerPlane;
	ULONG Frequency; /* Hz */
	ULONG XMillimeter;
	ULONG YMillimeter;
	ULONG NumberRedBits;
	ULONG NumberGreenBits;
	ULONG NumberBlueBits;
	ULONG RedMask;
	ULONG GreenMask;
	ULONG BlueMask;
	ULONG AttributeFlags; /* VIDEO_MODE_COLOR and so on */
	ULONG VideoMemoryBitmapWidth;
	ULONG VideoMemoryBitmapHeight;
	ULONG DriverSpecificAttributeFlags;
} VIDEO_MODE_INFORMATION, *PVIDEO_MODE_INFORMATION;

/* Video memory and registers in the address space of the client */
typedef struct _VIDEO_MEMORY {
	PVOID RequestedVirtualAddress;
} VIDEO_MEMORY, *PVIDEO_MEMORY;

typedef struct _VIDEO_MEMORY_INFORMATION {
	PVOID VideoRamBase;
	ULONG VideoRamLength;
	PVOID FrameBufferBase;
	ULONG FrameBufferLength;
} VIDEO_MEMORY_INFORMATION, *PVIDEO_MEMORY_INFORMATION;

typedef struct _VIDEO_SHARE_MEMORY {
	HANDLE ProcessHandle;
	ULONG ViewOffset;
	ULONG ViewSize;
	PVOID RequestedVirtualAddress;
} VIDEO_SHARE_MEMORY, *PVIDEO_SHARE_MEMORY;

typedef struct _VIDEO_SHARE_MEMORY_INFORMATION {
	ULONG SharedViewOffset;
	ULONG SharedViewSize;
	PVOID VirtualAddress;
} VIDEO_SHARE_MEMORY_INFORMATION, *PVIDEO_SHARE_MEMORY_INFORMATION;

typedef struct _VIDEO_PUBLIC_ACCESS_RANGES {
	ULONG InIoSpace;
	ULONG MappedInIoSpace;
	PVOID VirtualAddress;
} VIDEO_PUBLIC_ACCESS_RANGES, *PVIDEO_PUBLIC_ACCESS_RANGES;

/* Banks: a frame buffer that is larger than its window */
#define PLANAR_HC 0x00000001

typedef enum _VIDEO_BANK_TYPE {
	VideoNotBanked = 0,
	VideoBanked1RW = 1,
	VideoBanked1R1W = 2,
	VideoBanked2RW = 3,
	NumVideoBankTypes
} VIDEO_BANK_TYPE, *PVIDEO_BANK_TYPE;

typedef struct _VIDEO_BANK_SELECT {
	ULONG Length;
	ULONG Size; /* bytes, with the code that follows the structure */
	ULONG BankingFlags; /* PLANAR_HC */
	ULONG BankingType; /* VIDEO_BANK_TYPE */
	ULONG PlanarHCBankingType;
	ULONG BitmapWidthInBytes;
	ULONG BitmapSize;
	ULONG Granularity;
	ULONG PlanarHCGranularity;
	ULONG CodeOffset;
	ULONG PlanarHCBankCodeOffset;
	ULONG PlanarHCEnableCodeOffset;
	ULONG PlanarHCDisableCodeOffset;
} VIDEO_BANK_SELECT, *PVIDEO_BANK_SELECT;

/* not in the reference header; windows-sys, Win32::Devices::Display */
typedef struct _BANK_POSITION {
	ULONG ReadBankPosition;
	ULONG WriteBankPosition;
} BANK_POSITION, *PBANK_POSITION;

/* Text, colours */
typedef struct _VIDEO_LOAD_FONT_INFORMATION {
	USHORT WidthInPixels;
	USHORT HeightInPixels;
	ULONG FontSize; /* bytes, of Font */
	UCHAR Font[1];
} VIDEO_LOAD_FONT_INFORMATION, *PVIDEO_LOAD_FONT_INFORMATION;

typedef struct _VIDEO_PALETTE_DATA {
	USHORT NumEntries;
	USHORT FirstEntry;
	USHORT Colors[1];
} VIDEO_PALETTE_DATA, *PVIDEO_PALETTE_DATA;

typedef struct _VIDEO_CLUTDATA {
	UCHAR Red;
	UCHAR Green;
	UCHAR Blue;
	UCHAR Unused;
} VIDEO_CLUTDATA, *PVIDEO_CLUTDATA;

typedef struct {
	USHORT NumEntries;
	USHORT FirstEntry;
	union {
		VIDEO_CLUTDATA RgbArray;
		ULONG RgbLong;
	} LookupTable[1];
} VIDEO_CLUT, *PVIDEO_CLUT;

/* not in the reference header; windows-sys, Win32::Devices::Display */
#define VIDEO_COLOR_LUT_DATA_FORMAT_RGB256WORDS 0x00000001
#define VIDEO_COLOR_LUT_DATA_FORMAT_PRIVATEFORMAT 0x80000000

typedef struct _VIDEO_LUT_RGB256WORDS {
	USHORT Red[256];
	USHORT Green[256];
	USHORT Blue[256];
} VIDEO_LUT_RGB256WORDS, *PVIDEO_LUT_RGB256WORDS;

typedef struct _VIDEO_COLOR_LUT_DATA {
	ULONG Length; /* bytes, with LutData */
	ULONG LutDataFormat; /* VIDEO_COLOR_LUT_DATA_FORMAT_* */
	UCHAR LutData[1];
} VIDEO_COLOR_LUT_DATA, *PVIDEO_COLOR_LUT_DATA;

#define VIDEO_DEVICE_COLOR 0x00000001
#define VIDEO_OPTIONAL_GAMMET_TABLE 0x00000002

typedef struct _VIDEO_COLOR_CAPABILITIES {
	ULONG Length;
	ULONG AttributeFlags; /* VIDEO_DEVICE_COLOR, VIDEO_OPTIONAL_GAMMET_TABLE */
	LONG RedPhosphoreDecay;
	LONG GreenPhosphoreDecay;
	LONG BluePhosphoreDecay;
	LONG WhiteChromaticity_x;
	LONG WhiteChromaticity_y;
	LONG WhiteChromaticity_Y;
	LONG RedChromaticity_x;
	LONG RedChromaticity_y;
	LONG GreenChromaticity_x;
	LONG GreenChromaticity_y;
	LONG BlueChromaticity_x;
	LONG BlueChromaticity_y;
	LONG WhiteGamma;
	LONG RedGamma;
	LONG GreenGamma;
	LONG BlueGamma;
} VIDEO_COLOR_CAPABILITIES, *PVIDEO_COLOR_CAPABILITIES;

/* Text cursor and graphics pointer */
typedef struct _VIDEO_CURSOR_POSITION {
	SHORT Column;
	SHORT Row;
} VIDEO_CURSOR_POSITION, *PVIDEO_CURSOR_POSITION;

typedef struct _VIDEO_CURSOR_ATTRIBUTES {
	USHORT Width;
	USHORT Height;
	SHORT Column;
	SHORT Row;
	UCHAR Rate;
	UCHAR Enable;
} VIDEO_CURSOR_ATTRIBUTES, *PVIDEO_CURSOR_ATTRIBUTES;

typedef struct _VIDEO_POINTER_POSITION {
	SHORT Column;
	SHORT Row;
} VIDEO_POINTER_POSITION, *PVIDEO_POINTER_POSITION;

#define VIDEO_MODE_ASYNC_POINTER 0x01
#define VIDEO_MODE_MONO_POINTER 0x02
#define VIDEO_MODE_COLOR_POINTER 0x04
#define VIDEO_MODE_ANIMATE_START 0x08
#define VIDEO_MODE_ANIMATE_UPDATE 0x10

typedef struct _VIDEO_POINTER_ATTRIBUTES {
	ULONG Flags; /* VIDEO_MODE_*_POINTER, VIDEO_MODE_ANIMATE_* */
	ULONG Width;
	ULONG Height;
	ULONG WidthInBytes;
	ULONG Enable;
	SHORT Column;
	SHORT Row;
	UCHAR Pixels[1];
} VIDEO_POINTER_ATTRIBUTES, *PVIDEO_POINTER_ATTRIBUTES;

typedef struct _VIDEO_POINTER_CAPABILITIES {
	ULONG Flags;
	ULONG MaxWidth;
	ULONG MaxHeight;
	ULONG HWPtrBitmapStart;
	ULONG HWPtrBitmapEnd;
} VIDEO_POINTER_CAPABILITIES, *PVIDEO_POINTER_CAPABILITIES;

/* Power and brightness */
typedef enum _VIDEO_POWER_STATE {
	VideoPowerUnspecified = 0,
	VideoPowerOn = 1,
	VideoPowerStandBy = 2,
	VideoPowerSuspend = 3,
	VideoPowerOff = 4,
	VideoPowerHibernate = 5,
	VideoPowerShutdown = 6,
	VideoPowerMaximum
} VIDEO_POWER_STATE, *PVIDEO_POWER_STATE;

typedef struct _VIDEO_POWER_MANAGEMENT {
	ULONG Length;
	ULONG DPMSVersion;
	ULONG PowerState; /* VIDEO_POWER_STATE */
} VIDEO_POWER_MANAGEMENT, *PVIDEO_POWER_MANAGEMENT;

#define DISPLAYPOLICY_AC 0x00000001
#define DISPLAYPOLICY_DC 0x00000002
#define DISPLAYPOLICY_BOTH 0x00000003

typedef struct _DISPLAY_BRIGHTNESS {
	UCHAR ucDisplayPolicy; /* DISPLAYPOLICY_* */
	UCHAR ucACBrightness; /* per cent */
	UCHAR ucDCBrightness; /* per cent */
} DISPLAY_BRIGHTNESS, *PDISPLAY_BRIGHTNESS;

/* Hardware state: VGA registers and planes, saved for a full-screen session */
#define VIDEO_STATE_NON_STANDARD_VGA 0x00000001
#define VIDEO_STATE_UNEMULATED_VGA_STATE 0x00000002
#define VIDEO_STATE_PACKED_CHAIN4_MODE 0x00000004

/* every ...Offset counts bytes from the start of this header */
typedef struct _VIDEO_HARDWARE_STATE_HEADER {
	ULONG Length;
	UCHAR PortValue[0x30]; /* ports 0x3B0 to 0x3DF */
	ULONG AttribIndexDataState;
	ULONG BasicSequencerOffset;
	ULONG BasicCrtContOffset;
	ULONG BasicGraphContOffset;
	ULONG BasicAttribContOffset;
	ULONG BasicDacOffset;
	ULONG BasicLatchesOffset;
	ULONG ExtendedSequencerOffset;
	ULONG ExtendedCrtContOffset;
	ULONG ExtendedGraphContOffset;
	ULONG ExtendedAttribContOffset;
	ULONG ExtendedDacOffset;
	ULONG ExtendedValidatorStateOffset;
	ULONG ExtendedMiscDataOffset;
	ULONG PlaneLength;
	ULONG Plane1Offset;
	ULONG Plane2Offset;
	ULONG Plane3Offset;
	ULONG Plane4Offset;
	ULONG VGAStateFlags; /* VIDEO_STATE_* */
	ULONG DIBOffset;
	ULONG DIBBitsPerPixel;
	ULONG DIBXResolution;
	ULONG DIBYResolution;
	ULONG DIBXlatOffset;
	ULONG DIBXlatLength;
	ULONG VesaInfoOffset;
	PVOID FrameBufferData;
} VIDEO_HARDWARE_STATE_HEADER, *PVIDEO_HARDWARE_STATE_HEADER;

typedef struct _VIDEO_HARDWARE_STATE {
	PVIDEO_HARDWARE_STATE_HEADER StateHeader;
	ULONG StateLength;
} VIDEO_HARDWARE_STATE, *PVIDEO_HARDWARE_STATE;

/* Children (monitors) and dual view */
#define VIDEO_CHILD_ACTIVE 0x00000001
#define VIDEO_CHILD_DETACHED 0x00000002
#define VIDEO_CHILD_NOPRUNE_RESOLUTION 0x40000000
#define VIDEO_CHILD_NOPRUNE_FREQ 0x80000000

#define VIDEO_DUALVIEW_REMOVABLE 0x00000001
#define VIDEO_DUALVIEW_SECONDARY 0x40000000
#define VIDEO_DUALVIEW_PRIMARY 0x80000000

/*
 * IOCTL_VIDEO_INIT_WIN32K_CALLBACKS: between the port and the window system,
 * never seen by a miniport. Not in the reference header; learn.microsoft.com
 * has the structures, and windows-sys those values of the enumeration.
 */
typedef enum _VIDEO_WIN32K_CALLBACKS_PARAMS_TYPE {
	VideoPowerNotifyCallout = 1,
	VideoEnumChildPdoNotifyCallout = 3,
	VideoFindAdapterCallout = 4,
	VideoPnpNotifyCallout = 7,
	VideoDxgkDisplaySwitchCallout = 8
} VIDEO_WIN32K_CALLBACKS_PARAMS_TYPE;

typedef struct _VIDEO_WIN32K_CALLBACKS_PARAMS {
	VIDEO_WIN32K_CALLBACKS_PARAMS_TYPE CalloutType;
	PVOID PhysDisp;
	ULONG_PTR Param;
	LONG Status;
	BOOLEAN LockUserSession;
	BOOLEAN IsPostDevice;
	BOOLEAN SurpriseRemoval;
	BOOLEAN WaitForQueueReady;
} VIDEO_WIN32K_CALLBACKS_PARAMS, *PVIDEO_WIN32K_CALLBACKS_PARAMS;

typedef VOID (NTAPI *PVIDEO_WIN32K_CALLOUT)(IN PVOID Params);

typedef struct _VIDEO_WIN32K_CALLBACKS {
	PVOID PhysDisp;
	PVIDEO_WIN32K_CALLOUT Callout;
	ULONG bACPI;
	HANDLE pPhysDeviceObject;
	ULONG DualviewFlags; /* VIDEO_DUALVIEW_* */
} VIDEO_WIN32K_CALLBACKS, *PVIDEO_WIN32K_CALLBACKS;

VIDEOPORT_C_END

#endif /* VIDEOPORT_VRP_DATA_H */
