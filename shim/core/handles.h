/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handles of one port, of every kind: what they name, and what is said of those that name
 * nothing. The port's lock is held where "under the lock" stands.
 */
#ifndef VP_CORE_HANDLES_H
#define VP_CORE_HANDLES_H

#include "caller.h"
#include "counters.h"
#include "handle_table.h"
#include "lock.h"

namespace vp {

class Handles {
public:
	/** What locate() returns if there is no reason to refuse. */
	static constexpr Counter found = Counter::Count;

	Handles(unsigned int port_number, SpinLock &lock, Counters &counters)
		: lock_(lock),
		  counters_(counters),
		  table_(port_number)
	{
	}
	Handles(const Handles &) = delete;
	Handles &operator=(const Handles &) = delete;

	/** Under the lock: what @token names, or why it names nothing of this kind. */
	Counter locate(Token token, Kind kind, void *&object) const
	{
		HandleTable::Entry entry;
		Lookup lookup = table_.find(token, entry);

		if (lookup != Lookup::Found) {
			Counter cause = reason(lookup);

			if (cause == found)
				__builtin_unreachable();
			return cause;
		}
		object = entry.object;
		return entry.kind == kind ? found : Counter::WrongKind;
	}

	/** Count a handle that locate() refused, and say why. @call: the function that was called. */
	void refuse(const char *call, Counter cause, Token token);

	/**
	 * A token for @object, if there is place for one. Called without the lock.
	 * @enter: called with the token, under the lock, to make the object known; false: the port
	 *	is closed, and the token is 0.
	 *
	 * Return: false if there is none: see reserve().
	 */
	template <class Enter>
	[[nodiscard, gnu::always_inline]] bool try_publish(Kind kind, void *object, Token &token,
							   Enter enter)
	{
		SpinGuard guard(lock_);

		token = table_.insert(kind, object);
		if (!token)
			return false;
		if (!enter(token)) {
			table_.remove(token);
			token = 0;
		}
		return true;
	}
	/** Make place; who comes first takes it. Without the lock. Return: false: no memory. */
	[[nodiscard]] bool reserve() { return table_.reserve(lock_); }

	/** Both, until there is a token, or 0 if there is no memory or the port is closed. */
	template <class Enter> [[nodiscard]] Token publish(Kind kind, void *object, Enter enter)
	{
		Token token;

		do {
			if (try_publish(kind, object, token, enter))
				return token;
		} while (reserve());
		return 0;
	}

	/** Under the lock: the token names nothing from now on. */
	void remove(Token token) { table_.remove(token); }
	/** Under the lock: what there is, a part at a time. */
	const HandleTable &table() const { return table_; }

private:
	static Counter reason(Lookup lookup);

	SpinLock &lock_;
	Counters &counters_;
	HandleTable table_;
};

} // namespace vp

#endif
