/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clients of a port: one for each open of its node, and how many of their DMAs have been
 * completed since they last asked.
 */
#ifndef VP_CORE_CLIENT_H
#define VP_CORE_CLIENT_H

#include <atomic>
#include <cstdint>

#include "list.h"
#include "lock.h"
#include "pool.h"

struct vp_client {
	vp_client(vp_port &its_port, vp_file *its_file, vp::Owner its_number)
		: port(its_port),
		  file(its_file),
		  number(its_number)
	{
	}

	vp_port &port;
	vp_file *const file;
	const vp::Owner number;
	std::atomic<int64_t> completed{0};
	vp::Link<vp_client> link{this}; /* under the port's lock */
};

namespace vp {

class Clients {
public:
	explicit Clients(SpinLock &lock) : lock_(lock) {}
	Clients(const Clients &) = delete;
	Clients &operator=(const Clients &) = delete;

	void add(vp_client &client)
	{
		SpinGuard guard(lock_);

		clients_.push_back(client.link);
	}

	/** After it returns nobody wakes the client's file any more. */
	void remove(vp_client &client)
	{
		SpinGuard guard(lock_);

		client.link.unlink();
	}

	/** A DMA of @owner was completed. Any context. */
	void completed(Owner owner)
	{
		SpinGuard guard(lock_);

		if (vp_client *client = clients_.find(
			    [&](const vp_client &each) { return each.number == owner; })) {
			client->completed.fetch_add(1, std::memory_order_relaxed);
			vp_file_wake(client->file);
		}
	}

	/** The open node of @owner, or nullptr. It stays while the client's request is served. */
	vp_file *file_of(Owner owner)
	{
		SpinGuard guard(lock_);
		vp_client *client =
			clients_.find([&](const vp_client &each) { return each.number == owner; });

		return client ? client->file : nullptr;
	}

	/** Something else has changed that all of them wait for. */
	void wake_all()
	{
		SpinGuard guard(lock_);

		clients_.each([](vp_client &client) {
			vp_file_wake(client.file);
			return true;
		});
	}

private:
	SpinLock &lock_;
	List<vp_client> clients_;
};

} // namespace vp

#endif
