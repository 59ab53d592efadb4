// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctl: what is refused before the miniport sees it, and what the miniport and the client
 * share while it is served. Wrong structures first, then buffers, then a miniport's misdeeds.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <thread>

using namespace integration;
using videoport::Region;
using videoport::Reply;

namespace {

class RequestTest : public ProbeTest {
protected:
	/// A request that is right: IOCTL_PROBE_ECHO without data.
	static videoport_request good()
	{
		videoport_request request = {};
		request.size = sizeof(request);
		request.code = IOCTL_PROBE_ECHO;
		return request;
	}

	static uint32_t max_request_bytes()
	{
		std::ifstream file("/sys/module/videoport/parameters/max_request_bytes");
		uint32_t bytes = 0;
		file >> bytes;
		return bytes;
	}

	/// errno of the ioctl with any argument.
	int raw(const void *argument, unsigned long command = VIDEOPORT_IOC_REQUEST) const
	{
		return ioctl(probe.device().fd(), command, argument) < 0 ? errno : 0;
	}

	Reply echo(std::span<const std::byte> input, std::span<std::byte> output) const
	{
		return probe.device().request(IOCTL_PROBE_ECHO, input, output);
	}

	/// Let the miniport misbehave with @p bytes of output, which are @p before at first.
	Reply misbehave(const PROBE_MISDEED &misdeed, std::span<std::byte> output) const
	{
		std::ranges::fill(output, std::byte{0xee});
		return probe.device().request(IOCTL_PROBE_MISBEHAVE,
					      std::as_bytes(std::span(&misdeed, 1)), output);
	}

	static bool all(std::span<const std::byte> bytes, int value)
	{
		return std::ranges::all_of(bytes,
					   [&](std::byte b) { return b == std::byte(value); });
	}
};

/// A structure as a newer client would have it: more members at its end.
struct newer_request {
	videoport_request known;
	uint64_t more[2];
};

} // namespace

TEST_F(RequestTest, AnUnknownIoctlIsAnsweredWithErrorInvalidFunction)
{
	const Reply reply = probe.device().request(0x23fffc);
	EXPECT_EQ(reply.error, 0);
	EXPECT_EQ(reply.status, unsigned{ERROR_INVALID_FUNCTION});
}

TEST_F(RequestTest, AnIoctlOfAnotherNumberIsNotOurs)
{
	videoport_request request = good();
	EXPECT_EQ(raw(&request, _IOWR('v', 0x41, __u8[48])), ENOTTY);
	EXPECT_EQ(raw(&request, _IOWR('w', 0x40, __u8[48])), ENOTTY);
	EXPECT_EQ(raw(&request, 0), ENOTTY);
}

TEST_F(RequestTest, AStructThatIsTooSmallIsInvalid)
{
	for (const uint32_t size : {0U, 1U, unsigned{VIDEOPORT_REQUEST_SIZE_VER0} - 1}) {
		videoport_request request = good();
		request.size = size;
		expect_refused(probe.device(), {"bad_request", "request", size},
			       [&] { EXPECT_EQ(raw(&request), EINVAL); });
	}
}

TEST_F(RequestTest, ALargerStructWithZeroTailIsAccepted)
{
	newer_request request = {good(), {}};
	request.known.size = sizeof(request);
	request.known.status = 0x77;
	expect_accepted(probe.device(), [&] { EXPECT_EQ(raw(&request), 0); });
	EXPECT_EQ(request.known.status, 0U);
}

TEST_F(RequestTest, ALargerStructWithNonZeroTailIsTooBig)
{
	newer_request request = {good(), {0, 1}};
	request.known.size = sizeof(request);
	expect_refused(probe.device(), {"bad_request", "request", {}},
		       [&] { EXPECT_EQ(raw(&request), E2BIG); });
}

TEST_F(RequestTest, AStructLargerThanItsMemoryIsAFault)
{
	const Region page = Region::make(videoport::page_size());
	auto *request = reinterpret_cast<videoport_request *>(page.data() + page.size()) - 1;
	*request = good();
	EXPECT_EQ(raw(request), 0);
	request->size = sizeof(*request) + 8; // the bytes behind it lie in the guard page
	EXPECT_EQ(raw(request), EFAULT);
}

TEST_F(RequestTest, AStructThatSaysLessThanItsMemoryHoldsIsInvalidAndNoFault)
{
	const Region page = Region::make(videoport::page_size());
	auto *size = reinterpret_cast<uint32_t *>(page.data() + page.size()) - 1;
	*size = sizeof(*size);
	expect_refused(probe.device(), {"bad_request", "request", *size},
		       [&] { EXPECT_EQ(raw(size), EINVAL); });
	*size = sizeof(videoport_request); // the rest of it lies in the guard page
	EXPECT_EQ(raw(size), EFAULT);
}

TEST_F(RequestTest, AStructThatCannotBeWrittenIsAFault)
{
	const Region page = Region::make(videoport::page_size());
	*reinterpret_cast<videoport_request *>(page.data()) = good();
	EXPECT_EQ(raw(page.data()), 0);
	ASSERT_TRUE(page.protect(0, 1, PROT_READ));
	EXPECT_EQ(raw(page.data()), EFAULT);
}

TEST_F(RequestTest, FlagsMustBeZero)
{
	for (const uint32_t flags : {1U, 0x80000000U}) {
		videoport_request request = good();
		request.flags = flags;
		expect_refused(probe.device(), {"bad_request", "request", flags},
			       [&] { EXPECT_EQ(raw(&request), EINVAL); });
	}
}

TEST_F(RequestTest, AStructThatIsNotAccessibleIsAFault)
{
	EXPECT_EQ(raw(nullptr), EFAULT);
	EXPECT_EQ(raw(reinterpret_cast<void *>(0xffffffff81000000)), EFAULT);
	EXPECT_EQ(raw(reinterpret_cast<void *>(~0ULL)), EFAULT);
}

TEST_F(RequestTest, InputOverTheBoundIsRefusedAndTheBoundItselfAccepted)
{
	const uint32_t bound = max_request_bytes();
	ASSERT_NE(bound, 0U);
	const Region data = Region::make(bound + 1);
	videoport_request request = good();
	request.input = data.address();
	request.input_length = bound;
	EXPECT_EQ(raw(&request), 0);
	request.input_length = bound + 1;
	expect_refused(probe.device(), {"bad_request", "request", bound + 1},
		       [&] { EXPECT_EQ(raw(&request), EMSGSIZE); });
}

TEST_F(RequestTest, OutputOverTheBoundIsRefusedAndTheBoundItselfAccepted)
{
	const uint32_t bound = max_request_bytes();
	const Region data = Region::make(bound + 1);
	videoport_request request = good();
	request.output = data.address();
	request.output_length = bound;
	EXPECT_EQ(raw(&request), 0);
	for (const uint32_t length : {bound + 1, 0xffffffffU}) {
		request.output_length = length;
		expect_refused(probe.device(), {"bad_request", "request", length},
			       [&] { EXPECT_EQ(raw(&request), EMSGSIZE); });
	}
}

TEST_F(RequestTest, InputThatCannotBeReadIsAFault)
{
	const Region memory = Region::make(2 * videoport::page_size());
	ASSERT_TRUE(memory.protect(1, 1, PROT_NONE));
	for (const uint64_t address : {uint64_t{0}, memory.address() + videoport::page_size() - 8,
				       uint64_t{0xffff888000000000}, ~uint64_t{0} - 8}) {
		videoport_request request = good();
		request.input = address;
		request.input_length = 16;
		EXPECT_EQ(raw(&request), EFAULT) << std::hex << address;
	}
}

TEST_F(RequestTest, OutputThatCannotBeWrittenIsAFault)
{
	const Region memory = Region::make(videoport::page_size());
	ASSERT_TRUE(memory.protect(0, 1, PROT_READ));
	for (const uint64_t address :
	     {uint64_t{0}, memory.address(), uint64_t{0xffff888000000000}}) {
		videoport_request request = good();
		request.output = address;
		request.output_length = 16;
		EXPECT_EQ(raw(&request), EFAULT) << std::hex << address;
	}
}

TEST_F(RequestTest, DataOfAnyLengthArrivesWholeAndNothingElseIsTouched)
{
	const size_t page = videoport::page_size();
	const Region from = Region::make(page), to = Region::make(page);
	for (size_t length = 1; length <= 200; length++) {
		// both end where a guard page begins
		const std::span<std::byte> input = from.bytes().last(length);
		const std::span<std::byte> output = to.bytes().last(length);
		fill(input, static_cast<unsigned int>(length));
		std::ranges::fill(to.bytes(), std::byte{0xee});
		const Reply reply = echo(input, output);
		ASSERT_TRUE(reply) << reply.name() << ", " << length;
		EXPECT_EQ(reply.information, length);
		EXPECT_TRUE(std::ranges::equal(input, output)) << length;
		EXPECT_TRUE(all(to.bytes().first(page - length), 0xee)) << length;
		// and one byte too many lies in it
		videoport_request request = good();
		request.input = reinterpret_cast<uint64_t>(input.data()) + 1;
		request.input_length = static_cast<uint32_t>(length);
		EXPECT_EQ(raw(&request), EFAULT) << length;
		request.input = reinterpret_cast<uint64_t>(input.data());
		request.output = reinterpret_cast<uint64_t>(output.data()) + 1;
		request.output_length = request.input_length;
		EXPECT_EQ(raw(&request), EFAULT) << length;
	}
}

TEST_F(RequestTest, DataOfNoLengthMayBeAnywhere)
{
	for (const uint64_t address : {uint64_t{0}, uint64_t{0xffff888000000000}, ~uint64_t{0}}) {
		videoport_request request = good();
		request.input = request.output = address;
		EXPECT_EQ(raw(&request), 0) << std::hex << address;
	}
}

TEST_F(RequestTest, ASmallRequestSeesNothingOfTheOneBefore)
{
	std::array<std::byte, 300> full;
	fill(full, 3);
	ASSERT_TRUE(echo(full, full));
	for (const size_t length : {0U, 1U, 16U, 100U}) {
		std::array<std::byte, 300> output;
		std::ranges::fill(output, std::byte{0xee});
		ASSERT_TRUE(echo(std::span(full).first(length), output));
		EXPECT_TRUE(std::ranges::equal(std::span(full).first(length),
					       std::span(output).first(length)));
		EXPECT_TRUE(all(std::span(output).subspan(length), 0)) << length;
		ASSERT_TRUE(echo(full, full));
	}
}

TEST_F(RequestTest, ARequestMayHaveNoDataAtAll)
{
	const Reply reply = probe.device().request(IOCTL_PROBE_ECHO);
	EXPECT_TRUE(reply) << reply.name();
	EXPECT_EQ(reply.information, 0U);
}

TEST_F(RequestTest, InputAndOutputAreOneSystemBuffer)
{
	PROBE_VRP vrp = {};
	const std::array<std::byte, 5> input = {};
	ASSERT_TRUE(probe.device().request(IOCTL_PROBE_VRP, input,
					   std::as_writable_bytes(std::span(&vrp, 1))));
	EXPECT_EQ(vrp.OneBuffer, 1U);
	EXPECT_EQ(vrp.InputBufferLength, 5U);
	EXPECT_EQ(vrp.OutputBufferLength, sizeof(vrp));
	EXPECT_EQ(vrp.IoControlCode, unsigned{IOCTL_PROBE_VRP});
}

TEST_F(RequestTest, HwVidStartIoIsCalledAtPassive)
{
	PROBE_VRP vrp = {};
	ASSERT_TRUE(probe.device().fetch(IOCTL_PROBE_VRP, vrp));
	EXPECT_EQ(vrp.Irql, passive_level);
}

TEST_F(RequestTest, TheSystemBufferIsZeroBehindTheInput)
{
	std::array<std::byte, 100> input;
	fill(input, 1);
	std::array<std::byte, 5000> output;
	std::ranges::fill(output, std::byte{0xee});
	const Reply reply = echo(input, output);
	ASSERT_TRUE(reply) << reply.name();
	EXPECT_EQ(reply.information, output.size());
	EXPECT_TRUE(std::ranges::equal(input, std::span(output).first(input.size())));
	EXPECT_TRUE(all(std::span(output).subspan(input.size()), 0)) << "kernel memory leaks";
}

TEST_F(RequestTest, OutputMayBeTheSameMemoryAsInput)
{
	std::array<std::byte, 300> data, copy;
	fill(data, 2);
	copy = data;
	ASSERT_TRUE(echo(data, data));
	EXPECT_EQ(data, copy);
}

TEST_F(RequestTest, AnAnswerThatDoesNotFitIsRefusedByTheMiniportAndNothingIsWritten)
{
	std::array<std::byte, sizeof(PROBE_COUNTS) - 1> output;
	std::ranges::fill(output, std::byte{0xee});
	const Reply reply = probe.device().request(IOCTL_PROBE_COUNTS, {}, output);
	EXPECT_EQ(reply.error, 0);
	EXPECT_EQ(reply.status, unsigned{ERROR_INSUFFICIENT_BUFFER});
	EXPECT_TRUE(all(output, 0xee));
}

TEST_F(RequestTest, OnlyInformationBytesGoBack)
{
	std::array<std::byte, 64> output;
	const Reply reply = misbehave({PROBE_SET_INFORMATION | PROBE_FILL_OUTPUT, 0, 10}, output);
	ASSERT_TRUE(reply) << reply.name();
	EXPECT_EQ(reply.information, 10U);
	EXPECT_TRUE(all(std::span(output).first(10), 0x5a));
	EXPECT_TRUE(all(std::span(output).subspan(10), 0xee));
}

TEST_F(RequestTest, NeverMoreThanTheOutputLengthGoesBackWhateverInformationSays)
{
	const Region memory = Region::make(64, videoport::page_size() - 64);
	for (const uint64_t information :
	     {uint64_t{65}, uint64_t{1} << 20, uint64_t{1} << 40, ~uint64_t{0}}) {
		const Reply reply =
			misbehave({PROBE_SET_INFORMATION | PROBE_FILL_OUTPUT, 0, information},
				  memory.bytes());
		ASSERT_EQ(reply.error, 0) << "a byte too many lands in the guard page";
		EXPECT_EQ(reply.information, information) << "told as the miniport left it";
		EXPECT_TRUE(all(memory.bytes(), 0x5a));
	}
}

TEST_F(RequestTest, InformationWithoutOutputWritesNothing)
{
	const Reply reply = misbehave({PROBE_SET_INFORMATION, 0, 4096}, {});
	EXPECT_EQ(reply.error, 0);
}

TEST_F(RequestTest, ErrorMoreDataBringsItsBytes)
{
	std::array<std::byte, 16> output;
	const Reply reply = misbehave(
		{PROBE_SET_INFORMATION | PROBE_SET_STATUS | PROBE_FILL_OUTPUT, ERROR_MORE_DATA, 16},
		output);
	EXPECT_EQ(reply.error, 0);
	EXPECT_EQ(reply.status, unsigned{ERROR_MORE_DATA});
	EXPECT_TRUE(all(output, 0x5a));
}

TEST_F(RequestTest, WithAnyOtherStatusNoByteIsWritten)
{
	for (const uint32_t status : {unsigned{ERROR_INVALID_PARAMETER},
				      unsigned{ERROR_INSUFFICIENT_BUFFER}, 0xffffffffU}) {
		std::array<std::byte, 16> output;
		const Reply reply = misbehave(
			{PROBE_SET_INFORMATION | PROBE_SET_STATUS | PROBE_FILL_OUTPUT, status, 16},
			output);
		EXPECT_EQ(reply.error, 0);
		EXPECT_EQ(reply.status, status);
		EXPECT_TRUE(all(output, 0xee)) << reply.name();
	}
}

TEST_F(RequestTest, WhateverTheMiniportWroteIntoTheVrpDoesNotMatter)
{
	std::array<std::byte, 32> output;
	for (const uint32_t misdeed :
	     {PROBE_OVERWRITE_POINTERS, PROBE_OVERWRITE_LENGTHS, PROBE_OVERWRITE_STATUS_BLOCK,
	      PROBE_OVERWRITE_POINTERS | PROBE_OVERWRITE_LENGTHS | PROBE_OVERWRITE_STATUS_BLOCK}) {
		const Reply reply = misbehave(
			{misdeed | PROBE_SET_INFORMATION | PROBE_FILL_OUTPUT, 0, 1 << 20}, output);
		EXPECT_TRUE(reply) << reply.name();
		EXPECT_TRUE(all(output, 0x5a)) << "misdeed " << misdeed;
	}
}

TEST_F(RequestTest, HwVidStartIoThatReturnsFalseIsAnswered)
{
	std::array<std::byte, 8> output;
	const Reply reply =
		misbehave({PROBE_RETURN_FALSE | PROBE_SET_STATUS, ERROR_BUSY, 0}, output);
	EXPECT_EQ(reply.error, 0);
	EXPECT_EQ(reply.status, unsigned{ERROR_BUSY});
	EXPECT_TRUE(echo({}, {})) << "the next request is served";
}

TEST_F(RequestTest, OneVrpAtATimeIsServed)
{
	const Probe other(Place::probe_edu);
	std::atomic<int> served = 0;
	auto hold = [&](const Probe &client) {
		for (int i = 0; i < 10; i++)
			served += client.device().send(IOCTL_PROBE_HOLD, uint32_t{5}).ok();
	};
	std::thread first([&] { hold(probe); }), second([&] { hold(other); });
	hold(probe);
	first.join();
	second.join();
	EXPECT_EQ(served, 30);
	EXPECT_EQ(probe.counts().MostRequests, 1U) << "HwVidStartIO ran twice at a time";
}

TEST_F(RequestTest, AdaptersServeTheirVrpsSideBySide)
{
	const Probe other(Place::probe_testdev);
	const uint32_t long_time = 300;
	std::atomic<bool> held = false;
	std::thread holder([&] {
		EXPECT_TRUE(probe.device().send(IOCTL_PROBE_HOLD, long_time));
		held = true;
	});
	int answered = 0;
	while (!held && other.device().request(IOCTL_PROBE_ECHO))
		answered++;
	holder.join();
	EXPECT_GT(answered, 1) << "one adapter's request kept another adapter waiting";
}
