// SPDX-License-Identifier: GPL-2.0
/*
 * vpport new: makes a module folder of a driver's INF file and sources.
 */
#include "commands.hpp"

#include "find_file.hpp"
#include "module_files.hpp"
#include "new_folder.hpp"

#include <algorithm>
#include <iostream>

namespace vpport {

namespace fs = std::filesystem;

namespace {

/// Modules of Linux's own that drive displays: two of one name cannot be told apart.
constexpr std::string_view linux_modules[] = {
	"amdgpu",    "ast",	"bochs",      "cirrus",	   "cirrusfb",	"edu",	     "gma500",
	"hyperv_fb", "i740fb",	"i810",	      "i915",	   "kyrofb",	"mach64",    "matrox",
	"mga",	     "mgag200", "neofb",      "nouveau",   "nvidia",	"qxl",	     "r128",
	"radeon",    "rivafb",	"s3fb",	      "savage",	   "savagefb",	"simpledrm", "sis",
	"sisfb",     "tdfx",	"tdfxfb",     "tridentfb", "vboxvideo", "vesafb",    "vga16fb",
	"vgastate",  "via",	"virtio_gpu", "vmwgfx",	   "xe"};

/// What of a path make and the shell take as it is.
bool is_plain(std::string_view path)
{
	return std::all_of(path.begin(), path.end(), [](unsigned char one) {
		return std::isalnum(one) ||
		       std::string_view("._+-/,@").find(static_cast<char>(one)) !=
			       std::string_view::npos;
	});
}

/// Where a file that is compiled stands below source/: .c in small letters, a name that make takes.
std::string compiled_name(const std::string &path)
{
	const fs::path original(path);
	std::string stem = original.stem().string();
	for (char &one : stem) {
		if (!is_plain({&one, 1}) || one == '/' || one == ',' || one == '@')
			one = '_';
	}
	return (original.parent_path() / (stem + ".c")).generic_string();
}

class Maker {
public:
	explicit Maker(const NewOptions &options) : options_(options) {}

	int make();

private:
	void read_inf();
	void add_ids();
	fs::path source_folder() const;
	bool would_replace_driver() const;
	void find_sources();
	void check_entry();
	void choose_name();
	void check_paths();
	int finish();
	void write(NewFolder &folder);

	const NewOptions &options_;
	Diagnostics diagnostics_;
	SourceTree tree_;
	Module module_;
};

void Maker::read_inf()
{
	const auto bytes = read_file(options_.inf, diagnostics_);
	if (!bytes)
		return;
	module_.inf = fs::path(options_.inf).filename().string();
	const Text text = decode(options_.inf, *bytes, diagnostics_);
	if (diagnostics_.failed())
		return; // what follows would only repeat it
	Inf inf(text, diagnostics_);
	module_.driver = read_driver(inf, options_.service, diagnostics_);
}

void Maker::add_ids()
{
	for (const std::string &text : options_.ids) {
		const PciId id = *parse_pci_id(text); // the command line is checked
		auto &devices = module_.driver.devices;
		if (std::none_of(devices.begin(), devices.end(),
				 [&](const Device &one) { return one.id == id; }))
			devices.push_back({id, "", {}, ""});
	}
	if (module_.driver.devices.empty() && !diagnostics_.failed())
		diagnostics_.error(options_.inf, {},
				   "names no PCI device: say it with --id VVVV:DDDD");
}

/// Where the sources are looked for.
fs::path Maker::source_folder() const
{
	fs::path folder = options_.sources;
	if (folder.empty())
		folder = fs::path(options_.inf).parent_path();
	return folder.empty() ? "." : folder;
}

/// Does the new folder's place hold the driver?
bool Maker::would_replace_driver() const
{
	std::error_code error;
	const auto whole = [&error](const fs::path &path) {
		return fs::weakly_canonical(fs::absolute(path, error), error);
	};
	const fs::path folder = whole(options_.folder);
	for (const fs::path &path : {fs::path(options_.inf), source_folder()})
		if (!whole(path).lexically_relative(folder).string().starts_with(".."))
			return true;
	return false;
}

void Maker::find_sources()
{
	tree_ = read_sources({source_folder(), options_.exclude, {options_.folder}}, diagnostics_);
	module_.include_paths = tree_.include_paths;
	module_.defines = tree_.defines;
	module_.spellings = tree_.spellings;
	module_.left_out = tree_.left_out;
	for (const std::string &path : tree_.compiled)
		module_.objects.push_back(
			fs::path(compiled_name(path)).replace_extension().generic_string());
	for (const MissingHeader &one : tree_.missing)
		diagnostics_.warning(
			one.file, one.include.at,
			"no header " + one.include.name +
				" here: add it to the sources, or leave out what needs it");
}

/// There is one DriverEntry.
void Maker::check_entry()
{
	std::string files;
	size_t count = 0;
	for (const CSource &source : tree_.files) {
		if (extension(source.file) != ".c" || !own_names({source}).count("DriverEntry"))
			continue;
		files += (count++ ? ", " : "") + shown(source.file);
	}
	if (count > 1)
		diagnostics_.error(
			tree_.base.string(), {},
			"DriverEntry in several files: " + files +
				"; these are several drivers: name the folder of one with "
				"--sources DIR, or leave files out with --exclude FILE");
	if (!count && !tree_.compiled.empty())
		diagnostics_.error(
			tree_.base.string(), {},
			"no file has a DriverEntry: these are not all sources of a miniport");
}

void Maker::choose_name()
{
	const Driver &driver = module_.driver;
	module_.name = options_.name;
	for (const std::string &one :
	     {tree_.target_name, driver.service, fs::path(driver.binary).stem().string(),
	      fs::path(options_.inf).stem().string(), std::string("miniport")}) {
		if (module_.name.empty())
			module_.name = module_name(one);
	}
	if (std::find(std::begin(linux_modules), std::end(linux_modules), module_.name) !=
	    std::end(linux_modules))
		diagnostics_.warning(options_.inf, {},
				     "Linux has a module " + module_.name +
					     " of its own: call this one otherwise, as --name vp_" +
					     module_.name);
}

/// What make cannot take, and files that would meet.
void Maker::check_paths()
{
	std::set<std::string> names(tree_.headers.begin(), tree_.headers.end());
	for (const std::string &path : tree_.compiled) {
		const std::string name = compiled_name(path);
		if (!names.insert(name).second)
			diagnostics_.error((tree_.base / path).string(), {},
					   "another file becomes source/" + name +
						   ", too: leave one "
						   "out with --exclude FILE");
		if (name != path)
			diagnostics_.note((tree_.base / path).string(), {},
					  "is called source/" + name + " in the module's folder");
		if (!is_plain(name))
			diagnostics_.error((tree_.base / path).string(), {},
					   "make does not take this folder's name: rename it");
	}
	for (const std::string &path : tree_.include_paths) {
		if (!is_plain(path))
			diagnostics_.error((tree_.base / path).string(), {},
					   "make does not take this folder's name: rename it");
	}
}

void Maker::write(NewFolder &folder)
{
	folder.write("Kbuild", kbuild(module_));
	folder.write("Makefile", makefile());
	folder.write("wrapper.c", wrapper(module_));
	if (!module_.driver.registry.empty())
		folder.write("registry.h", registry_table(module_));
	folder.write("README.md", readme(module_, find_calls(tree_.files)));
	for (const auto &[name, text] : forwarding_headers(module_))
		folder.write("spellings/" + name, text);
	for (const std::string &path : tree_.compiled)
		folder.add("source/" + compiled_name(path), tree_.base / path, options_.link);
	for (const std::string &path : tree_.headers)
		folder.add("source/" + path, tree_.base / path, options_.link);
}

int Maker::finish()
{
	fs::path old;
	try {
		NewFolder folder(options_.folder, options_.force);
		write(folder);
		old = folder.done();
	} catch (const FolderError &error) {
		std::cerr << "vpport: " << error.what() << '\n';
		return status_usage;
	}
	const std::vector<CallUse> calls = find_calls(tree_.files);
	const auto bad = std::count_if(calls.begin(), calls.end(), [](const CallUse &use) {
		return use.standing == Standing::Missing || use.standing == Standing::Fails;
	});
	for (const std::string &one : module_.left_out)
		std::cout << "left out: " << one << '\n';
	if (!old.empty())
		std::cout << "what was there before is " << shown(old.string()) << " now\n";
	std::cout << options_.folder << ": module " << module_.name << ", "
		  << module_.driver.devices.size()
		  << (module_.driver.devices.size() == 1 ? " device, " : " devices, ")
		  << module_.objects.size()
		  << (module_.objects.size() == 1 ? " source file, " : " source files, ")
		  << module_.driver.registry.size()
		  << (module_.driver.registry.size() == 1 ? " registry value\n"
							  : " registry values\n");
	if (bad)
		std::cout << bad << (bad == 1 ? " call does" : " calls do")
			  << " not work: vpport check " << options_.folder << " says which\n";
	std::cout << "next: make -C " << options_.folder << '\n';
	return status_good;
}

int Maker::make()
{
	if (would_replace_driver()) {
		std::cerr << "vpport: " << options_.folder
			  << " holds the driver itself: give the module another folder\n";
		return status_usage;
	}
	read_inf();
	add_ids();
	find_sources();
	if (!diagnostics_.failed()) {
		check_entry();
		choose_name();
		check_paths();
	}
	diagnostics_.print(std::cerr);
	if (diagnostics_.failed()) {
		std::cerr << "vpport: " << diagnostics_.errors()
			  << (diagnostics_.errors() == 1 ? " error: " : " errors: ")
			  << options_.folder << " is not made\n";
		return status_bad;
	}
	return finish();
}

} // namespace

int command_new(const NewOptions &options)
{
	return Maker(options).make();
}

} // namespace vpport
