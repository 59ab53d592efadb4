// SPDX-License-Identifier: GPL-2.0
/*
 * A device that no driver has any more, and that uses an address which one had given it: it is no
 * bus master, and if somebody makes it one, a strict IOMMU stops it. The registers are written by
 * the test itself, through sysfs.
 */
#include "late_dma.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "module_control.hpp"

using namespace integration;
using videoport::Region;

namespace {

/// The edu at a place that no driver holds: its registers, and the command register of PCI.
class LooseEdu {
public:
	explicit LooseEdu(Place place) : folder_("/sys/bus/pci/devices/" + pci_address(place))
	{
		set_command(command() | decodes_memory);
		const int fd = open((folder_ + "/resource0").c_str(), O_RDWR | O_CLOEXEC);
		void *mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
		if (mapped != MAP_FAILED)
			registers_ = static_cast<volatile uint32_t *>(mapped);
	}
	LooseEdu(const LooseEdu &) = delete;
	LooseEdu &operator=(const LooseEdu &) = delete;
	~LooseEdu()
	{
		set_bus_master(false);
		if (registers_)
			munmap(const_cast<uint32_t *>(registers_), 4096);
	}

	bool there() const { return registers_ && (registers_[0] & 0xff) == 0xed; }
	bool is_bus_master() const { return command() & masters_bus; }
	void set_bus_master(bool on) const
	{
		set_command(on ? command() | masters_bus : command() & ~masters_bus);
	}

	/// Let it write from its own buffer to @p logical, and wait until it thinks that it has.
	void write_to(uint64_t logical, uint32_t length) const
	{
		registers_[0x80 / 4] = 0x40000;
		registers_[0x88 / 4] = static_cast<uint32_t>(logical);
		registers_[0x90 / 4] = length;
		registers_[0x98 / 4] = 3;
		EXPECT_TRUE(eventually([&] { return (registers_[0x98 / 4] & 1) == 0; }, 60s));
	}

private:
	static constexpr uint16_t decodes_memory = 2, masters_bus = 4;

	uint16_t command() const
	{
		uint16_t value = 0;
		const int fd = open((folder_ + "/config").c_str(), O_RDONLY | O_CLOEXEC);
		EXPECT_EQ(pread(fd, &value, sizeof(value), 4), 2);
		close(fd);
		return value;
	}
	void set_command(uint16_t value) const
	{
		const int fd = open((folder_ + "/config").c_str(), O_WRONLY | O_CLOEXEC);
		EXPECT_EQ(pwrite(fd, &value, sizeof(value), 4), 2);
		close(fd);
	}

	std::string folder_;
	volatile uint32_t *registers_ = nullptr;
};

class UnboundDmaTest : public ProbeTest {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		std::ranges::fill(memory_.bytes(), std::byte{0x11});
		const auto locked = probe.lock_pages(memory_);
		ASSERT_TRUE(locked.locked);
		logical_ = probe.scatter_gather(locked.handle)[0].Address;
		// while it is locked the device may: what it writes is seen
		probe.edu_dma(logical_, 0, 256, true);
		std::ranges::fill(memory_.bytes(), std::byte{0x77});
		probe.edu_dma(logical_, 0, 256, false);
		if (!run().bounce) {
			EXPECT_EQ(memory_.bytes()[0], std::byte{0x11});
		}
	}
	void TearDown() override
	{
		bind(driver_of(place()), place());
		EXPECT_TRUE(find_adapter(place()));
		ProbeTest::TearDown();
	}

	/// What was copied for the device is copied back here: from now on nothing writes.
	void take_from_its_driver() const
	{
		ASSERT_EQ(unbind(driver_of(place()), place()), 0);
		std::ranges::fill(memory_.bytes(), std::byte{0x77});
	}
	void expect_untouched() const
	{
		EXPECT_TRUE(std::ranges::all_of(memory_.bytes(), [](std::byte b) {
			return b == std::byte{0x77};
		})) << "the device wrote to memory that was given back";
	}

	const Region memory_ = Region::make(4096);
	uint64_t logical_ = 0;
};

} // namespace

TEST_F(UnboundDmaTest, AfterUnbindTheDeviceIsNoBusMasterAndReachesNothing)
{
	ASSERT_NO_FATAL_FAILURE(take_from_its_driver());
	EXPECT_EQ(pins_held(), 0);
	const LooseEdu edu(place());
	ASSERT_TRUE(edu.there());
	EXPECT_FALSE(edu.is_bus_master());
	edu.write_to(logical_, 256);
	expect_untouched();
}

TEST_F(UnboundDmaTest, WhoeverMakesItABusMasterAgainIsStoppedByTheIommu)
{
	if (!run().strict)
		GTEST_SKIP() << "wants a strict IOMMU";
	ASSERT_NO_FATAL_FAILURE(take_from_its_driver());
	const LooseEdu edu(place());
	ASSERT_TRUE(edu.there());
	edu.set_bus_master(true);
	videoport::KernelLog log;
	LateDmaTest::announce(logical_ & ~0xfffULL);
	edu.write_to(logical_, LateDmaTest::fault_bytes);
	EXPECT_TRUE(log.wait_for(videoport::is_dma_fault, 10s)) << "no fault";
	expect_untouched();
}
