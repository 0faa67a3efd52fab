"""How much faster several threads are, against a loop that only computes."""
import pathlib
import tempfile

from .section import Row, Section
from .turns import once

# Works that mostly wait for memory.
MEMORY_BOUND = {"load", "mass"}


def gain(times, work, threads):
    """How many times as fast the work is on `threads`, by wall time."""
    return times[work]["1"]["wall_s"] / times[work][threads]["wall_s"]


def scaling(setting):
    n = str(setting.threads)
    section = Section("scaling", f"{n} threads", f"How many times as fast {n} threads are as one, "
                      "by wall time: ours, a loop that only computes in the same run, and the "
                      "share of its gain that ours has.")
    for path, name, works in (
            (setting.scan(2), "binary STL", ["load", "mass", "inspect", "estimate"]),
            (setting.own(".obj"), "OBJ", ["load"])):
        times = setting.work(path, [word for work in works for word in ("compute", work)])
        for work in works:
            aim = 0.85 if name == "OBJ" else 0.8 if work in MEMORY_BOUND else 0.9
            section.rows.append(Row(f"{work}, {name}", gain(times, work, n),
                                    gain(times, "compute", n), f">= {aim}", unit="×"))
    section.rows.append(batch(setting))
    return section


def batch(setting, rounds=2):
    """A folder of small models, on one job and on several."""
    folder, model = setting.small_models(), setting.samples / "bracket.stl"
    least, compute = {}, {}
    with tempfile.TemporaryDirectory() as out:
        for number in range(rounds):
            for jobs in (1, setting.threads):
                rows = pathlib.Path(out) / f"{number}-{jobs}.jsonl"
                wall_s = once([setting.program("costengine"), "batch", folder, "--jobs", jobs,
                               "--cache", "off", "--output", rows]).wall_s
                least[jobs] = min(wall_s, least.get(jobs, wall_s))
            for threads, cost in setting.work(model, ["compute"])["compute"].items():
                compute[threads] = min(cost["wall_s"], compute.get(threads, cost["wall_s"]))
    count = len(list(folder.iterdir()))
    return Row(f"batch of {count:,} small models", least[1] / least[setting.threads],
               compute["1"] / compute[str(setting.threads)], ">= 0.9", unit="×")
