/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client that behaves, on an adapter that others attack: locks its memory, lets the device work on
 * it, unlocks it, again and again. It must get through within a bound, and memory that it gave to
 * nobody must stay as it was. A process of its own, with the rights of any user.
 */
#ifndef FUZZ_CANARY_HPP
#define FUZZ_CANARY_HPP

#include "place.hpp"

namespace fuzz {

/// In a child: until the board says that canaries are to end. Returns its exit status.
int sing(Place place);

} // namespace fuzz

#endif // FUZZ_CANARY_HPP
