"""A file that crashes, hangs or devours memory costs itself and nothing else.

COSTENGINE_MISBEHAVING is the program with workers that do what a file's name says.
COSTENGINE_FILES is how many files the long test has; tests/full has more than the default.
"""

import collections
import json
import os
import resource
import signal
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

    def test_a_file_that_goes_or_changes_costs_no_file_that_was_like_it(self):
        os.makedirs(os.path.join(self.folder, "parts"))
        slow = binary_stl(box(4, 3, 2) + box(9, 9, 9, at=(20, 0, 0)))
        alike = {"gone.stl": box(5, 3, 2), "like-gone.stl": box(5, 3, 2),
                 "new.stl": box(6, 3, 2), "was-new.stl": box(6, 3, 2), "was-new2.stl": box(6, 3, 2)}
        self.write("parts/loop.stl", slow)
        for name, facets in alike.items():
            self.write("parts/" + name, binary_stl(facets))
        process = subprocess.Popen(
            [PROGRAM, "batch", "parts", "--output", "out.jsonl", "--cache", "off", "--jobs", "1",
             "--time-limit", "2"], cwd=self.folder, stdout=subprocess.PIPE, env=environment())
        time.sleep(1)  # all are hashed; the only worker loops
        os.remove(os.path.join(self.folder, "parts/gone.stl"))
        self.write("parts/new.stl", binary_stl(box(7, 3, 2)))
        self.assertEqual(process.wait(60), REFUSED)
        process.stdout.close()
        with open(os.path.join(self.folder, "out.jsonl"), "rb") as file:
            rows = {os.path.basename(row["input"]["path"]): row for row in map(json.loads, file)}
        self.assertEqual({name: row["error"]["code"] for name, row in rows.items() if "error" in row},
                         {"loop.stl": "limit_time", "gone.stl": "file_not_found"})
        self.assertEqual({name: row["measure"]["box_mm"]["max"][0] for name, row in rows.items()
                          if "measure" in row},
                         {"like-gone.stl": 5, "new.stl": 7, "was-new.stl": 6, "was-new2.stl": 6})

    def test_workers_wait_for_their_parent_to_end_them(self):
        # As a service manager does that ends all processes at once.
        os.makedirs(os.path.join(self.folder, "parts"))
        for i in range(400):
            self.write("parts/%03d.stl" % i, binary_stl(box(4 + i / 1000, 3, 2)))
        process = subprocess.Popen(
            [PROGRAM, "batch", "parts", "--output", "out.jsonl", "--cache", "off"],
            cwd=self.folder, stdout=subprocess.PIPE, env=environment(), preexec_fn=default_signals)
        for number in (signal.SIGTERM, signal.SIGINT):
            time.sleep(0.2)
            with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
                for child in file.read().split():
                    os.kill(int(child), number)
        out = process.communicate(timeout=60)[0].decode()
        self.assertEqual(process.returncode, 0, out)
        self.assertIn("400 files: 400 estimated", out)

    def test_a_worker_that_does_not_answer_ends_with_its_parent(self):
        self.write("loop.stl", binary_stl(box(4, 3, 2)))
        process = subprocess.Popen(
            [PROGRAM, "batch", "loop.stl", "--output", "out.jsonl", "--cache", "off"],
            cwd=self.folder, env=environment())
        time.sleep(1)
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            (worker,) = file.read().split()
        descriptors = sorted(os.listdir("/proc/%s/fd" % worker))
        with open("/proc/%s/limits" % worker) as file:
            core = [line.split()[4] for line in file if line.startswith("Max core")]
        process.kill()
        process.wait()

        def runs():
            try:
                with open("/proc/%s/stat" % worker) as file:
                    return file.read().rsplit(")", 1)[1].split()[0] != "Z"
            except OSError:
                return False

        until = time.monotonic() + 5
        while runs() and time.monotonic() < until:
            time.sleep(0.01)
        alive = runs()
        if alive:
            os.kill(int(worker), 9)
        self.assertFalse(alive)
        # It held its socket and the standard three, nothing of its parent's, and leaves no core.
        self.assertEqual((descriptors, core), (["0", "1", "2", "3"], ["0"]))

    def test_how_a_worker_ended_is_known_where_nobody_waits_for_children(self):
        def ignore_children():
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)

        self.write("abort.stl", binary_stl(box(4, 3, 2)))
        subprocess.run([PROGRAM, "batch", "abort.stl", "--output", "out.jsonl", "--cache", "off"],
                       cwd=self.folder, stdout=subprocess.DEVNULL, env=environment(), timeout=60,
                       preexec_fn=ignore_children)
        with open(os.path.join(self.folder, "out.jsonl"), "rb") as file:
            self.assertIn("signal 6", json.load(file)["error"]["message"])

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
