// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges that must not be locked: lengths, holes, protections, memory of devices and of the
 * kernel. Each for VideoPortLockBuffer and for VideoPortLockPages.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <filesystem>

#include <fcntl.h>

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

class LockRefusedTest : public ProbeTest {
protected:
	/// Neither call locks the range; each leaves one refusal behind.
	void expect_neither(uint64_t address, uint32_t length, const std::string &cause,
			    std::optional<uint64_t> offending, std::optional<uint64_t> hidden = {})
	{
		expect_no_lock_buffer(address, length, cause, offending, VpModifyAccess, hidden);
		expect_no_lock_pages(address, length, cause, offending, hidden);
	}

	void expect_no_lock_buffer(uint64_t address, uint32_t length, const std::string &cause,
				   std::optional<uint64_t> offending, VP_LOCK_OPERATION operation,
				   std::optional<uint64_t> hidden = {})
	{
		SCOPED_TRACE("LockBuffer");
		expect_refused(probe.device(), {cause, "LockBuffer", offending, hidden}, [&] {
			EXPECT_EQ(probe.lock_buffer(address, length, operation), 0U);
		});
	}

	void expect_no_lock_pages(uint64_t address, uint32_t length, const std::string &cause,
				  std::optional<uint64_t> offending,
				  std::optional<uint64_t> hidden = {})
	{
		SCOPED_TRACE("LockPages");
		expect_refused(probe.device(), {cause, "LockPages", offending, hidden}, [&] {
			const auto locked = probe.lock_pages(address, length);
			EXPECT_FALSE(locked.locked);
			EXPECT_TRUE(locked.vrp_untouched);
		});
	}
};

/// A page of a device's memory, mapped by the way that user space has: its sysfs file.
class DevicePage {
public:
	DevicePage()
	{
		for (const auto &device :
		     std::filesystem::directory_iterator("/sys/bus/pci/devices")) {
			for (int bar = 0; bar < 6 && !map_; bar++)
				try_file(device.path() / ("resource" + std::to_string(bar)));
		}
	}
	~DevicePage()
	{
		if (map_)
			munmap(map_, page_size());
	}
	uint64_t address() const { return reinterpret_cast<uintptr_t>(map_); }

private:
	void try_file(const std::filesystem::path &path)
	{
		const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return;
		void *map = mmap(nullptr, page_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		::close(fd);
		if (map != MAP_FAILED)
			map_ = map;
	}
	void *map_ = nullptr;
};

} // namespace

TEST_F(LockRefusedTest, ZeroLength)
{
	const Region region = Region::make(4096);
	expect_neither(region.address(), 0, "bad_length", 0);
}

TEST_F(LockRefusedTest, ALengthAboveTheAdaptersLimit)
{
	const uint32_t limit = PROBE_MAXIMUM_TRANSFER;
	const Region region = Region::make(limit + 1);
	expect_no_lock_pages(region.address(), limit + 1, "bad_length", limit + 1);
	const auto locked = probe.lock_pages(region.address(), limit);
	EXPECT_TRUE(locked.locked) << "the limit itself";
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}

TEST_F(LockRefusedTest, ALengthThatWrapsTheAddress)
{
	for (const uint64_t address : {~uint64_t{0}, ~uint64_t{0} - 4095, uint64_t{0} - 8192})
		expect_neither(address, 0xffffffff, "bad_address|bad_length", {});
}

TEST_F(LockRefusedTest, ALengthBeyondTheEndOfUserMemory)
{
	const Region region = Region::make(4096);
	expect_neither(region.address(), 0xfffff000, "bad_address|bad_length", 0xfffff000);
}

TEST_F(LockRefusedTest, AddressesThatNothingIsMappedAt)
{
	const uint64_t hole = [] {
		const Region region = Region::make(4096);
		return region.address();
	}();
	for (const uint64_t address : {uint64_t{0}, uint64_t{4096}, hole})
		expect_neither(address, 100, "bad_address", address);
}

TEST_F(LockRefusedTest, AHoleInTheMiddle)
{
	const Region region = Region::make(1000 * page_size());
	fill(region.bytes(), 1);
	ASSERT_TRUE(region.punch(700, 1));
	expect_neither(region.address(), 1000 * 4096, "bad_address", region.address());
	EXPECT_EQ(pins_held(), 0) << "the 700 pages before the hole";
}

TEST_F(LockRefusedTest, AHoleAtTheLastByte)
{
	const Region region = Region::make(2 * page_size());
	expect_neither(region.address() + 1, 2 * 4096, "bad_address", region.address() + 1);
}

TEST_F(LockRefusedTest, MemoryWithoutAccess)
{
	const Region region = Region::make(4 * page_size());
	ASSERT_TRUE(region.protect(2, 1, PROT_NONE));
	expect_neither(region.address(), 4 * 4096, "bad_address|bad_access", region.address());
	expect_no_lock_buffer(region.address(), 4 * 4096, "bad_address|bad_access",
			      region.address(), VpReadAccess);
}

TEST_F(LockRefusedTest, ReadOnlyMemoryWhereTheDeviceMayWrite)
{
	const Region region = Region::make(4 * page_size());
	fill(region.bytes(), 1);
	ASSERT_TRUE(region.protect(3, 1, PROT_READ));
	expect_neither(region.address(), 4 * 4096, "bad_address|bad_access", region.address());
	expect_no_lock_buffer(region.address(), 4 * 4096, "bad_address|bad_access",
			      region.address(), VpWriteAccess);
}

TEST_F(LockRefusedTest, ReadOnlyMemoryThatTheDeviceOnlyReadsIsNotRefused)
{
	const Region region = Region::make(4 * page_size());
	fill(region.bytes(), 1);
	ASSERT_TRUE(region.protect(0, 4, PROT_READ));
	expect_accepted(probe.device(), [&] {
		const Handle mdl = probe.lock_buffer(region, VpReadAccess);
		ASSERT_NE(mdl, 0U);
		EXPECT_EQ(pins_held(), 4);
		probe.unlock_buffer(mdl);
	});
}

TEST_F(LockRefusedTest, ReadOnlyMemoryThatWasNeverTouchedAndTheDeviceOnlyReads)
{
	const Region region = Region::make(4 * page_size());
	ASSERT_TRUE(region.protect(0, 4, PROT_READ));
	const Handle mdl = probe.lock_buffer(region, VpReadAccess);
	ASSERT_NE(mdl, 0U);
	EXPECT_EQ(pins_held(), 4);
	probe.unlock_buffer(mdl);
}

TEST_F(LockRefusedTest, DeviceMemory)
{
	const DevicePage page;
	ASSERT_NE(page.address(), 0U) << "no BAR of any device can be mapped";
	expect_neither(page.address(), 64, "bad_address", page.address());
	expect_no_lock_buffer(page.address(), 64, "bad_address", page.address(), VpReadAccess);
}

TEST_F(LockRefusedTest, KernelAddressesOfAClient)
{
	const uint64_t direct_map = 0xffff888000001000, vmalloc = 0xffffc90000000000,
		       text = 0xffffffff81000000, modules = 0xffffffffc0000000,
		       fixmap = 0xffffffffff5fe000, vsyscall = 0xffffffffff600000;
	for (const uint64_t address : {direct_map, vmalloc, text, modules, fixmap, vsyscall})
		expect_neither(address, 4096, "bad_address", {}, address);
}

TEST_F(LockRefusedTest, AddressesThatAreNotCanonical)
{
	for (const uint64_t address : {0x0000800000000000UL, 0x00007ffffffff000UL,
				       0x8000000000000000UL, 0xdead000000000000UL})
		expect_neither(address, 8192, "bad_address", {});
}

TEST_F(LockRefusedTest, KernelMemoryThatThePortDidNotAllocate)
{
	// the port's own buffer of a common buffer is no pool memory
	const CommonBuffer common = probe.allocate_common_buffer(adapter(), 4096);
	ASSERT_NE(common.pointer, 0U);
	expect_refused(probe.device(), {"bad_address", "LockBuffer", {}},
		       [&] { EXPECT_EQ(probe.lock_buffer(common.pointer, 64), 0U); });
	probe.release_common_buffer(adapter(), common);
}

TEST_F(LockRefusedTest, MoreKernelMemoryThanThePortAllocated)
{
	const uint64_t pool = probe.call(ProbeAllocatePool, {VpNonPagedPool, 4096}).Result;
	ASSERT_NE(pool, 0U);
	for (const auto &[offset, length] :
	     {std::pair{0, 4097U}, {4095, 2U}, {-1, 2U}, {4096, 1U}}) {
		expect_refused(probe.device(), {"bad_address|bad_length", "LockBuffer", {}}, [&] {
			EXPECT_EQ(probe.lock_buffer(PROBE_POINTER_OFF(pool, offset), length), 0U);
		});
	}
	probe.call(ProbeFreePool, {pool});
	expect_refused(probe.device(), {"bad_address", "LockBuffer", {}},
		       [&] { EXPECT_EQ(probe.lock_buffer(pool, 4096), 0U) << "after FreePool"; });
}
