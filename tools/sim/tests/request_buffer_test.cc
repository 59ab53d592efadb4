// SPDX-License-Identifier: GPL-2.0
/*
 * The system buffers of requests where the memory of one may be kept for the next: what a miniport
 * sees of it, what is locked of it, and who gets it.
 */
#include "bench.hpp"

#include <algorithm>
#include <cstring>

#include "../platform/arena.hpp"
#include "../platform/fail.hpp"

using namespace sim;

namespace {

class RequestBufferTest : public BenchTest {
protected:
	RequestBufferTest() : BenchTest(keeping()) {}

	static MachineConfig keeping()
	{
		MachineConfig config;

		config.keeps_memory = true;
		return config;
	}

	/// A request with a buffer of its own, that is made and not yet served.
	vp_request made(User &user, uint32_t input, uint32_t output)
	{
		vp_request request{};

		request.capacity = std::max(input, output);
		request.input_length = input;
		request.output_length = output;
		EXPECT_EQ(vp_core_request_buffer(user.client->core, &request), 0);
		return request;
	}
	static void free(User &user, vp_request &request)
	{
		vp_core_request_buffer_free(user.client->core, &request);
		EXPECT_EQ(request.buffer, nullptr);
	}
	static uint64_t address(const vp_request &request)
	{
		return reinterpret_cast<uintptr_t>(request.buffer);
	}
};

TEST_F(RequestBufferTest, TheNextRequestHasTheMemoryOfTheOneBefore)
{
	Running running(a.thread);
	vp_request first = made(a, 16, 16);
	void *memory = first.buffer;
	size_t blocks = arena::live_blocks();

	EXPECT_EQ(bench.counter("allocations"), 1u);
	free(a, first);
	EXPECT_EQ(bench.counter("allocations"), 0u);
	EXPECT_EQ(arena::live_blocks(), blocks);

	vp_request second = made(a, 300, 20);

	EXPECT_EQ(second.buffer, memory);
	EXPECT_EQ(bench.counter("allocations"), 1u);
	free(a, second);
	EXPECT_EQ(arena::live_blocks(), blocks);
}

TEST_F(RequestBufferTest, BehindTheInputItIsZeroWhateverWasThere)
{
	Running running(a.thread);

	for (uint32_t size : {1u, 64u, 312u, 313u, 314u, 5000u}) {
		vp_request first = made(a, size, size);

		memset(first.buffer, 0xee, size);
		free(a, first);
		for (uint32_t input : {0u, 1u, size / 2, size}) {
			vp_request next = made(a, input, size);
			auto *bytes = static_cast<uint8_t *>(next.buffer);

			memset(bytes, 0xee, input);
			EXPECT_TRUE(std::all_of(bytes + input, bytes + size,
						[](uint8_t byte) { return byte == 0; }))
				<< input << " of " << size;
			memset(bytes, 0xee, size);
			free(a, next);
		}
	}
}

TEST_F(RequestBufferTest, NoTwoHaveTheSame)
{
	Running running(a.thread);
	vp_request first = made(a, 100, 100), second = made(a, 100, 100), of_b = made(b, 100, 100);
	size_t blocks = arena::live_blocks();

	EXPECT_NE(first.buffer, second.buffer);
	EXPECT_NE(first.buffer, of_b.buffer);
	void *kept = first.buffer;
	free(a, first);
	free(a, second);
	EXPECT_EQ(arena::live_blocks(), blocks - 1) << "one is kept";

	vp_request more = made(b, 100, 100);

	EXPECT_NE(more.buffer, kept) << "what a client's request had stays with the client";
	free(b, more);
	free(b, of_b);
}

/* No device writes to a line of the caches in which something else stands. */
TEST_F(RequestBufferTest, ItBeginsALineOfTheCaches)
{
	Running running(a.thread);
	vp_request request = made(a, 8, 8);

	EXPECT_EQ(address(request) % 128, 0u);
	free(a, request);
}

TEST_F(RequestBufferTest, WhatIsLockedOfItIsNotGivenOutAgain)
{
	PVOID handle = nullptr;
	uint64_t locked = 0;

	bench.request(
		a,
		[&](VIDEO_REQUEST_PACKET &packet) {
			locked = reinterpret_cast<uintptr_t>(packet.InputBuffer);
			EXPECT_TRUE(VideoPortLockPages(bench.extension(), &packet, nullptr, nullptr,
						       VideoPortDmaInitOnly));
			handle = packet.OutputBuffer;
		},
		pattern(100));
	EXPECT_EQ(bench.counter("allocations"), 1u);
	bench.request(
		a,
		[&](VIDEO_REQUEST_PACKET &packet) {
			EXPECT_NE(reinterpret_cast<uintptr_t>(packet.InputBuffer), locked);
			EXPECT_EQ(bench.counter("allocations"), 2u);
		},
		pattern(100));
	EXPECT_EQ(bench.counter("allocations"), 1u);
	bench.in_request(a, [&] {
		EXPECT_TRUE(VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(handle)));
	});
	EXPECT_EQ(bench.counter("allocations"), 0u);
	EXPECT_EQ(bench.counter("locked_buffers"), 0u);
}

TEST_F(RequestBufferTest, AnAddressThatWasKeptNamesNothingInTheNextRequest)
{
	uint64_t kept = 0;

	bench.request(
		a,
		[&](VIDEO_REQUEST_PACKET &packet) {
			kept = reinterpret_cast<uintptr_t>(packet.InputBuffer);
		},
		pattern(100));

	uint64_t before = bench.counter("bad_address");

	/* of the same client, but with no buffer, and with one that is shorter */
	bench.in_request(a, [&] { EXPECT_FALSE(bench.lock_pages(kept, 100).locked); });
	bench.request(
		a,
		[&](VIDEO_REQUEST_PACKET &) { EXPECT_FALSE(bench.lock_pages(kept, 100).locked); },
		pattern(99));
	bench.in_request(b, [&] { EXPECT_FALSE(bench.lock_pages(kept, 100).locked); });
	EXPECT_EQ(bench.counter("bad_address"), before + 3);
}

TEST_F(RequestBufferTest, WithoutMemoryTheRequestFailsAndTheNextOneDoesNot)
{
	Running running(a.thread);

	for (uint32_t size : {100u, 5000u}) {
		vp_request request{};
		FailAt fail(1);

		request.capacity = request.output_length = size;
		EXPECT_EQ(vp_core_request_buffer(a.client->core, &request), -VP_ENOMEM);
		EXPECT_TRUE(fail.hit());
		EXPECT_EQ(request.buffer, nullptr);
		EXPECT_EQ(request.allocation, nullptr);
		EXPECT_EQ(bench.counter("allocations"), 0u);
	}

	vp_request request = made(a, 100, 100);

	free(a, request);
}

TEST_F(RequestBufferTest, ItGoesWithTheClient)
{
	size_t blocks = 0;

	{
		Running running(a.thread);
		vp_request request = made(a, 100, 100);

		free(a, request);
		blocks = arena::live_blocks();
	}
	bench.close(a);
	EXPECT_LE(arena::live_blocks(), blocks - 2) << "the client, and the buffer";
}

} // namespace
