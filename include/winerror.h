/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Win32 error codes by their other name: those that a miniport returns.
 */
#ifndef VIDEOPORT_WINERROR_H
#define VIDEOPORT_WINERROR_H

#include "dderror.h"

#endif /* VIDEOPORT_WINERROR_H */
