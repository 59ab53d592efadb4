// SPDX-License-Identifier: GPL-2.0
/*
 * Finding a driver's files on a disk, the kit's SOURCES file, and the folder that is made of them.
 */
#include "../ddk_sources.hpp"
#include "../find_file.hpp"
#include "../module_files.hpp"
#include "../new_folder.hpp"
#include "../source_tree.hpp"
#include "read.hpp"

#include <fstream>

#include <stdlib.h>

using namespace vpport;
namespace fs = std::filesystem;

namespace {

class SourcesTest : public testing::Test {
protected:
	SourcesTest()
	{
		std::string name = (fs::temp_directory_path() / "vpport.XXXXXX").string();
		root = mkdtemp(name.data());
	}
	~SourcesTest() override { fs::remove_all(root); }

	void put(const std::string &name, const std::string &text = "\n")
	{
		fs::create_directories((root / name).parent_path());
		std::ofstream(root / name) << text;
	}
	SourceTree read(const std::string &folder = "", std::vector<std::string> exclude = {})
	{
		return read_sources({root / folder, std::move(exclude), {}}, diagnostics);
	}
	std::string said() const
	{
		std::ostringstream out;
		diagnostics.print(out);
		return out.str();
	}

	fs::path root;
	Diagnostics diagnostics;
};

using Names = std::vector<std::string>;

TEST(DdkSourcesTest, MacrosListsAndConditions)
{
	Diagnostics diagnostics;
	const DdkSources ddk = read_ddk_sources(
		decode("SOURCES",
		       "# a comment\nTARGETNAME = card # the name\nTARGETTYPE=miniport\nX=c\n"
		       "C_DEFINES=$(C_DEFINES) -DA /DB=2 -DS=\"a b\" -W4\n"
		       "INCLUDES=..\\inc;$(DDK)\\inc;sub\n"
		       "SOURCES=a.c \\\n\tb.$(X)\t\\\n# not the end\n\t..\\d\\e.C x.rc y.cpp\n"
		       "I386_SOURCES=i386\\fast.asm\nAMD64_SOURCES=amd64\\slow.c\n"
		       "!if 0\nSOURCES=none.c\n!else\nY=1\n!endif\n",
		       diagnostics),
		diagnostics);
	EXPECT_EQ(ddk.target_name, "card");
	EXPECT_EQ(ddk.target_type, "MINIPORT");
	Names sources;
	for (const auto &item : ddk.sources)
		sources.push_back(item.path);
	EXPECT_EQ(sources, (Names{"a.c", "b.c", "../d/e.C", "amd64/slow.c"}));
	EXPECT_EQ(ddk.resources.size(), 1u);
	EXPECT_EQ(ddk.others.size(), 2u);
	EXPECT_EQ(ddk.defines, (Names{"A", "B=2", "S=\"a b\""}));
	ASSERT_EQ(ddk.includes.size(), 2u);
	EXPECT_EQ(ddk.includes[0].path, "../inc");
	EXPECT_EQ(ddk.sources[1].at, (Position{8, 2}));
}

TEST(DdkSourcesTest, MacrosThatGrowWithoutEndAreAnError)
{
	std::string text = "A=xxxxxxxx\n";
	for (int line = 0; line < 40; line++)
		text += "A=$(A) $(A)\n";
	Diagnostics diagnostics;
	read_ddk_sources(decode("SOURCES", text, diagnostics), diagnostics);
	EXPECT_TRUE(diagnostics.failed());
}

TEST_F(SourcesTest, PathsAreFoundWhateverTheirCase)
{
	put("Inc/Regs.H");
	EXPECT_EQ(find_path(root, "INC\\regs.h"), root / "Inc/Regs.H");
	EXPECT_EQ(find_path(root / "Inc", "..\\inc/REGS.h"), root / "Inc/Regs.H");
	EXPECT_EQ(find_path(root, "inc/none.h"), fs::path());
}

TEST_F(SourcesTest, WithoutAListAllAreTaken)
{
	put("b.c", "#include \"b.h\"\n#include <video.h>\n");
	put("sub/A.C",
	    "#include \"shared.inc\"\n#include \"..\\B.H\"\n#include \"part.c\"\n#include <nowhere.h>\n");
	put("sub/part.c");
	put("b.h", "#include \"VIDEO.H\"\n");
	put("lib/shared.inc");
	put("card.rc");
	put(".hidden/x.c");
	const SourceTree tree = read();
	EXPECT_EQ(tree.compiled, (Names{"b.c", "sub/A.C"}));
	EXPECT_EQ(tree.headers, (Names{"b.h", "lib/shared.inc", "sub/part.c"}));
	EXPECT_EQ(tree.include_paths, (Names{"lib"}));
	EXPECT_EQ(tree.left_out.size(), 2u);
	ASSERT_EQ(tree.missing.size(), 1u);
	EXPECT_EQ(tree.missing[0].include.name, "nowhere.h");
	EXPECT_EQ(tree.missing[0].include.at, (Position{4, 10}));
	ASSERT_EQ(tree.spellings.size(), 2u);
	EXPECT_EQ(*tree.spellings.begin(), (Spelling{"..\\B.H", "b.h", false}));
	EXPECT_EQ(*std::next(tree.spellings.begin()), (Spelling{"VIDEO.H", "video.h", true}));
	EXPECT_FALSE(diagnostics.failed()) << said();
}

TEST_F(SourcesTest, AListNamesWhatIsCompiled)
{
	put("drv/mini/sources",
	    "TARGETTYPE=MINIPORT\nTARGETNAME=card\nSOURCES=Card.c ..\\common\\x.c none.c\nINCLUDES=..\\h\n");
	put("drv/mini/card.c", "#include \"card.h\"\n");
	put("drv/mini/other.c");
	put("drv/common/x.c");
	put("drv/h/card.h");
	put("drv/disp/sources", "TARGETTYPE=GDI_DRIVER\nSOURCES=d.c\n");
	const SourceTree tree = read("drv");
	EXPECT_EQ(tree.compiled, (Names{"mini/card.c", "common/x.c"}));
	EXPECT_EQ(tree.headers, (Names{"h/card.h"}));
	EXPECT_EQ(tree.target_name, "card");
	EXPECT_NE(said().find("drv/mini/sources:3:30: error: there is no file \"none.c\""),
		  std::string::npos)
		<< said();
}

TEST_F(SourcesTest, SeveralDriversNeedAChoice)
{
	put("a/sources", "TARGETTYPE=MINIPORT\nSOURCES=a.c\n");
	put("b/sources", "TARGETTYPE=DRIVER\nSOURCES=b.c\n");
	read();
	EXPECT_NE(said().find("several drivers with a SOURCES file: a, b"), std::string::npos);
}

TEST_F(SourcesTest, WhatIsExcludedIsNotRead)
{
	put("a.c");
	put("disp/b.c");
	EXPECT_EQ(read("", {"disp"}).compiled, (Names{"a.c"}));
}

TEST_F(SourcesTest, NoSourcesAreAnError)
{
	read();
	EXPECT_NE(said().find("no .c file here"), std::string::npos);
}

TEST_F(SourcesTest, AFolderIsThereWholeOrNotAtAll)
{
	{
		NewFolder folder(root / "m", false);
		folder.write("a/b", "text");
		EXPECT_FALSE(fs::exists(root / "m"));
	}
	EXPECT_TRUE(fs::is_empty(root));
	{
		NewFolder folder(root / "m", false);
		folder.write("a/b", "text");
		EXPECT_THROW(folder.write("a/b", "again"), FolderError);
		EXPECT_THROW(folder.write("../c", "outside"), FolderError);
		EXPECT_EQ(folder.done(), fs::path());
	}
	EXPECT_TRUE(fs::exists(root / "m/a/b"));
	EXPECT_THROW(NewFolder(root / "m", false), FolderError);
	EXPECT_THROW(NewFolder(root / "none/m", false), FolderError);
}

TEST_F(SourcesTest, AnEmptyFolderMayBeThereAndAFullOneIsKept)
{
	fs::create_directory(root / "m");
	NewFolder first(root / "m/", false);
	first.write("a", "1");
	EXPECT_EQ(first.done(), fs::path());
	NewFolder second(root / "m", true);
	second.write("b", "2");
	EXPECT_EQ(second.done(), root / "m.old");
	EXPECT_TRUE(fs::exists(root / "m/b") && !fs::exists(root / "m/a") &&
		    fs::exists(root / "m.old/a"));
}

TEST(ModuleFilesTest, NamesAreMadeFitForModules)
{
	EXPECT_EQ(module_name("Card"), "card");
	EXPECT_EQ(module_name("My Card-2.0"), "my_card_2_0");
	EXPECT_EQ(module_name("3dfx"), "vp_3dfx");
	EXPECT_EQ(module_name("videoport"), "vp_videoport");
	EXPECT_EQ(module_name("***"), "");
	EXPECT_TRUE(is_module_name(module_name(std::string(100, 'x'))));
	EXPECT_FALSE(is_module_name("wrapper"));
	EXPECT_FALSE(is_module_name("a-b"));
}

TEST(ModuleFilesTest, DefinesReachTheCompilerAsTheyWere)
{
	Module module;
	module.name = "m";
	module.objects = {"a"};
	module.defines = {"A", "S=\"x $y\" #1"};
	EXPECT_NE(kbuild(module).find("'-DA' '-DS=\"x $$y\" \\#1'"), std::string::npos)
		<< kbuild(module);
}

TEST(ModuleFilesTest, DescriptionsCannotEndACommentOrALiteral)
{
	Module module;
	module.name = "m";
	module.inf = "*/.inf";
	module.driver.devices.push_back({*parse_pci_id("1234:1111"), "a */ b \" \\", {}, ""});
	const std::string text = wrapper(module);
	EXPECT_NE(text.find("/* a * / b \" / */"), std::string::npos) << text;
	EXPECT_NE(text.find("a */ b \\\" \\\\\");"), std::string::npos) << text;
}

} // namespace
