/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DMA side of a port: which handles there are, what they name, and the rules of locking,
 * transferring and ending. One per port; its tables are under the port's lock. Each of the files
 * dma_*.cc holds one subject of it.
 *
 * Invariants: a transfer is in the table of started ones from before HwVidExecuteDma is called until
 * exactly one CompleteDma (or the removal of the adapter) takes it out; a buffer whose handle is
 * gone stays pinned until its last transfer is complete.
 */
#ifndef VP_CORE_DMA_H
#define VP_CORE_DMA_H

#include <cstddef>
#include <cstdint>

#include <video.h>

#include "adapter.h"
#include "caller.h"
#include "common_buffer.h"
#include "counters.h"
#include "deferred.h"
#include "handle_table.h"
#include "list.h"
#include "lock.h"
#include "locked_buffer.h"
#include "memory.h"
#include "pool.h"
#include "transfer.h"

namespace vp {

class Dma {
public:
	Dma(vp_device *device, unsigned int port_number, SpinLock &lock, Counters &counters,
	    Pool &pool);
	Dma(const Dma &) = delete;
	Dma &operator=(const Dma &) = delete;
	~Dma();

	Counters &counters() { return counters_; }
	/** A buffer that holds the mask is released. */
	void mapped_buffer_gone() { release_mask(); }

	/* ---- dma_adapter.cc ---- */

	/** The adapter behind the calls that name none. Return: 0 or -VP_ENOMEM. */
	[[nodiscard]] int make_default_adapter(const DmaLimits &limits);
	[[nodiscard]] Token get_adapter(const Caller &caller, const DmaLimits &limits);
	void put_adapter(const Caller &caller, Token token);

	/** Token 0 means the default adapter. Return: the memory, or nullptr. */
	[[nodiscard]] void *allocate_common(const Caller &caller, Token adapter, size_t length,
					    size_t alignment, bool cached, uint64_t &logical);
	void release_common(const Caller &caller, Token adapter, size_t length, uint64_t logical,
			    void *memory, bool cached);

	/* ---- dma_lock.cc ---- */

	/** Pin, and map if asked to. Return: a token, or 0 after saying why not. */
	[[nodiscard]] Token lock(const Caller &caller, uint64_t address, size_t length,
				 Access access, bool map);
	/** As the contract's "Unlocking" says: always, exactly once, whatever else goes wrong. */
	void unlock(const Caller &caller, Token token, bool only_in_request);
	/** Is it a live handle that the caller may use? Says so if not. */
	[[nodiscard]] Ref<LockedBuffer> buffer(const Caller &caller, Token token);
	/** The segments of a buffer that was mapped when it was locked, or nullptr. */
	[[nodiscard]] VRB_SG *segments(const Caller &caller, Token token);
	/** The bytes of that list without its end, or 0. */
	[[nodiscard]] ULONG segment_bytes(const Caller &caller, Token token);

	/* ---- dma_transfer.cc ---- */

	[[nodiscard]] VP_STATUS start(const Caller &caller, PVOID extension, Token adapter,
				      Token mdl, ULONG offset, PULONG length, PEXECUTE_DMA execute,
				      PVOID context, bool device_writes);
	[[nodiscard]] VP_STATUS complete(const Caller &caller, Token adapter,
					 const VP_SCATTER_GATHER_LIST *list, bool device_writes);

	/* ---- dma.cc: endings ---- */

	/** A buffer without references: release it now, or in process context. Any context. */
	void release(LockedBuffer *buffer);
	/** The client is gone: its handles too. PASSIVE. */
	void client_gone(Owner owner);
	/** The device is quiet and the miniport will not be called: release everything. PASSIVE. */
	void device_gone();
	/** Finish what was put off. PASSIVE. */
	void work();

private:
	static constexpr Counter none = Counter::Count;
	static constexpr unsigned int bucket_count = 64;

	/** Under the lock: what @token names, or why it names nothing of this kind. */
	Counter locate(Token token, Kind kind, void *&object) const;
	/** Under the lock: the same for a buffer, for this caller. */
	Counter locate_buffer(const Caller &caller, Token token, LockedBuffer *&buffer) const;
	void refuse_handle(const Caller &caller, Counter cause, Token token);
	void refuse_lock(const Caller &caller, int error, uint64_t address, size_t length,
			 Access access);

	Ref<DmaAdapter> adapter(const Caller &caller, Token token);
	/** The same, with one more piece of work outstanding on it. Token 0: the default one. */
	Ref<DmaAdapter> adapter_for_work(const Caller &caller, Token token);
	void work_done(DmaAdapter &adapter);
	[[nodiscard]] int set_mask(unsigned int bits);
	/** Something will be mapped: the mask stays. Return: false while it is being changed. */
	[[nodiscard]] bool hold_mask();
	void release_mask();

	[[nodiscard]] Token publish(Kind kind, void *object);
	/** Under the lock: the handle's reference, now the caller's. */
	Ref<LockedBuffer> withdraw(LockedBuffer *buffer);
	[[nodiscard]] VP_STATUS enter_transfer(const Caller &caller, Token mdl, Transfer *transfer,
					       LockedBuffer &buffer);
	void finish(Transfer *transfer);

	List<Transfer> &bucket(const VP_SCATTER_GATHER_LIST *list)
	{
		return started_[reinterpret_cast<uintptr_t>(list) / sizeof(*list) % bucket_count];
	}

	vp_device *device_;
	SpinLock &lock_;
	Counters &counters_;
	Pool &pool_;
	const size_t cache_line_;

	/* under lock_ */
	bool closed_ = false;
	HandleTable handles_;
	List<LockedBuffer> buffers_;
	List<DmaAdapter> adapters_;
	List<Transfer> started_[bucket_count];
	List<CommonBuffer> common_;
	unsigned int mask_holders_ = 0;
	bool mask_changes_ = false;

	Deferred<LockedBuffer> deferred_buffers_;
	Deferred<Transfer> deferred_transfers_;
	Deferred<CommonBuffer> deferred_common_;

	Mutex endings_mutex_{VP_MUTEX_ENDING}; /* held while a client's buffers are released */
	Mutex mask_mutex_{VP_MUTEX_MASK};
	std::atomic<unsigned int> mask_bits_{32}; /* changed under mask_mutex_ */
	/* replaced only while the miniport looks for its adapter */
	Ref<DmaAdapter> default_adapter_;
};

} // namespace vp

#endif
