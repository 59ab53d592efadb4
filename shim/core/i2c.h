/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An I2C bus whose two lines a miniport drives: the master's side of the protocol, bit by bit, over
 * the callbacks that each call brings along. Keeps nothing between two calls but the state of the
 * lines, since a miniport puts its transfers together from single calls. PASSIVE: callbacks may
 * sleep.
 *
 * Linux's i2c-algo-bit does not fit: it takes whole messages, offers no start, stop, write and read
 * by themselves, and is a module that not every kernel has.
 */
#ifndef VP_CORE_I2C_H
#define VP_CORE_I2C_H

#include <cstddef>
#include <cstdint>

#include <video.h>

namespace vp {

enum class I2cResult : uint8_t {
	Ok,
	Nack, /* nobody is there, or it takes no more */
	ClockStuck, /* the clock line stays low, longer than any device may hold it */
	DataStuck, /* the data line stays low, and nine clocks do not free it */
};

/** Half a clock, in nanoseconds, where the miniport names none: 100 kHz, what every device does. */
constexpr uint64_t i2c_default_half = 5000;

class I2cBus {
public:
	/**
	 * @extension: handed to the callbacks.
	 * @lines: none of them is NULL. 1 releases a line, 0 pulls it low.
	 * @half: half a clock, in nanoseconds.
	 */
	I2cBus(PVOID extension, const I2C_CALLBACKS &lines, uint64_t half = i2c_default_half)
		: extension_(extension),
		  lines_(lines),
		  half_(half)
	{
	}

	/** A start, or a repeated one. Frees the data line where a device was left in a byte. */
	[[nodiscard]] I2cResult start();
	/** A stop: both lines are released, whatever the result. */
	I2cResult stop();
	/** @bytes to the device, until one is not acknowledged. */
	[[nodiscard]] I2cResult write(const UCHAR *bytes, size_t count);
	/** Bytes from the device. @last: the device is told that it was the last one. */
	[[nodiscard]] I2cResult read(UCHAR *bytes, size_t count, bool last);

private:
	void set_data(bool high) { lines_.WriteDataLine(extension_, high); }
	bool data() { return lines_.ReadDataLine(extension_); }
	void pull_clock() { lines_.WriteClockLine(extension_, 0); }
	bool release_clock();
	void wait_half();
	bool clock_bit(bool out, bool &in);
	bool free_data();

	PVOID extension_;
	I2C_CALLBACKS lines_;
	uint64_t half_;
};

} // namespace vp

#endif
