// SPDX-License-Identifier: GPL-2.0
/*
 * The registry as a miniport sees it: what its module, a file beside the firmware and a parameter
 * give it, what it sets itself, and what debugfs shows. The probe's wrapper has the defaults.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include "kmsg.hpp"
#include "module_control.hpp"

using namespace integration;

namespace {

const std::filesystem::path folder = "/lib/firmware/videoport";

/// UTF-16LE as bytes.
std::string bytes_of(const std::u16string &text, bool zero = true)
{
	std::string bytes;
	for (const char16_t unit : text + std::u16string(zero ? 1 : 0, u'\0')) {
		bytes += static_cast<char>(unit & 0xff);
		bytes += static_cast<char>(unit >> 8);
	}
	return bytes;
}

/// What came of a VideoPortGetRegistryParameters().
struct Got {
	uint32_t status;
	uint64_t calls;
	std::string data;
	PROBE_ANSWER answer;
};

class RegistryTest : public BenchTest {
protected:
	void SetUp() override
	{
		BenchTest::SetUp();
		open();
	}
	void TearDown() override
	{
		free_memory();
		std::filesystem::remove_all(folder);
		/* with no file and no parameter, as the other tests want it */
		unload_module("vp_probe");
		load_module("vp_probe");
		for (const Place place : all_places)
			integration::bind(driver_of(place), place);
		EXPECT_EQ(videoport::adapters().size(), std::size(all_places));
		BenchTest::TearDown();
	}
	void open()
	{
		probe = Probe(Place::probe_testdev);
		ASSERT_TRUE(probe.device());
	}
	/// Find the adapter anew, with the files that there are now.
	void find_again()
	{
		free_memory();
		ASSERT_EQ(unbind("vp_probe", Place::probe_testdev), 0);
		ASSERT_EQ(integration::bind("vp_probe", Place::probe_testdev), 0);
		open();
	}
	void load_with(const char *parameters)
	{
		free_memory();
		ASSERT_EQ(unload_module("vp_probe"), 0);
		ASSERT_EQ(load_module("vp_probe", parameters), 0);
		open();
	}
	/// The probe frees what this has put there, and is closed.
	void free_memory()
	{
		for (const uint64_t pointer : memory_)
			probe.call(ProbeFreePool, {pointer});
		memory_.clear();
		probe.close();
	}

	/// Kernel memory with @p bytes in it; exactly as long, so that KASAN watches its end.
	uint64_t put(const std::string &bytes)
	{
		const uint64_t size = (bytes.size() + 7) / 8 * 8;
		const uint64_t pointer =
			probe.call(ProbeAllocatePool, {VpNonPagedPool, size ? size : 8}).Result;
		EXPECT_NE(pointer, 0U);
		memory_.push_back(pointer);
		for (size_t at = 0; at < bytes.size(); at += 8) {
			uint64_t eight = 0;
			memcpy(&eight, bytes.data() + at, std::min<size_t>(8, bytes.size() - at));
			if (eight != 0)
				probe.poke(pointer, static_cast<int32_t>(at), eight);
		}
		return pointer;
	}
	uint64_t put(const std::u16string &text) { return put(bytes_of(text)); }

	/// Slots are 64: give back what a call needed.
	void drop(size_t count)
	{
		for (; count > 0; count--) {
			probe.call(ProbeFreePool, {memory_.back()});
			memory_.pop_back();
		}
	}
	Got get(const std::u16string &name, bool file = false, uint32_t flags = 0,
		uint32_t returns = 0, PROBE_CONTEXT context = ProbeStartIo)
	{
		constexpr size_t room = 256;
		const uint64_t at = put(name), copy = put(std::string(room, '\0'));
		const auto answer = probe.call(ProbeGetRegistry,
					       {at, file, copy, room, flags, returns}, context);
		std::string data(std::min<uint64_t>(answer.Out[1], room), '\0');
		for (size_t i = 0; i < data.size(); i += 8) {
			const uint64_t eight = probe.peek(copy, static_cast<int32_t>(i));
			memcpy(data.data() + i, &eight, std::min<size_t>(8, data.size() - i));
		}
		drop(2);
		return {static_cast<uint32_t>(answer.Result), answer.Out[0], data, answer};
	}
	uint32_t set(const std::u16string &name, const std::string &data,
		     PROBE_CONTEXT context = ProbeStartIo)
	{
		const uint64_t at = put(name), bytes = put(data);
		const auto answer = probe.call(ProbeSetRegistry, {at, bytes, data.size()}, context);
		drop(2);
		return static_cast<uint32_t>(answer.Result);
	}
	/// A kernel may be built without the firmware loader: then nothing is read.
	static bool reads_files() { return std::filesystem::exists("/sys/module/firmware_class"); }
	static void write_file(const std::string &name, const std::string &text)
	{
		std::filesystem::create_directories(folder);
		std::ofstream(folder / name, std::ios::binary) << text;
	}
	std::filesystem::path shown_at() const
	{
		return std::filesystem::path("/sys/kernel/debug/videoport") /
		       find_adapter(Place::probe_testdev)->name / "registry";
	}
	std::string shown() const
	{
		std::ostringstream text;
		text << std::ifstream(shown_at()).rdbuf();
		return text.str();
	}

	static constexpr uint32_t ok = NO_ERROR, invalid = ERROR_INVALID_PARAMETER;

	Probe probe;

private:
	std::vector<uint64_t> memory_;
};

} // namespace

TEST_F(RegistryTest, DefaultsOfTheModuleAreFound)
{
	Got got = get(u"defaultsettings.BITSPERPEL");
	EXPECT_EQ(got.status, ok);
	EXPECT_EQ(got.calls, 1U);
	EXPECT_EQ(got.data, std::string(" \0\0\0", 4));
	EXPECT_EQ(got.answer.Out[3], passive_level);
	EXPECT_EQ(got.answer.Out[4], u'd'); // the name as it was asked for
	EXPECT_EQ(get(u"Device Description").data, bytes_of(u"probe: Größe, żółw, 漢"));
	EXPECT_EQ(get(u"Path").data, bytes_of(u"%SystemRoot%\\firmware.bin"));
	EXPECT_EQ(get(u"InstalledDisplayDrivers").data,
		  bytes_of(std::u16string(u"framebuf\0other\0", 15)));
	EXPECT_EQ(get(u"Monitor\\Edid").data, std::string("\x00\xff\xff\x01", 4));
	EXPECT_EQ(get(u"\\monitor\\EDID").data, std::string("\x00\xff\xff\x01", 4));
	got = get(u"Marker");
	EXPECT_EQ(got.status, ok);
	EXPECT_EQ(got.calls, 1U);
	EXPECT_EQ(got.data, "");
	EXPECT_EQ(get(u"probe\\gRÖßE 漢\U0001f5a5").data, bytes_of(u"źródło \U0001f5a5"));
}

TEST_F(RegistryTest, WideLiteralsOfTheDriverWorkInHwVidFindAdapter)
{
	const auto answer = probe.call(ProbeFoundRegistry);
	const std::string wanted = bytes_of(u"źródło \U0001f5a5");
	EXPECT_EQ(answer.Result, ok);
	ASSERT_EQ(answer.Out[0], wanted.size());
	EXPECT_EQ(memcmp(&answer.Out[1], wanted.data(), wanted.size()), 0);
	EXPECT_EQ(get(u"PROBE\\setinfind").data, wanted);
}

TEST_F(RegistryTest, WhatIsAbsentIsNoRefusal)
{
	expect_accepted(probe.device(), [&] {
		for (const char16_t *name : {u"no such value", u"", u"\\", u"Monitor", u"Edid",
					     u"Monitor\\Edid\\x", u"Marke", u"Marker "}) {
			const Got got = get(name);
			EXPECT_EQ(got.status, invalid);
			EXPECT_EQ(got.calls, 0U);
		}
	});
}

TEST_F(RegistryTest, TheStatusOfTheRoutineIsReturned)
{
	EXPECT_EQ(get(u"Marker", false, 0, ERROR_MORE_DATA).status, uint32_t{ERROR_MORE_DATA});
}

TEST_F(RegistryTest, TheRoutineMayMakeTheSameCalls)
{
	const Got got = get(u"Monitor\\Edid", false, PROBE_QUERY_NEST, 5);
	EXPECT_EQ(got.status, 5U);
	EXPECT_EQ(got.calls, 2U);
	EXPECT_EQ(got.answer.Out[5], ok);
	EXPECT_EQ(got.answer.Out[6], 5U);
	EXPECT_EQ(got.data, std::string("\x00\xff\xff\x01", 4));
	EXPECT_EQ(get(u"Monitor\\Edid").data, got.data);
}

TEST_F(RegistryTest, WhatIsSetComesBack)
{
	EXPECT_EQ(set(u"HardwareInformation.MemorySize", std::string("\0\0\0\x01", 4)), ok);
	EXPECT_EQ(get(u"hardwareinformation.memorysize").data, std::string("\0\0\0\x01", 4));
	EXPECT_EQ(set(u"New\\Key\\Wert: ü 漢", "x"), ok);
	EXPECT_EQ(get(u"New\\Key\\Wert: Ü 漢").data, "x");
	EXPECT_EQ(set(u"Monitor\\Edid", bytes_of(u"longer than before: ż")), ok);
	EXPECT_EQ(get(u"Monitor\\Edid").data, bytes_of(u"longer than before: ż"));
	EXPECT_EQ(set(u"Monitor\\Edid", ""), ok);
	EXPECT_EQ(get(u"Monitor\\Edid").data, "");
	EXPECT_EQ(probe.call(ProbeFlushRegistry).Result, ok);
	// of this adapter alone
	{
		const Probe other(Place::probe_edu);
		const auto answer = other.call(ProbeAllocatePool, {VpNonPagedPool, 64});
		other.poke(answer.Result, 0, 0x0077'0065'004eULL); // "New"
		EXPECT_EQ(other.call(ProbeGetRegistry, {answer.Result, 0, 0, 0, 0, 0}).Result,
			  invalid);
		other.call(ProbeFreePool, {answer.Result});
	}
	// until the adapter is bound again
	find_again();
	EXPECT_EQ(get(u"New\\Key\\Wert: ü 漢").status, invalid);
	EXPECT_EQ(get(u"Monitor\\Edid").data, std::string("\x00\xff\xff\x01", 4));
}

TEST_F(RegistryTest, WhatCannotBeSetIsRefused)
{
	const auto refused = [&](const std::string &cause, const std::u16string &name,
				 std::string data = "x") {
		expect_refused(probe.device(), {cause, "SetRegistryParameters", {}},
			       [&] { EXPECT_EQ(set(name, data), invalid); });
	};
	refused("bad_parameter", u"");
	refused("bad_parameter", u"a\\");
	refused("bad_parameter", u"a\\\\b");
	refused("bad_parameter", u"a\nb");
	refused("bad_parameter", std::u16string(1, char16_t{0xd800}));
	refused("bad_parameter", u"DefaultSettings.XResolution");
	refused("bad_length", std::u16string(513, u'x'));
	expect_refused(probe.device(), {"bad_parameter", "SetRegistryParameters", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeSetRegistry, {0, 0, 0}).Result, invalid);
	});
	const uint64_t name = put(u"a");
	expect_refused(probe.device(), {"bad_parameter", "SetRegistryParameters", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeSetRegistry, {name, 0, 1}).Result, invalid);
	});
}

TEST_F(RegistryTest, ValuesHaveTheirLimits)
{
	constexpr uint32_t most = 65536;
	const uint64_t bytes = probe.call(ProbeAllocatePool, {VpNonPagedPool, most}).Result;
	const auto set_bytes = [&](const std::u16string &name, uint32_t length) {
		const uint64_t at = put(name);
		const auto answer = probe.call(ProbeSetRegistry, {at, bytes, length});
		drop(1);
		return static_cast<uint32_t>(answer.Result);
	};
	expect_refused(probe.device(), {"bad_length", "SetRegistryParameters", most + 1},
		       [&] { EXPECT_EQ(set_bytes(u"a", most + 1), invalid); });
	EXPECT_EQ(set_bytes(u"a", most), ok);
	const Got got = get(u"a");
	EXPECT_EQ(got.answer.Out[1], most);
	EXPECT_EQ(set_bytes(u"b", most), ok);
	EXPECT_EQ(set_bytes(u"c", most), ok);
	expect_refused(probe.device(), {"limit_reached", "SetRegistryParameters", most}, [&] {
		EXPECT_EQ(set_bytes(u"d", most), uint32_t{ERROR_NOT_ENOUGH_MEMORY});
	});
	EXPECT_EQ(set_bytes(u"a", 1), ok);
	EXPECT_EQ(set_bytes(u"d", most), ok);
	probe.call(ProbeFreePool, {bytes});
	// the longest name
	const std::u16string name =
		std::u16string(255, u'k') + u"\\" + std::u16string(254, u'k') + u"\\v";
	EXPECT_EQ(set(name, "long"), ok);
	EXPECT_EQ(get(name).data, "long");
}

TEST_F(RegistryTest, BadArgumentsOfAQueryAreRefused)
{
	expect_refused(probe.device(), {"bad_parameter", "GetRegistryParameters", {}}, [&] {
		EXPECT_EQ(get(u"Marker", false, PROBE_QUERY_NO_ROUTINE).status, invalid);
	});
	expect_refused(probe.device(), {"bad_parameter", "GetRegistryParameters", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeGetRegistry, {0, 0, 0, 0, 0, 0}).Result, invalid);
	});
	expect_refused(probe.device(), {"bad_length", "GetRegistryParameters", {}},
		       [&] { EXPECT_EQ(get(std::u16string(513, u'x')).status, invalid); });
}

TEST_F(RegistryTest, OnlyAtPassive)
{
	for (const PROBE_CONTEXT context :
	     {ProbeSynchronizedLow, ProbeSynchronizedHigh, ProbeDpc}) {
		expect_refused(probe.device(), {"wrong_context", "GetRegistryParameters", {}}, [&] {
			const Got got = get(u"Marker", false, 0, 0, context);
			EXPECT_EQ(got.status, invalid);
			EXPECT_EQ(got.calls, 0U);
		});
		expect_refused(probe.device(), {"wrong_context", "SetRegistryParameters", {}},
			       [&] { EXPECT_EQ(set(u"Marker", "x", context), invalid); });
		expect_refused(probe.device(), {"wrong_context", "FlushRegistry", {}}, [&] {
			EXPECT_EQ(probe.call(ProbeFlushRegistry, {}, context).Result, invalid);
		});
	}
	EXPECT_EQ(get(u"Marker").data, "");
}

TEST_F(RegistryTest, AFileOverridesTheDefaultsAndAParameterTheFile)
{
	if (!reads_files())
		GTEST_SKIP() << "this kernel has no firmware loader";
	write_file("vp_probe.reg", "\xef\xbb\xbfWindows Registry Editor Version 5.00\r\n\r\n"
				   "; a comment\r\n"
				   "\"Device Description\"=\"of the file: źródło\"\r\n"
				   "\"Path\"=\"of the file\"\r\n"
				   "\"Marker\"=-\r\n"
				   "[Monitor]\r\n"
				   "\"Edid\"=hex:01,\\\r\n  02\r\n");
	find_again();
	EXPECT_EQ(get(u"Device Description").data, bytes_of(u"of the file: źródło"));
	EXPECT_EQ(get(u"Path").data, bytes_of(u"of the file"));
	EXPECT_EQ(get(u"Marker").status, invalid);
	EXPECT_EQ(get(u"Monitor\\Edid").data, "\x01\x02");
	EXPECT_EQ(get(u"DefaultSettings.BitsPerPel").data, std::string(" \0\0\0", 4));

	load_with("registry=Path=plain;Monitor\\Edid=hex:03;Größe\\漢=\"a;ü\";N=dword:1f");
	EXPECT_EQ(get(u"Device Description").data, bytes_of(u"of the file: źródło"));
	EXPECT_EQ(get(u"Path").data, bytes_of(u"plain"));
	EXPECT_EQ(get(u"Monitor\\Edid").data, "\x03");
	EXPECT_EQ(get(u"größe\\漢").data, bytes_of(u"a;ü"));
	EXPECT_EQ(get(u"n").data, std::string("\x1f\0\0\0", 4));
	EXPECT_EQ(set(u"Path", "mine"), ok);
	EXPECT_EQ(get(u"Path").data, "mine");
}

TEST_F(RegistryTest, AFileMayBeUtf16)
{
	if (!reads_files())
		GTEST_SKIP() << "this kernel has no firmware loader";
	write_file("vp_probe.reg", bytes_of(u"\xfeffWindows Registry Editor Version 5.00\r\n"
					    u"[Größe]\r\n\"漢\"=\"\U0001f5a5 ż\"\r\n",
					    false));
	find_again();
	EXPECT_EQ(get(u"Größe\\漢").data, bytes_of(u"\U0001f5a5 ż"));
}

TEST_F(RegistryTest, WrongLinesAreSaidAndTheOthersUsed)
{
	if (!reads_files())
		GTEST_SKIP() << "this kernel has no firmware loader";
	write_file("vp_probe.reg",
		   "\"a\"=dword:1\n\"b\"=5\n[x\n\"c\"=dword:1\n[y]\n\"d\"=dword:1\n");
	videoport::KernelLog log;
	const auto says = [&](const std::string &part) {
		return log
			.wait_for(
				[&](const std::string &line) {
					return line.find(part) != std::string::npos;
				},
				10s)
			.has_value();
	};
	find_again();
	EXPECT_TRUE(says("videoport/vp_probe.reg:2:5: value left out: want \"text\""));
	EXPECT_TRUE(
		says("videoport/vp_probe.reg:3:3: value left out: the section has no closing ]"));
	EXPECT_EQ(get(u"a").status, ok);
	EXPECT_EQ(get(u"b").status, invalid);
	EXPECT_EQ(get(u"c").status, invalid);
	EXPECT_EQ(get(u"y\\d").status, ok);

	write_file("vp_probe.reg", std::string(2 << 20, '\n'));
	find_again();
	EXPECT_TRUE(says("videoport/vp_probe.reg: registry values left out: 2097152 bytes"));
	EXPECT_EQ(get(u"a").status, invalid);
	EXPECT_EQ(get(u"Marker").status, ok);
}

TEST_F(RegistryTest, AValueMayNameAFileBesideTheFirmware)
{
	if (!reads_files())
		GTEST_SKIP() << "this kernel has no firmware loader";
	expect_refused(probe.device(), {"bad_parameter", "GetRegistryParameters", {}},
		       [&] { EXPECT_EQ(get(u"Path", true).status, invalid); });
	write_file("firmware.bin", std::string("\x01\x00\x02\x03", 4));
	const Got got = get(u"Path", true);
	EXPECT_EQ(got.status, ok);
	EXPECT_EQ(got.data, std::string("\x01\x00\x02\x03", 4));
	EXPECT_EQ(get(u"Path").data, bytes_of(u"%SystemRoot%\\firmware.bin"));
	// no number is a file's name, and no name leads out of the folder
	expect_refused(probe.device(), {"bad_parameter", "GetRegistryParameters", {}}, [&] {
		EXPECT_EQ(get(u"DefaultSettings.BitsPerPel", true).status, invalid);
	});
	std::ofstream("/lib/firmware/outside") << "secret";
	for (const char *name : {"..", "../outside", "a/..", ".x"}) {
		write_file("vp_probe.reg", std::string("\"Path\"=\"") + name + "\"\n");
		find_again();
		const Got outside = get(u"Path", true);
		EXPECT_EQ(outside.status, invalid) << name;
		EXPECT_EQ(outside.calls, 0U) << name;
	}
	std::filesystem::remove("/lib/firmware/outside");
}

TEST_F(RegistryTest, WhatIsShownIsForRootAndCanBeFedBack)
{
	if (!reads_files())
		GTEST_SKIP() << "this kernel has no firmware loader";
	EXPECT_EQ(set(u"Sub\\Set ü", std::string("\x01\xff", 2)), ok);
	struct stat status;
	ASSERT_EQ(stat(shown_at().c_str(), &status), 0) << shown_at();
	EXPECT_EQ(status.st_mode & 07777, 0400U);
	const std::string text = shown();
	for (const char *line : {"Windows Registry Editor Version 5.00\n",
				 "\n\"DefaultSettings.BitsPerPel\"=dword:00000020\n",
				 "\n\"Device Description\"=\"probe: Größe, żółw, 漢\"\n",
				 "\n[Monitor]\n\"Edid\"=hex:00,ff,ff,01\n",
				 "\n\"Marker\"=hex(0):\n", "\n[Sub]\n\"Set ü\"=hex:01,ff\n"})
		EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
	write_file("vp_probe.reg", text);
	find_again();
	EXPECT_EQ(shown(), text);
	EXPECT_EQ(get(u"Sub\\Set ü").data, std::string("\x01\xff", 2));
}

TEST_F(RegistryTest, ThePathsAndTheVersionAreTold)
{
	const std::string wanted =
		"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\vp_probe\\" +
		std::string("Device");
	const auto path = probe.call(ProbeRegistryPath);
	const std::string first(reinterpret_cast<const char *>(path.Out), sizeof(path.Out));
	EXPECT_EQ(first, wanted.substr(0, first.size()));
	EXPECT_EQ(path.Result, wanted.size() + 1); // and a digit
	const auto version = probe.call(ProbeGetVersion);
	EXPECT_EQ(version.Result, ok);
	EXPECT_EQ(version.Out[0], 5U);
	EXPECT_EQ(version.Out[1], 1U);
	EXPECT_EQ(version.Out[2], 2600U);
	EXPECT_EQ(version.Out[3], 3U);
	EXPECT_EQ(version.Out[4], 1U);
	expect_refused(probe.device(), {"bad_parameter", "GetVersion", 7},
		       [&] { EXPECT_EQ(probe.call(ProbeGetVersion, {7}).Result, invalid); });
}
