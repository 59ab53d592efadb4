// SPDX-License-Identifier: GPL-2.0
/*
 * Steps out of random numbers. See generator.hpp.
 */
#include "generator.hpp"

#include <cstdio>

#include <sys/ioctl.h>

#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include <linux/videoport.h>

#include "probeioctl.h"
#include "zoo.hpp"

namespace fuzz {

Generator::Generator(Random &random) : random_(random)
{
	const auto all = catalog();
	for (uint16_t i = 0; i < all.size(); i++) {
		for (int place = 0; place < place_count; place++) {
			if (all[i].places & 1 << place)
				deck_[place].insert(deck_[place].end(), all[i].weight * 2U, i);
		}
	}
}

uint64_t Generator::length(bool wide)
{
	static const uint32_t edges[] = {0,	     1,		2,	 8,	  4095,
					 4096,	     4097,	8191,	 8192,	  0x10000,
					 0x3ffff,    0x40001,	1 << 21, 1 << 30, 0x7fffffff,
					 0xfffff000, 0xffffffff}; // see looks_kernel()
	switch (random_.below(8)) {
	case 0:
		return random_.pick(edges);
	case 1:
		return wide && random_.one_in(4) ? random_.next() : random_.below(0x20000);
	case 2:
		return 4096ULL * (1 + random_.below(8));
	default:
		return 1 + random_.below(6000);
	}
}

uint64_t Generator::any()
{
	static const uint64_t edges[] = {0,
					 1,
					 0x7fffffff,
					 0xffffffff,
					 0x100000000,
					 0xffff888000000000,
					 0xffffffff81000000,
					 0xffffc90000000000,
					 0x7fffffffffffffff,
					 ~0ULL};
	return random_.one_in(2) ? random_.pick(edges) : random_.next();
}

/* Modest, because a miniport may have as much as it likes; or more than there is. */
uint64_t Generator::bytes()
{
	if (random_.one_in(8))
		return random_.one_in(2) ? 0 : 0xfff00000ULL | random_.below(0x100000);
	return 1 + random_.below(random_.one_in(8) ? 0x20000 : 0x2000);
}

Value Generator::handle(Kind kind, bool told_later)
{
	const auto index = static_cast<uint8_t>(kind);
	const uint64_t salt = random_.next();
	const uint32_t what = random_.below(100);

	if (what < 68)
		return {What::handle, index, salt};
	if (what < 76)
		return {What::broken, index, salt};
	if (what < 84)
		return {What::stale, index, salt};
	/* Outside of a request a miniport may use everybody's: that is no attack of a client. */
	if (what < 92)
		return {told_later ? What::broken : What::foreign, index, salt};
	if (what < 96)
		return {What::number, 0, 0};
	/* of another kind */
	return {What::handle, static_cast<uint8_t>(salt % kind_count), salt};
}

Value Generator::value(const Field &field, Place place, bool told_later)
{
	(void)place;
	switch (field.sort) {
	case Sort::address:
		if (random_.one_in(24))
			return {What::slot, 0, random_.next()};
		return {What::address, Zoo::choose(random_), random_.next()};
	case Sort::length:
		return {What::number, 0, length(field.width == 8)};
	case Sort::small:
		if (random_.one_in(32))
			return {What::number, 0, any()};
		[[fallthrough]];
	case Sort::least:
		return {What::number, 0, field.limit ? random_.below(field.limit) : 1};
	case Sort::any:
		return {What::number, 0, any()};
	case Sort::quiet:
		return {What::number, 0, random_.one_in(2) ? 0 : random_.next() & 0x7fffffffffff};
	case Sort::bytes:
		return {What::number, 0, bytes()};
	case Sort::lock:
		return handle(Kind::lock, told_later);
	case Sort::adapter:
		return handle(Kind::adapter, told_later);
	case Sort::event:
		if (random_.one_in(3))
			return {};
		return handle(random_.one_in(2) ? Kind::event : Kind::lent, told_later);
	case Sort::pool:
		return random_.one_in(8) ? Value{What::slot, 0, random_.next()}
					 : Value{What::handle, Kind::pool, random_.next()};
	case Sort::common:
	case Sort::logical:
		return {What::handle, Kind::common, random_.next()};
	case Sort::list:
		return random_.one_in(8) ? Value{What::slot, 0, random_.next()}
					 : Value{What::handle, Kind::list, random_.next()};
	case Sort::kernel_map:
		return random_.one_in(8) ? Value{What::slot, 0, random_.next()}
					 : Value{What::handle, Kind::kernel_map, random_.next()};
	case Sort::device:
		if (random_.one_in(6))
			return {What::number, 0, any()};
		return random_.one_in(4) ? Value{What::handle, Kind::common, random_.next()}
					 : Value{What::device, 0, random_.next()};
	case Sort::none:
		break;
	}
	return {};
}

/*
 * Who walks a list must not have it taken away meanwhile, and who starts a transfer must not
 * complete it before its own callback has seen it: a miniport that allows this has broken itself. So
 * an adapter has either the one in requests, or the other in deferred calls.
 */
uint8_t Generator::context(const Entry &entry, Place place)
{
	uint8_t allowed = entry.contexts;
	const bool lists = entry.function == ProbeStartDma || entry.function == ProbeCompleteDma;

	if (place == probe_edu && entry.traits & takes_back)
		allowed &= in_request | synchronized;
	if (lists)
		allowed &= place == probe_testdev ? deferred : in_request | synchronized;
	/* half of all in the plain context, if it may be */
	if (allowed & in_request && random_.below(4) != 0)
		return ProbeStartIo;
	for (;;) {
		/* the timer ticks once a second: what waits for it keeps the others waiting */
		const auto context = static_cast<uint8_t>(random_.below(7));
		if (allowed & 1 << context && (context != ProbeTimer || random_.one_in(64)))
			return context;
	}
}

void Generator::request(Step &step)
{
	const auto &deck = deck_[step.place];
	const Entry *entry;
	do {
		step.entry = deck[random_.below(static_cast<uint32_t>(deck.size()))];
		entry = &catalog()[step.entry];
	} while (entry->traits & slow && !random_.one_in(20));
	step.code = entry->code;
	step.context = entry->function ? context(*entry, step.place) : 0;
	const bool told_later = step.context >= ProbeDpc;
	for (unsigned int i = 0; i < 8; i++)
		step.values[i] = value(entry->fields[i], step.place, told_later);
	/* what was given out together is given back together, mostly */
	for (unsigned int i = 0; i < 8 && !random_.one_in(8); i++) {
		if (step.values[i].what != What::handle ||
		    (step.values[i].index != Kind::common && step.values[i].index != Kind::list))
			continue;
		for (unsigned int j = 0; j < 8; j++) {
			const Sort sort = entry->fields[j].sort;
			if (sort == Sort::adapter || sort == Sort::bytes || sort == Sort::logical ||
			    sort == Sort::common || sort == Sort::small)
				step.values[j] = step.values[i];
		}
		break;
	}
	if (random_.one_in(12))
		step.shape |= other_lengths;
	if (random_.one_in(40))
		step.shape |= output_elsewhere;
	if (random_.one_in(20))
		step.shape |= one_buffer;
	if (random_.one_in(16))
		step.shape |= noise_behind;
	/* memory that somebody else writes must not become an order to wait, or to touch a register */
	if (random_.one_in(40) && !entry->function && !(entry->traits & slow))
		step.shape |= input_elsewhere;
	step.input = {What::address, Zoo::choose(random_), random_.next()};
	step.output = {What::address, Zoo::choose(random_), random_.next()};
	step.input_length = static_cast<uint32_t>(length(false));
	step.output_length = static_cast<uint32_t>(length(false));
}

/* A code that the miniport does not know comes without input: what it would mean is not known. */
void Generator::odd(Step &step)
{
	request(step);
	step.salt = random_.next();
	switch (random_.below(4)) {
	case 0:
		step.code = CTL_CODE(FILE_DEVICE_VIDEO, random_.below(0x130), METHOD_BUFFERED,
				     FILE_ANY_ACCESS);
		step.input_length = 0;
		step.shape = other_lengths;
		break;
	case 1:
		do {
			step.code = static_cast<uint32_t>(random_.next());
		} while (forbidden(step.code));
		step.input_length = 0;
		step.shape = other_lengths;
		break;
	default:
		break;
	}
}

Step Generator::step(Place place)
{
	Step step;
	step.place = place;
	step.salt = random_.next();

	const uint32_t what = random_.below(1000);
	if (what < 850) {
		request(step);
		return step;
	}
	if (what < 920) {
		step.act = Act::odd_request;
		odd(step);
		return step;
	}
	step.act = what < 930	? Act::any_ioctl
		   : what < 950 ? Act::lend
		   : what < 960 ? Act::take_back
		   : what < 970 ? Act::map
		   : what < 980 ? Act::read
		   : what < 993 ? Act::poll
		   : what < 997 ? Act::reopen
		   : what < 999 ? Act::dup
				: (random_.one_in(4) ? Act::fork : Act::poll);
	step.values[0] = step.act == Act::take_back ? handle(Kind::lent, false)
						    : Value{What::number, 0, any()};
	step.input = {What::address, Zoo::choose(random_), random_.next()};
	step.input_length = static_cast<uint32_t>(length(false));
	static const uint32_t commands[] = {VIDEOPORT_IOC_REQUEST,
					    VIDEOPORT_IOC_EVENT_MAP,
					    VIDEOPORT_IOC_EVENT_UNMAP,
					    0x7640,
					    0,
					    ~0U};
	step.code =
		random_.one_in(2) ? random_.pick(commands) : static_cast<uint32_t>(random_.next());
	if (step.code == FIONBIO)
		step.code = 0; // the next read() would wait
	return step;
}

Sequence Generator::sequence()
{
	Sequence made;
	const auto place = static_cast<Place>(random_.below(place_count));
	for (auto &each : made.steps)
		each = step(place);
	return made;
}

Sequence Generator::mutate(const Sequence &sequence)
{
	Sequence made = sequence;
	const Place place = made.steps[0].place;
	for (uint32_t n = 1 + random_.below(4); n > 0; n--) {
		Step &changed = made.steps[random_.below(sequence_steps)];
		switch (random_.below(4)) {
		case 0:
			changed = step(place);
			break;
		case 1:
			changed = made.steps[random_.below(sequence_steps)];
			break;
		default: { // other values, the same call
			const Entry &entry = catalog()[changed.entry];
			const uint32_t field = random_.below(8);
			changed.values[field] =
				value(entry.fields[field], place, changed.context >= ProbeDpc);
			break;
		}
		}
	}
	return made;
}

std::string describe(const Step &step)
{
	static const char *const acts[] = {"request",	"odd-request", "any-ioctl", "lend",
					   "take-back", "map",	       "read",	    "poll",
					   "reopen",	"dup",	       "fork"};
	char text[512];
	int used = snprintf(text, sizeof(text), "%-9s %-11s", name_of(step.place),
			    acts[static_cast<int>(step.act)]);
	if (step.act <= Act::odd_request) {
		const Entry &entry = catalog()[step.entry];
		used += snprintf(text + used, sizeof(text) - used,
				 " %s code %x context %u shape %x", entry.name, step.code,
				 step.context, step.shape);
		for (unsigned int i = 0; i < 8 && entry.fields[i].sort != Sort::none; i++)
			used += snprintf(text + used, sizeof(text) - used, " %u:%u:%llx",
					 static_cast<unsigned int>(step.values[i].what),
					 step.values[i].index,
					 static_cast<unsigned long long>(step.values[i].salt));
		used += snprintf(text + used, sizeof(text) - used, " in %u out %u",
				 step.input_length, step.output_length);
	} else {
		snprintf(text + used, sizeof(text) - used, " %x %llx", step.code,
			 static_cast<unsigned long long>(step.values[0].salt));
	}
	return text;
}

} // namespace fuzz
