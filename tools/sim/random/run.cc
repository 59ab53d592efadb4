// SPDX-License-Identifier: GPL-2.0
/*
 * Running and shrinking scripts. A script that may fail runs in a child process, because what fails
 * may crash. See run.hpp.
 */
#include "run.hpp"
#include "world.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../platform/fail.hpp"

namespace sim {

Outcome run_script(const Script &script,
		   const std::function<void(size_t index, const Step &step)> &before, bool echo_log)
{
	World world(script.setup);

	world.echo_log(echo_log);

	for (size_t i = 0; i < script.steps.size(); i++) {
		if (before)
			before(i, script.steps[i]);
		world.run(script.steps[i]);
	}
	if (before)
		before(script.steps.size(), Step{});
	world.finish();
	return {world.digest(), world.done};
}

namespace {

/* What the child says of its failure. */
struct Report {
	size_t step;
	char message[600];
};

Report *report;

[[noreturn]] void report_and_exit(const std::string &message)
{
	if (!report->message[0])
		strncpy(report->message, message.c_str(), sizeof(report->message) - 1);
	leave_process(1);
}

} // namespace

Verdict judge(const Script &script)
{
	if (!report)
		report = static_cast<Report *>(mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE,
						    MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	*report = {};
	fflush(nullptr);

	int output[2];

	if (pipe(output))
		abort();

	pid_t child = fork();

	if (!child) {
		dup2(output[1], STDERR_FILENO);
		close(output[0]);
		alarm(20);
		set_failure_handler(report_and_exit);
		run_script(script, [](size_t index, const Step &) { report->step = index; });
		leave_process(0);
	}
	close(output[1]);

	Verdict verdict;
	char part[4096];
	std::string text;

	for (ssize_t bytes; (bytes = read(output[0], part, sizeof(part))) > 0;)
		if (text.size() < 100000)
			text.append(part, static_cast<size_t>(bytes));
	close(output[0]);

	int status = 0;

	waitpid(child, &status, 0);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return verdict;
	verdict.fails = true;
	verdict.step = report->step;
	verdict.message = report->message;
	if (verdict.message.empty() && WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		verdict.message = "it does not end";
	else if (verdict.message.empty())
		verdict.message = text.empty() ? "it crashed" : text;
	return verdict;
}

/* ---- Shrinking ---- */

/* It fails with these steps only. */
static bool still_fails(const Script &script, Script &best)
{
	if (!judge(script).fails)
		return false;
	best = script;
	return true;
}

static bool drop_parts(Script &best, size_t part, const std::function<void(size_t steps)> &progress)
{
	bool dropped = false;

	for (size_t at = best.steps.size(); at > 0;) {
		size_t from = at > part ? at - part : 0;
		Script shorter = best;

		shorter.steps.erase(shorter.steps.begin() + static_cast<long>(from),
				    shorter.steps.begin() + static_cast<long>(at));
		dropped |= still_fails(shorter, best);
		at = std::min(from, best.steps.size());
		progress(best.steps.size());
	}
	return dropped;
}

/* Each step without what it has beyond the plain call. */
static void simplify(Script &best)
{
	for (size_t i = 0; i < best.steps.size(); i++)
		for (uint8_t Step::*field : {&Step::points, &Step::between, &Step::fail_at,
					     &Step::hold, &Step::a, &Step::b, &Step::c}) {
			Script plainer = best;

			if (!(plainer.steps[i].*field))
				continue;
			plainer.steps[i].*field = 0;
			still_fails(plainer, best);
		}
}

Script shrink(const Script &script, const std::function<void(size_t steps)> &progress)
{
	Script best = script;
	Verdict verdict = judge(best);

	if (!verdict.fails)
		return best;
	if (verdict.step < best.steps.size()) {
		Script shorter = best;

		shorter.steps.resize(verdict.step + 1);
		still_fails(shorter, best);
	}
	for (size_t part = std::max<size_t>(best.steps.size() / 2, 1);; part /= 2) {
		while (drop_parts(best, part, progress) && part == 1)
			;
		if (part <= 1)
			break;
	}
	simplify(best);
	while (drop_parts(best, 1, progress))
		;
	return best;
}

} // namespace sim
