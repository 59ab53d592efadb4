// SPDX-License-Identifier: GPL-2.0
/*
 * vp_pin_*() and vp_unpin(): what is pinned, who is charged, and every way to get that wrong.
 */
#include "arena.hpp"
#include "fail.hpp"
#include "iommu.hpp"
#include "machine.hpp"
#include "process.hpp"
#include "thread.hpp"

using namespace sim;

/* Whoever has the right to it gets a reference to each page, or none is taken. */
static int take_pages(Process &process, uint64_t address, vp_pin &pin)
{
	RawGuard process_guard(process.lock);
	RawGuard frames_guard(machine().frames.lock);

	for (uint64_t at = address - address % page_size; at < address + pin.length;
	     at += page_size) {
		Process::Entry entry = process.at(at);

		if (!entry.page || (pin.write && entry.kind == PageKind::ReadOnly)) {
			for (Page *page : pin.pages)
				page->pins--;
			pin.pages.clear();
			return -VP_EFAULT;
		}
		entry.page->pins++;
		pin.pages.push_back(entry.page);
	}
	return 0;
}

static int charge(Process &process, size_t pages)
{
	if (process.charged.fetch_add(pages) + pages > process.memlock_limit &&
	    !process.may_exceed) {
		process.charged.fetch_sub(pages);
		return -VP_EAGAIN;
	}
	return 0;
}

extern "C" {

int vp_pin_user(vp_device *device, uint64_t address, size_t length, bool write, vp_pinned *out)
{
	Process *process = current().process;

	may_sleep("vp_pin_user()");
	point();
	if (!length)
		fail("vp_pin_user() of 0 bytes");
	if (!process) {
		fail("vp_pin_user() outside the process that owns the memory, by '%s'",
		     current().name);
		return -VP_EFAULT;
	}
	if (inject(Fallible::PinUser))
		return -VP_ENOMEM;
	if (address + length < address || address + length > 1ull << 47)
		return -VP_EFAULT;

	size_t offset = address % page_size;
	size_t pages = (offset + length + page_size - 1) / page_size;

	if (process->killed)
		return -VP_EINTR;
	if (int error = charge(*process, pages))
		return error;

	vp_pin pinned{};

	pinned.process = process;
	pinned.offset = offset;
	pinned.length = length;
	pinned.write = write;
	if (int error = take_pages(*process, address, pinned)) {
		process->charged.fetch_sub(pages);
		return error;
	}
	{
		RawGuard guard(iommu_lock);
		vp_pin *pin = new_pin();

		pinned.id = pin->id;
		pinned.device = device;
		pinned.live = true;
		*pin = std::move(pinned);
		*out = {pin, pages, offset, vp_clock_ms()};
	}
	point();
	return 0;
}

int vp_pin_kernel(vp_device *device, const void *memory, size_t length, vp_pinned *out)
{
	may_sleep("vp_pin_kernel()");
	point();
	if (!length)
		fail("vp_pin_kernel() of 0 bytes");
	if (inject(Fallible::PinKernel))
		return -VP_ENOMEM;

	Block *block = arena::find(memory, length);

	if (!block) {
		fail("vp_pin_kernel() of memory that vp_alloc() did not give: %s",
		     arena::describe(memory).c_str());
		return -VP_EFAULT;
	}
	RawGuard guard(iommu_lock);
	vp_pin *pin = new_pin();

	block->pins++;
	pin->device = device;
	pin->kernel = const_cast<uint8_t *>(static_cast<const uint8_t *>(memory));
	pin->offset = reinterpret_cast<uintptr_t>(memory) % page_size;
	pin->length = length;
	pin->write = true;
	*out = {pin, pin->page_count(), pin->offset, vp_clock_ms()};
	return 0;
}

void vp_unpin(vp_pin *pin, bool dirty)
{
	may_sleep("vp_unpin()");
	point();
	if (!pin->live) {
		fail("vp_unpin() of pin %u: unpinned before", pin->id);
		return;
	}
	if (pin->mappings)
		fail("vp_unpin() of pin %u while %u mapping(s) of it exist", pin->id,
		     pin->mappings);
	if (dirty && !pin->writable_mapping)
		fail("vp_unpin() of pin %u as dirty: no device could ever write to it", pin->id);
	if (!dirty && pin->written)
		fail("vp_unpin() of pin %u as clean, but the device has written to it", pin->id);

	for (Page *page : pin->pages) {
		if (dirty)
			page->dirty = true;
		machine().frames.unpinned(*page);
	}
	if (pin->process && pin->process->charged.fetch_sub(pin->pages.size()) < pin->pages.size())
		fail("vp_unpin() of pin %u gives back more than was charged", pin->id);
	{
		RawGuard guard(iommu_lock);

		if (pin->kernel) {
			if (Block *block = arena::find(pin->kernel, pin->length))
				block->pins--;
			else
				fail("vp_unpin() of pin %u: its memory was freed before", pin->id);
		}
		retire(pin);
	}
	point();
}

} // extern "C"
