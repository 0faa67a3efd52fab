#!/usr/bin/env python3
"""How far the estimate is from a slicer's answers.

  bench/accuracy.py COSTENGINE FOLDER [--worst N]

FOLDER holds models/, profiles/*.ini and fdm.jsonl: a line per model and profile with `model`,
`profile`, `time_s`, `filament_mm`, `features`, or `error` where the slicer gave no answer. For each
profile: the absolute percentage errors of time and filament, their interval's coverage, and the
ratio of support filament. Runs with --force; a model without an answer counts as 100 % error.
"""
import argparse
import json
import os
import statistics
import subprocess


def percentile(values, share):
    return sorted(values)[round(share * (len(values) - 1))]


def answers(program, folder, profile, models):
    """One JSON object per model, in order."""
    paths = [os.path.join(folder, "models", model) for model in models]
    ini = os.path.join(folder, "profiles", profile + ".ini")
    run = subprocess.run([program, "estimate", "--json", "--force", "--profile", ini, *paths],
                         capture_output=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    if len(lines) != len(models):
        raise SystemExit(f"{program}: {len(lines)} answers for {len(models)} models\n{run.stderr}")
    return lines


def compare(rows, lines, quantity):
    """Errors in percent, whether the interval holds, and (ratio, model) for each row."""
    errors, held, ratios = [], 0, []
    for row, line in zip(rows, lines):
        production = line.get("production")
        if production is None:
            errors.append(100.0)
            ratios.append((float("inf"), row["model"]))
            continue
        ours, slicer = production[quantity], row[quantity]
        errors.append(100 * abs(ours["value"] / slicer - 1))
        held += ours["low"] <= slicer <= ours["high"]
        ratios.append((slicer / ours["value"], row["model"]))
    return errors, held, ratios


def support_ratio(rows, lines):
    ratios = []
    for row, line in zip(rows, lines):
        slicer = sum(f["filament_mm"] for role, f in row["features"].items() if "Support" in role)
        if slicer > 20 and "production" in line:
            ratios.append(line["production"]["support"]["filament_mm"] / slicer)
    return statistics.median(ratios) if ratios else None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--worst", type=int, default=0, help="name the N worst models")
    arguments = parser.parse_args()
    with open(os.path.join(arguments.folder, "fdm.jsonl"), encoding="utf8") as file:
        rows = [row for row in map(json.loads, file) if "error" not in row]

    print(f"{'profile':28} {'quantity':12} {'n':>3} {'mean':>6} {'median':>6} {'p90':>6} {'max':>6} "
          f"{'held':>5}")
    held_of_all = {"time_s": 0, "filament_mm": 0}
    for profile in sorted({row["profile"] for row in rows}):
        mine = [row for row in rows if row["profile"] == profile]
        lines = answers(arguments.program, arguments.folder, profile, [r["model"] for r in mine])
        for quantity in held_of_all:
            errors, held, ratios = compare(mine, lines, quantity)
            held_of_all[quantity] += held
            print(f"{profile:28} {quantity:12} {len(mine):3} {statistics.mean(errors):5.1f}% "
                  f"{statistics.median(errors):5.1f}% {percentile(errors, .9):5.1f}% "
                  f"{max(errors):5.0f}% {100 * held / len(mine):4.0f}%")
            for error, (ratio, model) in sorted(zip(errors, ratios), reverse=True)[:arguments.worst]:
                print(f"    {error:5.0f}%  slicer / ours {ratio:5.2f}  {model}")
        ratio = support_ratio(mine, lines)
        if ratio is not None:
            print(f"{profile:28} support filament, ours / slicer, median {ratio:.2f}")
    for quantity, held in held_of_all.items():
        print(f"{'all':28} {quantity:12} interval holds {100 * held / len(rows):.1f}% "
              f"of {len(rows)} rows")


if __name__ == "__main__":
    main()
