# SPDX-License-Identifier: GPL-2.0
"""What becomes of the kernel's counts of its locks: their forms, whose a lock is, what is judged."""

from __future__ import annotations

import unittest

from benchmark.contention import APART, CASES, Case, describe, judge
from benchmark.lock_stat import LockClass, LockStatError, parse, shown_name

TIMES = "  0.33  55.80  1204.25  3.10"
LOCK_STAT = f"""\
lock_stat version 0.4
--------------
                              class name    con-bounces    contentions   waittime-min   acq-bounces   acquisitions
--------------

                            &rq->__lock:            12             34 {TIMES}            56            789 {TIMES}
                            -----------
                            &rq->__lock             30          [<ffffffff810c0ffe>] __schedule+0xc0/0x8f0
                            &rq->__lock              4          [<ffffffff810b0aa7>] task_rq_lock+0x43/0x75
                            -----------
                            &rq->__lock             34          [<ffffffff810c0ffe>] __schedule+0xc0/0x8f0

                         &mm->mmap_lock-W:             0              0 {TIMES}             1              2 {TIMES}
                         &mm->mmap_lock-R:             1              2 {TIMES}             3              4 {TIMES}
                         ----------------
                         &mm->mmap_lock              2          [<ffffffffc0201234>] vp_pin_absent+0x20/0x90 [videoport]

                          videoport port:             0              0 {TIMES}             5           6000 {TIMES}
                 (wq_completion)a: b#2/1:             0              0 {TIMES}             0              7 {TIMES}
"""
LOCKDEP = """\
all lock classes:
ffffffff82a01000: &rq->__lock
ffffffff82a02000 FD:    1 BD:    1 +.+.: &mm->mmap_lock
ffffffffc0310040: videoport port
ffff888003040080: (wq_completion)a: b#2/1
ffffffffc0520010: &another->lock
"""
SECTIONS = "0xffffffffc0200000 videoport .text\n0xffffffffc0310000 videoport .bss\n0xffffffffc0520000 vp_scale .data\n"


def lock(name: str, ours: bool = True, waits: int = 0, moves: int = 0, taken: int = 100000) -> LockClass:
    """Return a class with these counts."""
    return LockClass(name, ours, waits, waits, moves, taken)


def cases(*apart: LockClass, slow: int = 1) -> list[Case]:
    """Return all cases as they should be, but for the locks of clients apart."""
    port = lock("videoport port")
    client = {"cycles": 1000, "ns": 10**9}
    locks = {APART: [port, *apart], "one-adapter": [lock("videoport port", waits=9, moves=1500)]}
    return [Case(name, [client, {**client, "ns": slow * 10**9}], locks.get(name, [port])) for name in CASES]


class LockStatTest(unittest.TestCase):
    """The kernel's files."""

    def test_counts_and_places_are_read(self) -> None:
        found = {each.name: each for each in parse(LOCK_STAT, LOCKDEP, SECTIONS)}
        queue = found["&rq->__lock"]
        self.assertEqual((queue.waits_of_others, queue.waits, queue.moves, queue.taken), (12, 34, 56, 789))
        self.assertEqual(queue.places[0], (30, "__schedule+0xc0/0x8f0"))
        self.assertFalse(queue.ours)

    def test_places_are_read_without_offsets(self) -> None:
        found = {each.name: each for each in parse(LOCK_STAT, LOCKDEP, SECTIONS)}
        self.assertEqual(found["&mm->mmap_lock"].place(), "vp_pin_absent [videoport]")
        self.assertEqual(found["videoport port"].place(), "")

    def test_readers_and_writers_are_one_lock(self) -> None:
        found = {each.name: each for each in parse(LOCK_STAT, LOCKDEP, SECTIONS)}
        self.assertEqual((found["&mm->mmap_lock"].waits, found["&mm->mmap_lock"].taken), (2, 6))

    def test_a_class_whose_key_lies_in_the_module_is_ours(self) -> None:
        self.assertTrue({each.name: each for each in parse(LOCK_STAT, LOCKDEP, SECTIONS)}["videoport port"].ours)

    def test_a_lock_of_the_kernel_that_the_module_waits_for_is_ours_too(self) -> None:
        self.assertTrue({each.name: each for each in parse(LOCK_STAT, LOCKDEP, SECTIONS)}["&mm->mmap_lock"].ours)

    def test_a_class_of_another_module_or_of_no_module_is_not(self) -> None:
        found = {each.name: each for each in parse(LOCK_STAT.replace("videoport port", "&another->lock"),
                                                   LOCKDEP, SECTIONS)}
        self.assertFalse(found["&another->lock"].ours)
        self.assertFalse(found["(wq_completion)a: b#2/1"].ours)

    def test_the_classes_with_most_waits_come_first(self) -> None:
        self.assertEqual([each.name for each in parse(LOCK_STAT, LOCKDEP, SECTIONS)][:2], ["&rq->__lock", "&mm->mmap_lock"])

    def test_long_names_are_cut_as_the_kernel_cuts_them(self) -> None:
        self.assertEqual(shown_name("a" * 50), "a" * 37)
        self.assertEqual(shown_name("a" * 50 + "#2/1"), "a" * 33 + "#2/1")
        self.assertEqual(shown_name("a#2"), "a#2")

    def test_hidden_addresses_are_an_error(self) -> None:
        hidden = LOCKDEP.replace("ffffffffc0310040", "00000000ab12cd34")
        self.assertRaisesRegex(LockStatError, "no_hash_pointers", parse, LOCK_STAT, hidden, SECTIONS)

    def test_a_kernel_that_counts_nothing_is_an_error(self) -> None:
        self.assertRaisesRegex(LockStatError, "CONFIG_LOCK_STAT", parse, "lock_stat version 0.4\n", LOCKDEP, SECTIONS)


class ContentionTest(unittest.TestCase):
    """Cases that are made up."""

    def failed(self, made_up: list[Case]) -> list[str]:
        """Return what does not hold of cases."""
        return [f"{finding.what}: {finding.why}" for finding in judge("here", made_up) if not finding.ok]

    def test_locks_of_their_own_are_fine(self) -> None:
        self.assertEqual(self.failed(cases(lock("videoport request", moves=3))), [])

    def test_one_wait_for_a_lock_of_ours_is_a_failure(self) -> None:
        self.assertRegex("\n".join(self.failed(cases(lock("videoport registry", waits=1)))), "nobody waits.*videoport registry: 1")

    def test_a_lock_that_is_shared_is_a_failure_though_nobody_waits(self) -> None:
        self.assertRegex("\n".join(self.failed(cases(lock("videoport registry", moves=20)))), "is shared.*videoport registry: 20")

    def test_waits_for_the_kernels_locks_are_shown_and_not_judged(self) -> None:
        made_up = cases(lock("&rq->__lock", ours=False, waits=500, moves=900))
        self.assertEqual(self.failed(made_up), [])
        self.assertRegex(describe("here", made_up[1]), r"&rq->__lock +the kernel's +250\.00")

    def test_clients_that_did_not_work_at_the_same_time_prove_nothing(self) -> None:
        self.assertRegex("\n".join(self.failed(cases(slow=3))), "at the same time: only 33%")

    def test_a_case_that_is_missing_is_a_failure(self) -> None:
        self.assertRegex("\n".join(self.failed(cases()[:2])), "two clients of one adapter: ran")

    def test_counts_without_those_of_videoport_are_a_failure(self) -> None:
        made_up = cases()
        made_up[1].locks.clear()
        self.assertRegex("\n".join(self.failed(made_up)), "an adapter each: the kernel counted")

    def test_clients_of_one_adapter_that_share_nothing_show_that_nothing_is_seen(self) -> None:
        made_up = cases()
        made_up[2].locks[0].waits = made_up[2].locks[0].moves = 0
        self.assertRegex("\n".join(self.failed(made_up)), "both would be seen.*0 waits and 0 moves")
