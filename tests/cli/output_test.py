"""What estimate and inspect print: screens, JSON lines and CSV, also for hostile file names."""

import csv
import io
import json
import os
import pty
import struct
import subprocess
import unicodedata
import unittest

from program import (ESTIMATED, PRICED, PROGRAM, REFUSED, SHEET, USAGE, ProgramTest, binary_stl,
                     box, environment)

HOSTILE_NAMES = [
    b"a\nb\rc\td.stl",
    b"\x1b[31mred\x07.stl",
    "evil\u202elts.exe".encode(),
    b"\xff\xfe\xc0\xaf\xed\xa0\x80.stl",
    b"=cmd|' -C calc'!A0",
    b"+1.stl",
    b"@sum(1),\"two\".stl",
    b"x" * 250,
    ("\u9f7f" * 80 + ".stl").encode(),
    "\U0001f600 e\u0301.stl".encode(),
    b"a\\b'c.stl",
]


def columns(line):
    """The width of a line by Python's own tables."""
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def without_times(line):
    result = json.loads(line)
    result.pop("timing_ms", None)
    return result


class Screens(ProgramTest):
    def check_screen(self, screen):
        text = screen.decode()  # strict: it must be UTF-8
        for line in text.splitlines():
            self.assertLessEqual(columns(line), 80, line)
        self.check_characters(text)
        return text

    def check_characters(self, text):
        """Nothing that steers a terminal or is invisible."""
        for character in text:
            self.assertNotIn(unicodedata.category(character), ("Cf", "Cs"), repr(text))
            if unicodedata.category(character) == "Cc":
                self.assertEqual(character, "\n", repr(text))

    def test_estimate_shows_part_verdict_time_material_and_price(self):
        text = self.check_screen(self.check_succeeds(self.run_program("estimate", "box.stl")))
        self.assertIn("20.0 x 20.0 x 10.0 mm, 12 facets", text)
        self.assertIn("volume 4.00 cm3", text)
        self.assertIn("surface 16.0 cm2", text)
        for word in ("trusted", "Time", "Material", "PLA", "Support", "Price in EUR", "Range",
                     "example rates, not yours", "--prices", "Method"):
            self.assertIn(word, text)

    def test_estimate_shows_time_and_filament_by_feature(self):
        text = self.check_screen(self.check_succeeds(self.run_program("estimate", "box.stl")))
        self.assertRegex(text, r"External perimeter +0:\d\d:\d\d +\d+ +\d+\.\d\d")
        self.assertRegex(text, r"Moves +[\d,]+ travels, [\d,]+ retractions")

    def test_a_model_without_a_price_shows_what_to_add(self):
        self.write("shop.toml", SHEET)
        result = self.run_program("estimate", "box.stl", "--prices", "shop.toml", "--material",
                                  "petg")
        self.assertEqual(result.returncode, REFUSED)
        text = self.check_screen(result.stdout)
        for word in ("trusted", "Time", "Not priced", "material.PETG.per_kg"):
            self.assertIn(word, text)
        self.assertNotIn("Price in", text)

    def test_inspect_shows_no_price(self):
        text = self.check_screen(self.check_succeeds(self.run_program("inspect", "box.stl")))
        self.assertIn("Centroid   10.000 10.000 5.000 mm", text)
        self.assertNotIn("Price", text)

    def test_hostile_names_neither_steer_nor_widen_the_screen(self):
        for name in HOSTILE_NAMES:
            with self.subTest(name=name):
                self.write(name, binary_stl(box(20, 20, 10)))
                self.check_screen(self.check_succeeds(self.run_program("estimate", name)))
                self.check_screen(self.check_succeeds(self.run_program("inspect", name)))
                os.unlink(os.path.join(os.fsencode(self.folder), name))
                failure = self.run_program("estimate", name)
                self.check_fails(failure, REFUSED)
                self.check_characters(failure.stderr.decode())

    def test_lines_of_help_and_profiles_fit_the_screen(self):
        for arguments in (("--help",), ("estimate", "--help"), ("inspect", "--help"),
                          ("profiles", "--help"), ("profiles", "show", "--help"),
                          ("profiles", "list"), ("profiles", "show", "bowden-220")):
            with self.subTest(arguments=arguments):
                self.check_screen(self.check_succeeds(self.run_program(*arguments)))

    def test_several_files_give_a_screen_each_in_order(self):
        self.write("second.stl", binary_stl(box(5, 6, 7)))
        text = self.check_screen(
            self.check_succeeds(self.run_program("estimate", "box.stl", "second.stl")))
        self.assertLess(text.index("box.stl"), text.index("second.stl"))
        self.assertIn("5.00 x 6.00 x 7.00 mm", text)

    def test_a_file_named_like_a_command_is_a_file(self):
        self.write("inspect", binary_stl(box(5, 6, 7)))
        out = self.check_succeeds(self.run_program("estimate", "box.stl", "inspect", "--json"))
        self.assertEqual([json.loads(line)["input"]["path"] for line in out.splitlines()],
                         ["box.stl", "inspect"])

    def test_a_name_that_begins_with_a_dash_goes_behind_two_dashes(self):
        self.write("-box.stl", binary_stl(box(5, 6, 7)))
        self.check_succeeds(self.run_program("estimate", "--", "-box.stl"))

    def test_a_terminal_gets_colours_unless_it_declines(self):
        for env, coloured in ((environment(TERM="xterm"), True),
                              (environment(TERM="xterm", NO_COLOR="1"), False),
                              (environment(TERM="dumb"), False)):
            with self.subTest(coloured=coloured):
                parent, child = pty.openpty()
                subprocess.run([PROGRAM, "estimate", "box.stl"], cwd=self.folder, stdout=child,
                               stderr=child, env=env, check=True, timeout=60)
                os.close(child)
                shown = b""
                try:
                    while chunk := os.read(parent, 65536):
                        shown += chunk
                except OSError:  # how Linux says that the other side is closed
                    pass
                os.close(parent)
                self.assertEqual(b"\x1b[" in shown, coloured)
                self.assertNotIn(b"\r\x1b[K", shown)  # too short for a progress bar


class Json(ProgramTest):
    def estimate(self, *arguments, code=PRICED, **options):
        result = self.run_program("estimate", "--json", *arguments, **options)
        lines = self.check_succeeds(result, code).decode().splitlines()
        return [json.loads(line) for line in lines]

    def test_one_object_has_the_figures_of_a_box(self):
        (model,) = self.estimate("box.stl")
        self.assertEqual(model["schema"], 1)
        self.assertEqual(model["input"]["bytes"], 84 + 12 * 50)
        self.assertRegex(model["input"]["hash"], "^sha256:[0-9a-f]{64}$")
        self.assertEqual(model["mesh"]["facets"], 12)
        self.assertEqual(model["mesh"]["vertices"], 8)
        self.assertEqual(model["mesh"]["verdict"], "trusted")
        self.assertAlmostEqual(model["measure"]["volume_mm3"]["value"], 4000, delta=4e-9)
        self.assertAlmostEqual(model["measure"]["area_mm2"], 1600, delta=2e-9)
        self.assertIsNone(model["measure"]["hull_volume_mm3"])  # only inspect takes the time
        inspected = json.loads(self.check_succeeds(self.run_program("inspect", "--json", "box.stl")))
        self.assertAlmostEqual(inspected["measure"]["hull_volume_mm3"], 4000, delta=4e-9)
        self.assertEqual(model["measure"]["box_mm"], {"min": [0, 0, 0], "max": [20, 20, 10]})
        quote = model["quote"]
        self.assertEqual(sum(line["amount"] for line in quote["lines"]), quote["total"])
        self.assertEqual(sum(line["low"] for line in quote["lines"]), quote["low"])
        self.assertEqual(sum(line["high"] for line in quote["lines"]), quote["high"])
        self.assertEqual(list(model)[-1], "timing_ms")

    def test_a_model_without_a_price_keeps_its_production(self):
        self.write("shop.toml", SHEET)
        (priced,) = self.estimate("box.stl", "--material", "petg")
        (model,) = self.estimate("box.stl", "--material", "petg", "--prices", "shop.toml",
                                 code=REFUSED)
        self.assertEqual(model["production"], priced["production"])
        self.assertIsNone(model["quote"])
        self.assertEqual(model["unpriced"]["code"], "prices_missing")
        self.assertNotIn("prices", model)
        self.assertNotIn("unpriced", priced)

    def test_a_filament_of_unknown_density_has_no_mass(self):
        self.write("printer.ini", b"filament_density = 0\n")
        (model,) = self.estimate("box.stl", "--profile", "printer.ini", code=REFUSED)
        self.assertIsNone(model["production"]["model"]["mass_g"])
        self.assertIsNone(model["production"]["support"]["mass_g"])
        self.assertGreater(model["production"]["filament_mm"]["value"], 0)
        self.assertIn("filament_density", model["profile"]["defaulted"])
        self.assertEqual(model["unpriced"]["code"], "setting_missing")
        # A shop that charges the hour alone has no need of it.
        self.write("hours.toml", SHEET.replace(b"per_kg = 20", b"per_kg = 0"))
        (model,) = self.estimate("box.stl", "--profile", "printer.ini", "--prices", "hours.toml")
        self.assertEqual([line["kind"] for line in model["quote"]["lines"]],
                         ["machine_time", "energy"])

    def test_several_files_and_a_bad_one_give_one_line_each_in_order(self):
        self.write("empty.stl", b"")
        models = self.estimate("box.stl", "empty.stl", "nothing.stl", "box.stl", code=REFUSED)
        self.assertEqual([m["input"]["path"] for m in models],
                         ["box.stl", "empty.stl", "nothing.stl", "box.stl"])
        self.assertEqual(models[1]["error"]["code"], "empty")
        self.assertEqual(set(models[1]), {"schema", "input", "error", "cache", "timing_ms"})
        self.assertEqual(models[2]["error"]["code"], "file_not_found")
        self.assertEqual(models[0]["quote"], models[3]["quote"])

    def test_inspect_has_no_profile_and_no_production(self):
        out = self.check_succeeds(self.run_program("inspect", "--json", "box.stl"))
        self.assertEqual(list(json.loads(out)), ["schema", "engine", "input", "mesh", "measure", "cache",
                                                  "timing_ms"])

    def test_hostile_names_give_valid_json(self):
        for name in HOSTILE_NAMES:
            with self.subTest(name=name):
                (failure,) = self.estimate(name, code=REFUSED)
                self.assertEqual(failure["input"]["path"], name.decode(errors="replace"))
                self.write(name, binary_stl(box(20, 20, 10)))
                (model,) = self.estimate(name)
                self.assertIn("quote", model)

    def test_an_unusable_profile_or_price_sheet_is_an_object_too(self):
        for arguments in (("--profile", "nothing"), ("--prices", "nothing.toml")):
            result = self.run_program("estimate", "--json", "box.stl", *arguments)
            self.check_fails(result, USAGE)
            failure = json.loads(result.stdout)
            self.assertIsNone(failure["input"])
            self.assertIn("code", failure["error"])

    def test_standard_input_is_a_model_like_any_other(self):
        content = binary_stl(box(20, 20, 10))
        (piped,) = self.estimate("-", input=content)
        (named,) = self.estimate("box.stl")
        self.assertEqual(piped["input"].pop("path"), "-")
        named["input"].pop("path")
        self.assertEqual({**piped, "timing_ms": 0}, {**named, "timing_ms": 0})

    def test_threads_and_instruction_sets_change_nothing(self):
        out = [self.check_succeeds(self.run_program("estimate", "--json", "box.stl", *arguments,
                                                    env=env))
               for arguments, env in (((), environment()),
                                      (("--threads", "1"), environment()),
                                      (("--threads", "2"), environment()),
                                      (("--threads", "64"), environment()),
                                      ((), environment(COSTENGINE_ISA="baseline")))]
        for line in out[1:]:
            self.assertEqual(without_times(line), without_times(out[0]))

    def test_the_unit_scales_the_part(self):
        for unit, mm in (("mm", 1), ("cm", 10), ("in", 25.4)):
            self.write("small.stl", binary_stl(box(2, 2, 2)))
            out = self.check_succeeds(
                self.run_program("inspect", "--json", "--unit", unit, "small.stl"))
            volume = json.loads(out)["measure"]["volume_mm3"]["value"]
            self.assertAlmostEqual(volume / (8 * mm**3), 1, delta=1e-12)

    def test_quantity_material_and_settings_reach_the_price(self):
        (one,) = self.estimate("box.stl")
        (ten,) = self.estimate("box.stl", "--quantity", "10")
        self.assertEqual(ten["quote"]["quantity"], 10)
        self.assertLess(one["quote"]["total"], ten["quote"]["total"])
        self.assertLess(ten["quote"]["unit_price"], one["quote"]["unit_price"])
        (petg,) = self.estimate("box.stl", "--material", "petg")
        self.assertNotEqual(petg["profile"]["hash"], one["profile"]["hash"])
        (thick,) = self.estimate("box.stl", "--set", "layer_height=0.3")
        self.assertLess(thick["production"]["layers"], one["production"]["layers"])

    def test_parts_share_plates(self):
        (alone,) = self.estimate("box.stl", "--quantity", "30")
        (shared,) = self.estimate("box.stl", "--quantity", "30", "--plate")
        self.assertNotIn("plate", alone)
        plate = shared["plate"]
        self.assertEqual(sum(run["plates"] * run["parts"] for run in plate["runs"]), 30)
        self.assertLess(shared["production"]["time_s"]["value"],
                        alone["production"]["time_s"]["value"])
        self.assertLess(shared["quote"]["total"], alone["quote"]["total"])
        both = self.estimate("box.stl", "box.stl", "--plate")
        self.assertEqual([model["plate"]["runs"][0]["parts"] for model in both], [2, 2])
        self.assertAlmostEqual(sum(model["plate"]["share"] for model in both), 1)

    def test_a_plate_with_a_file_that_is_missing_is_none(self):
        result = self.run_program("estimate", "--json", "box.stl", "none.stl", "--plate")
        self.assertEqual(result.returncode, REFUSED)
        codes = [json.loads(line)["error"]["code"] for line in result.stdout.splitlines()]
        self.assertEqual(codes, ["plate_incomplete", "file_not_found"])


class Verdicts(ProgramTest):
    def setUp(self):
        super().setUp()
        # Two boxes that share a quarter of their volume.
        self.write("overlap.stl", binary_stl(box(20, 20, 20) + box(20, 20, 20, at=(10, 10, 0))))
        # One facet: no volume.
        self.write("sheet.stl", binary_stl(box(20, 20, 20)[:1]))

    def test_an_estimated_model_is_priced_and_fails_only_when_strict(self):
        result = self.run_program("estimate", "overlap.stl")
        self.assertIn(b"Warning", self.check_succeeds(result, PRICED))
        for command in ("estimate", "inspect"):
            self.check_succeeds(self.run_program(command, "--strict", "overlap.stl"), ESTIMATED)
            self.check_succeeds(self.run_program(command, "--strict", "box.stl"), PRICED)

    def test_a_refused_model_has_measures_but_no_price(self):
        screen = self.check_succeeds(self.run_program("estimate", "sheet.stl"), REFUSED).decode()
        self.assertIn("refused", screen)
        self.assertNotIn("Price in", screen)
        out = self.check_succeeds(self.run_program("estimate", "--json", "sheet.stl"), REFUSED)
        model = json.loads(out)
        self.assertEqual(model["mesh"]["verdict"], "refused")
        self.assertIn("measure", model)
        self.assertNotIn("production", model)
        self.assertNotIn("quote", model)
        self.check_succeeds(self.run_program("inspect", "sheet.stl"), REFUSED)

    def test_force_prices_a_refused_model_and_says_so(self):
        # An open box without its lid and a wall is refused; its caps still give a guess.
        self.write("open.stl", binary_stl(box(20, 20, 20)[4:]))
        out = self.check_succeeds(self.run_program("estimate", "--json", "open.stl"), REFUSED)
        self.assertNotIn("quote", json.loads(out))
        out = self.check_succeeds(self.run_program("estimate", "--json", "--force", "open.stl"),
                                  REFUSED)
        model = json.loads(out)
        self.assertTrue(model["forced"])
        self.assertIn("quote", model)

    def test_the_worst_of_several_models_decides(self):
        result = self.run_program("estimate", "box.stl", "sheet.stl", "box.stl")
        self.check_succeeds(result, REFUSED)


class Csv(ProgramTest):
    def rows(self, *arguments):
        result = self.run_program("estimate", "--csv", *arguments)
        return result, list(csv.DictReader(io.StringIO(result.stdout.decode(), newline="")))

    def test_a_header_and_one_row_per_file(self):
        result, rows = self.rows("box.stl", "nothing.stl", "box.stl")
        self.check_fails(result, REFUSED, "nothing.stl")
        self.assertEqual([row["file"] for row in rows], ["box.stl", "nothing.stl", "box.stl"])
        self.assertEqual(rows[0]["verdict"], "trusted")
        self.assertAlmostEqual(float(rows[0]["volume_mm3"]), 4000, delta=4e-9)
        self.assertEqual(rows[1]["error"], "file_not_found")
        self.assertEqual(rows[1]["total"], "")
        out = self.check_succeeds(self.run_program("estimate", "--json", "box.stl"))
        self.assertEqual(round(float(rows[0]["total"]) * 100), json.loads(out)["quote"]["total"])

    def test_a_model_without_a_price_has_its_numbers_and_what_to_add(self):
        self.write("shop.toml", SHEET)
        result, rows = self.rows("box.stl", "--prices", "shop.toml", "--material", "petg")
        self.check_fails(result, REFUSED, "box.stl: not priced: ")
        self.assertGreater(float(rows[0]["time_s"]), 0)
        self.assertEqual((rows[0]["total"], rows[0]["error"]), ("", ""))
        self.assertEqual(rows[0]["unpriced"], "prices_missing")
        self.assertIn("material.PETG.per_kg", rows[0]["message"])

    def test_hostile_names_stay_one_cell_and_no_formula(self):
        for name in HOSTILE_NAMES:
            with self.subTest(name=name):
                self.write(name, binary_stl(box(20, 20, 10)))
                result, rows = self.rows(name)
                self.assertEqual(result.returncode, PRICED)
                self.assertEqual(len(rows), 1)
                self.assertNotIn(None, rows[0])  # no cell beyond the header's
                self.assertNotIn(rows[0]["file"][0], "=+-@\t\r\n")
                self.assertEqual(rows[0]["verdict"], "trusted")


class LayerTable(ProgramTest):
    def table(self, *arguments):
        """What --json says of a model, and the rows of its table of layers."""
        result = self.run_program("estimate", "--json", *arguments, "--layers", "layers.csv")
        model = json.loads(self.check_succeeds(result))
        with open(os.path.join(self.folder, "layers.csv"), newline="", encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(text.count("\n"), text.count("\r\n"))
        return model, list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    def test_the_rows_are_the_layers_and_sum_to_the_production(self):
        model, rows = self.table("box.stl")
        production = model["production"]
        self.assertEqual(len(rows), production["layers"])
        self.assertEqual([int(row["layer"]) for row in rows], list(range(1, len(rows) + 1)))
        for row in rows:
            self.assertAlmostEqual(float(row["area_mm2"]), 400, delta=1e-6)
            self.assertAlmostEqual(float(row["perimeter_mm"]), 80, delta=1e-6)
        # What no layer owns is not in the rows.
        time = sum(float(row["time_s"]) for row in rows)
        time += sum(f["time_s"] for f in production["features"] if f["role"] == "start and end")
        self.assertAlmostEqual(time / production["time_s"]["value"], 1, delta=1e-9)
        for feature in production["features"]:
            column = feature["role"].replace(" ", "_") + "_filament_mm"
            self.assertEqual(column in rows[0], feature["filament_mm"] > 0, column)
            if column in rows[0]:
                filament = sum(float(row[column]) for row in rows)
                self.assertAlmostEqual(filament / feature["filament_mm"], 1, delta=1e-9)

    def test_a_table_replaces_the_one_before(self):
        _, long = self.table("box.stl")
        self.write("flat.stl", binary_stl(box(20, 20, 1)))
        model, rows = self.table("flat.stl")
        self.assertEqual(len(rows), model["production"]["layers"])
        self.assertLess(len(rows), len(long))

    def test_a_model_without_a_price_has_its_table(self):
        self.write("shop.toml", SHEET)
        result = self.run_program("estimate", "box.stl", "--prices", "shop.toml", "--material",
                                  "petg", "--layers", "layers.csv")
        self.assertEqual(result.returncode, REFUSED)
        self.assertTrue(os.path.exists(os.path.join(self.folder, "layers.csv")))

    def test_threads_change_nothing(self):
        tables = []
        for threads in ("1", "2"):
            self.check_succeeds(self.run_program("estimate", "box.stl", "--layers", "layers.csv",
                                                 "--threads", threads))
            with open(os.path.join(self.folder, "layers.csv"), "rb") as file:
                tables.append(file.read())
        self.assertEqual(tables[0], tables[1])


if __name__ == "__main__":
    unittest.main()
