// SPDX-License-Identifier: GPL-2.0
/*
 * What a program in a guest asks of whoever runs the guest: see tools/vm/run --help, --control. Needs
 * root. Owns the open line for as long as a question is open.
 */
#ifndef VIDEOPORT_CLIENT_HOST_HPP
#define VIDEOPORT_CLIENT_HOST_HPP

#include <chrono>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace videoport {

/// The host takes requests.
inline bool host_listens()
{
	return getenv("VM_CONTROL") != nullptr;
}

/**
 * Ask the host for a picture of the screen, and wait until it is taken.
 *
 * @param name  of the file, in the run's folder on the host: "picture.png".
 * @return nothing if it is there; else why not.
 */
inline std::string screenshot(const std::string &name,
			      std::chrono::milliseconds patience = std::chrono::seconds(60))
{
	using clock = std::chrono::steady_clock;
	const char *word = getenv("VM_CONTROL");
	if (!word)
		return "the host takes no requests (tools/vm/run --control)";
	const int fd = open("/dev/ttyS2", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return "/dev/ttyS2 cannot be opened";
	const std::string request = std::string(word) + " screenshot " + name + "\n";
	std::string answer;
	const auto deadline = clock::now() + patience;
	if (write(fd, request.data(), request.size()) != static_cast<ssize_t>(request.size()))
		answer = "the request could not be sent\n";
	while (answer.empty() || answer.back() != '\n') {
		const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
			deadline - clock::now());
		pollfd waiting = {fd, POLLIN, 0};
		char byte;
		if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) != 1 ||
		    read(fd, &byte, 1) != 1) {
			answer = "no answer\n";
			break;
		}
		answer += byte;
	}
	close(fd);
	answer.pop_back();
	return answer == "done screenshot " + name ? "" : answer;
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_HOST_HPP
