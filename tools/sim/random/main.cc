// SPDX-License-Identifier: GPL-2.0
/*
 * The program of the random runs: many seeds on all processors, each in its own script; the first
 * that fails is replayed, shrunk and printed. Called by ../run.
 */
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "../platform/fail.hpp"
#include "run.hpp"
#include "statistics.hpp"

using namespace sim;

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned int script_seconds = 60; /* a script that takes longer does not end */

struct Options {
	uint64_t seed = 1;
	uint64_t steps = 1000000; ///< of all scripts together
	uint64_t script = 400; ///< of one
	unsigned int jobs = std::max(1u, std::thread::hardware_concurrency());
	bool one = false; ///< only this seed, with all its steps in one script
	bool trace = false;
	bool shrink = true;
	std::string write; ///< folder for scripts, to begin a corpus with
	std::string save; ///< where a script that fails goes
	std::string file; ///< the script to replay, instead of a seed
};

/* Between the program and its workers. */
struct Shared {
	std::atomic<uint64_t> steps, done, scripts;
	std::atomic<bool> failed;
	Statistics statistics;
	struct Worker {
		uint64_t seed;
		char message[600];
	} workers[64];
};

Shared *shared;
Shared::Worker *this_worker;

[[noreturn]] void worker_failed(const std::string &message)
{
	strncpy(this_worker->message, message.c_str(), sizeof(this_worker->message) - 1);
	shared->failed = true;
	leave_process(1);
}

[[noreturn]] void work(const Options &options, unsigned int index)
{
	uint64_t scripts = (options.steps + options.script - 1) / options.script;

	statistics = &shared->statistics;
	this_worker = &shared->workers[index];
	set_failure_handler(worker_failed);
	for (uint64_t i = index; i < scripts && !shared->failed; i += options.jobs) {
		this_worker->seed = options.seed + i;
		alarm(script_seconds);

		Outcome outcome = run_script(generate(this_worker->seed, options.script));

		shared->steps += options.script;
		shared->done += outcome.done;
		shared->scripts++;
	}
	leave_process(0);
}

void print_script(const Script &script)
{
	printf("      machine %u, driver %u\n", script.setup.machine, script.setup.driver);
	for (size_t i = 0; i < script.steps.size(); i++)
		printf("  %4zu %s\n", i, script.steps[i].text().c_str());
}

void print_message(const std::string &message)
{
	size_t lines = 0;

	for (size_t at = 0; at < message.size() && lines < 40; lines++) {
		size_t end = std::min(message.find('\n', at), message.size());

		printf("      %s\n", message.substr(at, end - at).c_str());
		at = end + 1;
	}
}

bool save(const Script &script, const std::string &path)
{
	std::vector<uint8_t> data = encode(script);
	FILE *file = fopen(path.c_str(), "wb");
	bool written = file && fwrite(data.data(), 1, data.size(), file) == data.size();

	if (file)
		written &= !fclose(file);
	if (!written)
		perror(path.c_str());
	return written;
}

Script load(const std::string &path)
{
	std::vector<uint8_t> data(1 << 20);
	FILE *file = fopen(path.c_str(), "rb");

	if (!file) {
		perror(path.c_str());
		exit(2);
	}
	data.resize(fread(data.data(), 1, data.size(), file));
	fclose(file);
	return decode(data);
}

/* How to run it again. */
std::string again(const Options &options)
{
	return "tools/sim/run " + (options.file.empty()
					   ? "--seed " + std::to_string(options.seed) +
						     " --steps " + std::to_string(options.steps)
					   : "--file " + options.file);
}

/* What a script fails with, and the few steps that it takes. */
int explain(const Options &options, Script script)
{
	Verdict verdict = judge(script);

	printf("FAILED; again: %s\n", again(options).c_str());
	if (!verdict.fails) {
		printf("      ... but alone it does not fail: a bug of the simulation\n");
		return 1;
	}
	printf("      in step %zu:\n", verdict.step);
	print_message(verdict.message);
	if (!options.shrink)
		return 1;
	script = shrink(script, [&](size_t left) {
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\rshrinking: %zu steps  ", left);
	});
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\n");
	verdict = judge(script);
	if (!options.save.empty() && save(script, options.save))
		printf("shrunk to %zu steps; again: tools/sim/run --file %s\n", script.steps.size(),
		       options.save.c_str());
	else
		printf("shrunk to %zu steps:\n", script.steps.size());
	print_script(script);
	printf("      which fails in step %zu:\n", verdict.step);
	print_message(verdict.message);
	return 1;
}

/* One script, here and now, so that a debugger sees it. */
int replay(const Options &options)
{
	Script script =
		options.file.empty() ? generate(options.seed, options.steps) : load(options.file);

	if (options.trace) {
		run_script(
			script,
			[&](size_t index, const Step &step) {
				if (index < script.steps.size())
					printf("%6zu %s\n", index, step.text().c_str());
				fflush(stdout);
			},
			true);
		return 0;
	}
	if (judge(script).fails)
		return explain(options, script);

	Outcome outcome = run_script(script);

	printf("%zu steps: all holds; %llu of them did something; digest %016llx\n",
	       script.steps.size(), static_cast<unsigned long long>(outcome.done),
	       static_cast<unsigned long long>(outcome.digest));
	return 0;
}

int run_all(const Options &options)
{
	auto begin = Clock::now();
	auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
	unsigned int jobs = std::min(options.jobs, 64u), left = jobs;

	shared = static_cast<Shared *>(mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
					    MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	fflush(nullptr);

	std::vector<pid_t> children;

	for (unsigned int i = 0; i < jobs; i++) {
		pid_t child = fork();

		if (!child)
			work(options, i);
		children.push_back(child);
	}

	int broken = -1;

	while (left) {
		int status;
		pid_t ended = waitpid(-1, &status, WNOHANG);

		if (ended > 0) {
			left--;
			if (status && broken < 0)
				for (unsigned int i = 0; i < jobs; i++)
					if (children[i] == ended)
						broken = static_cast<int>(i);
			if (status)
				shared->failed = true;
			continue;
		}
		usleep(200000);
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\r%llu of %llu steps, %.0f s ",
				static_cast<unsigned long long>(shared->steps.load()),
				static_cast<unsigned long long>(options.steps), seconds());
	}
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r");
	printf("%llu steps in %llu scripts from seed %llu on, %.1f s, %.0f steps/s; %.0f %% of them did something\n",
	       static_cast<unsigned long long>(shared->steps.load()),
	       static_cast<unsigned long long>(shared->scripts.load()),
	       static_cast<unsigned long long>(options.seed), seconds(),
	       static_cast<double>(shared->steps) / seconds(),
	       100.0 * static_cast<double>(shared->done) /
		       static_cast<double>(std::max<uint64_t>(shared->steps, 1)));
	for (size_t i = 0; i < std::size(fact_names); i++)
		printf("%s%llu %s%s", i % 5 ? ", " : "      ",
		       static_cast<unsigned long long>(shared->statistics.facts[i].load()),
		       fact_names[i], i % 5 == 4 || i + 1 == std::size(fact_names) ? "\n" : "");
	if (broken < 0)
		return 0;

	Options one = options;

	one.seed = shared->workers[broken].seed;
	one.steps = options.script;
	return explain(one, generate(one.seed, one.steps));
}

int write_scripts(const Options &options)
{
	for (uint64_t i = 0; i < options.steps / options.script; i++)
		if (!save(generate(options.seed + i, options.script),
			  options.write + "/seed-" + std::to_string(options.seed + i)))
			return 1;
	return 0;
}

} // namespace

int main(int count, char **arguments)
{
	Options options;

	for (int i = 1; i < count; i++) {
		std::string name = arguments[i];
		auto value = [&] { return i + 1 < count ? arguments[++i] : ""; };
		auto number = [&] { return strtoull(value(), nullptr, 0); };

		if (name == "--seed")
			options.seed = number();
		else if (name == "--steps")
			options.steps = number();
		else if (name == "--script")
			options.script = std::max<uint64_t>(number(), 1);
		else if (name == "--jobs")
			options.jobs = std::max(1u, static_cast<unsigned int>(number()));
		else if (name == "--one")
			options.one = true;
		else if (name == "--trace")
			options.trace = true;
		else if (name == "--no-shrink")
			options.shrink = false;
		else if (name == "--save")
			options.save = value();
		else if (name == "--file") {
			options.file = value();
			options.one = true;
		} else if (name == "--write")
			options.write = value();
		else {
			fprintf(stderr, "unknown argument %s: see tools/sim/run --help\n",
				arguments[i]);
			return 2;
		}
	}
	options.script = std::min(options.script, std::max<uint64_t>(options.steps, 1));
	if (!options.write.empty())
		return write_scripts(options);
	return options.one ? replay(options) : run_all(options);
}
