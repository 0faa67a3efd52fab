"""A file that crashes, hangs or devours memory costs itself and nothing else.

COSTENGINE_MISBEHAVING is the program with workers that do what a file's name says.
COSTENGINE_FILES is how many files the long test has; tests/full has more than the default.
"""

import collections
import json
import os
import resource
import subprocess
import time
import unittest

from program import REFUSED, ProgramTest, binary_stl, box, default_signals, environment

PROGRAM = os.environ["COSTENGINE_MISBEHAVING"]
FILES = int(os.environ.get("COSTENGINE_FILES", "200"))
SANITIZED = bool(os.environ.get("COSTENGINE_SANITIZED"))
CODES = {"abort": "worker_failed", "quit": "worker_failed", "babble": "worker_failed",
         "eat": "worker_failed", "loop": "limit_time"}


class Failures(ProgramTest):
    def batch(self, names, *arguments):
        """The rows of a batch over models of these names, all different."""
        os.makedirs(os.path.join(self.folder, "parts"), exist_ok=True)
        for i, name in enumerate(names):
            self.write("parts/" + name, binary_stl(box(4 + i / 1000, 3, 2)))
        listed = b"\n".join(b"parts/" + os.fsencode(name) for name in names)
        command = [PROGRAM, "batch", "-", "--output", "out.jsonl", "--cache", "off", *arguments]
        result = subprocess.run(command, input=listed, cwd=self.folder, capture_output=True,
                                env=environment(), timeout=250, preexec_fn=default_signals)
        self.assertEqual(result.returncode, REFUSED, result.stderr.decode())
        with open(os.path.join(self.folder, "out.jsonl"), "rb") as file:
            rows = [json.loads(line) for line in file]
        self.assertEqual([row["input"]["path"] for row in rows], ["parts/" + name for name in names])
        self.summary = result.stdout.decode()
        return rows

    def check_rows(self, rows):
        for row in rows:
            words = [word for word in CODES if word in row["input"]["path"]]
            code = row["error"]["code"] if "error" in row else None
            self.assertEqual(code, CODES[words[0]] if words else None, row)

    def kinds(self):
        # Without a memory limit, as under sanitizers, a devourer would take the machine's.
        return [kind for kind in CODES if not (SANITIZED and kind == "eat")]

    def test_each_costs_its_own_file(self):
        kinds = self.kinds()
        names = [name for kind in kinds for name in ("1-%s.stl" % kind, "good-%s.stl" % kind[:2])]
        rows = self.batch(names, "--time-limit", "2", "--memory-limit", "256", "--jobs", "2")
        self.check_rows(rows)
        messages = {row["input"]["path"]: row["error"]["message"] for row in rows if "error" in row}
        self.assertIn("signal 6", messages["parts/1-abort.stl"])
        self.assertIn("status 0", messages["parts/1-quit.stl"])
        self.assertIn("cannot be understood", messages["parts/1-babble.stl"])
        self.assertIn("2 s", messages["parts/1-loop.stl"])
        self.assertIn("%d estimated, %d failed" % (len(kinds), len(kinds)), self.summary)

    def test_one_in_a_hundred(self):
        kinds = [kind for kind in ("abort", "loop", "eat") if kind in self.kinds()]
        names = ["%04d%s.stl" % (i, kinds[i // 100 % len(kinds)] if i % 100 == 50 else "")
                 for i in range(FILES)]
        rows = self.batch(names, "--time-limit", "1", "--memory-limit", "256")
        self.check_rows(rows)
        found = collections.Counter("error" in row for row in rows)
        self.assertEqual(found, {False: FILES * 99 // 100, True: FILES // 100})

    @unittest.skipIf(SANITIZED, "sanitizers need memory of their own")
    def test_a_memory_limit_is_kept_within_a_tenth(self):
        for limit_mb in (128, 512):
            pid = os.fork()
            if pid == 0:  # whose children are those of this batch alone
                code = 1
                try:
                    self.batch(["eat.stl", "good.stl"], "--memory-limit", str(limit_mb))
                    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                    code = 0 if 0.9 * limit_mb < peak_mb < 1.1 * limit_mb else 2
                    if code:
                        print("limit %d MB, peak %.0f MB" % (limit_mb, peak_mb))
                finally:
                    os._exit(code)
            self.assertEqual(os.waitpid(pid, 0)[1], 0, limit_mb)

    @unittest.skipIf(SANITIZED, "sanitizers need memory of their own")
    def test_what_needs_more_memory_says_so(self):
        # A grid of 1.4 million facets.
        n = 840
        facets = []
        self.write("parts.stl", b"")
        for i in range(n):
            for j in range(n):
                a, b, c, d = (i, j, 0), (i + 1, j, 0), (i + 1, j + 1, 0), (i, j + 1, 0)
                facets += [(a, b, c), (a, c, d)]
        os.makedirs(os.path.join(self.folder, "parts"))
        self.write("parts/large.stl", binary_stl(facets))
        command = [PROGRAM, "batch", "parts", "box.stl", "--output", "out.jsonl", "--cache", "off",
                   "--memory-limit", "128", "--jobs", "1"]
        result = subprocess.run(command, cwd=self.folder, capture_output=True, env=environment(),
                                timeout=100)
        self.assertEqual(result.returncode, REFUSED, result.stderr)
        with open(os.path.join(self.folder, "out.jsonl"), "rb") as file:
            large, small = [json.loads(line) for line in file]
        self.assertEqual(large["error"]["code"], "limit_memory", large)
        self.assertIn("quote", small)

    def test_a_worker_that_is_killed_costs_its_file(self):
        names = ["loop.stl"] + ["%02d.stl" % i for i in range(20)]
        os.makedirs(os.path.join(self.folder, "parts"))
        for i, name in enumerate(names):
            self.write("parts/" + name, binary_stl(box(4 + i / 1000, 3, 2)))
        process = subprocess.Popen(
            [PROGRAM, "batch", "parts", "--output", "out.jsonl", "--cache", "off", "--jobs", "1"],
            cwd=self.folder, stdout=subprocess.PIPE, env=environment())
        time.sleep(1)
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            for child in file.read().split():
                os.kill(int(child), 9)
        self.assertEqual(process.wait(30), REFUSED)
        process.stdout.close()
        with open(os.path.join(self.folder, "out.jsonl"), "rb") as file:
            rows = [json.loads(line) for line in file]
        failed = [row["error"]["code"] for row in rows if "error" in row]
        self.assertEqual((len(rows), failed), (21, ["worker_failed"]))


if __name__ == "__main__":
    unittest.main()
