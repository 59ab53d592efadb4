// SPDX-License-Identifier: GPL-2.0
/*
 * The I2C protocol, bit by bit. See i2c.h. Between two bytes the clock is low and the data line
 * released. PASSIVE.
 */
#include "i2c.h"
#include "platform.h"

namespace vp {

/* A device may hold the clock; SMBus, and with it DDC/CI, allows it 25 ms. Looked at so often: */
static constexpr uint64_t stretch_limit = 25'000'000;
static constexpr uint64_t stretch_look = 10'000;

/* A device that was left in the midst of a byte gives up the data line after so many clocks. */
static constexpr unsigned int clocks_to_free = 9;

void I2cBus::wait_half()
{
	vp_delay(half_);
}

/* Return: false if a device does not let go of it. */
bool I2cBus::release_clock()
{
	lines_.WriteClockLine(extension_, 1);
	for (uint64_t waited = 0; !lines_.ReadClockLine(extension_); waited += stretch_look) {
		if (waited >= stretch_limit)
			return false;
		vp_delay(stretch_look);
	}
	return true;
}

/* One clock, from low to low: @out is put on the line, and @in is what was there. */
bool I2cBus::clock_bit(bool out, bool &in)
{
	set_data(out);
	wait_half();
	if (!release_clock()) {
		set_data(true);
		return false;
	}
	wait_half();
	in = data();
	pull_clock();
	return true;
}

/* The clock is high. Return: the data line is high, after a stop if it was not before. */
bool I2cBus::free_data()
{
	if (data())
		return true;
	for (unsigned int i = 0; i < clocks_to_free; i++) {
		bool high;

		pull_clock();
		if (!clock_bit(true, high))
			return false;
		if (!high)
			continue;
		if (stop() != I2cResult::Ok)
			return false;
		wait_half();
		return true;
	}
	return false;
}

I2cResult I2cBus::start()
{
	set_data(true);
	wait_half();
	if (!release_clock())
		return I2cResult::ClockStuck;
	wait_half();
	if (!free_data())
		return I2cResult::DataStuck;
	set_data(false);
	wait_half();
	pull_clock();
	return I2cResult::Ok;
}

I2cResult I2cBus::stop()
{
	pull_clock();
	set_data(false);
	wait_half();

	bool released = release_clock();

	wait_half();
	set_data(true);
	wait_half();
	if (!released)
		return I2cResult::ClockStuck;
	return data() ? I2cResult::Ok : I2cResult::DataStuck;
}

I2cResult I2cBus::write(const UCHAR *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool in, not_acknowledged;

		for (unsigned int bit = 0x80; bit; bit >>= 1)
			if (!clock_bit(bytes[i] & bit, in))
				return I2cResult::ClockStuck;
		if (!clock_bit(true, not_acknowledged))
			return I2cResult::ClockStuck;
		if (not_acknowledged)
			return I2cResult::Nack;
	}
	return I2cResult::Ok;
}

I2cResult I2cBus::read(UCHAR *bytes, size_t count, bool last)
{
	for (size_t i = 0; i < count; i++) {
		unsigned int byte = 0;
		bool in;

		for (unsigned int bit = 0; bit < 8; bit++) {
			if (!clock_bit(true, in))
				return I2cResult::ClockStuck;
			byte = byte << 1 | in;
		}
		bytes[i] = static_cast<UCHAR>(byte);
		if (!clock_bit(last && i == count - 1, in))
			return I2cResult::ClockStuck;
		set_data(true);
	}
	return I2cResult::Ok;
}

} // namespace vp
