// SPDX-License-Identifier: GPL-2.0
/*
 * The checks of vpctl selftest. See checks.hpp.
 */
#include "checks.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>

#include <devioctl.h>
#include <fmt/format.h>
#include <libvideoport/completion.hpp>
#include <libvideoport/event.hpp>

namespace vpctl {

using videoport::Device;
using videoport::errno_name;

/* Of a function number that no driver should have. */
static constexpr uint32_t unknown_code =
	CTL_CODE(FILE_DEVICE_VIDEO, 0xffeu, METHOD_BUFFERED, FILE_ANY_ACCESS);

static std::string expect_error(std::string_view what, int got, int wanted)
{
	return got == wanted ? ""
			     : fmt::format("{}: {}, expected {}", what, errno_name(got),
					   errno_name(wanted));
}

static videoport_request plain_request()
{
	videoport_request request = {};

	request.size = sizeof(request);
	request.code = unknown_code;
	return request;
}

/// A page that nobody can read or write.
class NoAccess {
public:
	NoAccess() : page_(mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
	NoAccess(const NoAccess &) = delete;
	NoAccess &operator=(const NoAccess &) = delete;
	~NoAccess() { munmap(page_, 4096); }
	void *get() const { return page_; }

private:
	void *page_;
};

static std::string opens_again(const Device &device)
{
	const Device second = Device::open(device.adapter());

	return second ? "" : fmt::format("a second open: {}", errno_name(second.error()));
}

static std::string sysfs_agrees(const Device &device)
{
	const auto &adapter = device.adapter();
	const auto driver = videoport::read_line(adapter.sysfs / "miniport").value_or("");
	const auto address = videoport::read_line(adapter.sysfs / "pci_address").value_or("");

	if (driver != adapter.driver || address != adapter.pci_address)
		return fmt::format("attributes say {} at {}, its links say {} at {}", driver,
				   address, adapter.driver, adapter.pci_address);
	const auto vendor = videoport::read_line(adapter.sysfs / "device/vendor").value_or("");
	if (vendor.size() != 6 || adapter.pci_id.substr(0, 4) != vendor.substr(2))
		return fmt::format("pci_id is {}, the device's vendor {}", adapter.pci_id, vendor);
	return adapter.dma_mask.starts_with("0x") && adapter.dma_mask != "0x0"
		       ? ""
		       : fmt::format("dma_mask is {}", adapter.dma_mask);
}

static std::string unknown_request(const Device &device)
{
	std::array<std::byte, 64> output;
	output.fill(std::byte{0x5a});
	const auto reply = device.request(unknown_code, {}, output);

	if (reply.error)
		return fmt::format("the request failed: {}", reply.name());
	if (reply.status == NO_ERROR)
		return fmt::format("request 0x{:x} was answered with NO_ERROR", unknown_code);
	for (const std::byte each : output)
		if (each != std::byte{0x5a})
			return fmt::format("{}, and yet data came back", reply.name());
	return "";
}

static std::string unknown_ioctl(const Device &device)
{
	int argument = 0;

	if (::ioctl(device.fd(), _IOWR('v', 0x7f, int), &argument) == 0)
		return "it was accepted";
	return expect_error("ioctl", errno, ENOTTY);
}

static std::string bad_structures(const Device &device)
{
	auto small = plain_request();
	small.size = VIDEOPORT_REQUEST_SIZE_VER0 - 1;
	if (auto wrong = expect_error("a size too small", device.submit(small).error, EINVAL);
	    !wrong.empty())
		return wrong;

	auto flags = plain_request();
	flags.flags = 1;
	if (auto wrong = expect_error("unknown flags", device.submit(flags).error, EINVAL);
	    !wrong.empty())
		return wrong;

	struct {
		videoport_request known;
		uint64_t newer;
	} larger = {plain_request(), 1};
	larger.known.size = sizeof(larger);
	return expect_error("a field of the future", device.submit(larger.known).error, E2BIG);
}

static std::string bad_lengths(const Common &common, const Device &device)
{
	const auto line = videoport::read_line(common.module() / "parameters/max_request_bytes");
	const auto most = line ? videoport::parse_number(*line) : std::nullopt;

	if (!most)
		return "the limit max_request_bytes is not visible";
	auto large = plain_request();
	large.input_length = static_cast<uint32_t>(*most + 1);
	if (auto wrong = expect_error("input of max_request_bytes + 1", device.submit(large).error,
				      EMSGSIZE);
	    !wrong.empty())
		return wrong;
	auto huge = plain_request();
	huge.output_length = ~0u;
	return expect_error("output of 4 GiB - 1", device.submit(huge).error, EMSGSIZE);
}

static std::string bad_pointers(const Device &device)
{
	const NoAccess nothing;

	for (const uint64_t address : {reinterpret_cast<uint64_t>(nothing.get()), uint64_t{0},
				       uint64_t{0xffff888000000000}, ~uint64_t{0}}) {
		auto request = plain_request();
		request.input = address;
		request.input_length = 16;
		if (auto wrong = expect_error(fmt::format("input at 0x{:x}", address),
					      device.submit(request).error, EFAULT);
		    !wrong.empty())
			return wrong;
	}
	if (::ioctl(device.fd(), VIDEOPORT_IOC_REQUEST, nothing.get()) == 0)
		return "a structure that cannot be read was accepted";
	return expect_error("the structure in memory that cannot be read", errno, EFAULT);
}

static std::string events(const Device &device)
{
	{
		const auto event = videoport::Event::make(device);
		if (!event)
			return fmt::format("an eventfd was not taken: {}",
					   errno_name(event.error()));
		if (!event.token() || event.is_set())
			return "its token is 0, or it is set";
		if (auto wrong =
			    expect_error("unmap of what never was",
					 videoport::unmap_event(device, event.token() ^ 1), EINVAL);
		    !wrong.empty())
			return wrong;
	}
	if (auto wrong =
		    expect_error("descriptor -1", videoport::map_event(device, -1).error, EBADF);
	    !wrong.empty())
		return wrong;
	const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
	const int error = videoport::map_event(device, file).error;
	::close(file);
	return expect_error("/dev/null as an eventfd", error, EINVAL);
}

static std::string node_calls(const Device &device)
{
	void *mapped = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, device.fd(), 0);
	if (mapped != MAP_FAILED) {
		munmap(mapped, 4096);
		return "mmap() of the node was accepted";
	}
	if (!videoport::set_nonblocking(device, true))
		return fmt::format("fcntl: {}", errno_name(errno));
	if (videoport::poll_completions(device, std::chrono::milliseconds(0)))
		return "poll() tells completed DMA, and there was none";
	return expect_error("read() without completed DMA",
			    videoport::take_completions(device).error, EAGAIN);
}

static std::string limits(const Common &common)
{
	for (const char *name :
	     {"max_request_bytes", "max_user_clients", "max_client_handles", "max_client_events",
	      "max_client_views", "overdue_ms", "log_interval_ms"}) {
		const auto line = videoport::read_line(common.module() / "parameters" / name);
		if (!line || !videoport::parse_number(*line))
			return fmt::format("parameter {} cannot be read", name);
	}
	return "";
}

static std::string counting(const Device &device)
{
	const auto before = device.adapter().counters();
	auto flags = plain_request();
	flags.flags = 1;
	(void)device.submit(flags);
	(void)device.request(unknown_code);
	const auto after = device.adapter().counters();

	auto grew = [&](const char *name) {
		return before.contains(name) && after.contains(name) &&
		       after.at(name) > before.at(name);
	};
	if (!grew("requests"))
		return "requests did not grow with a request";
	if (!grew("bad_request"))
		return "bad_request did not grow with a refused one";
	if (after.at("clients") < 1)
		return "clients is 0, and this is one";
	return after.at("unlocked") > after.at("locked") ? "more is unlocked than was locked" : "";
}

std::vector<Check> checks_of(const Common &common, const Device &device)
{
	const Device *its = &device;
	const Common *where = &common;

	return {
		{"open", "the adapter can be opened again while it is open",
		 [=] { return opens_again(*its); }},
		{"sysfs", "its attributes agree with the PCI device",
		 [=] { return sysfs_agrees(*its); }},
		{"limits", "the limits are visible", [=] { return limits(*where); }},
		{"unknown-request",
		 "the miniport refuses a request that it does not know, without data",
		 [=] { return unknown_request(*its); }},
		{"unknown-ioctl", "an unknown ioctl is refused",
		 [=] { return unknown_ioctl(*its); }},
		{"bad-structures", "requests of a wrong size or with unknown flags are refused",
		 [=] { return bad_structures(*its); }},
		{"bad-lengths", "lengths beyond the limit are refused",
		 [=] { return bad_lengths(*where, *its); }},
		{"bad-pointers",
		 "pointers to nothing, to nobody's and to the kernel's memory are refused",
		 [=] { return bad_pointers(*its); }},
		{"events", "an eventfd is lent and taken back; what is none is refused",
		 [=] { return events(*its); }},
		{"node", "mmap() is refused; poll() and read() tell no DMA that was not",
		 [=] { return node_calls(*its); }},
		{"counters", "counters grow with what they count, and fit together",
		 [=] { return counting(*its); }},
	};
}

} // namespace vpctl
