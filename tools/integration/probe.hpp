// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the probe miniport: each VideoPort call as a function with the arguments that the
 * test wants, in the context that the test wants. Owns the open node; nothing that was locked.
 */
#ifndef INTEGRATION_PROBE_HPP
#define INTEGRATION_PROBE_HPP

#include <initializer_list>
#include <optional>
#include <vector>

#include "bench.hpp"
#include "memory.hpp"

namespace integration {

/// Handles of the port: tokens that the probe passes through as they are.
using Handle = uint64_t;

/// IRQLs that VideoPortGetCurrentIrql() tells.
inline constexpr uint32_t passive_level = 0;
inline constexpr uint32_t dispatch_level = 2;

/// What an adapter is asked for: PROBE_ADAPTER_* flags and the longest transfer in bytes.
struct AdapterWish {
	uint32_t flags = PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_32_BITS;
	uint32_t maximum_length = 1 << 20;
};

/// What VideoPortLockPages() gave.
struct LockedPages {
	bool locked = false;
	Handle handle = 0;
	uint32_t list_bytes = 0; ///< OutputBufferLength
	bool vrp_untouched = false;
};

/// What VideoPortStartDma() gave.
struct Started {
	uint32_t status = ~0U; ///< VP_STATUS
	uint32_t index = 0; ///< for Probe::list()
	uint32_t length = 0; ///< *pLength afterwards
	uint64_t list = 0; ///< for Probe::complete_dma()
};

/// Memory of the kernel that the probe keeps in a slot.
struct CommonBuffer {
	uint64_t pointer = 0; ///< 0: there is none
	uint64_t logical = 0;
	uint32_t length = 0; ///< what was asked for, or got (GetCommonBuffer)
	uint32_t misalignment = 0; ///< virtual address modulo the alignment asked for
};

/// What HwStartDma saw when it was called last.
struct SeenStart {
	uint32_t calls = 0; ///< since Probe::choose_start_dma()
	Handle handle = 0;
	uint32_t irql = ~0U;
	uint32_t bytes_used = 0;
	uint64_t context = 0;
	bool signalled = false; ///< what VideoPortSignalDmaComplete() returned inside it
};

/// Device memory that is mapped into this process.
struct ClientView {
	uint64_t address = 0; ///< 0: there is none
	uint32_t length = 0; ///< bytes from there on
	Handle handle = 0; ///< of VideoPortMapDmaMemory()
};

class Probe {
public:
	Probe() = default;
	explicit Probe(Place place) : device_(open_adapter(place)) {}
	explicit Probe(videoport::Device device) : device_(std::move(device)) {}

	const videoport::Device &device() const { return device_; }
	void close() { device_.close(); }

	/// Make a call; in another context than HwVidStartIO its answer is waited for.
	PROBE_ANSWER call(PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments = {},
			  PROBE_CONTEXT context = ProbeStartIo) const;
	/// The same, but a deferred call is not waited for.
	PROBE_ANSWER post(PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments,
			  PROBE_CONTEXT context) const;
	/// Wait for the answer of a deferred call.
	PROBE_ANSWER await() const;

	PROBE_COUNTS counts() const;
	PROBE_LIST list(uint32_t index) const;

	Handle get_adapter(const AdapterWish &wish = {}) const;
	void put_adapter(Handle adapter) const;

	Handle lock_buffer(uint64_t address, uint32_t length,
			   VP_LOCK_OPERATION operation = VpModifyAccess) const;
	Handle lock_buffer(const videoport::Region &region,
			   VP_LOCK_OPERATION operation = VpModifyAccess) const
	{
		return lock_buffer(region.address(), static_cast<uint32_t>(region.size()),
				   operation);
	}
	void unlock_buffer(Handle mdl, int spelling = 0) const;

	LockedPages lock_pages(uint64_t address, uint32_t length,
			       uint32_t flags = VideoPortDmaInitOnly) const;
	LockedPages lock_pages(const videoport::Region &region) const
	{
		return lock_pages(region.address(), static_cast<uint32_t>(region.size()));
	}
	/// What VideoPortUnlockPages() returned.
	uint64_t unlock_pages(Handle dma) const;
	Handle get_mdl(Handle dma) const;
	/// The elements that GET_VIDEO_SCATTERGATHER gives.
	std::vector<PROBE_ELEMENT> scatter_gather(Handle dma) const;

	Started start_dma(Handle adapter, Handle mdl, uint32_t offset, uint32_t length,
			  bool write_to_device, uint32_t options = 0) const;
	/// VP_STATUS of VideoPortCompleteDma().
	uint32_t complete_dma(Handle adapter, uint64_t list, bool write_to_device) const;

	CommonBuffer allocate_common_buffer(Handle adapter, uint32_t length,
					    bool cached = false) const;
	void release_common_buffer(Handle adapter, const CommonBuffer &buffer,
				   bool cached = false) const;
	CommonBuffer get_common_buffer(uint32_t length, uint32_t alignment,
				       bool cached = false) const;
	void free_common_buffer(const CommonBuffer &buffer, bool cached = false) const;

	/// What HwStartDma of vp_probe_nt4 does from now on.
	void choose_start_dma(uint32_t returns, uint32_t flags = 0) const;
	SeenStart start_dma_seen() const;
	/// What VideoPortDoDma() returned.
	Handle do_dma(Handle dma, uint32_t flags = VideoPortKeepPagesLocked,
		      PROBE_CONTEXT context = ProbeStartIo) const;
	/// What VideoPortSignalDmaComplete() returned.
	uint64_t signal(Handle dma, PROBE_CONTEXT context = ProbeStartIo) const;
	uint32_t bytes_used(Handle dma) const;
	void set_bytes_used(Handle dma, uint32_t bytes) const;

	/// 0: there is none.
	Handle create_event(uint32_t flags) const;
	/// VP_STATUS of VideoPortDeleteEvent().
	uint32_t delete_event(Handle event) const;
	uint64_t set_event(Handle event, PROBE_CONTEXT context = ProbeStartIo) const;
	void clear_event(Handle event, PROBE_CONTEXT context = ProbeStartIo) const;
	uint64_t event_state(Handle event, PROBE_CONTEXT context = ProbeStartIo) const;
	/// VP_STATUS of VideoPortWaitForSingleObject(); no @p timeout: for ever.
	uint32_t wait(Handle event, std::optional<int64_t> timeout) const;

	/// VideoPortMapMemory() for the client, and its undoing (VP_STATUS).
	ClientView map_memory(uint64_t physical, uint32_t length,
			      uint32_t flags = VIDEO_MEMORY_SPACE_USER_MODE,
			      uint64_t process = 0) const;
	uint32_t unmap_memory(const ClientView &view) const;

	uint64_t peek(uint64_t pointer, int32_t offset = 0) const;
	void poke(uint64_t pointer, int32_t offset, uint64_t value) const;

	uint32_t read_register(uint32_t offset) const;
	void write_register(uint32_t offset, uint32_t value) const;
	/// edu only: let the device move bytes between @p logical and its own buffer, and wait.
	void edu_dma(uint64_t logical, uint32_t device_offset, uint32_t length,
		     bool to_device) const;
	/// The same in two steps: in between the device works.
	void edu_start(uint64_t logical, uint32_t device_offset, uint32_t length,
		       bool to_device) const;
	void edu_wait() const;

private:
	videoport::Device device_;
};

/// A test with the probe on an edu device open, and a DMA adapter that is put back at the end.
class ProbeTest : public BenchTest {
protected:
	/// Which probe.
	virtual Place place() const { return Place::probe_edu; }
	void SetUp() override;
	void TearDown() override;

	/// The test's DMA adapter: scatter/gather, 32 bits, at most 1 MiB a transfer.
	Handle adapter();
	/// One more, also put back at the end.
	Handle another_adapter(const AdapterWish &wish);

	Probe probe;

private:
	Handle adapter_ = 0;
	std::vector<Handle> adapters_;
};

/// The same with the probe that has HwStartDma.
class Nt4Test : public ProbeTest {
protected:
	Place place() const override { return Place::probe_nt4; }
};

/// Elements of a list of Probe::list().
std::vector<PROBE_ELEMENT> elements(const PROBE_LIST &list);

/**
 * Check that a list covers @p length bytes at @p first, as the run's kind of addresses tells:
 * physical ones without an IOMMU, others with one or with bounce buffers.
 */
void expect_covers(const std::vector<PROBE_ELEMENT> &list, const std::byte *first, size_t length);

/// Write bytes that depend on place and @p seed.
void fill(std::span<std::byte> bytes, unsigned int seed);

} // namespace integration

#endif // INTEGRATION_PROBE_HPP
