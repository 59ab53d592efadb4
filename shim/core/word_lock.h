/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Spin locks that are one word of a driver's memory, 0 while nobody has them, and the way to
 * DISPATCH and back. Whoever holds one is at DISPATCH, so the holder is a processor: taking it twice,
 * and releasing what somebody else holds, is seen. Nobody knows when such a word goes, so there is no
 * order of locks that could be checked.
 */
#ifndef VP_CORE_WORD_LOCK_H
#define VP_CORE_WORD_LOCK_H

#include <cstdint>

#include <ntddk.h>

namespace vp {

class WordLock {
public:
	/** @code: who calls, for what is refused. */
	WordLock(const char *call, PKSPIN_LOCK word, const void *code)
		: call_(call),
		  word_(word),
		  code_(code)
	{
	}

	/** Go to DISPATCH, and take it. Refused at DIRQL. */
	void acquire();
	void release();
	/** The same where it is DISPATCH already; refused elsewhere. */
	void acquire_at_dispatch();
	void release_at_dispatch();

private:
	bool may_be_one();
	void refuse(const char *why);
	void take();
	void give_back();

	const char *call_;
	PKSPIN_LOCK word_;
	const void *code_;
};

/** The levels that a driver sees. */
constexpr KIRQL irql_of(unsigned int context)
{
	constexpr KIRQL levels[] = {PASSIVE_LEVEL, DISPATCH_LEVEL, 5};

	return levels[context];
}

} // namespace vp

#endif
