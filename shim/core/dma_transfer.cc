// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers that do not begin, and those that end late. See dma_transfer.h. PASSIVE or DISPATCH;
 * nothing here sleeps.
 */
#include "dma_transfer.h"

namespace vp {

VP_STATUS Dma::refuse_start(const char *call, Entry entry, Counter cause, Token adapter, Token mdl,
			    size_t offset, size_t length)
{
	switch (entry) {
	case Entry::NoAdapter:
		handles_.refuse(call, cause, adapter);
		break;
	case Entry::NoBuffer:
		handles_.refuse(call, cause, mdl);
		break;
	case Entry::NotInside:
		counters_.refuse(
			Counter::BadLength,
			"%s: %zu bytes at offset %zu are not inside what handle 0x%llx locks", call,
			length, offset, static_cast<unsigned long long>(mdl));
		break;
	case Entry::NotWritable:
		counters_.refuse(Counter::BadAccess,
				 "%s: the device would write to handle 0x%llx, locked for reading",
				 call, static_cast<unsigned long long>(mdl));
		break;
	case Entry::Collides:
		counters_.refuse(
			Counter::Overlap,
			"%s: shares a cache line with a transfer in flight on the same buffer, and one of them writes to memory",
			call);
		break;
	case Entry::Taken:
		break;
	}
	return ERROR_INVALID_PARAMETER;
}

/* Only whoever took it out of those that are known by their lists may call this. */
void Dma::finish(Transfer *transfer, bool completed)
{
	take_back(*transfer, completed);
	{
		SpinGuard guard(lock_);

		leave(*transfer, completed);
	}
	drop(transfer);
}

void Dma::withdraw(Transfer *transfer)
{
	{
		SpinGuard guard(lock_);

		transfer->by_list.unlink();
	}
	finish(transfer, false);
}

} // namespace vp
