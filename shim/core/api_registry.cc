// SPDX-License-Identifier: GPL-2.0
/*
 * The registry as a miniport sees it: a value is asked for by name and handed to a routine, or set.
 * PASSIVE. No lock is held while the miniport's routine runs, which may make any of these calls.
 */
#include <video.h>
#include <videoport/registry_value.h>

#include "port.h"

using namespace vp;

/* The largest file that a value may name. */
static constexpr size_t max_file_bytes = 4 << 20;

/*
 * The name of a value as a miniport hands it in. Return: false after saying what is wrong with it.
 * A backslash before the first key means the same as none.
 */
static bool take_name(vp_port *port, const char *call, PWSTR from, WideText &name)
{
	if (!from) {
		port->counters.refuse(Counter::BadParameter, "%s: the name of the value is NULL",
				      call);
		return false;
	}
	if (*from == '\\')
		from++;
	name = {from, wide_length(from, max_value_name + 1)};
	if (name.length > max_value_name) {
		port->counters.refuse(Counter::BadLength,
				      "%s: %s: the name is longer than %zu characters", call,
				      NameForLog(name).text(), max_value_name);
		return false;
	}
	return true;
}

/* ---- Files ---- */

/*
 * The last part of a path, as a name in the folder of the administrator's files. What the path says
 * of folders is of another system. Return: false if it is no name for there.
 */
static bool file_name_of(const ValueCopy &value, char *name, size_t room)
{
	const auto *units = value.data.as<WCHAR>();
	size_t end = wide_length(units, value.length / sizeof(WCHAR)), start = end;

	while (start && units[start - 1] != '\\' && units[start - 1] != '/')
		start--;
	if (start == end || end - start >= room || units[start] == '.')
		return false;
	for (size_t i = start; i < end; i++) {
		WCHAR unit = units[i];
		bool letter = (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
		bool other =
			(unit >= '0' && unit <= '9') || unit == '.' || unit == '_' || unit == '-';

		if (!letter && !other)
			return false;
		name[i - start] = static_cast<char>(unit);
	}
	name[end - start] = '\0';
	return true;
}

/* Puts the contents of the file that @value names in its place. Says why not. */
static VP_STATUS read_file(vp_port *port, const char *call, ValueCopy &value)
{
	char name[65];
	vp_firmware *file;

	if ((value.type != VIDEOPORT_REG_TYPE_SZ && value.type != VIDEOPORT_REG_TYPE_EXPAND_SZ) ||
	    !file_name_of(value, name, sizeof(name))) {
		port->counters.refuse(
			Counter::BadParameter,
			"%s: the value is no file's name: want text that ends with a name of letters, digits and ._-",
			call);
		return ERROR_INVALID_PARAMETER;
	}

	int error = vp_firmware_load(port->device(), name, &file);

	if (error) {
		port->counters.refuse(
			error == -VP_ENOMEM ? Counter::NoMemory : Counter::BadParameter,
			"%s: cannot read videoport/%s (error %d): it belongs beside the firmware",
			call, name, error);
		return error == -VP_ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER;
	}

	const void *data = vp_firmware_data(file, &value.length);
	VP_STATUS status = NO_ERROR;

	if (value.length > max_file_bytes) {
		port->counters.refuse(Counter::BadLength,
				      "%s: videoport/%s has %zu bytes: %zu are the most", call,
				      name, value.length, max_file_bytes);
		status = ERROR_INVALID_PARAMETER;
	} else {
		/* The miniport may change what it is handed. */
		value.data = Buffer(value.length + ValueCopy::zeros);
		if (!value.data)
			status = ERROR_NOT_ENOUGH_MEMORY;
		else if (value.length)
			__builtin_memcpy(value.data.as<uint8_t>(), data, value.length);
	}
	vp_firmware_release(file);
	return status;
}

extern "C" {

/**
 * VideoPortGetRegistryParameters() - hand a registry value to a routine
 * @HwDeviceExtension: the miniport's.
 * @ParameterName: the value's name, under the adapter's key; with the path of its subkeys: "Key\Value".
 *	Upper and lower case are the same.
 * @IsParameterFileName: the value names a file whose contents are wanted: that of its last part in
 *	the folder videoport/ of the firmware, wherever it was on another system.
 * @CallbackRoutine: gets the extension, @Context, the name, the data and its bytes.
 * @Context: handed to it.
 *
 * Documented: VideoPortGetRegistryParameters. Beyond it: the routine gets copies, which it may
 * change; eight zero bytes follow the data. Lists of strings and %variables% are handed over as they
 * are.
 *
 * Context: PASSIVE.
 * Return: what the routine returned; ERROR_INVALID_PARAMETER if there is no such value (or file);
 *	ERROR_NOT_ENOUGH_MEMORY.
 */
VP_STATUS VideoPortGetRegistryParameters(PVOID HwDeviceExtension, PWSTR ParameterName,
					 UCHAR IsParameterFileName,
					 PMINIPORT_GET_REGISTRY_ROUTINE CallbackRoutine,
					 PVOID Context)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	WideText name;

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return ERROR_INVALID_PARAMETER;
	if (!CallbackRoutine) {
		port->counters.refuse(Counter::BadParameter, "%s: the routine is NULL", __func__);
		return ERROR_INVALID_PARAMETER;
	}
	if (!take_name(port, __func__, ParameterName, name))
		return ERROR_INVALID_PARAMETER;

	ValueCopy value = port->values.get(name);

	if (value.result == ValueCopy::Absent) {
		/* Drivers look for many that nobody has set: no mistake. */
		vp_log(port->device(), VP_LOG_DEBUG, "%s: there is no value %s", __func__,
		       NameForLog(name).text());
		return ERROR_INVALID_PARAMETER;
	}

	size_t name_bytes = (name.length + 1) * sizeof(WCHAR);
	Buffer name_copy(name_bytes);

	if (value.result == ValueCopy::NoMemory || !name_copy) {
		port->counters.refuse(Counter::NoMemory, "%s: no memory for the value %s", __func__,
				      NameForLog(name).text());
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	__builtin_memcpy(name_copy.as<WCHAR>(), name.units, name.length * sizeof(WCHAR));
	if (IsParameterFileName) {
		VP_STATUS status = read_file(port, __func__, value);

		if (status != NO_ERROR)
			return status;
	}
	return CallbackRoutine(HwDeviceExtension, Context, name_copy.as<WCHAR>(),
			       value.data.as<void>(), static_cast<ULONG>(value.length));
}

/**
 * VideoPortSetRegistryParameters() - set a registry value of the adapter
 * @HwDeviceExtension: the miniport's.
 * @ValueName: the value's name, under the adapter's key; with the path of its subkeys, which are made.
 * @ValueData: the data; copied.
 * @ValueLength: bytes, at most 65536.
 *
 * Documented: VideoPortSetRegistryParameters; a name that begins with "DefaultSettings." is refused,
 * but for miniports of NT4. The value is of the type REG_BINARY. Beyond it: it stays as long as the
 * adapter is bound to its miniport; to keep it, put the text of debugfs into the file of values.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR, ERROR_INVALID_PARAMETER or ERROR_NOT_ENOUGH_MEMORY.
 */
VP_STATUS VideoPortSetRegistryParameters(PVOID HwDeviceExtension, PWSTR ValueName, PVOID ValueData,
					 ULONG ValueLength)
{
	static constexpr WCHAR reserved[] = {'D', 'e', 'f', 'a', 'u', 'l', 't', 'S',
					     'e', 't', 't', 'i', 'n', 'g', 's', '.'};
	constexpr size_t reserved_length = sizeof(reserved) / sizeof(*reserved);
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	WideText name;

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters) ||
	    !take_name(port, __func__, ValueName, name))
		return ERROR_INVALID_PARAMETER;

	NameForLog shown(name);

	if (!ValueData && ValueLength) {
		port->counters.refuse(Counter::BadParameter, "%s: %s: NULL for %u bytes", __func__,
				      shown.text(), ValueLength);
		return ERROR_INVALID_PARAMETER;
	}
	if (!port->is_nt4() && name.length >= reserved_length &&
	    same_name(name.part(0, reserved_length), {reserved, reserved_length})) {
		port->counters.refuse(Counter::BadParameter,
				      "%s: %s: DefaultSettings are not a miniport's to set",
				      __func__, shown.text());
		return ERROR_INVALID_PARAMETER;
	}
	if (const char *error = value_name_error(name)) {
		port->counters.refuse(Counter::BadParameter, "%s: %s: %s", __func__, shown.text(),
				      error);
		return ERROR_INVALID_PARAMETER;
	}

	switch (port->values.set(name, VIDEOPORT_REG_TYPE_BINARY, ValueData, ValueLength)) {
	case ValueStore::Stored::Yes:
		return NO_ERROR;
	case ValueStore::Stored::BadName: /* looked at above */
	case ValueStore::Stored::TooLong:
		port->counters.refuse(Counter::BadLength, "%s: %s: %u bytes are more than %zu",
				      __func__, shown.text(), ValueLength, max_value_bytes);
		return ERROR_INVALID_PARAMETER;
	case ValueStore::Stored::Full:
		port->counters.refuse(
			Counter::LimitReached,
			"%s: %s: no room for %u bytes: an adapter has %zu values and %zu bytes at most",
			__func__, shown.text(), ValueLength, max_values, max_store_bytes);
		return ERROR_NOT_ENOUGH_MEMORY;
	case ValueStore::Stored::NoMemory:
		break;
	}
	port->counters.refuse(Counter::NoMemory, "%s: %s: no memory for %u bytes", __func__,
			      shown.text(), ValueLength);
	return ERROR_NOT_ENOUGH_MEMORY;
}

/**
 * VideoPortFlushRegistry() - write what was set to the disk
 * @HwDeviceExtension: the miniport's.
 *
 * There is nothing to write: values are kept in memory. Context: PASSIVE.
 * Return: NO_ERROR; ERROR_INVALID_PARAMETER from another context.
 */
VP_STATUS VideoPortFlushRegistry(PVOID HwDeviceExtension)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	return port && port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters)
		       ? NO_ERROR
		       : ERROR_INVALID_PARAMETER;
}

} // extern "C"
