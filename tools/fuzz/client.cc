// SPDX-License-Identifier: GPL-2.0
/*
 * What a client does beside requests: opens, lends events, maps, reads, polls, forks. The requests
 * are in client_request.cc.
 */
#include "client.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fuzz {

static uint64_t *map_room(size_t bytes)
{
	void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return memory == MAP_FAILED ? nullptr : static_cast<uint64_t *>(memory);
}

Client::Client(Zoo &zoo, Store &store, unsigned int worker)
	: zoo_(zoo),
	  store_(store),
	  progress_(board().progress[worker]),
	  worker_(worker),
	  input_(map_room(room)),
	  output_(map_room(room))
{
	for (int &fd : fd_)
		fd = -1;
	for (int &fd : event_fds_)
		fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

Client::~Client()
{
	for (int place = 0; place < place_count; place++)
		close_node(static_cast<Place>(place));
	for (int fd : event_fds_)
		close(fd);
	munmap(input_, room);
	munmap(output_, room);
}

void Client::close_node(Place place)
{
	if (fd_[place] < 0)
		return;
	close(fd_[place]);
	fd_[place] = -1;
	store_.forget(place);
}

bool Client::ready(Place place)
{
	if (fd_[place] >= 0)
		return true;
	const int minor = board().minor[place];
	if (minor < 0)
		return false;
	char path[40];
	snprintf(path, sizeof(path), "/dev/videoport%d", minor);
	fd_[place] = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return fd_[place] >= 0;
}

void Client::count(Place place, int result, uint32_t status)
{
	constexpr auto relaxed = std::memory_order_relaxed;
	progress_.requests.fetch_add(1, relaxed);
	if (result >= 0) {
		(status ? progress_.refused : progress_.answered).fetch_add(1, relaxed);
		return;
	}
	progress_.errors.fetch_add(1, relaxed);
	if (errno == ENODEV) {
		progress_.gone.fetch_add(1, relaxed);
		close_node(place);
	}
}

bool Client::run(const Step &step, uint64_t number)
{
	if (!ready(step.place))
		return false;
	progress_.place.store(step.place, std::memory_order_relaxed);
	switch (step.act) {
	case Act::request:
		request(step, number);
		break;
	case Act::odd_request:
		odd_request(step);
		break;
	case Act::any_ioctl:
		count(step.place, ioctl(fd_[step.place], step.code,
					resolve(step.input, Sort::address, step.place)));
		break;
	case Act::lend:
		lend(step);
		break;
	case Act::take_back:
		take_back(step);
		break;
	case Act::map:
		map(step);
		break;
	case Act::read:
		read_node(step);
		break;
	case Act::poll:
		poll_node(step);
		break;
	case Act::reopen:
		close_node(step.place);
		progress_.requests.fetch_add(1, std::memory_order_relaxed);
		break;
	case Act::dup:
		dup_node(step);
		break;
	case Act::fork:
		fork_here(step);
		break;
	case Act::count:
		break;
	}
	return true;
}

void Client::lend(const Step &step)
{
	const int others[] = {-1, 0, 1, fd_[step.place], zoo_.memory_fd(), zoo_.userfault(), 9999};
	videoport_event events[2] = {};
	events[0].size = step.salt % 8 ? sizeof(events[0]) : (step.salt >> 8) % 64;
	events[0].fd = step.salt % 4 ? event_fds_[step.salt >> 16 & 3]
				     : others[(step.salt >> 16) % std::size(others)];
	const int result = ioctl(fd_[step.place], VIDEOPORT_IOC_EVENT_MAP, &events[0]);
	if (result == 0)
		store_.keep(step.place, Kind::lent, step.salt, events[0].event);
	count(step.place, result);
}

void Client::take_back(const Step &step)
{
	videoport_event event = {};
	event.size = sizeof(event);
	event.event = resolve(step.values[0], Sort::event, step.place);
	count(step.place, ioctl(fd_[step.place], VIDEOPORT_IOC_EVENT_UNMAP, &event));
}

/* Only a miniport maps: whatever a client asks for is refused. */
void Client::map(const Step &step)
{
	const auto offset =
		static_cast<off_t>(step.salt % 2 ? step.salt >> 20 : step.salt % 64 * 4096);
	const size_t bytes = (step.salt >> 8) % 2 ? 4096 : step.input_length;
	void *memory = mmap(nullptr, bytes, static_cast<int>(step.salt >> 4 & 7),
			    (step.salt >> 9) % 2 ? MAP_SHARED : MAP_PRIVATE, fd_[step.place],
			    offset & ~0xfffL);
	count(step.place, memory == MAP_FAILED ? -1 : 0);
	if (memory != MAP_FAILED)
		board().fail("worker %u: mmap() of a node succeeded: %s", worker_,
			     describe(step).c_str());
}

void Client::read_node(const Step &step)
{
	void *into =
		step.salt % 4
			? static_cast<void *>(output_)
			: reinterpret_cast<void *>(resolve(step.input, Sort::address, step.place));
	const size_t bytes = step.salt % 4 ? 8 : step.input_length % 64;
	const ssize_t got = read(fd_[step.place], into, bytes);
	count(step.place, got < 0 ? -1 : 0);
	if (got > 0 && got != 8)
		board().fail("worker %u: read() of a node gave %zd bytes", worker_, got);
}

void Client::poll_node(const Step &step)
{
	pollfd waiting = {fd_[step.place], POLLIN, 0};
	const int result = poll(&waiting, 1, 0);
	errno = (waiting.revents & POLLHUP) ? ENODEV : 0;
	count(step.place, (waiting.revents & POLLHUP) ? -1 : result);
}

void Client::dup_node(const Step &step)
{
	const int other = dup(fd_[step.place]);
	count(step.place, other);
	if (other < 0)
		return;
	close(fd_[step.place]);
	fd_[step.place] = other;
}

/*
 * The child has the node and a copy of the memory, of which some pages are locked. It writes there,
 * repeats the last request, and goes, now and then by a signal.
 */
void Client::fork_here(const Step &step)
{
	const pid_t child = fork();
	if (child == 0) {
		videoport_request again = last_;
		for (size_t i = 0; i < 4; i++)
			*reinterpret_cast<volatile char *>(Zoo::at(Zoo::anonymous) +
							   i * Zoo::page) = 1;
		ioctl(fd_[step.place], VIDEOPORT_IOC_REQUEST, &again);
		if (step.salt & 1)
			kill(getpid(), SIGKILL);
		_exit(0);
	}
	count(step.place, child < 0 ? -1 : 0);
	if (child > 0)
		waitpid(child, nullptr, 0);
}

} // namespace fuzz
