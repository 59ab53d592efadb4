// SPDX-License-Identifier: GPL-2.0
/*
 * Making and ending the machine, and its log. See machine.hpp.
 */
#include "machine.hpp"
#include "arena.hpp"
#include "eventfd.hpp"
#include "fail.hpp"
#include "iommu.hpp"
#include "trace.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

using namespace sim;

namespace sim {

static Machine *instance;

Machine &machine()
{
	if (!instance) {
		fail("the core calls the platform, but there is no machine");
		abort();
	}
	return *instance;
}

Machine::Machine(const MachineConfig &wanted)
	: config(wanted),
	  cache_line(wanted.cache_line),
	  random(wanted.seed),
	  frames(wanted.pages, random, wanted.pages_above_4g)
{
	instance = this;
	arena::reset();
	forget_mappings();
	forget_views();
	forget_eventfds();
	forget_firmware();
	forget_miniport_locks();
	forget_told();
}

Machine::~Machine()
{
	arena::report_leaks();
	report_mappings_left();
	report_views_left();
	report_eventfds_left();
	report_firmware_left();
	for (const Page *page : frames.all())
		if (page->pins)
			fail("page 0x%llx is still pinned %u time(s)",
			     static_cast<unsigned long long>(page->physical), page->pins);
	processes.clear();
	forget_mappings();
	forget_views();
	forget_eventfds();
	forget_firmware();
	instance = nullptr;
}

void not_in_panic(const char *call)
{
	if (machine().panics && current().hardirq)
		fail("%s in a panic", call);
}

Process &Machine::add_process()
{
	processes.push_back(std::make_unique<Process>(frames));
	processes.back()->number = static_cast<unsigned int>(processes.size());
	return *processes.back();
}

vp_file &Machine::add_file(Process &process)
{
	RawGuard guard(lock);

	files.push_back(std::make_unique<vp_file>(process));
	return *files.back();
}

std::string Machine::log_tail() const
{
	std::string text;

	for (const std::string &line : log)
		text += line + "\n";
	return text;
}

bool Machine::logged(const std::string &part) const
{
	for (const std::string &line : log)
		if (line.find(part) != std::string::npos)
			return true;
	return false;
}

} // namespace sim

extern "C" {

void vp_vlog(vp_device *device, vp_log_level level, const char *format, va_list arguments)
{
	static const char *const levels[] = {"error", "warn", "info", "debug"};
	constexpr size_t most = 40;
	char text[400];
	int length = vsnprintf(text, sizeof(text), format, arguments);

	(void)device;
	if (length < 0 || static_cast<size_t>(length) >= sizeof(text))
		fail("log line too long: %s", text);
	for (const char *c = text; *c; c++)
		if (*c == '\n')
			fail("log line with a line end in it: %s", text);

	RawGuard guard(machine().lock);

	machine().log_lines++;
	machine().log.push_back(std::string(levels[level]) + ": " + text);
	if (machine().log.size() > most)
		machine().log.pop_front();
	if (machine().echo_log)
		fprintf(stderr, "      log: %s\n", machine().log.back().c_str());
}

void vp_log(vp_device *device, vp_log_level level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vp_vlog(device, level, format, arguments);
	va_end(arguments);
}

int vp_report_publish(vp_device *, const vp_report *report)
{
	may_sleep("vp_report_publish()");
	point();

	const auto *data = static_cast<const uint8_t *>(report->data);

	if (machine().report_error)
		return machine().report_error;
	machine().reports.push_back({report->miniport,
				     report->code,
				     {report->arguments[0], report->arguments[1],
				      report->arguments[2], report->arguments[3]},
				     {data, data + report->bytes}});
	return 0;
}

void vp_panic_data(vp_device *, const void *data, size_t bytes)
{
	const auto *byte = static_cast<const uint8_t *>(data);

	if (!machine().panics)
		fail("vp_panic_data() without a panic");
	machine().panic_data.emplace_back(byte, byte + bytes);
}

bool vp_pci_exists(const vp_pci_match *match)
{
	may_sleep("vp_pci_exists()");
	for (const struct vp_device_ids &each : machine().others)
		if (each.vendor == match->vendor && each.device == match->device &&
		    (!match->use_subsystem || (each.subsystem_vendor == match->subsystem_vendor &&
					       each.subsystem_device == match->subsystem_device)) &&
		    (!match->use_revision || each.revision == match->revision))
			return true;
	return false;
}

unsigned int vp_limits[VP_LIMITS];

unsigned int vp_log_interval_ms(void)
{
	return machine().config.log_interval_ms;
}

unsigned int vp_overdue_ms(void)
{
	return machine().limits.overdue_ms;
}

} // extern "C"
