/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structured exceptions as ReactOS spells them: see videoport/seh.h.
 */
#ifndef VIDEOPORT_REACTOS_PSEH2_H
#define VIDEOPORT_REACTOS_PSEH2_H

#include "../../videoport/seh.h"

#endif /* VIDEOPORT_REACTOS_PSEH2_H */
