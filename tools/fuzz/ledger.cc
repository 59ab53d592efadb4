// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the books. See ledger.hpp.
 */
#include "ledger.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "ask.hpp"
#include "board.hpp"
#include "proof.hpp"

namespace fuzz {

namespace {

const char *const gauge_names[] = {"clients",  "adapters",  "locked_buffers", "pinned_pages",
				   "mappings", "transfers", "allocations",    "common_buffers",
				   "events",   "views"};
const char *const cause_names[] = {"null_handle",
				   "stale_handle",
				   "forged_handle",
				   "foreign_handle",
				   "wrong_kind",
				   "wrong_context",
				   "bad_length",
				   "bad_address",
				   "bad_access",
				   "bad_parameter",
				   "memlock_limit",
				   "no_memory",
				   "unknown_list",
				   "adapter_busy",
				   "overlap",
				   "not_running",
				   "limit_reached",
				   "bad_request",
				   "common_buffer_mismatch",
				   "miniport_error"};

/* Of all processes together. */
uint64_t charged_everywhere()
{
	uint64_t sum = 0;
	std::error_code error;
	for (const auto &entry : std::filesystem::directory_iterator("/proc", error)) {
		const std::string name = entry.path().filename();
		if (isdigit(static_cast<unsigned char>(name[0])))
			sum += videoport::pinned_kib(name).value_or(0);
	}
	return sum;
}

bool is_probe(Place place)
{
	return on_probe >> place & 1;
}

} // namespace

Ledger::Ledger() : begin_(now()), tidied_(begin_)
{
	for (int i = 0; i < place_count; i++) {
		const auto place = static_cast<Place>(i);
		find(place);
		before_[i] = gauges(place);
	}
}

void Ledger::find(Place place)
{
	board().bar[place] = bar_of(place);
	board().minor[place] = minor_of(place);
}

bool Ledger::complete() const
{
	return std::all_of(std::begin(board().minor), std::end(board().minor),
			   [](const auto &minor) { return minor >= 0; });
}

Ledger::Gauges Ledger::gauges(Place place) const
{
	Gauges found;
	for (const char *name : gauge_names)
		found[name] = counter_of(board().minor[place], name);
	return found;
}

void Ledger::note_causes(Place place)
{
	const int minor = board().minor[place];
	for (const char *name : cause_names) {
		const uint64_t count = counter_of(minor, name);
		causes_[name] += count == ~0ULL ? 0 : count;
	}
}

const std::map<std::string, uint64_t> &Ledger::causes()
{
	for (int i = 0; i < place_count; i++)
		note_causes(static_cast<Place>(i));
	return causes_;
}

bool Ledger::replug(Place place, long milliseconds)
{
	note_causes(place);
	board().minor[place] = -1;
	if (const int error = unbind(place)) {
		board().fail("%s cannot be unbound: error %d", name_of(place), error);
		return false;
	}
	/* an edu that was working ends what it does within a tenth of a second */
	pause_ms(milliseconds);
	const int error = bind(place);
	find(place);
	replugs++;
	if (error || board().minor[place] < 0) {
		board().fail("%s cannot be bound again: error %d", name_of(place), error);
		return false;
	}
	return true;
}

void Ledger::tidy()
{
	if (now() - tidied_ < 2)
		return;
	tidied_ = now();
	for (Place place : {probe_edu, probe_testdev, probe_nt4}) {
		const int minor = board().minor[place];
		uint64_t kept = 0;
		for (const char *name :
		     {"allocations", "common_buffers", "adapters", "events", "locked_buffers"})
			kept += counter_of(minor, name);
		if (kept > 1500)
			replug(place, 0);
	}
}

bool Ledger::balance(const char *phase)
{
	const uint32_t failures = board().failures;
	for (int i = 0; i < place_count; i++) {
		const auto place = static_cast<Place>(i);
		/* a transfer that nobody completes stays until the adapter goes: so it must */
		if (is_probe(place))
			replug(place, 0);
	}
	const double begin = now();
	std::string unlike;
	do {
		unlike.clear();
		for (int i = 0; i < place_count; i++) {
			const auto place = static_cast<Place>(i);
			for (const auto &[name, value] : gauges(place)) {
				if (value != before_[i][name])
					unlike += std::string(" ") + name_of(place) + "." + name +
						  "=" + std::to_string(value) + "(" +
						  std::to_string(before_[i][name]) + ")";
			}
		}
		const auto held = videoport::pins();
		pins = held ? held->held() : 0;
		charged_kib = charged_everywhere();
		if (pins)
			unlike += " pins=" + std::to_string(pins);
		if (charged_kib)
			unlike += " charged_kib=" + std::to_string(charged_kib);
		if (unlike.empty())
			break;
		pause_ms(100);
	} while (now() - begin < 60);
	if (!unlike.empty())
		board().fail("after %s something is left:%s", phase, unlike.c_str());
	mappings = locked = 0;
	for (int i = 0; i < place_count; i++) {
		mappings += counter_of(board().minor[i], "mappings");
		locked += counter_of(board().minor[i], "locked_buffers");
	}
	return board().failures == failures;
}

/* A message of one adapter, whatever the values in it. */
static std::string without_numbers(const std::string &line)
{
	constexpr size_t name = sizeof("videoport 0000:00:00.0");
	std::string words = line.substr(0, name);
	for (size_t i = name; i < line.size(); i++) {
		const bool hexadecimal =
			line[i] == '0' && i + 1 < line.size() && line[i + 1] == 'x';
		if (hexadecimal)
			i += 2;
		else if (!isdigit(static_cast<unsigned char>(line[i]))) {
			words += line[i];
			continue;
		}
		while (i + 1 < line.size() && isxdigit(static_cast<unsigned char>(line[i + 1])))
			i++;
	}
	return words;
}

void Ledger::read_log()
{
	while (const auto line = log_.next()) {
		if (!line->starts_with("videoport"))
			continue;
		log_lines++;
		said_[without_numbers(*line)]++;
	}
}

/*
 * Every cause of an adapter may say something once in five seconds, and what miniports print
 * themselves fifty times. An adapter that comes back has said nothing yet.
 */
bool Ledger::log_is_bounded()
{
	read_log();
	const double periods = (now() - begin_) / 5 + 2;
	bool bounded = true;
	for (const auto &[words, times] : said_) {
		const double most =
			words.starts_with("videoport miniport") ? periods * 50 : periods + replugs;
		if (static_cast<double>(times) <= most)
			continue;
		board().fail("logged %llu times, expected are %.0f at most: %s",
			     static_cast<unsigned long long>(times), most, words.c_str());
		bounded = false;
	}
	return bounded;
}

} // namespace fuzz
