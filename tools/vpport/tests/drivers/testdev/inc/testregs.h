/* SPDX-License-Identifier: GPL-2.0 */
/* The test device's registers, in its first range */
#ifndef _TESTREGS_
#define _TESTREGS_

#define TESTDEV_REG_TEST	0x00	/* which test */
#define TESTDEV_REG_WIDTH	0x01	/* of its accesses: 1, 2 or 4 bytes */
#define TESTDEV_REG_NAME	0x10	/* of the test, ends with a zero */

#endif
