"""Request ids, logs, metrics and traces: --request-id, --traceparent, --log, --metrics, --trace."""

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import unittest

from program import FAILED, PRICED, REFUSED, USAGE, ProgramTest, binary_stl, box

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = "00-%s-%s-01" % (TRACE, SPAN)
STAGES = ["load", "inspect", "measure", "slice", "plan", "price"]

HOSTILE_NAMES = [
    b"a\nb\rc\td.stl",
    b"quote\" and back\\slash\\.stl",
    b"x\" outcome=trusted y=\".stl",
    "evil\u202elts.exe".encode(),
    "line\u2028separator.stl".encode(),
    b"\x1b[31mred\x07\x7f.stl",
    b"\xff\xfe\xc0\xaf\xed\xa0\x80.stl",
]


class Observe(ProgramTest):
    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def log(self, name="run.log"):
        text = self.read(name).decode("ascii")
        self.assertTrue(text.endswith("\n"))
        return [json.loads(line) for line in text.splitlines()]

    def trace(self):
        """The complete events of run.json, after checks that every viewer relies on."""
        events = json.loads(self.read("run.json").decode())["traceEvents"]
        complete = [event for event in events if event["ph"] == "X"]
        rows = {}
        for event in complete:
            self.assertGreaterEqual(event["ts"], 0)
            self.assertGreaterEqual(event["dur"], 0)
            rows.setdefault((event["pid"], event["tid"]), []).append(
                (event["ts"], event["ts"] + event["dur"]))
        for spans in rows.values():
            for a, b in spans:
                for c, d in spans:
                    inside = (a >= c and b <= d) or (c >= a and d <= b)
                    self.assertTrue(b <= c or d <= a or inside, ((a, b), (c, d)))
        named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
        self.assertEqual(named, set(rows))
        return complete

    def metrics(self, name="run.prom"):
        lines = self.read(name).decode("ascii").splitlines()
        return {key: float(value) for key, value in
                (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    def check_promtool(self, name):
        if shutil.which("promtool"):
            subprocess.run(["promtool", "check", "metrics"], input=self.read(name), check=True,
                           timeout=60)


class Requests(Observe):
    def test_a_request_id_is_echoed_in_every_output(self):
        self.write("empty.stl", b"")
        result = self.run_program("estimate", "--json", "box.stl", "empty.stl", "--request-id",
                                  "order 7", "--log", "run.log", "--log-format", "json",
                                  "--trace", "run.json")
        self.assertEqual(result.returncode, REFUSED)
        for line in result.stdout.splitlines():
            self.assertEqual(json.loads(line)["request_id"], "order 7")
        self.assertEqual([event["request_id"] for event in self.log()], ["order 7"] * 2)
        for event in self.trace():
            if event["name"] == "calculation":
                self.assertEqual(event["args"]["request_id"], "order 7")
        out = self.check_succeeds(self.run_program("inspect", "--json", "box.stl", "--request-id", "i"))
        self.assertEqual(json.loads(out)["request_id"], "i")
        out = self.run_program("estimate", "--csv", "box.stl", "none.stl", "--request-id", "=1").stdout
        self.assertEqual(out.decode().count(",'=1,off,"), 2)  # no formula
        out = self.run_program("estimate", "--json", "box.stl", "--profile", "none",
                               "--request-id", "order 7").stdout
        self.assertEqual(json.loads(out)["request_id"], "order 7")
        out = self.check_succeeds(self.run_program("estimate", "--json", "--plate", "box.stl",
                                                   "--request-id", "order 7"))
        self.assertEqual(json.loads(out)["request_id"], "order 7")

    def test_a_traceparent_is_echoed_as_its_trace_id(self):
        out = self.check_succeeds(self.run_program(
            "estimate", "--json", "box.stl", "--traceparent", TRACEPARENT, "--log", "run.log",
            "--log-format", "json", "--trace", "run.json"))
        self.assertEqual(json.loads(out)["request_id"], TRACE)
        self.assertEqual(self.log()[0]["request_id"], TRACE)
        self.assertEqual(self.log()[0]["parent_span"], SPAN)
        self.assertEqual(self.trace()[0]["args"]["parent_span"], SPAN)

    def test_wrong_ids_are_wrong_use(self):
        for arguments, words in (
                (("--request-id", "a\nb"), "printable ASCII"),
                (("--request-id", "x" * 129), "128"),
                (("--request-id", ""), "--request-id"),
                (("--traceparent", TRACEPARENT.upper()), "lower-case"),
                (("--traceparent", TRACEPARENT + "0"), "--traceparent"),
                (("--traceparent", TRACEPARENT, "--request-id", "a"), "exclude")):
            with self.subTest(arguments=arguments):
                self.check_fails(self.run_program("estimate", "box.stl", *arguments), USAGE, words)


class Times(Observe):
    def test_every_result_has_its_stage_times_and_the_cache_outcome(self):
        self.write("cut.stl", binary_stl(box(20, 20, 10))[:200])
        lines = self.run_program("estimate", "--json", "box.stl", "cut.stl").stdout.splitlines()
        for line, stages in zip(lines, (STAGES, ["load"])):
            result = json.loads(line)
            self.assertEqual(result["cache"], {"outcome": "off"})
            times = result["timing_ms"]
            self.assertEqual(list(times), STAGES + ["total"])
            self.assertEqual([s for s in STAGES if times[s] > 0], stages)
            self.assertLessEqual(sum(times[s] for s in STAGES), times["total"] + 0.01)  # rounded
        out = self.run_program("estimate", "--csv", "box.stl", "cut.stl").stdout.decode()
        for row, stages in zip(csv.DictReader(io.StringIO(out, newline="")), (STAGES, ["load"])):
            self.assertEqual(row["cache"], "off")
            self.assertEqual([s for s in STAGES if row[s + "_ms"]], stages)
            self.assertGreater(float(row["total_ms"]), 0)
        self.assertEqual(list(row)[-1], "total_ms")
        screen = self.check_succeeds(self.run_program("inspect", "box.stl")).decode()
        self.assertRegex(screen, r"Calculated in \d+\.\d ms: load \d")


class Logs(Observe):
    def test_one_line_a_model_with_what_is_known_of_it(self):
        self.write("empty.stl", b"")
        self.run_program("estimate", "box.stl", "empty.stl", "none.stl", "--log", "run.log",
                         "--log-format", "json", "--log-level", "debug")
        started, box_event, empty, none = self.log()
        self.assertEqual((started["event"], started["command"]), ("started", "estimate"))
        self.assertEqual((box_event["level"], box_event["outcome"]), ("info", "trusted"))
        self.assertEqual((box_event["bytes"], box_event["facets"]), (684, 12))
        for stage in STAGES:
            self.assertGreater(box_event[stage + "_ms"], 0)
        self.assertEqual((empty["level"], empty["error"]), ("warn", "empty"))
        self.assertEqual((none["input"], none["error"]), ("none.stl", "file_not_found"))

    def test_a_log_is_appended_to(self):
        for _ in range(2):
            self.check_succeeds(self.run_program("estimate", "box.stl", "--log", "run.log"))
        lines = self.read("run.log").decode().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info  finished "
                                   r"input=box\.stl outcome=trusted cache=off ")

    def test_a_log_goes_to_standard_error(self):
        result = self.run_program("inspect", "box.stl", "--log", "-", "--log-format", "json")
        self.assertEqual(result.returncode, PRICED)
        self.assertEqual(json.loads(result.stderr)["event"], "finished")

    def test_why_nothing_was_calculated_is_logged(self):
        self.run_program("estimate", "box.stl", "--prices", "none.toml", "--log", "run.log",
                         "--log-format", "json")
        (event,) = self.log()
        self.assertEqual((event["level"], event["event"]), ("error", "stopped"))

    def test_a_full_disk_costs_the_log_and_not_the_answer(self):
        result = self.run_program("estimate", "box.stl", "--log", "/dev/full")
        self.check_fails(result, PRICED, "/dev/full: the log is not whole")
        self.assertIn(b"Price in", result.stdout)

    def test_wrong_use(self):
        for arguments, words in (
                (("--log-level", "info"), "go with --log"),
                (("--log", "a", "--log-level", "loud"), "loud"),
                (("--log", "a", "--log-format", "xml"), "xml"),
                (("--metrics", "-"), "not '-'"),
                (("--trace", "-"), "not '-'"),
                (("--metrics", "a", "--trace", "a"), "same file"),
                (("--log", "box.stl"), "would replace box.stl"),
                (("--trace", "./box.stl"), "would replace box.stl"),
                (("--metrics", "box.stl"), "would replace box.stl")):
            with self.subTest(arguments=arguments):
                self.check_fails(self.run_program("estimate", "box.stl", *arguments), USAGE, words)
                self.assertEqual(len(self.read("box.stl")), 684)
        result = self.run_program("estimate", "box.stl", "--log", "none/run.log")
        self.check_fails(result, FAILED, "none/run.log")


class Files(Observe):
    def test_metrics_count_the_models_of_the_run(self):
        self.write("empty.stl", b"")
        for _ in range(2):  # the second run's file replaces the first's
            self.run_program("estimate", "box.stl", "box.stl", "empty.stl", "--metrics", "run.prom")
        metrics = self.metrics()
        self.assertEqual(metrics['costengine_runs_total{outcome="trusted"}'], 2)
        self.assertEqual(metrics['costengine_runs_total{outcome="failed"}'], 1)
        self.assertEqual(metrics['costengine_errors_total{code="empty"}'], 1)
        self.assertEqual(metrics['costengine_cache_requests_total{outcome="off"}'], 3)
        self.assertEqual(metrics['costengine_stage_duration_seconds_count{stage="plan"}'], 2)
        self.assertEqual(metrics['costengine_run_duration_seconds_count'], 3)
        self.assertEqual(metrics["costengine_input_facets_total"], 24)
        self.check_promtool("run.prom")

    def test_a_trace_has_the_stages_of_every_model(self):
        self.write("empty.stl", b"")
        self.run_program("estimate", "box.stl", "empty.stl", "box.stl", "--trace", "run.json")
        events = self.trace()
        self.assertEqual([e["name"] for e in events],
                         (["calculation"] + STAGES + ["calculation", "load", "calculation"] + STAGES))
        self.assertEqual([e["args"]["outcome"] for e in events if e["name"] == "calculation"],
                         ["trusted", "failed", "trusted"])
        # The gaps between the stages are small: their sum is most of the whole.
        self.assertGreater(sum(e["dur"] for e in events[1:7]), 0.8 * events[0]["dur"])

    def test_a_plate_has_a_row_for_every_model(self):
        self.check_succeeds(self.run_program("estimate", "box.stl", "box.stl", "--plate",
                                             "--trace", "run.json"))
        rows = {e["tid"] for e in self.trace() if e["name"] == "calculation"}
        self.assertEqual(len(rows), 2)

    def test_files_are_written_also_where_nothing_was_calculated(self):
        self.run_program("estimate", "box.stl", "--profile", "none", "--metrics", "run.prom",
                         "--trace", "run.json")
        self.assertEqual(self.trace(), [])
        self.assertEqual(sum(v for k, v in self.metrics().items() if "_runs_" in k), 0)

    def test_files_are_written_also_where_the_output_has_no_reader(self):
        with open("/dev/full", "wb") as full:
            result = self.run_program("estimate", "box.stl", "--trace", "run.json", "--metrics",
                                      "run.prom", stdout=full)
        self.check_fails(result, FAILED, "No space left")
        self.assertEqual(self.trace()[0]["args"]["outcome"], "trusted")
        self.assertEqual(self.metrics()['costengine_runs_total{outcome="trusted"}'], 1)

    def test_a_file_that_cannot_be_written_is_an_error_and_the_old_one_stays(self):
        self.write("keep.prom", b"old")
        os.mkdir(self.path("locked"))
        os.symlink(os.path.join("..", "keep.prom"), self.path("locked/link.prom"))
        for option, target in (("--metrics", "none/run.prom"), ("--trace", "none/run.json"),
                               ("--metrics", "/dev/full"), ("--trace", ".")):
            with self.subTest(target=target):
                result = self.run_program("estimate", "box.stl", option, target)
                self.check_fails(result, FAILED, "cannot write to " + target)
                self.assertIn(b"Price in", result.stdout)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))
        self.check_succeeds(self.run_program("estimate", "box.stl", "--metrics", "locked/link.prom"))
        self.assertTrue(os.path.islink(self.path("locked/link.prom")))
        self.assertTrue(self.read("keep.prom").startswith(b"# HELP"))
        self.assertEqual([n for n in os.listdir(self.folder) if n.endswith(".tmp")], [])


class HostileNames(Observe):
    def test_all_output_stays_valid(self):
        for name in HOSTILE_NAMES:
            with self.subTest(name=name):
                self.write(name, binary_stl(box(20, 20, 10)))
                for each in ("run.log", "text.log"):
                    if os.path.exists(self.path(each)):
                        os.unlink(self.path(each))
                shown = name.decode(errors="replace")
                out = self.check_succeeds(self.run_program(
                    "estimate", "--json", name, "--log", "run.log", "--log-format", "json",
                    "--trace", "run.json", "--metrics", "run.prom"))
                self.assertEqual(json.loads(out.decode())["input"]["path"], shown)
                (event,) = self.log()
                self.assertEqual(event["input"], shown)
                self.assertEqual(self.trace()[0]["args"]["input"], shown)
                self.check_promtool("run.prom")
                self.check_succeeds(self.run_program("inspect", name, "--log", "text.log"))
                text = self.read("text.log").decode()
                self.assertEqual(text.count("\n"), 1)
                self.assertTrue(text[:-1].isprintable(), text)


if __name__ == "__main__":
    unittest.main()
