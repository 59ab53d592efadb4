// SPDX-License-Identifier: GPL-2.0
/*
 * libvideoport in one page: find the adapter of the sample miniport vp_edu_nt4, look at its registers,
 * have its device fill a buffer of ours by DMA, and wait for the event that says it is there.
 *
 *     g++ -std=c++20 example.cc $(pkg-config --cflags libvideoport) -I tools/miniports/edu_nt4
 *
 * In this tree it is built and run in a guest by tools/vpctl/run-tests.
 */
#include <algorithm>
#include <cstdio>
#include <vector>

#include <libvideoport/event.hpp>
#include <libvideoport/videoport.hpp>
#include <libvideoport/view.hpp>

#include <video.h>

#include "edu4ioctl.h"

using namespace std::chrono_literals;

static int failed(const videoport::Error &error)
{
	fprintf(stderr, "example: %s\n", error.text().c_str());
	return 1;
}

int main()
{
	// Open: closed, and all that was locked released, when it goes out of scope.
	auto opened = videoport::open_adapter("vp_edu_nt4");
	if (!opened)
		return failed(opened.error());
	const videoport::Device device = *std::move(opened);
	printf("adapter   %s at %s, DMA mask %s\n", device.adapter().name.c_str(),
	       device.adapter().pci_address.c_str(), device.adapter().dma_mask.c_str());

	// A typed request: a structure out, or why there is none.
	auto info = device.get<EDU4_INFO>(IOCTL_EDU4_QUERY_INFO);
	if (!info)
		return failed(info.error());

	// Device memory in this process.
	auto registers = videoport::View::public_range(device, 4096);
	if (!registers)
		return failed(registers.error());
	printf("chip      0x%08x by request, 0x%08x by its register\n", info->Identification,
	       registers->read<uint32_t>(0));
	if (info->Identification != registers->read<uint32_t>(0))
		return 1;

	// An eventfd that the miniport sets: its token goes where a driver put a PEVENT.
	const auto done = videoport::Event::make(device);
	if (!done)
		return failed({done.error(), 0, "event"});

	// Our bytes to the device, and from there into another buffer.
	std::vector<std::byte> sent(1024), received(1024);
	for (size_t i = 0; i < sent.size(); i++)
		sent[i] = std::byte(i * 7);
	for (auto [buffer, to_device] : {std::pair(&sent, true), std::pair(&received, false)}) {
		EDU4_LOCK lock = {};
		lock.Address = reinterpret_cast<uintptr_t>(buffer->data());
		lock.Length = buffer->size();
		lock.Flags = VideoPortKeepPagesLocked;
		lock.UserEvent = done.token();
		lock.Order.ToDevice = to_device;
		lock.Order.Mode = Edu4SignalInDpc;
		auto locked = device.get<EDU4_HANDLE>(IOCTL_EDU4_LOCK, lock);
		if (!locked)
			return failed(locked.error());
		if (!done.wait(30s) || done.take() != 1)
			return failed({ETIME, 0, "DMA"});
		// The event comes first, the driver is ready for the next DMA a moment later.
		auto idle = device.send(IOCTL_EDU4_WAIT, uint32_t{10000});
		if (!idle)
			return failed({idle.error, idle.status, "wait"});
		if (auto unlocked = device.send(IOCTL_EDU4_UNLOCK, *locked); !unlocked)
			return failed({unlocked.error, unlocked.status, "unlock"});
	}
	const bool same = sent == received;
	printf("DMA       %zu bytes there and back: %s\n", sent.size(),
	       same ? "equal" : "different");
	printf("pinned    %llu pages are left\n",
	       static_cast<unsigned long long>(device.counter("pinned_pages").value_or(~0ull)));
	return same && device.counter("pinned_pages") == 0u ? 0 : 1;
}
