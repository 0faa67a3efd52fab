"""Ratios, noise bands and plots of bench/timing, against counts by hand."""

import pathlib
import sys
import unittest
import xml.dom.minidom

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from timing import compare, plot, slices, stages  # noqa: E402
from timing.section import Row, Section, digits, figure  # noqa: E402


def benchmark(name, cpu, real, unit="ms", **more):
    return {"name": name, "cpu_time": cpu, "real_time": real, "time_unit": unit,
            "run_type": "iteration", **more}


class CompareTest(unittest.TestCase):

    def verdict(self, base, head, threshold=0.05):
        result = compare.compare([{"a": ns} for ns in base], [{"a": ns} for ns in head], threshold)
        return result.comparisons[0]

    def test_one_thread_counts_by_both_clocks_and_several_by_wall_time(self):
        times = compare.times([
            benchmark("slice/facets:10/threads:1/process_time/real_time", 3, 5),
            benchmark("slice/facets:10/threads:2/process_time/real_time", 3, 5),
            benchmark("price/process_time/real_time", 2, 9, "us")])
        self.assertEqual(times, {
            "slice/facets:10/threads:1": 3e6, "slice/facets:10/threads:1, wall time": 5e6,
            "slice/facets:10/threads:2": 5e6, "price": 2e3, "price, wall time": 9e3})

    def test_aggregates_do_not_count_and_a_failed_benchmark_is_an_error(self):
        self.assertEqual(compare.times([benchmark("a", 1, 1, run_type="aggregate")]), {})
        with self.assertRaisesRegex(ValueError, "a: no file"):
            compare.times([benchmark("a", 1, 1, error_occurred=True, error_message="no file")])

    def test_the_ratio_is_that_of_the_least_times(self):
        # Least 100 and 104: 4 % more, within 5 %. Medians 101 and 104: noise 1 %.
        each = self.verdict([103, 100, 101], [104, 104, 109])
        self.assertAlmostEqual(each.ratio, 1.04)
        self.assertAlmostEqual(each.band, 0.01)
        self.assertEqual(each.verdict, "same")

    def test_slower_is_beyond_threshold_and_noise_together(self):
        self.assertEqual(self.verdict([100, 100, 100], [106, 106, 106]).verdict, "slower")
        self.assertEqual(self.verdict([100, 100, 100], [105, 105, 105]).verdict, "same")
        # The same least times, but the rounds of base are 10 % apart: 1.05 * 1.10 is the bound.
        self.assertEqual(self.verdict([100, 110, 112], [106, 106, 106]).verdict, "same")
        self.assertEqual(self.verdict([100, 110, 112], [116, 116, 116]).verdict, "slower")

    def test_a_single_round_in_the_way_of_something_else_makes_nothing_slower(self):
        self.assertEqual(self.verdict([100, 100, 100], [100, 400, 100]).verdict, "same")

    def test_what_only_waits_longer_is_slower_by_the_wall_and_one_benchmark(self):
        base, head = ([compare.times([benchmark("a", 3, wall)])] * 2 for wall in (3, 4))
        result = compare.compare(base, head, 0.05)
        self.assertEqual(result.slower(), ["a, wall time"])
        self.assertIn("1 of 1 benchmarks are slower: a", compare.as_text(result)[-1])
        self.assertEqual(len(compare.as_text(result)), 6)  # head, rule, two rows, blank, sum

    def test_faster_is_said_and_is_no_complaint(self):
        result = compare.compare([{"a": 100}] * 3, [{"a": 50}] * 3, 0.05)
        self.assertEqual(result.comparisons[0].verdict, "faster")
        self.assertEqual(result.slower(), [])

    def test_benchmarks_of_one_revision_alone_are_named(self):
        result = compare.compare([{"a": 1, "old": 1}] * 2, [{"a": 1, "new": 1}] * 2, 0.05)
        self.assertEqual((result.only_base, result.only_head), (["old"], ["new"]))
        self.assertIn("only in base: old", compare.as_text(result))


class SectionTest(unittest.TestCase):

    def test_an_aim_is_reached_at_its_bound(self):
        self.assertTrue(Row("", 50, 2, ">= 25").reached())
        self.assertFalse(Row("", 49, 2, ">= 25").reached())
        self.assertTrue(Row("", 4, 1, "<= 4").reached())
        self.assertFalse(Row("", 4.1, 1, "<= 4").reached())
        self.assertIsNone(Row("", 1, 1).reached())

    def test_figures_have_three_digits_and_the_unit_that_fits(self):
        self.assertEqual([figure(value, "s") for value in (12.34, 1, 0.5, 0.0123, 4.5e-6)],
                         ["12.3 s", "1.00 s", "500 ms", "12.3 ms", "4.50 µs"])
        self.assertEqual([digits(value) for value in (0.1234, 1234.4)], ["0.123", "1,234"])

    def test_what_was_left_out_is_said_below_the_table(self):
        section = Section("x", "X", "", [Row("a", 3, 2, ">= 2")], ["admesh: not installed"])
        lines = section.table()
        self.assertEqual([cell.strip() for cell in lines[2].split("|")[1:-1]],
                         ["a", "3.00 s", "2.00 s", "1.50", "≥ 2", "no"])
        self.assertEqual(lines[-1], "Left out: admesh: not installed.")


class ChoiceTest(unittest.TestCase):

    def test_rows_for_the_median_lie_evenly_and_the_least_ratios_are_all_there(self):
        # Ratio i for row i; only even rows take the slicer over 2 s.
        rows = [{"n": n, "cpu_s": 3 if n % 2 == 0 else 1} for n in range(100)]
        middle, worst = slices.chosen(rows, lambda row: row["n"], 5, 3)
        self.assertEqual([row["n"] for row in middle], [10, 30, 50, 70, 90])
        self.assertEqual([row["n"] for row in worst], [0, 2, 4])

    def test_the_name_of_a_benchmark_tells_its_sizes(self):
        self.assertEqual(
            stages.parse_name("load/obj/facets:100/layers:20/threads:2/process_time/real_time"),
            ("load/obj", {"facets": 100, "layers": 20, "threads": 2}))


class PlotTest(unittest.TestCase):

    def test_points_lie_by_their_logarithms(self):
        text = plot.lines("t", "x", "y", {"a": [[1, 1], [10, 10], [100, 100]]})
        dots = xml.dom.minidom.parseString(text).getElementsByTagName("circle")
        at = [(float(dot.getAttribute("cx")), float(dot.getAttribute("cy"))) for dot in dots]
        self.assertAlmostEqual(at[1][0], (at[0][0] + at[2][0]) / 2, places=1)
        self.assertAlmostEqual(at[1][1], (at[0][1] + at[2][1]) / 2, places=1)
        self.assertLess(at[2][1], at[0][1])  # more is higher up

    def test_bars_are_as_wide_as_their_shares(self):
        text = plot.shares("t", {"one": {"a": 3, "b": 1}, "two": {"a": 1, "b": 1}})
        bars = [float(each.getAttribute("width"))
                for each in xml.dom.minidom.parseString(text).getElementsByTagName("rect")
                if each.getElementsByTagName("title")]
        self.assertEqual(len(bars), 4)
        self.assertAlmostEqual(bars[0] / (bars[0] + bars[1]), 0.75)
        self.assertAlmostEqual(bars[2], bars[3])


if __name__ == "__main__":
    unittest.main()
