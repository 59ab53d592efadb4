// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl trace: what the module does, as it does it, until Ctrl-C, a time, or the end of a command.
 */
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "trace_line.hpp"
#include "tracefs.hpp"

namespace vpctl {

using Clock = std::chrono::steady_clock;

/// Signals that end a trace arrive at a descriptor meanwhile.
class EndingSignals {
public:
	EndingSignals()
	{
		sigset_t wanted;
		sigemptyset(&wanted);
		for (const int each : {SIGINT, SIGTERM, SIGHUP})
			sigaddset(&wanted, each);
		sigprocmask(SIG_BLOCK, &wanted, &before_);
		fd_ = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	}
	EndingSignals(const EndingSignals &) = delete;
	EndingSignals &operator=(const EndingSignals &) = delete;
	~EndingSignals()
	{
		signalfd_siginfo taken;
		while (::read(fd_, &taken, sizeof(taken)) > 0)
			;
		::close(fd_);
		restore();
	}
	/// For a child, too.
	void restore() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }
	int fd() const { return fd_; }

private:
	sigset_t before_;
	int fd_;
};

/// A number where the text is one; handles are none.
static nlohmann::json value_of(const std::string &text)
{
	int64_t number = 0;
	const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);

	if (error == std::errc{} && end == text.data() + text.size())
		return number;
	return text;
}

/// Prints what comes, a line at a time.
class Printer {
public:
	Printer(const Common &common, const TraceOptions &options)
		: common_(common),
		  options_(options)
	{
	}

	void take(std::string_view text)
	{
		rest_ += text;
		for (size_t end; (end = rest_.find('\n')) != std::string::npos;
		     rest_.erase(0, end + 1))
			print(rest_.substr(0, end));
		fflush(stdout);
	}
	size_t lines() const { return lines_; }

private:
	void print(const std::string &text)
	{
		if (options_.raw) {
			lines_++;
			fmt::print("{}\n", text);
			return;
		}
		auto line = parse_trace_line(text);
		if (!line) {
			if (text.find("LOST") != std::string::npos)
				fmt::print(stderr,
					   "vpctl: events were lost: too many for the buffer\n");
			return;
		}
		/* The kernel notes names as it switches tasks: of one that has just begun it knows none. */
		if (line->task == "<...>")
			line->task =
				videoport::read_line("/proc/" + line->pid + "/comm").value_or("?");
		if (!lines_++)
			first_ = line->seconds;
		if (common_.json) {
			nlohmann::json fields;
			for (const auto &[name, value] : line->fields)
				fields[name] = value_of(value);
			fmt::print("{}\n", nlohmann::json({{"seconds", line->seconds},
							   {"event", line->event},
							   {"task", line->task},
							   {"pid", value_of(line->pid)},
							   {"cpu", line->cpu},
							   {"fields", fields}})
						   .dump());
			return;
		}
		if (lines_ == 1)
			fmt::print("{}\n",
				   painted(common_.color, bold,
					   fmt::format("{:>11}  {:<12} {:<16} {:<9} {}", "SECONDS",
						       "ADAPTER", "RUNNING", "EVENT", "WHAT")));
		const bool bad = line->event == "violation" ||
				 (!line->field("result").empty() && line->field("result") != "0");
		fmt::print(
			"{:11.6f}  {:<12} {:<16} {} {}\n", line->seconds - first_,
			line->field("adapter"),
			fmt::format("{}[{}]", line->task.substr(0, 9), line->pid),
			painted(common_.color, bad ? red : cyan, fmt::format("{:<9}", line->event)),
			say(*line));
	}

	const Common &common_;
	const TraceOptions &options_;
	std::string rest_;
	size_t lines_ = 0;
	double first_ = 0;
};

static void enable(const Common &common, const TraceOptions &options, const TraceInstance &instance)
{
	const auto known = instance.events();
	std::string adapter;

	if (!options.adapter.empty())
		adapter =
			fmt::format("adapter == \"{}\"", one(common, options.adapter).pci_address);
	for (const std::string &each : options.events)
		if (std::find(known.begin(), known.end(), each) == known.end())
			throw Failure(fmt::format("no event {}", each),
				      fmt::format("there are: {}", fmt::join(known, ", ")), Usage);
	for (const std::string &event : known) {
		const bool named = std::find(options.events.begin(), options.events.end(), event) !=
				   options.events.end();
		const bool has_handle = event != "map" && event != "unmap" && event != "violation";
		std::string filter = adapter;
		if (!options.events.empty() && !named)
			continue;
		if (!options.handle.empty()) {
			if (!has_handle)
				continue;
			filter += fmt::format("{}handle == {}", filter.empty() ? "" : " && ",
					      options.handle);
		}
		instance.enable(event, filter);
	}
}

/// Start @p command; throws if it cannot be.
static pid_t start(const std::vector<std::string> &command, const EndingSignals &signals)
{
	std::vector<char *> words;
	for (const std::string &word : command)
		words.push_back(const_cast<char *>(word.c_str()));
	words.push_back(nullptr);

	/* Closed by the exec; what comes through it is why there was none. */
	int news[2];
	if (::pipe2(news, O_CLOEXEC))
		throw Failure(fmt::format("{}: {}", command.front(), strerror(errno)));
	fflush(stdout);
	const pid_t child = ::fork();
	int reason = errno;
	if (child == 0) {
		signals.restore();
		::execvp(words.front(), words.data());
		reason = errno;
		const ssize_t told = ::write(news[1], &reason, sizeof(reason));
		::_exit(told == sizeof(reason) ? 127 : 126);
	}
	::close(news[1]);
	const bool failed = child < 0 || ::read(news[0], &reason, sizeof(reason)) > 0;
	::close(news[0]);
	if (!failed)
		return child;
	if (child > 0)
		::waitpid(child, nullptr, 0);
	throw Failure(fmt::format("{}: {}", command.front(), strerror(reason)));
}

/* Print what the pipe has now. */
static void drain(int pipe, Printer &printer)
{
	char text[65536];

	for (ssize_t got; (got = ::read(pipe, text, sizeof(text))) > 0;)
		printer.take({text, static_cast<size_t>(got)});
}

int trace(const Common &common, const TraceOptions &options)
{
	if (!options.handle.empty() &&
	    (!options.handle.starts_with("0x") || options.handle.size() < 3 ||
	     options.handle.size() > 18 ||
	     options.handle.find_first_not_of("0123456789abcdefABCDEF", 2) != std::string::npos))
		throw Failure(fmt::format("--handle {}: not a handle", options.handle),
			      "write it as vpctl locks shows it: 0x...", Usage);

	EndingSignals signals;
	TraceInstance instance(common);
	Printer printer(common, options);

	enable(common, options, instance);
	const pid_t child = options.command.empty() ? -1 : start(options.command, signals);
	const int child_fd = child < 0 ? -1 : static_cast<int>(syscall(SYS_pidfd_open, child, 0));
	const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
						std::chrono::duration<double>(options.seconds));

	if (child < 0 && !common.json && isatty(STDERR_FILENO))
		fmt::print(stderr, "tracing; Ctrl-C ends it\n");
	for (bool goes_on = true; goes_on;) {
		/* Kernels that wake a reader only when the buffer fills are asked from time to time. */
		int patience = 500;
		if (options.seconds > 0) {
			const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
				end - Clock::now());
			patience = static_cast<int>(std::clamp<int64_t>(left.count(), 0, patience));
			goes_on = left.count() > 0;
		}
		pollfd waiting[] = {{instance.pipe(), POLLIN, 0},
				    {signals.fd(), POLLIN, 0},
				    {child_fd, POLLIN, 0}};
		::poll(waiting, std::size(waiting), patience);
		if (waiting[1].revents || waiting[2].revents)
			goes_on = false;
		drain(instance.pipe(), printer);
	}
	instance.disable();
	drain(instance.pipe(), printer);
	if (!printer.lines() && !common.json && !options.raw)
		fmt::print("nothing happened\n");
	if (child < 0)
		return Ok;

	int status = 0;
	::close(child_fd);
	::kill(child, SIGTERM); /* if Ctrl-C or the time has ended the trace before it */
	while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		fmt::print(stderr, "vpctl: {} ended with status {}\n", options.command.front(),
			   WEXITSTATUS(status));
	return Ok;
}

} // namespace vpctl
