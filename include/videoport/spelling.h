/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of the legacy compiler: calling conventions, decorations and helper
 * macros that mean nothing, or something else, to gcc. No types, no functions.
 * Facts: learn.microsoft.com (SAL, winnt/ntdef macros); checked by tools/abi.
 *
 * Build legacy source with
 *     -fshort-wchar -Wno-unknown-pragmas -Wno-missing-braces -Wno-undef
 *     -Wno-multichar -Wno-write-strings
 * (plus -fstrict-flex-arrays=0 from gcc 13 on, for the many `Array[1]` tails):
 * #pragma warning, alloc_text and code_seg then pass quietly. With
 * -DVIDEOPORT_LEGACY_SOURCE a unit that includes no Linux or libc header also
 * gets the names that would collide there: min, max, __in, __out and the like.
 */
#ifndef VIDEOPORT_SPELLING_H
#define VIDEOPORT_SPELLING_H

/* Linkage */
#ifdef __cplusplus
#define VIDEOPORT_C_BEGIN extern "C" {
#define VIDEOPORT_C_END }
#else
#define VIDEOPORT_C_BEGIN
#define VIDEOPORT_C_END
#endif
#ifndef EXTERN_C
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif
#endif

/* Compiler keywords */
#ifndef __int64
#define __int64 long long
#endif
#ifndef __int32
#define __int32 int
#endif
#ifndef __int16
#define __int16 short
#endif
#ifndef __int8
#define __int8 char
#endif
#ifndef __declspec
#define __declspec(what)
#endif
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef _cdecl
#define _cdecl
#endif
#ifndef __unaligned
#define __unaligned
#endif
#ifndef __forceinline
#define __forceinline static __inline __attribute__((__always_inline__, __unused__))
#endif
#ifndef FORCEINLINE
#define FORCEINLINE __forceinline
#endif

/* Calling conventions and decorations of functions: one convention here */
#ifndef NTAPI
#define NTAPI
#endif
#ifndef FASTCALL
#define FASTCALL
#endif
#ifndef CDECL
#define CDECL
#endif
#ifndef DECLSPEC_IMPORT
#define DECLSPEC_IMPORT
#endif
#ifndef DECLSPEC_NORETURN
#define DECLSPEC_NORETURN __attribute__((__noreturn__))
#endif
#ifndef DECLSPEC_NOINLINE
#define DECLSPEC_NOINLINE __attribute__((__noinline__))
#endif
#ifndef DECLSPEC_ALIGN
#define DECLSPEC_ALIGN(bytes) __attribute__((__aligned__(bytes)))
#endif
#ifndef DECLSPEC_SELECTANY
#define DECLSPEC_SELECTANY __attribute__((__weak__))
#endif
#ifndef VPAPI
#define VPAPI
#endif
#ifndef VIDEOPORT_API
#define VIDEOPORT_API
#endif
#ifndef VIDEOPORT_DEPRECATED
#define VIDEOPORT_DEPRECATED
#endif

/* Decorations of parameters and pointers */
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef NOTHING
#define NOTHING
#endif
#ifndef CRITICAL
#define CRITICAL
#endif
#ifndef FAR
#define FAR
#endif
#ifndef NEAR
#define NEAR
#endif
#ifndef UNALIGNED
#define UNALIGNED
#endif
#ifndef UNALIGNED64
#define UNALIGNED64
#endif
#ifndef RESTRICTED_POINTER
#define RESTRICTED_POINTER
#endif
#ifndef POINTER_32
#define POINTER_32
#endif
#ifndef POINTER_64
#define POINTER_64
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef VOID
#define VOID void
#endif

/* Second-generation annotations, in the few forms that video code uses */
#ifndef _In_
#define _In_
#define _In_opt_
#define _In_z_
#define _In_reads_(count)
#define _In_reads_bytes_(bytes)
#define _In_reads_opt_(count)
#define _In_reads_bytes_opt_(bytes)
#define _Out_
#define _Out_opt_
#define _Out_writes_(count)
#define _Out_writes_bytes_(bytes)
#define _Out_writes_opt_(count)
#define _Out_writes_bytes_opt_(bytes)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(count)
#define _Inout_updates_bytes_(bytes)
#define _Outptr_
#define _Outptr_opt_
#define _Ret_maybenull_
#define _Must_inspect_result_
#define _Use_decl_annotations_
#define _Function_class_(name)
#define _IRQL_requires_(irql)
#define _IRQL_requires_max_(irql)
#define _IRQL_requires_min_(irql)
#define _IRQL_requires_same_
#define _Printf_format_string_
#endif

/* First-generation annotations and min/max: identifiers of libstdc++, glibc and Linux */
#ifdef VIDEOPORT_LEGACY_SOURCE
#define __in
#define __in_opt
#define __in_bcount(bytes)
#define __in_bcount_opt(bytes)
#define __in_ecount(count)
#define __in_ecount_opt(count)
#define __out
#define __out_opt
#define __out_bcount(bytes)
#define __out_bcount_opt(bytes)
#define __out_ecount(count)
#define __out_ecount_opt(count)
#define __inout
#define __inout_opt
#define __inout_bcount(bytes)
#define __inout_ecount(count)
#define __deref_out
#define __deref_out_opt
#define __reserved
#ifndef NOMINMAX
#ifndef min
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#endif
#endif

/* Truth, nothing, and arrays that go on */
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef NULL
#ifdef __cplusplus
#define NULL __null
#else
#define NULL ((void *)0)
#endif
#endif
#ifndef ANYSIZE_ARRAY
#define ANYSIZE_ARRAY 1
#endif

/* Layout helpers */
#ifndef FIELD_OFFSET
#define FIELD_OFFSET(type, field) ((LONG)__builtin_offsetof(type, field))
#endif
#ifndef CONTAINING_RECORD
#define CONTAINING_RECORD(address, type, field) \
	((type *)((PCHAR)(address) - __builtin_offsetof(type, field)))
#endif
#ifndef RTL_FIELD_SIZE
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#endif
#ifndef RTL_SIZEOF_THROUGH_FIELD
#define RTL_SIZEOF_THROUGH_FIELD(type, field) \
	(__builtin_offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#endif
#ifndef RTL_NUMBER_OF
#define RTL_NUMBER_OF(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef ARRAYSIZE
#define ARRAYSIZE(array) RTL_NUMBER_OF(array)
#endif
#ifndef ARGUMENT_PRESENT
#define ARGUMENT_PRESENT(pointer) ((PCHAR)(pointer) != (PCHAR)NULL)
#endif

/* Statements */
#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(name) ((void)(name))
#endif
#ifndef DBG_UNREFERENCED_PARAMETER
#define DBG_UNREFERENCED_PARAMETER(name) ((void)(name))
#endif
#ifndef UNREFERENCED_LOCAL_VARIABLE
#define UNREFERENCED_LOCAL_VARIABLE(name) ((void)(name))
#endif
#ifndef DBG_UNREFERENCED_LOCAL_VARIABLE
#define DBG_UNREFERENCED_LOCAL_VARIABLE(name) ((void)(name))
#endif

/* C_ASSERT works at file scope and in blocks, in every language version */
#define VIDEOPORT_PASTE2(a, b) a##b
#define VIDEOPORT_PASTE(a, b) VIDEOPORT_PASTE2(a, b)
#ifndef C_ASSERT
#define C_ASSERT(condition) \
	typedef char VIDEOPORT_PASTE(VideoPortAssertLine, __LINE__) \
		[(condition) ? 1 : -1] __attribute__((__unused__))
#endif

#endif /* VIDEOPORT_SPELLING_H */
