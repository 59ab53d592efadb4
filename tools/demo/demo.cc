// SPDX-License-Identifier: GPL-2.0
/*
 * The main job, from lock to unlock, told step by step to someone who has never seen the project,
 * with a proof for each claim. Runs in the guest as root, with videoport.ko and vp_edu.ko loaded.
 * Exit status: 0 if every proof holds, 1 if not, 2 if there is nothing to show it with.
 */
#include <cstring>

#include <sys/utsname.h>

#include "../guest/kmsg.hpp"

#include "crc32.hpp"
#include "story.hpp"

using namespace std::chrono_literals;

namespace {

constexpr size_t proofs = 9;
constexpr size_t pages_shown = 4;
constexpr std::byte untouched{0xa5};

void what_is_here(Story &story)
{
	Report &report = story.report;
	const auto &adapter = story.device.adapter();
	utsname kernel = {};
	uname(&kernel);
	EDU_INFO info = {};
	story.device.fetch(IOCTL_EDU_QUERY_INFO, info);

	report.step("What is here");
	const std::string release = kernel.release;
	const bool stock = release.ends_with("amd64") || release.ends_with("arm64");
	report.row("kernel", "Linux " + release + (stock ? ", as Debian ships it" : ""));
	report.row("adapter",
		   text("%s: PCI %s, QEMU's edu device, chip 0x%08x", adapter.name.c_str(),
			adapter.pci_address.c_str(), info.Identification));
	report.row("miniport", adapter.driver + ", a display driver as it was written for Windows");
	if (adapter.iommu_type.empty())
		report.row("IOMMU", "none: the device reaches all memory");
	else
		report.row("IOMMU", text("group %s, type %s%s", adapter.iommu_group.c_str(),
					 adapter.iommu_type.c_str(),
					 adapter.iommu_type == "DMA"
						 ? ": the device reaches only what is mapped now"
						 : ""));
	report.row("device", text("moves %s bytes at a time, 100 ms each, in and out of its own %s",
				  grouped(info.MaximumTransfer).c_str(),
				  grouped(info.DeviceBufferLength).c_str()));
}

void make_buffers(Story &story)
{
	Report &report = story.report;
	fill(story.source, 0x2545f491);
	story.checksum = crc32(story.source.bytes());

	report.step("A buffer that no device would choose: odd address, odd length");
	report.row("source", text("%s bytes at %s, over %zu pages", grouped(buffer_bytes).c_str(),
				  hex(story.source.address()).c_str(), story.source.pages()));
	report.row("destination", text("%s bytes at %s, all zero", grouped(buffer_bytes).c_str(),
				       hex(story.destination.address()).c_str()));
	report.row("CRC-32", text("source 0x%08x, destination 0x%08x", story.checksum,
				  crc32(story.destination.bytes())));
	story.pins_before = pins_held();
	story.charge_before = charge();
	report.row("before", text("%lld pages pinned (/proc/vmstat), %llu KiB charged (VmPin)",
				  static_cast<long long>(story.pins_before),
				  static_cast<unsigned long long>(story.charge_before)));
}

/// The logical address of a byte of the locked buffer; 0 if it lies in a segment not reported.
uint64_t logical_address(const EDU_LOCKED &locked, size_t offset)
{
	for (uint32_t i = 0; i < locked.SegmentsReturned; i++) {
		if (offset < locked.Segments[i].Length)
			return locked.Segments[i].LogicalAddress + offset;
		offset -= locked.Segments[i].Length;
	}
	return 0;
}

/// Prints where the pages are; true if the device sees every one elsewhere than it is.
bool show_pages(Story &story)
{
	const Region &source = story.source;
	bool all_differ = true;
	story.report.line("");
	story.report.line(
		"page  virtual address  physical (pagemap)  logical (what the device uses)");
	for (size_t page = 0; page < source.pages(); page++) {
		const std::byte *byte = page == 0 ? source.data() : source.page(page);
		const auto physical = videoport::physical_address(byte);
		const uint64_t logical =
			logical_address(story.locked, static_cast<size_t>(byte - source.data()));
		all_differ = all_differ && physical && logical && *physical != logical;
		if (page == 0)
			story.first_physical = physical;
		if (page < pages_shown)
			story.report.line(text("%4zu  %-15s  %-18s  %s", page,
					       hex(reinterpret_cast<uintptr_t>(byte)).c_str(),
					       physical ? hex(*physical).c_str() : "not present",
					       logical ? hex(logical).c_str() : "none"));
	}
	if (source.pages() > pages_shown)
		story.report.line(text("   ...  %zu more", source.pages() - pages_shown));
	story.report.line("");
	return all_differ;
}

void lock(Story &story)
{
	Report &report = story.report;
	report.step("Lock it: the miniport calls VideoPortLockPages");
	const Reply reply =
		edu::lock_pages(story.device, story.source.data(), buffer_bytes, story.locked);
	story.is_locked = reply.ok();
	if (!story.is_locked)
		refused(report, "LockPages", reply);
	const int64_t pins = pins_held() - story.pins_before;
	const int64_t charged = static_cast<int64_t>(charge() - story.charge_before);
	const int64_t pages = static_cast<int64_t>(story.source.pages());
	report.row("handle", hex(story.locked.Handle) + ", a token, not an address");
	report.row("pages pinned", std::to_string(pins));
	report.row("charged", text("%lld KiB", static_cast<long long>(charged)));
	report.row("segments",
		   text("%u%s", story.locked.SegmentCount,
			story.locked.SegmentCount < pages ? ": the IOMMU joins pages that are apart"
							  : ""));
	const bool differ = show_pages(story);
	report.prove(text("all %lld pages are pinned, and charged to this process",
			  static_cast<long long>(pages)),
		     story.is_locked && pins == pages && charged == pages * 4);
	report.prove("the device gets logical addresses: none is the page's physical one",
		     story.is_locked && differ);
}

void copy_through_device(Story &story)
{
	Report &report = story.report;
	report.step("Send it through the device and back: VideoPortStartDma, piece by piece");
	EDU_DMA_STATE state = {};
	const uint64_t interrupts = story.device.counter("interrupts").value_or(0);
	const Reply reply = edu::start(story.device, EduCopy, story.source.data(),
				       story.destination.data(), buffer_bytes);
	if (!reply)
		refused(report, "the transfer", reply);
	int64_t most_pins = 0;
	const bool ended =
		reply && edu::wait(story.device, state, edu::patience(buffer_bytes),
				   [&](const EDU_DMA_STATE &now) {
					   report.progress(now.BytesMoved, now.Length,
							   text("%s bytes are back",
								grouped(now.BytesMoved).c_str()));
					   if (most_pins == 0)
						   most_pins = pins_held() - story.pins_before;
				   });
	const bool done = ended && state.State == EduDone && state.BytesMoved == buffer_bytes;
	if (ended && state.State == EduFailed)
		report.line("failed: " + videoport::status_name(state.Status));
	report.row("the device",
		   text("%u lists, %u elements, %u transfers, %llu interrupts", state.Lists,
			state.Elements, state.Transfers,
			static_cast<unsigned long long>(
				story.device.counter("interrupts").value_or(0) - interrupts)));
	report.row("it read", text("logical %s ... %s", hex(state.FirstRead).c_str(),
				   hex(state.LastRead).c_str()));
	report.row("it wrote", text("logical %s ... %s", hex(state.FirstWritten).c_str(),
				    hex(state.LastWritten).c_str()));
	report.row("pinned meanwhile",
		   text("%lld pages: the source twice (two locks), the destination",
			static_cast<long long>(most_pins)));
	const uint32_t arrived = crc32(story.destination.bytes());
	report.row("CRC-32",
		   text("source 0x%08x, destination 0x%08x", crc32(story.source.bytes()), arrived));
	report.prove(text("%s bytes went out and came back, each as it was",
			  grouped(buffer_bytes).c_str()),
		     done && arrived == story.checksum &&
			     memcmp(story.source.data(), story.destination.data(), buffer_bytes) ==
				     0);
	const Reply finish = edu::finish(story.device);
	if (!finish)
		refused(report, "finishing", finish);
}

/// One transfer by PAGES_DMA, waited for.
bool pages_dma(Story &story, EDU_OPERATION operation, uint32_t offset, uint32_t bytes)
{
	EDU_DMA_STATE state = {};
	const Reply reply =
		edu::pages_dma(story.device, story.locked.Handle, operation, offset, bytes);
	if (!reply)
		refused(story.report, "the transfer", reply);
	return reply && edu::wait(story.device, state, edu::patience(bytes)) &&
	       state.State == EduDone && state.BytesMoved == bytes;
}

void transfer_by_hand(Story &story)
{
	Report &report = story.report;
	const uint32_t bytes = EDU_MAXIMUM_TRANSFER;
	const uint32_t offset = 3 * 4096 + 5; // it crosses the end of a page
	report.step("The oldest way: the driver computes the address itself");
	report.line(
		text("%u bytes at offset %s of the locked pages, to the device, wiped here, back.",
		     bytes, grouped(offset).c_str()));
	const bool out = pages_dma(story, EduToDevice, offset, bytes);
	memset(story.source.data() + offset, 0, bytes);
	const uint32_t wiped = crc32(story.source.bytes());
	const bool back = out && pages_dma(story, EduFromDevice, offset, bytes);
	const uint32_t after = crc32(story.source.bytes());
	report.row("CRC-32", text("of the source: 0x%08x wiped, 0x%08x afterwards", wiped, after));
	report.prove("GET_VIDEO_PHYSICAL_ADDRESS led the device to the right bytes",
		     back && wiped != story.checksum && after == story.checksum);
}

void unlock(Story &story)
{
	Report &report = story.report;
	report.step("Give it back: the miniport calls VideoPortUnlockPages");
	EDU_UNLOCKED unlocked = {};
	const Reply reply = edu::unlock_pages(story.device, story.locked.Handle, unlocked);
	if (!reply)
		refused(report, "UnlockPages", reply);
	report.row("it returned", unlocked.Result ? "TRUE" : "FALSE");

	const auto pins = videoport::pins().value_or(videoport::Pins{0, 1});
	report.row("/proc/vmstat", text("%llu pins acquired - %llu released = %lld since boot",
					static_cast<unsigned long long>(pins.acquired),
					static_cast<unsigned long long>(pins.released),
					static_cast<long long>(pins.held())));
	report.row("VmPin",
		   text("%llu KiB, before: %llu KiB", static_cast<unsigned long long>(charge()),
			static_cast<unsigned long long>(story.charge_before)));
	report.prove("every pinned page was unpinned",
		     story.is_locked && reply && pins.held() == story.pins_before);
	report.prove("the charge is what it was before",
		     story.is_locked && charge() == story.charge_before);

	std::string counters;
	bool all_zero = true;
	for (const char *name : {"locked_buffers", "pinned_pages", "mappings", "transfers"}) {
		const auto value = story.device.counter(name);
		all_zero = all_zero && value == 0;
		counters += text("%s%s %s", counters.empty() ? "" : ", ", name,
				 value ? std::to_string(*value).c_str() : "unknown");
	}
	report.row("videoport", counters);
	report.prove("the module itself counts nothing as locked, pinned, mapped or in flight",
		     all_zero);
}

/// The line in which the kernel reports the device's access to @p logical.
bool is_fault(const std::string &line, uint64_t logical)
{
	const auto names = [&](size_t place) {
		const uint64_t address = strtoull(line.c_str() + place, nullptr, 16);
		return address / videoport::page_size() == logical / videoport::page_size();
	};
	const std::string_view marker = "fault addr ";
	const size_t place = line.find(marker);
	if (line.find("DMAR: [DMA Write") != std::string::npos)
		return place != std::string::npos && names(place + marker.size());
	// an SMMUv3's report is of several words, a line each
	if (line.find("arm-smmu-v3") == std::string::npos)
		return false;
	for (size_t word = line.find("0x"); word != std::string::npos;
	     word = line.find("0x", word + 2))
		if (names(word))
			return true;
	return false;
}

/// Enough to be told from chance. An SMMUv3 reports each four of them.
constexpr uint32_t late_bytes = 32;

void late_access(Story &story)
{
	Report &report = story.report;
	const uint64_t logical = story.locked.Segments[0].LogicalAddress;
	report.step("A driver's bug, on purpose: the device writes to the old address");
	for (std::byte &byte : story.source.bytes())
		byte = untouched;
	report.row("buffer", text("filled with 0x%02x", static_cast<unsigned>(untouched)));

	std::optional<std::string> fault;
	bool completed = false;
	if (!story.is_locked || story.device.adapter().iommu_type != "DMA") {
		report.line("not tried: it takes a strict IOMMU, and a lock that worked");
	} else {
		videoport::KernelLog log;
		videoport::write_kernel_log("vm-announce: dmar-fault addr=" + hex(logical) + "\n");
		EDU_LATE late = {};
		late.Length = late_bytes;
		const Reply reply = story.device.send(IOCTL_EDU_LATE_DMA, late);
		if (!reply)
			refused(report, "the late DMA", reply);
		EDU_DMA_STATE state = {};
		completed = reply && edu::wait(story.device, state, edu::patience(late.Length)) &&
			    state.State == EduDone;
		fault = log.wait_for(
			[&](const std::string &line) { return is_fault(line, logical); }, 5s);
		report.row("device",
			   text("told to write %u bytes to %s%s", late.Length, hex(logical).c_str(),
				completed ? "; it says that it did" : ""));
		report.row("kernel log", fault.value_or("(no fault)"));
	}
	size_t changed = 0;
	for (std::byte byte : story.source.bytes())
		changed += byte != untouched;
	const auto physical = videoport::physical_address(story.source.data());
	const bool same_page = physical && physical == story.first_physical;
	report.row("buffer", text("%zu of %s bytes changed; %s physical %s", changed,
				  grouped(buffer_bytes).c_str(), same_page ? "still at" : "now at",
				  hex(physical.value_or(0)).c_str()));
	report.prove("the IOMMU stopped the device: unlocking had taken the mapping away",
		     completed && fault);
	report.prove("the memory is where it was, and was not touched",
		     completed && changed == 0 && same_page);
}

} // namespace

int main(int count, char **words)
{
	bool live = false, unicode = false;
	for (int i = 1; i < count; i++) {
		live = live || std::string_view(words[i]) == "--live";
		unicode = unicode || std::string_view(words[i]) == "--unicode";
	}
	setvbuf(stdout, nullptr, _IOLBF, 0);

	Device device = Device::open_driver(edu::driver);
	if (!device) {
		fprintf(stderr, "demo: no adapter of %s can be opened: %s\n", edu::driver,
			videoport::errno_name(device.error()).c_str());
		return 2;
	}
	Region source = Region::make(buffer_bytes, offset_in_page);
	Region destination = Region::make(buffer_bytes, 0xabc);
	if (!source || !destination) {
		fprintf(stderr, "demo: no memory\n");
		return 2;
	}

	Report report(live, unicode);
	report.say(
		"videoport lets display drivers that were written for Windows run on Linux, from\n"
		"their unchanged source. Here a driver of that kind lets a device read and write a\n"
		"program's memory, and gives the memory back. Each claim is checked against what the\n"
		"kernel says of it.");
	Story story{report, device, source, destination};
	what_is_here(story);
	make_buffers(story);
	lock(story);
	copy_through_device(story);
	transfer_by_hand(story);
	unlock(story);
	late_access(story);
	return report.verdict(proofs) ? 0 : 1;
}
