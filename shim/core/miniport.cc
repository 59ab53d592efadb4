// SPDX-License-Identifier: GPL-2.0
/*
 * Loading a miniport: DriverEntry, and VideoPortInitialize which it calls. PASSIVE.
 */
#include "memory.h"
#include "miniport.h"
#include "system.h"

/* The largest device extension that is believed; real ones are some kilobytes. */
static constexpr ULONG max_extension = 16 << 20;
/* The same for each child's. */
static constexpr ULONG max_child_extension = 1 << 20;

VP_STATUS vp_miniport::initialize(const VIDEO_HW_INITIALIZATION_DATA *data, PVOID context)
{
	constexpr size_t nt4 = SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA;
	/* NT4's, and HwStartDma */
	constexpr size_t nt4_dma = FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, HwSetPowerState);
	constexpr size_t w2k = SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA;
	constexpr size_t xp = SIZE_OF_WXP_VIDEO_HW_INITIALIZATION_DATA;
	ULONG size = data->HwInitDataSize;

	if (size != nt4 && size != nt4_dma && size != w2k && size != xp &&
	    size != sizeof(VIDEO_HW_INITIALIZATION_DATA)) {
		vp_log(nullptr, VP_LOG_ERROR,
		       "%s: VideoPortInitialize: HwInitDataSize %u is none of NT4's %zu, W2K's %zu, XP's %zu: was the miniport compiled against other headers?",
		       name, size, nt4, w2k, xp);
		return ERROR_INVALID_PARAMETER;
	}
	/* Since Windows 2000 the system knows the bus, and many drivers leave its type out. */
	bool left_out = size > nt4_dma && data->AdapterInterfaceType == Internal;

	if (data->AdapterInterfaceType != PCIBus && !left_out) {
		vp_log(nullptr, VP_LOG_INFO,
		       "%s: VideoPortInitialize: bus type %d is not PCI (%d): not supported", name,
		       data->AdapterInterfaceType, PCIBus);
		return ERROR_DEV_NOT_EXIST;
	}
	if (!data->HwFindAdapter || !data->HwInitialize || !data->HwStartIO) {
		vp_log(nullptr, VP_LOG_ERROR,
		       "%s: VideoPortInitialize: %s is NULL: it is mandatory", name,
		       !data->HwFindAdapter  ? "HwFindAdapter"
		       : !data->HwInitialize ? "HwInitialize"
					     : "HwStartIO");
		return ERROR_INVALID_PARAMETER;
	}
	if (data->HwDeviceExtensionSize > max_extension) {
		vp_log(nullptr, VP_LOG_ERROR,
		       "%s: VideoPortInitialize: HwDeviceExtensionSize %u is more than %u", name,
		       data->HwDeviceExtensionSize, max_extension);
		return ERROR_INVALID_PARAMETER;
	}
	if (size >= w2k && data->HwChildDeviceExtensionSize > max_child_extension) {
		vp_log(nullptr, VP_LOG_ERROR,
		       "%s: VideoPortInitialize: HwChildDeviceExtensionSize %u is more than %u",
		       name, data->HwChildDeviceExtensionSize, max_child_extension);
		return ERROR_INVALID_PARAMETER;
	}

	/* What an older structure does not have counts as absent. */
	hw = {};
	__builtin_memcpy(&hw, data, size);
	hw_context = context;
	initialized = true;
	return NO_ERROR;
}

/**
 * VideoPortInitialize() - a miniport's DriverEntry says what it is
 * @Argument1: what DriverEntry got as its first parameter.
 * @Argument2: likewise its second.
 * @HwInitializationData: the callbacks; copied.
 * @HwContext: handed to HwVidFindAdapter.
 *
 * Documented: VideoPortInitialize. Beyond it: several calls, one for each bus type as NT4 drivers
 * make them, are fine; all but PCI get ERROR_DEV_NOT_EXIST. HwVidFindAdapter is called later, for
 * each PCI function.
 *
 * Context: PASSIVE, inside DriverEntry.
 * Return: NO_ERROR, ERROR_DEV_NOT_EXIST or ERROR_INVALID_PARAMETER.
 */
extern "C" ULONG VideoPortInitialize(PVOID Argument1, PVOID Argument2,
				     PVIDEO_HW_INITIALIZATION_DATA HwInitializationData,
				     PVOID HwContext)
{
	auto *miniport = static_cast<vp_miniport *>(Argument1);

	(void)Argument2;
	if (!miniport || miniport->magic != vp_miniport::alive || !HwInitializationData) {
		vp_log(nullptr, VP_LOG_ERROR,
		       "VideoPortInitialize: want what DriverEntry was given, and the data");
		return ERROR_INVALID_PARAMETER;
	}
	return miniport->initialize(HwInitializationData, HwContext);
}

extern "C" int vp_core_miniport_create(const char *name, unsigned int (*entry)(void *, void *),
				       vp_miniport **out)
{
	vp::Owned<vp_miniport> miniport(vp::create<vp_miniport>(name));

	if (!miniport)
		return -VP_ENOMEM;
	miniport->module = vp_module_of(reinterpret_cast<const void *>(entry));

	UNICODE_STRING path = miniport->registry_path.string();
	ULONG status = entry(miniport.get(), &path);

	if (!miniport->initialized || status != NO_ERROR)
		vp::System::get().module_gone(name, miniport->module);
	if (!miniport->initialized) {
		vp_log(nullptr, VP_LOG_ERROR,
		       "%s: DriverEntry returned %u and registered no PCI adapter; not loaded",
		       name, status);
		return -VP_EINVAL;
	}
	if (status != NO_ERROR) {
		vp_log(nullptr, VP_LOG_ERROR, "%s: DriverEntry returned %u; not loaded", name,
		       status);
		return -VP_EINVAL;
	}
	*out = miniport.release();
	return 0;
}

extern "C" void vp_core_miniport_registry(vp_miniport *miniport,
					  const videoport_registry_value *values, const char *text)
{
	miniport->default_values = values;
	miniport->parameter_values = text;
}

extern "C" void vp_core_miniport_destroy(vp_miniport *miniport)
{
	vp::System::get().module_gone(miniport->name, miniport->module);
	vp::destroy(miniport);
}
