// SPDX-License-Identifier: GPL-2.0
/*
 * The simulated platform itself: that it finds each misuse by the core which it claims to find, at
 * once and with a message. Without that a silent core would prove nothing.
 */
#include "bench.hpp"

#include "../platform/arena.hpp"

using namespace sim;

namespace {

class PlatformTest : public testing::Test {
protected:
	PlatformTest() : user(machine, "user"), running(user.thread) {}

	vp_pin *pin(size_t length = 8192, bool write = true)
	{
		vp_pinned pinned{};

		EXPECT_EQ(vp_pin_user(nullptr, User::at(0), length, write, &pinned), 0);
		return pinned.pin;
	}
	vp_mapping *map(vp_pin *pinned, vp_direction direction = VP_BIDIRECTIONAL)
	{
		vp_mapped mapped{};

		EXPECT_EQ(vp_map(&device, pinned, 0, 4096, direction, &mapped), 0);
		return mapped.mapping;
	}

	Expecting expecting; /* first: what the ends of the others say is expected as well */
	Machine machine;
	User user;
	Running running;
	vp_device device;
};

TEST_F(PlatformTest, UnpinTwice)
{
	vp_pin *pinned = pin();

	vp_unpin(pinned, false);
	EXPECT_EQ(expecting.count(), 0u);
	vp_unpin(pinned, false);
	EXPECT_TRUE(expecting.saw("unpinned before"));
}

TEST_F(PlatformTest, UnpinWhileMapped)
{
	vp_pin *pinned = pin();
	vp_mapping *mapped = map(pinned);

	vp_unpin(pinned, true);
	EXPECT_TRUE(expecting.saw("while 1 mapping(s) of it exist"));
	vp_unmap(mapped, false);
	EXPECT_TRUE(expecting.saw("its pin was undone before"));
}

TEST_F(PlatformTest, UnmapTwiceAndUsesAfterwards)
{
	vp_pin *pinned = pin();
	vp_mapping *mapped = map(pinned);

	vp_unmap(mapped, false);
	EXPECT_EQ(expecting.count(), 0u);
	vp_unmap(mapped, false);
	EXPECT_TRUE(expecting.saw("vp_unmap() of mapping 2: undone before"));
	vp_sync_for_cpu(mapped, 0, 1);
	EXPECT_TRUE(expecting.saw("vp_sync_for_cpu() of mapping 2, which was undone"));
	EXPECT_EQ(vp_mapping_list(mapped, 0, 1, ~0u, nullptr, 0, 1), 0u);
	EXPECT_TRUE(expecting.saw("vp_mapping_list() of mapping 2, which was undone"));
	vp_unpin(pinned, true);
}

TEST_F(PlatformTest, RangesOutsideAPinOrAMapping)
{
	vp_pin *pinned = pin();
	vp_mapping *mapped = map(pinned);
	vp_mapped other{};

	vp_sync_for_device(mapped, 4000, 97);
	EXPECT_TRUE(expecting.saw("vp_sync_for_device() of 97 bytes at 4000"));
	vp_sync_for_cpu(mapped, ~size_t{0}, 2);
	EXPECT_EQ(expecting.count(), 2u);
	EXPECT_NE(vp_map(&device, pinned, 8000, 193, VP_TO_DEVICE, &other), 0);
	EXPECT_TRUE(expecting.saw("vp_map() of 193 bytes at 8000"));
	EXPECT_NE(vp_map(&device, pinned, 0, 0, VP_TO_DEVICE, &other), 0);
	vp_unmap(mapped, false);
	vp_unpin(pinned, true);
	EXPECT_EQ(expecting.count(), 4u);
}

TEST_F(PlatformTest, WrongDirections)
{
	vp_pin *pinned = pin(4096, false);
	vp_mapping *mapped = map(pinned, VP_FROM_DEVICE);

	EXPECT_TRUE(expecting.saw("it is pinned for reading"));
	vp_unmap(mapped, true);
	mapped = map(pinned, VP_TO_DEVICE);
	vp_unmap(mapped, true);
	EXPECT_TRUE(expecting.saw("takes back what the device cannot write"));
	vp_unpin(pinned, true);
}

TEST_F(PlatformTest, DirtyWithoutAWriteAndAWriteWithoutDirty)
{
	vp_pin *pinned = pin();
	uint8_t byte = 1;

	vp_unpin(pinned, true);
	EXPECT_TRUE(expecting.saw("no device could ever write to it"));
	pinned = pin();
	vp_bus_master(&device, true);

	vp_mapping *mapped = map(pinned);

	EXPECT_EQ(device_write(device, mapped->pieces[0].logical, &byte, 1), Access::Done);
	vp_unmap(mapped, true);
	vp_unpin(pinned, false);
	EXPECT_TRUE(expecting.saw("as clean, but the device has written"));
	vp_bus_master(&device, false);
}

TEST_F(PlatformTest, ADeadMappingIsOutOfReach)
{
	vp_pin *pinned = pin();
	vp_mapping *mapped = map(pinned, VP_TO_DEVICE);
	uint64_t logical = mapped->pieces[0].logical;
	uint8_t byte;

	EXPECT_EQ(device_read(device, logical, &byte, 1), Access::NoMaster);
	vp_bus_master(&device, true);
	EXPECT_EQ(device_read(device, logical, &byte, 1), Access::Done);
	EXPECT_EQ(device_write(device, logical, &byte, 1), Access::WrongDirection);
	EXPECT_EQ(device_read(device, logical + 4095, &byte, 1), Access::Done);
	EXPECT_EQ(device_read(device, logical + 4096, &byte, 1), Access::Blocked);
	vp_unmap(mapped, false);
	EXPECT_EQ(device_read(device, logical, &byte, 1), Access::Blocked);
	vp_unpin(pinned, false);
	vp_bus_master(&device, false);
	EXPECT_EQ(expecting.count(), 0u);
}

TEST_F(PlatformTest, MemoryFreedTwiceOrUnknown)
{
	void *memory = vp_alloc(100);
	int local;

	vp_free(memory);
	vp_free(memory);
	EXPECT_TRUE(expecting.saw("freed twice"));
	vp_free(&local);
	EXPECT_TRUE(expecting.saw("vp_alloc() never gave"));
	vp_free(nullptr);
	vp_alloc(0);
	EXPECT_TRUE(expecting.saw("of 0 bytes"));
	EXPECT_EQ(expecting.count(), 3u);
}

TEST_F(PlatformTest, MemoryFreedWhilePinnedAndForeignMemoryPinned)
{
	void *memory = vp_alloc(5000);
	vp_pinned pinned{};
	int local;

	EXPECT_NE(vp_pin_kernel(nullptr, &local, 4, &pinned), 0);
	EXPECT_TRUE(expecting.saw("vp_alloc() did not give"));
	EXPECT_EQ(vp_pin_kernel(nullptr, memory, 5000, &pinned), 0);
	vp_free(memory);
	EXPECT_TRUE(expecting.saw("which is pinned"));
	vp_unpin(pinned.pin, false);
	EXPECT_TRUE(expecting.saw("its memory was freed before"));
}

TEST_F(PlatformTest, SleepingWhereOneMayNot)
{
	vp_spinlock lock;
	vp_mutex mutex;
	uint64_t logical;
	size_t expected = 0;

	vp_spinlock_init(&lock, VP_LOCK_PORT);
	vp_mutex_init(&mutex, VP_MUTEX_REQUEST);
	for (unsigned int context = 0; context < 4; context++) {
		unsigned long flags = 0;

		if (context == 0)
			flags = vp_spinlock_acquire(&lock);
		else if (context == 1)
			vp_dispatch_enter();
		else if (context == 2)
			user.thread.softirq++;
		else
			user.thread.hardirq++;
		vp_pin *pinned = pin();

		vp_unpin(pinned, false);
		vp_mutex_lock(&mutex);
		vp_mutex_unlock(&mutex);

		void *coherent = vp_coherent_alloc(&device, 4096, 64, &logical);

		vp_coherent_free(&device, 4096, coherent, logical);
		vp_work_drain(&device);
		vp_dpc_drain(&device);
		vp_timer_drain(&device);
		expected += 9;
		EXPECT_EQ(expecting.count(), expected);
		if (context == 0)
			vp_spinlock_release(&lock, flags);
		else if (context == 1)
			vp_dispatch_leave();
		else if (context == 2)
			user.thread.softirq--;
		else
			user.thread.hardirq--;
	}
	EXPECT_TRUE(expecting.saw("vp_unpin() may sleep, but was called with 1 spin lock(s) held"));
	EXPECT_TRUE(expecting.saw("vp_unpin() may sleep, but was called at DISPATCH"));
}

TEST_F(PlatformTest, FreeingAndMappingInAnInterrupt)
{
	void *memory = vp_alloc(100);
	vp_pin *pinned = pin();

	{
		InHardirq here;
		vp_mapping *mapped = map(pinned, VP_TO_DEVICE);

		vp_unmap(mapped, false);
		vp_free(memory);
	}
	EXPECT_EQ(expecting.count(), 3u);
	EXPECT_TRUE(expecting.saw("vp_free() is allowed up to DISPATCH, but was called at DIRQL"));
	vp_unpin(pinned, false);
}

TEST_F(PlatformTest, LocksTakenTwiceOrReleasedByAnother)
{
	vp_spinlock lock, other;
	Thread stranger("stranger");

	vp_spinlock_init(&lock, VP_LOCK_MINIPORT);
	vp_spinlock_init(&other, VP_LOCK_MINIPORT);

	unsigned long flags = vp_spinlock_acquire(&lock);

	{
		Running as(stranger);

		vp_spinlock_release(&lock, 0);
	}
	EXPECT_TRUE(expecting.saw("released by 'stranger', which does not hold it"));
	vp_spinlock_acquire(&lock);
	EXPECT_GE(expecting.count(), 2u);
	vp_spinlock_release(&lock, flags + 1);
	user.thread.spinlocks.clear();
	user.thread.interrupts_off = 0;

	vp_spinlock fresh{};

	vp_spinlock_acquire(&fresh);
	EXPECT_TRUE(expecting.saw("not initialised"));
	user.thread.spinlocks.clear();
	user.thread.interrupts_off = 0;
}

TEST_F(PlatformTest, AnInterruptThatWaitsForTheLockOfItsThread)
{
	vp_spinlock lock;

	vp_spinlock_init(&lock, VP_LOCK_MINIPORT);
	vp_spinlock_acquire_dispatch(&lock);
	{
		InHardirq here;

		vp_spinlock_acquire(&lock);
	}
	EXPECT_TRUE(expecting.saw("its interrupt waits for itself"));
	user.thread.spinlocks.clear();
	user.thread.interrupts_off = user.thread.bottom_halves_off = 0;
}

TEST_F(PlatformTest, DispatchThatIsLeftMoreOftenThanEntered)
{
	vp_dispatch_leave();
	EXPECT_TRUE(expecting.saw("without vp_dispatch_enter()"));
	{
		Balanced balanced("this test");

		vp_dispatch_enter();
	}
	EXPECT_TRUE(expecting.saw("this test returned at another level"));
	user.thread.bottom_halves_off = 0;
}

TEST_F(PlatformTest, RangesOfTheDevice)
{
	EXPECT_EQ(vp_bars_claim(&device), 0);
	EXPECT_EQ(expecting.count(), 0u);
	vp_bars_claim(&device);
	EXPECT_TRUE(expecting.saw("vp_bars_claim() of what is claimed"));

	void *mapped = vp_bar_map(&device, 0, 0, 4096, false);

	EXPECT_TRUE(mapped);
	EXPECT_EQ(vp_bar_map(&device, 0, (16 << 20) - 1, 2, false), nullptr);
	vp_bars_release(&device);
	EXPECT_TRUE(expecting.saw("while 1 part(s) are mapped"));
	vp_bar_unmap(&device, mapped);
	vp_bar_unmap(&device, mapped);
	EXPECT_TRUE(expecting.saw("which is not mapped"));
}

TEST_F(PlatformTest, Eventfds)
{
	int descriptor = user.process.open_eventfd(), other = user.process.open_other();
	vp_eventfd *event = nullptr;
	Thread kernel("kernel");

	EXPECT_EQ(vp_eventfd_get(other, &event), -VP_EINVAL);
	EXPECT_EQ(vp_eventfd_get(77, &event), -VP_EBADF);
	EXPECT_EQ(vp_eventfd_get(descriptor, &event), 0);
	{
		Running as(kernel);
		vp_eventfd *none = nullptr;

		EXPECT_NE(vp_eventfd_get(descriptor, &none), 0);
		EXPECT_TRUE(expecting.saw("vp_eventfd_get() outside the client"));
	}
	{
		InHardirq here;

		vp_eventfd_signal(event);
		EXPECT_TRUE(vp_eventfd_state(event));
		vp_eventfd_clear(event);
		EXPECT_EQ(expecting.count(), 1u);
	}
	vp_dispatch_enter();
	vp_eventfd_put(event);
	vp_dispatch_leave();
	EXPECT_TRUE(expecting.saw("vp_eventfd_put() may sleep"));
	vp_eventfd_put(event);
	EXPECT_TRUE(expecting.saw("put before"));
	vp_eventfd_signal(event);
	EXPECT_TRUE(expecting.saw("vp_eventfd_signal() of eventfd 1, which was put"));
	EXPECT_EQ(expecting.count(), 4u);
}

TEST_F(PlatformTest, Waiting)
{
	vp_wait wait, fresh{};
	vp_spinlock lock;
	auto never = [](void *) { return false; };
	auto keeps = [](void *context) {
		vp_spinlock_acquire(static_cast<vp_spinlock *>(context));
		return true;
	};

	vp_wait_init(&wait);
	vp_spinlock_init(&lock, VP_LOCK_PORT);
	EXPECT_EQ(vp_wait_until(&wait, never, nullptr, 0), -VP_ETIME);
	EXPECT_EQ(vp_wait_until(&wait, never, nullptr, 1500000), -VP_ETIME);
	EXPECT_EQ(machine.clock_ms, 1002u);
	user.process.killed = true;
	EXPECT_EQ(vp_wait_until(&wait, never, nullptr, VP_FOR_EVER), -VP_EINTR);
	user.process.killed = false;
	{
		InHardirq here;

		vp_wait_wake(&wait);
	}
	EXPECT_EQ(expecting.count(), 0u);
	vp_wait_wake(&fresh);
	EXPECT_TRUE(expecting.saw("vp_wait_wake() of a place that is not initialised"));
	{
		InSoftirq here;

		vp_wait_until(&wait, never, nullptr, 0);
	}
	EXPECT_TRUE(expecting.saw("vp_wait_until() may sleep, but was called at DISPATCH"));
	vp_wait_until(
		&wait,
		[](void *context) {
			vp_mutex mutex;

			(void)context;
			vp_mutex_init(&mutex, VP_MUTEX_VIEW);
			vp_mutex_lock(&mutex);
			vp_mutex_unlock(&mutex);
			return true;
		},
		nullptr, 0);
	EXPECT_TRUE(expecting.saw("was called in the condition of a wait"));
	vp_wait_until(&wait, keeps, &lock, 0);
	EXPECT_TRUE(expecting.saw("the condition of vp_wait_until() returned with 1 spin lock"));
	user.thread.spinlocks.clear();
	user.thread.interrupts_off = 0;
}

TEST_F(PlatformTest, ViewsAndNodes)
{
	vp_file &file = machine.add_file(user.process);
	uint64_t logical = 0, address = 0;
	void *memory = vp_coherent_alloc(&device, 5000, 64, &logical);
	vp_view_source source{};
	vp_view *view = nullptr, *of_bar = nullptr;
	Thread kernel("kernel");

	source.length = 4096;
	EXPECT_NE(vp_view_map(&device, &file, &source, &address, &view), 0);
	EXPECT_TRUE(expecting.saw("vp_view_map() of BAR 0, which is not claimed"));
	EXPECT_EQ(expecting.count(), 1u);
	EXPECT_EQ(vp_bars_claim(&device), 0);
	EXPECT_EQ(vp_view_map(&device, &file, &source, &address, &of_bar), 0);
	source.memory = memory;
	source.logical = logical;
	source.size = 5000;
	source.length = 8192;
	EXPECT_EQ(vp_view_map(&device, &file, &source, &address, &view), 0);
	EXPECT_EQ(expecting.count(), 1u);
	source.length = 12288;
	EXPECT_NE(vp_view_map(&device, &file, &source, &address, &view), 0);
	EXPECT_TRUE(expecting.saw("not whole pages of the device's own"));
	source.length = 4096;
	{
		Running as(kernel);

		EXPECT_NE(vp_view_map(&device, &file, &source, &address, &view), 0);
	}
	EXPECT_TRUE(expecting.saw("outside the process that has the node open"));
	vp_coherent_free(&device, 5000, memory, logical);
	EXPECT_TRUE(expecting.saw("while a client has 1 view(s) of them"));
	vp_view_unmap(view);
	EXPECT_TRUE(expecting.saw("what it shows went before"));
	vp_view_unmap(view);
	EXPECT_TRUE(expecting.saw("vp_view_unmap() of view 2: undone before"));
	vp_bars_release(&device);
	EXPECT_TRUE(expecting.saw("vp_bars_release() while a client has 1 view(s)"));
	file.open = false;
	vp_file_wake(&file);
	EXPECT_TRUE(expecting.saw("vp_file_wake() of a node that was closed"));
	vp_view_unmap(of_bar);
	EXPECT_TRUE(expecting.saw("view 1, whose node was closed"));
}

TEST_F(PlatformTest, CoherentMemoryForFewBits)
{
	uint64_t logical = 0;
	void *memory = vp_coherent_alloc(&device, 5000, 24, &logical);

	EXPECT_TRUE(memory);
	EXPECT_LT(logical + 5000, 1u << 24);
	vp_coherent_free(&device, 5000, memory, logical);
	EXPECT_EQ(vp_coherent_alloc(&device, 5000, 12, &logical), nullptr);
	EXPECT_EQ(expecting.count(), 0u);
}

TEST(PlatformEndTest, WhatIsLeftIsReported)
{
	Expecting expecting;
	{
		Machine machine;
		User user(machine, "user");
		Running running(user.thread);
		auto device = std::make_unique<vp_device>();
		vp_pinned pinned{};
		vp_mapped mapped{};
		uint64_t logical;

		vp_alloc(77);
		EXPECT_EQ(vp_pin_user(nullptr, User::at(0), 4096, true, &pinned), 0);
		EXPECT_EQ(vp_map(device.get(), pinned.pin, 0, 1, VP_TO_DEVICE, &mapped), 0);
		vp_coherent_alloc(device.get(), 4096, 64, &logical);
		vp_interrupt_connect(device.get());
		vp_dpc_schedule(device.get());
		device.reset();
		EXPECT_TRUE(expecting.saw("its interrupt is still connected"));
		EXPECT_TRUE(expecting.saw("still to run: DPC"));
	}
	EXPECT_TRUE(expecting.saw("77 bytes"));
	EXPECT_TRUE(expecting.saw("1 mapping(s) were not undone"));
	EXPECT_TRUE(expecting.saw("1 pin(s) were not undone"));
	EXPECT_TRUE(expecting.saw("is still pinned 1 time(s)"));
	EXPECT_TRUE(expecting.saw("1 coherent buffer(s) were not freed"));
	EXPECT_TRUE(expecting.saw("with 1 page(s) charged"));
}

} // namespace
