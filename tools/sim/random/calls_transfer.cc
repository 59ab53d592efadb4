// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers in the random run: started, perhaps completed at once in HwVidExecuteDma, and completed.
 * See calls.hpp.
 */
#include "calls.hpp"

#include <algorithm>

#include "../platform/fail.hpp"

namespace sim {

/* What HwVidExecuteDma is given, and what it finds out. */
struct Execution {
	Calls *calls;
	CoreCall *call;
	uint64_t adapter, mdl;
	ULONG offset, wanted;
	const ULONG *length;
	bool to_device;
	bool unsure;
	VP_STATUS expected;
	unsigned int runs = 0;
	bool alone = false;

	static VOID routine(PVOID extension, PVP_DMA_ADAPTER adapter, PVP_SCATTER_GATHER_LIST list,
			    PVOID context)
	{
		auto &self = *static_cast<Execution *>(context);

		self.run(extension, Calls::number(adapter), list);
	}
	void run(PVOID extension, uint64_t given, PVP_SCATTER_GATHER_LIST list);
};

void Execution::run(PVOID extension, uint64_t given, PVP_SCATTER_GATHER_LIST list)
{
	alone = call->alone();
	runs++;
	if (extension != calls->extension() || given != adapter)
		fail("HwVidExecuteDma was given another extension or adapter");
	if (context_of(current()) != VP_DISPATCH)
		fail("HwVidExecuteDma was called at %s", context_name(context_of(current())));
	if (alone && expected != NO_ERROR && !unsure)
		calls->wrong("VideoPortStartDma", "the status", NO_ERROR, expected);
	calls->started(adapter, mdl, offset, wanted, *length, to_device, list, alone);

	/* at DISPATCH: complete it, or do anything else */
	InCallback callback;
	Random random(calls->step_.salt ^ 0xe8ec);

	if (random.one_in(6))
		calls->complete_list(list, adapter, to_device);
	else if (random.one_in(8)) {
		Step inner{};

		inner.where = Where::Request;
		inner.what = static_cast<uint8_t>(random.below(static_cast<uint32_t>(Call::Count)));
		inner.a = static_cast<uint8_t>(random.next());
		inner.b = static_cast<uint8_t>(random.next());
		inner.c = static_cast<uint8_t>(random.next());
		inner.salt = static_cast<uint32_t>(random.next());
		Calls(calls->world_, calls->here_, inner).run();
	}
}

/* Two ranges of one buffer touch the same line, and the device writes to one of them. */
bool Calls::collides(const BufferModel &buffer, size_t offset, size_t length, bool to_device) const
{
	size_t line = world_.machine_.cache_line;
	auto first = [&](size_t at) { return (buffer.offset_in_page() + at) / line; };

	for (const auto &each : port_.transfers)
		if (each->buffer == &buffer && !(to_device && each->to_device) &&
		    first(offset) <= first(each->offset + each->length - 1) &&
		    first(each->offset) <= first(offset + length - 1))
			return true;
	return false;
}

VP_STATUS Calls::start_expected(const AdapterModel *adapter, const BufferModel *buffer,
				ULONG offset, ULONG length, bool to_device) const
{
	if (context() == VP_DIRQL)
		return ERROR_INVALID_FUNCTION;
	if (!adapter || !buffer || !length || offset >= buffer->length ||
	    length > buffer->length - offset || (!to_device && !buffer->write))
		return ERROR_INVALID_PARAMETER;
	if (buffer->running)
		return ERROR_INVALID_PARAMETER;
	if (collides(*buffer, offset, std::min<size_t>(length, adapter->maximum), to_device))
		return ERROR_INVALID_PARAMETER;
	return NO_ERROR;
}

void Calls::start()
{
	uint64_t mdl = pick_buffer(), adapter_token = pick_adapter();
	BufferModel *buffer = usable(mdl);
	AdapterModel *adapter = port_.adapter_of(adapter_token);
	size_t whole = buffer && buffer->length ? buffer->length : 8192;
	ULONG offset = random_.one_in(3) ? 0
					 : random_.below(static_cast<uint32_t>(whole)) &
						   (random_.one_in(2) ? ~63u : ~0u);
	ULONG length = 1 + random_.below(static_cast<uint32_t>(whole - offset));
	bool to_device = step_.c & 1;

	switch (step_.c >> 1 & 31) {
	case 0:
		length = static_cast<ULONG>(whole - offset) + 1;
		break;
	case 1:
		length = random_.one_in(2) ? 0 : ~0u;
		break;
	case 2:
		offset = random_.one_in(2) ? static_cast<ULONG>(whole) : ~0u;
		break;
	case 3:
	case 4:
		length = static_cast<ULONG>(whole - offset);
		break;
	default:
		/* short ones, so that many fit in */
		if (step_.c & 64)
			length = std::min(length, 64u);
		else if (step_.c & 128)
			length = std::min(length, 4096u);
		break;
	}

	ULONG moved = length;
	VP_STATUS status, expected;
	bool hit, alone, unsure = adapter && adapter->uncertain;

	unsigned int runs;

	for (const auto &each : port_.transfers)
		unsure |= each->ended && each->buffer == buffer;
	unsure |= buffer && buffer->doing;
	if (buffer)
		buffer->starting++;
	{
		CoreCall call(world_);
		Execution execution{this,   &call,  adapter_token, mdl,	   offset,
				    length, &moved, to_device,	   unsure, 0};

		expected = start_expected(adapter, buffer, offset, length, to_device);
		execution.expected = expected;
		FailAt fail_at(step_.fail_at);

		status = VideoPortStartDma(extension(), pointer<PVP_DMA_ADAPTER>(adapter_token),
					   pointer<PVOID>(mdl), offset, &moved, Execution::routine,
					   &execution, to_device);
		hit = fail_at.hit();
		runs = execution.runs;
		alone = runs ? execution.alone : call.alone();
	}
	note(status == NO_ERROR ? Fact::Starts : Fact::StartsRefused);
	note(Fact::FailuresInjected, hit);
	if (runs != (status == NO_ERROR))
		fail("VideoPortStartDma returned %d, and called HwVidExecuteDma %u times", status,
		     runs);
	if (status != NO_ERROR && moved != length)
		fail("VideoPortStartDma returned %d, but changed the length", status);
	/* what is wrong with the arguments may be seen before or after */
	if (hit && (expected == NO_ERROR || status == ERROR_NOT_ENOUGH_MEMORY))
		expected = ERROR_NOT_ENOUGH_MEMORY;
	if (alone && status != expected && !unsure)
		wrong("VideoPortStartDma", "the status", status, expected);
	if (buffer) {
		buffer->starting--;
		port_.buffer_over(*buffer, false);
	}
}

/* HwVidExecuteDma has been called with a list: is it what was asked for? */
void Calls::started(uint64_t adapter_token, uint64_t mdl, ULONG offset, ULONG wanted, ULONG length,
		    bool to_device, PVP_SCATTER_GATHER_LIST list, bool alone)
{
	AdapterModel *adapter = port_.adapter_of(adapter_token);
	BufferModel *buffer = nullptr;
	auto transfer = std::make_unique<TransferModel>();
	uint64_t sum = 0;

	/* its handle may have gone since the call began */
	for (const auto &each : port_.buffers)
		if (each->token == mdl)
			buffer = each.get();
	if (!adapter || !buffer) {
		fail("VideoPortStartDma succeeded with a handle that is none");
		return;
	}
	if (!length || length > wanted || length > adapter->maximum)
		fail("a transfer moves %u bytes of %u, at most %zu", length, wanted,
		     adapter->maximum);
	if (!adapter->scatter_gather && list->NumberOfElements != 1)
		fail("a transfer without scatter/gather has %u elements", list->NumberOfElements);
	if (adapter->scatter_gather && length != std::min<size_t>(wanted, adapter->maximum))
		fail("a transfer moves %u bytes of %u, though nothing limits it", length, wanted);
	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		Element each = {static_cast<uint64_t>(list->Elements[i].Address.QuadPart),
				list->Elements[i].Length};

		if (!each.length)
			fail("an element has no bytes");
		if (adapter->bits < 64 && (each.address + each.length - 1) >> adapter->bits)
			fail("an element at 0x%llx is above the %u bits of its adapter",
			     static_cast<unsigned long long>(each.address), adapter->bits);
		sum += each.length;
		transfer->elements.push_back(each);
	}
	if (sum != length)
		fail("the elements of a transfer have %llu bytes, not %u",
		     static_cast<unsigned long long>(sum), length);

	transfer->buffer = buffer;
	transfer->adapter = adapter;
	transfer->list = list;
	transfer->offset = offset;
	transfer->length = length;
	transfer->to_device = to_device;
	transfer->view = buffer->mapped && buffer->mapped_bits <= adapter->bits;
	note(Fact::Views, transfer->view);
	transfer->known = alone && (buffer->known || !transfer->view);
	if (transfer->view && !alone)
		buffer->known = false;
	if (world_.copies_ && !buffer->pages.empty()) {
		auto bytes = world_.shadow_.get(*buffer, offset, length);

		if (!transfer->view)
			transfer->copy = std::move(bytes);
		else if (buffer->copy.size() >= offset + length)
			std::copy(bytes.begin(), bytes.end(), buffer->copy.begin() + offset);
	}
	adapter->work++;
	buffer->transfers++;
	port_.transfers.push_back(std::move(transfer));
}

void Calls::complete()
{
	uint64_t adapter;
	bool to_device;
	const void *list = pick_list(adapter, to_device);

	complete_list(list, adapter, to_device);
}

void Calls::complete_list(const void *list, uint64_t adapter, bool to_device)
{
	VP_STATUS status, expected = ERROR_INVALID_PARAMETER;
	bool alone;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		if (TransferModel *transfer = port_.transfer(list)) {
			transfer->completing++;
			if (transfer->adapter->token == adapter)
				expected = NO_ERROR;
		}
		status = VideoPortCompleteDma(extension(), pointer<PVP_DMA_ADAPTER>(adapter),
					      pointer<PVP_SCATTER_GATHER_LIST>(number(list)),
					      to_device);
		alone = call.alone();
	}
	if (alone && status != expected)
		wrong("VideoPortCompleteDma", "the status", status, expected);
	if (TransferModel *transfer = port_.transfer(list); transfer && transfer->completing)
		transfer->completing--;
	if (status != NO_ERROR)
		return;

	TransferModel *transfer = port_.transfer(list);

	if (!transfer) {
		if (!port_.gone)
			fail("a transfer was completed twice");
		return;
	}
	note(context() == VP_DIRQL ? Fact::CompletionsInInterrupts : Fact::Completions);
	world_.old_lists_.push_back(transfer->list);
	completed(*transfer, alone);
}

void Calls::completed(TransferModel &transfer, bool alone)
{
	BufferModel &buffer = *transfer.buffer;
	bool known = !buffer.pages.empty() && world_.tracked_;
	bool exact = alone && transfer.predictable();
	bool passive = context() == VP_PASSIVE;

	world_.tell_client(port_, buffer);
	if (context() == VP_DIRQL) {
		/* finished by the work: what it copies back is there when it is */
		transfer.ended = true;
		if (known && !transfer.to_device)
			world_.shadow_.accept(buffer);
		return;
	}
	if (known && !transfer.to_device) {
		if (world_.copies_ && exact) {
			const std::vector<uint8_t> &copy =
				transfer.view ? buffer.copy : transfer.copy;
			size_t at = transfer.view ? transfer.offset : 0;

			world_.shadow_.set(
				buffer, transfer.offset,
				{copy.begin() + static_cast<long>(at),
				 copy.begin() + static_cast<long>(at + transfer.length)});
		}
		if (exact)
			world_.shadow_.compare(buffer, transfer.offset, transfer.length);
		else
			world_.shadow_.accept(buffer);
	}

	bool over = !buffer.handle && buffer.transfers == 1;

	if (over && buffer.taken && known)
		world_.shadow_.accept(buffer);
	port_.transfer_over(transfer);
	port_.buffer_over(buffer, alone && passive);
}

} // namespace sim
