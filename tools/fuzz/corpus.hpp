/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequences that reached what no other had reached, shared by all workers; others are made of them.
 * With it a worker's steps depend on what others found: a replay wants a run without.
 */
#ifndef FUZZ_CORPUS_HPP
#define FUZZ_CORPUS_HPP

#include "generator.hpp"

namespace fuzz {

class Corpus {
public:
	/// In shared memory, before the first fork.
	static void prepare();
	/// Keep a sequence, while there is room.
	static void add(const Sequence &sequence);
	/// One of them into @p found. False: there is none.
	static bool pick(Random &random, Sequence &found);
	static uint64_t size();
};

} // namespace fuzz

#endif // FUZZ_CORPUS_HPP
