#!/usr/bin/env python3
"""Lets PrusaSlicer answer for a folder, as bench/accuracy.py takes it.

  bench/slice_rows.py FOLDER [--gcode DIR]

Appends to FOLDER/fdm.jsonl the rows that it lacks: all pairs of pairs.csv, or else of every model
and FDM profile. One slicer at a time; an interrupted run goes on where it stopped.
"""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from yardstick import slicer  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--gcode", type=pathlib.Path, metavar="DIR",
                        help="keep the G-code as DIR/PROFILE/MODEL.gcode.gz")
    arguments = parser.parse_args()
    rows = slicer.rows_of(arguments.folder, arguments.folder / "fdm.jsonl",
                          gcode_folder=arguments.gcode)
    print(f"{len(rows)} rows, {sum('error' in row for row in rows)} without an answer")


if __name__ == "__main__":
    main()
