// SPDX-License-Identifier: GPL-2.0
/*
 * AddReg sections: types, flags, paths, and how the module's table has them.
 */
#include "../module_files.hpp"
#include "read.hpp"

using namespace vpport;

namespace {

std::string table(const std::string &lines)
{
	const ReadInf read(good_settings + lines);
	EXPECT_EQ(read.said(), "");
	Module module;
	module.name = "card";
	module.driver = read.driver;
	const std::string text = registry_table(module);
	const size_t begin = text.find("{\n") + 2;
	return text.substr(begin, text.find("\t{ }") - begin);
}

TEST(RegistryTest, TheFlagsDecideTheType)
{
	EXPECT_EQ(table("HKR,,a,,text\n"), "\tVIDEOPORT_REG_SZ(\"a\", \"text\"),\n");
	EXPECT_EQ(table("HKR,,a,0x20000,\"%%x%%\"\n"),
		  "\tVIDEOPORT_REG_EXPAND_SZ(\"a\", \"%x%\"),\n");
	EXPECT_EQ(table("HKR,,a,0x10000,x,y\n"),
		  "\tVIDEOPORT_REG_MULTI_SZ(\"a\", \"x\\0y\\0\"),\n");
	EXPECT_EQ(table("HKR,,a,1,00,fF,\\\n 1\n"),
		  "\tVIDEOPORT_REG_BINARY(\"a\", 0x00, 0xff, 0x01),\n");
	EXPECT_EQ(table("HKR,,a,65537,32\n"), "\tVIDEOPORT_REG_DWORD(\"a\", 32),\n");
	EXPECT_EQ(table("HKR,,a,0x10001,-1\n"), "\tVIDEOPORT_REG_DWORD(\"a\", 0xffffffff),\n");
	EXPECT_EQ(table("HKR,,a,0x10001,78,56,34,12\n"),
		  "\tVIDEOPORT_REG_DWORD(\"a\", 0x12345678),\n");
	EXPECT_EQ(table("HKR,,a,0x20001\n"), "\tVIDEOPORT_REG_NONE(\"a\"),\n");
}

TEST(RegistryTest, SubkeysComeBeforeTheName)
{
	EXPECT_EQ(table("HKR,\\One\\Two\\,a,,t\n"),
		  "\tVIDEOPORT_REG_SZ(\"One\\\\Two\\\\a\", \"t\"),\n");
}

TEST(RegistryTest, LaterLinesChangeEarlierOnesAsTheirFlagsSay)
{
	EXPECT_EQ(table("HKR,,a,,1\nHKR,,A,,2\n"), "\tVIDEOPORT_REG_SZ(\"A\", \"2\"),\n");
	EXPECT_EQ(table("HKR,,a,,1\nHKR,,a,2,2\n"), "\tVIDEOPORT_REG_SZ(\"a\", \"1\"),\n");
	EXPECT_EQ(table("HKR,,a,0x20,1\n"), "");
	EXPECT_EQ(table("HKR,,a,,1\nHKR,,a,4\n"), "");
	EXPECT_EQ(table("HKR,Key,,0x10\n"), "");
	EXPECT_EQ(table("HKR,,a,0x10000,x\nHKR,,a,0x10008,2y\n"),
		  "\tVIDEOPORT_REG_MULTI_SZ(\"a\", \"x\\0002y\\0\"),\n");
}

TEST(RegistryTest, LiteralsAreEscaped)
{
	EXPECT_EQ(table("HKR,,\"q\"\"q\",,\"b\\s ?\?= \xc3\xa4\"\n"),
		  "\tVIDEOPORT_REG_SZ(\"q\\\"q\", \"b\\\\s ?\\?= \xc3\xa4\"),\n");
}

TEST(RegistryTest, ValuesOfTheServicesDevice0AreTheAdapters)
{
	const ReadInf read(good_inf +
			   "[Card.Service]\nAddReg=V\n[V]\nHKR,Device0,a,,1\nHKR,Device1,b,,2\n"
			   "HKR,Device0\\K,c,,3\nHKR,Parameters,d,,4\n");
	ASSERT_EQ(read.driver.registry.size(), 3u);
	EXPECT_EQ(read.driver.registry[0].name, "a");
	EXPECT_EQ(read.driver.registry[1].name, "K\\c");
	EXPECT_EQ(read.driver.registry[2].name, "Parameters\\d");
	EXPECT_NE(read.said().find("t.inf:18:5: warning: Device1"), std::string::npos)
		<< read.said();
}

TEST(RegistryTest, OnlyHkrIsHere)
{
	const ReadInf read(good_settings + "HKLM,Software\\X,a,,1\nfoo,,a,,1\nHKR,,,,default\n");
	EXPECT_TRUE(read.driver.registry.empty());
	EXPECT_NE(read.said().find("t.inf:17:1: warning: HKLM is the registry of Windows"),
		  std::string::npos);
	EXPECT_NE(read.said().find("t.inf:18:1: warning: an AddReg line begins with HKR"),
		  std::string::npos);
	EXPECT_NE(read.said().find("t.inf:19:1: warning: a key's own value"), std::string::npos);
	EXPECT_FALSE(read.diagnostics.failed());
}

TEST(RegistryTest, WrongValuesAreErrorsWithTheirPlace)
{
	const auto said = [](const std::string &line) {
		return ReadInf(good_settings + line).said();
	};
	EXPECT_EQ(said("HKR,,a,0x1x,1\n"),
		  "t.inf:17:8: error: the flags of a registry value are a number, not "
		  "\"0x1x\"\n");
	EXPECT_EQ(said("HKR,,a,0x10001,1x\n"),
		  "t.inf:17:16: error: no number of 32 bits: \"1x\"\n");
	EXPECT_EQ(said("HKR,,a,0x10001,0x100000000\n"),
		  "t.inf:17:16: error: no number of 32 bits: \"0x100000000\"\n");
	EXPECT_EQ(said("HKR,,a,0x10001,1,2\n"),
		  "t.inf:17:16: error: a number of 32 bits is one number, or four bytes, not 2\n");
	EXPECT_EQ(said("HKR,,a,1,00,100\n"),
		  "t.inf:17:13: error: no byte in hexadecimal digits: \"100\"\n");
	EXPECT_EQ(said("HKR,,a,0x30000,1\n"),
		  "t.inf:17:8: error: flags 0x30000 are of no known type of registry value\n");
	EXPECT_EQ(ReadInf(good_inf + "[Card]\nAddReg=None\n").said(),
		  "t.inf:15:8: error: no section [None]\n");
}

TEST(RegistryTest, DevicesThatDifferAreSaid)
{
	const ReadInf read(good_settings +
			   "HKR,,a,,1\nHKR,,same,,x\n"
			   "[Models]\nb=Two,PCI\\VEN_0002&DEV_0002\n[Two]\nAddReg=V2\n"
			   "[Two.Services]\nAddService=card,2,Card.Service\n"
			   "[V2]\nHKR,,a,,2\nHKR,,same,,x\nHKR,,b,,3\n");
	ASSERT_EQ(read.driver.registry.size(), 3u);
	EXPECT_EQ(read.driver.registry[0].strings[0], "1");
	EXPECT_NE(read.said().find("t.inf:26:1: warning: \"a\" differs from that of line 17"),
		  std::string::npos)
		<< read.said();
}

} // namespace
