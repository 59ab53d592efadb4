// SPDX-License-Identifier: GPL-2.0
/*
 * The model's own book-keeping: looking up, ending, and the content of memory. See model.hpp.
 */
#include "model.hpp"

#include <algorithm>
#include <cstring>

#include "../platform/fail.hpp"

namespace sim {

BufferModel *PortModel::buffer(uint64_t token) const
{
	for (const auto &each : buffers)
		if (each->handle && each->token == token)
			return each.get();
	return nullptr;
}

EventRef PortModel::event_of(uint64_t token) const
{
	for (const EventRef &each : events)
		if (each->handle && each->token == token)
			return each;
	return nullptr;
}

BufferModel *PortModel::running(uint64_t token) const
{
	for (const auto &each : buffers)
		if ((each->running || each->doing) && each->token == token)
			return each.get();
	return nullptr;
}

AdapterModel *PortModel::adapter_of(uint64_t token) const
{
	for (const auto &each : adapters)
		if (each->token == token)
			return each.get();
	return nullptr;
}

TransferModel *PortModel::transfer(const void *list) const
{
	for (const auto &each : transfers)
		if (!each->ended && each->list == list)
			return each.get();
	return nullptr;
}

PoolModel *PortModel::pool_at(uint64_t address, size_t length) const
{
	for (const auto &each : pools) {
		uint64_t start = reinterpret_cast<uintptr_t>(each->memory);

		if (!each->freed && address >= start && length <= each->length &&
		    address - start <= each->length - length)
			return each.get();
	}
	return nullptr;
}

bool PortModel::unsure(const AdapterModel &adapter) const
{
	bool unsure = adapter.uncertain;

	for (const auto &each : transfers)
		unsure |= each->ended && each->adapter == &adapter;
	for (const CommonModel &each : commons)
		unsure |= each.released && each.adapter == &adapter;
	return unsure;
}

bool PortModel::work_pending() const
{
	return device().work_pending || device().in_work;
}

template <class T> static void forget(std::vector<std::unique_ptr<T>> &list, const T &one)
{
	std::erase_if(list, [&](const auto &each) { return each.get() == &one; });
}

void PortModel::unlock_pool(PoolModel &pool)
{
	if (!--pool.locks && pool.freed)
		forget(pools, pool);
}

void PortModel::buffer_over(BufferModel &buffer, bool now)
{
	if (buffer.handle || buffer.transfers || buffer.starting || buffer.running || buffer.doing)
		return;
	if (!now)
		return; /* settle() finds it */
	remember_dead(buffer.segments);
	if (buffer.pool)
		unlock_pool(*buffer.pool);
	forget(buffers, buffer);
}

void PortModel::transfer_over(TransferModel &transfer)
{
	BufferModel &buffer = *transfer.buffer;

	if (!transfer.view)
		remember_dead(transfer.elements);
	transfer.adapter->work--;
	buffer.transfers--;
	forget(transfers, transfer);
}

void PortModel::common_over(size_t index)
{
	const CommonModel &common = commons[index];

	if (common.adapter)
		common.adapter->work--;
	dead.push_back({static_cast<uint64_t>(common.logical.QuadPart), common.length});
	std::erase_if(views, [&](const ViewModel &each) { return each.memory == common.memory; });
	commons.erase(commons.begin() + static_cast<long>(index));
}

void PortModel::settle()
{
	for (size_t i = commons.size(); i-- > 0;)
		if (commons[i].released)
			common_over(i);
	for (size_t i = transfers.size(); i-- > 0;)
		if (transfers[i]->ended)
			transfer_over(*transfers[i]);
	for (size_t i = buffers.size(); i-- > 0;)
		buffer_over(*buffers[i], true);
	settle_pools();
	std::erase_if(events, [&](const EventRef &each) {
		return !each->handle && !each->waiters && each.use_count() == 1;
	});
}

void PortModel::settle_pools()
{
	std::erase_if(pools, [](const auto &each) { return each->freed && !each->locks; });
}

PoolModel *PortModel::system_buffer(const VIDEO_REQUEST_PACKET &packet, uint64_t owner)
{
	if (!packet.InputBuffer)
		return nullptr;
	pools.push_back(std::make_unique<PoolModel>(PoolModel{
		static_cast<uint8_t *>(packet.InputBuffer), packet.InputBufferLength, owner}));
	return pools.back().get();
}

void PortModel::clear()
{
	for (const auto &each : transfers)
		if (!each->view)
			remember_dead(each->elements);
	for (const auto &each : buffers)
		remember_dead(each->segments);
	for (const CommonModel &each : commons)
		dead.push_back({static_cast<uint64_t>(each.logical.QuadPart), each.length});
	transfers.clear();
	buffers.clear();
	commons.clear();
	adapters.clear();
	pools.clear();
	ranges.clear();
	events.clear();
	views.clear();
}

void PortModel::remember_dead(const std::vector<Element> &elements)
{
	constexpr size_t most = 64;

	for (const Element &each : elements)
		dead.push_back({each.address, each.length});
	if (dead.size() > most)
		dead.erase(dead.begin(), dead.end() - most);
}

/* ---- Memory ---- */

std::vector<uint8_t> &Shadow::of(const Page &page)
{
	auto [at, made] = pages_.try_emplace(&page);

	if (made)
		at->second.assign(page.data, page.data + page_size);
	return at->second;
}

/* Call @move(page, offset in it, bytes, offset from the start) for each page of a range. */
template <class Move>
void Shadow::each_part(const BufferModel &buffer, size_t offset, size_t length, Move move)
{
	size_t from = buffer.offset_in_page() + offset;

	for (size_t done = 0, part; done < length; done += part) {
		size_t at = (from + done) % page_size;

		part = std::min(length - done, page_size - at);
		move(*buffer.pages[(from + done) / page_size], at, part, done);
	}
}

std::vector<uint8_t> Shadow::get(const BufferModel &buffer, size_t offset, size_t length)
{
	std::vector<uint8_t> bytes(length);

	each_part(buffer, offset, length,
		  [&](const Page &page, size_t at, size_t part, size_t done) {
			  memcpy(&bytes[done], &of(page)[at], part);
		  });
	return bytes;
}

void Shadow::set(const BufferModel &buffer, size_t offset, const std::vector<uint8_t> &bytes)
{
	each_part(buffer, offset, bytes.size(),
		  [&](const Page &page, size_t at, size_t part, size_t done) {
			  memcpy(&of(page)[at], &bytes[done], part);
		  });
}

void Shadow::set_page(const Page &page, size_t offset, const void *bytes, size_t length)
{
	memcpy(&of(page)[offset], bytes, length);
}

void Shadow::accept(const BufferModel &buffer)
{
	for (const Page *page : buffer.pages)
		accept_page(*page);
}

void Shadow::accept_page(const Page &page)
{
	of(page).assign(page.data, page.data + page_size);
}

void Shadow::fresh(const Page &page)
{
	of(page).assign(page_size, 0);
}

bool Shadow::compare(const BufferModel &buffer, size_t offset, size_t length)
{
	bool equal = true;

	each_part(buffer, offset, length,
		  [&](const Page &page, size_t at, size_t part, size_t done) {
			  if (!equal || !memcmp(page.data + at, &of(page)[at], part))
				  return;
			  equal = false;
			  fail("memory of buffer 0x%llx differs at byte %zu from what it should be",
			       static_cast<unsigned long long>(buffer.token), offset + done);
		  });
	return equal;
}

bool Shadow::compare_all()
{
	for (const auto &[page, bytes] : pages_) {
		if (!page->in_use() || !memcmp(page->data, bytes.data(), page_size))
			continue;

		size_t at = 0;

		while (page->data[at] == bytes[at])
			at++;
		fail("page 0x%llx differs at byte %zu from what it should be: 0x%02x, not 0x%02x",
		     static_cast<unsigned long long>(page->physical), at, page->data[at],
		     bytes[at]);
		return false;
	}
	return true;
}

} // namespace sim
