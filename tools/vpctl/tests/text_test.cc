// SPDX-License-Identifier: GPL-2.0
/*
 * What people write and read: codes, hexadecimal bytes, sizes, times, and lines of the kernel's trace.
 */
#include <gtest/gtest.h>

#include "../counters.hpp"
#include "../ctl_code.hpp"
#include "../hex.hpp"
#include "../terms.hpp"
#include "../trace_line.hpp"

namespace vpctl {

TEST(CodeTest, NumbersNamesAndPartsAreUnderstood)
{
	EXPECT_EQ(parse_code("0x232410"), 0x232410u);
	EXPECT_EQ(parse_code("2302992"), 0x232410u);
	EXPECT_EQ(parse_code("CTL_CODE(0x23,0x904,0,0)"), 0x232410u);
	EXPECT_EQ(parse_code("CTL_CODE( 35 , 2308, 0, 0 )"), 0x232410u);
	EXPECT_EQ(parse_code("CTL_CODE(0xffff,0xfff,3,3)"), 0xffffffffu);
	EXPECT_EQ(parse_code("IOCTL_VIDEO_QUERY_AVAIL_MODES"), 0x230400u);
	EXPECT_EQ(parse_code("VIDEO_QUERY_AVAIL_MODES"), 0x230400u);
	EXPECT_EQ(parse_code("0xffffffff"), 0xffffffffu);
}

TEST(CodeTest, NonsenseIsNot)
{
	for (const char *text :
	     {"", "0x", "x", "0x100000000", "4294967296", "-1", "12ab", "IOCTL_", "IOCTL_VIDEO_",
	      "CTL_CODE(1,2,3)", "CTL_CODE(1,2,3,4)", "CTL_CODE(1,2,3,3", "CTL_CODE(1,2,3,3,3)",
	      "CTL_CODE(0x10000,0,0,0)", "CTL_CODE(0,0x1000,0,0)", "CTL_CODE(,,,)"})
		EXPECT_FALSE(parse_code(text)) << text;
}

TEST(CodeTest, ACodeIsNamed)
{
	EXPECT_EQ(code_name(0x230400), "IOCTL_VIDEO_QUERY_AVAIL_MODES");
	EXPECT_EQ(code_name(0x232410), "CTL_CODE(0x23, 0x904, 0, 0)");
}

TEST(HexTest, BytesAreReadInAnyUsualSpelling)
{
	const std::vector<std::byte> wanted = {std::byte{1}, std::byte{0xff}, std::byte{0x4a}};
	for (const char *text : {"01ff4a", "01 FF 4a", "0x01 0xff 0x4A", "01:ff:4a", " 01ff4a\n"})
		EXPECT_EQ(parse_hex(text), wanted) << text;
	EXPECT_EQ(parse_hex(""), std::vector<std::byte>{});
	for (const char *text : {"1", "0 1", "zz", "0x", "01f", "01,ff"})
		EXPECT_FALSE(parse_hex(text)) << text;
	EXPECT_EQ(hex_text(wanted), "01ff4a");
}

TEST(HexTest, ADumpHasOffsetsDigitsAndCharacters)
{
	std::vector<std::byte> bytes;
	for (int i = 0; i < 18; i++)
		bytes.push_back(std::byte(i + 0x38));
	EXPECT_EQ(hex_dump(bytes),
		  "00000000  38 39 3a 3b 3c 3d 3e 3f  40 41 42 43 44 45 46 47  |89:;<=>?@ABCDEFG|\n"
		  "00000010  48 49                                             |HI|\n");
	EXPECT_EQ(hex_dump({}), "");
}

TEST(TextTest, SizesAndTimesAreExactWhereTheyCanBe)
{
	EXPECT_EQ(size_text(0), "0 bytes");
	EXPECT_EQ(size_text(1), "1 byte");
	EXPECT_EQ(size_text(1023), "1023 bytes");
	EXPECT_EQ(size_text(4096), "4 KiB");
	EXPECT_EQ(size_text(5000), "4.9 KiB");
	EXPECT_EQ(size_text(uint64_t{3} << 30), "3 GiB");
	EXPECT_EQ(ns_text(999), "999 ns");
	EXPECT_EQ(ns_text(12345), "12.3 us");
	EXPECT_EQ(ns_text(1'500'000), "1.5 ms");
	EXPECT_EQ(ns_text(2'000'000'000), "2.00 s");
	EXPECT_EQ(age_text(1234), "1.2 s");
	EXPECT_EQ(age_text(3'725'000), "1 h 02 m");
	EXPECT_EQ(age_text(125'000), "2 m 05 s");
}

TEST(CountersTest, RatesAreOfTheTimeBetween)
{
	const auto rate = rates({{"requests", 10}, {"locked_buffers", 5}},
				{{"requests", 30}, {"locked_buffers", 4}, {"new", 7}}, 2);
	EXPECT_EQ(rate.at("requests"), 10.0);
	EXPECT_EQ(rate.at("locked_buffers"), -0.5);
	EXPECT_FALSE(rate.contains("new"));
	EXPECT_TRUE(rates({{"requests", 1}}, {{"requests", 2}}, 0).empty());
}

TEST(CountersTest, KindsAreKnown)
{
	EXPECT_EQ(kind_of("pinned_pages"), Kind::Now);
	EXPECT_EQ(kind_of("completed"), Kind::Done);
	EXPECT_EQ(kind_of("stale_handle"), Kind::Refused);
}

static constexpr const char *lock_line =
	"        demo client-123     [001] d..1.   12.345678: vp_lock: adapter=0000:00:05.0 call=VideoPortLockPages "
	"handle=0x5650000012345678 client=1 bytes=8192 pages=3 segments=1 direction=both result=0 ns=12345";

TEST(TraceLineTest, ALineIsTakenApart)
{
	const auto line = parse_trace_line(lock_line);
	ASSERT_TRUE(line);
	EXPECT_EQ(line->task, "demo client");
	EXPECT_EQ(line->pid, "123");
	EXPECT_EQ(line->cpu, "001");
	EXPECT_DOUBLE_EQ(line->seconds, 12.345678);
	EXPECT_EQ(line->event, "lock");
	EXPECT_EQ(line->field("handle"), "0x5650000012345678");
	EXPECT_EQ(line->number("bytes"), 8192u);
	EXPECT_EQ(
		say(*line),
		"0x5650000012345678  VideoPortLockPages 8 KiB, 3 pages in 1 segment, client 1, took 12.3 us");
}

TEST(TraceLineTest, AFailureSaysItsName)
{
	std::string text = lock_line;
	text.replace(text.find("result=0"), 8, "result=-14");
	const auto line = parse_trace_line(text);
	ASSERT_TRUE(line);
	EXPECT_NE(say(*line).find("FAILED: EFAULT"), std::string::npos);
}

TEST(TraceLineTest, AViolationKeepsItsWholeText)
{
	const auto line = parse_trace_line(
		"   x-y-9  [000] ..... 1.5: vp_violation: adapter=core cause=bad_length "
		"text=VideoPortLockPages: length 0: is zero = wrong");
	ASSERT_TRUE(line);
	EXPECT_EQ(line->task, "x-y");
	EXPECT_EQ(say(*line), "bad_length: VideoPortLockPages: length 0: is zero = wrong");
}

TEST(TraceLineTest, EveryEventIsSaid)
{
	const std::pair<const char *, const char *> lines[] = {
		{"vp_unlock: adapter=a call=close handle=0x1 client=0 bytes=4096 pages=1 released=0 ns=5",
		 "0x1  close 4 KiB, released when its last user ends, miniport, took 5 ns"},
		{"vp_map: adapter=a bytes=4096 segments=2 direction=to-device result=-12 ns=5",
		 "4 KiB in 2 segments, device reads, took 5 ns  FAILED: ENOMEM"},
		{"vp_unmap: adapter=a bytes=4096 segments=1 direction=both ns=5",
		 "4 KiB in 1 segment, took 5 ns"},
		{"vp_start: adapter=a call=c handle=0x1 client=1 offset=100 bytes=10 segments=1 direction=from-device "
		 "result=0 ns=1000",
		 "0x1  c 10 bytes at 100 in 1 segment, device writes, took 1.0 us"},
		{"vp_complete: adapter=a call=c handle=0x1 client=1 offset=0 bytes=10 segments=1 "
		 "direction=from-device ns=2000000",
		 "0x1  c 10 bytes, device writes, device had it for 2.0 ms"},
		{"vp_event: adapter=a handle=0x1 client=3 action=set was_set=1",
		 "0x1  miniport sets the event of client 3, was set"},
		{"vp_new: adapter=a this=1", "adapter=a this=1"},
	};
	for (const auto &[text, wanted] : lines) {
		const auto line = parse_trace_line(std::string("  t-1  [000] ..... 1.0: ") + text);
		ASSERT_TRUE(line) << text;
		EXPECT_EQ(say(*line), wanted);
	}
}

TEST(TraceLineTest, OtherLinesAreNoneOfOurs)
{
	for (const char *text :
	     {"", "CPU:0 [LOST 12 EVENTS]", "# tracer: nop", "x-1 [000] 1.0: sched_switch: a=b",
	      "x-1 1.0: vp_lock: a=b", ": vp_", ": vp_x:", "[: vp_x: =", " [0: vp_lock: a",
	      "-1 [000] 1.0: vp_lock: "})
		EXPECT_FALSE(parse_trace_line(text)) << text;
}

} // namespace vpctl
