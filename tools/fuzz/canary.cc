// SPDX-License-Identifier: GPL-2.0
/*
 * The canary's rounds. See canary.hpp.
 */
#include "canary.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include <sys/mman.h>
#include <unistd.h>

#include "ask.hpp"

namespace fuzz {

namespace {

constexpr size_t page = 4096;
constexpr uint32_t work = 1000; // bytes, at an odd place
constexpr double patience = 90; // for what takes a tenth of a second: all others may be before us

class Canary {
public:
	explicit Canary(Place place)
		: place_(place),
		  memory_(static_cast<unsigned char *>(
			  mmap(nullptr, 6 * page, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)))
	{
		memset(memory_, 0xca, 6 * page);
	}

	/// One round. False: the adapter went away meanwhile.
	bool round()
	{
		const int fd = open_place(place_);
		if (fd < 0)
			return false;
		const bool done = place_ == edu_nt4 ? packet(fd)
				  : place_ <= edu_b ? copy(fd)
						    : keep(fd);
		close(fd);
		look_around();
		return done;
	}

private:
	unsigned char *source() const { return memory_ + page + 100; }
	unsigned char *target() const { return memory_ + 3 * page + 2000; }
	static uint64_t address(const void *where) { return reinterpret_cast<uintptr_t>(where); }

	/* Ask until the answer is a good one, or the adapter is gone. */
	bool get_through(const char *what, const std::function<Answer()> &request)
	{
		const double begin = now();
		for (;;) {
			const Answer answer = request();
			if (answer)
				return true;
			if (answer.error == ENODEV || board().canaries_stop)
				return false;
			if (now() - begin > patience) {
				board().fail(
					"the canary on %s does not get through with %s: error %d, status %u",
					name_of(place_), what, answer.error, answer.status);
				return false;
			}
			pause_ms(1);
		}
	}

	/* edu: both buffers are locked, the device copies one into the other. */
	bool copy(int fd)
	{
		for (uint32_t i = 0; i < work; i++)
			source()[i] = static_cast<unsigned char>(i * 7 + rounds_);
		memset(target(), 0, work);
		const EDU_START start = {address(source()), address(target()), EduCopy, work, 0, 0};
		if (!get_through("START_DMA", [&] { return tell(fd, IOCTL_EDU_START_DMA, start); }))
			return false;
		/* another client may start one as soon as ours is over: only the memory tells */
		const bool arrived = get_through("its copy", [&] {
			EDU_DMA_STATE state = {};
			const Answer asked = ask_bytes(fd, IOCTL_EDU_QUERY_DMA, nullptr, 0, &state,
						       sizeof(state));
			if (!asked)
				return asked;
			return Answer{0, memcmp(source(), target(), work) ? 1U : 0U, 0};
		});
		EDU_LOCKED locked = {};
		EDU_UNLOCKED unlocked = {};
		if (!arrived || !get_through("LOCK_PAGES", [&] {
			    return ask(fd, IOCTL_EDU_LOCK_PAGES,
				       EDU_LOCK{address(source()), work, 0}, locked);
		    }))
			return false;
		return get_through("UNLOCK_PAGES", [&] {
			return ask(fd, IOCTL_EDU_UNLOCK_PAGES, EDU_UNLOCK{locked.Handle}, unlocked);
		});
	}

	/* edu_nt4: locked once, then the device reads it, and the node tells when it has. */
	bool packet(int fd)
	{
		EDU4_LOCK lock = {};
		EDU4_HANDLE handle = {}, returned = {};
		lock.Address = address(source());
		lock.Length = work;
		lock.Flags = VideoPortDmaInitOnly;
		if (!get_through("LOCK", [&] { return ask(fd, IOCTL_EDU4_LOCK, lock, handle); }))
			return false;
		EDU4_DMA_IN in = {};
		in.Handle = handle.Handle;
		in.Flags = VideoPortKeepPagesLocked;
		in.Order = {
			1,
			static_cast<ULONG>(rounds_ % 2 ? Edu4SignalInDpc : Edu4SignalInInterrupt),
			0, 0};
		if (!get_through("DMA", [&] { return ask(fd, IOCTL_EDU4_DMA, in, returned); }))
			return false;
		const bool told = get_through("its completion", [&] {
			uint64_t count = 0;
			const ssize_t got = read_now(fd, count);
			return got == 8 ? Answer{} : Answer{errno == EAGAIN ? 0 : errno, 1, 0};
		});
		return told && get_through("UNLOCK", [&] {
			       return tell(fd, IOCTL_EDU4_UNLOCK, EDU4_HANDLE{handle.Handle, 0});
		       });
	}

	static ssize_t read_now(int fd, uint64_t &count)
	{
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return read(fd, &count, sizeof(count));
	}

	/* a probe: the handle is ours until we give it back */
	bool keep(int fd)
	{
		PROBE_ANSWER answer;
		if (!get_through("LockPages", [&] {
			    Answer asked =
				    probe(fd, ProbeLockPages,
					  {address(source()), work, VideoPortDmaInitOnly}, answer);
			    if (asked && !answer.Result)
				    asked.status = ERROR_BUSY;
			    return asked;
		    }))
			return false;
		const uint64_t handle = answer.Out[0];
		for (int i = 0; i < 4; i++) {
			if (!probe(fd, ProbeGetMdl, {handle}, answer))
				return false;
			if (answer.Result != handle) {
				board().fail("the canary's handle on %s is gone", name_of(place_));
				return false;
			}
		}
		return get_through("UnlockPages",
				   [&] { return probe(fd, ProbeUnlockPages, {handle}, answer); });
	}

	/* Everything around the two buffers. */
	void look_around()
	{
		rounds_++;
		for (size_t i = 0; i < 6 * page; i++) {
			const unsigned char *byte = memory_ + i;
			const bool ours = (byte >= source() && byte < source() + work) ||
					  (byte >= target() && byte < target() + work);
			if (ours || *byte == 0xca)
				continue;
			board().fail("memory of the canary on %s changed: 0x%02x at offset %zu",
				     name_of(place_), *byte, i);
			memset(memory_, 0xca, 6 * page);
			return;
		}
	}

	const Place place_;
	unsigned char *const memory_;
	uint64_t rounds_ = 0;
};

} // namespace

int sing(Place place)
{
	Canary canary(place);
	double last = now();
	while (!board().canaries_stop) {
		if (canary.round()) {
			board().canary_rounds[place]++;
			last = now();
			pause_ms(10);
			continue;
		}
		/* while adapters come and go it may take a few attempts */
		if (now() - last > 2 * patience && board().minor[place] >= 0) {
			board().fail("the canary on %s got nothing done for %.0f s", name_of(place),
				     now() - last);
			last = now();
		}
		pause_ms(5);
	}
	return 0;
}

} // namespace fuzz
