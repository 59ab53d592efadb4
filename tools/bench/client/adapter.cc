// SPDX-License-Identifier: GPL-2.0
/*
 * Asking the miniport. See adapter.hpp.
 */
#include <stdexcept>

#include "adapter.hpp"

namespace bench {

const std::vector<std::string> &method_names()
{
	static const std::vector<std::string> names = {
		"nothing", "pin",  "map",	 "sync",       "readl", "hand",	  "hand-held",
		"rdma",	   "v4l2", "lock-pages", "four-calls", "held",	"do-dma", "read-register",
	};
	static_assert(BENCH_METHODS == 14);
	return names;
}

bench_method method_named(const std::string &name)
{
	const auto &names = method_names();
	for (size_t i = 0; i < names.size(); i++)
		if (names[i] == name)
			return static_cast<bench_method>(i);
	throw std::invalid_argument("no method " + name);
}

Adapter::Adapter() : device_(videoport::Device::open_driver("vp_bench"))
{
	if (!device_)
		throw std::runtime_error("no adapter of vp_bench can be opened: " +
					 videoport::errno_name(device_.error()));
}

void Adapter::check(const videoport::Reply &reply, const std::string &what) const
{
	if (!reply)
		throw std::runtime_error(what + ": " + reply.name() +
					 "; the kernel's log says why");
}

static bench_ask ask_for(bench_method method, const Buffer &buffer, unsigned int rounds)
{
	bench_ask ask = {};
	ask.method = method;
	ask.rounds = rounds;
	ask.address = buffer.address;
	ask.length = buffer.length;
	return ask;
}

static std::string described(bench_method method, const Buffer &buffer)
{
	return method_names()[method] + " of " + std::to_string(buffer.length) + " bytes";
}

bench_answer Adapter::measure(bench_method method, const Buffer &buffer, unsigned int rounds,
			      std::chrono::microseconds least) const
{
	bench_ask ask = ask_for(method, buffer, rounds);
	ask.least_us = static_cast<unsigned int>(least.count());
	bench_answer answer = {};
	check(device_.exchange(BENCH_IOCTL_MEASURE, ask, answer), described(method, buffer));
	return answer;
}

bench_layout Adapter::layout(const Buffer &buffer) const
{
	bench_layout layout = {};
	check(device_.exchange(BENCH_IOCTL_LAYOUT, ask_for(BENCH_FLOOR_NOTHING, buffer, 1), layout),
	      "the layout of " + std::to_string(buffer.length) + " bytes");
	return layout;
}

bench_clock Adapter::clock() const
{
	bench_clock clock = {};
	check(device_.fetch(BENCH_IOCTL_CLOCK, clock), "the clock");
	return clock;
}

void Adapter::hold(bench_method method, const Buffer &buffer, unsigned int locks) const
{
	check(device_.send(BENCH_IOCTL_HOLD, ask_for(method, buffer, locks)),
	      std::to_string(locks) + " locks by " + described(method, buffer));
}

void Adapter::drop(bench_method method, const Buffer &buffer) const
{
	check(device_.send(BENCH_IOCTL_DROP, ask_for(method, buffer, 0)),
	      "giving up locks by " + described(method, buffer));
}

} // namespace bench
