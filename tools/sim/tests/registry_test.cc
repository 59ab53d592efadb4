// SPDX-License-Identifier: GPL-2.0
/*
 * The registry calls of a miniport: where values come from and which wins, what the routine gets, what
 * may be set, and the paths and versions that a miniport is told.
 */
#include "bench.hpp"

#include <cstring>

#include <videoport/registry_value.h>

#include "core/registry_path.h"
#include "core/value_store.h"

using namespace sim;

namespace {

const char16_t device_text[] = u"a device: ü 漢";
const unsigned int bits = 32;
const uint8_t edid[] = {0x00, 0xff, 0xff};

/* As a wrapper's macros make it; they are C. */
const videoport_registry_value defaults[] = {
	{"DefaultSettings.BitsPerPel", VIDEOPORT_REG_TYPE_DWORD, 4, &bits},
	{"Device Description", VIDEOPORT_REG_TYPE_SZ, sizeof(device_text), device_text},
	{"Größe\\Żółw", VIDEOPORT_REG_TYPE_DWORD, 4, &bits},
	{"Monitor\\Edid", VIDEOPORT_REG_TYPE_BINARY, sizeof(edid), edid},
	{"Marker", VIDEOPORT_REG_TYPE_NONE, 0, nullptr},
	{"bad\\\\name", VIDEOPORT_REG_TYPE_NONE, 0, nullptr},
	{},
};

DriverData with_defaults()
{
	DriverData data;

	data.registry = defaults;
	data.registry_text = "FromText=dword:3;Device Description=of the parameter;bad;Gone=-";
	return data;
}

const std::string file = "Windows Registry Editor Version 5.00\n"
			 "\"Device Description\"=\"of the file\"\n"
			 "\"OfFile\"=hex:01\n"
			 "\"Gone\"=\"x\"\n"
			 "\"wrong\"=5\n"
			 "\"Marker\"=-\n";

/// What a routine was called with.
struct Seen {
	unsigned int calls = 0;
	PVOID extension = nullptr;
	std::u16string name;
	std::string data;
	std::function<VP_STATUS()> inside;
};

VP_STATUS routine(PVOID extension, PVOID context, PWSTR name, PVOID data, ULONG length)
{
	auto *seen = static_cast<Seen *>(context);

	seen->calls++;
	seen->extension = extension;
	seen->name = reinterpret_cast<char16_t *>(name);
	seen->data.assign(static_cast<char *>(data), length);
	may_sleep("the routine of VideoPortGetRegistryParameters");
	/* all of it is the miniport's to change */
	name[0] = 'X';
	memset(data, 0x55, length + 8);
	return seen->inside ? seen->inside() : NO_ERROR;
}

PWSTR wide(const char16_t *text)
{
	return reinterpret_cast<PWSTR>(const_cast<char16_t *>(text));
}

std::string bytes_of(const std::u16string &text)
{
	return {reinterpret_cast<const char *>(text.data()), text.size() * 2};
}

class RegistryTest : public testing::Test {
protected:
	explicit RegistryTest(DriverData data = with_defaults()) : bench({}, std::move(data)) {}

	/// Probe the first adapter again, now that there are files.
	int probe(std::function<void(VIDEO_PORT_CONFIG_INFO &)> find = {})
	{
		for (User *user : {&bench.a, &bench.b})
			bench.close(*user);
		if (bench.adapters[0]->bound)
			bench.remove();
		bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
		bench.miniports[0].on_find = [=](VIDEO_PORT_CONFIG_INFO &config) {
			if (find)
				find(config);
			return NO_ERROR;
		};
		return bench.adapters[0]->probe(bench.driver);
	}
	VP_STATUS get(const char16_t *name, bool of_file = false)
	{
		seen = {};
		return get_again(name, of_file);
	}
	VP_STATUS get_again(const char16_t *name, bool of_file = false)
	{
		return VideoPortGetRegistryParameters(bench.extension(), wide(name), of_file,
						      routine, &seen);
	}
	VP_STATUS set(const char16_t *name, const std::string &data)
	{
		return VideoPortSetRegistryParameters(bench.extension(), wide(name),
						      const_cast<char *>(data.data()),
						      static_cast<ULONG>(data.size()));
	}
	void put_file(const std::string &name, const std::string &text)
	{
		bench.machine->firmware[name] = FirmwareFile(text);
	}
	bool logged(const char *text) { return bench.machine->logged(text); }

	void TearDown() override { bench.end(); }

	Bench bench;
	Seen seen;
};

constexpr VP_STATUS invalid = ERROR_INVALID_PARAMETER;

TEST_F(RegistryTest, TheRoutineGetsTheValueAndItsStatusIsReturned)
{
	EXPECT_EQ(get(u"DEFAULTSETTINGS.bitsperpel"), NO_ERROR);
	EXPECT_EQ(seen.calls, 1u);
	EXPECT_EQ(seen.extension, bench.extension());
	EXPECT_EQ(seen.name, u"DEFAULTSETTINGS.bitsperpel");
	EXPECT_EQ(seen.data, std::string(" \0\0\0", 4));
	EXPECT_EQ(get(u"Marker"), NO_ERROR);
	EXPECT_EQ(seen.data, "");
	EXPECT_EQ(get(u"Monitor\\Edid"), NO_ERROR);
	EXPECT_EQ(seen.data, std::string("\x00\xff\xff", 3));
	/* what the routine has changed was a copy */
	EXPECT_EQ(get(u"\\Monitor\\Edid"), NO_ERROR);
	EXPECT_EQ(seen.data, std::string("\x00\xff\xff", 3));
	EXPECT_EQ(get(u"gRÖßE\\żÓŁW"), NO_ERROR);

	seen = {};
	seen.inside = [] { return ERROR_MORE_DATA; };
	EXPECT_EQ(get_again(u"Marker"), ERROR_MORE_DATA);
}

TEST_F(RegistryTest, WhatIsAbsentIsNoMistake)
{
	uint64_t before = bench.counter("bad_parameter");

	EXPECT_EQ(get(u"no such value"), invalid);
	EXPECT_EQ(get(u"Monitor"), invalid); /* a key */
	EXPECT_EQ(get(u"Edid"), invalid); /* in another key */
	EXPECT_EQ(get(u""), invalid);
	EXPECT_EQ(get(u"\\"), invalid);
	EXPECT_EQ(seen.calls, 0u);
	EXPECT_EQ(bench.counter("bad_parameter"), before);
}

TEST_F(RegistryTest, BadArgumentsAreRefused)
{
	std::vector<WCHAR> endless(513, 'x'); /* no zero: ASan watches its end */

	EXPECT_EQ(VideoPortGetRegistryParameters(bench.extension(), wide(u"Marker"), FALSE, nullptr,
						 nullptr),
		  invalid);
	EXPECT_EQ(VideoPortGetRegistryParameters(bench.extension(), nullptr, FALSE, routine, &seen),
		  invalid);
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
	EXPECT_EQ(VideoPortGetRegistryParameters(bench.extension(), endless.data(), FALSE, routine,
						 &seen),
		  invalid);
	EXPECT_EQ(VideoPortSetRegistryParameters(bench.extension(), endless.data(), &seen, 1),
		  invalid);
	EXPECT_EQ(bench.counter("bad_length"), 2u);
	EXPECT_EQ(VideoPortGetRegistryParameters(&seen, wide(u"Marker"), FALSE, routine, &seen),
		  invalid);
	EXPECT_EQ(VideoPortSetRegistryParameters(nullptr, wide(u"x"), &seen, 1), invalid);
	EXPECT_EQ(VideoPortFlushRegistry(nullptr), invalid);
	EXPECT_EQ(seen.calls, 0u);
}

TEST_F(RegistryTest, LaterSourcesWin)
{
	/* all of them at the first probe of the bench, but the file */
	EXPECT_EQ(get(u"Device Description"), NO_ERROR);
	EXPECT_EQ(seen.data, bytes_of(std::u16string(u"of the parameter") + u'\0'));
	EXPECT_EQ(get(u"FromText"), NO_ERROR);
	EXPECT_EQ(get(u"OfFile"), invalid);
	EXPECT_TRUE(logged(
		"sim: registry value bad\\\\name of the module left out: the name has an empty key"));
	EXPECT_TRUE(logged("parameter registry:1:57: value left out: want NAME=VALUE"));

	put_file("sim.reg", file);
	EXPECT_EQ(probe([&](VIDEO_PORT_CONFIG_INFO &) {
			  /* there already in HwVidFindAdapter */
			  EXPECT_EQ(get(u"OfFile"), NO_ERROR);
			  EXPECT_EQ(set(u"OfFile", "mine"), NO_ERROR);
		  }),
		  0);
	EXPECT_TRUE(logged("videoport/sim.reg:5:9: value left out: want \"text\""));
	EXPECT_EQ(get(u"Device Description"), NO_ERROR);
	EXPECT_EQ(seen.data, bytes_of(std::u16string(u"of the parameter") + u'\0'));
	EXPECT_EQ(get(u"OfFile"), NO_ERROR);
	EXPECT_EQ(seen.data, "mine");
	EXPECT_EQ(get(u"Marker"), invalid); /* the file removes it */
	EXPECT_EQ(get(u"Gone"), invalid); /* and the parameter that */
	EXPECT_EQ(get(u"DefaultSettings.BitsPerPel"), NO_ERROR);
}

TEST_F(RegistryTest, AFileThatCannotBeUsedIsSaidAndLeftOut)
{
	bench.machine->firmware["sim.reg"].unreadable = true;
	EXPECT_EQ(probe(), 0);
	EXPECT_TRUE(logged("videoport/sim.reg: registry values left out: cannot be read"));
	EXPECT_EQ(get(u"Marker"), NO_ERROR);

	put_file("sim.reg", std::string((1 << 20) + 1, '\n'));
	EXPECT_EQ(probe(), 0);
	EXPECT_TRUE(logged("videoport/sim.reg: registry values left out: 1048577 bytes"));

	std::string wrong;

	for (unsigned int i = 0; i < 25; i++)
		wrong += "nonsense\n";
	put_file("sim.reg", wrong);
	bench.machine->log.clear();
	EXPECT_EQ(probe(), 0);
	EXPECT_TRUE(logged("videoport/sim.reg:10:1:"));
	EXPECT_FALSE(logged("videoport/sim.reg:11:1:"));
	EXPECT_TRUE(logged("videoport/sim.reg: 15 more mistakes"));
}

TEST_F(RegistryTest, WhatIsSetComesBack)
{
	EXPECT_EQ(set(u"HardwareInformation.MemorySize", std::string("\0\0\1\0", 4)), NO_ERROR);
	EXPECT_EQ(get(u"HardwareInformation.MemorySize"), NO_ERROR);
	EXPECT_EQ(seen.data, std::string("\0\0\1\0", 4));
	EXPECT_EQ(set(u"New\\Key\\Value", "x"), NO_ERROR);
	EXPECT_EQ(get(u"New\\Key\\Value"), NO_ERROR);
	EXPECT_EQ(set(u"Marker", "now it has some"), NO_ERROR);
	EXPECT_EQ(get(u"Marker"), NO_ERROR);
	EXPECT_EQ(seen.data, "now it has some");
	EXPECT_EQ(VideoPortSetRegistryParameters(bench.extension(), wide(u"Marker"), nullptr, 0),
		  NO_ERROR);
	EXPECT_EQ(get(u"Marker"), NO_ERROR);
	EXPECT_EQ(seen.data, "");
	EXPECT_EQ(VideoPortFlushRegistry(bench.extension()), NO_ERROR);
	/* each adapter has its own */
	EXPECT_EQ(VideoPortGetRegistryParameters(bench.extension(1), wide(u"New\\Key\\Value"),
						 FALSE, routine, &seen),
		  invalid);
	/* until it is bound again */
	EXPECT_EQ(probe(), 0);
	EXPECT_EQ(get(u"New\\Key\\Value"), invalid);
}

TEST_F(RegistryTest, WhatCannotBeSetIsRefused)
{
	const std::string large(vp::max_value_bytes + 1, 'x');
	uint64_t bad = bench.counter("bad_parameter");

	EXPECT_EQ(VideoPortSetRegistryParameters(bench.extension(), wide(u"a"), nullptr, 1),
		  invalid);
	EXPECT_EQ(set(u"", "x"), invalid);
	EXPECT_EQ(set(u"a\\", "x"), invalid);
	EXPECT_EQ(set(u"a\nb", "x"), invalid);
	EXPECT_EQ(set(u"defaultsettings.XResolution", "x"), invalid);
	EXPECT_EQ(bench.counter("bad_parameter"), bad + 5);
	EXPECT_EQ(set(u"DefaultSettings", "x"), NO_ERROR);
	EXPECT_EQ(set(u"a", large), invalid);
	EXPECT_EQ(bench.counter("bad_length"), 1u);
	for (unsigned int i = 0; i < 3; i++)
		EXPECT_EQ(set(std::u16string(1, static_cast<char16_t>('a' + i)).c_str(),
			      large.substr(1)),
			  NO_ERROR);
	EXPECT_EQ(set(u"full", large.substr(1)), ERROR_NOT_ENOUGH_MEMORY);
	EXPECT_EQ(bench.counter("limit_reached"), 1u);
	EXPECT_EQ(get(u"full"), invalid);
}

TEST_F(RegistryTest, WithoutMemoryNothingHappens)
{
	for (unsigned int n : {1u, 2u}) {
		{
			FailAt fail(n);

			EXPECT_EQ(get(u"Marker"), ERROR_NOT_ENOUGH_MEMORY) << n;
		}

		FailAt fail(n);

		EXPECT_EQ(set(u"Marker", "x"), ERROR_NOT_ENOUGH_MEMORY) << n;
	}
	EXPECT_EQ(seen.calls, 0u);
	EXPECT_EQ(get(u"Marker"), NO_ERROR);
	EXPECT_EQ(seen.data, "");
}

TEST_F(RegistryTest, TheRoutineMayMakeTheSameCalls)
{
	seen = {};
	seen.inside = [&] {
		Seen inner;

		EXPECT_EQ(VideoPortGetRegistryParameters(bench.extension(), wide(u"FromText"),
							 FALSE, routine, &inner),
			  NO_ERROR);
		EXPECT_EQ(inner.calls, 1u);
		EXPECT_EQ(set(u"Marker", "from inside"), NO_ERROR);
		EXPECT_FALSE(bench.adapters[0]->registry().empty());
		return NO_ERROR;
	};
	EXPECT_EQ(get_again(u"Marker"), NO_ERROR);
	EXPECT_EQ(seen.data, "");
	EXPECT_EQ(get(u"Marker"), NO_ERROR);
	EXPECT_EQ(seen.data, "from inside");
}

TEST_F(RegistryTest, OnlyAtPassive)
{
	auto all = [&] {
		EXPECT_EQ(get(u"Marker"), invalid);
		EXPECT_EQ(set(u"Marker", "x"), invalid);
		EXPECT_EQ(VideoPortFlushRegistry(bench.extension()), invalid);
	};

	bench.in_interrupt(all);
	bench.in_dpc(all);
	bench.in_timer(all);
	EXPECT_EQ(bench.counter("wrong_context"), 9u);
	bench.in_request(bench.a, [&] { EXPECT_EQ(get(u"Marker"), NO_ERROR); });
	EXPECT_EQ(seen.data, "");
	EXPECT_EQ(bench.counter("wrong_context"), 9u);
}

TEST_F(RegistryTest, AValueMayNameAFileWhoseContentsAreWanted)
{
	put_file("micro-code_1.BIN", std::string("\x01\x00\x02", 3));
	put_file("sim.reg", "\"a\"=\"\\\\SystemRoot\\\\system32\\\\micro-code_1.BIN\"\n"
			    "\"b\"=hex(2):61,00,2f,00,6d,00\n" /* a/m without its zero */
			    "\"n\"=dword:1\n");
	EXPECT_EQ(probe(), 0);
	EXPECT_EQ(get(u"a", true), NO_ERROR);
	EXPECT_EQ(seen.data, std::string("\x01\x00\x02", 3));
	EXPECT_EQ(seen.name, u"a");
	EXPECT_EQ(get(u"b", true), invalid);
	EXPECT_TRUE(logged("cannot read videoport/m (error -2)"));
	put_file("m", "");
	EXPECT_EQ(get(u"b", true), NO_ERROR);
	EXPECT_EQ(seen.data, "");
	EXPECT_EQ(get(u"n", true), invalid); /* no text */

	put_file("m", std::string((4 << 20) + 1, 'x'));
	EXPECT_EQ(get(u"b", true), invalid);
	EXPECT_TRUE(logged("4194305 bytes"));
	put_file("m", std::string(4 << 20, 'x'));
	EXPECT_EQ(get(u"b", true), NO_ERROR);
	for (unsigned int n = 1; n <= 4; n++) {
		FailAt fail(n);

		EXPECT_EQ(get(u"b", true), ERROR_NOT_ENOUGH_MEMORY) << n;
		EXPECT_EQ(seen.calls, 0u);
	}
}

TEST_F(RegistryTest, AFileNameLeadsToNoOtherFolder)
{
	for (const char *name :
	     {"..", ".", ".hidden", "a\\\\..", "x/..", "a b", "ü", "", "x\\\\", "a%s", "c:x"}) {
		put_file("sim.reg", std::string("\"a\"=\"") + name + "\"\n");
		EXPECT_EQ(probe(), 0);

		uint64_t before = bench.counter("bad_parameter");

		EXPECT_EQ(get(u"a", true), invalid) << name;
		EXPECT_EQ(bench.counter("bad_parameter"), before + 1) << name;
		EXPECT_TRUE(logged("is no file's name")) << name;
	}
	put_file("sim.reg", "\"a\"=\"" + std::string(65, 'x') + "\"\n");
	EXPECT_EQ(probe(), 0);
	EXPECT_EQ(get(u"a", true), invalid);
}

TEST_F(RegistryTest, WhatIsShownCanBeFedBack)
{
	EXPECT_EQ(set(u"Sub\\Set", std::string("\x01\xff", 2)), NO_ERROR);

	const std::string shown = bench.adapters[0]->registry();

	EXPECT_NE(shown.find("\"Device Description\"=\"of the parameter\"\n"), std::string::npos);
	EXPECT_NE(shown.find("\n[Monitor]\n\"Edid\"=hex:00,ff,ff\n"), std::string::npos);
	EXPECT_NE(shown.find("\n[Sub]\n\"Set\"=hex:01,ff\n"), std::string::npos);
	EXPECT_NE(shown.find("\"Marker\"=hex(0):\n"), std::string::npos);
	put_file("sim.reg", shown);
	EXPECT_EQ(probe(), 0);
	EXPECT_FALSE(logged("sim.reg"));
	EXPECT_EQ(get(u"Sub\\Set"), NO_ERROR);
	EXPECT_EQ(seen.data, std::string("\x01\xff", 2));
	{
		FailAt fail(1);

		EXPECT_EQ(bench.adapters[0]->registry(), "");
	}
}

TEST_F(RegistryTest, EveryFailureOfAProbeLeavesNothing)
{
	unsigned int n = 0;
	bool failed;

	put_file("sim.reg", file);
	do {
		for (User *user : {&bench.a, &bench.b})
			bench.close(*user);
		if (bench.adapters[0]->bound)
			bench.remove();
		bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
		FailAt fail(++n);
		int error = bench.adapters[0]->probe(bench.driver);

		failed = fail.hit();
		EXPECT_EQ(error != 0, failed) << "at the " << n << ". call that may fail";
		ASSERT_LT(n, 200u);
	} while (failed);
	EXPECT_GT(n, 25u);
}

TEST_F(RegistryTest, PathsSayWhereTheKeysWouldBe)
{
	const std::u16string key = u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\sim";

	EXPECT_EQ(bench.driver.registry_path, key);
	EXPECT_EQ(probe([&](VIDEO_PORT_CONFIG_INFO &config) {
			  EXPECT_EQ(reinterpret_cast<char16_t *>(config.DriverRegistryPath),
				    key + u"\\Device0");
		  }),
		  0);
	/* a long one is cut, but keeps the adapter's part */
	const std::string name(500, 'n');
	vp::RegistryPath path(name.c_str(), 255);
	const std::u16string text = reinterpret_cast<char16_t *>(path.text());
	UNICODE_STRING counted = path.string();

	EXPECT_EQ(text.substr(text.size() - 12), u"nn\\Device255" + std::u16string());
	EXPECT_EQ(counted.Length, text.size() * 2);
	EXPECT_EQ(counted.MaximumLength, counted.Length + 2);
}

TEST_F(RegistryTest, TheVersionIsThatOfWindowsXp)
{
	VPOSVERSIONINFO version{};

	version.Size = sizeof(version);
	EXPECT_EQ(VideoPortGetVersion(bench.extension(), &version), NO_ERROR);
	EXPECT_EQ(version.MajorVersion, 5u);
	EXPECT_EQ(version.MinorVersion, 1u);
	EXPECT_EQ(version.BuildNumber, 2600u);
	EXPECT_EQ(version.Size, sizeof(version));
	version.Size--;
	EXPECT_EQ(VideoPortGetVersion(bench.extension(), &version), invalid);
	EXPECT_EQ(VideoPortGetVersion(bench.extension(), nullptr), invalid);
	EXPECT_EQ(VideoPortGetVersion(nullptr, &version), invalid);
	EXPECT_EQ(bench.counter("bad_parameter"), 2u);
	EXPECT_TRUE(VideoPortIsNoVesa());
}

DriverData of_nt4()
{
	DriverData data;

	data.change = [](VIDEO_HW_INITIALIZATION_DATA &init) {
		init.HwInitDataSize = SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA;
	};
	return data;
}

class Nt4RegistryTest : public RegistryTest {
protected:
	Nt4RegistryTest() : RegistryTest(of_nt4()) {}
};

TEST_F(Nt4RegistryTest, AMiniportOfNt4MaySetDefaultSettings)
{
	EXPECT_EQ(set(u"DefaultSettings.XResolution", "x"), NO_ERROR);
	EXPECT_EQ(get(u"DefaultSettings.XResolution"), NO_ERROR);
}

} // namespace
