// SPDX-License-Identifier: GPL-2.0
/*
 * Asking a miniport for its adapter's children. See children.h.
 *
 * Documented: HwVidGetVideoChildDescriptor, VIDEO_CHILD_ENUM_INFO. ChildIndex 0 is for what ACPI has
 * found, and nothing here is; the adapter itself, DISPLAY_ADAPTER_HW_ID, is no child.
 */
#include "children.h"

namespace vp {

Children::~Children()
{
	for (Child *child : slots_)
		destroy(child);
}

bool Children::copy(unsigned int slot, vp_child &child) const
{
	if (slot >= VP_MAX_CHILDREN)
		return false;

	SpinGuard guard(lock_);

	if (!slots_[slot])
		return false;
	child = slots_[slot]->shown;
	return true;
}

/* What the miniport keeps of a child that is still there stays. */
Owned<Child> Children::make(unsigned int slot, size_t extension_bytes)
{
	Owned<Child> child(create<Child>());
	Child *before = slots_[slot];

	if (!child || !extension_bytes)
		return child;
	child->extension =
		before ? std::exchange(before->extension, nullptr) : vp_alloc(extension_bytes);
	return child->extension ? std::move(child) : Owned<Child>();
}

uint32_t Children::set(unsigned int slot, Child *child)
{
	Child *before = slots_[slot];
	bool same = before && child
			    ? !__builtin_memcmp(&before->shown, &child->shown, sizeof(child->shown))
			    : before == child;

	{
		SpinGuard guard(lock_);

		slots_[slot] = child;
	}
	destroy(before);
	return same ? 0 : uint32_t{1} << slot;
}

/* A name that a miniport gave in UTF-16, as far as it is plain text. */
static void copy_text(char (&text)[VP_CHILD_NAME], const uint8_t *wide, size_t bytes)
{
	size_t i = 0;

	for (; i + 1 < sizeof(text) && 2 * i + 1 < bytes; i++) {
		unsigned int c = wide[2 * i] | wide[2 * i + 1] << 8;

		if (!c)
			break;
		text[i] = c > ' ' && c <= '~' ? static_cast<char>(c) : '?';
	}
	text[i] = '\0';
}

void Children::describe(vp_child &shown, const Descriptor &descriptor)
{
	if (shown.type == Other)
		copy_text(shown.hardware_id, descriptor.bytes, sizeof(descriptor.bytes));
	if (shown.type != Monitor)
		return;
	shown.edid_bytes =
		static_cast<uint32_t>(edid_length(descriptor.bytes, sizeof(descriptor.bytes)));
	if (shown.edid_bytes) {
		__builtin_memcpy(shown.edid, descriptor.bytes, shown.edid_bytes);
		return;
	}
	/* Nothing at all is a monitor without DDC2. */
	for (uint8_t byte : descriptor.bytes) {
		if (byte) {
			counters_.refuse(
				Counter::MiniportError,
				"HwVidGetVideoChildDescriptor: child %u: the descriptor is no EDID, its header or sum is wrong; not kept",
				shown.index);
			return;
		}
	}
}

/* Return: @uid names the child in @slot, and no other. */
bool Children::is_named(unsigned int slot, uint32_t type, uint32_t uid)
{
	if (uid == DISPLAY_ADAPTER_HW_ID) {
		/* it has told of the adapter itself */
		if (type != VideoChip)
			counters_.refuse(
				Counter::MiniportError,
				"HwVidGetVideoChildDescriptor: child %u, of type %u, has UId 0x%x, which is the adapter's; left out",
				slot + 1, type, uid);
		return false;
	}
	for (unsigned int i = 0; i < slot; i++) {
		if (!slots_[i] || slots_[i]->shown.uid != uid)
			continue;
		counters_.refuse(
			Counter::MiniportError,
			"HwVidGetVideoChildDescriptor: child %u has UId 0x%x, as child %u has; left out",
			slot + 1, uid, i + 1);
		return false;
	}
	return true;
}

uint32_t Children::enumerate(PVOID extension, const VIDEO_HW_INITIALIZATION_DATA &hw)
{
	if (!hw.HwGetVideoChildDescriptor)
		return 0;

	Owned<Descriptor> descriptor(create<Descriptor>());
	uint32_t changed = 0;
	bool more = true;

	for (unsigned int slot = 0; slot < VP_MAX_CHILDREN; slot++) {
		if (!more) {
			changed |= set(slot, nullptr);
			continue;
		}

		Owned<Child> child;

		if (descriptor)
			child = make(slot, hw.HwChildDeviceExtensionSize);
		if (!child) {
			counters_.refuse(Counter::NoMemory,
					 "HwVidGetVideoChildDescriptor: no memory for child %u",
					 slot + 1);
			return changed;
		}

		VIDEO_CHILD_ENUM_INFO info{};
		VIDEO_CHILD_TYPE type = Other;
		ULONG uid = VIDEO_INVALID_CHILD_ID, unused = 0;

		info.Size = sizeof(info);
		info.ChildDescriptorSize = sizeof(descriptor->bytes);
		info.ChildIndex = slot + 1;
		info.ChildHwDeviceExtension = child->extension;
		*descriptor = {};

		VP_STATUS status = hw.HwGetVideoChildDescriptor(extension, &info, &type,
								descriptor->bytes, &uid, &unused);
		bool told = status == VIDEO_ENUM_MORE_DEVICES && is_named(slot, type, uid);

		if (told) {
			child->shown.index = slot + 1;
			child->shown.uid = uid;
			child->shown.type = type;
			describe(child->shown, *descriptor);
		}
		changed |= set(slot, told ? child.release() : nullptr);
		more = status == VIDEO_ENUM_MORE_DEVICES || status == VIDEO_ENUM_INVALID_DEVICE;
		if (!more && status != VIDEO_ENUM_NO_MORE_DEVICES)
			counters_.refuse(
				Counter::MiniportError,
				"HwVidGetVideoChildDescriptor: child %u: %d is none of the documented results; taken as the end",
				slot + 1, status);
	}
	if (more)
		counters_.refuse(
			Counter::LimitReached,
			"HwVidGetVideoChildDescriptor: tells of more than %d children; the rest is not asked for",
			VP_MAX_CHILDREN);
	return changed;
}

} // namespace vp
