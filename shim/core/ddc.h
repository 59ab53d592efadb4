/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a monitor's EDID over the Display Data Channel: which addresses, which blocks, how often
 * it is tried. PASSIVE.
 */
#ifndef VP_CORE_DDC_H
#define VP_CORE_DDC_H

#include "edid.h"
#include "i2c.h"

namespace vp {

enum class DdcResult : uint8_t {
	Ok,
	ExtensionBad, /* the first block is good; the second one could not be had, and is zero */
	NoMonitor, /* nobody answers */
	BadSum, /* what was read is no EDID */
	ClockStuck,
	DataStuck,
};

/*
 * Read one segment of a monitor's EDID. PASSIVE.
 * @bus: the lines.
 * @segment: 0, or of an E-DDC memory.
 * @edid: receives it, if there is one; what it does not fill is zeroed.
 * @room: 128 or 256 bytes.
 * Return: only with Ok and ExtensionBad there is something in @edid.
 */
[[nodiscard]] DdcResult ddc_read_edid(I2cBus &bus, UCHAR segment, UCHAR (&edid)[edid_most],
				      size_t room);

} // namespace vp

#endif
