// SPDX-License-Identifier: GPL-2.0
/*
 * DDC2B, E-DDC and the addresses of EDID 2.0. See ddc.h.
 */
#include "ddc.h"

namespace vp {

/* Addresses on the bus as they are sent, with room for the direction. */
static constexpr UCHAR edid_address = 0xa0;
static constexpr UCHAR segment_address = 0x60;
/* Displays with EDID 2.0 (P&D, FPDI-2) have it there, all 256 bytes of it. */
static constexpr UCHAR version_2_addresses[] = {0xa2, 0xa6};

/* Monitors that have just woken up, or been plugged in, answer the second or third time. */
static constexpr unsigned int attempts = 3;

static DdcResult meaning(I2cResult result)
{
	switch (result) {
	case I2cResult::Ok:
		return DdcResult::Ok;
	case I2cResult::Nack:
		return DdcResult::NoMonitor;
	case I2cResult::ClockStuck:
		return DdcResult::ClockStuck;
	default:
		return DdcResult::DataStuck;
	}
}

static I2cResult start_and_write(I2cBus &bus, const UCHAR *bytes, size_t count)
{
	I2cResult result = bus.start();

	return result == I2cResult::Ok ? bus.write(bytes, count) : result;
}

/* One transfer: choose the place, then read from there on. */
static I2cResult transfer(I2cBus &bus, UCHAR address, UCHAR segment, UCHAR offset, UCHAR *bytes,
			  size_t count)
{
	const UCHAR choose_segment[] = {segment_address, segment};
	const UCHAR choose_offset[] = {address, offset};
	const UCHAR read_from = address | 1;
	I2cResult result = I2cResult::Ok;

	/* A stop chooses segment 0 again; what knows no segments is not asked for it. */
	if (segment)
		result = start_and_write(bus, choose_segment, sizeof(choose_segment));
	if (result == I2cResult::Ok)
		result = start_and_write(bus, choose_offset, sizeof(choose_offset));
	if (result == I2cResult::Ok)
		result = start_and_write(bus, &read_from, 1);
	if (result == I2cResult::Ok)
		result = bus.read(bytes, count, true);

	I2cResult stopped = bus.stop();

	return result == I2cResult::Ok ? stopped : result;
}

/* Reads until @good is satisfied with it; a line that is stuck stays so. */
template <class Good>
static DdcResult read(I2cBus &bus, UCHAR address, UCHAR segment, UCHAR offset, UCHAR *bytes,
		      size_t count, Good good)
{
	DdcResult result = DdcResult::NoMonitor;

	for (unsigned int i = 0; i < attempts; i++) {
		result = meaning(transfer(bus, address, segment, offset, bytes, count));
		if (result == DdcResult::Ok && good(bytes))
			return result;
		if (result == DdcResult::Ok)
			result = DdcResult::BadSum;
		else if (result != DdcResult::NoMonitor)
			return result;
	}
	return result;
}

static bool block_is_right(const UCHAR *block)
{
	return edid_sum_is_right(block, edid_block);
}

DdcResult ddc_read_edid(I2cBus &bus, UCHAR segment, UCHAR (&edid)[edid_most], size_t room)
{
	UCHAR *second = edid + edid_block;

	__builtin_memset(edid, 0, edid_most);

	DdcResult result = read(bus, edid_address, segment, 0, edid, edid_block,
				segment ? block_is_right : edid_is_first_block);

	if (result == DdcResult::NoMonitor && !segment && room >= edid_most) {
		for (UCHAR address : version_2_addresses) {
			result = read(bus, address, 0, 0, edid, edid_most, edid_is_version_2);
			if (result != DdcResult::NoMonitor)
				break;
		}
		return result;
	}
	if (result != DdcResult::Ok || room < edid_most || (!segment && !edid[edid_extensions]))
		return result;

	/* What it says of itself is worth more than what it says of its extensions. */
	if (read(bus, edid_address, segment, edid_block, second, edid_block, block_is_right) !=
	    DdcResult::Ok) {
		__builtin_memset(second, 0, edid_block);
		return DdcResult::ExtensionBad;
	}
	return result;
}

} // namespace vp
