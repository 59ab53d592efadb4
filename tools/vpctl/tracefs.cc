// SPDX-License-Identifier: GPL-2.0
/*
 * Making, using and removing a trace instance. See tracefs.hpp.
 */
#include "tracefs.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace vpctl {

static constexpr std::string_view prefix = "vpctl-";

static int write_file(const std::filesystem::path &path, std::string_view text)
{
	const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	const int error = ::write(fd, text.data(), text.size()) < 0 ? errno : 0;
	::close(fd);
	return error;
}

/* Either mount point; the newer one is mounted on its own. */
static std::filesystem::path find_tracefs(const Common &common)
{
	int error = ENOENT;

	for (const char *place : {"sys/kernel/tracing", "sys/kernel/debug/tracing"}) {
		const auto path = common.root / place;
		if (::access((path / "instances").c_str(), R_OK | W_OK | X_OK) == 0)
			return path;
		if (errno != ENOENT)
			error = errno;
	}
	throw cannot_open(common.root / "sys/kernel/tracing", error);
}

static void remove_instance(const std::filesystem::path &folder)
{
	(void)write_file(folder / "events/enable", "0");
	(void)::rmdir(folder.c_str());
}

/* Of one that was killed, and could not tidy up. */
void TraceInstance::remove_abandoned() const
{
	std::error_code error;

	for (const auto &each :
	     std::filesystem::directory_iterator(tracefs_ / "instances", error)) {
		const std::string name = each.path().filename();
		if (!name.starts_with(prefix))
			continue;
		const auto pid = videoport::parse_number(name.substr(prefix.size()));
		if (pid && ::kill(static_cast<pid_t>(*pid), 0) < 0 && errno == ESRCH)
			remove_instance(each.path());
	}
}

TraceInstance::TraceInstance(const Common &common) : tracefs_(find_tracefs(common))
{
	if (::access((tracefs_ / "events/videoport").c_str(), F_OK) < 0)
		throw Failure("the kernel has no events of videoport: module not loaded?",
			      "sudo modprobe videoport");
	remove_abandoned();
	folder_ = tracefs_ / "instances" / fmt::format("{}{}", prefix, ::getpid());
	if (::mkdir(folder_.c_str(), 0700) < 0)
		throw cannot_open(folder_, errno);
	/* A clock that all processors share; without it the times of two are hard to compare. */
	(void)write_file(folder_ / "trace_clock", "mono");
	/* Who reads is woken by the first event, not by a buffer that is half full. */
	(void)write_file(folder_ / "buffer_percent", "0");
	pipe_ = ::open((folder_ / "trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (pipe_ < 0) {
		const int error = errno;
		remove_instance(folder_);
		throw cannot_open(folder_ / "trace_pipe", error);
	}
}

TraceInstance::~TraceInstance()
{
	::close(pipe_);
	remove_instance(folder_);
}

std::vector<std::string> TraceInstance::events() const
{
	std::vector<std::string> found;
	std::error_code error;

	for (const auto &each :
	     std::filesystem::directory_iterator(folder_ / "events/videoport", error)) {
		const std::string name = each.path().filename();
		if (name.starts_with("vp_") && each.is_directory(error))
			found.push_back(name.substr(3));
	}
	std::sort(found.begin(), found.end());
	return found;
}

void TraceInstance::enable(const std::string &event, const std::string &filter) const
{
	const auto path = folder_ / "events/videoport" / ("vp_" + event);

	if (!filter.empty())
		if (const int error = write_file(path / "filter", filter))
			throw Failure(fmt::format("filter {} of event {}: {}", filter, event,
						  strerror(error)));
	if (const int error = write_file(path / "enable", "1"))
		throw Failure(fmt::format("event {}: {}", event, strerror(error)));
}

void TraceInstance::disable() const
{
	(void)write_file(folder_ / "events/videoport/enable", "0");
}

} // namespace vpctl
