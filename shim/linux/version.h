/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The version of the module, in one place.
 */
#ifndef VP_VERSION_H
#define VP_VERSION_H

#define VP_VERSION	"0.1.0"

#endif /* VP_VERSION_H */
