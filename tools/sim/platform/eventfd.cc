// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of a process, and vp_eventfd_*(). See eventfd.hpp.
 */
#include "eventfd.hpp"
#include "fail.hpp"
#include "machine.hpp"
#include "process.hpp"
#include "thread.hpp"

#include <algorithm>
#include <vector>

using namespace sim;

/* What vp_eventfd_get() gave. Kept after its end, so that late uses are seen. */
struct vp_eventfd {
	unsigned int id;
	bool live;
	std::shared_ptr<EventCount> count;
};

static RawLock eventfd_lock;
static std::vector<vp_eventfd *> eventfds;
static std::vector<vp_eventfd *> ended;
static unsigned int last_eventfd;

static bool held(const vp_eventfd *event, const char *call)
{
	if (!event->live)
		fail("%s of eventfd %u, which was put", call, event->id);
	return event->live;
}

namespace sim {

/* ---- The process's side ---- */

/* As in any process, the first three are something else. */
static constexpr int first_descriptor = 3;

int Process::open_eventfd()
{
	RawGuard guard(lock);

	descriptors_.push_back({true, std::make_shared<EventCount>()});
	return first_descriptor + static_cast<int>(descriptors_.size()) - 1;
}

int Process::open_other()
{
	RawGuard guard(lock);

	descriptors_.push_back({true, nullptr});
	return first_descriptor + static_cast<int>(descriptors_.size()) - 1;
}

Process::Descriptor *Process::descriptor_at(int descriptor)
{
	auto index = static_cast<size_t>(descriptor) - first_descriptor;

	return descriptor >= first_descriptor && index < descriptors_.size() &&
			       descriptors_[index].open
		       ? &descriptors_[index]
		       : nullptr;
}

void Process::close(int descriptor)
{
	RawGuard guard(lock);

	if (Descriptor *found = descriptor_at(descriptor))
		*found = {};
}

std::shared_ptr<EventCount> Process::eventfd(int descriptor)
{
	RawGuard guard(lock);
	Descriptor *found = descriptor_at(descriptor);

	return found ? found->count : nullptr;
}

/* ---- What is left ---- */

size_t live_eventfds()
{
	RawGuard guard(eventfd_lock);

	return eventfds.size();
}

void report_eventfds_left()
{
	if (!eventfds.empty())
		fail("%zu eventfd(s) were not put", eventfds.size());
}

void forget_eventfds()
{
	for (auto *list : {&eventfds, &ended}) {
		for (vp_eventfd *event : *list)
			delete event;
		list->clear();
	}
	last_eventfd = 0;
}

} // namespace sim

extern "C" {

int vp_eventfd_get(int descriptor, vp_eventfd **out)
{
	Process *process = current().process;

	may_sleep("vp_eventfd_get()");
	point();
	if (!process) {
		fail("vp_eventfd_get() outside the client, by '%s'", current().name);
		return -VP_EBADF;
	}
	if (inject(Fallible::EventFd))
		return -VP_ENOMEM;

	std::shared_ptr<EventCount> count;
	{
		RawGuard guard(process->lock);
		auto *found = process->descriptor_at(descriptor);

		if (!found)
			return -VP_EBADF;
		if (!found->count)
			return -VP_EINVAL;
		count = found->count;
	}

	RawGuard guard(eventfd_lock);

	*out = new vp_eventfd{++last_eventfd, true, std::move(count)};
	eventfds.push_back(*out);
	return 0;
}

void vp_eventfd_put(vp_eventfd *event)
{
	may_sleep("vp_eventfd_put()");
	point();
	if (!event->live) {
		fail("vp_eventfd_put() of eventfd %u: put before", event->id);
		return;
	}

	RawGuard guard(eventfd_lock);

	event->live = false;
	event->count.reset();
	std::erase(eventfds, event);
	ended.push_back(event);
}

void vp_eventfd_signal(vp_eventfd *event)
{
	if (held(event, "vp_eventfd_signal()"))
		event->count->value++;
	point();
}

void vp_eventfd_clear(vp_eventfd *event)
{
	if (held(event, "vp_eventfd_clear()"))
		event->count->value = 0;
	point();
}

bool vp_eventfd_state(vp_eventfd *event)
{
	point();
	return held(event, "vp_eventfd_state()") && event->count->value;
}

} // extern "C"
