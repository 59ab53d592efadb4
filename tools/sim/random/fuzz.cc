// SPDX-License-Identifier: GPL-2.0
/*
 * The random runs under libFuzzer: an input is a script as encode() makes it. What changes an input
 * knows of steps, so that the others stay what they are. Called by ../fuzz.
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../platform/fail.hpp"
#include "run.hpp"

using namespace sim;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

static constexpr size_t most_steps = 400;

[[noreturn]] static void failed(const std::string &message)
{
	fprintf(stderr, "sim: %s\n", message.c_str());
	abort();
}

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
	set_failure_handler(failed);
	return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Script script = decode({data, size});

	if (script.steps.size() > most_steps)
		script.steps.resize(most_steps);
	run_script(script);
	return 0;
}

/* Another step, or a part of one made otherwise. */
static void change_step(Step &step, Random &random)
{
	uint8_t Step::*const fields[] = {&Step::who,	&Step::a,	&Step::b,      &Step::c,
					 &Step::points, &Step::between, &Step::fail_at};

	switch (random.below(4)) {
	case 0:
		step = generate(random.next(), 1).steps.front();
		break;
	case 1:
		step.salt = static_cast<uint32_t>(random.next());
		break;
	default:
		step.*fields[random.below(std::size(fields))] =
			static_cast<uint8_t>(random.below(random.one_in(2) ? 24 : 256));
	}
}

static void change(Script &script, Random &random)
{
	auto &steps = script.steps;
	auto any = [&] { return random.below(static_cast<uint32_t>(steps.size())); };

	switch (random.below(8)) {
	case 0:
		script.setup = generate(random.next(), 0).setup;
		break;
	case 1:
		if (!steps.empty())
			steps.erase(steps.begin() + any());
		break;
	case 2:
		if (!steps.empty())
			std::swap(steps[any()], steps[any()]);
		break;
	case 3: /* the same once more, soon after */
		if (!steps.empty()) {
			size_t at = any();
			Step step = steps[at];

			steps.insert(steps.begin() + static_cast<long>(std::min(
							     at + random.below(8), steps.size())),
				     step);
		}
		break;
	case 4:
	case 5: {
		size_t at = random.below(static_cast<uint32_t>(steps.size() + 1));

		for (const Step &step : generate(random.next(), 1 + random.below(8)).steps)
			steps.insert(steps.begin() + static_cast<long>(at++), step);
		break;
	}
	default:
		if (!steps.empty())
			change_step(steps[any()], random);
	}
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
					  unsigned int seed)
{
	Random random(seed);
	Script script = decode({data, size});

	/* now and then what the fuzzer has learnt of the values that are compared */
	if (random.one_in(8))
		return LLVMFuzzerMutate(data, size, most);
	for (unsigned int i = 1 + random.below(4); i; i--)
		change(script, random);
	if (script.steps.size() > most_steps)
		script.steps.resize(most_steps);

	std::vector<uint8_t> bytes = encode(script);

	if (bytes.size() > most)
		bytes.resize(most);
	memcpy(data, bytes.data(), bytes.size());
	return bytes.size();
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size,
					    const uint8_t *second, size_t second_size, uint8_t *out,
					    size_t most, unsigned int seed)
{
	Random random(seed);
	Script script = decode({first, first_size}), other = decode({second, second_size});
	auto part = [&](size_t size) { return random.below(static_cast<uint32_t>(size + 1)); };

	script.steps.resize(part(script.steps.size()));
	script.steps.insert(script.steps.end(), other.steps.begin() + part(other.steps.size()),
			    other.steps.end());
	if (script.steps.size() > most_steps)
		script.steps.resize(most_steps);

	std::vector<uint8_t> bytes = encode(script);

	if (bytes.size() > most)
		bytes.resize(most);
	memcpy(out, bytes.data(), bytes.size());
	return bytes.size();
}
