"""The statistics of bench/accuracy.py and its reader of G-code, against counts by hand."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import key_changes  # noqa: E402
from yardstick import compare, gcode, presets, report  # noqa: E402


def pair(theirs_s, ours_s, low_s=None, high_s=None, support=(0.0, 0.0), cpu_s=(3.0, 0.01)):
    """Time alone matters; filament is 10 mm in both; `ours_s` None is no answer."""
    row = {"model": f"{theirs_s}.stl", "profile": "p", "time_s": theirs_s, "filament_mm": 10.0,
           "cpu_s": cpu_s[0], "features": {
               "Perimeter": {"filament_mm": 10.0},
               "Support material": {"filament_mm": support[0] / 2},
               "Support material interface": {"filament_mm": support[0] / 2}}}
    production = ours_s and {
        "time_s": {"value": ours_s, "low": low_s or ours_s, "high": high_s or ours_s},
        "filament_mm": {"value": 10.0, "low": 10.0, "high": 10.0},
        "support": {"filament_mm": support[1]}, "features": []}
    return compare.Pair(row, production, cpu_s[1], 2048)


class StatisticsTest(unittest.TestCase):

    def test_the_90th_percentile_of_ten_values_is_the_ninth(self):
        values = [7, 1, 3, 10, 2, 9, 5, 4, 8, 6]
        self.assertEqual(compare.percentile(values, 0.9), 9)
        self.assertEqual(compare.percentile(values, 0.5), 5)
        self.assertEqual(compare.percentile([4], 0.9), 4)

    def test_errors_are_percent_of_the_slicers_figure(self):
        # +10 %, -20 %, +30 %: mean 20, median 20, bias 20 / 3; sums 100+200+400, 110+160+520.
        stats = compare.errors([pair(100, 110), pair(200, 160), pair(400, 520)], "time")
        self.assertEqual(stats["n"], 3)
        self.assertAlmostEqual(stats["mean"], 20)
        self.assertAlmostEqual(stats["median"], 20)
        self.assertAlmostEqual(stats["max"], 30)
        self.assertAlmostEqual(stats["bias"], 20 / 3)
        self.assertAlmostEqual(stats["sum"], 100 * (790 / 700 - 1))

    def test_a_model_without_an_answer_counts_as_100_percent_and_is_not_held(self):
        stats = compare.errors([pair(100, 100), pair(300, None)], "time")
        self.assertAlmostEqual(stats["mean"], 50)
        self.assertAlmostEqual(stats["sum"], -75)
        self.assertAlmostEqual(stats["held"], 50)

    def test_an_interval_holds_its_ends_and_its_half_width_is_percent_of_the_value(self):
        stats = compare.errors([pair(100, 110, 100, 120), pair(100, 110, 101, 132),
                                pair(100, 50, 25, 100)], "time")
        self.assertAlmostEqual(stats["held"], 200 / 3)
        # Half widths: 10 of 110, 15.5 of 110, 37.5 of 50.
        self.assertAlmostEqual(stats["half_width"], 100 * 15.5 / 110)

    def test_support_counts_where_the_slicer_has_more_than_20_mm(self):
        pairs = [pair(1, 1, support=(20, 99)), pair(1, 1, support=(40, 30)),
                 pair(1, 1, support=(0, 5))]
        stats = compare.errors(pairs, "support")
        self.assertEqual(stats["n"], 1)
        self.assertAlmostEqual(stats["mean"], 25)
        self.assertIsNone(compare.errors(pairs[:1], "support"))

    def test_the_worst_cpu_ratio_leaves_out_what_the_slicer_does_in_two_seconds(self):
        cost = compare.cost([pair(1, 1, cpu_s=(1.0, 0.1)), pair(2, 1, cpu_s=(3.0, 0.01)),
                             pair(3, 1, cpu_s=(4.0, 0.1))])
        self.assertAlmostEqual(cost["median_ratio"], 40)
        self.assertAlmostEqual(cost["worst_ratio"], 40)
        self.assertEqual(cost["worst_model"], "3.stl")
        self.assertAlmostEqual(cost["peak_mb"], 2)

    def test_the_worst_rows_come_first_whatever_their_sign(self):
        pairs = [pair(100, 120), pair(200, 100), pair(300, None)]
        self.assertEqual([p.slicer["time_s"] for p in report.worst(pairs, 2, "time")], [300, 200])


GCODE = """\
M83
G1 X10 Y0 E1 F600 ; purge: 10 mm in 1 s
G92 E0
;LAYER_CHANGE
;TYPE:External perimeter
G1 X10 Y30 F9000
G1 F1200
G1 X13 Y34 E.5
G1 X13 Y44 E.5
G1 E-.8 F2100
;TYPE:Support material
G1 X13 Y50 Z.2 F9000
M82
G92 E2
G1 X19 Y50 E2.25 F1200
G1 E1 F2100
; filament used [mm] = 1.25, 2.5
; filament used [g] = 0.5, 1
; estimated printing time (normal mode) = 1d 2h 3m 4s
; estimated printing time (silent mode) = 5s
"""


class GcodeTest(unittest.TestCase):

    def test_path_and_filament_are_added_by_type(self):
        row = gcode.read(GCODE.splitlines())
        self.assertEqual(row["features"], {
            "Custom": {"len_mm": 10, "filament_mm": 1, "moves": 1, "nominal_s": 1},
            "External perimeter": {"len_mm": 15, "filament_mm": 1, "moves": 2, "nominal_s": 0.8},
            "Support material": {"len_mm": 6, "filament_mm": 0.25, "moves": 1, "nominal_s": 0.3}})
        self.assertEqual((row["layers"], row["travels"], row["retracts"]), (1, 2, 2))
        self.assertEqual(row["travel_mm"], 36)  # 30, and 6 of which 0.2 upwards

    def test_figures_are_read_from_the_comments_of_all_extruders(self):
        row = gcode.read(GCODE.splitlines())
        self.assertEqual(row["time_s"], 93784)
        self.assertEqual(row["filament_mm"], 3.75)
        self.assertEqual(row["filament_g"], 1.5)

    def test_a_file_that_ends_early_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "no comment for filament_mm and time_s"):
            gcode.read(GCODE.splitlines()[:10])


class PresetsTest(unittest.TestCase):

    def test_conditions_are_read_as_the_slicer_reads_them(self):
        printer = {"nozzle_diameter": "0.4,0.6", "printer_notes": '"VENDOR_A\nMODEL_B"',
                   "printer_model": "B2"}
        for condition, expected in (
                ("", True),
                ("nozzle_diameter[0]==0.4 and num_extruders>1", True),
                ("printer_notes=~/.*MODEL_B.*/", True),
                ("printer_model=~/B/", False),  # the whole value must match
                ('printer_model=="B2" && ! (printer_notes=~/.*VENDOR_C.*/ || 1==2)', True),
                ('printer_notes!~/.*MODEL_B.*/ or nozzle_diameter[1]<=0.5', False),
                ("single_extruder_multi_material", False)):
            self.assertEqual(presets.holds(condition, printer), expected, condition)


class KeyChangesTest(unittest.TestCase):

    def test_a_change_is_the_slicers_within_a_fifth_of_it_or_a_hundredth_of_the_total(self):
        for before, after, expected in (
                ((1000, 1100), (900, 981), "ok"),      # +100, ours +81
                ((1000, 1100), (900, 979), "missed"),  # +79
                ((1000, 1020), (900, 929), "ok"),      # +20, ours +29: 9 is under 10
                ((1000, 1020), (900, 931), "missed"),
                ((1000, 1003), (900, 899), "sign"),    # +3, ours -1
                ((1000, 1001), (900, 899), "ok")):     # +1 is the slicer's own noise
            self.assertEqual(key_changes.verdict(*before, *after), expected, (before, after))


if __name__ == "__main__":
    unittest.main()
