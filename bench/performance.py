#!/usr/bin/env python3
"""Measures everything and writes docs/performance.md with its plots.

  bench/performance.py BUILD --reference FOLDER [--json FILE]

BUILD is the folder of a build with the preset `bench`; FOLDER as for bench/peers.py. Takes about a
quarter of an hour on two cores that do nothing else. Unlike bench/peers.py it writes nothing if
anything is missing: the folder must be there and all peers installed.
"""
import argparse
import json
import pathlib
import shlex
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import peers  # noqa: E402
from timing import document, stages  # noqa: E402

DOCUMENT = pathlib.Path(__file__).resolve().parents[1] / "docs" / "performance.md"
NEEDED = (("admesh", "admesh"), ("prusa-slicer", "prusa-slicer"),
          ("costengine-peer-assimp", "libassimp-dev"),
          ("costengine-peer-tinyobj", "libtinyobjloader-dev"))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    peers.add_arguments(parser)
    parser.add_argument("--out", type=pathlib.Path, default=DOCUMENT, metavar="FILE",
                        help="the document; its plots go beside it. Default docs/performance.md")
    arguments = parser.parse_args()
    if arguments.reference is None or not (arguments.reference / "fdm.jsonl").is_file():
        parser.error("--reference must name a folder with fdm.jsonl")

    with tempfile.TemporaryDirectory(prefix="costengine-peers-") as scratch:
        setting = peers.setting_of(arguments, scratch)
        setting.scratch.mkdir(parents=True, exist_ok=True)
        missing = [reason for reason in (setting.peer(*each)[1] for each in NEEDED) if reason]
        if missing:
            raise SystemExit("; ".join(missing))
        print("measuring stages", file=sys.stderr, flush=True)
        measured = [stages.stages(setting)]
        for section in peers.measure(setting, peers.MEASUREMENTS):
            if section.skipped:
                raise SystemExit("; ".join(section.skipped))
            measured.append(section)
            peers.show(section)
    figures = peers.as_json(measured)
    sections = {section.name: section for section in measured}
    command = " ".join(["bench/performance.py build/bench --reference FOLDER",
                        *(f"{name} {shlex.quote(str(value))}" for name, value in (
                            ("--model", arguments.model), ("--runs", arguments.runs),
                            ("--threads", arguments.threads))
                          if value != parser.get_default(name[2:]))])
    document.write(arguments.out, figures, sections, command)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
