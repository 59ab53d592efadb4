// SPDX-License-Identifier: GPL-2.0
/*
 * The client of the contention run, in the guest: starts clients on processors, has the kernel count its
 * locks while all of them work, and keeps what it says. Judges nothing: the host does.
 */
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "lock_statistics.hpp"
#include "worker.hpp"

using nlohmann::json;

namespace scaling {

struct Options {
	std::string name;
	std::string out;
	std::vector<std::string> places;
	unsigned int cycles = 3000;
};

static void run(const Options &options)
{
	LockStatistics locks;
	Unfinished unfinished(static_cast<unsigned int>(options.places.size()));
	std::vector<Worker> workers;
	workers.reserve(options.places.size());
	for (const std::string &text : options.places)
		workers.emplace_back(place_of(text), options.cycles, unfinished);
	for (Worker &worker : workers)
		worker.wait_ready();
	locks.begin();
	for (Worker &worker : workers)
		worker.go();
	json clients = json::array();
	for (Worker &worker : workers) {
		const Done done = worker.wait_done();
		clients.push_back({{"adapter", worker.place().adapter},
				   {"processor", worker.place().processor},
				   {"cycles", done.cycles},
				   {"ns", done.nanoseconds}});
	}
	locks.end();
	locks.save(options.out + "/" + options.name);
	std::cout << json{{"case", options.name}, {"clients", clients}}.dump() << std::endl;
}

} // namespace scaling

int main(int argc, char **argv)
{
	scaling::Options options;
	CLI::App app("Which locks do clients wait for?");
	app.add_option("--name", options.name, "of the case")->required();
	app.add_option("--out", options.out, "the folder for what the kernel says")->required();
	app.add_option("--client", options.places, "ADAPTER:PROCESSOR, each a client")
		->delimiter(',')
		->required();
	app.add_option("--cycles", options.cycles, "of each client, at least");
	CLI11_PARSE(app, argc, argv);
	try {
		scaling::run(options);
	} catch (const std::exception &error) {
		std::fprintf(stderr, "scale: %s\n", error.what());
		return 1;
	}
	return 0;
}
