"""samples/c/mes.c decides as docs/integration.md says, with the prices of the command line."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from program import SHEET, ProgramTest, binary_stl, box  # noqa: E402


class Mes(ProgramTest):
    def decisions(self, sheet, *models, cache="off"):
        result = subprocess.run([os.environ["COSTENGINE_MES"], sheet, cache, *models],
                                cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        lines = [line.split("  ") for line in result.stdout.decode().splitlines()]
        self.assertEqual([line[:2] for line in lines],
                         [["order-%d" % (i + 1), model] for i, model in enumerate(models)])
        return [line[2:] for line in lines]

    def price(self, model):
        quote = json.loads(self.run_program("estimate", "--json", model).stdout)["quote"]
        return "%.2f %s" % (quote["total"] / 100, quote["currency"])

    def test_every_order_is_accepted_or_sent_to_a_person(self):
        self.write("sheet.stl", binary_stl(box(20, 20, 20)[:1]))
        self.write("overlap.stl", binary_stl(box(20, 20, 20) + box(20, 20, 20, at=(10, 10, 0))))
        self.write("empty.stl", b"")
        sound, doubtful, refused, empty, missing = self.decisions(
            "example", "box.stl", "overlap.stl", "sheet.stl", "empty.stl", "none.stl")
        self.assertEqual(sound[0], "accept")
        self.assertTrue(sound[1].startswith(self.price("box.stl") + ", ready in "), sound)
        self.assertEqual(doubtful[0], "accept")
        self.assertTrue(doubtful[1].startswith(self.price("overlap.stl")), doubtful)
        self.assertIn("warnings", doubtful[1])
        self.assertEqual(refused[0], "person")
        self.assertTrue(refused[1].startswith("refused: "), refused)
        self.assertEqual(empty[0], "person")
        self.assertIn("empty", empty[1])
        self.assertEqual(missing[0], "person")

    def test_a_sheet_without_a_rate_is_the_shops_business(self):
        self.write("shop.toml", SHEET.replace(b"[material.PLA]", b"[material.ABS]"))
        ((what, why),) = self.decisions("shop.toml", "box.stl")
        self.assertEqual(what, "person")
        self.assertIn("material.PLA.per_kg", why)

    def test_more_orders_than_the_queue_takes_are_all_decided(self):
        decisions = self.decisions("example", *["box.stl"] * 300)
        self.assertEqual({what for what, _ in decisions}, {"accept"})

    def test_wrong_use_and_a_missing_sheet_say_so(self):
        program = os.environ["COSTENGINE_MES"]
        self.assertEqual(subprocess.run([program], stderr=subprocess.DEVNULL).returncode, 3)
        failed = subprocess.run([program, "none.toml", "off", "box.stl"], cwd=self.folder,
                                stderr=subprocess.PIPE)
        self.assertEqual(failed.returncode, 4)
        self.assertTrue(failed.stderr.startswith(b"mes: "))


if __name__ == "__main__":
    unittest.main()
