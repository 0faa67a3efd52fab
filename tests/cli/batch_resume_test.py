"""A batch that is killed at any moment goes on where it was: nothing is lost, nothing doubled.

COSTENGINE_KILLS is the number of moments; tests/full has more than the default.
"""

import json
import os
import random
import subprocess
import time
import unittest

from program import (FAILED, PROGRAM, REFUSED, SHEET, USAGE, ProgramTest, binary_stl, box,
                     default_signals, environment)

KILLS = int(os.environ.get("COSTENGINE_KILLS", "10"))
FILES = 500


def comparable(line):
    row = json.loads(line)
    for name in ("timing_ms", "cache"):
        row.pop(name, None)
    return row


class Resume(ProgramTest):
    def setUp(self):
        super().setUp()
        self.env = environment(XDG_CACHE_HOME=self.folder + "/cache")

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def batch(self, *arguments):
        return self.run_program("batch", "parts", "--output", "out.jsonl", *arguments, env=self.env)

    def rows(self):
        return [comparable(line) for line in self.read("out.jsonl").splitlines()]

    def make_parts(self, count):
        os.mkdir(self.path("parts"))
        for i in range(count):
            # Every tenth is like the one before it, every fiftieth is cut.
            content = binary_stl(box(4 + (i - (i % 10 == 9)) / 100, 3, 2))
            self.write("parts/%03d.stl" % i, content[:-30] if i % 50 == 7 else content)

    def killed_journal(self, count=40):
        """What is in the journal of a batch that was killed half way."""
        self.make_parts(count)
        self.check_succeeds(self.batch("--cache", "off"), REFUSED)
        self.expected = self.rows()
        os.remove(self.path("out.jsonl"))
        process = subprocess.Popen(
            [PROGRAM, "batch", "parts", "--output", "out.jsonl", "--cache", "off", "--jobs", "1"],
            cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL, preexec_fn=default_signals)
        self.wait_for_journal(process, 40_000)
        process.kill()
        process.wait()
        self.assertFalse(os.path.exists(self.path("out.jsonl")))
        return self.read("out.jsonl.journal")

    def wait_for_journal(self, process, size):
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            if (os.path.exists(self.path("out.jsonl.journal")) and
                    os.path.getsize(self.path("out.jsonl.journal")) > size):
                break

    def test_killed_at_random_moments(self):
        self.make_parts(FILES)
        start = time.monotonic()
        self.check_succeeds(self.batch("--cache", "off"), REFUSED)
        seconds = time.monotonic() - start
        expected = self.rows()
        self.assertEqual(len(expected), FILES)
        size = len(self.read("out.jsonl"))
        moments = random.Random(5)
        ended = taken_over = 0
        for kill in range(KILLS):
            with self.subTest(kill=kill):
                os.remove(self.path("out.jsonl"))
                options = ("--cache", "off") if kill % 2 else ()
                process = subprocess.Popen(
                    [PROGRAM, "batch", "parts", "--output", "out.jsonl", *options],
                    cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE, preexec_fn=default_signals, start_new_session=True)
                if kill % 2:  # by its progress, which a busy machine does not spoil
                    self.wait_for_journal(process, moments.uniform(0.05, 0.95) * size)
                    process.kill()
                else:
                    try:
                        start = time.monotonic()
                        process.wait(moments.uniform(0, 1.05 * seconds))
                        seconds = min(seconds, time.monotonic() - start)
                    except subprocess.TimeoutExpired:
                        process.kill()
                process.wait()
                process.stderr.close()
                self.check_no_process_of(process.pid)
                if os.path.exists(self.path("out.jsonl")):
                    # Complete, for it has its name; only the journal may still be there.
                    self.assertEqual(self.rows(), expected)
                    ended += 1
                result = self.batch("--resume", *options)
                text = self.check_succeeds(result, REFUSED).decode()
                taken_over += "taken over" in text
                self.assertEqual(self.rows(), expected)
                self.assertFalse(os.path.exists(self.path("out.jsonl.journal")))
        print("%d kills: %d after the end, %d with rows taken over" % (KILLS, ended, taken_over))
        self.assertLess(KILLS // 4, taken_over)

    def check_no_process_of(self, session):
        """Workers end with their parent."""
        for _ in range(200):
            alive = []
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open("/proc/%s/stat" % pid) as file:
                        fields = file.read().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if int(fields[3]) == session and fields[0] != "Z":
                    alive.append(pid)
            if not alive:
                return
            time.sleep(0.01)
        self.fail("workers outlived their parent: %s" % alive)

    def test_a_journal_that_is_cut_or_changed_anywhere(self):
        journal = self.killed_journal()
        moments = random.Random(7)
        for case in range(40):
            cut = moments.randrange(len(journal) + 1)
            damaged = journal[:cut]
            if case % 2:
                byte = moments.randrange(30, len(journal))  # after what tells it is a journal
                damaged = journal[:byte] + bytes([journal[byte] ^ 1 << case % 8]) + journal[byte + 1:]
            with self.subTest(case=case, cut=cut):
                self.write("out.jsonl.journal", damaged)
                result = self.batch("--cache", "off", "--resume")
                self.check_succeeds(result, REFUSED)
                self.assertEqual(self.rows(), self.expected)
                os.remove(self.path("out.jsonl"))

    def test_another_job_is_refused(self):
        journal = self.killed_journal()
        self.write("shop.toml", SHEET)
        for options, word in ((("--quantity", "2"), "--quantity"), (("--prices", "shop.toml"), "prices"),
                              (("--set", "layer_height=0.3"), "profile"), (("--csv",), "format"),
                              (("--unit", "cm"), "--unit"), (("--force",), "--force"),
                              (("--material", "PETG"), "material")):
            result = self.batch("--cache", "off", "--resume", *options)
            self.check_fails(result, USAGE, word, "out.jsonl.journal", "remove it")
            self.assertEqual(self.read("out.jsonl.journal"), journal)
        # What has nothing to do with the rows may change.
        self.check_succeeds(self.batch("--resume", "--jobs", "2", "--no-isolate"), REFUSED)
        self.assertEqual(self.rows(), self.expected)

    def test_files_that_changed_since_are_calculated_again(self):
        self.killed_journal()
        self.write("parts/000.stl", binary_stl(box(30, 3, 2)))
        os.remove(self.path("parts/001.stl"))
        self.write("parts/new.stl", binary_stl(box(31, 3, 2)))
        self.check_succeeds(self.batch("--resume"), REFUSED)
        rows = self.rows()
        self.assertEqual([row["input"]["path"] for row in rows],
                         ["parts/%03d.stl" % i for i in range(40) if i != 1] + ["parts/new.stl"])
        self.assertEqual([row["measure"]["box_mm"]["max"][0] for row in (rows[0], rows[-1])],
                         [30, 31])
        self.assertEqual(rows[1:-1], self.expected[2:])

    def test_a_file_of_the_same_size_and_age_is_another_one_too(self):
        journal = self.killed_journal()
        done = [row for row in self.expected
                if b'"path":"%s"' % row["input"]["path"].encode() in journal and "measure" in row]
        path = done[0]["input"]["path"]
        before = os.stat(self.path(path))
        self.write(path, binary_stl(box(32, 3, 2)))
        os.utime(self.path(path), ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertIn(b"taken over", self.check_succeeds(self.batch("--resume"), REFUSED))
        widths = {row["input"]["path"]: row["measure"]["box_mm"]["max"][0] for row in self.rows()
                  if "measure" in row}
        self.assertEqual(widths[path], 32)

    def test_what_is_no_journal_is_not_touched(self):
        self.make_parts(3)
        for content in (b"my diary\n", b"costengine batch diary 1\n" + b"x" * 1000):
            self.write("out.jsonl.journal", content)
            self.check_fails(self.batch("--resume"), USAGE, "out.jsonl.journal", "not the journal")
            self.assertEqual(self.read("out.jsonl.journal"), content)

    def test_a_journal_that_is_a_link_is_not_followed(self):
        self.make_parts(3)
        self.write("diary", b"")
        os.symlink("diary", self.path("out.jsonl.journal"))
        result = self.batch("--resume")
        self.check_fails(result, FAILED, "out.jsonl.journal", "cannot write")
        self.assertEqual(self.read("diary"), b"")

    def test_two_batches_do_not_write_one_output(self):
        self.make_parts(400)
        first = subprocess.Popen([PROGRAM, "batch", "parts", "--output", "out.jsonl", "--jobs", "1"],
                                 cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while time.monotonic() < until and not os.path.exists(self.path("out.jsonl.journal")):
            pass
        self.check_fails(self.batch("--resume"), USAGE, "another batch")
        self.assertEqual(first.wait(30), REFUSED)
        self.assertEqual(len(self.rows()), 400)


if __name__ == "__main__":
    unittest.main()
