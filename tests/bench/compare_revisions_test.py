"""bench/compare_revisions.py end to end, on programs that say how long they took."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPARE = ROOT / "bench" / "compare_revisions.py"

# A costengine-bench whose benchmark `plan` takes the given time. It counts its runs in a file.
FAKE = """\
#!{python}
import json, re, sys
names = {{"load/stl-binary/threads:1": 100.0, "plan/few-layers/threads:1": {plan}}}
options = dict(word[2:].split("=", 1) for word in sys.argv[1:] if "=" in word)
assert "--short" in sys.argv, sys.argv
with open(sys.argv[0] + ".runs", "a") as file:
    file.write(options.get("benchmark_filter", "all") + "\\n")
with open(options["benchmark_out"], "w") as file:
    json.dump({{"benchmarks": [
        {{"name": name + "/process_time/real_time", "run_type": "iteration", "cpu_time": time,
          "real_time": time, "time_unit": "ms"}} for name, time in names.items()
        if re.search(options.get("benchmark_filter", ""), name)]}}, file)
"""


class CompareRevisionsTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, name, plan_ms):
        path = self.folder / name
        path.write_text(FAKE.format(python=sys.executable, plan=plan_ms))
        path.chmod(0o755)
        return path

    def compare(self, *words):
        return subprocess.run([sys.executable, "-B", COMPARE, *words], capture_output=True,
                              text=True, check=False)

    def runs(self, program):
        return pathlib.Path(f"{program}.runs").read_text().splitlines()

    def test_the_same_twice_is_not_slower(self):
        base, head = self.program("base", 50), self.program("head", 50)
        run = self.compare("--programs", base, head, "--rounds", "3")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("0 of 2 benchmarks are slower", run.stdout)
        self.assertEqual(self.runs(base), ["all"] * 3)
        self.assertEqual(self.runs(head), ["all"] * 3)

    def test_a_slower_stage_is_measured_again_and_named(self):
        base, head = self.program("base", 50), self.program("head", 60)
        out = self.folder / "out.json"
        run = self.compare("--programs", base, head, "--rounds", "2", "--json", out)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("1 of 2 benchmarks are slower: plan/few-layers/threads:1", run.stdout)
        answer = json.loads(out.read_text())
        name = "plan/few-layers/threads:1"
        self.assertEqual(answer["slower"], [name, f"{name}, wall time"])
        self.assertAlmostEqual(
            {each["name"]: each["ratio"] for each in answer["benchmarks"]}[name], 1.2)
        self.assertEqual(self.runs(base)[:2], ["all", "all"])
        self.assertEqual(len(self.runs(base)), 4)
        self.assertEqual(self.runs(base)[3], "^(plan/few-layers/threads:1)(/|$)")
        self.assertNotIn("load", self.runs(base)[3])

    def test_the_threshold_lets_it_pass(self):
        run = self.compare("--programs", self.program("base", 50), self.program("head", 60),
                           "--rounds", "2", "--threshold", "25")
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_revision_without_benchmarks_has_a_code_of_its_own(self):
        (self.folder / "CMakeLists.txt").write_text("project(old)\n")
        run = self.compare(self.folder, self.folder)
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertIn("nothing to compare", run.stderr)

    def test_a_program_that_fails_is_not_a_regression(self):
        base = self.program("base", 50)
        broken = self.folder / "broken"
        broken.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n")
        broken.chmod(0o755)
        run = self.compare("--programs", base, broken)
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn("broken", run.stderr)

    def test_one_round_is_refused(self):
        self.assertEqual(self.compare("a", "b", "--rounds", "1").returncode, 2)


class WorkflowTest(unittest.TestCase):

    def test_the_examples_call_what_there_is_with_options_that_it_has(self):
        options = self.compare_help()
        for path in sorted((ROOT / "samples" / "ci").iterdir()):
            lines = path.read_text().splitlines()
            calls = [line for line in lines if "compare_revisions.py" in line
                     and not line.lstrip().startswith("#")]
            self.assertEqual(len(calls), 1, path)
            for word in calls[0].split():
                if word.startswith("--"):
                    self.assertIn(word.split("=")[0], options, path)

    def compare_help(self):
        return subprocess.run([sys.executable, "-B", COMPARE, "--help"], capture_output=True,
                              text=True, check=True).stdout


if __name__ == "__main__":
    unittest.main()
