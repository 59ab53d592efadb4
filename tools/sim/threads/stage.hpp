/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bench of real threads: a machine, a driver, boards that it drives, processes with memory, and
 * a miniport that keeps transfers in flight until an interrupt or a DPC completes them.
 */
#ifndef SIM_THREADS_STAGE_HPP
#define SIM_THREADS_STAGE_HPP

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "../bench/adapter.hpp"
#include "../platform/iommu.hpp"
#include "crew.hpp"

namespace sim {

/// An adapter with what its miniport knows of it.
class Board : public Adapter {
public:
	using Adapter::Adapter;

	PVP_DMA_ADAPTER dma = nullptr; ///< got in HwVidFindAdapter
	unsigned int initialized = 0; ///< calls of HwVidInitialize that succeeded
	std::atomic<bool> refuse_initialize{false};
	/// Transfers that the device works on: by direction.
	std::atomic<PVP_SCATTER_GATHER_LIST> in_flight[2][8] = {};

	/// Lock @p mdl's bytes to the device; it stays in flight if @p stays and there is room.
	VP_STATUS start(PVOID mdl, ULONG length, bool to_device, bool stays);
	/// Complete one that is in flight. Return: there was one.
	bool complete_one(Random &random);
	static ULONG length_of(const VP_SCATTER_GATHER_LIST &list);
};

/// What a miniport does in a request.
using Job = std::function<void(Board &board, VIDEO_REQUEST_PACKET &packet)>;

class Stage : public Miniport, public testing::Test {
protected:
	static constexpr unsigned int process_count = 3, pages = 16;

	explicit Stage(const MachineConfig &config = {});
	~Stage() override;

	/// A board that is found, or nullptr.
	std::shared_ptr<Board> probe(unsigned int number);
	/// The interrupts, softirqs and work of a board, as threads of a crew.
	void events(Crew &crew, const std::shared_ptr<Board> &board);
	static void interrupts(Board &board) { raise_interrupt(board.device); }
	static void softirqs(Board &board);
	/// Nothing of it is alive any more; then it is removed.
	void end(const std::shared_ptr<Board> &board);

	/// @p job runs in HwVidStartIO of a request that this thread makes.
	static int request(Client &client, Job job, size_t bytes = 0);

	/* the miniport */
	VP_STATUS find(Adapter &adapter, VIDEO_PORT_CONFIG_INFO &config) override;
	bool initialize(Adapter &adapter) override;
	bool start_io(Adapter &adapter, VIDEO_REQUEST_PACKET &packet) override;
	bool interrupt(Adapter &adapter) override;
	void timer(Adapter &adapter) override;
	/// Done at once or later: the miniport does not look.
	HW_DMA_RETURN start_dma(Adapter &, PDMA dma) override
	{
		return reinterpret_cast<uintptr_t>(dma) & 1 ? DmaSyncReturn : DmaAsyncReturn;
	}

	/// What else happens in an interrupt.
	std::function<void(Board &board)> on_interrupt;

	std::unique_ptr<Machine> machine_;
	std::unique_ptr<Driver> driver_;
	std::vector<Process *> processes_;
};

/// Somewhere in a process's memory.
uint64_t some_address(Random &random, unsigned int pages, size_t &length);

} // namespace sim

#endif
