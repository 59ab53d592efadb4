/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A registered miniport: what its DriverEntry said of itself through VideoPortInitialize. Made once
 * when its module is loaded; not changed any more once a port uses it.
 */
#ifndef VP_CORE_MINIPORT_H
#define VP_CORE_MINIPORT_H

#include <cstdint>

#include <video.h>

#include "platform.h"
#include "registry_path.h"

struct vp_miniport {
	explicit vp_miniport(const char *miniport_name)
		: name(miniport_name),
		  registry_path(miniport_name)
	{
	}
	vp_miniport(const vp_miniport &) = delete;
	vp_miniport &operator=(const vp_miniport &) = delete;
	~vp_miniport() { magic = 0; }

	static constexpr uint64_t alive = 0x6d696e69706f7274;

	/**
	 * Take over what VideoPortInitialize was given, checked.
	 *
	 * Return: NO_ERROR, ERROR_DEV_NOT_EXIST (another bus), ERROR_INVALID_PARAMETER; the log
	 * says what was wrong.
	 */
	VP_STATUS initialize(const VIDEO_HW_INITIALIZATION_DATA *data, PVOID context);

	/** It says what it is in a structure of NT4. */
	bool is_nt4() const
	{
		return hw.HwInitDataSize <=
		       FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, HwSetPowerState);
	}

	uint64_t magic = alive;
	const char *const name;
	bool initialized = false;
	VIDEO_HW_INITIALIZATION_DATA hw{};
	PVOID hw_context = nullptr;
	vp::RegistryPath registry_path;
	/* of its module: values that are compiled in, and those of its parameter; or nullptr */
	const videoport_registry_value *default_values = nullptr;
	const char *parameter_values = nullptr;
	uint64_t module = 0; /* of vp_module_of() */
};

#endif
