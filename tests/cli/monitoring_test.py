"""samples/observability and docs/observability.md name exactly the metrics that the program has."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from program import ProgramTest

ROOT = pathlib.Path(os.environ["COSTENGINE_CLI_SOURCE"]).parent
SAMPLES = ROOT / "samples/observability"
NAME = r"\bcostengine_\w+"
# What Grafana puts in for its variables.
VARIABLES = {"$__rate_interval": "1m", "$job": ".*", "$stage": "plan"}


def expressions_of(dashboard):
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def promtool(*arguments, **options):
    return subprocess.run(["promtool", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, text=True, **options)


class Monitoring(ProgramTest):
    def setUp(self):
        super().setUp()
        self.check_succeeds(self.run_program("inspect", "box.stl", "--metrics", "run.prom"))
        self.text = (pathlib.Path(self.folder) / "run.prom").read_text()
        self.dashboard = json.loads((SAMPLES / "dashboard.json").read_text())

    def types(self):
        return dict(re.findall(r"^# TYPE (\w+) (\w+)$", self.text, re.MULTILINE))

    def check_names(self, text, where):
        series = set(re.findall(r"^(\w+)", self.text, re.MULTILINE))
        used = set(re.findall(NAME, text))
        self.assertTrue(used, where)
        self.assertLessEqual(used, series, where)

    def test_the_dashboard_and_the_rules_use_names_that_exist(self):
        for expression in expressions_of(self.dashboard):
            self.check_names(expression, expression)
        self.check_names((SAMPLES / "alerts.yml").read_text(), "alerts.yml")
        series = re.findall(r"series: (\w+)", (SAMPLES / "alerts_test.yml").read_text())
        self.check_names(" ".join(series), "alerts_test.yml")
        self.check_names((SAMPLES / "README.md").read_text(), "README.md")

    def test_label_values_that_are_compared_exist(self):
        text = " ".join(expressions_of(self.dashboard)) + (SAMPLES / "alerts.yml").read_text()
        known = set(re.findall(r'(\w+)="([^"]*)"', self.text))
        compared = re.findall(r'\b(outcome|code|stage)(?:=|!=|=~)"([^"$]+)"', text)
        self.assertGreater(len(compared), 5)
        for label, values in compared:
            for value in values.split("|"):
                self.assertIn((label, value), known)
        (stages,) = [v["query"] for v in self.dashboard["templating"]["list"]
                     if v["name"] == "stage"]
        self.assertEqual(set(stages.split(",")), {v for k, v in known if k == "stage"})

    def test_every_metric_is_in_the_document_with_its_type(self):
        document = (ROOT / "docs/observability.md").read_text()
        rows = dict(re.findall(r"^\| `(costengine_\w+)` \| (\w+) \|", document, re.MULTILINE))
        self.assertEqual(rows, self.types())

    def test_panels_do_not_overlap(self):
        for number, panel in enumerate(self.dashboard["panels"]):
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24)
            for other in self.dashboard["panels"][:number]:
                to = other["gridPos"]
                apart = (at["x"] + at["w"] <= to["x"] or to["x"] + to["w"] <= at["x"] or
                         at["y"] + at["h"] <= to["y"] or to["y"] + to["h"] <= at["y"])
                self.assertTrue(apart, (panel["title"], other["title"]))

    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not installed")
    def test_promtool_accepts_metrics_rules_and_expressions(self):
        checked = promtool("check", "metrics", input=self.text)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))
        for arguments in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
            checked = promtool(*arguments, cwd=SAMPLES)
            self.assertEqual(checked.returncode, 0, checked.stdout)
        rules = []
        for number, expression in enumerate(expressions_of(self.dashboard)):
            for variable, value in VARIABLES.items():
                expression = expression.replace(variable, value)
            self.assertNotIn("$", expression)
            rules.append({"record": "panel:%d" % number, "expr": expression})
        self.write("panels.yml", json.dumps(  # JSON is YAML
            {"groups": [{"name": "panels", "rules": rules}]}).encode())
        checked = promtool("check", "rules", "panels.yml", cwd=self.folder)
        self.assertEqual(checked.returncode, 0, checked.stdout)


if __name__ == "__main__":
    unittest.main()
