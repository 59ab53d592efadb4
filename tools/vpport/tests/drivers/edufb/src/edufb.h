/* SPDX-License-Identifier: GPL-2.0 */
/* The edu chip, as far as this driver knows it */
#define EDUFB_REG_IDENTIFICATION 0x00
#define EDUFB_REG_FACTORIAL 0x08
#define EDUFB_REG_STATUS 0x20

typedef struct _EDUFB_EXTENSION {
	PUCHAR pjRegisters;
	ULONG ulIdentification;
} EDUFB_EXTENSION, *PEDUFB_EXTENSION;

BOOLEAN EdufbIsOurs(PEDUFB_EXTENSION pExt);
