// SPDX-License-Identifier: GPL-2.0
/*
 * What sources call, and which habits they have: what is a call, what is none, and where.
 */
#include "../habits.hpp"
#include "read.hpp"

using namespace vpport;

namespace {

/// name:line:column of every call, in order of the names.
std::string calls(const std::vector<CSource> &sources)
{
	std::string text;
	for (const CallUse &use : find_calls(sources)) {
		for (const Place &place : use.places)
			text += (text.empty() ? "" : " ") + use.name + ":" +
				std::to_string(place.at.line) + ":" +
				std::to_string(place.at.column) + (place.by_name ? "!" : "");
	}
	return text;
}

std::string calls(std::string_view text)
{
	return calls({source_of(text)});
}

std::string habits(std::string_view text)
{
	std::string found;
	for (const Habit &habit : find_habits({source_of(text)}))
		found += (found.empty() ? "" : " ") + habit.kind + ":" +
			 std::to_string(habit.at.line) + ":" + std::to_string(habit.at.column);
	return found;
}

TEST(CallsTest, CallsAreFoundWithTheirPlaces)
{
	EXPECT_EQ(calls("void f(void)\n{\n\tKeFooBarBaz(VideoPortGetMdl(0));\n}\n"),
		  "KeFooBarBaz:3:2 VideoPortGetMdl:3:14");
	EXPECT_EQ(calls("void f(void)\n{\n\tif (a)\n\t\treturn VideoPortGetMdl(0);\n}\n"),
		  "VideoPortGetMdl:4:10");
}

TEST(CallsTest, CommentsStringsAndDeadBranchesAreNone)
{
	EXPECT_EQ(
		calls("void f(void) {\n"
		      "/* VideoPortGetMdl(0) */ // VideoPortGetMdl(0) \\\n VideoPortGetMdl(0)\n"
		      "g(\"VideoPortGetMdl(0)\", 'V', L\"\\\"VideoPortGetMdl(\");\n"
		      "#if 0\nVideoPortGetMdl(0) don't\n#if X\nVideoPortGetMdl(0)\n#else\nVideoPortGetMdl(0)\n"
		      "#endif\n#endif\n"
		      "#if 1\n#else\nVideoPortGetMdl(0)\n#endif\n"
		      "#ifdef __cplusplus\nVideoPortGetMdl(0)\n#endif\n}\n"),
		"");
}

TEST(CallsTest, BothBranchesOfAConditionCount)
{
	EXPECT_EQ(
		calls("void f(void) {\n#if DBG\nVideoPortGetMdl(0);\n#else\nVideoPortLogError(0);\n#endif\n}\n"),
		"VideoPortGetMdl:3:1 VideoPortLogError:5:1");
	EXPECT_EQ(calls("void f(void) {\n#if 0\n#else\nVideoPortGetMdl(0);\n#endif\n}\n"),
		  "VideoPortGetMdl:4:1");
	// the braces of one branch are counted, not of both
	EXPECT_EQ(
		calls("void f(void) {\n#if A\nif (a) {\n#else\nif (b) {\n#endif\n}\n}\nPVOID KeFooBar(int);\n"),
		"");
}

TEST(CallsTest, PrototypesAndOwnFunctionsAreNone)
{
	EXPECT_EQ(
		calls("VP_STATUS VideoPortGetMdl(PVOID);\nULONG IoReadRegister(int a)\n{\n\treturn a;\n}\n"
		      "int RtlOldStyle(a) int a;\n{\n\treturn IoReadRegister(a) + RtlOldStyle(1);\n}\n"),
		"");
	EXPECT_EQ(
		calls({source_of(
			       "#define RtlFooBar(x) (x)\n#define MmFooBar(p) VideoPortGetMdl(p)\n",
			       "t.h"),
		       source_of("void f(void) { RtlFooBar(1); MmFooBar(2); }\n")}),
		"VideoPortGetMdl:2:21");
	EXPECT_EQ(calls("void f(void) { Table->VideoPortGetMdl(0); t.KeFooBarBaz(1); }\n"), "");
	EXPECT_EQ(calls("struct s { PFOO VideoPortGetMdl; int (*VideoPortLogError)(void); };\n"),
		  "");
}

TEST(CallsTest, AddressesOfCallsCount)
{
	EXPECT_EQ(calls("PVOID p = VideoPortGetMdl;\nPVOID t[] = { VideoPortLogError };\n"),
		  "VideoPortGetMdl:1:11 VideoPortLogError:2:15");
}

TEST(CallsTest, SplicedLinesAndMacroTextsKeepTheirPlaces)
{
	EXPECT_EQ(calls("#define X \\\n  VideoPort\\\nGetMdl(0)\n"), "VideoPortGetMdl:2:3");
}

TEST(CallsTest, NamesAskedForAtRunTimeCount)
{
	EXPECT_EQ(
		calls("void f(void) { p = Config->VideoPortGetProcAddress(e, (PUCHAR)\"VideoPortFooBar\"); }\n"),
		"VideoPortFooBar:1:63!");
}

TEST(CallsTest, FamiliesAreKnownByTheirNames)
{
	for (const char *name :
	     {"KeSetEvent", "ExAllocatePool", "RtlZeroMemory", "READ_PORT_UCHAR",
	      "WRITE_REGISTER_ULONG", "HalGetBusData", "ZwOpenKey", "DbgPrint", "IoAllocateMdl",
	      "PoCallDriver", "PsGetVersion", "ObReferenceObject", "VideoPortAnything",
	      "InterlockedIncrement", "sprintf", "wcslen", "_outpw"})
		EXPECT_TRUE(is_kernel_name(name)) << name;
	for (const char *name : {"Keep", "Exit", "Position", "KeX", "Iota", "Render", "EXTENSION",
				 "Zwei", "Power", "READ_ME", "VideoPortal", "MmX"})
		EXPECT_FALSE(is_kernel_name(name)) << name;
}

TEST(CallsTest, EveryListedCallStandsOnceAndHasWhatItNeeds)
{
	std::set<std::string> names;
	for (const Call &call : api()) {
		EXPECT_TRUE(names.insert(call.name).second) << call.name << " stands twice";
		EXPECT_NE(call.group, "") << call.name;
		EXPECT_NE(call.source, "") << call.name;
		if (call.standing == Standing::Fails) {
			EXPECT_NE(call.result, "") << call.name;
			EXPECT_NE(call.note, "") << call.name << " does not say why";
		}
	}
	EXPECT_GT(names.size(), 90u);
	ASSERT_TRUE(find_call("VideoPortUnlockPages"));
	EXPECT_EQ(find_call("VideoPortUnlockPages")->standing, Standing::Works);
	EXPECT_FALSE(find_call("VideoPortUnlockPage"));
}

TEST(HabitsTest, AddressesIn32Bits)
{
	EXPECT_EQ(
		habits("PUCHAR Base; void f(void) {\n a = (ULONG)Base;\n b = (ULONG)e->Base;\n c = (DWORD)&a;\n}\n"),
		"address-in-32-bits:2:6 address-in-32-bits:3:6 address-in-32-bits:4:6");
	EXPECT_EQ(habits("void f(ULONG Addr) {\n p = (PVOID)Addr;\n q = (UCHAR *)Addr;\n}\n"),
		  "address-in-32-bits:2:6 address-in-32-bits:3:6");
	EXPECT_EQ(habits("void f(void) { a = (ULONG)(PVOID)x; }\n"), "address-in-32-bits:1:20");
}

TEST(HabitsTest, WhatIsNoAddressIsNone)
{
	EXPECT_EQ(
		habits("PULONG Base; ULONG Count; PHYSICAL_ADDRESS Where; void f(void) {\n"
		       " a = (ULONG)*Base; b = (ULONG)Base[1]; c = (ULONG)Count; d = (ULONG)(Base - Other);\n"
		       " e = (ULONG_PTR)Base; g = (PVOID)(ULONG_PTR)Count; h = (ULONG)Get(Base);\n"
		       " i = (ULONG)Where.LowPart; j = (ULONG)&((T *)0)->m;\n}\n"),
		"");
}

TEST(HabitsTest, WhatAnotherCompilerTook)
{
	EXPECT_EQ(habits("void f(void) {\n__asm { nop }\n_asm nop\n}\n"),
		  "assembly:2:1 assembly:3:1");
	EXPECT_EQ(
		habits("void f(void) {\n__try {\n} __except(1) {\n}\ntry {\n} except(1) {\n}\n}\n"),
		"structured-exceptions:2:1 structured-exceptions:3:3 structured-exceptions:5:1 "
		"structured-exceptions:6:3");
	EXPECT_EQ(habits("float x;\ndouble y = 1.5;\nint z = 0x1e5, w = 15, v[] = {2e3, .5};\n"),
		  "floating-point:1:1 floating-point:2:1 floating-point:2:12 floating-point:3:31 "
		  "floating-point:3:36");
	EXPECT_EQ(habits("unsigned long a;\nlong long b;\n"), "long:1:10");
	EXPECT_EQ(habits("void f(void) { MmGetPhysicalAddress(p); }\n"), "physical-address:1:16");
	EXPECT_EQ(habits("#if 0\n__asm nop\n#endif\n/* float */\nPVOID try;\n"), "");
}

} // namespace
