// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a client: the words of a step become bytes, the answer is judged, and what it holds is
 * kept for later steps.
 */
#include "client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include <sys/ioctl.h>

#include <dderror.h>
#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "edu4ioctl.h"
#include "eduioctl.h"
#include "generator.hpp"
#include "oracle.hpp"
#include "probeioctl.h"

namespace fuzz {

uint64_t Client::resolve(const Value &value, Sort sort, Place place) const
{
	switch (value.what) {
	case What::number:
		return value.salt;
	case What::address:
		return zoo_.address(value.index, value.salt);
	case What::foreign: {
		const auto where = value.salt >> 8 & 7
					   ? place
					   : static_cast<Place>((value.salt >> 16) % place_count);
		return board().foreign[where][value.salt % foreign_slots];
	}
	case What::slot:
		return PROBE_POINTER_OFF(PROBE_POINTER(value.salt % 64),
					 value.salt >> 16 & 1 ? 0 : value.salt >> 20 & 0xffff);
	case What::device: {
		static const uint64_t offsets[] = {
			0, 4096, 8192, 4092, 65536, (1 << 20) - 4096, 1 << 20};
		return board().bar[place] + offsets[value.salt % std::size(offsets)];
	}
	case What::handle:
	case What::broken:
	case What::stale:
		break;
	}

	const Store::Kept &kept = store_.at(place, value.index, value.salt);
	if (value.what == What::stale)
		return kept.old;
	if (value.what == What::broken)
		return kept.handle ^ 1ULL << (value.salt >> 8 & 63) ^
		       (value.salt >> 16 & 1) << (value.salt >> 24 & 63);
	const bool together = value.index == Kind::common || value.index == Kind::list;
	if (sort == Sort::adapter && together)
		return kept.adapter;
	if (sort == Sort::logical || sort == Sort::device)
		return kept.logical;
	if (sort == Sort::bytes)
		return kept.number;
	if (sort == Sort::small)
		return kept.flag;
	return kept.handle;
}

void Client::fill(const Step &step, const Entry &entry)
{
	memset(sent_, 0, sizeof(sent_));
	if (step.shape & noise_behind) {
		for (size_t i = 0; i < std::size(sent_); i++)
			sent_[i] = 0x0101010101010101 * (step.salt >> 8 & 0x7f);
	}
	auto *bytes = reinterpret_cast<unsigned char *>(sent_);
	if (entry.function) {
		PROBE_CALL call = {};
		call.Function = entry.function;
		call.Context = step.context;
		memcpy(bytes, &call, sizeof(call));
	}
	for (unsigned int i = 0; i < 8 && entry.fields[i].sort != Sort::none; i++) {
		const Field &field = entry.fields[i];
		const uint64_t value = resolve(step.values[i], field.sort, step.place);
		memcpy(bytes + field.offset, &value, field.width);
	}
	if (entry.function == ProbeWaitForSingleObject) {
		/* there is a timeout, of some tenths of a millisecond */
		auto *call = reinterpret_cast<PROBE_CALL *>(sent_);
		call->Arguments[1] = 1;
		call->Arguments[2] = ~(call->Arguments[2] * 5000) + 1;
	}
	memcpy(input_, sent_, sizeof(sent_));
}

void Client::request(const Step &step, uint64_t number)
{
	const Entry &entry = catalog()[step.entry];
	const bool elsewhere = step.shape & output_elsewhere;
	videoport_request sent = {};

	fill(step, entry);
	sent.size = sizeof(sent);
	sent.code = step.code;
	sent.input = step.shape & input_elsewhere ? resolve(step.input, Sort::address, step.place)
						  : reinterpret_cast<uintptr_t>(input_);
	sent.output = elsewhere			? resolve(step.output, Sort::address, step.place)
		      : step.shape & one_buffer ? sent.input
						: reinterpret_cast<uintptr_t>(output_);
	sent.input_length = step.shape & other_lengths ? step.input_length : entry.input;
	sent.output_length = step.shape & other_lengths ? step.output_length : entry.output;

	const bool own = sent.output == reinterpret_cast<uintptr_t>(output_);
	const size_t words = std::min<size_t>(sent.output_length / 8 + 34, output_words);
	if (own)
		std::fill_n(output_, words, untouched);
	videoport_request answered = sent;
	const int result = ioctl(fd_[step.place], VIDEOPORT_IOC_REQUEST, &answered);
	const int error = errno;
	last_ = sent;
	if (result == 0) {
		const bool foreign = step.values[0].what == What::foreign &&
				     entry.fields[0].sort == Sort::lock &&
				     step.values[0].salt >> 8 & 7 && step.context < ProbeDpc &&
				     sent_[1] != 0;
		const std::span<const uint64_t> output =
			own ? std::span<const uint64_t>(output_, words)
			    : std::span<const uint64_t>();
		const bool known = sent.input == reinterpret_cast<uintptr_t>(input_) &&
				   sent.input_length <= sizeof(sent_);
		judge({step, entry, worker_, number, sent, answered, sent_, output, foreign,
		       known});
		/* a whole answer to a whole question */
		if (own && answered.status == NO_ERROR && answered.information >= entry.output &&
		    sent.output_length >= entry.output && step.act == Act::request)
			keep(step, entry, answered);
		else if (own && answered.status == NO_ERROR && entry.yield == Yield::edu_lock &&
			 answered.information >= 16)
			keep(step, entry, answered);
	}
	if (entry.traits & takes_back && step.values[0].what == What::handle && result == 0) {
		uint64_t handle;
		memcpy(&handle, reinterpret_cast<const char *>(sent_) + entry.fields[0].offset,
		       sizeof(handle));
		store_.drop(step.place, step.values[0].index, handle);
	}
	errno = error;
	count(step.place, result, result == 0 ? answered.status : 0);
}

void Client::keep(const Step &step, const Entry &entry, const videoport_request &answered)
{
	(void)answered;
	const void *output = output_;
	switch (entry.yield) {
	case Yield::nothing:
		return;
	case Yield::edu_lock:
		store_.keep(step.place, Kind::lock, step.salt,
			    static_cast<const EDU_LOCKED *>(output)->Handle);
		return;
	case Yield::edu4_lock:
		store_.keep(step.place, Kind::lock, step.salt,
			    static_cast<const EDU4_HANDLE *>(output)->Handle);
		return;
	case Yield::edu4_view: {
		const auto *mapped = static_cast<const EDU4_MAPPED *>(output);
		store_.keep(step.place, Kind::lock, step.salt, mapped->Handle);
		zoo_.note_view(mapped->Address, mapped->Length);
		return;
	}
	case Yield::public_view:
		zoo_.note_view(reinterpret_cast<uintptr_t>(
				       static_cast<const VIDEO_PUBLIC_ACCESS_RANGES *>(output)
					       ->VirtualAddress),
			       1 << 20);
		return;
	default:
		keep_probe(step, entry);
		return;
	}
}

void Client::keep_probe(const Step &step, const Entry &entry)
{
	const auto *call = reinterpret_cast<const PROBE_CALL *>(sent_);
	PROBE_ANSWER answer;
	memcpy(&answer, output_, sizeof(answer));
	const uint64_t result = answer.Result;
	if (answer.State != PROBE_DONE)
		return;
	auto put = [&](Kind kind, uint64_t handle) {
		if (handle)
			store_.keep(step.place, kind, step.salt, handle);
	};
	switch (entry.yield) {
	case Yield::result_lock:
		put(Kind::lock, result);
		break;
	case Yield::result_adapter:
		put(Kind::adapter, result);
		break;
	case Yield::result_pool:
		put(Kind::pool, result);
		break;
	case Yield::result_map:
		put(Kind::kernel_map, result);
		break;
	case Yield::result_common: {
		const bool by_adapter = entry.function == ProbeAllocateCommonBuffer;
		if (result)
			store_.keep(step.place, Kind::common, step.salt, result,
				    by_adapter ? call->Arguments[0] : 0, answer.Out[0],
				    static_cast<uint32_t>(call->Arguments[by_adapter]),
				    static_cast<uint32_t>(call->Arguments[2]));
		break;
	}
	case Yield::out_lock:
		if (result)
			put(Kind::lock, answer.Out[0]);
		break;
	case Yield::out_event:
		if (result == NO_ERROR)
			put(Kind::event, answer.Out[0]);
		break;
	case Yield::out_list:
		if (result == NO_ERROR)
			store_.keep(step.place, Kind::list, step.salt, answer.Out[2],
				    call->Arguments[0], 0, 0,
				    static_cast<uint32_t>(call->Arguments[5]));
		break;
	case Yield::handle_view:
		put(Kind::lock, result);
		if (result)
			zoo_.note_view(answer.Out[0], answer.Out[1]);
		break;
	case Yield::out_view:
		if (result != NO_ERROR)
			break;
		if (answer.Out[0] >> 48 == PROBE_POINTER_MARK)
			put(Kind::kernel_map, answer.Out[0]);
		else if (answer.Out[0] < 1ULL << 47)
			zoo_.note_view(answer.Out[0], answer.Out[1]);
		break;
	default:
		break;
	}
}

/* The structure itself is wrong, or where it lies. */
void Client::odd_request(const Step &step)
{
	static const uint32_t sizes[] = {0, 1, 4, 47, 49, 56, 64, 4095, 4096, 4097, 1 << 20, ~0U};
	const Entry &entry = catalog()[step.entry];
	static thread_local uint64_t words[1024];
	auto *request = reinterpret_cast<videoport_request *>(words);
	uint32_t command = VIDEOPORT_IOC_REQUEST;
	void *argument = words;

	fill(step, entry);
	memset(words, 0, 64);
	request->size = sizeof(*request);
	request->code = step.code;
	request->input = reinterpret_cast<uintptr_t>(input_);
	request->output = reinterpret_cast<uintptr_t>(output_);
	request->input_length = step.shape & other_lengths ? step.input_length : entry.input;
	request->output_length = step.shape & other_lengths ? step.output_length : entry.output;
	switch (step.salt % 8) {
	case 0:
		request->size = sizes[(step.salt >> 8) % std::size(sizes)];
		break;
	case 1: /* longer, and known to be zero, or not */
		request->size = 48 + (step.salt >> 8) % 128;
		memset(words + 6, 0, 256);
		if (step.salt >> 20 & 1)
			words[6 + (step.salt >> 24) % 16] = step.salt | 1;
		break;
	case 2:
		request->flags = static_cast<uint32_t>(step.salt >> 8);
		break;
	case 3:
		argument = reinterpret_cast<void *>(resolve(step.input, Sort::address, step.place));
		/* whatever lies there must not become an order to wait, or to touch a register */
		if (entry.function || entry.traits & slow)
			argument = nullptr;
		break;
	case 4: /* the direction or the size in the command is another */
		command ^= 1U << (16 + (step.salt >> 8) % 16);
		break;
	case 5: /* the output lies over the structure */
		request->output = reinterpret_cast<uintptr_t>(words);
		request->output_length = std::min<uint32_t>(request->output_length, 4096);
		break;
	case 6: /* the answer's place cannot be written */
		request->output = resolve(step.output, Sort::address, step.place);
		break;
	default:
		request->input = resolve(step.input, Sort::address, step.place);
		if (entry.function || entry.traits & slow)
			request->input_length = 0;
		break;
	}
	const int result = ioctl(fd_[step.place], command, argument);
	count(step.place, result, result == 0 ? request->status : 0);
}

} // namespace fuzz
