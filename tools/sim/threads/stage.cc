// SPDX-License-Identifier: GPL-2.0
/*
 * The bench of real threads, and its miniport. See stage.hpp.
 */
#include "stage.hpp"

#include <algorithm>

#include "../platform/fail.hpp"

namespace sim {

/* ---- A board ---- */

namespace {

struct Execution {
	Board *board;
	PVP_DMA_ADAPTER adapter;
	bool to_device, stays;
};

/* The device moves the data at once; whether it says so now or later is another thing. */
VOID execute(PVOID extension, PVP_DMA_ADAPTER adapter, PVP_SCATTER_GATHER_LIST list, PVOID context)
{
	auto [board, wanted, to_device, stays] = *static_cast<Execution *>(context);
	std::vector<uint8_t> data(Board::length_of(*list), 0x11);
	size_t done = 0;

	EXPECT_EQ(adapter, wanted);
	EXPECT_EQ(vp_context_now(), VP_DISPATCH);
	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		auto at = static_cast<uint64_t>(list->Elements[i].Address.QuadPart);
		uint32_t length = list->Elements[i].Length;
		Access access = to_device ? device_read(board->device, at, &data[done], length)
					  : device_write(board->device, at, &data[done], length);

		EXPECT_EQ(access, Access::Done);
		done += length;
	}
	if (stays)
		for (auto &slot : board->in_flight[to_device]) {
			PVP_SCATTER_GATHER_LIST none = nullptr;

			if (slot.compare_exchange_strong(none, list))
				return;
		}
	EXPECT_EQ(VideoPortCompleteDma(extension, adapter, list, to_device), NO_ERROR);
}

} // namespace

ULONG Board::length_of(const VP_SCATTER_GATHER_LIST &list)
{
	ULONG bytes = 0;

	for (ULONG i = 0; i < list.NumberOfElements; i++)
		bytes += list.Elements[i].Length;
	return bytes;
}

VP_STATUS Board::start(PVOID mdl, ULONG length, bool to_device, bool stays)
{
	Execution execution{this, dma, to_device, stays};

	return VideoPortStartDma(extension, dma, mdl, 0, &length, execute, &execution, to_device);
}

bool Board::complete_one(Random &random)
{
	bool to_device = random.one_in(2);

	for (bool direction : {to_device, !to_device})
		for (auto &slot : in_flight[direction])
			if (auto *list = slot.exchange(nullptr)) {
				EXPECT_EQ(VideoPortCompleteDma(extension, dma, list, direction),
					  NO_ERROR);
				return true;
			}
	return false;
}

/* ---- The stage ---- */

Stage::Stage(const MachineConfig &config)
{
	set_failure_handler([](const std::string &message) {
		ADD_FAILURE() << "the platform says: " << message;
	});
	machine_ = std::make_unique<Machine>(config);
	EXPECT_EQ(vp_core_init(), 0);
	driver_ = std::make_unique<Driver>(DriverData{.has_start_dma = true, .change = nullptr});
	EXPECT_EQ(driver_->load(), 0);
	for (unsigned int i = 0; i < process_count; i++) {
		processes_.push_back(&machine_->add_process());
		for (unsigned int page = 0; page < pages; page++)
			processes_.back()->map(page, PageKind::Normal);
	}
}

Stage::~Stage()
{
	driver_->unload();
	vp_core_exit();
	machine_.reset(); /* says what was left */
	set_failure_handler(nullptr);
}

std::shared_ptr<Board> Stage::probe(unsigned int number)
{
	auto board = std::make_shared<Board>(*this, number);

	EXPECT_EQ(board->probe(*driver_), 0);
	return board;
}

void Stage::softirqs(Board &board)
{
	run_dpc(board.device);
	machine().clock_ms += 100;
	run_timer(board.device);
}

void Stage::events(Crew &crew, const std::shared_ptr<Board> &board)
{
	crew.background("irq", [board](Random &) { interrupts(*board); });
	crew.background("softirq", [board](Random &) { softirqs(*board); });
	crew.background("kworker", [board](Random &) {
		run_work(board->device);
		run_watch(board->device);
	});
}

void Stage::end(const std::shared_ptr<Board> &board)
{
	Random random(1);

	while (board->complete_one(random))
		;
	run_work(board->device);
	for (const char *name : {"locked_buffers", "pinned_pages", "mappings", "transfers",
				 "common_buffers", "clients"})
		EXPECT_EQ(board->counter(name), 0u) << name;
	board->remove();
}

/* ---- The miniport ---- */

static thread_local Job request_job;

int Stage::request(Client &client, Job job, size_t bytes)
{
	std::vector<uint8_t> data(bytes, 0x22);

	request_job = std::move(job);

	int error = Adapter::request(client, 0x42, data).error;

	request_job = nullptr;
	return error;
}

VP_STATUS Stage::find(Adapter &adapter, VIDEO_PORT_CONFIG_INFO &)
{
	auto &board = static_cast<Board &>(adapter);
	VP_DEVICE_DESCRIPTION description{};

	description.ScatterGather = TRUE;
	description.Dma32BitAddresses = TRUE;
	board.dma = VideoPortGetDmaAdapter(board.extension, &description);
	VideoPortStartTimer(board.extension);
	return board.dma ? NO_ERROR : ERROR_DEV_NOT_EXIST;
}

bool Stage::initialize(Adapter &adapter)
{
	auto &board = static_cast<Board &>(adapter);

	if (board.refuse_initialize.exchange(false))
		return false;
	board.initialized++;
	return true;
}

bool Stage::start_io(Adapter &adapter, VIDEO_REQUEST_PACKET &packet)
{
	packet.StatusBlock->Status = NO_ERROR;
	packet.StatusBlock->Information = packet.OutputBufferLength;
	if (Job job = std::exchange(request_job, nullptr))
		job(static_cast<Board &>(adapter), packet);
	return true;
}

bool Stage::interrupt(Adapter &adapter)
{
	static thread_local Random random(7);
	auto &board = static_cast<Board &>(adapter);

	if (on_interrupt)
		on_interrupt(board);
	if (random.one_in(3))
		return board.complete_one(random);
	VideoPortQueueDpc(
		board.extension,
		[](PVOID, PVOID context) {
			static thread_local Random own(9);

			static_cast<Board *>(context)->complete_one(own);
		},
		&board);
	return true;
}

void Stage::timer(Adapter &adapter)
{
	static thread_local Random random(8);

	static_cast<Board &>(adapter).complete_one(random);
}

uint64_t some_address(Random &random, unsigned int pages, size_t &length)
{
	unsigned int page = random.below(pages);
	size_t offset = random.below(page_size);

	length = 1 + random.below(static_cast<uint32_t>((pages - page) * page_size - offset));
	length = std::min<size_t>(length, 3 * page_size);
	return Process::address(page, offset);
}

} // namespace sim
