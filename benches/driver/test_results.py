"""What is made of windows: ratios, aims, steps, the table of the book."""

from __future__ import annotations

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import figures
from contenders import OURS, Contender, Group
from processes import Window
from results import Results
from rounds import Comparison

WINDOW = Window(100, 1000.0, 500.0, 900.0, 80.0, 20_000, 0.5, 50.0, 0.0)
GROUP = Group("python", "asyncio", "ours-async", (Contender("aiohttp", "aiohttp"),), (512,))


def comparison(ours: list[float], theirs: list[float], is_tls: bool = False) -> Comparison:
    """A comparison of these throughputs."""
    windows = {OURS: ours, "aiohttp": theirs}
    made = {name: [replace(WINDOW, per_second=one) for one in its] for name, its in windows.items()}
    return Comparison(GROUP, 512, is_tls, made)


class ResultsTest(unittest.TestCase):
    """What is made of windows."""

    def test_the_ratio_is_that_of_the_medians(self) -> None:
        self.assertEqual(comparison([10, 30, 20], [10, 5, 100]).ratio("aiohttp"), 2)

    def test_pairs_are_those_of_the_same_round(self) -> None:
        self.assertEqual(comparison([10, 30], [20, 10]).ratios("aiohttp"), [0.5, 3])

    def test_a_window_in_parts_has_the_rates_of_all_its_calls(self) -> None:
        fast = replace(WINDOW, requests=300, per_second=3000.0, cpu_us=40.0, p50_us=100.0)
        slow = replace(WINDOW, requests=100, per_second=500.0, cpu_us=80.0, p50_us=300.0)
        made = Window.of([fast, slow])
        self.assertAlmostEqual(made.per_second, 400 / (0.1 + 0.2))
        self.assertEqual((made.requests, made.cpu_us, made.p50_us), (400, 50.0, 200.0))

    def test_a_ratio_below_the_aim_does_not_meet_it(self) -> None:
        throughput, _memory = Results({}, 1, [comparison([249], [100])]).aims()
        self.assertFalse(throughput.is_met)

    def test_a_ratio_at_the_aim_meets_it(self) -> None:
        throughput, _memory = Results({}, 1, [comparison([250], [100])]).aims()
        self.assertTrue(throughput.is_met)

    def test_tls_has_no_aims(self) -> None:
        self.assertEqual(Results({}, 1, [comparison([250], [100], is_tls=True)]).aims(), [])

    def test_memory_above_the_peers_does_not_meet_the_aim(self) -> None:
        compared = comparison([250], [100])
        compared.windows[OURS][0] = replace(WINDOW, resident_kb=20_001)
        _throughput, memory = Results({}, 1, [compared]).aims()
        self.assertFalse(memory.is_met)

    def test_the_server_is_as_busy_as_with_its_busiest_contender(self) -> None:
        compared = comparison([250], [100])
        compared.windows[OURS][0] = replace(WINDOW, server_busy=0.9)
        self.assertEqual(Results({}, 1, [compared]).server_busy(), 0.9)

    def test_others_work_makes_the_machine_busy(self) -> None:
        compared = comparison([250], [100])
        compared.windows.update({name: [replace(WINDOW, foreign=0.06)] for name in compared.windows})
        self.assertFalse(Results({}, 1, [compared]).is_quiet())


class FiguresTest(unittest.TestCase):
    """The summary in the book."""

    def shown(self, text: str, summary: str) -> str:
        """What becomes of a page."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "README.md"
            path.write_text(text)
            figures.show(path, summary)
            return path.read_text()

    def test_a_summary_replaces_the_one_before(self) -> None:
        before = f"above\n{figures.BEGIN}\nold\n{figures.END}\nbelow\n"
        self.assertEqual(self.shown(before, "new"), before.replace("old", "new"))

    def test_a_page_without_marks_is_refused(self) -> None:
        self.assertRaises(SystemExit, self.shown, f"above {figures.BEGIN} below", "new")


if __name__ == "__main__":
    unittest.main()
