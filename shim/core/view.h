/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Views: parts of the adapter's own memory in the address space of a client. A view goes when the
 * miniport takes it away, when what it shows goes, with the client, or with the adapter; whoever
 * touches the place afterwards gets a SIGBUS.
 *
 * Invariant: what a view shows stays until the view is gone.
 */
#ifndef VP_CORE_VIEW_H
#define VP_CORE_VIEW_H

#include <cstddef>
#include <cstdint>

#include "caller.h"
#include "client.h"
#include "counters.h"
#include "handle_table.h"
#include "list.h"
#include "lock.h"
#include "memory.h"

namespace vp {

class View {
public:
	View(vp_client &client, Counters &counters) : client_(client), counters_(counters)
	{
		client_.views++;
		counters_.add(Counter::Views);
	}
	View(const View &) = delete;
	View &operator=(const View &) = delete;
	/** PASSIVE. */
	~View()
	{
		if (view_)
			vp_view_unmap(view_);
		counters_.sub(Counter::Views);
		/* release, and the last: the client may close from here on */
		client_.views.fetch_sub(1, std::memory_order_release);
	}

	/** PASSIVE, in the client. Return: 0 or an error of vp_view_map(). */
	[[nodiscard]] int map(vp_device *device, const vp_view_source &source)
	{
		memory_ = source.memory;
		bar_ = source.bar;
		offset_ = source.offset;
		length_ = source.length;
		write_combining_ = source.write_combining;
		return vp_view_map(device, client_.file, &source, &address_, &view_);
	}

	Owner owner() const { return client_.number; }
	uint64_t address() const { return address_; }
	const void *memory() const { return memory_; }
	bool write_combining() const { return write_combining_; }
	bool overlaps(unsigned int bar, uint64_t offset, uint64_t length) const
	{
		return !memory_ && bar == bar_ && offset < offset_ + length_ &&
		       offset_ < offset + length;
	}

	/** The handle that was given with it, or 0. */
	Token token = 0;
	Link<View> link{this};

private:
	vp_client &client_; /* which has no view any more when it goes */
	Counters &counters_;
	vp_view *view_ = nullptr;
	uint64_t address_ = 0;
	const void *memory_ = nullptr;
	unsigned int bar_ = 0;
	uint64_t offset_ = 0;
	size_t length_ = 0;
	bool write_combining_ = false;
};

class Views {
public:
	Views(vp_device *device, Counters &counters, Clients &clients)
		: device_(device),
		  counters_(counters),
		  clients_(clients)
	{
	}
	Views(const Views &) = delete;
	Views &operator=(const Views &) = delete;

	/**
	 * Map something into the client that is served. PASSIVE.
	 * @find: called as find(source): what to map; false after saying why not. What it names
	 *	cannot go before it is mapped.
	 * @token: a handle that goes with the view, or 0.
	 * Return: the address there, or 0 after saying why not.
	 */
	template <class Find>
	[[nodiscard]] uint64_t map(const Caller &caller, Token token, Find find)
	{
		if (!caller.allowed_up_to(VP_PASSIVE, counters_) || !in_request(caller))
			return 0;

		MutexGuard guard(mutex_, MutexGuard::Uninterruptible);
		vp_view_source source{};

		if (!find(source))
			return 0;
		return add(caller, token, source);
	}

	/**
	 * Take a view away from the client that is served. PASSIVE.
	 * @token: the handle that goes with it, or 0.
	 * Return: false after saying that there is none like that.
	 */
	[[nodiscard]] bool unmap(const Caller &caller, uint64_t address, Token token);

	/** The memory of vp_coherent_alloc() will be freed. PASSIVE. */
	void memory_gone(const void *memory);
	/** It closes: no request of it is served any more. PASSIVE. */
	void client_gone(const vp_client &client);
	/** PASSIVE; nothing is mapped any more afterwards. */
	void device_gone();

	/** Call @map, which maps memory for the miniport, while none is made or closed(). PASSIVE. */
	template <class Map> auto while_none_is_made(Map map)
	{
		MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

		return map();
	}

	/** Inside map()'s find, or while_none_is_made(): the device is gone, nothing may be mapped. */
	bool closed() const { return closed_; }
	/**
	 * Inside map()'s find, or while_none_is_made(): how a view that overlaps sees the range;
	 * else @wanted.
	 */
	bool caching_of_others(unsigned int bar, uint64_t offset, uint64_t length,
			       bool wanted) const;

private:
	bool in_request(const Caller &caller);
	[[nodiscard]] uint64_t add(const Caller &caller, Token token, vp_view_source &source);
	template <class Matches> void drop(Matches matches);

	vp_device *device_;
	Counters &counters_;
	Clients &clients_;
	Mutex mutex_{VP_MUTEX_VIEW};
	bool closed_ = false; /* under mutex_ */
	List<View> views_; /* likewise */
};

} // namespace vp

#endif
