#!/usr/bin/env python3
"""Speed beside what a user has instead, and beside the limits of the machine, as ratios.

  bench/peers.py BUILD [--reference FOLDER] [--json FILE] [--only NAME] ...

BUILD is the folder of a build with the preset `bench`. FOLDER has models/ and profiles/*.ini, as
bench/accuracy.py takes it; without it what needs one is left out, and so is a peer that is not
installed: admesh, prusa-slicer, libassimp-dev, libtinyobjloader-dev. Programs run in turn and the
least time of each counts; CPU time unless a line says otherwise; no cache.
"""
import argparse
import datetime
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from timing import growth, latency, machine, peers, scaling, slices, start  # noqa: E402
from timing.setting import Setting  # noqa: E402
from yardstick import report  # noqa: E402

MEASUREMENTS = {
    "start": start.start, "inspect": peers.inspecting, "obj": peers.reading_obj,
    "limits": peers.limits, "scaling": scaling.scaling, "facets": growth.facets,
    "layers": growth.layers, "slices": slices.slices, "latency": latency.latency,
}


def measure(setting, names, everything=False):
    """The sections of `names`, each when it is measured; "facets" brings "largest" along."""
    for name in names:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        if name == "slices":
            section = slices.slices(setting, everything)
        else:
            section = MEASUREMENTS[name](setting)
        yield section
        if name == "facets":
            yield growth.largest(section)


def show(section):
    """Prints a section."""
    print(f"\n{section.title}: {section.words}\n")
    if section.name == "latency" and section.series:
        print("\n".join(report.table(["", "n", *(name for name, _ in latency.SHARES)],
                                     latency.rows(section))))
    else:
        print("\n".join(section.table()))
    sys.stdout.flush()


def as_json(sections):
    return {"date": datetime.date.today().isoformat(), "machine": machine.machine(),
            "sections": [section.as_json() for section in sections]}


def add_arguments(parser):
    """What bench/performance.py takes too."""
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--reference", type=pathlib.Path, metavar="FOLDER",
                        help="models and profiles, as bench/accuracy.py takes them")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="the figures, for programs")
    parser.add_argument("--model", type=pathlib.Path, metavar="FILE",
                        help="a model of about 100,000 facets, which is subdivided to 1.6 and 6.4 "
                        "million; default: a scan of the folder, without one our own figurine")
    parser.add_argument("--runs", type=int, default=5, metavar="N",
                        help="the least of N runs counts; default 5")
    parser.add_argument("--threads", type=int, default=2, metavar="N",
                        help="threads of what is measured on several; default 2")
    parser.add_argument("--scratch", type=pathlib.Path, metavar="DIR",
                        help="keep the models that are made, 1.5 GB, for the next run")


def setting_of(arguments, scratch):
    return Setting(arguments.build, arguments.reference, arguments.scratch or scratch,
                   arguments.model, arguments.runs, arguments.threads)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, metavar="NAME",
                        help="only this measurement; may be repeated: " + ", ".join(MEASUREMENTS))
    parser.add_argument("--all-slices", action="store_true",
                        help="let PrusaSlicer slice every model with every profile")
    arguments = parser.parse_args()
    print(machine.machine())
    sections = []
    with tempfile.TemporaryDirectory(prefix="costengine-peers-") as scratch:
        if arguments.scratch:
            arguments.scratch.mkdir(parents=True, exist_ok=True)
        for section in measure(setting_of(arguments, scratch), arguments.only or MEASUREMENTS,
                               arguments.all_slices):
            sections.append(section)
            show(section)
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(sections), indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
