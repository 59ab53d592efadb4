// SPDX-License-Identifier: GPL-2.0
/* chip.c - is it the chip that we know? */
#include <video.h>

#include "edufb.h"

BOOLEAN EdufbIsOurs(PEDUFB_EXTENSION pExt)
{
	pExt->ulIdentification = VideoPortReadRegisterUlong(
		(PULONG)(pExt->pjRegisters + EDUFB_REG_IDENTIFICATION));
	return (pExt->ulIdentification & 0xFF) == 0xED;
}
