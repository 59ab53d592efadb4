// SPDX-License-Identifier: GPL-2.0
/*
 * What must always hold, checked after every step: the platform and the core's counters against the
 * model. What was put off to process context may or may not be over until the work has run.
 */
#include <cstring>
#include <map>

#include "../platform/fail.hpp"
#include "world.hpp"
#include "../platform/view.hpp"

namespace sim {

/* ---- Finding things ---- */

PortModel &World::port_of(const Adapter &adapter) const
{
	for (const auto &each : ports_)
		if (each->adapter.get() == &adapter)
			return *each;
	fail("a callback of an adapter that is not there");
	abort();
}

PortModel *World::pick_port(uint8_t who) const
{
	PortModel *bound[8];
	unsigned int count = 0;

	for (const auto &each : ports_)
		if (each->adapter->bound && count < 8)
			bound[count++] = each.get();
	return count ? bound[who % count] : nullptr;
}

ClientModel *World::pick_client(uint8_t who) const
{
	if (clients_.empty())
		return nullptr;

	ClientModel *client = clients_[who % clients_.size()].get();

	return client->closing ? nullptr : client;
}

bool World::stable() const
{
	for (const auto &each : actors_)
		if (!each->stable())
			return false;
	return true;
}

/* ---- Counters by name, looked up once ---- */

static uint64_t value(const PortModel &port, const char *name)
{
	static std::map<std::string, unsigned int> indices;

	if (indices.empty())
		for (unsigned int i = 0; const char *each = vp_core_counter_name(i); i++)
			indices[each] = i;
	return vp_core_counter(port.device().port, indices.at(name));
}

/* ---- The checks ---- */

namespace {

/* A count that is exact, or has bounds while something may be over already. */
struct Bounds {
	size_t least = 0, most = 0;

	void add(size_t n, bool sure)
	{
		least += sure ? n : 0;
		most += n;
	}
	void expect(uint64_t actual, const char *what, unsigned int device) const
	{
		if (actual < least || actual > most)
			fail("device %u: %llu %s, but %zu to %zu expected", device,
			     static_cast<unsigned long long>(actual), what, least, most);
	}
};

/* It must be there: not only until the work has run. */
bool sure(const BufferModel &buffer)
{
	if (buffer.handle || buffer.running || buffer.doing)
		return true;
	for (const auto &each : buffer.port->transfers)
		if (each->buffer == &buffer && !each->ended)
			return true;
	return false;
}

} // namespace

/*
 * Calls whose result says nothing may have put an adapter while others were inside the core. Ask:
 * a list that names nothing is refused for another reason if its adapter is gone.
 */
void World::find_put_adapters(PortModel &port)
{
	for (size_t i = port.adapters.size(); i-- > 0;) {
		AdapterModel &adapter = *port.adapters[i];

		if (!adapter.uncertain)
			continue;

		uint64_t before = value(port, "unknown_list");

		VideoPortCompleteDma(port.adapter->extension,
				     reinterpret_cast<PVP_DMA_ADAPTER>(adapter.token),
				     reinterpret_cast<PVP_SCATTER_GATHER_LIST>(8), FALSE);
		adapter.uncertain = false;
		if (value(port, "unknown_list") == before) {
			unsigned int work = adapter.work;

			/* those that were completed at DIRQL may be over */
			std::erase_if(port.transfers, [&](const auto &each) {
				bool over = each->ended && each->adapter == &adapter;

				work -= over;
				each->buffer->transfers -= over;
				return over;
			});
			for (CommonModel &each : port.commons)
				if (each.released && each.adapter == &adapter) {
					work--;
					each.adapter = nullptr;
				}
			if (work)
				fail("adapter 0x%llx was put with %u transfers or common buffers",
				     static_cast<unsigned long long>(adapter.token), work);
			port.adapters.erase(port.adapters.begin() + static_cast<long>(i));
		}
	}
}

void World::check_port(PortModel &port)
{
	Bounds buffers, pages, mappings, transfers;
	unsigned int device = port.device().number;
	bool settled = !port.work_pending();

	if (settled)
		settle(port);
	find_put_adapters(port);
	for (const auto &each : port.buffers) {
		bool there = sure(*each);

		buffers.add(1, there);
		pages.add(each->page_count(), there);
		mappings.add(each->mapped, there);
		transfers.add(each->running, true);
	}
	for (const auto &each : port.transfers) {
		transfers.add(1, !each->ended);
		mappings.add(!each->view, !each->ended);
	}
	buffers.expect(value(port, "locked_buffers"), "locked buffers", device);
	pages.expect(value(port, "pinned_pages"), "pinned pages", device);
	mappings.expect(value(port, "mappings"), "mappings counted", device);
	mappings.expect(live_mappings(port.device()), "mappings alive", device);
	transfers.expect(value(port, "transfers"), "transfers", device);

	auto exact = [&](const char *name, size_t expected) {
		Bounds{expected, expected}.expect(value(port, name), name, device);
	};

	Bounds commons;

	for (const CommonModel &each : port.commons)
		commons.add(1, !each.released);
	commons.expect(value(port, "common_buffers"), "common buffers", device);
	commons.expect(live_coherent(port.device()), "coherent buffers", device);
	exact("clients", port.clients);
	if (!port.gone) {
		bool early = false, perhaps = false; /* the first default adapter is still there */
		Bounds adapters;

		for (const CommonModel &each : port.commons) {
			early |= each.early && !each.released;
			perhaps |= each.early;
		}
		adapters.add(port.adapters.size() + 1 + early, true);
		adapters.add(!early && perhaps, false);
		adapters.expect(value(port, "adapters"), "adapters", device);
	}
	if (settled)
		exact("allocations", port.pools.size() + port.system_buffers);
	check_events(port, settled);
	check_dead(port);
}

void World::check_events(PortModel &port, bool settled)
{
	Bounds events, views;
	unsigned int device = port.device().number;
	auto used = [&](const EventRef &event) {
		for (const auto &each : port.buffers)
			if (sure(*each) && (each->events[0] == event || each->events[1] == event))
				return true;
		return event->handle || event->waiters;
	};

	for (const EventRef &each : port.events)
		events.add(1, used(each));
	if (settled)
		std::erase_if(port.events, [&](const EventRef &each) {
			return !used(each) && each.use_count() == 1;
		});
	events.expect(value(port, "events"), "events", device);
	for (const ViewModel &view : port.views) {
		bool there = true;

		for (const CommonModel &each : port.commons)
			there &= !each.released || each.memory != view.memory;
		views.add(1, there);
	}
	views.expect(value(port, "views"), "views counted", device);
	views.expect(live_views(port.device()), "views alive", device);
}

/* What was released may have been copied back just before. */
void World::accept_releases()
{
	for (const auto &port : ports_)
		for (const auto &each : port->buffers)
			if (!each->handle)
				shadow_.accept(*each);
}

void World::settle(PortModel &port)
{
	for (const auto &each : port.buffers)
		if (!each->handle && !each->starting)
			shadow_.accept(*each);
	port.settle();
}

/* Addresses are never used twice, but for those that are physical. */
void World::check_dead(const PortModel &port)
{
	if (machine_.config.dma == DmaKind::Direct)
		return;
	for (unsigned int i = 0; i < 3 && !port.dead.empty(); i++) {
		const DeadRange &range = port.dead[(steps_ * 3 + i) % port.dead.size()];

		if (reachable(port.device(), range.address) ||
		    reachable(port.device(), range.address + range.length - 1))
			fail("device %u reaches 0x%llx, whose mapping is over",
			     port.device().number, static_cast<unsigned long long>(range.address));
	}
}

void World::check_pages()
{
	std::unordered_map<const Page *, Bounds> pins;
	std::unordered_map<const Process *, Bounds> charges;

	for (const auto &port : ports_)
		for (const auto &each : port->buffers) {
			bool there = sure(*each);

			for (const Page *page : each->pages)
				pins[page].add(1, there);
			if (each->process)
				charges[each->process].add(each->page_count(), there);
		}
	for (const Page *page : machine_.frames.all()) {
		if (!page->pins && pins.empty())
			continue;

		auto found = pins.find(page);
		const Bounds &bounds = found == pins.end() ? Bounds{} : found->second;

		if (page->pins < bounds.least || page->pins > bounds.most)
			fail("page 0x%llx is pinned %u times, but %zu to %zu expected",
			     static_cast<unsigned long long>(page->physical), page->pins,
			     bounds.least, bounds.most);
	}
	for (const auto &process : machine_.processes) {
		auto found = charges.find(process.get());
		const Bounds &bounds = found == charges.end() ? Bounds{} : found->second;

		bounds.expect(process->charged, "pages charged to a process", ~0u);
	}
}

void World::check()
{
	steps_++;
	digest_ = (digest_ ^ done ^ machine_.log_lines) * 0x100000001b3ull;
	digest_ ^= live_pins() << 32 ^ mappings.size();
	if (!stable())
		return;
	note(Fact::Checks);
	for (const auto &port : ports_)
		if (port->device().port && (!port->removing || port->gone))
			check_port(*port);
	check_pages();
}

} // namespace sim
