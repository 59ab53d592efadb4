/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of the two I2C tables, for whoever hands the tables out.
 */
#ifndef VP_CORE_API_I2C_H
#define VP_CORE_API_I2C_H

#include <video.h>

namespace vp {

/** Put the functions into a table; what it begins with is not touched. Any context. */
void fill_i2c_table(VIDEO_PORT_I2C_INTERFACE &table);
void fill_i2c_table(VIDEO_PORT_I2C_INTERFACE_2 &table);

} // namespace vp

#endif
