// SPDX-License-Identifier: GPL-2.0
/*
 * A picture on a screen, told step by step: drawn into plain memory, locked, fetched by the display
 * adapter page by page, photographed by the host. Runs in the guest as root, with videoport.ko and
 * vp_vgpu.ko loaded. What the photographs show the host tells afterwards: compare.cc.
 * Exit status: 0 if every proof holds, 1 if not, 2 if there is nothing to show it with.
 */
#include <chrono>
#include <cstring>

#include <sys/stat.h>
#include <sys/utsname.h>

#include "story.hpp"

using namespace display;

namespace {

constexpr size_t proofs = 8;

std::vector<std::string> facts(const Story &story)
{
	utsname kernel = {};
	uname(&kernel);
	const auto &adapter = story.device.adapter();
	return {
		text("Linux %s", kernel.release),
		text("%s at PCI %s, driven by %s", adapter.name.c_str(),
		     adapter.pci_address.c_str(), adapter.driver.c_str()),
		text("%u x %u pixels of 32 bits: %s bytes in %zu pages", story.width, story.height,
		     grouped(story.screen.bytes()).c_str(), story.memory.pages()),
		adapter.iommu_type.empty()
			? std::string("no IOMMU: every page has an address of its own")
		: adapter.iommu_type == "DMA"
			? "behind an IOMMU: the device reaches what is mapped now, no more"
			: "behind an IOMMU of type " + adapter.iommu_type,
	};
}

void what_is_here(Story &story)
{
	Report &report = story.report;
	const auto &adapter = story.device.adapter();
	utsname kernel = {};
	uname(&kernel);
	report.step("What is here");
	report.row("kernel", text("Linux %s", kernel.release));
	report.row("adapter", text("%s: PCI %s, QEMU's virtio GPU", adapter.name.c_str(),
				   adapter.pci_address.c_str()));
	report.row("miniport", adapter.driver + ", a display driver as it was written for Windows");
	report.row("IOMMU", adapter.iommu_type.empty() ? "none" : "type " + adapter.iommu_type);
	std::string list;
	for (const auto &mode : vgpu::modes(story.device))
		list += text("%s%ux%u", list.empty() ? "" : ", ", mode.VisScreenWidth,
			     mode.VisScreenHeight);
	report.row("modes", list);
}

void set_mode(Story &story)
{
	Report &report = story.report;
	report.step("Set a mode, as a display driver does: IOCTL_VIDEO_SET_CURRENT_MODE");
	const auto mode = vgpu::find_mode(story.device, story.width, story.height);
	VIDEO_MODE_INFORMATION now = {};
	const bool set = mode &&
			 must(story, "the mode", vgpu::set_mode(story.device, mode->ModeIndex)) &&
			 must(story, "asking for it",
			      story.device.fetch(IOCTL_VIDEO_QUERY_CURRENT_MODE, now));
	report.row("now", text("mode %u: %u x %u, %u bits, %s bytes a line", now.ModeIndex,
			       now.VisScreenWidth, now.VisScreenHeight, now.BitsPerPlane,
			       grouped(now.ScreenStride).c_str()));
	report.prove(text("the adapter shows %u x %u", story.width, story.height),
		     set && now.VisScreenWidth == story.width &&
			     now.VisScreenHeight == story.height &&
			     now.ScreenStride == story.width * 4);
}

void draw(Story &story)
{
	Report &report = story.report;
	report.step("Draw into plain memory");
	draw_picture(story.screen, story.font, facts(story));
	const bool written = story.screen.write_ppm(story.out + "/picture.ppm");
	report.row("memory",
		   text("%s bytes at %s, over %zu pages", grouped(story.memory.size()).c_str(),
			hex(story.memory.address()).c_str(), story.memory.pages()));
	if (!written)
		report.line("no copy of it could be written for the host");
	story.failed = story.failed || !written;
}

void show(Story &story)
{
	Report &report = story.report;
	report.step("Lock it, and let the device fetch it: VideoPortLockBuffer, VideoPortStartDma");
	story.pins_before = pins_held();
	must(story, "the lock",
	     vgpu::lock(story.device, story.memory.data(),
			static_cast<uint32_t>(story.memory.size()), story.handle));
	const int64_t pins = pins_held() - story.pins_before;
	report.row("pages pinned", std::to_string(pins));
	report.prove(text("all %zu pages are pinned", story.memory.pages()),
		     story.handle && pins == static_cast<int64_t>(story.memory.pages()));

	VGPU_UPLOADED uploaded = {};
	const bool shown =
		story.handle && upload(story, {0, 0, story.width, story.height}, uploaded);
	report.row("the device",
		   text("fetched %s bytes; scatter/gather lists: %u, segments: %u",
			grouped(uploaded.Bytes).c_str(), uploaded.Pieces, uploaded.Elements));
	report.prove("the device has fetched the whole picture, and has let go of it",
		     shown && uploaded.Bytes == story.screen.bytes() &&
			     story.device.counter("transfers") == 0 &&
			     story.device.counter("mappings") == 0);
	report.prove("the host has taken its picture", take_screenshot(story, "picture.png"));
}

void wrong_pixel(Story &story)
{
	Report &report = story.report;
	report.step("One pixel wrong, on purpose: would anybody notice?");
	constexpr int x = 417, y = 301;
	const Colour right = story.screen.get(x, y);
	Colour wrong = right;
	wrong.blue ^= 1;
	story.screen.put(x, y, wrong);
	VGPU_UPLOADED uploaded = {};
	const bool shown = upload(story, {x, y, 1, 1}, uploaded);
	report.row("pixel", text("%d, %d: blue is %u instead of %u; only it was uploaded", x, y,
				 wrong.blue, right.blue));
	const bool taken = take_screenshot(story, "wrong.png");
	story.screen.put(x, y, right);
	const bool repaired = upload(story, {x, y, 1, 1}, uploaded);
	report.prove("the host has a picture of that, too", shown && taken && repaired);
}

void pointer(Story &story)
{
	Report &report = story.report;
	report.step("The hardware pointer");
	VIDEO_POINTER_CAPABILITIES can = {};
	must(story, "asking", story.device.fetch(IOCTL_VIDEO_QUERY_POINTER_CAPABILITIES, can));
	report.row("it can", text("%u x %u pixels, colour", can.MaxWidth, can.MaxHeight));
	VGPU_INFO before = {}, after = {};
	vgpu::info(story.device, before);
	const auto image = draw_pointer(vgpu::pointer_size);
	bool good = must(story, "the shape",
			 vgpu::set_pointer(story.device, image, vgpu::pointer_size,
					   vgpu::pointer_size, 0, 0));
	constexpr uint32_t moves = 50;
	for (uint32_t i = 1; good && i <= moves; i++)
		good = must(story, "a move",
			    vgpu::move_pointer(story.device, static_cast<int16_t>(i * 8),
					       static_cast<int16_t>(i * 6)));
	// the next command of the same queue waits until the last is done
	good = good && must(story, "hiding", story.device.request(IOCTL_VIDEO_DISABLE_POINTER)) &&
	       must(story, "showing", story.device.request(IOCTL_VIDEO_ENABLE_POINTER));
	vgpu::info(story.device, after);
	report.row("commands", text("%u: a shape, %u moves, hidden and shown again",
				    after.Commands - before.Commands, moves));
	report.prove("the device has taken the shape and every move",
		     good && after.Commands - before.Commands >= moves + 3);
}

void animate(Story &story)
{
	Report &report = story.report;
	report.step("Let it move: draw, upload what has changed, again and again");
	using clock = std::chrono::steady_clock;
	std::vector<uint32_t> original(story.screen.data(),
				       story.screen.data() + story.width * story.height);
	const Canvas still(original.data(), story.screen.width(), story.screen.height());
	Ball ball;
	VGPU_INFO before = {}, after = {};
	vgpu::info(story.device, before);
	const uint64_t locked = story.device.counter("locked_buffers").value_or(0);
	const int64_t pins = pins_held();
	const auto start = clock::now();
	clock::duration device_time = {};
	int shown = 0;
	for (; shown < story.frames && !story.failed; shown++) {
		const Ball last = ball;
		ball.move(story.screen);
		const int left = std::max(std::min(last.left(), ball.left()), 0);
		const int top = std::max(std::min(last.top(), ball.top()), 0);
		const int right = std::min(std::max(last.left(), ball.left()) + ball.size(),
					   story.screen.width());
		const int bottom = std::min(std::max(last.top(), ball.top()) + ball.size(),
					    story.screen.height());
		story.screen.copy(still, left, top, right - left, bottom - top);
		ball.draw(story.screen);
		VGPU_UPLOADED uploaded = {};
		const auto drawn = clock::now();
		upload(story,
		       {static_cast<uint32_t>(left), static_cast<uint32_t>(top),
			static_cast<uint32_t>(right - left), static_cast<uint32_t>(bottom - top)},
		       uploaded);
		device_time += clock::now() - drawn;
		report.progress(static_cast<uint64_t>(shown) + 1,
				static_cast<uint64_t>(story.frames), text("frame %d", shown + 1));
	}
	const double seconds = std::chrono::duration<double>(clock::now() - start).count();
	const double waited = std::chrono::duration<double>(device_time).count();
	vgpu::info(story.device, after);
	const uint64_t bytes = after.Bytes - before.Bytes;
	const uint32_t frames = static_cast<uint32_t>(std::max(shown, 1));
	report.row("frames", text("%d in %.1f s: %.1f a second; upload and wait: %.2f ms each",
				  shown, seconds, shown / seconds, waited * 1000 / frames));
	report.row("DMA", text("%s bytes, %s a frame; %.1f lists and %.1f segments a frame",
			       grouped(bytes).c_str(), grouped(bytes / frames).c_str(),
			       static_cast<double>(after.Pieces - before.Pieces) / frames,
			       static_cast<double>(after.Elements - before.Elements) / frames));
	const bool written = story.screen.write_ppm(story.out + "/last.ppm");
	const bool taken = take_screenshot(story, "last.png");
	report.prove(
		text("%d frames were shown from one lock: no page was pinned again", story.frames),
		shown == story.frames && !story.failed && written && taken &&
			after.Uploads - before.Uploads == static_cast<uint32_t>(shown) &&
			pins_held() == pins && story.device.counter("locked_buffers") == locked);
}

void unlock(Story &story)
{
	Report &report = story.report;
	report.step("Give it back: VideoPortUnLockBuffer");
	const bool unlocked =
		story.handle && must(story, "unlocking", vgpu::unlock(story.device, story.handle));
	const auto pins = videoport::pins().value_or(videoport::Pins{0, 1});
	report.row("/proc/vmstat", text("%llu pins acquired - %llu released = %lld since boot",
					static_cast<unsigned long long>(pins.acquired),
					static_cast<unsigned long long>(pins.released),
					static_cast<long long>(pins.held())));
	bool none = true;
	for (const char *name : {"locked_buffers", "pinned_pages", "mappings", "transfers"})
		none = none && story.device.counter(name) == 0;
	report.prove("every page was unpinned; nothing is locked, mapped or in flight",
		     unlocked && pins.held() == story.pins_before && none);
}

} // namespace

int main(int count, char **words)
{
	bool live = false, unicode = false;
	int frames = 120;
	unsigned int width = 800, height = 600;
	for (int i = 1; i < count; i++) {
		const std::string_view word = words[i];
		live = live || word == "--live";
		unicode = unicode || word == "--unicode";
		if (word.starts_with("--frames="))
			frames = atoi(words[i] + strlen("--frames="));
		if (word.starts_with("--mode=") &&
		    sscanf(words[i], "--mode=%ux%u", &width, &height) != 2)
			width = 0;
	}
	setvbuf(stdout, nullptr, _IOLBF, 0);

	Device device = Device::open_driver(vgpu::driver);
	if (!device) {
		fprintf(stderr, "display: no adapter of %s can be opened: %s\n", vgpu::driver,
			videoport::errno_name(device.error()).c_str());
		return 2;
	}
	if (!videoport::host_listens() || frames < 1 || !vgpu::find_mode(device, width, height)) {
		fprintf(stderr,
			"display: started wrongly, or no mode of %ux%u: see tools/display/run\n",
			width, height);
		return 2;
	}
	const Font font("/font.ttf");
	Region memory = Region::make(size_t{4} * width * height);
	if (!font || !memory || mkdir("/out", 0755) != 0) {
		fprintf(stderr, "display: no %s\n", font ? "memory, or no /out" : "/font.ttf");
		return 2;
	}

	Report report(live, unicode);
	report.say(
		"A display driver that was written for Windows, its source unchanged, drives a display\n"
		"adapter on Linux: it sets a mode, and lets the adapter fetch a program's picture straight\n"
		"from that program's memory.");
	const Canvas screen(reinterpret_cast<uint32_t *>(memory.data()), static_cast<int>(width),
			    static_cast<int>(height));
	Story story{report, device, font, memory, screen, width, height, "/out", frames};
	what_is_here(story);
	set_mode(story);
	draw(story);
	show(story);
	wrong_pixel(story);
	pointer(story);
	animate(story);
	unlock(story);
	return report.verdict(proofs) && !story.failed ? 0 : 1;
}
