// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of oracle.hpp.
 */
#include "oracle.hpp"

#include <algorithm>
#include <cstring>

#include <dderror.h>
#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "board.hpp"
#include "probeioctl.h"
#include "proof.hpp"

namespace fuzz {

namespace {

void wrong(const Exchange &exchange, const char *what, uint64_t value)
{
	board().fail("%s: 0x%llx: worker %u step %llu: %s", what,
		     static_cast<unsigned long long>(value), exchange.worker,
		     static_cast<unsigned long long>(exchange.number),
		     describe(exchange.step).c_str());
}

bool was_sent(const Exchange &exchange, uint64_t value)
{
	return std::find(exchange.input.begin(), exchange.input.end(), value) !=
	       exchange.input.end();
}

void look_for_addresses(const Exchange &exchange, uint64_t written)
{
	/* an echo of code, say, may look like anything */
	if (exchange.entry.traits & sees_device || !exchange.known)
		return;
	for (uint64_t value :
	     exchange.output.first(std::min<uint64_t>((written + 7) / 8, exchange.output.size()))) {
		if (looks_kernel(value) && !was_sent(exchange, value))
			wrong(exchange, "an address of the kernel in an answer", value);
	}
	const uint64_t information = exchange.answered.information;
	if (looks_kernel(information) && !was_sent(exchange, information))
		wrong(exchange, "an address of the kernel as information", information);
}

void look_behind(const Exchange &exchange, uint64_t written)
{
	const auto *bytes = reinterpret_cast<const unsigned char *>(exchange.output.data());
	const uint64_t all = exchange.output.size_bytes();
	static const unsigned char fill[] = {0xa5, 0x5a};
	for (uint64_t i = written; i < all && i < written + 256; i++) {
		if (bytes[i] != fill[i % 2]) {
			wrong(exchange, "a byte was written beyond the answer, at", i);
			return;
		}
	}
}

} // namespace

void judge(const Exchange &exchange)
{
	const videoport_request &answered = exchange.answered;
	const bool gives = answered.status == NO_ERROR || answered.status == ERROR_MORE_DATA;
	const uint64_t written =
		gives ? std::min<uint64_t>(answered.information, answered.output_length) : 0;

	look_for_addresses(exchange, written);
	if (exchange.output.empty())
		return;
	look_behind(exchange, written);
	if (exchange.foreign && answered.status == NO_ERROR && written >= sizeof(PROBE_ANSWER)) {
		PROBE_ANSWER answer;
		memcpy(&answer, exchange.output.data(), sizeof(answer));
		if (answer.State != PROBE_DONE)
			return;
		if (exchange.entry.traits & zero_if_foreign && answer.Result != 0)
			wrong(exchange, "another client's handle was accepted", answer.Result);
		if (exchange.entry.traits & fails_if_foreign && answer.Result == NO_ERROR)
			wrong(exchange, "another client's handle was accepted", answer.Result);
	}
}

void judge_charge(unsigned int worker, uint64_t limit)
{
	uint64_t least = ~0ULL;
	for (int look = 0; look < 40; look++) {
		const auto charged = videoport::pinned_kib();
		if (!charged)
			return; // the kernel does not say
		least = std::min(least, *charged);
		if (least <= limit)
			return;
		usleep(2000);
	}
	board().fail("worker %u: %llu KiB are charged as pinned, the limit is %llu", worker,
		     static_cast<unsigned long long>(least),
		     static_cast<unsigned long long>(limit));
}

} // namespace fuzz
