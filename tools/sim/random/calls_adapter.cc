// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters and common buffers in the random run. See calls.hpp.
 */
#include "calls.hpp"

#include <cstring>

#include "../platform/fail.hpp"

namespace sim {

void Calls::get_adapter()
{
	VP_DEVICE_DESCRIPTION description{};
	static const ULONG limits[] = {0, 0, 1, 64, 4096, 5000, 20000};
	size_t mapped = live_mappings(port_.device());
	uint64_t token;
	bool hit, alone, wide = step_.a & 1, none = step_.c % 32 == 0;

	description.ScatterGather = step_.a % 4 != 0;
	description.Dma64BitAddresses = wide;
	description.Dma32BitAddresses = step_.a & 8;
	description.MaximumLength = limits[step_.b % std::size(limits)];
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		token = number(VideoPortGetDmaAdapter(extension(), none ? nullptr : &description));
		hit = fail_at.hit();
		alone = call.alone();
	}

	/* a mask that something is mapped for may be refused */
	bool allowed = context() == VP_PASSIVE && !none;
	bool must = allowed && !hit && !mapped;

	if (alone && ((token && (!allowed || hit)) || (!token && must)))
		wrong("VideoPortGetDmaAdapter", "success", token != 0, must);
	if (!token)
		return;

	note(Fact::Adapters);

	auto adapter = std::make_unique<AdapterModel>();

	adapter->token = token;
	adapter->bits = wide ? 64 : 32;
	adapter->scatter_gather = description.ScatterGather;
	adapter->maximum = description.MaximumLength ? description.MaximumLength : SIZE_MAX;
	if (port_.adapter_of(token) || port_.buffer(token))
		fail("adapter 0x%llx is given out twice", static_cast<unsigned long long>(token));
	port_.adapters.push_back(std::move(adapter));
}

void Calls::put_adapter()
{
	uint64_t token = pick_adapter();
	const AdapterModel *before = port_.adapter_of(token);
	bool alone, unsure = before && port_.unsure(*before);

	{
		CoreCall call(world_);
		bool puts = before && !before->work && context() != VP_DIRQL;
		uint64_t adapters = port_.adapter->counter("adapters");

		VideoPortPutDmaAdapter(extension(), pointer<PVP_DMA_ADAPTER>(token));
		alone = call.alone();
		if (alone && !unsure && adapters - port_.adapter->counter("adapters") != puts)
			wrong("VideoPortPutDmaAdapter", "adapters put",
			      static_cast<long>(adapters - port_.adapter->counter("adapters")),
			      puts);
	}

	AdapterModel *adapter = port_.adapter_of(token);

	if (adapter && !(alone && adapter->work && !unsure))
		adapter->uncertain = true; /* looked at when nobody is in between */
}

void Calls::allocate_common(bool older)
{
	static const ULONG lengths[] = {1, 64, 4096, 4097, 10000, 65536, 0, 1u << 30};
	static const ULONG alignments[] = {0, 0, 1, 64, 4096, 3, 1 << 16, 1u << 31};
	ULONG length = lengths[step_.c % (step_.c & 64 ? 8 : 6)];
	ULONG alignment = alignments[random_.below(std::size(alignments))], actual = 0x99;
	uint64_t token = older ? 0 : pick_adapter();
	AdapterModel *adapter = older ? nullptr : port_.adapter_of(token);
	CommonModel common{};
	bool hit, alone, expected;

	common.logical.QuadPart = 0x4242;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		expected = context() == VP_PASSIVE && length && length < (1u << 30) &&
			   (older ? !(alignment & (alignment - 1)) : adapter != nullptr);
		if (older)
			common.memory =
				VideoPortGetCommonBuffer(extension(), length, alignment,
							 &common.logical, &actual, step_.c & 1);
		else
			common.memory = VideoPortAllocateCommonBuffer(
				extension(), pointer<PVP_DMA_ADAPTER>(token), length,
				&common.logical, step_.c & 1, nullptr);
		hit = fail_at.hit();
		alone = call.alone();
	}

	bool granted = common.memory;

	if (adapter && adapter->uncertain)
		alone = false;
	/* more alignment than the natural order is given by luck only */
	if (alone && granted != (expected && !hit) && !(expected && older && alignment > length))
		wrong("a common buffer", "success", granted, expected && !hit);
	if (!granted && common.logical.QuadPart != 0x4242)
		fail("no common buffer, but an address");
	if (older && actual != (granted ? length : 0))
		wrong("VideoPortGetCommonBuffer", "the length", actual, length);
	if (!granted)
		return;
	if (older && alignment && common.logical.QuadPart & (alignment - 1))
		fail("a common buffer at 0x%llx is not aligned to %u",
		     static_cast<unsigned long long>(common.logical.QuadPart), alignment);
	note(Fact::CommonBuffers);
	common.adapter = adapter;
	common.token = token;
	common.length = length;
	common.cached = step_.c & 1;
	common.early = older && !port_.adapter->bound;
	memset(common.memory, 0x5a, length);

	uint8_t seen = 0;

	if (port_.device().master &&
	    (device_read(port_.device(), static_cast<uint64_t>(common.logical.QuadPart), &seen,
			 1) != Access::Done ||
	     seen != 0x5a))
		fail("the device does not see a common buffer");
	if (adapter)
		adapter->work++;
	port_.commons.push_back(common);
}

void Calls::release_common(bool older)
{
	CommonModel wanted{};
	bool passive = context() == VP_PASSIVE;

	if (!port_.commons.empty() && step_.a % 8)
		wanted = port_.commons[random_.below(static_cast<uint32_t>(port_.commons.size()))];
	else
		wanted.token = older ? 0 : pick_adapter();

	/* repeated exactly, or not quite */
	switch (step_.b % 12) {
	case 0:
		wanted.length += 1;
		break;
	case 1:
		wanted.logical.QuadPart += 4096;
		break;
	case 2:
		wanted.memory = pointer<PVOID>(number(wanted.memory) + 1);
		break;
	case 3:
		wanted.cached = !wanted.cached;
		break;
	case 4:
		wanted.token = pick_adapter();
		break;
	}
	if (older)
		wanted.token = 0;

	auto same = [&](const CommonModel &each) {
		return each.token == wanted.token && each.length == wanted.length &&
		       each.logical.QuadPart == wanted.logical.QuadPart &&
		       each.memory == wanted.memory && each.cached == wanted.cached;
	};
	size_t before = live_coherent(port_.device());
	bool alone, expected = false;

	for (const CommonModel &each : port_.commons)
		expected |= same(each) && !each.released && !each.contiguous;
	if (!older && !wanted.token)
		expected = false;
	{
		CoreCall call(world_);

		if (older)
			VideoPortFreeCommonBuffer(extension(), wanted.length, wanted.memory,
						  wanted.logical, wanted.cached);
		else
			VideoPortReleaseCommonBuffer(
				extension(), pointer<PVP_DMA_ADAPTER>(wanted.token), wanted.length,
				wanted.logical, wanted.memory, wanted.cached);
		alone = call.alone();
	}
	if (alone && before - live_coherent(port_.device()) != (expected && passive))
		wrong("a release of a common buffer", "buffers freed",
		      static_cast<long>(before - live_coherent(port_.device())),
		      expected && passive);
	for (size_t i = 0; i < port_.commons.size(); i++) {
		CommonModel &each = port_.commons[i];

		if (!same(each) || each.released || each.contiguous || !expected)
			continue;
		each.released = true; /* at once, or when the work has run */
		if (passive && alone)
			port_.common_over(i);
		return;
	}
}

} // namespace sim
