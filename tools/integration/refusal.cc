// SPDX-License-Identifier: GPL-2.0
/*
 * Checks of a refusal: see refusal.hpp. Reads counters and the kernel's log; changes nothing.
 */
#include "refusal.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "kmsg.hpp"

namespace integration {

namespace {

std::string lower(std::string text)
{
	std::transform(text.begin(), text.end(), text.begin(),
		       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
	return text;
}

bool shows(const std::string &line, uint64_t value)
{
	char hexadecimal[32];
	snprintf(hexadecimal, sizeof(hexadecimal), "%llx", static_cast<unsigned long long>(value));
	return line.find(hexadecimal) != std::string::npos ||
	       line.find(std::to_string(value)) != std::string::npos ||
	       (value == 0 && line.find("null") != std::string::npos);
}

bool is_one_of(const std::string &choices, const std::string &name)
{
	return ("|" + choices + "|").find("|" + name + "|") != std::string::npos;
}

std::vector<std::string> lines_of(videoport::KernelLog &log, const std::string &adapter)
{
	std::vector<std::string> lines;
	while (auto line = log.next()) {
		if (line->find("videoport " + adapter) != std::string::npos)
			lines.push_back(*line);
	}
	return lines;
}

std::string joined(const std::vector<std::string> &lines)
{
	std::string text;
	for (const auto &line : lines)
		text += "\n    " + line;
	return text;
}

std::map<std::string, uint64_t> refusals(const videoport::Adapter &adapter)
{
	std::map<std::string, uint64_t> found;
	for (const auto &cause : causes())
		found[cause] = adapter.counter(cause).value_or(0);
	return found;
}

} // namespace

void expect_refused(const videoport::Device &device, const Refusal &expected,
		    const std::function<void()> &call)
{
	const auto &adapter = device.adapter();
	const auto before = refusals(adapter);
	const Live live_before = live_objects();
	const int64_t pins_before = pins_held();
	videoport::KernelLog log;

	call();

	const auto after = refusals(adapter);
	uint64_t counted = 0;
	for (const auto &[cause, count] : after) {
		const uint64_t more = count - before.at(cause);
		if (is_one_of(expected.cause, cause))
			counted += more;
		else
			EXPECT_EQ(more, 0U) << "also counted as " << cause;
	}
	EXPECT_EQ(counted, 1U) << "times counted as " << expected.cause;
	EXPECT_EQ(pins_held(), pins_before) << "a refused call changed what is pinned";
	EXPECT_EQ(live_objects(), live_before) << "a refused call changed what is alive";

	const auto lines = lines_of(log, adapter.pci_address);
	ASSERT_EQ(lines.size(), 1U) << "lines in the log:" << joined(lines);
	const std::string line = lower(lines.front());
	EXPECT_NE(line.find(lower(expected.call)), std::string::npos)
		<< "the line does not name " << expected.call << ": " << lines.front();
	if (expected.value) {
		EXPECT_TRUE(shows(line, *expected.value))
			<< "the line does not show 0x" << std::hex << *expected.value << ": "
			<< lines.front();
	}
	if (expected.hidden) {
		EXPECT_FALSE(shows(line, *expected.hidden))
			<< "the line gives an address away: " << lines.front();
	}
}

void expect_accepted(const videoport::Device &device, const std::function<void()> &call)
{
	const auto &adapter = device.adapter();
	const auto before = refusals(adapter);
	videoport::KernelLog log;

	call();

	EXPECT_EQ(refusals(adapter), before) << "a good call was counted as refused";
	const auto lines = lines_of(log, adapter.pci_address);
	EXPECT_TRUE(lines.empty()) << "a good call was complained of:" << joined(lines);
}

} // namespace integration
