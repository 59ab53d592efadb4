// SPDX-License-Identifier: GPL-2.0
/*
 * DMA adapters, and the common buffers that are allocated through them. See dma.h. PASSIVE, but for
 * the look-up.
 */
#include "dma.h"

namespace vp {

int Dma::make_default_adapter(const DmaLimits &limits)
{
	default_adapter_ = Ref<DmaAdapter>::adopt(create<DmaAdapter>(limits, counters_));
	return default_adapter_ ? 0 : -VP_ENOMEM;
}

/*
 * The mask belongs to the device, not to one adapter: the widest that all of them can use. An
 * adapter that is the only one may widen it, a further one only narrow it.
 */
int Dma::set_mask(unsigned int bits)
{
	if (bits == mask_bits_ || (adapters_ && bits > mask_bits_))
		return 0;
	/*
	 * Changing the mask makes the platform think again whether the device needs its mappings
	 * synchronised (Linux 6.10 on): not while there are any.
	 */
	if (counters_.value(Counter::Mappings))
		return bits > mask_bits_ ? 0 : -VP_EBUSY;

	int error = vp_dma_set_mask(device_, bits);

	if (!error)
		mask_bits_ = bits;
	return error;
}

Token Dma::get_adapter(const Caller &caller, const DmaLimits &limits)
{
	if (!in_context(caller, VP_PASSIVE))
		return 0;

	MutexGuard one_at_a_time(mask_mutex_, MutexGuard::Uninterruptible);

	if (int error = set_mask(limits.address_bits)) {
		if (error == -VP_EBUSY)
			counters_.refuse(
				Counter::AdapterBusy,
				"%s: cannot go from %u to %u address bits while memory is mapped: unlock first, or get the adapter in HwVidFindAdapter",
				caller.call, mask_bits_.load(), limits.address_bits);
		else
			counters_.refuse(Counter::BadParameter,
					 "%s: the platform has no DMA with addresses of %u bits",
					 caller.call, limits.address_bits);
		return 0;
	}

	auto adapter = Ref<DmaAdapter>::adopt(create<DmaAdapter>(limits, counters_));
	Token token = adapter ? publish(Kind::Adapter, adapter.get()) : 0;

	if (!token) {
		counters_.refuse(Counter::NoMemory, "%s: no memory for an adapter", caller.call);
		return 0;
	}
	(void)adapter.release(); /* the handle's now */
	adapters_.fetch_add(1, std::memory_order_relaxed);
	return token;
}

void Dma::put_adapter(const Caller &caller, Token token)
{
	Ref<DmaAdapter> dropped;
	Counter cause;
	unsigned int work = 0;

	{
		SpinGuard guard(lock_);
		void *object;

		cause = locate(token, Kind::Adapter, object);
		if (cause == none) {
			auto *adapter = static_cast<DmaAdapter *>(object);

			work = adapter->work;
			if (!work) {
				handles_.remove(token);
				adapter->token = 0;
				dropped = Ref<DmaAdapter>::adopt(adapter);
				adapters_.fetch_sub(1, std::memory_order_relaxed);
			}
		}
	}
	if (cause != none)
		refuse_handle(caller, cause, token);
	else if (work)
		counters_.refuse(
			Counter::AdapterBusy,
			"%s: adapter 0x%llx has %u transfers or common buffers outstanding: complete or release them first",
			caller.call, static_cast<unsigned long long>(token), work);
}

Ref<DmaAdapter> Dma::adapter(const Caller &caller, Token token)
{
	Counter cause;

	{
		SpinGuard guard(lock_);
		void *object;

		cause = locate(token, Kind::Adapter, object);
		if (cause == none)
			return Ref<DmaAdapter>::share(static_cast<DmaAdapter *>(object));
	}
	refuse_handle(caller, cause, token);
	return {};
}

/* ---- Common buffers ---- */

void *Dma::allocate_common(const Caller &caller, Token adapter_token, size_t length,
			   size_t alignment, bool cached, uint64_t &logical)
{
	if (!in_context(caller, VP_PASSIVE))
		return nullptr;
	if (!length || (alignment & (alignment - 1))) {
		counters_.refuse(Counter::BadLength,
				 "%s: length %zu, alignment %zu: want bytes, and a power of two",
				 caller.call, length, alignment);
		return nullptr;
	}

	Ref<DmaAdapter> adapter = adapter_token ? this->adapter(caller, adapter_token)
						: Ref<DmaAdapter>::share(default_adapter_.get());

	if (!adapter)
		return nullptr;

	DmaAdapter *worker = adapter.get();
	Owned<CommonBuffer> buffer(create<CommonBuffer>(device_, std::move(adapter), adapter_token,
							length, cached, counters_));

	if (!buffer || !buffer->allocate()) {
		counters_.refuse(Counter::NoMemory, "%s: no %zu bytes for a common buffer",
				 caller.call, length);
		return nullptr;
	}
	if (alignment && buffer->key().logical & (alignment - 1)) {
		counters_.refuse(
			Counter::BadParameter,
			"%s: alignment %zu is more than the natural order of %zu bytes: ask for a longer buffer",
			caller.call, alignment, length);
		return nullptr;
	}
	logical = buffer->key().logical;

	SpinGuard guard(lock_);

	worker->work++;
	common_.push_back(buffer->link);
	return buffer.release()->key().memory;
}

void Dma::release_common(const Caller &caller, Token adapter_token, size_t length, uint64_t logical,
			 void *memory, bool cached)
{
	if (!in_context(caller, VP_PASSIVE))
		return;

	/* says so if the adapter itself is unknown */
	if (adapter_token && !this->adapter(caller, adapter_token))
		return;

	const CommonBufferKey key{adapter_token, length, logical, memory, cached};
	Owned<CommonBuffer> released;

	{
		SpinGuard guard(lock_);

		released = Owned<CommonBuffer>(
			common_.find([&](const CommonBuffer &each) { return each.key() == key; }));
		if (released) {
			released->link.unlink();
			released->adapter().work--;
		}
	}
	if (!released)
		counters_.refuse(
			Counter::CommonBufferMismatch,
			"%s: %zu bytes at logical 0x%llx, %scached: no common buffer was allocated like that; nothing released",
			caller.call, length, static_cast<unsigned long long>(logical),
			cached ? "" : "not ");
}

} // namespace vp
