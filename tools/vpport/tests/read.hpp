// SPDX-License-Identifier: GPL-2.0
/*
 * What the unit tests share: reading text from memory, and looking for a diagnostic.
 */
#ifndef VPPORT_TESTS_READ_HPP
#define VPPORT_TESTS_READ_HPP

#include "../calls.hpp"
#include "../driver.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace vpport {

/// A driver from an INF file's bytes, with all that is said about it.
struct ReadInf {
	explicit ReadInf(std::string_view bytes, const std::string &service = "")
	{
		const Text text = decode("t.inf", bytes, diagnostics);
		Inf inf(text, diagnostics);
		driver = read_driver(inf, service, diagnostics);
	}

	/// All diagnostics, each on a line.
	std::string said() const
	{
		std::ostringstream out;
		diagnostics.print(out);
		return out.str();
	}

	Diagnostics diagnostics;
	Driver driver;
};

inline CSource source_of(std::string_view text, const std::string &file = "t.c")
{
	Diagnostics diagnostics;
	return read_c(decode(file, text, diagnostics));
}

/// The beginning of an INF file that is in order; sections may follow.
inline const std::string good_inf = "[Version]\n"
				    "Signature=\"$Windows NT$\"\n"
				    "Class=Display\n"
				    "[Manufacturer]\n"
				    "Me=Models\n"
				    "[Models]\n"
				    "\"A card\"=Card,PCI\\VEN_1234&DEV_1111\n"
				    "[Card.Services]\n"
				    "AddService=card,2,Card.Service\n"
				    "[Card.Service]\n"
				    "ServiceBinary=%12%\\card.sys\n"
				    "[Card]\n"
				    "FeatureScore=FC\n";
inline const std::string good_settings = good_inf + "[Card.SoftwareSettings]\n"
						    "AddReg=Values\n"
						    "[Values]\n";

} // namespace vpport

#endif /* VPPORT_TESTS_READ_HPP */
