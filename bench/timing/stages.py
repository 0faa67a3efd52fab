"""What each stage costs, from costengine-bench, Google Benchmark's JSON."""
import json
import re
import subprocess
import tempfile

from .section import Section

STAGES = ("load/stl-binary", "inspect", "measure", "slice", "plan", "price", "report/json")
FACETS = (1_000, 10_000, 100_000, 1_000_000, 6_400_000)
LAYERS = (50, 200, 800, 2_000)
WANTED = "|".join((*STAGES, "load/stl-ascii", "load/obj", "whole/estimate", "limit/read"))
SUFFIX = re.compile(r"/(process_time|real_time)\b")


def parse_name(name):
    """("slice", {"facets": 1000, "threads": 1}) of a benchmark's name."""
    parts = SUFFIX.sub("", name).split("/")
    sizes = dict(part.split(":") for part in parts if ":" in part)
    return "/".join(part for part in parts if ":" not in part), {
        key: int(value) for key, value in sizes.items()}


def run_suite(program, *words):
    """The list of benchmarks that a run of costengine-bench reports."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([program, *words, f"--benchmark_out={out.name}",
                        "--benchmark_out_format=json"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return json.load(out)["benchmarks"]


def cpu_ms(benchmark):
    return benchmark["cpu_time"] * {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}[
        benchmark["time_unit"]]


def stages(setting):
    """Series: {"facets" or "layers": {stage: {size: CPU ms}}}."""
    section = Section("stages", "Where the time goes", "CPU time of each stage on one thread, "
                      "within one process.")
    numbers = ",".join(map(str, FACETS)), ",".join(map(str, LAYERS))
    measured = run_suite(setting.program("costengine-bench"), f"--benchmark_filter=^({WANTED})",
                         f"--facets={numbers[0]}", f"--layers={numbers[1]}", "--threads=1",
                         "--benchmark_min_time=0.2")
    series = {"facets": {}, "layers": {}}
    for benchmark in measured:
        stage, sizes = parse_name(benchmark["name"])
        if "layers" in sizes:
            series["layers"].setdefault(stage, {})[sizes["layers"]] = cpu_ms(benchmark)
        else:
            for size in [sizes["facets"]] if "facets" in sizes else FACETS:
                series["facets"].setdefault(stage, {})[size] = cpu_ms(benchmark)
    for stage in STAGES:
        if stage not in series["facets"]:
            raise SystemExit(f"costengine-bench has not measured {stage}")
    section.series = series
    return section
