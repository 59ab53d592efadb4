/* SPDX-License-Identifier: GPL-2.0 */
/*
 * GUID, DEFINE_GUID and comparison. Like its model it may be included again:
 * DEFINE_GUID declares, or defines where INITGUID is defined at that moment.
 * Facts: learn.microsoft.com (guiddef.h, DEFINE_GUID); checked by tools/abi.
 */
#ifndef _GUIDDEF_H_
#define _GUIDDEF_H_

#include "videoport/types.h"

typedef struct _GUID {
	ULONG Data1;
	USHORT Data2;
	USHORT Data3;
	UCHAR Data4[8];
} GUID, *LPGUID;
typedef const GUID *LPCGUID;

#ifdef __cplusplus
#define REFGUID const GUID &
static __inline int IsEqualGUID(REFGUID a, REFGUID b)
{
	return !__builtin_memcmp(&a, &b, sizeof(GUID));
}
#else
#define REFGUID const GUID *const
#define IsEqualGUID(a, b) (!__builtin_memcmp((a), (b), sizeof(GUID)))
#endif

#endif /* _GUIDDEF_H_ */

#undef DEFINE_GUID
#if !defined(INITGUID)
#define DEFINE_GUID(name, d1, d2, d3, b0, b1, b2, b3, b4, b5, b6, b7) \
	EXTERN_C const GUID name
#elif defined(__cplusplus)
#define DEFINE_GUID(name, d1, d2, d3, b0, b1, b2, b3, b4, b5, b6, b7) \
	EXTERN_C const GUID DECLSPEC_SELECTANY name = { \
		d1, d2, d3, { b0, b1, b2, b3, b4, b5, b6, b7 } \
	}
#else
#define DEFINE_GUID(name, d1, d2, d3, b0, b1, b2, b3, b4, b5, b6, b7) \
	extern const GUID name; \
	const GUID DECLSPEC_SELECTANY name = { \
		d1, d2, d3, { b0, b1, b2, b3, b4, b5, b6, b7 } \
	}
#endif
