/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A simulated monitor at the two lines of an I2C bus: a memory with an EDID, addressed bit by bit
 * as the real ones are, with the faults that real ones have; and the callbacks that drive the
 * lines.
 */
#ifndef SIM_TESTS_MONITOR_HPP
#define SIM_TESTS_MONITOR_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include <video.h>

namespace sim {

/// An EDID of one block, or of more: each is filled, and its sum is right.
std::vector<uint8_t> make_edid(unsigned int extensions = 0);
/// One of version 2: 256 bytes.
std::vector<uint8_t> make_edid_2();
/// Set the last byte of each block of @p block bytes so that its sum is right.
void correct_sums(std::vector<uint8_t> &edid, size_t block = 128);

class I2cMonitor {
public:
	/// The one that the callbacks reach, until it goes.
	explicit I2cMonitor(PVOID extension);
	I2cMonitor(const I2cMonitor &) = delete;
	I2cMonitor &operator=(const I2cMonitor &) = delete;
	~I2cMonitor();

	static I2C_CALLBACKS callbacks();

	/* what it is, and what is wrong with it */
	bool present = true;
	uint8_t address = 0xa0;
	bool knows_segments = true;
	std::vector<uint8_t> memory = make_edid();
	uint64_t stretch_ns = 0; ///< it holds the clock after each byte
	bool holds_clock = false; ///< for ever
	bool holds_data = false; ///< for ever
	unsigned int deaf = 0; ///< so often it does not acknowledge its address
	unsigned int garbled = 0; ///< so many bytes it sends wrong
	/// It was left in the midst of sending a zero byte.
	void leave_in_byte();

	/* what it saw */
	unsigned int starts = 0, stops = 0, addressed = 0, clocks = 0;
	unsigned int calls = 0; ///< of the callbacks
	uint64_t shortest_low = ~0ull, shortest_high = ~0ull; ///< of the clock, in ns
	bool idle() const { return master_clock_ && master_data_; }

	bool clock();
	bool data() const { return master_data_ && slave_data_ && !holds_data; }
	void drive_clock(bool high);
	void drive_data(bool high);

	const PVOID extension;

private:
	enum class Mode : uint8_t { Idle, Receive, Transmit };
	enum class Next : uint8_t { Address, Segment, Offset, Data };

	void rise();
	void fall();
	bool take(uint8_t byte);
	void send();

	bool master_clock_ = true, master_data_ = true, slave_data_ = true;
	uint64_t held_until_ = 0, edge_ = 0;
	Mode mode_ = Mode::Idle;
	Next next_ = Next::Address;
	bool started_ = false, acknowledged_ = false, reads_ = false;
	unsigned int bit_ = 0;
	uint8_t byte_ = 0, offset_ = 0, segment_ = 0;
};

} // namespace sim

#endif
