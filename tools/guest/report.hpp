// SPDX-License-Identifier: GPL-2.0
/*
 * How the demos talk: numbered steps, aligned rows, a progress bar, proofs and the verdict. Plain
 * ASCII unless told that a terminal is looking. Owns the list of proofs; knows nothing of DMA.
 */
#ifndef VIDEOPORT_CLIENT_REPORT_HPP
#define VIDEOPORT_CLIENT_REPORT_HPP

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

/// printf into a string.
__attribute__((format(printf, 1, 2))) inline std::string text(const char *format, ...)
{
	char line[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	return line;
}

/// A number as people read it: 66,003.
inline std::string grouped(uint64_t number)
{
	std::string digits = std::to_string(number);
	for (size_t place = digits.size(); place > 3; place -= 3)
		digits.insert(place - 3, 1, ',');
	return digits;
}

/// A number as hexadecimal, of at least @p digits.
inline std::string hex(uint64_t number, int digits = 0)
{
	return text("0x%0*llx", digits, static_cast<unsigned long long>(number));
}

/// What a demo prints, and what it has proved so far.
class Report {
public:
	/**
	 * @param live  a terminal is looking: colour, and a bar that moves.
	 * @param unicode  it shows UTF-8.
	 * @param steps  that somebody else has told already.
	 */
	Report(bool live, bool unicode, int steps = 0)
		: live_(live),
		  unicode_(unicode),
		  steps_(steps)
	{
	}

	/// A paragraph at the left margin.
	void say(std::string_view words)
	{
		printf("%.*s\n", static_cast<int>(words.size()), words.data());
	}

	/// The next numbered step.
	void step(std::string_view title)
	{
		printf("\n%s%d  %.*s%s\n", paint("\033[1m"), ++steps_,
		       static_cast<int>(title.size()), title.data(), paint("\033[0m"));
	}

	/// A named value.
	void row(std::string_view name, std::string_view value)
	{
		printf("   %-17.*s %.*s\n", static_cast<int>(name.size()), name.data(),
		       static_cast<int>(value.size()), value.data());
	}

	/// A line of a table, or a remark.
	void line(std::string_view words)
	{
		printf("%s%.*s\n", words.empty() ? "" : "   ", static_cast<int>(words.size()),
		       words.data());
	}

	/**
	 * How far something is. On a terminal the bar is drawn over the last one; elsewhere there is
	 * a line for each fifth.
	 */
	void progress(uint64_t done, uint64_t all, std::string_view what)
	{
		const unsigned percent = static_cast<unsigned>(all ? done * 100 / all : 100);
		const unsigned step = live_ ? 2 : 20;
		if (percent / step == progress_ && progress_seen_)
			return;
		const bool over = live_ && progress_seen_;
		progress_ = percent / step;
		progress_seen_ = true;
		std::string bar(percent / 4, '#');
		bar.resize(25, '.');
		printf("%s   [%s] %3u %%  %.*s\n", over ? "\033[1A\r\033[2K" : "", bar.c_str(),
		       percent, static_cast<int>(what.size()), what.data());
		if (percent == 100)
			progress_seen_ = false;
	}

	/// A proof: said now, and again in the verdict.
	bool prove(std::string_view claim, bool holds)
	{
		proofs_.push_back({std::string(claim), holds});
		mark(proofs_.back());
		return holds;
	}

	/**
	 * The verdict, all proofs at once.
	 *
	 * @param expected  how many there must be: one that was never reached does not hold.
	 * @return true if all hold.
	 */
	bool verdict(size_t expected)
	{
		step("Verdict");
		size_t held = 0;
		for (const Proof &proof : proofs_) {
			mark(proof);
			held += proof.holds;
		}
		const bool all = held == expected && proofs_.size() == expected;
		printf("\n%s%zu of %zu proofs hold%s\n", paint(all ? "\033[1;32m" : "\033[1;31m"),
		       held, expected, paint("\033[0m"));
		return all;
	}

private:
	struct Proof {
		std::string claim;
		bool holds;
	};

	const char *paint(const char *escape) const { return live_ ? escape : ""; }

	void mark(const Proof &proof)
	{
		const char *good = unicode_ ? "\u2713" : "ok    ";
		const char *bad = unicode_ ? "\u2717" : "FAILED";
		printf("   %s%s%s %s\n", paint(proof.holds ? "\033[32m" : "\033[31m"),
		       proof.holds ? good : bad, paint("\033[0m"), proof.claim.c_str());
	}

	bool live_;
	bool unicode_;
	int steps_;
	unsigned progress_ = 0;
	bool progress_seen_ = false;
	std::vector<Proof> proofs_;
};

#endif // VIDEOPORT_CLIENT_REPORT_HPP
