// SPDX-License-Identifier: GPL-2.0
/*
 * DMA adapters, and the common buffers that are allocated through them. See dma.h. PASSIVE, but for
 * the look-up.
 */
#include "dma.h"
#include "view.h"

namespace vp {

int Dma::make_default_adapter(const DmaLimits &limits)
{
	default_adapter_ = Ref<DmaAdapter>::adopt(create<DmaAdapter>(limits, counters_));
	return default_adapter_ ? 0 : -VP_ENOMEM;
}

/*
 * The mask belongs to the device, not to one adapter: the widest that all of them can use. An
 * adapter that is the only one may widen it, a further one only narrow it. Changing it makes the
 * platform think again whether the device needs its mappings synchronised (Linux 6.10 on): not
 * while there are any.
 */
int Dma::set_mask(const DmaAdapter &adapter)
{
	const unsigned int bits = adapter.limits().address_bits;

	{
		SpinGuard guard(lock_);
		const bool others =
			adapters_.find([&](const DmaAdapter &each) { return &each != &adapter; });

		if (bits == mask_bits_ || (others && bits > mask_bits_))
			return 0;
	}
	unsigned int nobody = 0;

	if (!mask_holders_.compare_exchange_strong(nobody, mask_changes))
		return bits > mask_bits_ ? 0 : -VP_EBUSY;

	int error = vp_dma_set_mask(device_, bits);

	if (!error)
		mask_bits_ = bits;
	mask_holders_.fetch_sub(mask_changes, std::memory_order_release);
	return error;
}

/* The mask comes last: once it is set nothing can fail that would want it back. */
Token Dma::get_adapter(const Caller &caller, const DmaLimits &limits)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return 0;

	MutexGuard one_at_a_time(mask_mutex_, MutexGuard::Uninterruptible);
	auto adapter = Ref<DmaAdapter>::adopt(create<DmaAdapter>(limits, counters_));
	Token token = adapter ? publish(*adapter) : 0;
	int error = token ? set_mask(*adapter) : -VP_ENOMEM;

	if (!error)
		return token;
	if (token) {
		Ref<DmaAdapter> handle_s;
		SpinGuard guard(lock_);

		if (adapter->token) /* else it went with the device */
			handle_s = withdraw(adapter.get());
	}
	if (error == -VP_EBUSY)
		counters_.refuse(
			Counter::AdapterBusy,
			"%s: cannot go from %u to %u address bits while memory is mapped: unlock first, or get the adapter in HwVidFindAdapter",
			caller.call, mask_bits_.load(), limits.address_bits);
	else if (error == -VP_ENOMEM)
		counters_.refuse(Counter::NoMemory, "%s: no memory for an adapter", caller.call);
	else
		counters_.refuse(Counter::BadParameter,
				 "%s: the platform has no DMA with addresses of %u bits",
				 caller.call, limits.address_bits);
	return 0;
}

void Dma::put_adapter(const Caller &caller, Token token)
{
	Ref<DmaAdapter> dropped;
	Counter cause;
	unsigned int work = 0;

	if (!caller.allowed_up_to(VP_DISPATCH, counters_))
		return;

	{
		SpinGuard guard(lock_);
		void *object = nullptr;

		cause = handles_.locate(token, Kind::Adapter, object);
		if (cause == none) {
			auto *adapter = static_cast<DmaAdapter *>(object);

			work = adapter->work;
			if (!work)
				dropped = withdraw(adapter);
		}
	}
	if (cause != none)
		handles_.refuse(caller.call, cause, token);
	else if (work)
		counters_.refuse(
			Counter::AdapterBusy,
			"%s: adapter 0x%llx has %u transfers or common buffers outstanding: complete or release them first",
			caller.call, static_cast<unsigned long long>(token), work);
}

Ref<DmaAdapter> Dma::adapter_for_work(const Caller &caller, Token token)
{
	Counter cause = none;

	{
		SpinGuard guard(lock_);
		void *object = default_adapter_.get();

		if (token)
			cause = handles_.locate(token, Kind::Adapter, object);
		if (cause == none) {
			auto *adapter = static_cast<DmaAdapter *>(object);

			adapter->work++;
			return Ref<DmaAdapter>::share(adapter);
		}
	}
	handles_.refuse(caller.call, cause, token);
	return {};
}

void Dma::work_done(DmaAdapter &adapter)
{
	SpinGuard guard(lock_);

	adapter.work--;
}

/* ---- Common buffers ---- */

void *Dma::allocate_common(const Caller &caller, Token adapter_token, size_t length,
			   size_t alignment, bool cached, uint64_t &logical)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return nullptr;
	if (!length || (alignment & (alignment - 1))) {
		counters_.refuse(Counter::BadLength,
				 "%s: length %zu, alignment %zu: want bytes, and a power of two",
				 caller.call, length, alignment);
		return nullptr;
	}

	Ref<DmaAdapter> adapter = adapter_for_work(caller, adapter_token);

	if (!adapter)
		return nullptr;

	Owned<CommonBuffer> buffer(create<CommonBuffer>(device_,
							Ref<DmaAdapter>::share(adapter.get()),
							adapter_token, length, cached, counters_));

	if (!buffer || !buffer->allocate(64)) {
		work_done(*adapter);
		counters_.refuse(Counter::NoMemory, "%s: no %zu bytes for a common buffer",
				 caller.call, length);
		return nullptr;
	}
	if (alignment && buffer->key().logical & (alignment - 1)) {
		work_done(*adapter);
		counters_.refuse(
			Counter::BadParameter,
			"%s: alignment %zu is more than the natural order of %zu bytes: ask for a longer buffer",
			caller.call, alignment, length);
		return nullptr;
	}
	logical = buffer->key().logical;
	return keep(std::move(buffer));
}

void *Dma::keep(Owned<CommonBuffer> buffer)
{
	SpinGuard guard(lock_);

	common_.push_back(buffer->link);
	return buffer.release()->key().memory;
}

void Dma::release(Owned<CommonBuffer> buffer)
{
	views_.memory_gone(buffer->key().memory);
	work_done(buffer->adapter());
}

void *Dma::allocate_contiguous(const Caller &caller, size_t length, uint64_t highest)
{
	if (!caller.allowed_up_to(VP_PASSIVE, counters_))
		return nullptr;

	/* of the addresses up to the highest, those that a mask can name */
	unsigned int bits = highest == UINT64_MAX ? 64 : 0;

	while (bits < 64 && highest >> bits > 1)
		bits++;
	if (bits < 64 && highest == (2ull << bits) - 1)
		bits++;

	Ref<DmaAdapter> adapter = adapter_for_work(caller, 0);
	Owned<CommonBuffer> buffer;

	if (length && adapter)
		buffer = Owned<CommonBuffer>(
			create<CommonBuffer>(device_, Ref<DmaAdapter>::share(adapter.get()),
					     contiguous, length, true, counters_));
	if (buffer) {
		MutexGuard mask(mask_mutex_, MutexGuard::Uninterruptible);

		if (buffer->allocate(bits))
			return keep(std::move(buffer));
	}
	if (adapter)
		work_done(*adapter);
	counters_.refuse(Counter::NoMemory, "%s: no %zu contiguous bytes up to 0x%llx", caller.call,
			 length, static_cast<unsigned long long>(highest));
	return nullptr;
}

bool Dma::logical_address(const void *memory, uint64_t &logical)
{
	auto wanted = reinterpret_cast<uintptr_t>(memory);
	SpinGuard guard(lock_);
	const CommonBuffer *found = common_.find([&](const CommonBuffer &each) {
		return wanted - reinterpret_cast<uintptr_t>(each.key().memory) < each.key().length;
	});

	if (found)
		logical = found->key().logical +
			  (wanted - reinterpret_cast<uintptr_t>(found->key().memory));
	return found;
}

bool Dma::find_common(uint64_t logical, size_t length, vp_view_source &source)
{
	SpinGuard guard(lock_);
	const CommonBuffer *found = common_.find([&](const CommonBuffer &each) {
		return logical >= each.key().logical && length <= each.key().length &&
		       logical - each.key().logical <= each.key().length - length;
	});

	if (!found)
		return false;
	source.memory = found->key().memory;
	source.logical = found->key().logical;
	source.size = found->key().length;
	source.offset = logical - found->key().logical;
	source.length = length;
	return true;
}

void Dma::release_common(const Caller &caller, Token adapter_token, size_t length, uint64_t logical,
			 void *memory, bool cached)
{
	const CommonBufferKey key{adapter_token, length, logical, memory, cached};
	Owned<CommonBuffer> released;
	Counter cause = none;

	/* The adapter is looked at and not held: in an interrupt nothing may be freed. */
	{
		SpinGuard guard(lock_);

		if (adapter_token) {
			void *adapter = nullptr;

			cause = handles_.locate(adapter_token, Kind::Adapter, adapter);
		}
		if (cause == none)
			released = Owned<CommonBuffer>(common_.find(
				[&](const CommonBuffer &each) { return each.key() == key; }));
		if (released)
			released->link.unlink();
	}
	if (cause != none)
		return handles_.refuse(caller.call, cause, adapter_token);
	if (released && !caller.allowed_up_to(VP_PASSIVE, counters_, "released later"))
		deferred_common_.push(released.release()->link);
	else if (released)
		release(std::move(released));
	else
		counters_.refuse(
			Counter::CommonBufferMismatch,
			"%s: %zu bytes at logical 0x%llx, %scached: no common buffer was allocated like that; nothing released",
			caller.call, length, static_cast<unsigned long long>(logical),
			cached ? "" : "not ");
}

} // namespace vp
