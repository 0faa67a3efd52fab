"""The same JSON, byte for byte but for timing_ms, however the work is done.

Every --program prices every FILE (or every model in a FOLDER) with one thread and two, with each
instruction set that this processor has, and with the C library's functions chosen as for an older
processor. All answers must equal the first.

    determinism.py --program build/release/bin/costengine [--program ...] FILE|FOLDER...
"""

import argparse
import itertools
import os
import pathlib
import re
import subprocess
import sys

MODELS = {".stl", ".obj"}
TIMING = re.compile(rb',?"timing_ms":\{[^{}]*\}')
# glibc up to 2.32 says AVX2_Usable, later ones AVX2; names that it does not know it ignores.
OLD_PROCESSOR = "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-FMA4,-AVX512F"


def instruction_sets():
    """None leaves the choice to the program."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    return [None, "baseline"] + (["avx2"] if "avx2" in flags else [])


def answers(program, files, threads, isa, tunables):
    """The lines of JSON, one a file, without timing_ms."""
    env = {k: v for k, v in os.environ.items() if k not in ("COSTENGINE_ISA", "GLIBC_TUNABLES")}
    env |= {k: v for k, v in (("COSTENGINE_ISA", isa), ("GLIBC_TUNABLES", tunables)) if v}
    run = subprocess.run([program, "estimate", "--json", "--force", "--threads", str(threads),
                          *files], env=env, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    lines = run.stdout.splitlines()
    if len(lines) != len(files) or any(TIMING.search(line) is None for line in lines):
        sys.exit(f"{program} (exit code {run.returncode}) answered {len(files)} files with "
                 f"{len(lines)} lines, or without timing_ms")
    return [TIMING.sub(b"", line) for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", action="append", required=True)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    files = sorted(str(path) for model in args.models
                   for path in (model.iterdir() if model.is_dir() else [model])
                   if path.suffix in MODELS)
    assert files, "no models"

    first, differ, ways = None, 0, 0
    for way in itertools.product(args.program, (1, 2), instruction_sets(), (None, OLD_PROCESSOR)):
        got = answers(way[0], files, *way[1:])
        ways += 1
        first = first or got
        for file, expected, line in zip(files, first, got):
            if line != expected:
                at = next((i for i, (a, b) in enumerate(zip(expected, line)) if a != b),
                          min(len(expected), len(line)))
                print("{} threads={} isa={} tunables={}: ".format(*way) + f"{file} differs:\n"
                      f"  {expected[max(0, at - 60):at + 30]!r}\n"
                      f"  {line[max(0, at - 60):at + 30]!r}")
                differ += 1
    print(f"{len(files)} models, {ways} ways each, {differ} answers that differ")
    return differ > 0


if __name__ == "__main__":
    sys.exit(main())
