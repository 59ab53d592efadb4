// SPDX-License-Identifier: GPL-2.0
/*
 * The simulated monitor. See monitor.hpp. Written after the I2C specification and VESA's E-DDC, not
 * after the core.
 */
#include "monitor.hpp"

#include "../platform/fail.hpp"
#include "../platform/machine.hpp"

#include <algorithm>
#include <numeric>

namespace sim {

void correct_sums(std::vector<uint8_t> &edid, size_t block)
{
	for (size_t start = 0; start + block <= edid.size(); start += block) {
		auto first = edid.begin() + static_cast<ptrdiff_t>(start);
		auto last = first + static_cast<ptrdiff_t>(block) - 1;

		*last = static_cast<uint8_t>(-std::accumulate(first, last, 0));
	}
}

std::vector<uint8_t> make_edid(unsigned int extensions)
{
	std::vector<uint8_t> edid(128 * (1 + extensions));

	for (size_t i = 0; i < edid.size(); i++)
		edid[i] = static_cast<uint8_t>(i * 37 + i / 128 + 11);
	for (size_t i = 0; i < 8; i++)
		edid[i] = i == 0 || i == 7 ? 0 : 0xff;
	edid[18] = 1;
	edid[19] = 3;
	edid[126] = static_cast<uint8_t>(extensions);
	for (unsigned int i = 1; i <= extensions; i++)
		edid[128 * i] = 2;
	correct_sums(edid);
	return edid;
}

std::vector<uint8_t> make_edid_2()
{
	std::vector<uint8_t> edid(256);

	for (size_t i = 0; i < edid.size(); i++)
		edid[i] = static_cast<uint8_t>(i * 59 + 3);
	edid[0] = 0x20;
	correct_sums(edid, 256);
	return edid;
}

/* ---- The callbacks ---- */

static I2cMonitor *attached;

static I2cMonitor &at(PVOID extension)
{
	may_sleep("a callback for a line");
	if (!attached || attached->extension != extension)
		fail("a callback for a line got another device extension");
	attached->calls++;
	return *attached;
}

static VOID write_clock(PVOID extension, UCHAR high)
{
	at(extension).drive_clock(high);
}

static VOID write_data(PVOID extension, UCHAR high)
{
	at(extension).drive_data(high);
}

static BOOLEAN read_clock(PVOID extension)
{
	return at(extension).clock();
}

static BOOLEAN read_data(PVOID extension)
{
	return at(extension).data();
}

I2C_CALLBACKS I2cMonitor::callbacks()
{
	return {write_clock, write_data, read_clock, read_data};
}

I2cMonitor::I2cMonitor(PVOID of) : extension(of)
{
	attached = this;
}

I2cMonitor::~I2cMonitor()
{
	attached = nullptr;
}

/* ---- The lines ---- */

bool I2cMonitor::clock()
{
	return master_clock_ && !holds_clock && machine().delayed_ns >= held_until_;
}

void I2cMonitor::drive_clock(bool high)
{
	uint64_t now = machine().delayed_ns;

	if (high == master_clock_)
		return;
	master_clock_ = high;
	auto &shortest = high ? shortest_low : shortest_high;

	shortest = std::min(shortest, now - edge_);
	edge_ = now;
	if (high)
		rise();
	else
		fall();
}

void I2cMonitor::drive_data(bool high)
{
	bool before = data();

	master_data_ = high;
	if (!clock() || data() == before || !present)
		return;
	slave_data_ = true;
	if (high) {
		stops++;
		mode_ = Mode::Idle;
		segment_ = 0;
		return;
	}
	starts++;
	mode_ = Mode::Receive;
	next_ = Next::Address;
	started_ = true;
}

void I2cMonitor::leave_in_byte()
{
	mode_ = Mode::Transmit;
	bit_ = 2;
	byte_ = 0;
	slave_data_ = false;
	acknowledged_ = true;
}

void I2cMonitor::rise()
{
	clocks++;
	if (mode_ == Mode::Receive && bit_ < 8)
		byte_ = static_cast<uint8_t>(byte_ << 1 | data());
	if (mode_ == Mode::Transmit && bit_ == 8)
		acknowledged_ = !data();
}

/* The end of a bit. */
void I2cMonitor::fall()
{
	if (mode_ == Mode::Idle)
		return;
	if (started_) {
		started_ = false;
		bit_ = 0;
		return;
	}
	bit_++;
	if (bit_ == 8 && mode_ == Mode::Receive) {
		acknowledged_ = take(byte_);
		slave_data_ = !acknowledged_;
	} else if (bit_ < 9) {
		slave_data_ = mode_ == Mode::Receive || bit_ == 8 || byte_ >> (7 - bit_) & 1;
	} else {
		slave_data_ = true;
		bit_ = 0;
		held_until_ = machine().delayed_ns + stretch_ns;
		if (!acknowledged_)
			mode_ = Mode::Idle;
		else if (mode_ == Mode::Transmit || reads_)
			send();
	}
}

/* Return: it is acknowledged. */
bool I2cMonitor::take(uint8_t byte)
{
	switch (next_) {
	case Next::Address:
		reads_ = false;
		if (byte == 0x60 && knows_segments) {
			next_ = Next::Segment;
			return true;
		}
		if ((byte & 0xfe) != address)
			return false;
		addressed++;
		if (deaf) {
			deaf--;
			return false;
		}
		reads_ = byte & 1;
		next_ = Next::Offset;
		return true;
	case Next::Segment:
		segment_ = byte;
		return true;
	case Next::Offset:
		offset_ = byte;
		next_ = Next::Data;
		return true;
	case Next::Data:
		memory[offset_++ % memory.size()] = byte;
		return true;
	}
	return false;
}

void I2cMonitor::send()
{
	size_t place = segment_ * 256u + offset_++;

	mode_ = Mode::Transmit;
	reads_ = false;
	byte_ = place < memory.size() ? memory[place] : 0xff;
	if (garbled) {
		garbled--;
		byte_ ^= 0x10;
	}
	slave_data_ = byte_ >> 7;
}

} // namespace sim
