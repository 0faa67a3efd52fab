#!/usr/bin/env python3
"""How far the estimate is from a slicer's answers.

  bench/accuracy.py COSTENGINE FOLDER [--out DIR] [--worst N] [--repeat N] [--jobs N]

FOLDER has models/ and profiles/*.ini (or all of them in one place) and, if PrusaSlicer has
answered already, fdm.jsonl: a line per model and profile with `time_s`, `filament_mm`, `features`,
or `error` where it refused. Rows that are missing are made with the installed prusa-slicer and kept
in DIR/fdm.jsonl; an interrupted run goes on there.

For each profile: absolute percentage errors of time, filament and support filament, their bias, the
difference of the sums, how often the interval holds the slicer's figure and the median of its half
width; CPU time of the slicer by ours, and our memory. Each model is a process of its own with one
thread. Runs with --force, and a model without an answer counts as 100 % error. DIR gets rows.csv,
scatter.svg and the printed text as report.md.
"""
import argparse
import collections
import fnmatch
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from yardstick import compare, report, scatter, slicer  # noqa: E402

# Models that no slicer prints as drawn: thinner than a bead, open, crossing themselves.
DEGENERATE = ["models_box.stl", "models_tube*", "models_cylinder.stl", "models_round.stl",
              "*beetle-alt*", "*alligator*", "*stanford-bunny*", "*teapot*"]


def describe(pairs, refused, patterns, arguments):
    """Lines of the report."""
    profiles = sorted({pair.slicer["profile"] for pair in pairs})
    groups = [(name, [pair for pair in pairs if pair.slicer["profile"] == name])
              for name in profiles]
    if len(groups) > 1:
        groups.append(("all", pairs))
    sound = [(name, [pair for pair in mine if not any(
        fnmatch.fnmatch(pair.slicer["model"], pattern) for pattern in patterns)])
             for name, mine in groups]

    def errors(of):
        return report.error_table([(name, {quantity: compare.errors(mine, quantity)
                                           for quantity in compare.QUANTITIES})
                                   for name, mine in of])

    silent = collections.Counter((pair.slicer["profile"], pair.message) for pair in pairs
                                 if pair.production is None)
    lines = [f"{len(pairs)} rows; the slicer refused {refused} more",
             *(f"no answer of ours to {count} rows of {profile}: {message}"
               for (profile, message), count in silent.items()), "", *errors(groups)]
    left_out = len(pairs) - len([pair for _, mine in sound[:len(profiles)] for pair in mine])
    if left_out:
        lines += ["", f"Without {left_out} rows of degenerate models:", "", *errors(sound)]
    lines += ["", *report.cost_table([(name, compare.cost(mine)) for name, mine in groups])]
    for name, mine in groups[:len(profiles)]:
        if arguments.worst:
            lines += ["", f"{name}: the rows with the largest errors of {arguments.by}"]
        for pair in report.worst(mine, arguments.worst, arguments.by):
            lines += ["", *report.side_by_side(pair)]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR",
                        help="where rows.csv, scatter.svg, report.md and the slicer's rows go")
    parser.add_argument("--afresh", action="store_true",
                        help="slice all rows anew, for CPU ratios of one machine; needs --out")
    parser.add_argument("--profile", action="append", help="only this profile; may be repeated")
    parser.add_argument("--worst", type=int, default=10, metavar="N",
                        help="show N rows of each profile in full; default 10")
    parser.add_argument("--by", choices=compare.QUANTITIES, default="time",
                        help="the quantity that makes a row bad; default time")
    parser.add_argument("--repeat", type=int, default=1, metavar="N",
                        help="the best CPU time of N runs; default 1")
    parser.add_argument("--jobs", type=int, default=1, metavar="N",
                        help="run N of our processes at a time, for errors rather than CPU times")
    parser.add_argument("--degenerate", action="append", metavar="PATTERN",
                        help="models to leave out of the second table; default: " +
                        ", ".join(DEGENERATE).replace("%", "%%"))
    arguments = parser.parse_args()
    if arguments.afresh and not arguments.out:
        parser.error("--afresh needs --out")

    cache = arguments.out and arguments.out / "fdm.jsonl"
    rows = slicer.rows_of(arguments.folder, cache, arguments.afresh, only=arguments.profile)
    answered = [row for row in rows if "error" not in row]
    if not answered:
        raise SystemExit(f"{arguments.folder} has no row with an answer of the slicer")
    pairs = compare.answers(arguments.program, arguments.folder, answered, arguments.repeat,
                            arguments.jobs)
    lines = describe(pairs, len(rows) - len(answered), arguments.degenerate or DEGENERATE,
                     arguments)
    print("\n".join(lines))
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "report.md").write_text("\n".join(lines) + "\n", encoding="utf8")
        report.write_csv(arguments.out / "rows.csv", pairs)
        scatter.write(arguments.out / "scatter.svg", pairs)


if __name__ == "__main__":
    main()
