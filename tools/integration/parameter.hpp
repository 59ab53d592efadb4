// SPDX-License-Identifier: GPL-2.0
/*
 * A parameter of the module that a test changes, and that is as before afterwards.
 */
#ifndef INTEGRATION_PARAMETER_HPP
#define INTEGRATION_PARAMETER_HPP

#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace integration {

class Parameter {
public:
	/// Set @p name to @p value until the end of the scope.
	Parameter(const std::string &name, unsigned int value)
		: path_("/sys/module/videoport/parameters/" + name)
	{
		std::ifstream(path_) >> before_;
		set(value);
	}
	Parameter(const Parameter &) = delete;
	Parameter &operator=(const Parameter &) = delete;
	~Parameter() { set(before_); }

	/// Set it to something else.
	void set(unsigned int value) const
	{
		std::ofstream file(path_);
		file << value << std::flush;
		EXPECT_TRUE(file.good()) << path_ << " does not take " << value;
	}

private:
	const std::string path_;
	unsigned int before_ = 0;
};

} // namespace integration

#endif // INTEGRATION_PARAMETER_HPP
