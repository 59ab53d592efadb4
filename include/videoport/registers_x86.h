/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One register in memory, read or written in place on x86-64: a single plain move, which is what
 * the functions of these names do, too. A call would cost more than the move. The functions remain
 * for whoever takes their address or asks for them by name.
 */
#ifndef VIDEOPORT_REGISTERS_X86_H
#define VIDEOPORT_REGISTERS_X86_H

#include "types.h"

VIDEOPORT_C_BEGIN

/*
 * One move and no other form of access, since hypervisors emulate few of them; and nothing that
 * stands before or after it in the source is moved across it by the compiler. The processor itself
 * keeps the order of accesses to device memory.
 */
#define VIDEOPORT_REGISTER_ACCESSORS(Name, TYPE, move, kind)				\
extern __inline __attribute__((__gnu_inline__, __always_inline__)) TYPE NTAPI		\
VideoPortReadRegister##Name(TYPE *Register)						\
{											\
	TYPE Value;									\
											\
	__asm__ __volatile__(move " %1, %0"						\
			     : "=" kind(Value)						\
			     : "m"(*(volatile TYPE *)Register)				\
			     : "memory");						\
	return Value;									\
}											\
											\
extern __inline __attribute__((__gnu_inline__, __always_inline__)) VOID NTAPI		\
VideoPortWriteRegister##Name(TYPE *Register, TYPE Value)				\
{											\
	__asm__ __volatile__(move " %0, %1"						\
			     :								\
			     : kind(Value), "m"(*(volatile TYPE *)Register)		\
			     : "memory");						\
}

VIDEOPORT_REGISTER_ACCESSORS(Uchar, UCHAR, "movb", "q")
VIDEOPORT_REGISTER_ACCESSORS(Ushort, USHORT, "movw", "r")
VIDEOPORT_REGISTER_ACCESSORS(Ulong, ULONG, "movl", "r")

#undef VIDEOPORT_REGISTER_ACCESSORS

VIDEOPORT_C_END

#endif /* VIDEOPORT_REGISTERS_X86_H */
