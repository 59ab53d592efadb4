// SPDX-License-Identifier: GPL-2.0
/*
 * Where an adapter's registry values come from before its miniport sets any: the module's own, then
 * a file, then the module's parameter; the later one wins. And their way back into text. PASSIVE.
 */
#include <videoport/registry_value.h>

#include "memory.h"
#include "port.h"
#include "reg_text.h"

using namespace vp;

/* Of one text; a wrong file is not to fill the log. */
static constexpr unsigned int most_mistakes = 10;

/* Why a value was not taken; nullptr if it was. */
static const char *stored_error(ValueStore::Stored stored)
{
	switch (stored) {
	case ValueStore::Stored::Yes:
		return nullptr;
	case ValueStore::Stored::BadName:
		return "its name is none";
	case ValueStore::Stored::TooLong:
		return "it is longer than 65536 bytes";
	case ValueStore::Stored::Full:
		return "there is no room: an adapter has 1024 values and 256 KiB at most";
	case ValueStore::Stored::NoMemory:
		break;
	}
	return "there is no memory";
}

int vp_port::load_defaults()
{
	for (const videoport_registry_value *each = miniport_.default_values; each && each->name;
	     each++) {
		Buffer memory;
		WideText name;

		if (int error = decode_text(each->name, __builtin_strlen(each->name), memory, name))
			return error;

		ValueStore::Stored stored = values.set(name, each->type, each->data, each->length);

		if (stored == ValueStore::Stored::NoMemory)
			return -VP_ENOMEM;
		if (const char *error = stored_error(stored)) {
			const char *wrong = value_name_error(name);

			vp_log(device_, VP_LOG_WARN,
			       "%s: registry value %s of the module left out: %s", miniport_.name,
			       NameForLog(name).text(), wrong ? wrong : error);
		}
	}
	return 0;
}

int vp_port::load_text(const char *where, const void *bytes, size_t length, RegReader::Style style)
{
	Buffer memory;
	WideText text;

	if (int error = decode_text(bytes, length, memory, text))
		return error;

	Owned<RegReader> reader(create<RegReader>(text, style));
	unsigned int mistakes = 0;

	if (!reader)
		return -VP_ENOMEM;
	for (;;) {
		const char *mistake = nullptr;

		switch (reader->next()) {
		case RegReader::Next::End:
			if (mistakes > most_mistakes)
				vp_log(device_, VP_LOG_WARN, "%s: %u more mistakes", where,
				       mistakes - most_mistakes);
			return 0;
		case RegReader::Next::Mistake:
			mistake = reader->mistake();
			break;
		case RegReader::Next::Removal:
			(void)values.remove(reader->name());
			break;
		case RegReader::Next::Value: {
			ValueStore::Stored stored = values.set(reader->name(), reader->type(),
							       reader->data(), reader->length());

			if (stored == ValueStore::Stored::NoMemory)
				return -VP_ENOMEM;
			mistake = stored_error(stored);
			break;
		}
		}
		if (mistake && ++mistakes <= most_mistakes)
			vp_log(device_, VP_LOG_WARN, "%s:%zu:%zu: value left out: %s", where,
			       reader->line(), reader->column(), mistake);
	}
}

/* The file that the administrator may have put beside the firmware. */
int vp_port::load_file()
{
	static constexpr char ending[] = ".reg";
	constexpr size_t room = 80;
	char name[room], where[room + 16];
	size_t length = __builtin_strlen(miniport_.name);
	vp_firmware *file;

	if (length > room - sizeof(ending))
		return 0; /* no module is called so */
	__builtin_memcpy(name, miniport_.name, length);
	__builtin_memcpy(name + length, ending, sizeof(ending));
	__builtin_memcpy(where, "videoport/", 10);
	__builtin_memcpy(where + 10, name, length + sizeof(ending));

	int error = vp_firmware_load(device_, name, &file);

	if (error == -VP_ENOENT)
		return 0;
	if (error) {
		if (error != -VP_ENOMEM)
			vp_log(device_, VP_LOG_WARN,
			       "%s: registry values left out: cannot be read (error %d)", where,
			       error);
		return error == -VP_ENOMEM ? error : 0;
	}

	const void *text = vp_firmware_data(file, &length);

	if (length <= max_reg_text)
		error = load_text(where, text, length, RegReader::Style::File);
	else
		vp_log(device_, VP_LOG_WARN,
		       "%s: registry values left out: %zu bytes, but %zu are the most", where,
		       length, max_reg_text);
	vp_firmware_release(file);
	return error;
}

int vp_port::load_values()
{
	if (int error = load_defaults())
		return error;
	if (int error = load_file())
		return error;

	const char *text = miniport_.parameter_values;

	return text && *text ? load_text("parameter registry", text, __builtin_strlen(text),
					 RegReader::Style::Parameter)
			     : 0;
}

extern "C" char *vp_core_port_registry(vp_port *port, size_t *length)
{
	size_t room = write_reg_text(port->values, nullptr, 0);
	Buffer text(room);

	if (!text)
		return nullptr;

	/* It may have grown meanwhile: what there is no room for is left out. */
	size_t written = write_reg_text(port->values, text.as<char>(), room);

	*length = written < room ? written : room;
	return static_cast<char *>(text.release());
}
