/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does what a step says, as one thread of one process: fills in the numbers that the words stand
 * for, asks the kernel, keeps what it gets, and has every answer judged.
 */
#ifndef FUZZ_CLIENT_HPP
#define FUZZ_CLIENT_HPP

#include <cstdint>

#include <linux/videoport.h>

#include "board.hpp"
#include "catalog.hpp"
#include "step.hpp"
#include "store.hpp"
#include "zoo.hpp"

namespace fuzz {

class Client {
public:
	/// @p worker: its number in the run, for the board and for replays.
	Client(Zoo &zoo, Store &store, unsigned int worker);
	Client(const Client &) = delete;
	Client &operator=(const Client &) = delete;
	~Client();

	/// Do step number @p number. False: there is no adapter at its place now.
	bool run(const Step &step, uint64_t number);

private:
	bool ready(Place place);
	void close_node(Place place);
	uint64_t resolve(const Value &value, Sort sort, Place place) const;
	void fill(const Step &step, const Entry &entry);
	void request(const Step &step, uint64_t number);
	void odd_request(const Step &step);
	void keep(const Step &step, const Entry &entry, const videoport_request &answered);
	void keep_probe(const Step &step, const Entry &entry);
	void lend(const Step &step);
	void take_back(const Step &step);
	void map(const Step &step);
	void read_node(const Step &step);
	void poll_node(const Step &step);
	void dup_node(const Step &step);
	void fork_here(const Step &step);
	/// Count how a system call ended; closes the node of an adapter that is gone.
	void count(Place place, int result, uint32_t status = 0);

	/// Room for the largest request; only the first words are looked at.
	static constexpr size_t room = (1 << 20) + 4096;
	static constexpr size_t output_words = 2560, input_words = 280;

	Zoo &zoo_;
	Store &store_;
	Progress &progress_;
	const unsigned int worker_;
	int fd_[place_count] = {};
	int event_fds_[4] = {};
	uint64_t *input_, *output_; ///< mappings of `room` bytes
	uint64_t sent_[input_words] = {}; ///< a copy of the input: an answer may lie over it
	videoport_request last_ = {}; ///< for a child to repeat
};

} // namespace fuzz

#endif // FUZZ_CLIENT_HPP
