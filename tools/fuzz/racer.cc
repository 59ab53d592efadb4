// SPDX-License-Identifier: GPL-2.0
/*
 * The changes of racer.hpp.
 */
#include "racer.hpp"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace fuzz {

static void rest(uint32_t microseconds)
{
	const timespec pace = {0, static_cast<long>(microseconds) * 1000};
	nanosleep(&pace, nullptr);
}

void Racer::run(const std::atomic<bool> &stop)
{
	while (!stop) {
		change();
		rest(200 + random_.below(3000));
	}
}

/* There and back again: for a moment there is a hole, and other pages are where these were. */
void Racer::move_page(std::byte *page)
{
	std::byte *elsewhere = Zoo::at(Zoo::region_count) + random_.below(16) * Zoo::page;
	if (mremap(page, Zoo::page, Zoo::page, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) ==
	    MAP_FAILED)
		return;
	rest(random_.below(500));
	mremap(elsewhere, Zoo::page, Zoo::page, MREMAP_MAYMOVE | MREMAP_FIXED, page);
}

/* Pages that are locked are copied for the child at once, not when it writes. */
void Racer::fork_and_write()
{
	const pid_t child = fork();
	if (child == 0) {
		for (size_t i = 0; i < 16; i++)
			*reinterpret_cast<volatile char *>(Zoo::at(Zoo::anonymous) +
							   i * Zoo::page) = 2;
		_exit(0);
	}
	if (child > 0)
		waitpid(child, nullptr, 0);
}

void Racer::change()
{
	static const Zoo::Region regions[] = {Zoo::restless,	Zoo::restless,	  Zoo::restless,
					      Zoo::anonymous,	Zoo::huge,	  Zoo::shared,
					      Zoo::memory_file, Zoo::file_shared, Zoo::patched};
	static const int protections[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
					  PROT_READ | PROT_WRITE};
	const Zoo::Region region = random_.pick(regions);
	std::byte *page = Zoo::at(region) + random_.below(16) * Zoo::page;
	const size_t bytes = Zoo::page * (1 + random_.below(4));
	constexpr int both = PROT_READ | PROT_WRITE;
	constexpr int fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

	switch (random_.below(random_.one_in(40) ? 11 : 10)) {
	case 0:
		if (region == Zoo::restless)
			munmap(page, bytes);
		break;
	case 1:
	case 2: // put right what others did
		mmap(Zoo::at(Zoo::restless), Zoo::region_bytes, both,
		     fixed | (random_.one_in(2) ? MAP_POPULATE : 0), -1, 0);
		break;
	case 3:
		mprotect(page, bytes, region == Zoo::restless ? random_.pick(protections) : both);
		break;
	case 4:
		madvise(page, bytes, MADV_DONTNEED);
		break;
	case 5:
		madvise(page, bytes, random_.one_in(2) ? MADV_FREE : MADV_POPULATE_WRITE);
		break;
	case 6:
		madvise(page, bytes, random_.one_in(2) ? MADV_REMOVE : MADV_PAGEOUT);
		break;
	case 7:
		move_page(Zoo::at(Zoo::restless) + random_.below(16) * Zoo::page);
		break;
	case 8:
		if (zoo_.memory_fd() >= 0)
			fallocate(zoo_.memory_fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				  random_.below(16) * 4096, 4096);
		break;
	case 9:
		if (random_.one_in(8))
			zoo_.drop_view(random_);
		else
			madvise(Zoo::at(Zoo::faulting), Zoo::region_bytes, MADV_DONTNEED);
		break;
	default:
		fork_and_write();
		break;
	}
}

void Racer::serve_faults(const std::atomic<bool> &stop)
{
	if (zoo_.userfault() < 0)
		return;
	const int fd = zoo_.userfault();
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (!stop) {
		pollfd waiting = {fd, POLLIN, 0};
		uffd_msg message;
		if (poll(&waiting, 1, 50) != 1 ||
		    read(fd, &message, sizeof(message)) != sizeof(message))
			continue;
		if (message.event != UFFD_EVENT_PAGEFAULT)
			continue;
		rest(random_.below(random_.one_in(16) ? 20000 : 500));
		uffdio_zeropage zero = {};
		zero.range = {message.arg.pagefault.address & ~0xfffULL, Zoo::page};
		/* if the page has come otherwise, who waits for it does not know */
		if (ioctl(fd, UFFDIO_ZEROPAGE, &zero) != 0)
			ioctl(fd, UFFDIO_WAKE, &zero.range);
	}
	/* what waits now is woken, and fails or finds an ordinary page */
	uffdio_range whole = {reinterpret_cast<uintptr_t>(Zoo::at(Zoo::faulting)),
			      Zoo::region_bytes};
	ioctl(fd, UFFDIO_UNREGISTER, &whole);
}

} // namespace fuzz
