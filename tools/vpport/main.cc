// SPDX-License-Identifier: GPL-2.0
/*
 * vpport: brings a legacy Windows display miniport to Linux. The command line; the commands are in
 * files of their own.
 */
#include "commands.hpp"
#include "module_files.hpp"
#include "pci_id.hpp"

#include "../../shim/linux/version.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

using namespace vpport;

static void add_new(CLI::App &app, NewOptions &options)
{
	CLI::App *command = app.add_subcommand(
		"new", "Make a module folder of a driver's INF file and sources");
	command->add_option("DIR", options.folder, "the folder to make")->required();
	command->add_option("--inf", options.inf,
			    "the driver's INF file: PCI IDs, service, registry values")
		->required()
		->check(CLI::ExistingFile);
	command->add_option("--sources", options.sources,
			    "where the sources are (default: beside the INF file)")
		->check(CLI::ExistingDirectory);
	command->add_option("--exclude", options.exclude,
			    "a file or folder that is none of the driver's")
		->type_name("PATH");
	command->add_option("--name", options.name,
			    "the module's name (default: TARGETNAME of SOURCES, or the service's)")
		->check([](const std::string &name) {
			return is_module_name(name)
				       ? ""
				       : "no name of a module: a letter or _, then letters, "
					 "digits and _, at most 40; not wrapper or videoport";
		})
		->type_name("NAME");
	command->add_option("--service", options.service,
			    "which driver, if the INF file installs several");
	command->add_option("--id", options.ids,
			    "drives this PCI function, too: VVVV:DDDD or VVVV:DDDD:SSSS:TTTT")
		->check([](const std::string &id) {
			return parse_pci_id(id) ? ""
						: "no PCI ID: VVVV:DDDD[:SSSS:TTTT], hexadecimal";
		})
		->type_name("ID");
	command->add_flag("--link", options.link, "link to the sources instead of copying them");
	command->add_flag("--force", options.force,
			  "also where DIR is not empty: what is there is kept beside it");
	command->footer(
		"Sources are those that a SOURCES file names, or all .c files. Nothing is written\n"
		"unless all could be read.\n\n"
		"Exit status: 0; 1 if the INF file or the sources are wrong; 2 for bad use, or if DIR\n"
		"cannot be written.");
}

static void add_check(CLI::App &app, CheckOptions &options)
{
	CLI::App *command = app.add_subcommand(
		"check",
		"Say which calls a driver's sources make, what of it works, and what to do");
	command->add_option("DIR", options.folder,
			    "the sources' folder, or one that vpport new has made")
		->required()
		->check(CLI::ExistingDirectory);
	command->add_option("--exclude", options.exclude,
			    "a file or folder that is none of the driver's")
		->type_name("PATH");
	command->add_flag("--json", options.json, "for machines");
	command->footer(
		"Nothing is compiled. Exit status: 0 if all works; 1 if a call, a header or a habit (a\n"
		"warning or an error) needs work; 2 for bad use.");
}

static void add_api(CLI::App &app, ApiOptions &options)
{
	CLI::App *command = app.add_subcommand("api", "List the calls that videoport offers");
	command->add_flag("--markdown", options.markdown, "as tables");
	command->add_flag("--json", options.json, "for machines")->excludes("--markdown");
}

int main(int argc, char **argv)
{
	CLI::App app("Brings a legacy Windows display miniport to Linux, its source unchanged.",
		     "vpport");
	app.set_version_flag("--version", "vpport " VP_VERSION);
	app.require_subcommand(0, 1); // none is refused below: a wrong one is then named
	app.footer("vpport COMMAND --help says more.");
	NewOptions new_options;
	CheckOptions check_options;
	ApiOptions api_options;
	add_new(app, new_options);
	add_check(app, check_options);
	add_api(app, api_options);
	try {
		app.parse(argc, argv);
		if (app.get_subcommands().empty())
			throw CLI::RequiredError("A subcommand");
	} catch (const CLI::ParseError &error) {
		return app.exit(error) ? status_usage : status_good;
	}
	try {
		if (app.got_subcommand("new"))
			return command_new(new_options);
		if (app.got_subcommand("check"))
			return command_check(check_options);
		return command_api(api_options);
	} catch (const std::exception &error) {
		std::cerr << "vpport: " << error.what() << '\n';
		return status_usage;
	}
}
