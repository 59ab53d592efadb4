/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calls of the simulated miniport: each with arguments that a step chooses, right or hostile;
 * what the contract says of the result; and what it does to the model. Any context.
 */
#ifndef SIM_RANDOM_CALLS_HPP
#define SIM_RANDOM_CALLS_HPP

#include "world.hpp"

namespace sim {

class Calls {
public:
	Calls(World &world, Here &here, const Step &step)
		: world_(world),
		  here_(here),
		  port_(here.port),
		  step_(step),
		  random_(step.salt)
	{
	}

	void run();

private:
	friend struct Execution;

	/* calls_pick.cc */
	uint64_t pick_buffer();
	uint64_t pick_adapter();
	uint64_t pick_junk();
	const void *pick_list(uint64_t &adapter, bool &to_device);
	bool may_use(const BufferModel &buffer) const;
	BufferModel *usable(uint64_t token) const;

	/* calls_lock.cc */
	void lock(bool pages);
	struct Range {
		uint64_t address;
		size_t length;
		PoolModel *pool = nullptr;
	};
	Range pick_range();
	bool lock_expected(const Range &range, VP_LOCK_OPERATION access, bool pages) const;
	void locked(uint64_t token, const Range &range, VP_LOCK_OPERATION access, bool pages,
		    bool alone);
	void unlock(bool pages);
	void get_mdl();
	void scatter_gather();

	/* calls_transfer.cc */
	void start();
	VP_STATUS start_expected(const AdapterModel *adapter, const BufferModel *buffer,
				 ULONG offset, ULONG length, bool to_device) const;
	bool collides(const BufferModel &buffer, size_t offset, size_t length,
		      bool to_device) const;
	void started(uint64_t adapter_token, uint64_t mdl, ULONG offset, ULONG wanted, ULONG length,
		     bool to_device, PVP_SCATTER_GATHER_LIST list, bool alone);
	void complete();
	void complete_list(const void *list, uint64_t adapter, bool to_device);
	void completed(TransferModel &transfer, bool alone);

	/* calls_adapter.cc */
	void get_adapter();
	void put_adapter();
	void allocate_common(bool older);
	void release_common(bool older);

	/* calls_packet.cc */
	void do_dma();
	void signal();
	void dma_context();
	void bytes_used();
	void associate_events();
	void map_view(bool dma);
	void unmap_view(bool dma);
	void contiguous();
	BufferModel &event_handle(uint64_t token, const EventRef &user, const EventRef &display);
	uint64_t pick_running();

	/* calls_event.cc */
	void create_event();
	void delete_event();
	void set_event();
	void clear_event();
	void read_event();
	void wait_event();
	uint64_t pick_event();
	EventRef usable_event(uint64_t token) const;

	/* calls_other.cc */
	void other(Call call);
	void allocate_pool();
	void free_pool();
	void queue_dpc();
	void spin_locks(bool create);
	void ranges(bool map);

	PVOID extension() const { return port_.adapter->extension; }
	vp_context context() const { return here_.context(); }
	template <class T> static T pointer(uint64_t value)
	{
		return reinterpret_cast<T>(static_cast<uintptr_t>(value));
	}
	static uint64_t number(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer); }
	/// The result is not what the contract says.
	void wrong(const char *call, const char *what, long got, long expected) const;

	World &world_;
	Here &here_;
	PortModel &port_;
	const Step step_; /* a copy: the call may outlive it */
	Random random_;
};

} // namespace sim

#endif
