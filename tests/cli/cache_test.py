"""--cache and costengine cache, from outside."""

import json
import os
import resource
import signal
import subprocess
import unittest

from program import (PRICED, REFUSED, SHEET, USAGE, ProgramTest, binary_stl, box,
                     default_signals)


class Cache(ProgramTest):
    def estimate(self, *arguments, **options):
        """The answers as objects, and standard error."""
        result = self.run_program("estimate", "--json", *arguments, **options)
        return [json.loads(line) for line in result.stdout.splitlines()], result.stderr.decode()

    def outcomes(self, *arguments, **options):
        answers, _ = self.estimate(*arguments, **options)
        return [answer["cache"]["outcome"] for answer in answers]

    def same(self, answer):
        return {key: value for key, value in answer.items() if key not in ("cache", "timing_ms")}

    def content(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def test_without_a_cache_nothing_is_kept(self):
        before = os.listdir(self.folder)
        self.assertEqual(self.outcomes("box.stl"), ["off"])
        self.assertEqual(self.outcomes("box.stl", "--cache", "off"), ["off"])
        self.assertEqual(os.listdir(self.folder), before)

    def test_answers_are_the_calculated_ones(self):
        self.write("flat.stl", binary_stl(box(20, 20, 10)[:-1]))
        files = ["box.stl", "flat.stl", "box.stl"]
        plain, _ = self.estimate(*files)
        first, _ = self.estimate(*files, "--cache", "a.db")
        second, errors = self.estimate(*files, "--cache", "a.db")
        self.assertEqual(errors, "")
        self.assertEqual([self.same(a) for a in first], [self.same(a) for a in plain])
        self.assertEqual([self.same(a) for a in second], [self.same(a) for a in plain])
        self.assertEqual([a["cache"]["outcome"] for a in first], ["miss", "miss", "quote"])
        self.assertEqual([a["cache"]["outcome"] for a in second], ["quote"] * 3)
        self.assertGreaterEqual(second[0]["cache"]["age_s"], 0)
        self.assertEqual({stage: second[0]["timing_ms"][stage] for stage in
                          ("inspect", "measure", "slice", "plan", "price")},
                         dict.fromkeys(("inspect", "measure", "slice", "plan", "price"), 0))

    def test_prices_and_settings_decide_what_is_calculated(self):
        self.write("shop.toml", SHEET)
        cache = ["box.stl", "--cache", "a.db"]
        self.assertEqual(self.outcomes(*cache), ["miss"])
        self.assertEqual(self.outcomes(*cache, "--prices", "shop.toml"), ["production"])
        self.assertEqual(self.outcomes(*cache, "--prices", "shop.toml"), ["quote"])
        self.assertEqual(self.outcomes(*cache, "--quantity", "7"), ["production"])
        self.assertEqual(self.outcomes(*cache, "--set", "power_w=9"), ["production"])
        self.assertEqual(self.outcomes(*cache, "--set", "fill_density=0.5"), ["miss"])
        self.assertEqual(self.outcomes(*cache, "--unit", "cm"), ["miss"])
        self.assertEqual(self.outcomes(*cache, "--threads", "1"), ["quote"])
        result = self.run_program("inspect", "--json", "box.stl", "--cache", "a.db")
        self.assertEqual(json.loads(result.stdout)["cache"]["outcome"], "miss")
        result = self.run_program("inspect", "--json", "box.stl", "--cache", "a.db")
        self.assertEqual(json.loads(result.stdout)["cache"]["outcome"], "quote")

    def test_plates_and_layer_tables_go_without(self):
        self.outcomes("box.stl", "--cache", "a.db")
        for option in (["--plate"], ["--layers", "l.csv"]):
            self.assertEqual(self.outcomes("box.stl", "--cache", "a.db", *option), ["off"])
        self.assertIn(b"\n", self.content("l.csv"))

    def test_what_cannot_be_used_is_said_and_does_no_harm(self):
        self.write("precious.txt", b"precious")
        for path in ("precious.txt", "none/a.db", ".", "box.stl"):
            answers, errors = self.estimate("box.stl", "--cache", path)
            self.assertEqual(answers[0]["cache"]["outcome"], "off")
            self.assertIn("going on without a cache", errors)
            self.assertEqual(errors.count("\n"), 1)
        self.assertEqual(self.content("precious.txt"), b"precious")
        self.assertEqual(self.content("box.stl"), binary_stl(box(20, 20, 10)))

    def test_commands_refuse_what_is_no_cache(self):
        self.write("precious.txt", b"precious")
        for action in ("stats", "verify", "prune", "clear"):
            for path, words in (("precious.txt", "is not a cache"), ("none.db", "No such file")):
                self.check_fails(self.run_program("cache", action, path), USAGE, path, words)
                result = self.run_program("cache", action, "--json", path)
                self.assertEqual(json.loads(result.stdout)["error"]["stage"], "options")
        self.assertEqual(self.content("precious.txt"), b"precious")
        self.assertNotIn("none.db", os.listdir(self.folder))

    def test_commands(self):
        self.outcomes("box.stl", "--cache", "a.db")

        def asked(*arguments, code=PRICED):
            result = self.run_program("cache", *arguments, "--json")
            self.assertEqual(result.returncode, code, result.stderr)
            return json.loads(result.stdout)["cache"]

        stats = asked("stats", "a.db")
        self.assertEqual([stats[tier]["entries"] for tier in ("production", "quote", "last")],
                         [1, 1, 1])
        self.assertIn(b"Productions     1 (", self.check_succeeds(
            self.run_program("cache", "stats", "a.db")))
        self.assertEqual(asked("verify", "a.db"),
                         {"entries": 3, "damaged": 0, "structure_sound": True})
        content = self.content("a.db")
        at = content.index(b"sparse infill")
        self.write("a.db", content[:at] + b"SPARSE INFILL" + content[at + 13:])
        self.assertEqual(asked("verify", "a.db", code=REFUSED)["damaged"], 1)
        self.assertEqual(self.outcomes("box.stl", "--cache", "a.db"), ["miss"])
        self.assertEqual(asked("verify", "a.db")["damaged"], 0)
        self.assertEqual(asked("prune", "a.db"), {"removed": 0})
        self.assertEqual(asked("clear", "a.db"), {"cleared": True})
        self.assertEqual(asked("stats", "a.db")["production"]["entries"], 0)
        self.assertEqual(self.run_program("cache", "clear", "a.db").stdout, b"")

    def test_wrong_use(self):
        for arguments, words in (
                (["cache"], "stats, verify, prune or clear"), (["cache", "stats"], "name a cache"),
                (["cache", "prune", "a.db", "--mib", "0"], "--mib"),
                (["estimate", "box.stl", "--cache", ""], "--cache"),
                (["estimate", "box.stl", "--cache-days", "x"], "--cache-days")):
            self.check_fails(self.run_program(*arguments), USAGE, words)

    def test_a_full_disk_costs_no_answer(self):
        def little_room():
            default_signals()
            resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))

        plain, _ = self.estimate("box.stl")
        for quantity in range(1, 40):
            answers, _ = self.estimate("box.stl", "--cache", "a.db", "--quantity", str(quantity),
                                       preexec_fn=little_room)
            self.assertIn("quote", answers[0])
        answers, _ = self.estimate("box.stl", "--cache", "a.db", preexec_fn=little_room)
        self.assertEqual(self.same(answers[0]), self.same(plain[0]))

    def test_runs_that_are_killed_leave_a_sound_cache(self):
        for quantity in range(1, 25):
            child = subprocess.Popen(
                [os.environ["COSTENGINE_PROGRAM"], "estimate", "box.stl", "--cache", "a.db",
                 "--quantity", str(quantity)],
                cwd=self.folder, stdout=subprocess.DEVNULL)
            try:
                child.wait(timeout=0.002 + 0.0008 * quantity)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
        self.assertEqual(self.outcomes("box.stl", "--cache", "a.db")[0] in ("miss", "quote",
                                                                            "production"), True)
        self.assertEqual(self.run_program("cache", "verify", "a.db").returncode, PRICED)


if __name__ == "__main__":
    unittest.main()
