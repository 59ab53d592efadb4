// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl: what the adapters that videoport hosts are, do and hold. The command line, and the one place
 * where failures become messages and exit statuses.
 */
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "commands.hpp"

static constexpr const char *version = "vpctl "
#include "version.inc"
	;

static constexpr const char *footer =
	"ADAPTER is videoport0, /dev/videoport0, a PCI address, or the name of a miniport.\n"
	"Exit status: 0 done; 1 failed, or the miniport has refused; 2 the command line is wrong.\n"
	"NO_COLOR=1 keeps colours away. See vpctl(1) and videoport(4).";

static bool wants_color()
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
	       std::string_view(term) != "dumb";
}

int main(int argc, char **argv)
{
	using namespace vpctl;

	CLI::App app("Looks at the adapters that videoport hosts, and talks to them.", "vpctl");
	Common common;
	std::function<int()> run;

	app.set_version_flag("--version", version);
	app.footer(footer);
	app.require_subcommand(0, 1); // none is refused below: a wrong one is then named
	app.fallthrough();
	app.add_flag("--json", common.json, "Print JSON; watching and tracing: an object a line");
	app.add_option("--root", common.root, "Where /sys and /dev are")->group("");

	ListOptions list_options;
	auto *list_command = app.add_subcommand("list", "The adapters that there are");
	list_command->add_option("ADAPTER", list_options.adapters, "Only these");
	list_command->callback([&] { run = [&] { return list(common, list_options); }; });

	StatOptions stat_options;
	auto *stat_command =
		app.add_subcommand("stat", "Counters: what there is, was done, was refused");
	stat_command->add_option("ADAPTER", stat_options.adapters, "Only these");
	auto *watch = stat_command
			      ->add_option("-w,--watch", stat_options.watch,
					   "Look again every SECONDS, with rates")
			      ->type_name("SECONDS")
			      ->check(CLI::Range(0.05, 86400.0));
	stat_command->add_option("-n,--count", stat_options.count, "Look so often, with --watch")
		->type_name("N")
		->needs(watch);
	stat_command->add_flag("-a,--all", stat_options.all, "Counters that are zero, too");
	stat_command->callback([&] { run = [&] { return stat(common, stat_options); }; });

	LocksOptions locks_options;
	auto *locks_command =
		app.add_subcommand("locks", "Locked memory: whose, since when, in flight (root)");
	locks_command->add_option("ADAPTER", locks_options.adapters, "Only these");
	locks_command->add_flag("-a,--all", locks_options.all,
				"Handles of adapters, events and reports, too");
	locks_command->callback([&] { run = [&] { return locks(common, locks_options); }; });

	RequestOptions request_options;
	auto *request_command =
		app.add_subcommand("request", "Send the miniport a request, print its answer");
	request_command->add_option("ADAPTER", request_options.adapter, "Which")->required();
	request_command
		->add_option("CODE", request_options.code,
			     "0x23208c, IOCTL_VIDEO_RESET_DEVICE or CTL_CODE(0x23,0x840,0,0)")
		->required();
	auto *hex =
		request_command->add_option("-x,--hex", request_options.hex, "Input: '01 00 ff'");
	request_command
		->add_option("-f,--file", request_options.file, "Input: a file; -: standard input")
		->excludes(hex);
	request_command
		->add_option("-o,--output", request_options.output, "Room for the answer (4096)")
		->type_name("BYTES")
		->check(CLI::Range(0u, 1u << 30));
	request_command->add_flag("-r,--raw", request_options.raw, "The answer's bytes alone");
	request_command->callback([&] { run = [&] { return request(common, request_options); }; });

	SelftestOptions selftest_options;
	auto *selftest_command = app.add_subcommand(
		"selftest", "Check that an adapter answers a client as it should");
	selftest_command->add_option("ADAPTER", selftest_options.adapter, "Which")->required();
	selftest_command->callback(
		[&] { run = [&] { return selftest(common, selftest_options); }; });

	TraceOptions trace_options;
	auto *trace_command =
		app.add_subcommand("trace", "Show what the module does, as it does it (root)");
	trace_command
		->add_option("-e,--event", trace_options.events,
			     "lock, unlock, map, unmap, start, "
			     "complete, event, violation (default: all)")
		->delimiter(',');
	trace_command->add_option("-A,--adapter", trace_options.adapter, "Only this one's");
	trace_command->add_option("-H,--handle", trace_options.handle,
				  "Only of this handle: 0x...");
	trace_command->add_option("-s,--seconds", trace_options.seconds, "End after so long")
		->type_name("SECONDS")
		->check(CLI::Range(0.01, 86400.0));
	trace_command->add_flag("-r,--raw", trace_options.raw, "The kernel's own lines");
	trace_command->add_option("COMMAND", trace_options.command,
				  "Run it, and end with it: -- COMMAND ...");
	trace_command->callback([&] { run = [&] { return trace(common, trace_options); }; });

	try {
		app.parse(argc, argv);
		if (app.get_subcommands().empty())
			throw CLI::RequiredError("A subcommand");
	} catch (const CLI::ParseError &error) {
		const int status = app.exit(error);
		return status ? Usage : Ok;
	}
	common.color = wants_color();
	try {
		return run();
	} catch (const Failure &failure) {
		fflush(stdout);
		fmt::print(stderr, "vpctl: {}\n", failure.what());
		if (!failure.hint().empty())
			fmt::print(stderr, "       {}\n", failure.hint());
		return failure.status();
	} catch (const std::exception &error) {
		fmt::print(stderr, "vpctl: {}\n", error.what());
		return Failed;
	}
}
