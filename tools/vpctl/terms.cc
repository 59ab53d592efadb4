// SPDX-License-Identifier: GPL-2.0
/*
 * Choosing adapters, and saying things as people read them. See terms.hpp.
 */
#include "terms.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace vpctl {

static constexpr const char *load_miniport =
	"load a miniport, sudo insmod NAME.ko; if one is loaded, see with lspci -k who has its device";

std::vector<videoport::Adapter> chosen(const Common &common, const std::vector<std::string> &names)
{
	std::error_code error;
	if (!std::filesystem::exists(common.root / "sys/class/videoport", error))
		throw Failure("module not loaded", "sudo modprobe videoport");

	const auto all = videoport::adapters({}, common.root);
	if (names.empty())
		return all;
	std::vector<videoport::Adapter> found;
	for (const std::string &name : names) {
		size_t before = found.size();
		for (const auto &each : all)
			if (name == each.name || name == each.node.native() ||
			    "/dev/" + each.name == name || name == each.pci_address ||
			    name == each.driver)
				found.push_back(each);
		if (found.size() == before)
			throw Failure(fmt::format("no adapter {}", name),
				      all.empty() ? load_miniport
						  : "vpctl list names those that there are");
	}
	return found;
}

std::vector<videoport::Adapter> to_show(const Common &common, const std::vector<std::string> &names)
{
	auto found = chosen(common, names);
	if (found.empty() && !common.json)
		fmt::print(
			stderr,
			"vpctl: no adapter: no miniport is loaded, or none has found its device\n"
			"       {}\n",
			load_miniport);
	return found;
}

videoport::Adapter one(const Common &common, const std::string &name)
{
	return chosen(common, {name}).front();
}

Failure cannot_open(const std::filesystem::path &path, int number)
{
	const std::string what = fmt::format("{}: {}", path.native(), strerror(number));
	const bool node = path.native().find("/dev/videoport") != std::string::npos;
	const bool tracing = path.native().find("tracing") != std::string::npos;
	const bool debug = path.native().find("kernel/debug") != std::string::npos;

	switch (number) {
	case EACCES:
	case EPERM:
		return Failure(
			"no permission: " + what,
			node ? "join group video: sudo usermod -aG video $USER, then log in again"
			     : "only root may read it: sudo vpctl ...");
	case ENODEV:
	case ENXIO:
		return Failure("adapter gone: " + what, "vpctl list names those that there are");
	case EIO:
		return Failure(what,
			       node ? "the miniport cannot initialize the adapter: see dmesg" : "");
	case EMFILE:
		return Failure(what,
			       node ? "open too often: close some, or raise max_user_clients" : "");
	case ENOENT:
		if (tracing)
			return Failure("tracing not available: " + what,
				       "sudo mount -t tracefs tracefs /sys/kernel/tracing");
		if (debug)
			return Failure("debugfs not available: " + what,
				       "sudo mount -t debugfs debugfs /sys/kernel/debug");
		return Failure(what);
	default:
		return Failure(what);
	}
}

std::string size_text(uint64_t bytes)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
	size_t unit = 0;
	double value = static_cast<double>(bytes);

	while (value >= 1024 && unit + 1 < std::size(units)) {
		value /= 1024;
		unit++;
	}
	if (!unit)
		return fmt::format("{} {}", bytes, bytes == 1 ? "byte" : "bytes");
	const bool whole = bytes % (uint64_t{1} << (10 * unit)) == 0;
	return whole ? fmt::format("{:.0f} {}", value, units[unit])
		     : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string ns_text(uint64_t nanoseconds)
{
	const double ns = static_cast<double>(nanoseconds);

	if (nanoseconds < 1000)
		return fmt::format("{} ns", nanoseconds);
	if (nanoseconds < 1'000'000)
		return fmt::format("{:.1f} us", ns / 1e3);
	if (nanoseconds < 1'000'000'000)
		return fmt::format("{:.1f} ms", ns / 1e6);
	return fmt::format("{:.2f} s", ns / 1e9);
}

std::string age_text(uint64_t milliseconds)
{
	const uint64_t seconds = milliseconds / 1000;

	if (seconds < 100)
		return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1e3);
	if (seconds < 3600)
		return fmt::format("{} m {:02} s", seconds / 60, seconds % 60);
	return fmt::format("{} h {:02} m", seconds / 3600, seconds / 60 % 60);
}

std::string Table::text(bool color) const
{
	std::vector<size_t> widths;

	for (const auto &row : rows_) {
		widths.resize(std::max(widths.size(), row.size()));
		for (size_t i = 0; i < row.size(); i++)
			widths[i] = std::max(widths[i], row[i].size());
	}
	std::string text;
	for (size_t r = 0; r < rows_.size(); r++) {
		std::string line;
		for (size_t i = 0; i < rows_[r].size(); i++) {
			const bool to_right =
				std::find(right_.begin(), right_.end(), i) != right_.end();
			const bool last = i + 1 == rows_[r].size();
			if (to_right)
				line += fmt::format("{:>{}}", rows_[r][i], widths[i]);
			else
				line += last ? rows_[r][i]
					     : fmt::format("{:<{}}", rows_[r][i], widths[i]);
			if (!last)
				line += "  ";
		}
		text += painted(color && r == 0, bold, line) + "\n";
	}
	return text;
}

std::string painted(bool color, std::string_view escape, std::string_view text)
{
	return color ? fmt::format("{}{}\033[0m", escape, text) : std::string(text);
}

} // namespace vpctl
