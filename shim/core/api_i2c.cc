// SPDX-License-Identifier: GPL-2.0
/*
 * I2C over the miniport's own lines, as two tables of functions have it; and DDC, which goes over I2C.
 * PASSIVE.
 */
#include <video.h>

#include "api_i2c.h"
#include "ddc.h"
#include "i2c.h"
#include "port.h"

using namespace vp;

/* The slowest clock that is believed, as half of one in units of 100 ns: a millisecond. */
static constexpr ULONG longest_delay = 10000;
/* The longest transfer: no device on such a bus has more to say. */
static constexpr ULONG longest_transfer = 1 << 16;

/* Says what a bus without a fault does not do; that nobody answers is nothing to talk about. */
static void say_fault(vp_port *port, const char *call, I2cResult result)
{
	if (result == I2cResult::ClockStuck || result == I2cResult::DataStuck)
		port->counters.refuse(
			Counter::MiniportError,
			"%s: the %s line stays low: a fault of the hardware, or of the miniport's callbacks",
			call, result == I2cResult::ClockStuck ? "clock" : "data");
}

static bool lines_are_there(vp_port *port, const char *call, const I2C_CALLBACKS *lines)
{
	if (lines && lines->WriteClockLine && lines->WriteDataLine && lines->ReadClockLine &&
	    lines->ReadDataLine)
		return true;
	port->counters.refuse(Counter::BadParameter, "%s: %s is NULL; refused", call,
			      lines ? "one of the four callbacks" : "the table of callbacks");
	return false;
}

/* One call over @lines: looks at what it is given, makes it, and says what went wrong. */
template <class Make>
static BOOLEAN over(const char *call, PVOID extension, const I2C_CALLBACKS *lines, ULONG delay,
		    Make make)
{
	vp_port *port = vp_port::from_extension(call, extension);

	if (!port || !port->caller(call).allowed_up_to(VP_PASSIVE, port->counters) ||
	    !lines_are_there(port, call, lines))
		return FALSE;
	if (delay > longest_delay) {
		port->counters.refuse(Counter::BadParameter,
				      "%s: I2CDelay %u is more than %u (1 ms); refused", call,
				      delay, longest_delay);
		return FALSE;
	}

	I2cBus bus(extension, *lines, delay ? uint64_t{delay} * 100 : i2c_default_half);
	I2cResult result = make(*port, bus);

	say_fault(port, call, result);
	return result == I2cResult::Ok;
}

/* The same with a buffer. */
template <class Make>
static BOOLEAN over(const char *call, PVOID extension, const I2C_CALLBACKS *lines, ULONG delay,
		    PUCHAR buffer, ULONG length, Make make)
{
	return over(call, extension, lines, delay, [&](vp_port &port, I2cBus &bus) {
		if ((buffer || !length) && length <= longest_transfer)
			return make(bus);
		port.counters.refuse(Counter::BadLength,
				     "%s: %u bytes%s, at most %u in a transfer; refused", call,
				     length, buffer ? "" : " at NULL", longest_transfer);
		return I2cResult::Nack;
	});
}

/* ---- VIDEO_PORT_I2C_INTERFACE ---- */

static BOOLEAN NTAPI i2c_start(PVOID HwDeviceExtension, PI2C_CALLBACKS I2CCallbacks)
{
	return over("I2CStart", HwDeviceExtension, I2CCallbacks, 0,
		    [](vp_port &, I2cBus &bus) { return bus.start(); });
}

static BOOLEAN NTAPI i2c_stop(PVOID HwDeviceExtension, PI2C_CALLBACKS I2CCallbacks)
{
	return over("I2CStop", HwDeviceExtension, I2CCallbacks, 0,
		    [](vp_port &, I2cBus &bus) { return bus.stop(); });
}

static BOOLEAN NTAPI i2c_write(PVOID HwDeviceExtension, PI2C_CALLBACKS I2CCallbacks, PUCHAR Buffer,
			       ULONG Length)
{
	return over("I2CWrite", HwDeviceExtension, I2CCallbacks, 0, Buffer, Length,
		    [=](I2cBus &bus) { return bus.write(Buffer, Length); });
}

/* Beyond the documentation: its last byte is the last of the transfer, as a device wants it. */
static BOOLEAN NTAPI i2c_read(PVOID HwDeviceExtension, PI2C_CALLBACKS I2CCallbacks, PUCHAR Buffer,
			      ULONG Length)
{
	return over("I2CRead", HwDeviceExtension, I2CCallbacks, 0, Buffer, Length,
		    [=](I2cBus &bus) { return bus.read(Buffer, Length, true); });
}

/* ---- VIDEO_PORT_I2C_INTERFACE_2: with the miniport's own pace ---- */

/* What a VIDEO_I2C_CONTROL says, in the form of the older table. */
class Control {
public:
	explicit Control(const VIDEO_I2C_CONTROL *control) : there_(control)
	{
		if (!there_)
			return;
		lines_ = {control->WriteClockLine, control->WriteDataLine, control->ReadClockLine,
			  control->ReadDataLine};
		delay_ = control->I2CDelay;
	}
	const I2C_CALLBACKS *lines() const { return there_ ? &lines_ : nullptr; }
	ULONG delay() const { return delay_; }

private:
	bool there_;
	I2C_CALLBACKS lines_{};
	ULONG delay_ = 0;
};

static BOOLEAN NTAPI i2c_start_2(PVOID HwDeviceExtension, PVIDEO_I2C_CONTROL I2CControl)
{
	Control control(I2CControl);

	return over("I2CStart", HwDeviceExtension, control.lines(), control.delay(),
		    [](vp_port &, I2cBus &bus) { return bus.start(); });
}

static BOOLEAN NTAPI i2c_stop_2(PVOID HwDeviceExtension, PVIDEO_I2C_CONTROL I2CControl)
{
	Control control(I2CControl);

	return over("I2CStop", HwDeviceExtension, control.lines(), control.delay(),
		    [](vp_port &, I2cBus &bus) { return bus.stop(); });
}

static BOOLEAN NTAPI i2c_write_2(PVOID HwDeviceExtension, PVIDEO_I2C_CONTROL I2CControl,
				 PUCHAR Buffer, ULONG Length)
{
	Control control(I2CControl);

	return over("I2CWrite", HwDeviceExtension, control.lines(), control.delay(), Buffer, Length,
		    [=](I2cBus &bus) { return bus.write(Buffer, Length); });
}

static BOOLEAN NTAPI i2c_read_2(PVOID HwDeviceExtension, PVIDEO_I2C_CONTROL I2CControl,
				PUCHAR Buffer, ULONG Length, BOOLEAN EndOfRead)
{
	Control control(I2CControl);

	return over("I2CRead", HwDeviceExtension, control.lines(), control.delay(), Buffer, Length,
		    [=](I2cBus &bus) { return bus.read(Buffer, Length, EndOfRead); });
}

void vp::fill_i2c_table(VIDEO_PORT_I2C_INTERFACE &table)
{
	table.I2CStart = i2c_start;
	table.I2CStop = i2c_stop;
	table.I2CWrite = i2c_write;
	table.I2CRead = i2c_read;
}

void vp::fill_i2c_table(VIDEO_PORT_I2C_INTERFACE_2 &table)
{
	table.I2CStart = i2c_start_2;
	table.I2CStop = i2c_stop_2;
	table.I2CWrite = i2c_write_2;
	table.I2CRead = i2c_read_2;
}

/* ---- DDC ---- */

/* What a miniport gave as its lines: of XP's kind, or of Windows 2000's, told apart by the size. */
static bool ddc_lines(vp_port *port, const char *call, const void *control, I2C_CALLBACKS &lines,
		      UCHAR &segment)
{
	ULONG size = control ? *static_cast<const ULONG *>(control) : 0;

	segment = 0;
	if (size == sizeof(DDC_CONTROL)) {
		const auto *xp = static_cast<const DDC_CONTROL *>(control);

		lines = xp->I2CCallbacks;
		segment = xp->EdidSegment;
	} else if (size == sizeof(I2C_FNC_TABLE)) {
		const auto *older = static_cast<const I2C_FNC_TABLE *>(control);

		lines = {older->WriteClockLine, older->WriteDataLine, older->ReadClockLine,
			 older->ReadDataLine};
	} else {
		port->counters.refuse(
			Counter::BadLength,
			"%s: DDCControl says that it has %u bytes: a DDC_CONTROL has %zu, an I2C_FNC_TABLE %zu; refused",
			call, size, sizeof(DDC_CONTROL), sizeof(I2C_FNC_TABLE));
		return false;
	}
	if (segment > 127) {
		port->counters.refuse(Counter::BadParameter,
				      "%s: EdidSegment %u is more than 127; refused", call,
				      segment);
		return false;
	}
	return lines_are_there(port, call, &lines);
}

static void say_ddc(vp_port *port, const char *call, DdcResult result)
{
	switch (result) {
	case DdcResult::Ok:
		break;
	case DdcResult::NoMonitor:
		vp_log(port->device(), VP_LOG_DEBUG, "%s: no monitor answers", call);
		break;
	case DdcResult::ExtensionBad:
		port->counters.refuse(
			Counter::MiniportError,
			"%s: the second block of the EDID could not be read, or its sum is wrong; zeroed",
			call);
		break;
	case DdcResult::BadSum:
		port->counters.refuse(
			Counter::MiniportError,
			"%s: what the monitor sends is no EDID: its header or sum is wrong", call);
		break;
	case DdcResult::ClockStuck:
		say_fault(port, call, I2cResult::ClockStuck);
		break;
	case DdcResult::DataStuck:
		say_fault(port, call, I2cResult::DataStuck);
		break;
	}
}

extern "C" {

/**
 * VideoPortDDCMonitorHelper() - read a monitor's EDID over the miniport's lines
 * @HwDeviceExtension: the miniport's.
 * @DDCControl: a DDC_CONTROL; or an I2C_FNC_TABLE, as Windows 2000 had it.
 * @EdidBuffer: receives one block of 128 bytes, or two, of the segment; the first 256 bytes that it
 *	has beyond them are zeroed.
 * @EdidBufferSize: its bytes: 128 at least; the second block wants 256.
 *
 * Documented: VideoPortDDCMonitorHelper, DDC_CONTROL. Beyond it: what is returned has its header and
 * sums checked. A second block that cannot be read is zero, and the first one is returned. After a
 * failure @EdidBuffer is as it was.
 *
 * Context: PASSIVE.
 * Return: TRUE; FALSE if there is no monitor, or none with an EDID, or a line is stuck.
 */
BOOLEAN VideoPortDDCMonitorHelper(PVOID HwDeviceExtension, PVOID DDCControl, PUCHAR EdidBuffer,
				  ULONG EdidBufferSize)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	I2C_CALLBACKS lines;
	UCHAR edid[edid_most];
	UCHAR segment;

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters) ||
	    !ddc_lines(port, __func__, DDCControl, lines, segment))
		return FALSE;
	if (!EdidBuffer || EdidBufferSize < edid_block) {
		port->counters.refuse(
			Counter::BadLength, "%s: EdidBuffer: %u bytes%s, an EDID has %zu; refused",
			__func__, EdidBufferSize, EdidBuffer ? "" : " at NULL", edid_block);
		return FALSE;
	}

	I2cBus bus(HwDeviceExtension, lines);
	size_t room = EdidBufferSize < edid_most ? edid_block : edid_most;
	DdcResult result = ddc_read_edid(bus, segment, edid, room);

	say_ddc(port, __func__, result);
	if (result != DdcResult::Ok && result != DdcResult::ExtensionBad)
		return FALSE;
	__builtin_memcpy(EdidBuffer, edid, room);
	return TRUE;
}

} // extern "C"
