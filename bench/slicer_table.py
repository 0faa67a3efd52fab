#!/usr/bin/env python3
"""What the installed PrusaSlicer says of our samples, as a table for tests/accuracy.

  bench/slicer_table.py PROFILE.ini SAMPLES TABLE.csv

SAMPLES is the folder that a build or costengine-samples writes. Bounds in the head of an older
TABLE.csv stay: "# bound: time mean 2.5 %", "max", "filament", "support".
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from yardstick import committed, compare, slicer  # noqa: E402

# All that differ for a slicer and are quick; of the broken ones those that it repairs.
SAMPLES = ["bolt.stl", "bracket.stl", "broken-inverted.stl", "broken-overlap.stl",
           "figurine-2k.stl", "figurine-5k.stl", "hollow-box.stl", "ring.stl", "vase.stl"]


def main():
    arguments = committed.arguments_of(__doc__)
    rows = []
    for model in SAMPLES:
        row = slicer.slice_model(arguments.profile, arguments.samples / model)
        if "error" in row:
            raise SystemExit(f"{model}: {row['error']}")
        rows.append({"model": model, "time_s": row["time_s"], "filament_mm": row["filament_mm"],
                     "support_mm": round(compare.Pair(row).theirs("support"), 2)})
        print(rows[-1], file=sys.stderr)
    committed.write(arguments.table, " ".join(["bench/slicer_table.py", *sys.argv[1:]]),
                    arguments.profile, list(rows[0]), rows)


if __name__ == "__main__":
    main()
