// SPDX-License-Identifier: GPL-2.0
/*
 * Making and taking away views. See view.h. PASSIVE.
 */
#include "view.h"

namespace vp {

bool Views::in_request(const Caller &caller)
{
	if (caller.in_request)
		return true;
	counters_.refuse(
		Counter::WrongContext,
		"%s: a client's address space can be changed only in its own request; refused",
		caller.call);
	return false;
}

bool Views::caching_of_others(unsigned int bar, uint64_t offset, uint64_t length, bool wanted) const
{
	const View *other =
		views_.find([&](const View &each) { return each.overlaps(bar, offset, length); });

	return other ? other->write_combining() : wanted;
}

uint64_t Views::add(const Caller &caller, Token token, vp_view_source &source)
{
	vp_client *client = clients_.serving(caller.owner);

	if (closed_ || !client) {
		counters_.refuse(Counter::BadRequest, "%s: the adapter is going", caller.call);
		return 0;
	}
	if (client->views >= vp_limit(VP_LIMIT_VIEWS)) {
		counters_.refuse(
			Counter::LimitReached,
			"%s: the client has %u mappings already: unmap some, or raise max_client_views",
			caller.call, client->views.load());
		return 0;
	}

	Owned<View> view(create<View>(*client, counters_));
	int error = view ? view->map(device_, source) : -VP_ENOMEM;

	if (error) {
		bool memory = error == -VP_ENOMEM;

		counters_.refuse(memory ? Counter::NoMemory : Counter::BadAccess,
				 "%s: %zu bytes cannot be mapped into the client (%d)%s",
				 caller.call, source.length, error,
				 memory ? ": no memory, or too many mappings"
					: ": did it open the node for reading and writing?");
		return 0;
	}
	view->token = token;
	views_.push_back(view->link);
	return view.release()->address();
}

bool Views::unmap(const Caller &caller, uint64_t address, Token token)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_) || !in_request(caller))
		return false;

	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);
	Owned<View> gone(views_.find([&](const View &each) {
		return each.owner() == caller.owner && each.address() == address &&
		       each.token == token;
	}));

	if (!gone) {
		counters_.refuse(Counter::BadAddress,
				 "%s: nothing of the adapter is mapped at 0x%llx of this client",
				 caller.call, static_cast<unsigned long long>(address));
		return false;
	}
	gone->link.unlink();
	return true;
}

template <class Matches> void Views::drop(Matches matches)
{
	while (Owned<View> gone{views_.find(matches)})
		gone->link.unlink();
}

void Views::memory_gone(const void *memory)
{
	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

	drop([&](const View &each) { return each.memory() == memory; });
}

/* Mostly it has none; and another client may hold the mutex for long, while it maps one. */
void Views::client_gone(const vp_client &client)
{
	if (!client.views.load(std::memory_order_acquire))
		return;

	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

	drop([&](const View &each) { return each.owner() == client.number; });
}

void Views::device_gone()
{
	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

	closed_ = true;
	drop([](const View &) { return true; });
}

} // namespace vp
