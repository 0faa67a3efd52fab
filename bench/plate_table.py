#!/usr/bin/env python3
"""What the installed PrusaSlicer says of plates of our samples, as a table for tests/accuracy.

  bench/plate_table.py PROFILE.ini SAMPLES TABLE.csv

SAMPLES is the folder that a build or costengine-samples writes. Copies and models are arranged by
the slicer; "with" are settings that the plate needs. Bounds in the head of an older TABLE.csv stay.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from yardstick import committed, slicer  # noqa: E402

SEQUENTIAL = "complete_objects=1 extruder_clearance_height=100"
# Copies of one model, several models, layer by layer and one after another.
PLATES = [("bolt.stl", 2, ""), ("bolt.stl", 5, ""), ("ring.stl", 6, ""), ("ring.stl", 20, ""),
          ("hollow-box.stl", 4, ""), ("bracket.stl", 2, ""), ("figurine-2k.stl", 3, ""),
          ("ring.stl bolt.stl", 1, ""), ("bracket.stl bolt.stl ring.stl", 1, ""),
          ("ring.stl", 6, SEQUENTIAL), ("bolt.stl", 3, SEQUENTIAL),
          ("figurine-2k.stl", 3, SEQUENTIAL)]


def main():
    arguments = committed.arguments_of(__doc__)
    rows = []
    for models, quantity, settings in PLATES:
        row = slicer.slice_plate(arguments.profile, [arguments.samples / m for m in models.split()],
                                 quantity, settings.split())
        if "error" in row:
            raise SystemExit(f"{models}: {row['error']}")
        rows.append({"models": models, "quantity": quantity, "with": settings,
                     "time_s": row["time_s"], "filament_mm": row["filament_mm"]})
        print(rows[-1], file=sys.stderr)
    committed.write(arguments.table, " ".join(["bench/plate_table.py", *sys.argv[1:]]),
                    arguments.profile, list(rows[0]), rows)


if __name__ == "__main__":
    main()
