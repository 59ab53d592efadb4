// SPDX-License-Identifier: GPL-2.0
/*
 * The texts of a module folder. See module_files.hpp; README.md is in module_readme.cc.
 */
#include "module_files.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace vpport {

namespace {

constexpr size_t longest_name = 40; // the kernel has room for 55
constexpr size_t line_width = 90;

/// For a comment: one that cannot end it, on one line.
std::string commented(std::string text)
{
	for (size_t place = 0; (place = text.find("*/", place)) != text.npos;)
		text.replace(place, 2, "* /");
	for (size_t place = 0; (place = text.find("/*", place)) != text.npos;)
		text.replace(place, 2, "/ *");
	std::replace(text.begin(), text.end(), '\\', '/');
	return text;
}

/// For make and the shell, in single quotes.
std::string flag(const std::string &text)
{
	std::string result = "'";
	for (const char one : text) {
		if (one == '\'')
			result += "'\\''";
		else if (one == '$')
			result += "$$";
		else if (one == '#')
			result += "\\#";
		else
			result += one;
	}
	return result + "'";
}

/// Such a header is a system header to the compiler, and no dependency: Kbuild of 6.1 takes the
/// backslash for the end of its name.
bool has_backslash(std::string_view name)
{
	return name.find('\\') != name.npos;
}

/// Words in as many lines as they need, with what goes on in the next at their ends.
std::string wrapped(const std::string &head, const std::vector<std::string> &words)
{
	std::string text = head;
	size_t width = head.size();
	for (const std::string &word : words) {
		if (width + word.size() > line_width) {
			text += " \\\n\t";
			width = 8;
		} else {
			text += ' ';
		}
		text += word;
		width += word.size() + 1;
	}
	return text + "\n";
}

std::string hex(uint32_t value, int digits)
{
	char text[16];
	snprintf(text, sizeof(text), "0x%0*x", digits, value);
	return text;
}

/// The contents of a literal; a list of strings has a zero behind each.
std::string escaped(std::string_view text)
{
	std::string result;
	for (size_t place = 0; place < text.size(); place++) {
		const auto one = static_cast<unsigned char>(text[place]);
		char octal[8];
		if (one == '"' || one == '\\') {
			result += '\\';
			result += text[place];
		} else if (one == '?' && place && text[place - 1] == '?') {
			result += "\\?"; // no trigraphs
		} else if (one < 0x20 || one == 0x7f) {
			snprintf(octal, sizeof(octal), "\\%03o", one);
			result += octal;
		} else {
			result += text[place];
		}
	}
	return result;
}

std::string bytes(const RegistryValue &value)
{
	std::string text;
	size_t width = 0;
	for (const uint8_t one : value.bytes) {
		text += ",";
		text += width && width % 12 == 0 ? "\n\t\t\t\t" : " ";
		text += hex(one, 2);
		width++;
	}
	return text;
}

std::string table_line(const RegistryValue &value)
{
	using Type = RegistryValue::Type;

	const std::string name = c_string(value.name);
	std::string list;
	switch (value.type) {
	case Type::None:
		return "VIDEOPORT_REG_NONE(" + name + ")";
	case Type::Number:
		return "VIDEOPORT_REG_DWORD(" + name + ", " +
		       (value.number < 65536 ? std::to_string(value.number)
					     : hex(value.number, 8)) +
		       ")";
	case Type::String:
		return "VIDEOPORT_REG_SZ(" + name + ", " + c_string(value.strings.front()) + ")";
	case Type::ExpandString:
		return "VIDEOPORT_REG_EXPAND_SZ(" + name + ", " + c_string(value.strings.front()) +
		       ")";
	case Type::Binary:
		return "VIDEOPORT_REG_BINARY(" + name + bytes(value) + ")";
	case Type::MultiString:
		break;
	}
	for (size_t number = 0; number < value.strings.size(); number++) {
		list += escaped(value.strings[number]);
		// three digits where the next character would be taken for one more
		const bool digit =
			number + 1 < value.strings.size() &&
			std::isdigit(static_cast<unsigned char>(value.strings[number + 1][0]));
		list += digit ? "\\000" : "\\0";
	}
	return "VIDEOPORT_REG_MULTI_SZ(" + name + ", \"" + list + "\")";
}

} // namespace

std::string c_string(std::string_view text)
{
	return "\"" + escaped(text) + "\"";
}

bool is_module_name(std::string_view name)
{
	return !name.empty() && name.size() <= longest_name && name != "wrapper" &&
	       name != "videoport" && !std::isdigit(static_cast<unsigned char>(name[0])) &&
	       std::all_of(name.begin(), name.end(), [](unsigned char one) {
		       return (std::isalnum(one) || one == '_') && one < 0x80;
	       });
}

std::string module_name(std::string_view name)
{
	std::string result;
	for (const char one : lower(name)) {
		const auto value = static_cast<unsigned char>(one);
		if ((value < 0x80 && std::isalnum(value)) || one == '_')
			result += one;
		else if (!result.empty() && result.back() != '_')
			result += '_';
	}
	while (result.ends_with('_'))
		result.pop_back();
	if (!result.empty() && !is_module_name(result))
		result = "vp_" + result.substr(0, longest_name - 3);
	return result;
}

std::string kbuild(const Module &module)
{
	std::vector<std::string> objects, flags;
	for (const std::string &object : module.objects)
		objects.push_back("source/" + object + ".o");
	for (const std::string &define : module.defines)
		flags.push_back(flag("-D" + define));
	const auto backslash = static_cast<size_t>(
		std::count_if(module.spellings.begin(), module.spellings.end(),
			      [](const Spelling &one) { return has_backslash(one.written); }));
	if (backslash < module.spellings.size())
		flags.push_back("-I$(src)/spellings");
	if (backslash)
		flags.push_back("-isystem $(src)/spellings/backslash");
	for (const std::string &path : module.include_paths)
		flags.push_back(path == "." ? "-I$(src)/source" : "-I$(src)/source/" + path);

	std::string text = "# SPDX-License-Identifier: GPL-2.0\n"
			   "# " +
			   module.name +
			   ".ko: the legacy sources as they are, and the wrapper that "
			   "makes a Linux module of\n# them. Made by vpport; yours to change.\n"
			   "obj-m := " +
			   module.name + ".o\n";
	text += wrapped("legacy :=", objects);
	text += module.name + "-y := wrapper.o $(legacy)\n\n";
	if (!flags.empty()) {
		text += "# for the legacy sources alone: the wrapper reads Linux headers\n";
		text += wrapped("legacy-flags :=", flags);
		text += "$(foreach one,$(legacy),$(eval CFLAGS_$(one) := $$(legacy-flags)))\n\n";
	}
	return text + "VIDEOPORT ?= " + installed_headers +
	       "\n"
	       "include $(VIDEOPORT)/videoport.mk\n";
}

std::string makefile()
{
	return R"(# SPDX-License-Identifier: GPL-2.0
# What people type; what is built stands in Kbuild. Made by vpport; yours to change.
#     make [KERNELDIR=DIR] [VIDEOPORT=DIR]
# KERNELDIR is where the kernel's headers are, VIDEOPORT where those of videoport are.
KERNELDIR ?= /lib/modules/$(shell uname -r)/build
VIDEOPORT ?= )" +
	       std::string(installed_headers) + R"(
build = $(MAKE) -C $(KERNELDIR) M=$(CURDIR) VIDEOPORT=$(abspath $(VIDEOPORT))
release = $(shell $(MAKE) -s --no-print-directory -C $(KERNELDIR) kernelrelease)
modules = $(patsubst %.o,%.ko,$(shell sed -n 's/^obj-m := //p' Kbuild))
installed = $(INSTALL_MOD_PATH)/lib/modules/$(release)/updates

.PHONY: modules install uninstall clean
modules: $(KERNELDIR)/Makefile $(VIDEOPORT)/videoport.mk
	$(build) modules

# the kernel's own rule leaves depmod out where the headers come without a System.map
install: modules
	$(build) INSTALL_MOD_DIR=updates modules_install
	$(if $(INSTALL_MOD_PATH),,depmod $(release))

uninstall: $(KERNELDIR)/Makefile
	rm -f $(addsuffix *,$(addprefix $(installed)/,$(modules)))
	$(if $(INSTALL_MOD_PATH),,depmod $(release))

clean: $(KERNELDIR)/Makefile
	$(build) clean

$(KERNELDIR)/Makefile:
	@echo "No kernel headers at $(KERNELDIR): install them, or name others with KERNELDIR=DIR." >&2
	@false

$(VIDEOPORT)/videoport.mk:
	@echo "No videoport headers at $(VIDEOPORT): they come with the package videoport-dev, or with" >&2
	@echo "make install from the videoport tree; or name others with VIDEOPORT=DIR." >&2
	@false
)";
}

std::string wrapper(const Module &module)
{
	const bool values = !module.driver.registry.empty();
	std::string text =
		"// SPDX-License-Identifier: GPL-2.0\n/*\n"
		" * Makes a Linux module of the miniport: the only file of this driver that "
		"knows of Linux.\n"
		" * Made by vpport from " +
		commented(module.inf) +
		"; yours to change.\n */\n"
		"#include <videoport_module.h>\n";
	if (values)
		text += "\n#include \"registry.h\"\n\nVIDEOPORT_MINIPORT_REGISTRY(" + module.name +
			", " + module.name + "_registry";
	else
		text += "\nVIDEOPORT_MINIPORT(" + module.name;
	for (const Device &device : module.driver.devices) {
		text += ",\n\t";
		if (!device.description.empty())
			text += "/* " + commented(device.description) + " */\n\t";
		text += table_entry(device.id);
	}
	text += ");\n\n";
	const Driver &driver = module.driver;
	std::string description = driver.description;
	if (description.empty())
		description = driver.devices.empty() ? "" : driver.devices.front().description;
	if (description.empty())
		description = driver.display_name.empty() ? module.name : driver.display_name;
	return text + "MODULE_DESCRIPTION(" + c_string("Legacy display miniport: " + description) +
	       ");\nMODULE_LICENSE(\"GPL\");\n";
}

std::string registry_table(const Module &module)
{
	std::string text = "/* SPDX-License-Identifier: GPL-2.0 */\n/*\n"
			   " * What the driver's registry begins with, for "
			   "VideoPortGetRegistryParameters: the AddReg values of\n * " +
			   commented(module.inf) +
			   ". Included by wrapper.c alone. Yours to change.\n */\n"
			   "#include <videoport_module.h>\n\n"
			   "static const struct videoport_registry_value " +
			   module.name + "_registry[] = {\n";
	for (const RegistryValue &value : module.driver.registry)
		text += "\t" + table_line(value) + ",\n";
	return text + "\t{ }\n};\n";
}

std::map<std::string, std::string> forwarding_headers(const Module &module)
{
	std::map<std::string, std::string> headers;
	for (const Spelling &spelling : module.spellings) {
		const bool backslash = has_backslash(spelling.written);
		std::string up = backslash ? "../" : "";
		for (const char one : spelling.written)
			up += one == '/' ? "../" : "";
		const std::string meant =
			spelling.of_module ? "<" + spelling.meant + ">"
					   : "\"../" + up + "source/" + spelling.meant + "\"";
		headers[(backslash ? "backslash/" : "") + spelling.written] =
			"/* SPDX-License-Identifier: GPL-2.0 */\n"
			"/* Another spelling of the same header, for the sources. "
			"Made by vpport. */\n#include " +
			meant + "\n";
	}
	return headers;
}

} // namespace vpport
