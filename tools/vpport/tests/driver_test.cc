// SPDX-License-Identifier: GPL-2.0
/*
 * What an INF file says of a driver: manufacturers, models, services, and what is wrong with them.
 */
#include "read.hpp"

using namespace vpport;

namespace {

using testing::Test;

std::string without(std::string text, const std::string &part)
{
	const size_t place = text.find(part);
	EXPECT_NE(place, text.npos) << part;
	return text.erase(place, part.size());
}

TEST(DriverTest, AGoodFileSaysNothing)
{
	const ReadInf read(good_inf);
	EXPECT_EQ(read.said(), "");
	EXPECT_EQ(read.driver.service, "card");
	EXPECT_EQ(read.driver.binary, "card.sys");
	ASSERT_EQ(read.driver.devices.size(), 1u);
	EXPECT_EQ(read.driver.devices[0].description, "A card");
	EXPECT_EQ(describe(read.driver.devices[0].id), "1234:1111");
}

TEST(DriverTest, DecoratedModelsAndInstallSectionsAreFound)
{
	const ReadInf read(
		"[Version]\nSignature=$CHICAGO$\n[Manufacturer]\nMe=M,NTx86.5.1,NTamd64,NTia64\n"
		"[M.NTx86.5.1]\na=I,PCI\\VEN_0001&DEV_0001\n"
		"[m.ntAMD64]\nb=J,PCI\\VEN_0002&DEV_0002,PCI\\VEN_0003&DEV_0003\n"
		"[I.NTx86]\n[J.NT]\n[I.NT.Services]\nAddService=s,2,S\n[J.Services]\nAddService=s,2,S\n"
		"[S]\nDisplayName=d\n");
	EXPECT_EQ(read.said(), "");
	EXPECT_EQ(read.driver.devices.size(), 3u);
	EXPECT_EQ(read.driver.display_name, "d");
}

TEST(DriverTest, ModelsThatTheManufacturerDoesNotNameAreLeftOut)
{
	const ReadInf read(good_inf + "[Models.NTamd64]\nb=Card,PCI\\VEN_0002&DEV_0002\n");
	EXPECT_EQ(read.driver.devices.size(), 1u);
	EXPECT_NE(read.said().find("t.inf:5:1: warning: [Models.NTamd64] is not named here"),
		  std::string::npos);
}

TEST(DriverTest, WhatIsMissingIsSaid)
{
	EXPECT_NE(ReadInf("").said().find("t.inf: error: no [Version] section"), std::string::npos);
	EXPECT_NE(
		ReadInf("[Version]\n").said().find("t.inf:1:1: error: [Version] has no Signature"),
		std::string::npos);
	EXPECT_NE(ReadInf(without(good_inf, "[Models]\n"))
			  .said()
			  .find("t.inf:5:4: error: no section [Models]"),
		  std::string::npos);
	EXPECT_NE(ReadInf(without(good_inf, "[Card]\n"))
			  .said()
			  .find("t.inf:7:15: error: no section [Card]"),
		  std::string::npos);
	EXPECT_NE(ReadInf(without(good_inf, "[Card.Service]\n"))
			  .said()
			  .find("t.inf:9:19: error: no section [Card.Service]"),
		  std::string::npos);
	EXPECT_NE(ReadInf(without(good_inf, "Card,PCI\\VEN_1234&DEV_1111"))
			  .said()
			  .find("t.inf:7:10: error: no install section for \"A card\""),
		  std::string::npos);
}

TEST(DriverTest, AWrongHardwareIdIsSaidWithThePlaceInIt)
{
	std::string text = good_inf;
	text.replace(text.find("DEV_1111"), 8, "DEV_11G1");
	EXPECT_NE(ReadInf(text).said().find(
			  "t.inf:7:28: error: \"PCI\\VEN_1234&DEV_11G1\": DEV_ needs 4 "
			  "hexadecimal digits"),
		  std::string::npos)
		<< ReadInf(text).said();
}

TEST(DriverTest, SeveralServicesNeedAChoice)
{
	const std::string two =
		good_inf + "[Models]\nb=Other,PCI\\VEN_0002&DEV_0002\n[Other]\n[Other.Services]\n"
			   "AddService=helper,,H\nAddService=other,0x2,O\n[O]\n[H]\n";
	EXPECT_NE(ReadInf(two).said().find(
			  "error: several services: card, other; choose with --service"),
		  std::string::npos)
		<< ReadInf(two).said();
	const ReadInf chosen(two, "OTHER");
	EXPECT_EQ(chosen.said(), "");
	EXPECT_EQ(chosen.driver.service, "other");
	ASSERT_EQ(chosen.driver.devices.size(), 1u);
	EXPECT_EQ(describe(chosen.driver.devices[0].id), "0002:0002");
	EXPECT_NE(
		ReadInf(two, "none").said().find("installs no service none; there is: card, other"),
		std::string::npos);
}

TEST(DriverTest, DevicesWithoutAnIdOrOfOtherBusesAreLeftOut)
{
	const ReadInf read(good_inf + "[Models]\nold=Card\nisa=Card,*PNP0900,ISAPNP\\XYZ0001\n");
	EXPECT_EQ(read.driver.devices.size(), 1u);
	EXPECT_FALSE(read.diagnostics.failed());
	EXPECT_NE(read.said().find("t.inf:15:1: warning: \"old\" has no hardware ID"),
		  std::string::npos)
		<< read.said();
	EXPECT_NE(read.said().find("t.inf:16:10: warning: \"*PNP0900\" is no PCI ID"),
		  std::string::npos);
}

struct IdCase {
	const char *text, *entry;
};

class PciIdTest : public testing::TestWithParam<IdCase> {};

TEST_P(PciIdTest, BecomesATableEntry)
{
	const HardwareId id = parse_hardware_id(GetParam().text);
	EXPECT_EQ(id.mistake, "");
	ASSERT_TRUE(id.pci);
	EXPECT_EQ(table_entry(*id.pci), GetParam().entry);
}

INSTANTIATE_TEST_SUITE_P(
	All, PciIdTest,
	testing::Values(
		IdCase{"PCI\\VEN_1234&DEV_11e8", "{ PCI_DEVICE(0x1234, 0x11e8) }"},
		IdCase{"pci\\ven_1234&dev_11E8&rev_01", "{ PCI_DEVICE(0x1234, 0x11e8) }"},
		IdCase{"PCI\\VEN_1013&DEV_00B8&SUBSYS_11001AF4",
		       "{ PCI_DEVICE_SUB(0x1013, 0x00b8, 0x1af4, 0x1100) }"},
		IdCase{"PCI\\VEN_1013&DEV_00B8&SUBSYS_11001AF4&REV_00",
		       "{ PCI_DEVICE_SUB(0x1013, 0x00b8, 0x1af4, 0x1100) }"},
		IdCase{"PCI\\VEN_1013", "{ PCI_DEVICE(0x1013, PCI_ANY_ID) }"},
		IdCase{"PCI\\CC_0300", "{ PCI_DEVICE_CLASS(0x030000, 0xffff00) }"},
		IdCase{"PCI\\CC_030001", "{ PCI_DEVICE_CLASS(0x030001, 0xffffff) }"},
		IdCase{"PCI\\VEN_1013&DEV_00B8&CC_0300",
		       "{ PCI_DEVICE(0x1013, 0x00b8), .class = 0x030000, .class_mask = 0xffff00 }"}));

TEST(PciIdTest, WrongOnesAreMistakesAndOtherBusesAreNone)
{
	for (const char *text :
	     {"PCI\\", "PCI\\VEN_12345", "PCI\\VEN_", "PCI\\VEN_1234&", "PCI\\VEN_1234&VEN_1234",
	      "PCI\\DEV_1234", "PCI\\VEN_1234&CC_03", "PCI\\VEN_1234&FOO_1", "PCI\\REV_01",
	      "PCI\\VEN_+123", "PCI\\VEN_0x12"}) {
		const HardwareId id = parse_hardware_id(text);
		EXPECT_FALSE(id.pci) << text;
		EXPECT_NE(id.mistake, "") << text;
	}
	const HardwareId other = parse_hardware_id("DISPLAY\\Default_Monitor");
	EXPECT_FALSE(other.pci);
	EXPECT_EQ(other.mistake, "");
}

TEST(PciIdTest, OfTheCommandLine)
{
	EXPECT_EQ(table_entry(*parse_pci_id("1234:11e8")), "{ PCI_DEVICE(0x1234, 0x11e8) }");
	EXPECT_EQ(table_entry(*parse_pci_id("1013:00b8:1af4:1100")),
		  "{ PCI_DEVICE_SUB(0x1013, 0x00b8, 0x1af4, 0x1100) }");
	for (const char *text : {"", "1234", "1234:", "1234:56789", "1234:5678:9abc", "g234:1111"})
		EXPECT_FALSE(parse_pci_id(text)) << text;
}

} // namespace
