// SPDX-License-Identifier: GPL-2.0
/*
 * What the demo's steps hand on to each other, and the few words that they share. Owns nothing.
 */
#ifndef DISPLAY_STORY_HPP
#define DISPLAY_STORY_HPP

#include <string>

#include "../guest/host.hpp"
#include "../guest/memory.hpp"
#include "../guest/proof.hpp"
#include "../guest/report.hpp"
#include "../libvideoport/videoport.hpp"
#include "../miniports/vgpu/client.hpp"

#include "canvas.hpp"
#include "font.hpp"
#include "picture.hpp"

namespace display {

using videoport::Device;
using videoport::Region;
using videoport::Reply;

/// What the steps hand on to each other.
struct Story {
	Report &report;
	Device &device;
	const Font &font;
	Region &memory; ///< the screen's picture, which the device fetches
	Canvas screen; ///< the same, to draw on
	uint32_t width, height; ///< of the mode
	std::string out; ///< folder for the pictures that the host compares
	int frames; ///< of the animation
	int64_t pins_before = 0;
	uint64_t handle = 0; ///< of the lock; 0: none
	bool failed = false; ///< a request that has to work did not
};

/// Pages pinned now, of all processes; -1 if the kernel does not say.
inline int64_t pins_held()
{
	const auto pins = videoport::pins();
	return pins ? pins->held() : -1;
}

/// A request that has to work: says so if it did not.
inline bool must(Story &story, const char *what, const Reply &reply)
{
	if (!reply) {
		story.report.line(text("%s was refused: %s", what, reply.name().c_str()));
		story.failed = true;
	}
	return reply.ok();
}

/// Upload a rectangle and wait for its end; what it took is in @p uploaded.
inline bool upload(Story &story, const vgpu::Rect &rect, VGPU_UPLOADED &uploaded)
{
	if (!must(story, "the upload", vgpu::upload(story.device, story.handle, rect)) ||
	    !must(story, "waiting for it", vgpu::wait(story.device, uploaded)))
		return false;
	if (uploaded.Status != NO_ERROR) {
		story.report.line("the upload failed: " + videoport::status_name(uploaded.Status));
		story.failed = true;
	}
	return uploaded.Status == NO_ERROR;
}

/// Let the host take a picture of the screen.
inline bool take_screenshot(Story &story, const std::string &name)
{
	const std::string trouble = videoport::screenshot(name);
	story.report.row("screenshot", trouble.empty() ? name : trouble);
	return trouble.empty();
}

} // namespace display

#endif // DISPLAY_STORY_HPP
