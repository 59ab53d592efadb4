/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What should be alive, according to the contract and to what the calls have returned: kept apart
 * from the core, and compared with the platform, the core's counters and the clients' memory.
 */
#ifndef SIM_RANDOM_MODEL_HPP
#define SIM_RANDOM_MODEL_HPP

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "../bench/adapter.hpp"

namespace sim {

struct PortModel;

/// Memory that the port gave its miniport.
struct PoolModel {
	uint8_t *memory;
	size_t length;
	uint64_t owner = 0; ///< a client's number, of the system buffer of its request
	bool freed = false; ///< but locked, or not yet
	unsigned int locks = 0;
};

struct AdapterModel {
	uint64_t token;
	unsigned int bits;
	bool scatter_gather;
	size_t maximum;
	unsigned int work = 0;
	bool uncertain = false; ///< somebody may have put it meanwhile
};

/// Of the miniport, or lent by a client.
struct EventModel {
	uint64_t token;
	uint64_t owner; ///< a client's number; 0: the miniport
	bool resets;
	std::shared_ptr<EventCount> count; ///< of a client's
	bool handle = true;
	bool set = false, known = true; ///< of the miniport's
	uint64_t sets = 0, taken = 0; ///< how often it was set at most, and has ended a wait
	unsigned int waiters = 0;
};

using EventRef = std::shared_ptr<EventModel>;

/// Device memory in a client.
struct ViewModel {
	uint64_t address;
	uint64_t owner; ///< a client's number
	uint64_t token; ///< of the handle that goes with it, or 0
	const void *memory; ///< of a common buffer
};

struct BufferModel {
	PortModel *port;
	uint64_t token;
	uint64_t owner; ///< a client's number; 0: the miniport
	bool write; ///< the device may
	bool mapped; ///< by VideoPortLockPages
	unsigned int mapped_bits = 0;
	uint64_t address;
	size_t length;
	std::vector<Page *> pages; ///< of a process
	Process *process = nullptr;
	PoolModel *pool = nullptr; ///< of the miniport
	std::vector<Element> segments;
	bool taken = false; ///< the miniport has looked at the segments
	bool handle = true; ///< it is still valid
	unsigned int transfers = 0;
	bool events_only = false; ///< it names no memory
	EventRef events[2];
	size_t bytes_used = 0;
	bool running = false; ///< between HwStartDma and its end
	bool unlock_after = false;
	unsigned int doing = 0; ///< calls of VideoPortDoDma before HwStartDma
	unsigned int early = 0; ///< of these were ended already
	unsigned int starting = 0; ///< calls of VideoPortStartDma that have not returned
	std::vector<uint8_t> copy; ///< where mappings are copies: what the device sees
	bool known = true; ///< that is known: nobody was between

	size_t offset_in_page() const { return address % page_size; }
	size_t page_count() const
	{
		return events_only ? 0 : (offset_in_page() + length + page_size - 1) / page_size;
	}
};

struct TransferModel {
	BufferModel *buffer;
	AdapterModel *adapter;
	PVP_SCATTER_GATHER_LIST list;
	size_t offset, length;
	bool to_device;
	bool view; ///< of the buffer's mapping
	bool ended = false; ///< completed, but not finished yet
	unsigned int completing = 0; ///< calls of VideoPortCompleteDma that have not returned
	std::vector<Element> elements;
	std::vector<uint8_t> copy; ///< like that of a buffer, of its own mapping
	bool known = true;

	/// What its data should be can be said.
	bool predictable() const { return known && (!view || buffer->known); }
};

struct CommonModel {
	AdapterModel *adapter; ///< nullptr: the default one
	uint64_t token;
	ULONG length;
	PHYSICAL_ADDRESS logical;
	PVOID memory;
	bool cached;
	bool released; ///< but perhaps not yet
	bool contiguous = false; ///< nothing releases it
	bool early; ///< from the default adapter that there was in HwVidFindAdapter
};

/// What was reachable for a device once.
struct DeadRange {
	uint64_t address;
	uint32_t length;
};

struct PortModel {
	std::shared_ptr<Adapter> adapter;
	size_t maximum = 0, chunk = 0; ///< of its default adapter; 0: no limit
	bool removing = false;
	bool gone = false; ///< removed
	std::vector<std::unique_ptr<PoolModel>> pools;
	std::vector<std::unique_ptr<AdapterModel>> adapters;
	std::vector<std::unique_ptr<BufferModel>> buffers;
	std::vector<std::unique_ptr<TransferModel>> transfers;
	std::vector<CommonModel> commons;
	std::vector<EventRef> events;
	std::vector<ViewModel> views;
	std::vector<PSPIN_LOCK> spin_locks;
	unsigned int locked = 0; ///< threads inside or before one of them
	std::vector<PVOID> ranges;
	Adapter *dpc_slots[3] = {}; ///< contexts of its DPCs
	std::vector<DeadRange> dead;
	unsigned int clients = 0;
	unsigned int system_buffers = 0; ///< of requests that are under way
	unsigned int outside = 0; ///< calls from outside of any callback
	unsigned int closing = 0; ///< clients that are being closed

	BufferModel *buffer(uint64_t token) const;
	EventRef event_of(uint64_t token) const;
	/// One whose DMA runs, also if it was unlocked since.
	BufferModel *running(uint64_t token) const;
	AdapterModel *adapter_of(uint64_t token) const;
	TransferModel *transfer(const void *list) const;
	PoolModel *pool_at(uint64_t address, size_t length) const;
	vp_device &device() const { return adapter->device; }
	/// Nobody can say how much work it has: some of it may be over.
	bool unsure(const AdapterModel &adapter) const;
	/// Something was put off and may still be there.
	bool work_pending() const;

	/// Somebody does not lock it any more.
	void unlock_pool(PoolModel &pool);
	/// Its handle is gone or its last transfer: it may be over. @p now: it must be.
	void buffer_over(BufferModel &buffer, bool now);
	void transfer_over(TransferModel &transfer);
	void common_over(size_t index);
	/// The system buffer of a request, as memory that may be locked; nullptr: it has none.
	PoolModel *system_buffer(const VIDEO_REQUEST_PACKET &packet, uint64_t owner);
	void settle_pools();
	/// The work has run, or everything has ended.
	void settle();
	void clear();
	void remember_dead(const std::vector<Element> &elements);
};

/// The content of pages, as it should be.
class Shadow {
public:
	explicit Shadow(Machine &machine) : machine_(machine) {}

	/// The bytes of a buffer's range.
	std::vector<uint8_t> get(const BufferModel &buffer, size_t offset, size_t length);
	void set(const BufferModel &buffer, size_t offset, const std::vector<uint8_t> &bytes);
	void set_page(const Page &page, size_t offset, const void *bytes, size_t length);
	/// What is there is right: nobody can say what it should be.
	void accept(const BufferModel &buffer);
	void accept_page(const Page &page);
	/// The page is another one now, with zeroes.
	void fresh(const Page &page);
	/// Return: false at the first difference, after saying so.
	bool compare(const BufferModel &buffer, size_t offset, size_t length);
	bool compare_all();

private:
	std::vector<uint8_t> &of(const Page &page);
	template <class Move>
	void each_part(const BufferModel &buffer, size_t offset, size_t length, Move move);

	Machine &machine_;
	std::unordered_map<const Page *, std::vector<uint8_t>> pages_;
};

} // namespace sim

#endif
