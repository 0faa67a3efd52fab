"""costengine batch: inputs, rows, order, identical files, cache, summary, wrong use, no torn file."""

import csv
import json
import os
import resource
import signal
import subprocess
import time
import unittest

from program import (FAILED, PRICED, PROGRAM, REFUSED, SHEET, USAGE, ProgramTest, binary_stl, box,
                     default_signals, environment)


def comparable(line):
    """A row without what differs between two calculations of the same file."""
    row = json.loads(line)
    for name in ("timing_ms", "cache"):
        row.pop(name, None)
    return row


class BatchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        os.mkdir(os.path.join(self.folder, "parts"))
        for i in range(5):
            self.write("parts/%d.stl" % i, binary_stl(box(10 + i, 10, 5)))

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def batch(self, *arguments, **options):
        # Each test has a cache of its own, unless it says otherwise.
        options.setdefault("env", environment(XDG_CACHE_HOME=self.folder + "/cache"))
        return self.run_program("batch", *arguments, **options)

    def rows(self, name="out.jsonl"):
        return [json.loads(line) for line in self.read(name).splitlines()]

    def paths(self, *inputs, code=PRICED, **options):
        self.check_succeeds(self.batch(*inputs, "--output", "out.jsonl", **options), code)
        return [row["input"]["path"] for row in self.rows()]

    def check_nothing_left(self, *names):
        """Neither output nor parts of it."""
        for name in names or ("out.jsonl", "out.jsonl.part", "out.jsonl.journal"):
            self.assertFalse(os.path.exists(self.path(name)), name)


class Inputs(BatchTest):
    def test_a_folder_is_searched_sorted_and_for_models_only(self):
        os.makedirs(self.path("parts/a/b"))
        self.write("parts/a/b/deep.OBJ", b"v 0 0 0\n")
        for name in ("parts/readme.txt", "parts/.hidden.stl", "parts/a/._deep.stl"):
            self.write(name, b"")
        os.symlink("..", self.path("parts/a/up"))
        self.assertEqual(self.paths("parts", code=REFUSED),
                         ["parts/%d.stl" % i for i in range(5)] + ["parts/a/b/deep.OBJ"])

    def test_patterns_are_expanded(self):
        self.assertEqual(self.paths("parts/[12].stl", "*.stl"),
                         ["parts/1.stl", "parts/2.stl", "box.stl"])

    def test_a_name_with_a_star_is_a_name_first(self):
        self.write("parts/*.stl", binary_stl(box(3, 4, 5)))
        self.assertEqual(self.paths("parts/*.stl"), ["parts/*.stl"])

    def test_lists_have_a_path_a_line(self):
        self.write("list.txt", b"parts/3.stl\r\n\nparts/1.stl\nbox.stl")
        self.assertEqual(self.paths("@list.txt"), ["parts/3.stl", "parts/1.stl", "box.stl"])

    def test_lists_may_be_separated_by_nul(self):
        self.write("new\nline.stl", binary_stl(box(3, 4, 5)))
        self.assertEqual(self.paths("-", input=b"parts/3.stl\0new\nline.stl\0"),
                         ["parts/3.stl", "new\nline.stl"])

    def test_a_path_that_is_named_twice_has_one_row(self):
        self.assertEqual(self.paths("parts/2.stl", "parts"), ["parts/%d.stl" % i for i in (2, 0, 1, 3, 4)])

    def test_what_is_not_there_is_a_row(self):
        self.assertEqual(self.paths("parts/9.stl", "box.stl", code=REFUSED),
                         ["parts/9.stl", "box.stl"])
        self.assertEqual(self.rows()[0]["error"]["code"], "file_not_found")

    def test_inputs_without_a_model_are_wrong_use(self):
        os.mkdir(self.path("empty"))
        for inputs, word in ((["empty"], "empty"), (["*.obj"], "*.obj"), (["@none.txt"], "none.txt"),
                             (["-"], "standard input")):
            with self.subTest(inputs=inputs):
                result = self.batch(*inputs, "--output", "out.jsonl")
                self.check_fails(result, USAGE, word)
                self.check_nothing_left()


class Rows(BatchTest):
    def test_rows_are_those_of_estimate(self):
        self.write("cut.stl", binary_stl(box(1, 2, 3))[:-20])
        options = ("--material", "PETG", "--quantity", "3", "--set", "layer_height=0.3")
        files = ["parts/%d.stl" % i for i in range(5)] + ["cut.stl", "none.stl"]
        expected = self.run_program("estimate", *files, "--json", *options)
        for more in ((), ("--no-isolate",), ("--jobs", "1"), ("--jobs", "7", "--cache", "off")):
            with self.subTest(more=more):
                result = self.batch(*files, "--output", "out.jsonl", *options, *more)
                self.check_succeeds(result, REFUSED)
                self.assertEqual([comparable(line) for line in self.read("out.jsonl").splitlines()],
                                 [comparable(line) for line in expected.stdout.splitlines()])

    def test_csv_is_that_of_estimate_and_runs_no_formula(self):
        self.write("=1+1.stl", binary_stl(box(4, 4, 4)))
        expected = self.run_program("estimate", "parts/0.stl", "=1+1.stl", "none.stl", "--csv")
        for name, more in (("out.csv", ()), ("out.txt", ("--csv",))):
            result = self.batch("parts/0.stl", "=1+1.stl", "none.stl", "--output", name, *more)
            self.check_succeeds(result, REFUSED)
            rows = self.cells(self.read(name))
            self.assertEqual(rows, self.cells(expected.stdout))
            self.assertEqual([row["file"] for row in rows],
                             ["parts/0.stl", "'=1+1.stl", "none.stl"])

    def cells(self, table):
        """The rows of a CSV file, without what differs between two calculations."""
        return [{name: cell for name, cell in row.items()
                 if name != "cache" and not name.endswith("_ms")}
                for row in csv.DictReader(table.decode().splitlines())]

    def test_rows_as_finished_are_the_same_rows(self):
        self.paths("parts", "box.stl")
        in_order = sorted(self.read("out.jsonl").splitlines(), key=lambda row: comparable(row)["input"]["path"])
        self.paths("parts", "box.stl", "--order", "finished")
        finished = sorted(self.read("out.jsonl").splitlines(), key=lambda row: comparable(row)["input"]["path"])
        self.assertEqual([comparable(row) for row in finished], [comparable(row) for row in in_order])
        # What cannot be like another, for its length, is done before what has to be compared.
        self.write("long.stl", binary_stl(box(10, 10, 5) + box(3, 3, 3, at=(20, 0, 0))))
        for order, first in (("input", "parts/0.stl"), ("finished", "long.stl")):
            self.assertEqual(self.paths("parts", "long.stl", "--jobs", "1", "--order", order)[0], first)

    def test_identical_files_are_calculated_once(self):
        for i in range(5):
            self.write("parts/copy%d.stl" % i, binary_stl(box(10, 10, 5)))
        result = self.batch("parts", "--output", "out.jsonl", "--cache", "off")
        self.assertIn("5 with the content of another file\n", self.check_succeeds(result).decode())
        rows = self.rows()
        self.assertEqual([row["input"]["path"] for row in rows],
                         ["parts/%d.stl" % i for i in range(5)] +
                         ["parts/copy%d.stl" % i for i in range(5)])
        same = [row for row in rows if row["input"]["hash"] == rows[0]["input"]["hash"]]
        self.assertEqual(len(same), 6)
        self.assertEqual(sum(row["timing_ms"]["total"] > 0 for row in same), 1)
        self.assertEqual(len({json.dumps(row["quote"]) for row in same}), 1)

    def test_the_summary_counts_and_adds_up(self):
        self.write("shop.toml", SHEET)
        self.write("cut.stl", binary_stl(box(1, 2, 3))[:-20])
        result = self.batch("parts", "cut.stl", "none.stl", "--prices", "shop.toml", "--quantity",
                            "2", "--output", "out.jsonl")
        text = self.check_succeeds(result, REFUSED).decode()
        rows = self.rows()
        total = sum(row["quote"]["total"] for row in rows if "quote" in row)
        hours = sum(row["production"]["time_s"]["value"] * 2 for row in rows
                    if "production" in row) / 3600
        self.assertEqual(text.splitlines(), [
            "7 files: 5 trusted, 2 failed", "total %d.%02d EUR" % divmod(total, 100),
            "printing %.1f h" % hours, "failures: file_not_found 1, truncated 1",
            "written to out.jsonl"])


class Outputs(BatchTest):
    def test_an_output_is_replaced_whole_and_nothing_else_stays(self):
        self.write("out.jsonl", b"old\n" * 100_000)
        self.assertEqual(len(self.paths("parts")), 5)
        self.assertEqual({name for name in os.listdir(self.folder)} - {"cache"},
                         {"box.stl", "parts", "out.jsonl"})

    def test_a_link_stays_a_link(self):
        self.write("real.jsonl", b"")
        os.symlink("real.jsonl", self.path("out.jsonl"))
        self.paths("parts")
        self.assertTrue(os.path.islink(self.path("out.jsonl")))
        self.assertEqual(len(self.rows("real.jsonl")), 5)

    def test_what_is_no_file_is_not_replaced(self):
        for name in ("parts", "/dev/null"):
            self.check_fails(self.batch("box.stl", "--output", name), USAGE, name, "regular file")

    def test_an_output_spares_what_is_read(self):
        self.write("list.txt", b"parts/1.stl\n")
        self.write("shop.toml", SHEET)
        for name in ("box.stl", "list.txt", "shop.toml"):
            result = self.batch("box.stl", "@list.txt", "--prices", "shop.toml", "--output", name)
            self.check_fails(result, USAGE, "would replace", name)

    def test_logs_metrics_and_traces_spare_what_is_read_and_the_output(self):
        self.write("list.txt", b"parts/1.stl\n")
        os.mkdir(self.path("cache"))
        self.write("quotes.db", b"")
        for option in ("--log", "--metrics", "--trace"):
            for name in ("parts/2.stl", "list.txt", "quotes.db", "out.jsonl", "./out.jsonl"):
                with self.subTest(option=option, name=name):
                    before = os.path.exists(self.path(name)) and self.read(name)
                    result = self.batch("parts", "@list.txt", "--output", "out.jsonl", "--cache",
                                        "quotes.db", "--log-level" if option == "--log" else "--order",
                                        "debug" if option == "--log" else "input", option, name)
                    self.check_fails(result, USAGE, name)
                    self.assertEqual(os.path.exists(self.path(name)) and self.read(name), before)
                    self.check_nothing_left()

    @unittest.skipIf(os.geteuid() == 0 and not os.path.exists("/proc/self/attr"), "needs a system")
    def test_a_folder_that_cannot_be_written_to(self):
        result = self.batch("parts", "--output", "/proc/out.jsonl")
        self.check_fails(result, FAILED, "/proc/out.jsonl", "cannot write")

    def test_a_folder_that_is_not_there(self):
        result = self.batch("parts", "--output", "none/out.jsonl")
        self.check_fails(result, FAILED, "none/out.jsonl", "No such file")

    def test_a_closed_standard_output_is_an_error_but_the_file_is_there(self):
        reading, writing = os.pipe()
        os.close(reading)
        result = self.batch("parts", "--output", "out.jsonl", stdout=writing)
        os.close(writing)
        self.check_fails(result, FAILED, "standard output")
        self.assertEqual(len(self.rows()), 5)

    def test_an_old_output_stays_until_the_new_one_is_whole(self):
        whole = len(self.paths("parts")) and self.read("out.jsonl")
        self.write("out.jsonl", b"old\n")
        os.mkdir(self.path("out.jsonl.part"))  # in the way of the output, not of the journal
        self.check_fails(self.batch("parts", "--output", "out.jsonl"), FAILED, "out.jsonl.part",
                         "5 of 5 files are done")
        os.rmdir(self.path("out.jsonl.part"))

        def small_disk():
            default_signals()
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) // 2, len(whole) // 2))

        result = self.batch("parts", "--output", "out.jsonl", "--resume", preexec_fn=small_disk)
        self.check_fails(result, FAILED, "out.jsonl.part", "5 of 5 files are done")
        self.assertEqual(self.read("out.jsonl"), b"old\n")
        self.check_nothing_left("out.jsonl.part")
        self.assertEqual(len(self.paths("parts", "--resume")), 5)
        self.assertEqual(comparable(self.read("out.jsonl").splitlines()[0]),
                         comparable(whole.splitlines()[0]))

    def test_a_full_disk_leaves_no_output_and_what_is_done_is_taken_over(self):
        whole = len(self.paths("parts")) and self.read("out.jsonl")
        os.remove(self.path("out.jsonl"))

        def small_disk():
            default_signals()
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.limit))

        seen = set()
        # Full while rows are journalled, and, at the last, while the output is written.
        for self.limit in (0, 10, 300, 8000, 12_000, 20_000, len(whole) - 1):
            with self.subTest(limit=self.limit):
                result = self.batch("parts", "--output", "out.jsonl", "--cache", "off", "--resume",
                                    preexec_fn=small_disk)
                self.check_fails(result, FAILED, "cannot write", "File too large")
                self.check_nothing_left("out.jsonl", "out.jsonl.part")
                seen.add(result.stderr.decode().split(" of 5 files")[0][-1])
        self.assertLess(1, len(seen), "the limits did not strike at different moments")
        self.paths("parts", "--resume")
        self.assertEqual([comparable(row) for row in self.read("out.jsonl").splitlines()],
                         [comparable(row) for row in whole.splitlines()])


class WrongUse(BatchTest):
    def test_wrong_options(self):
        for arguments, words in (
                (["box.stl"], ["--output"]), (["--output", "o"], ["INPUT"]),
                (["box.stl", "--output", "-"], ["--output"]),
                (["box.stl", "--output", "o", "--order", "size"], ["--order", "'size'"]),
                (["box.stl", "--output", "o", "--jobs", "0"], ["--jobs", "'0'"]),
                (["box.stl", "--output", "o", "--time-limit", "1.5"], ["--time-limit"]),
                (["box.stl", "--output", "o", "--memory-limit", "20"], ["--memory-limit", "128"]),
                (["box.stl", "--output", "o", "--profile", "nonesuch"], ["nonesuch"]),
                (["box.stl", "--output", "o", "--prices", "none.toml"], ["none.toml"]),
                (["box.stl", "--output", "o", "--json", "--csv"], ["--csv"])):
            with self.subTest(arguments=arguments):
                self.check_fails(self.batch(*arguments), USAGE, *words)
                self.check_nothing_left("o", "o.journal")


class Signals(BatchTest):
    def end_batch(self, number, *more):
        for i in range(1500):
            self.write("parts/x%d.stl" % i, binary_stl(box(5 + i / 1000, 6, 7)))
        process = subprocess.Popen(
            [PROGRAM, "batch", "parts", "--output", "out.jsonl", "--cache", "off", *more],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
            preexec_fn=default_signals)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if (os.path.exists(self.path("out.jsonl.journal")) and
                    os.path.getsize(self.path("out.jsonl.journal")) > 20_000):
                break
            time.sleep(0.001)
        start = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        self.assertLess(time.monotonic() - start, 2)
        return process.returncode, out, err.decode()

    def check_resumable(self, code, out, err, expected, word):
        self.assertEqual((code, out), (expected, b""), err)
        self.assertRegex(err, "costengine: %s: [1-9][0-9]* of 1505 files are done; go on .*--resume\n"
                         % word)
        self.check_nothing_left("out.jsonl", "out.jsonl.part")
        self.check_fails(self.batch("parts", "--output", "out.jsonl"), USAGE, "--resume", "journal")
        self.assertEqual(len(set(self.paths("parts", "--resume", "--cache", "off"))), 1505)

    def test_an_interrupt_ends_with_130_and_is_resumed(self):
        self.check_resumable(*self.end_batch(signal.SIGINT), 130, "interrupted")

    def test_a_termination_ends_with_143_and_is_resumed(self):
        self.check_resumable(*self.end_batch(signal.SIGTERM, "--no-isolate"), 143, "terminated")


if __name__ == "__main__":
    unittest.main()
