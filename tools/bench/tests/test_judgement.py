# SPDX-License-Identifier: GPL-2.0
"""What becomes of figures: limits, the agreement of two passes, comparisons, the file of results."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

from benchmark.compare import compare
from benchmark.figures import Cell, FigureError, load, save
from benchmark.limits import Limits, Verdict

LIMITS = """
kernel = "6.12"
sizes = [4096, 65536, 1048576, 16777216]
margin = 0.05
[[ratio]]
name = "a lock"
method = "lock-pages"
against = "hand"
kind = "scattered"
iommu = "off"
limits = [1.00, 0.92, 0, 0.88]
[[extra]]
name = "a DMA"
method = "do-dma"
against = "sync"
kind = "scattered"
iommu = "off"
limits = [400, 400, 400, 400]
[[call]]
name = "a request"
call = "request"
against = "null"
iommu = "off"
limit = 1.5
[[metadata]]
name = "metadata"
method = "lock-pages"
kind = "scattered"
page = 4096
iommu = "off"
limit = 40
[[flat]]
name = "a page"
method = "held"
kind = "scattered"
from = 1048576
iommu = "off"
limit = 1.05
"""


def method(name: str, size: int, *costs: int) -> list[dict[str, Any]]:
    """Return a method's lines, one a pass."""
    return [{"method": name, "kind": "scattered", "bytes": size, "pass": number, "whole": cost, "take": cost, "give": 0,
             "elements": 0} for number, cost in enumerate(costs, 1)]


def cell(*lines: dict[str, Any], kernel: str = "6.12", clock: int = 1000) -> Cell:
    """Return a cell with these lines, a buffer of each size that they name, and what a client says beside."""
    sizes = sorted({line["bytes"] for line in lines if "method" in line})
    buffers = [{"buffer": "scattered", "bytes": size, "runs": 1, "least_elements": 1, "longest_segment": 1} for size in sizes]
    return Cell(kernel, kernel, "off", [{"clock": clock, "instructions": 1000}, *buffers, *lines, {"end": True}])


class JudgementTest(unittest.TestCase):
    """Figures that are made up."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "limits.toml").write_text(LIMITS, encoding="utf-8")
        self.limits = Limits(self.folder / "limits.toml")

    def verdict(self, judged: Cell, margin: float = 0.0) -> Verdict:
        """Return the only verdict over a cell."""
        found = list(self.limits.verdicts(judged, margin))
        self.assertEqual(len(found), 1)
        return found[0]

    def test_a_ratio_at_its_limit_is_ok_and_one_beyond_is_not(self) -> None:
        at = self.verdict(cell(*method("hand", 65536, 10000), *method("lock-pages", 65536, 9200)))
        beyond = self.verdict(cell(*method("hand", 65536, 10000), *method("lock-pages", 65536, 9201)))
        self.assertTrue(at.ok)
        self.assertFalse(beyond.ok)
        self.assertEqual(beyond.limit, 0.92)

    def test_the_margin_lets_pass_what_is_within_it_and_no_more(self) -> None:
        within = self.verdict(cell(*method("hand", 4096, 10000), *method("lock-pages", 4096, 10500)), 0.05)
        beyond = self.verdict(cell(*method("hand", 4096, 10000), *method("lock-pages", 4096, 10501)), 0.05)
        self.assertTrue(within.ok)
        self.assertFalse(beyond.ok)

    def test_a_size_has_the_limit_of_the_largest_class_that_it_reaches(self) -> None:
        for size, limit in ((4096, 1.00), (32768, 1.00), (65536, 0.92), (16 << 20, 0.88), (256 << 20, 0.88)):
            with self.subTest(size=size):
                self.assertEqual(self.verdict(cell(*method("hand", size, 9), *method("lock-pages", size, 1))).limit, limit)

    def test_a_class_without_a_limit_is_not_judged(self) -> None:
        self.assertEqual(list(self.limits.verdicts(cell(*method("hand", 1 << 20, 1), *method("lock-pages", 1 << 20, 9)), 0)), [])

    def test_the_better_of_two_passes_counts(self) -> None:
        self.assertEqual(self.verdict(cell(*method("hand", 4096, 1010, 1000), *method("lock-pages", 4096, 900, 905))).value, 0.9)

    def test_another_kernel_is_shown_and_not_judged(self) -> None:
        shown = self.verdict(cell(*method("hand", 4096, 1), *method("lock-pages", 4096, 9), kernel="6.1"))
        self.assertFalse(shown.judged)
        self.assertTrue(shown.ok)

    def test_instructions_beyond_another_method_are_counted_not_divided(self) -> None:
        self.assertTrue(self.verdict(cell(*method("sync", 4096, 6), *method("do-dma", 4096, 406))).ok)
        self.assertFalse(self.verdict(cell(*method("sync", 4096, 6), *method("do-dma", 4096, 407))).ok)

    def test_a_request_is_divided_by_the_null_ioctl_of_as_many_bytes(self) -> None:
        calls = [{"call": name, "bytes": size, "pass": 1, "ticks": ticks}
                 for name, size, ticks in (("null", 0, 100), ("request", 0, 150), ("null", 16, 200), ("request", 16, 302))]
        small, large = self.limits.verdicts(cell(*calls), 0)
        self.assertTrue(small.ok)
        self.assertFalse(large.ok)

    def test_metadata_is_judged_for_each_page_of_the_largest_lock(self) -> None:
        held = [{"metadata": "lock-pages", "kind": "scattered", "bytes": size, "locks": 9, "each": each}
                for size, each in ((4096, 700.0), (1 << 20, 256 * 41.0))]
        self.assertEqual(self.verdict(cell(*held)).value, 41.0)

    def test_a_page_of_a_longer_buffer_costs_what_one_of_the_best_shorter_one_does(self) -> None:
        costs = {65536: 9, 1 << 20: 1000, 16 << 20: 15200, 256 << 20: 16 * 15980}
        lines = [line for size, cost in costs.items() for line in method("held", size, cost)]
        found = list(self.limits.verdicts(cell(*lines), 0))
        self.assertEqual([(verdict.size, round(verdict.value, 3), verdict.ok) for verdict in found],
                         [("16 MiB", 0.95, True), ("256 MiB", 1.051, False)])

    def test_two_passes_that_do_not_agree_are_noticed(self) -> None:
        self.assertLess(cell(*method("hand", 4096, 1000, 1009)).disagreement()[0], 0.01)
        worst, where = cell(*method("hand", 4096, 1000, 1011), *method("map", 4096, 500, 500)).disagreement()
        self.assertGreater(worst, 0.01)
        self.assertIn("hand", where)

    def test_a_client_that_did_not_end_is_an_error(self) -> None:
        broken = cell(*method("hand", 4096, 1))
        broken.check()
        broken.lines.pop()
        self.assertRaisesRegex(FigureError, "did not come to its end", broken.check)

    def test_a_clock_that_does_not_count_instructions_is_an_error(self) -> None:
        self.assertRaisesRegex(FigureError, "does not count instructions", cell(clock=1002).check)

    def test_a_comparison_names_what_changed_and_nothing_else(self) -> None:
        old = cell(*method("hand", 4096, 1000), *method("lock-pages", 4096, 2000))
        new = cell(*method("hand", 4096, 1001), *method("lock-pages", 4096, 1500))
        text = compare([old], [new])
        self.assertRegex(text, r"lock-pages.* 2,000 +1,500 +-25\.0%")
        self.assertNotIn("hand", text)

    def test_figures_come_back_from_their_file(self) -> None:
        saved = cell(*method("hand", 4096, 1000))
        save(self.folder / "some.json", [saved], {"commit": "abc"})
        cells, about = load(self.folder / "some.json")
        self.assertEqual(cells, [saved])
        self.assertEqual(about, {"commit": "abc"})
        (self.folder / "some.json").write_text("{}", encoding="utf-8")
        self.assertRaises(FigureError, load, self.folder / "some.json")

    def test_the_limits_of_the_tree_can_be_read(self) -> None:
        limits = Limits()
        self.assertLessEqual({"hand", "v4l2", "lock-pages", "four-calls", "held", "do-dma"}, limits.methods())
        self.assertEqual(limits.held(), {"lock-pages"})
