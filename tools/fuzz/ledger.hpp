/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The books of a run: what the kernel and the module say is alive, before and after; why calls were
 * refused; how much was logged. Brings the adapters to rest before it looks. Root's business.
 */
#ifndef FUZZ_LEDGER_HPP
#define FUZZ_LEDGER_HPP

#include <cstdint>
#include <map>
#include <string>

#include "kmsg.hpp"
#include "place.hpp"

namespace fuzz {

class Ledger {
public:
	/// Look where the adapters are, and what is alive before anything was done.
	Ledger();

	/// All adapters have drivers and nodes: they can be attacked.
	bool complete() const;
	/// Take an adapter from its driver and give it back. Where its node is then stands on the
	/// board. False: it did not come back (a failure, said).
	bool replug(Place place, long milliseconds);
	/// Probes keep what their clients made them make: give that back before it is too much.
	void tidy();
	/// All clients are gone: let DMA end, take the probes away from what they keep, and compare.
	/// Return: everything is as it was. What is not is a failure, said.
	bool balance(const char *phase);
	/// Take in the lines that the kernel has logged since.
	void read_log();
	/// No message came more often than the interval allows. Return: so it is.
	bool log_is_bounded();
	/// Remember why calls were refused, before an adapter forgets; and now.
	void note_causes(Place place);
	const std::map<std::string, uint64_t> &causes();

	/// Figures for the report.
	int64_t pins = 0;
	uint64_t charged_kib = 0, mappings = 0, locked = 0;
	uint64_t log_lines = 0;
	unsigned int replugs = 0;

private:
	using Gauges = std::map<std::string, uint64_t>;

	Gauges gauges(Place place) const;
	void find(Place place);

	Gauges before_[place_count];
	std::map<std::string, uint64_t> causes_;
	std::map<std::string, uint64_t> said_; ///< by a line without its numbers
	videoport::KernelLog log_;
	double begin_, tidied_;
};

} // namespace fuzz

#endif // FUZZ_LEDGER_HPP
