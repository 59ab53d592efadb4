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
#include "client.h"
#include "common_buffer.h"
#include "counters.h"
#include "deferred.h"
#include "event.h"
#include "handles.h"
#include "list.h"
#include "lock.h"
#include "locked_buffer.h"
#include "memory.h"
#include "pool.h"
#include "spare.h"
#include "transfer.h"
#include "watch.h"

namespace vp {

class Trace;
class Views;

/** The two events of a DMA handle, as the miniport names them; 0 is none. */
struct EventTokens {
	Token user = 0;
	Token display = 0;
};

/*
 * What the calls that come all the time are told, by value: nothing that has an address needs to be
 * guarded on the stack, or zeroed before.
 */

/** What is to be locked, and how. */
struct LockWish {
	uint64_t address;
	size_t length;
	Access access;
	bool map; /* for the device, now and not only when a transfer starts */
	EventTokens events;
};

/** What became of it. */
struct Locked {
	Token token;
	ULONG list_bytes; /* the size of the list of segments, without its end */
};

/** A transfer that the miniport asks for. */
struct StartWish {
	PVOID extension;
	Token adapter;
	Token mdl;
	size_t offset; /* from the start of the locked buffer */
	size_t length;
	PULONG moved; /* receives the bytes that it moves */
	PEXECUTE_DMA execute;
	PVOID context;
	bool device_writes;
};

class Dma {
public:
	/** @module: whose code the miniport is, as vp_module_of() names it. */
	Dma(vp_device *device, SpinLock &lock, Counters &counters, Handles &handles, Pool &pool,
	    Events &events, Clients &clients, Views &views, Watch &watch, uint64_t module);
	Dma(const Dma &) = delete;
	Dma &operator=(const Dma &) = delete;
	~Dma();

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
	/** Memory that stays until the adapter goes, or nullptr. PASSIVE. */
	[[nodiscard]] void *allocate_contiguous(const Caller &caller, size_t length,
						uint64_t highest);
	/**
	 * The common buffer that the device knows by these logical addresses, as something to view.
	 * Return: false if there is none.
	 */
	[[nodiscard]] bool find_common(uint64_t logical, size_t length, vp_view_source &source);
	/** The logical address of a byte of a common buffer. Any context. Return: false: of none. */
	[[nodiscard]] bool logical_address(const void *memory, uint64_t &logical);

	/* ---- dma_lock.cc ---- */

	/** Pin, and map if asked to. Return: a token, 0 after saying why not. */
	[[nodiscard]] Locked lock(Caller caller, LockWish wish);
	/** As the contract's "Unlocking" says: always, exactly once, whatever else goes wrong. */
	void unlock(Caller caller, Token token, bool only_in_request);
	/** Is it a live handle that the caller may use? Says so if not. */
	[[nodiscard]] Ref<LockedBuffer> buffer(const Caller &caller, Token token);
	/** The segments of a buffer that was mapped when it was locked, or nullptr. */
	[[nodiscard]] VRB_SG *segments(const Caller &caller, Token token);

	/* ---- dma_packet.cc ---- */

	/**
	 * Hand a locked buffer to the device and have the miniport start it. PASSIVE or DISPATCH.
	 * @unlock_after: release the handle when the DMA is complete.
	 * Return: false if it was not started, after saying why.
	 */
	[[nodiscard]] bool do_dma(Caller caller, Token token, bool unlock_after,
				  PVIDEO_HW_START_DMA start, PVOID extension);
	/** The device has finished. Any context. Return: a DMA was running on the handle. */
	bool signal_complete(const Caller &caller, Token token);
	/** A handle that carries only events. PASSIVE. Return: a token, or 0 after saying why not. */
	[[nodiscard]] Token make_event_handle(const Caller &caller, EventTokens events);
	/** Give a handle other events. Return: false after saying why not. */
	[[nodiscard]] bool bind_events(const Caller &caller, Token token, EventTokens events);
	/** Is it a handle of a buffer that the caller may use? Says nothing if not. */
	[[nodiscard]] bool knows(const Caller &caller, Token token);
	PVOID context(const Caller &caller, Token token);
	void set_context(const Caller &caller, Token token, PVOID context);
	ULONG bytes_used(const Caller &caller, Token token);
	void set_bytes_used(const Caller &caller, Token token, ULONG bytes);

	/* ---- dma_transfer.cc ---- */

	[[nodiscard]] VP_STATUS start(Caller caller, StartWish wish);
	[[nodiscard]] VP_STATUS complete(Caller caller, Token adapter,
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
	/** Under the lock: show the watch all that runs. */
	void show(Look &look);

private:
	static constexpr Counter none = Handles::found;
	static constexpr unsigned int bucket_count = 64;

	/** Under the lock: the buffer that @token names for this caller, or why it names none. */
	Counter locate_buffer(const Caller &caller, Token token, LockedBuffer *&buffer) const
	{
		void *object = nullptr;
		Counter cause = handles_.locate(token, Kind::Buffer, object);

		if (cause != none)
			return cause;
		buffer = static_cast<LockedBuffer *>(object);
		return caller.may_use(buffer->owner()) ? none : Counter::ForeignHandle;
	}
	struct Found {
		Allocation *allocation; /* referenced; or nullptr */
		Owner owner;
	};
	/** Memory of ours that contains the range, and whose it is; nothing: the caller's. */
	[[nodiscard]] Found find_allocation(Owner caller, uint64_t address, size_t length);
	/** May memory of that kind be locked so? @allocation: it is ours; or nullptr. */
	[[nodiscard]] bool lockable(const Caller &caller, const LockWish &wish,
				    const Allocation *allocation) const;
	void refuse_range(const char *call, uint64_t address, size_t length, bool map);
	/** @allocation: its reference is the buffer's then; or nullptr. */
	[[nodiscard]] int pin_and_map(LockedBuffer &buffer, Allocation *allocation,
				      const LockWish &wish);
	/** Drop what a lock that is refused has by then. */
	static Locked lock_given_up(Allocation *allocation, LockedBuffer *buffer = nullptr);
	void refuse_handle(const char *call);
	void refuse_lock(const char *call, int error, uint64_t address, size_t length,
			 Access access);

	/** The adapter that a token names, with one more piece of work outstanding on it. Token 0: the default one. */
	Ref<DmaAdapter> adapter_for_work(const Caller &caller, Token token);
	void work_done(DmaAdapter &adapter);
	/** @adapter: the one that wants it. Return: 0; or an error, and the mask is what it was. */
	[[nodiscard]] int set_mask(const DmaAdapter &adapter);
	/** Something will be mapped: the mask stays. Return: false while it is being changed. */
	[[nodiscard]] bool hold_mask()
	{
		if (!(mask_holders_.fetch_add(1, std::memory_order_acquire) & mask_changes))
			return true;
		release_mask();
		return false;
	}
	/** The same after it was changed. PASSIVE. */
	void hold_mask_later();
	void release_mask() { mask_holders_.fetch_sub(1, std::memory_order_release); }

	/** A handle of @buffer for its owner, and the reference to it; or -VP_EMFILE, -VP_ENOMEM. */
	struct Published {
		Token token;
		int error;
	};
	[[nodiscard]] Published publish(LockedBuffer &buffer);
	[[nodiscard]] bool try_publish(LockedBuffer &buffer, Published &published);
	[[nodiscard]] Published publish_elsewhere(LockedBuffer &buffer);
	/** publish(), unless there is an @error, where locks are traced. */
	[[nodiscard]] Published publish_and_tell(const Trace &trace, const char *call,
						 LockedBuffer &buffer, int error);
	[[nodiscard]] Token publish(DmaAdapter &adapter);
	/** Under the lock: the handle's reference, now the caller's. */
	Ref<DmaAdapter> withdraw(DmaAdapter *adapter)
	{
		handles_.remove(adapter->token);
		adapter->token = 0;
		adapter->all.unlink();
		return Ref<DmaAdapter>::adopt(adapter);
	}
	/** Under the lock: the handle's reference, now the caller's. */
	Ref<LockedBuffer> withdraw(LockedBuffer *buffer) { return withdraw(buffer, buffer->token); }
	/** @token: its own. */
	Ref<LockedBuffer> withdraw(LockedBuffer *buffer, Token token)
	{
		handles_.remove(token);
		Clients::give_back(buffer->holder, &vp_client::handles);
		buffer->token = 0;
		buffer->all.unlink();
		return Ref<LockedBuffer>::adopt(buffer);
	}
	/** The end of a buffer that nobody refers to. PASSIVE. */
	void destroy(LockedBuffer *buffer);
	enum class Entry : uint8_t;
	[[nodiscard]] Entry enter(const Caller &caller, const StartWish &wish, Transfer &transfer,
				  Counter &cause);
	VP_STATUS refuse_start(const char *call, Entry entry, Counter cause, Token adapter,
			       Token mdl, size_t offset, size_t length);
	/** The end of one that was entered and could not be prepared. */
	void withdraw(Transfer *transfer);
	/** Under the lock: it has its place in the buffer no more. @completed: tell its client. */
	void leave(Transfer &transfer, bool completed);
	/** Take its memory back from the device; PASSIVE or DISPATCH. */
	void take_back(Transfer &transfer, bool completed);
	/** The end of one that has left, or never entered. */
	void drop(Transfer *transfer);
	/** All three. @completed: by the miniport. */
	void finish(Transfer *transfer, bool completed);
	/** The events that tokens name. Return: false after saying that one names none. */
	[[nodiscard]] bool find_events(Caller caller, EventTokens tokens, Ref<Event> &user,
				       Ref<Event> &display);
	/** The same for a new buffer. */
	[[nodiscard]] bool find_events(const Caller &caller, EventTokens tokens, Packet &packet)
	{
		return (!tokens.user && !tokens.display) ||
		       find_events(caller, tokens, packet.user_event, packet.display_event);
	}
	/** One packet DMA: what its number was, and how many bytes it hands over. */
	struct Run {
		Ref<LockedBuffer> buffer;
		unsigned int number = 0;
		ULONG bytes = 0;
	};
	[[nodiscard]] Counter begin_packet(const Caller &caller, Token token, bool unlock_after,
					   Run &run);
	/** @call: that ended it. */
	void end_packet(Ref<LockedBuffer> running, const char *call);
	struct Ending;
	void settle(LockedBuffer &buffer, Ending &ending);
	void conclude(Ending &ending, const char *call);
	void end_at_once(LockedBuffer &buffer, const Run &run);
	bool refuse_packet(const Caller &caller, Token token, Counter cause);
	/** Under the lock: take @buffer's run off the list of those that run. */
	[[nodiscard]] static Ref<LockedBuffer> claim_packet(LockedBuffer &buffer)
	{
		buffer.packet.state = Packet::State::Completing;
		buffer.packet.link.unlink();
		return Ref<LockedBuffer>::adopt(&buffer);
	}
	void *keep(Owned<CommonBuffer> buffer);
	void release(Owned<CommonBuffer> buffer);

	List<Transfer> &bucket(const void *list)
	{
		return transfers_[reinterpret_cast<uintptr_t>(list) /
				  sizeof(VP_SCATTER_GATHER_LIST) % bucket_count];
	}

	vp_device *device_;
	SpinLock &lock_;
	Counters &counters_;
	Handles &handles_;
	Pool &pool_;
	Events &events_;
	Clients &clients_;
	Views &views_;
	Watch &watch_;
	const uint64_t module_;
	const size_t cache_line_;
	const uint64_t kernel_start_; /* no memory of ours is below */

	/* under lock_ */
	bool closed_ = false;
	List<LockedBuffer> buffers_;
	List<LockedBuffer> running_; /* packet DMA */
	List<DmaAdapter> adapters_;
	List<Transfer> transfers_[bucket_count];
	List<CommonBuffer> common_;

	Spare<LockedBuffer> spare_buffer_;
	Spare<Transfer> spare_transfer_;

	Deferred<LockedBuffer> deferred_buffers_;
	Deferred<Transfer> deferred_transfers_;
	Deferred<CommonBuffer> deferred_common_;

	Mutex endings_mutex_{VP_MUTEX_ENDING}; /* held while a client's buffers are released */
	Mutex mask_mutex_{VP_MUTEX_MASK};
	std::atomic<unsigned int> mask_bits_{32}; /* changed under mask_mutex_ */
	/* how many rely on the mask; and that it is being changed, under mask_mutex_ */
	static constexpr unsigned int mask_changes = 1u << 31;
	std::atomic<unsigned int> mask_holders_{0};
	/* replaced only while the miniport looks for its adapter */
	Ref<DmaAdapter> default_adapter_;
};

} // namespace vp

#endif
