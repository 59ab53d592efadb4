// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that comes when another program wants it: a client that locks such must not hold up the
 * others. What is there already is locked like any other.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "child.hpp"
#include "fuse.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

constexpr size_t pages = 4;

/// A userfaultfd that watches a region, and answers nothing by itself.
class Watched {
public:
	explicit Watched(const Region &region)
		: region_(region),
		  fd_(static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)))
	{
		uffdio_api api = {UFFD_API, 0, 0};
		uffdio_register all = {};
		all.range = {region.address(), region.size()};
		all.mode = UFFDIO_REGISTER_MODE_MISSING;
		works_ = fd_ >= 0 && ioctl(fd_, UFFDIO_API, &api) == 0 &&
			 ioctl(fd_, UFFDIO_REGISTER, &all) == 0;
	}
	Watched(const Watched &) = delete;
	Watched &operator=(const Watched &) = delete;
	~Watched() { close(fd_); }

	explicit operator bool() const { return works_; }
	/// Bring a page, filled with @p byte.
	bool bring(size_t page, int byte) const
	{
		const std::vector<char> data(page_size(), static_cast<char>(byte));
		uffdio_copy copy = {};
		copy.dst = region_.address() + page * page_size();
		copy.src = reinterpret_cast<uintptr_t>(data.data());
		copy.len = page_size();
		return ioctl(fd_, UFFDIO_COPY, &copy) == 0;
	}
	/// Does somebody wait for a page?
	bool asked() const
	{
		uffd_msg message;
		return read(fd_, &message, sizeof(message)) > 0;
	}

private:
	const Region &region_;
	const int fd_;
	bool works_ = false;
};

class AbsentMemoryTest : public ProbeTest {
protected:
	/// A lock that must be refused, and at once: nobody else will ever end it.
	void expect_not_waited_for(uint64_t address, uint32_t length,
				   VP_LOCK_OPERATION operation = VpModifyAccess)
	{
		expect_refused(probe.device(), {"bad_address", "LockBuffer", address}, [&] {
			EXPECT_EQ(probe.lock_buffer(address, length, operation), 0U);
		});
	}
	static constexpr uint32_t length_ = pages * 4096;
};

} // namespace

TEST_F(AbsentMemoryTest, PagesThatAUserfaultfdHasNotBroughtAreNotWaitedFor)
{
	const Region region = Region::make(pages * page_size());
	const Watched watched(region);
	if (!watched)
		GTEST_SKIP() << "no userfaultfd in this kernel";
	expect_not_waited_for(region.address(), length_);
	expect_not_waited_for(region.address(), length_, VpReadAccess);
	for (size_t page = 0; page < pages; page++) {
		EXPECT_EQ(pins_held(), 0);
		ASSERT_TRUE(watched.bring(page, 'a'));
		if (page + 1 < pages)
			expect_not_waited_for(region.address(), length_);
	}
	EXPECT_FALSE(watched.asked()) << "a lock has asked for a page";
	const Handle mdl = probe.lock_buffer(region);
	EXPECT_NE(mdl, 0U) << "now all of them are there";
	probe.unlock_buffer(mdl);
}

TEST_F(AbsentMemoryTest, PagesThatAFuseFileSystemHasNotBroughtAreNotWaitedFor)
{
	SlowFile slow("/tmp/slow");
	if (!slow)
		GTEST_SKIP() << "no FUSE in this kernel";
	const int fd = open(slow.path().c_str(), O_RDONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0) << strerror(errno);
	for (const int kind : {MAP_PRIVATE, MAP_SHARED}) {
		auto *seen = static_cast<volatile char *>(
			mmap(nullptr, length_, PROT_READ, kind, fd, 0));
		ASSERT_NE(seen, MAP_FAILED);
		const auto address = reinterpret_cast<uintptr_t>(seen);
		slow.forget_reads();
		expect_not_waited_for(address, length_, VpReadAccess);
		EXPECT_EQ(slow.reads(), 0U) << "a lock has asked for a page";
		slow.go();
		for (size_t page = 0; page < pages; page++)
			EXPECT_EQ(seen[page * page_size()], 'x');
		const Handle mdl = probe.lock_buffer(address, length_, VpReadAccess);
		if (kind == MAP_SHARED) {
			EXPECT_NE(mdl, 0U) << "they are there now";
			probe.unlock_buffer(mdl);
		} else if (mdl != 0) {
			// before 6.2 a private page is copied first, which a lock may not wait for
			probe.unlock_buffer(mdl);
		}
		munmap(const_cast<char *>(seen), length_);
	}
	close(fd);
}

TEST_F(AbsentMemoryTest, ThePrivateCopyOfAFuseFilesPageIsMemoryLikeAnyOther)
{
	SlowFile slow("/tmp/slow");
	if (!slow)
		GTEST_SKIP() << "no FUSE in this kernel";
	slow.go();
	const int fd = open(slow.path().c_str(), O_RDONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0) << strerror(errno);
	auto *seen = static_cast<volatile char *>(
		mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	ASSERT_NE(seen, MAP_FAILED);
	for (size_t page = 0; page < pages; page++)
		seen[page * page_size()] = 'y';
	const Handle mdl = probe.lock_buffer(reinterpret_cast<uintptr_t>(seen), length_);
	EXPECT_NE(mdl, 0U);
	probe.unlock_buffer(mdl);
	munmap(const_cast<char *>(seen), length_);
	close(fd);
}

TEST_F(AbsentMemoryTest, ASharedFuseFileIsNotLockedForWriting)
{
	SlowFile slow("/tmp/slow");
	if (!slow)
		GTEST_SKIP() << "no FUSE in this kernel";
	slow.go();
	const int fd = open(slow.path().c_str(), O_RDWR | O_CLOEXEC);
	ASSERT_GE(fd, 0) << strerror(errno);
	auto *seen = static_cast<volatile char *>(
		mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	ASSERT_NE(seen, MAP_FAILED);
	const auto address = reinterpret_cast<uintptr_t>(seen);
	for (size_t page = 0; page < pages; page++)
		seen[page * page_size()] = 'y';
	// its daemon may hold the lock of a page, for which who unpins a written one waits
	expect_not_waited_for(address, length_, VpWriteAccess);
	expect_not_waited_for(address, length_);
	const Handle mdl = probe.lock_buffer(address, length_, VpReadAccess);
	EXPECT_NE(mdl, 0U) << "nothing is written then";
	probe.unlock_buffer(mdl);
	munmap(const_cast<char *>(seen), length_);
	close(fd);
}

TEST_F(AbsentMemoryTest, AnotherFilesPagesComeWithTheLock)
{
	// of the root file system, which is nobody's daemon: this program's own image
	const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	void *seen = mmap(nullptr, length_, PROT_READ, MAP_SHARED, fd, 0);
	ASSERT_NE(seen, MAP_FAILED);
	const Handle mdl =
		probe.lock_buffer(reinterpret_cast<uintptr_t>(seen), length_, VpReadAccess);
	EXPECT_NE(mdl, 0U);
	probe.unlock_buffer(mdl);
	munmap(seen, length_);
	close(fd);
}
