// SPDX-License-Identifier: GPL-2.0
/*
 * Clients, transfers, interrupts and removals at once, by real threads. What the thread sanitizer
 * says is a failure; so is everything that the platform notices, or that is left at the end.
 */
#include "stage.hpp"

#include <mutex>

using namespace sim;

namespace {

class LifeTest : public Stage {
protected:
	bool kills_ = false; ///< processes

	/* One that is killed cannot lock. */
	void locked_nothing() const { EXPECT_TRUE(kills_); }

	/* What a client's requests do; each leaves at most transfers in flight. */

	void lock_buffer(Board &board, Random &random, bool keeps)
	{
		size_t length;
		uint64_t address = some_address(random, pages, length);
		PVOID mdl = VideoPortLockBuffer(board.extension, reinterpret_cast<PVOID>(address),
						static_cast<ULONG>(length), VpModifyAccess);

		if (!mdl)
			return locked_nothing();
		for (unsigned int i = random.below(3); i; i--)
			(void)board.start(mdl, static_cast<ULONG>(length), random.one_in(2),
					  random.one_in(2));
		if (!keeps)
			VideoPortUnlockBuffer(board.extension, mdl);
	}

	void lock_pages(Board &board, VIDEO_REQUEST_PACKET packet, Random &random, bool keeps)
	{
		size_t length;
		uint64_t address = some_address(random, pages, length);

		packet.InputBuffer = reinterpret_cast<PVOID>(address);
		packet.InputBufferLength = static_cast<ULONG>(length);
		if (!VideoPortLockPages(board.extension, &packet, nullptr, nullptr,
					VideoPortDmaInitOnly))
			return locked_nothing();

		PVOID handle = packet.OutputBuffer;
		uint64_t bytes = 0;

		for (PVRB_SG next = GET_VIDEO_SCATTERGATHER(&handle); next->Length; next++)
			bytes += next->Length;
		EXPECT_EQ(bytes, length);
		if (random.one_in(2))
			(void)board.start(handle, static_cast<ULONG>(length), random.one_in(2),
					  random.one_in(2));
		if (keeps)
			return;
		EXPECT_TRUE(VideoPortUnlockPages(board.extension, static_cast<PDMA>(handle)));
	}

	Job some_job(Random &random)
	{
		return [this, &random](Board &board, VIDEO_REQUEST_PACKET &packet) {
			bool keeps = random.one_in(8); /* until the client closes */

			switch (random.below(4)) {
			case 0:
				return lock_buffer(board, random, keeps);
			case 1:
				return lock_pages(board, packet, random, keeps);
			case 2: /* the system buffer of the request */
				EXPECT_TRUE(VideoPortLockPages(board.extension, &packet, nullptr,
							       nullptr, VideoPortDmaInitOnly));
				EXPECT_TRUE(VideoPortUnlockPages(
					board.extension, static_cast<PDMA>(packet.OutputBuffer)));
				return;
			default: /* nobody's handle */
				EXPECT_TRUE(VideoPortUnlockPages(
					board.extension, reinterpret_cast<PDMA>(random.next())));
			}
		};
	}

	/* One client's life. Return: the adapter was there. */
	bool client(Board &board, Random &random)
	{
		std::unique_ptr<Client> client;
		int error = board.open(client);

		if (error) {
			EXPECT_EQ(error, -VP_ENODEV);
			return false;
		}
		for (unsigned int i = 1 + random.below(3); i && !error; i--)
			error = request(*client, some_job(random), 100);
		EXPECT_TRUE(!error || error == -VP_ENODEV);
		Adapter::close(std::move(client));
		return !error;
	}
};

TEST_F(LifeTest, ClientsOfTwoAdaptersLockAndTransfer)
{
	std::shared_ptr<Board> boards[] = {probe(0), probe(1)};
	Crew crew;

	for (unsigned int i = 0; i < 6; i++)
		crew.worker("client", processes_[i % process_count], 120, [&](Random &random) {
			EXPECT_TRUE(client(*boards[random.below(2)], random));
		});
	for (const auto &board : boards)
		events(crew, board);
	crew.run();
	for (const auto &board : boards)
		end(board);
}

TEST_F(LifeTest, AdaptersGoWhileClientsUseThem)
{
	std::mutex mutex;
	std::shared_ptr<Board> board = probe(0);
	std::vector<std::shared_ptr<Board>> gone; /* kept: events may still come to them */
	Crew crew;
	auto now = [&] {
		std::lock_guard guard(mutex);

		return board;
	};

	for (unsigned int i = 0; i < 3; i++)
		crew.worker("client", processes_[i], 150,
			    [&](Random &random) { (void)client(*now(), random); });
	crew.worker("admin", nullptr, 30, [&](Random &random) {
		std::shared_ptr<Board> old = now();

		for (unsigned int i = random.below(200); i; i--)
			std::this_thread::yield();
		old->remove();
		gone.push_back(old);

		std::lock_guard guard(mutex);

		board = probe(0);
	});
	crew.background("irq", [&](Random &) { interrupts(*now()); });
	crew.background("softirq", [&](Random &) { softirqs(*now()); });
	crew.background("kworker", [&](Random &) { run_work(now()->device); });
	crew.run();
	board->remove();
}

TEST_F(LifeTest, KilledClientsLeaveNothing)
{
	std::shared_ptr<Board> board = probe(0);
	Crew crew;

	kills_ = true;
	for (unsigned int i = 0; i < 4; i++)
		crew.worker("client", processes_[i % 2], 100, [&](Random &random) {
			std::unique_ptr<Client> client;

			if (board->open(client))
				return; /* killed while it waited */
			(void)request(*client, some_job(random), 100);
			Adapter::close(std::move(client));
		});
	/* their waits and their locks end; they go on as if they had been forked anew */
	crew.background("killer", [&](Random &random) {
		Process &process = *processes_[random.below(2)];

		process.killed = true;
		process.killed = false;
	});
	events(crew, board);
	crew.run();
	end(board);
}

TEST_F(LifeTest, TheFirstOpenInitializesOnce)
{
	for (unsigned int round = 0; round < 20; round++) {
		std::shared_ptr<Board> board = probe(0);
		std::atomic<unsigned int> refused = 0;
		Crew crew;

		board->refuse_initialize = true;
		for (unsigned int i = 0; i < 3; i++)
			crew.worker("client", processes_[i], 3, [&](Random &) {
				std::unique_ptr<Client> client;
				int error = board->open(client);

				if (error == -VP_EIO)
					refused++;
				else
					EXPECT_EQ(error, 0);
				if (!error)
					Adapter::close(std::move(client));
			});
		crew.background("irq", [&](Random &) { interrupts(*board); });
		crew.run();
		EXPECT_EQ(refused, 1u);
		EXPECT_EQ(board->initialized, 1u);
		end(board);
	}
}

} // namespace
