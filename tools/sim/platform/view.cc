// SPDX-License-Identifier: GPL-2.0
/*
 * vp_view_*() and vp_file_wake(). See view.hpp. Follows shim/linux/view.c.
 */
#include "view.hpp"
#include "device.hpp"
#include "fail.hpp"
#include "iommu.hpp"
#include "machine.hpp"

#include <algorithm>
#include <vector>

using namespace sim;

/* No address of a process's memory. */
static constexpr uint64_t first_address = 0x40000000, address_end = 0x70000000;

static RawLock view_lock;
static std::vector<vp_view *> views, ended;
static unsigned int last_view;
static uint64_t next_address = first_address;

static size_t whole_pages(size_t bytes)
{
	return (bytes + page_size - 1) & ~(page_size - 1);
}

/* Is it the device's own, and wholly? */
static bool shown_fully(const vp_device &device, const vp_view_source &source)
{
	size_t there = 0;

	if (source.memory) {
		RawGuard guard(iommu_lock);

		for (const Coherent &each : coherents)
			if (each.device == &device && each.memory == source.memory &&
			    each.size == source.size && each.logical == source.logical)
				there = whole_pages(each.size);
	} else if (source.bar < VP_MAX_BARS) {
		const vp_bar &bar = device.bars[source.bar];

		if (device.claimed && !bar.io && !(bar.start % page_size))
			there = bar.length;
	} else if (source.bar == VP_LEGACY_MEMORY) {
		for (const vp_bar &each : device.legacy)
			if (!each.io && source.offset >= each.start &&
			    source.offset < each.start + each.length)
				there = each.start + each.length;
	}
	return source.length && !(source.offset % page_size) && !(source.length % page_size) &&
	       source.offset <= there && source.length <= there - source.offset;
}

template <class Matches> static size_t count(Matches matches)
{
	RawGuard guard(view_lock);

	return static_cast<size_t>(std::count_if(views.begin(), views.end(), matches));
}

namespace sim {

size_t live_views(const vp_device &device)
{
	return count([&](const vp_view *each) { return each->device == &device; });
}

size_t live_views(const Process &process)
{
	return count([&](const vp_view *each) { return each->process == &process; });
}

size_t views_of_bars(const vp_device &device)
{
	return count([&](const vp_view *each) {
		return each->device == &device && !each->source.memory;
	});
}

size_t views_of_memory(const void *memory)
{
	return count([&](const vp_view *each) { return each->source.memory == memory; });
}

bool look(const Process &process, uint64_t address, uint8_t *&memory)
{
	RawGuard guard(view_lock);

	for (const vp_view *each : views) {
		if (each->process != &process || address < each->address ||
		    address - each->address >= each->source.length)
			continue;
		memory = static_cast<uint8_t *>(each->source.memory);
		if (memory)
			memory += each->source.offset + (address - each->address);
		return true;
	}
	return false;
}

void report_views_left()
{
	if (!views.empty())
		fail("%zu view(s) of device memory were not undone", views.size());
}

void forget_views()
{
	for (auto *list : {&views, &ended}) {
		for (vp_view *view : *list)
			delete view;
		list->clear();
	}
	last_view = 0;
	next_address = first_address;
}

} // namespace sim

extern "C" {

int vp_view_map(vp_device *device, vp_file *file, const vp_view_source *source, uint64_t *address,
		vp_view **out)
{
	Process *process = current().process;

	may_sleep("vp_view_map()");
	point();
	if (!file->open)
		fail("vp_view_map() through a node that was closed");
	if (!process || process != &file->process) {
		fail("vp_view_map() outside the process that has the node open, by '%s'",
		     current().name);
		return -VP_EFAULT;
	}
	if (!source->memory && source->bar < VP_MAX_BARS && !device->claimed) {
		fail("vp_view_map() of BAR %u, which is not claimed", source->bar);
		return -VP_EFAULT;
	}
	if (!shown_fully(*device, *source)) {
		fail("vp_view_map() of %zu bytes at %llu of %s: not whole pages of the device's own",
		     source->length, static_cast<unsigned long long>(source->offset),
		     source->memory ? "a coherent buffer" : "a BAR");
		return -VP_EFAULT;
	}
	if (inject(Fallible::View))
		return current().fallible & 1 ? -VP_ENOMEM : -VP_EFAULT;
	if (!file->writable)
		return -VP_EFAULT;
	{
		RawGuard guard(view_lock);

		if (next_address + source->length > address_end)
			next_address = first_address; /* a long run; nothing there is as old */
		auto *view = new vp_view{++last_view, true,    device,	    file,
					 process,     *source, next_address};

		next_address += source->length + page_size;
		views.push_back(view);
		*address = view->address;
		*out = view;
	}
	point();
	return 0;
}

void vp_view_unmap(vp_view *view)
{
	may_sleep("vp_view_unmap()");
	point();
	if (!view->live) {
		fail("vp_view_unmap() of view %u: undone before", view->id);
		return;
	}
	if (!view->file->open)
		fail("vp_view_unmap() of view %u, whose node was closed", view->id);
	if (!shown_fully(*view->device, view->source))
		fail("vp_view_unmap() of view %u: what it shows went before", view->id);
	{
		RawGuard guard(view_lock);

		view->live = false;
		std::erase(views, view);
		ended.push_back(view);
	}
	point();
}

void vp_file_wake(vp_file *file)
{
	if (!file->open)
		fail("vp_file_wake() of a node that was closed");
	file->wakes++;
}

} // extern "C"
