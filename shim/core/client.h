/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clients of a port: one for each open of its node, how many of their DMAs have been completed
 * since they last asked, how much each of them may have, and the memory of their requests.
 */
#ifndef VP_CORE_CLIENT_H
#define VP_CORE_CLIENT_H

#include <atomic>
#include <cstdint>

#include "list.h"
#include "lock.h"
#include "pool.h"
#include "request_buffer.h"

struct vp_client {
	vp_client(vp_port &its_port, vp_file *its_file, const vp_user &its_user,
		  vp::Owner its_number)
		: port(its_port),
		  file(its_file),
		  user(its_user),
		  number(its_number)
	{
	}

	vp_port &port;
	vp_file *const file;
	const vp_user user; /* who opened it */
	const vp::Owner number;
	std::atomic<int64_t> completed{0};
	std::atomic<bool> asked{false}; /* it has asked for them, and may wait for more */
	vp::RequestBuffers buffers;
	std::atomic<unsigned int> views{0}; /* changed under the mutex of Views */

	/* under the port's lock */
	vp::Link<vp_client> link{this};
	unsigned int handles = 0;
	unsigned int events = 0;
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

	/** Under the lock: a DMA of @owner was completed. */
	void completed(Owner owner)
	{
		if (vp_client *client = find(owner)) {
			client->completed.fetch_add(1);
			if (client->asked.load())
				vp_file_wake(client->file);
		}
	}

	/** The client that is @owner, or nullptr. It stays while its request is served. */
	vp_client *serving(Owner owner)
	{
		SpinGuard guard(lock_);

		return find(owner);
	}

	/** The process that opened it, or 0: it is closed, or the miniport's own. */
	uint32_t process_of(Owner owner)
	{
		SpinGuard guard(lock_);
		vp_client *client = find(owner);

		return client ? client->user.process : 0;
	}

	/** Under the lock: who opened it; all zero: it is closed, or the miniport's own. */
	vp_user user_of(Owner owner) const
	{
		const vp_client *client = find(owner);

		return client ? client->user : vp_user{};
	}

	/** How many a user has. */
	unsigned int count_of(uint32_t user)
	{
		SpinGuard guard(lock_);
		unsigned int count = 0;

		clients_.each([&](const vp_client &each) {
			count += each.user.user == user;
			return true;
		});
		return count;
	}

	/**
	 * Under the lock: @owner gets one more of something. The miniport has no limit.
	 * @what: which of a client's counts.
	 * @most: the limit.
	 * @client: receives who has it, for give_back(); nullptr: the miniport.
	 * Return: false if it has so many already.
	 */
	[[nodiscard]] bool take(Owner owner, unsigned int vp_client::*what, unsigned int most,
				vp_client *&client)
	{
		client = find(owner);
		if (!client)
			return owner == miniport_owner;
		if (client->*what >= most)
			return false;
		++(client->*what);
		return true;
	}

	/** Under the lock: and one less. A client has nothing any more when it goes. */
	static void give_back(vp_client *client, unsigned int vp_client::*what)
	{
		if (client)
			--(client->*what);
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
	/** Under the lock. */
	vp_client *find(Owner owner) const
	{
		return clients_.find([&](const vp_client &each) { return each.number == owner; });
	}

	SpinLock &lock_;
	List<vp_client> clients_;
};

} // namespace vp

#endif
