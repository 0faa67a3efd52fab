"""Each wrong use ends with one clear line and the right exit code."""

import os
import subprocess
import unittest

from program import (FAILED, PROGRAM, REFUSED, SHEET, USAGE, ProgramTest, box, binary_stl,
                     environment)

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde" + b"\0" * 200


class WrongOptions(ProgramTest):
    def test_no_command(self):
        self.check_fails(self.run_program(), USAGE, "estimate", "--help")

    def test_a_file_without_a_command(self):
        self.check_fails(self.run_program("box.stl"), USAGE, "box.stl", "costengine estimate")

    def test_no_file(self):
        self.check_fails(self.run_program("estimate"), USAGE, "model file", "--help")
        self.check_fails(self.run_program("inspect"), USAGE, "model file", "--help")

    def test_no_profile_name(self):
        self.check_fails(self.run_program("profiles", "show"), USAGE, "profile")
        self.check_fails(self.run_program("profiles"), USAGE, "list")

    def test_unknown_option(self):
        self.check_fails(self.run_program("estimate", "box.stl", "--colour"), USAGE, "--colour")

    def test_an_option_without_its_value(self):
        result = self.run_program("estimate", "box.stl", "--quantity")
        self.check_fails(result, USAGE, "--quantity needs a value")

    def test_an_empty_value_is_not_taken_for_the_default(self):
        for option in ("--prices", "--profile", "--material", "--unit", "--threads", "--quantity",
                       "--layers"):
            for arguments in ((option, ""), (option + "=",)):
                with self.subTest(arguments=arguments):
                    result = self.run_program("estimate", "box.stl", *arguments)
                    self.check_fails(result, USAGE, option, "needs a value")
        self.check_fails(self.run_program("profiles", "show", ""), USAGE, "needs a value")
        self.check_fails(self.run_program("estimate", ""), USAGE, "file name is empty")

    def test_an_option_given_twice(self):
        result = self.run_program("estimate", "box.stl", "--unit", "mm", "--unit", "in")
        self.check_fails(result, USAGE, "--unit is given more than once")

    def test_a_flag_with_a_value(self):
        self.check_fails(self.run_program("estimate", "box.stl", "--json=1"), USAGE, "--json")

    def test_quantities_that_are_none(self):
        for quantity in ("-3", "0", "1.5", "ten", "1e3", "99999999999999999999", " 1"):
            with self.subTest(quantity=quantity):
                result = self.run_program("estimate", "box.stl", "--quantity=" + quantity)
                self.check_fails(result, USAGE, "--quantity", "'" + quantity + "'")

    def test_a_table_of_layers_is_of_a_part_alone(self):
        result = self.run_program("estimate", "box.stl", "--plate", "--layers", "layers.csv")
        self.check_fails(result, USAGE, "--layers", "--plate")

    def test_threads_that_are_none(self):
        for threads in ("-1", "0", "x", "4096"):
            with self.subTest(threads=threads):
                result = self.run_program("inspect", "box.stl", "--threads", threads)
                self.check_fails(result, USAGE, "--threads", "'" + threads + "'")

    def test_an_unknown_unit(self):
        result = self.run_program("estimate", "box.stl", "--unit", "ft")
        self.check_fails(result, USAGE, "--unit", "mm, cm, m or in", "'ft'")

    def test_json_and_csv_together(self):
        result = self.run_program("estimate", "box.stl", "--json", "--csv")
        self.check_fails(result, USAGE, "--json", "--csv")

    def test_a_setting_without_a_value(self):
        self.check_fails(self.run_program("estimate", "box.stl", "--set", "perimeters"), USAGE,
                         "KEY=VALUE")

    def test_standard_input_twice(self):
        self.check_fails(self.run_program("estimate", "-", "-"), USAGE, "once")

    def test_an_instruction_set_that_does_not_exist(self):
        result = self.run_program("estimate", "box.stl", env=environment(COSTENGINE_ISA="mmx"))
        self.check_fails(result, USAGE, "COSTENGINE_ISA", "mmx")


class WrongFiles(ProgramTest):
    def check_refused(self, name, *words):
        for command in ("estimate", "inspect"):
            with self.subTest(command=command):
                self.check_fails(self.run_program(command, name), REFUSED, name + ": ", *words)

    def test_a_file_that_does_not_exist(self):
        self.check_refused("nothing.stl", "No such file")

    def test_a_directory(self):
        os.mkdir(os.path.join(self.folder, "parts"))
        self.check_refused("parts", "directory")

    def test_a_device(self):
        self.check_refused("/dev/zero", "not a regular file")

    def test_an_empty_file(self):
        self.write("empty.stl", b"")
        self.check_refused("empty.stl", "empty")

    def test_a_png_named_stl(self):
        self.write("picture.stl", PNG)
        self.check_refused("picture.stl")

    def test_a_file_that_was_cut(self):
        self.write("cut.stl", binary_stl(box(20, 20, 10))[:-30])
        self.check_refused("cut.stl")

    def test_a_line_break_in_a_name_stays_on_one_line(self):
        result = self.run_program("estimate", "a\nb\x1b[31m.stl")
        self.check_fails(result, REFUSED, "a\\nb\\x1b[31m")

    def test_closed_standard_input(self):
        result = self.run_program("estimate", "-", stdin=None, preexec_fn=lambda: os.close(0))
        self.check_fails(result, REFUSED, "standard input")


class WrongProfilesAndPrices(ProgramTest):
    def test_a_profile_that_does_not_exist(self):
        for command in ("estimate", "inspect"):
            result = self.run_program(command, "box.stl", "--profile", "nothing")
            self.check_fails(result, USAGE, "nothing")
        self.check_fails(self.run_program("profiles", "show", "nothing"), USAGE, "nothing")

    def test_a_profile_with_a_typo(self):
        self.write("printer.toml", b'[print]\nlayer_hight_mm = 0.2\n')
        result = self.run_program("estimate", "box.stl", "--profile", "printer.toml")
        self.check_fails(result, USAGE, "printer.toml", "layer_hight_mm", "line 2")

    def test_a_profile_that_is_no_toml(self):
        self.write("printer.toml", b"layer height: 0.2\n")
        result = self.run_program("estimate", "box.stl", "--profile", "printer.toml")
        self.check_fails(result, USAGE, "printer.toml", "line 1")

    def test_an_ini_with_a_value_out_of_range(self):
        self.write("printer.ini", b"filament_density = 1.24\nlayer_height = -1\n")
        result = self.run_program("estimate", "box.stl", "--profile", "printer.ini")
        self.check_fails(result, USAGE, "printer.ini", "layer_height")

    def test_a_setting_with_a_typo(self):
        result = self.run_program("estimate", "box.stl", "--set", "layer_hight=0.2")
        self.check_fails(result, USAGE, "layer_hight")

    def test_a_setting_out_of_range(self):
        result = self.run_program("estimate", "box.stl", "--set", "layer_height=-1")
        self.check_fails(result, USAGE, "layer_height")

    def test_a_material_that_does_not_exist(self):
        result = self.run_program("estimate", "box.stl", "--material", "butter")
        self.check_fails(result, USAGE, "butter")

    def test_a_price_sheet_that_does_not_exist(self):
        result = self.run_program("estimate", "box.stl", "--prices", "nothing.toml")
        self.check_fails(result, USAGE, "nothing.toml")

    def test_a_price_sheet_without_the_material(self):
        self.write("shop.toml", SHEET)
        result = self.run_program("estimate", "box.stl", "--prices", "shop.toml", "--material",
                                  "abs")
        self.check_fails(result, REFUSED, "box.stl: not priced: ", "material.ABS.per_kg")

    def test_a_price_sheet_without_the_machine(self):
        self.write("shop.toml", SHEET.replace(b"machine.default", b"machine.other"))
        result = self.run_program("estimate", "box.stl", "--prices", "shop.toml")
        self.check_fails(result, REFUSED, "not priced", ".per_h", "machine.default.per_h")

    def test_a_filament_of_unknown_density(self):
        self.write("printer.ini", b"layer_height = 0.2\n")
        result = self.run_program("estimate", "box.stl", "--profile", "printer.ini")
        self.check_fails(result, REFUSED, "not priced", "filament_density is missing")

    def test_a_price_sheet_with_a_typo(self):
        self.write("shop.toml", b'curency = "EUR"\n')
        result = self.run_program("estimate", "box.stl", "--prices", "shop.toml")
        self.check_fails(result, USAGE, "shop.toml", "curency", "line 1")


class WrongLayers(ProgramTest):
    """The file for the table of layers."""

    def estimate(self, layers, *arguments):
        return self.run_program("estimate", "box.stl", "--layers", layers, *arguments)

    def test_a_full_disk(self):
        result = self.estimate("/dev/full")
        self.check_fails(result, FAILED, "cannot write to /dev/full", "No space left")
        self.assertEqual(result.stdout, b"")

    def test_a_path_that_cannot_be_written(self):
        os.mkdir(os.path.join(self.folder, "tables"))
        self.check_fails(self.estimate("tables"), FAILED, "cannot write to tables", "directory")
        self.check_fails(self.estimate("nowhere/layers.csv"), FAILED, "No such file")

    def test_a_line_break_in_the_name_stays_on_one_line(self):
        self.check_fails(self.estimate("no\nwhere/layers.csv"), FAILED, "no\\nwhere")

    def test_standard_output(self):
        self.check_fails(self.estimate("-"), USAGE, "--layers", "'-'")

    def test_several_models(self):
        result = self.estimate("layers.csv", "box.stl")
        self.check_fails(result, USAGE, "--layers takes one model, not 2")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "layers.csv")))

    def test_an_input_is_not_replaced(self):
        self.write("shop.toml", SHEET)
        self.write("printer.ini", b"filament_density = 1.24\n")
        os.link(os.path.join(self.folder, "box.stl"), os.path.join(self.folder, "same.stl"))
        for name in ("box.stl", "./box.stl", "same.stl", "shop.toml", "printer.ini"):
            with self.subTest(name=name):
                path = os.path.join(self.folder, name)
                with open(path, "rb") as file:
                    before = file.read()
                result = self.estimate(name, "--prices", "shop.toml", "--profile", "printer.ini")
                self.check_fails(result, USAGE, "--layers would replace")
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), before)

    def test_a_model_without_layers(self):
        self.write("sheet.stl", binary_stl(box(20, 20, 20)[:1]))
        result = self.run_program("estimate", "sheet.stl", "--layers", "layers.csv")
        self.check_fails(result, REFUSED, "layers.csv: not written")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "layers.csv")))


class WrongOutput(ProgramTest):
    COMMANDS = (("estimate", "box.stl"), ("estimate", "box.stl", "--json"),
                ("estimate", "box.stl", "--csv"), ("inspect", "box.stl"), ("profiles", "list"),
                ("profiles", "show", "bowden-220"), ("--help",), ("--version",),
                ("estimate", "--help"))

    def test_a_full_disk(self):
        for arguments in self.COMMANDS:
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                result = self.run_program(*arguments, stdout=full)
                self.check_fails(result, FAILED, "standard output", "No space left")

    def test_a_closed_standard_output(self):
        for arguments in self.COMMANDS:
            with self.subTest(arguments=arguments):
                result = self.run_program(*arguments, stdout=None, preexec_fn=lambda: os.close(1))
                self.check_fails(result, FAILED, "standard output is closed")

    def test_a_reader_that_went_away(self):
        for arguments in self.COMMANDS:
            with self.subTest(arguments=arguments):
                reader, writer = os.pipe()
                os.close(reader)
                try:
                    result = self.run_program(*arguments, stdout=writer)
                finally:
                    os.close(writer)
                self.check_fails(result, FAILED, "closed by its reader")

    def test_a_closed_standard_error_changes_no_exit_code(self):
        process = subprocess.run([PROGRAM, "estimate", "nothing.stl", "box.stl", "--json"],
                                 cwd=self.folder, stdout=subprocess.PIPE, env=environment(),
                                 preexec_fn=lambda: os.close(2), timeout=60)
        self.assertEqual(process.returncode, REFUSED)
        self.assertEqual(process.stdout.count(b"\n"), 2)


if __name__ == "__main__":
    unittest.main()
