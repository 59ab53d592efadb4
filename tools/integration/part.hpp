// SPDX-License-Identifier: GPL-2.0
/*
 * Parts: what this program does instead of running tests when a client of a test execs it. A part
 * is played by the file that wants it; it gets numbers, and its checks make the exit status.
 */
#ifndef INTEGRATION_PART_HPP
#define INTEGRATION_PART_HPP

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace integration {

/// What the program before the exec says to the one after it: descriptors, handles.
using Numbers = std::vector<uint64_t>;

class Part {
public:
	/// Make a part known; a global object of the file that wants it.
	Part(const char *name, void (*body)(const Numbers &)) : name_(name)
	{
		known()[name] = body;
	}

	/// Become this program anew, in this part. Comes back only without success: an exit status.
	int exec(const Numbers &numbers) const
	{
		std::vector<std::string> words = {"integration", mark + name_};
		for (const uint64_t number : numbers)
			words.push_back(std::to_string(number));
		std::vector<char *> pointers;
		for (auto &word : words)
			pointers.push_back(word.data());
		pointers.push_back(nullptr);
		execv("/proc/self/exe", pointers.data());
		return 98;
	}

	/// Play the part that the command line asks for. Its exit status; nothing if there is none.
	static std::optional<int> play(int count, char **words)
	{
		if (count < 2 || !std::string(words[1]).starts_with(mark))
			return std::nullopt;
		const auto found = known().find(words[1] + mark.size());
		if (found == known().end())
			return 97;
		Numbers numbers;
		for (int i = 2; i < count; i++)
			numbers.push_back(strtoull(words[i], nullptr, 10));
		found->second(numbers);
		return testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed() ? 1 : 0;
	}

private:
	static inline const std::string mark = "--part=";

	static std::map<std::string, void (*)(const Numbers &)> &known()
	{
		static std::map<std::string, void (*)(const Numbers &)> parts;
		return parts;
	}

	std::string name_;
};

} // namespace integration

#endif // INTEGRATION_PART_HPP
