/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client and a miniport say to each other: the control codes of video
 * devices and the structures that their buffers carry. Usable on both sides.
 * Facts: learn.microsoft.com (ntddvdeo.h); checked by tools/abi.
 */
#ifndef _NTDDVDEO_
#define _NTDDVDEO_

#include "videoport/types.h"
#include "guiddef.h"
#include "devioctl.h"

#define VIDEO_DEVICE_NAME "DISPLAY%d"
#define WVIDEO_DEVICE_NAME L"DISPLAY%d"
#define DD_FULLSCREEN_VIDEO_DEVICE_NAME L"\\Device\\FSVideo"

VIDEOPORT_C_BEGIN

DEFINE_GUID(GUID_DEVINTERFACE_DISPLAY_ADAPTER, 0x5b45201d, 0xf2f2, 0x4f3b,
	    0x85, 0xbb, 0x30, 0xff, 0x1f, 0x95, 0x35, 0x99);

/* the older name */
#define GUID_DISPLAY_ADAPTER_INTERFACE GUID_DEVINTERFACE_DISPLAY_ADAPTER

VIDEOPORT_C_END

#include "videoport/ioctls.h"
#include "videoport/vrp_data.h"

/*
 * An event is a token of the port, not an address: its structure is never
 * defined, so that looking inside one does not compile.
 */
typedef struct _ENG_EVENT *PEVENT;
typedef struct _ENG_EVENT ENG_EVENT, *PENG_EVENT;

#endif /* _NTDDVDEO_ */
