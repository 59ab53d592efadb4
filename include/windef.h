/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few Win32 shapes that a miniport shares with its display driver: points, rectangles, halves of
 * words. No window, no message.
 * Facts: learn.microsoft.com (windef.h); checked by tools/abi.
 */
#ifndef _WINDEF_
#define _WINDEF_

#include "videoport/types.h"

VIDEOPORT_C_BEGIN

typedef float FLOAT, *PFLOAT;
typedef DWORD COLORREF, *LPCOLORREF;
typedef WORD ATOM;
typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM, LRESULT;
typedef DWORD *LPDWORD;
typedef BYTE *LPBYTE;
typedef WORD *LPWORD;
typedef LONG *LPLONG;
typedef BOOL *LPBOOL;
typedef const void *LPCVOID;

typedef struct tagPOINT {
	LONG x;
	LONG y;
} POINT, *PPOINT, *LPPOINT;

typedef struct _POINTL {
	LONG x;
	LONG y;
} POINTL, *PPOINTL;

typedef struct tagPOINTS {
	SHORT x;
	SHORT y;
} POINTS, *PPOINTS, *LPPOINTS;

typedef struct tagSIZE {
	LONG cx;
	LONG cy;
} SIZE, *PSIZE, *LPSIZE, SIZEL, *PSIZEL, *LPSIZEL;

/* right and bottom lie outside */
typedef struct tagRECT {
	LONG left;
	LONG top;
	LONG right;
	LONG bottom;
} RECT, *PRECT, *LPRECT;

typedef struct _RECTL {
	LONG left;
	LONG top;
	LONG right;
	LONG bottom;
} RECTL, *PRECTL, *LPRECTL;

#ifndef MAX_PATH
#define MAX_PATH 260
#endif

#ifndef LOWORD
#define LOWORD(l) ((WORD)((DWORD_PTR)(l) & 0xffff))
#define HIWORD(l) ((WORD)((DWORD_PTR)(l) >> 16 & 0xffff))
#define LOBYTE(w) ((BYTE)((DWORD_PTR)(w) & 0xff))
#define HIBYTE(w) ((BYTE)((DWORD_PTR)(w) >> 8 & 0xff))
#define MAKEWORD(a, b) ((WORD)(((BYTE)((DWORD_PTR)(a) & 0xff)) | \
			       ((WORD)((BYTE)((DWORD_PTR)(b) & 0xff))) << 8))
#define MAKELONG(a, b) ((LONG)(((WORD)((DWORD_PTR)(a) & 0xffff)) | \
			       ((DWORD)((WORD)((DWORD_PTR)(b) & 0xffff))) << 16))
#endif

VIDEOPORT_C_END

#endif /* _WINDEF_ */
