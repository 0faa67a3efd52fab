#!/usr/bin/env python3
"""Is one revision slower than another? Builds both and runs their benchmarks in turn.

  bench/compare_revisions.py BASE HEAD [--rounds N] [--threshold PERCENT] [--json FILE]

BASE and HEAD are what git knows (main, HEAD~1, v0.1.0) or folders with a source tree; with
--programs they are two costengine-bench that are built already. Every benchmark of the short run
(costengine-bench --short) counts with the least of its rounds; it is slower if that is beyond the
threshold and the noise, which is how far the rounds of one revision are apart. What seems slower is
measured once more before it counts. The benchmarks are those of each revision itself.

Exit codes: 0 nothing is slower; 1 something is; 2 wrong usage; 3 a revision has no benchmarks, so
nothing was compared; 4 a revision cannot be built, or its benchmarks fail.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from timing import compare, stages  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
NOTHING_SLOWER, SLOWER, NO_BENCHMARKS, FAILED = 0, 1, 3, 4
SUITE = "bench/speed/main.cpp"
PARTS = {"CLI": "OFF", "C": "OFF", "IMPORT": "OFF", "SAMPLES": "OFF", "TESTS": "OFF", "BENCH": "ON"}


class Ending(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def source_of(revision, folder):
    """A folder with the source of `revision`: its own, or `folder`, filled from git."""
    if (pathlib.Path(revision) / "CMakeLists.txt").is_file():
        return pathlib.Path(revision).resolve()
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", "--format=tar", revision],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if archive.returncode != 0:
        raise Ending(FAILED, f"{revision}: {archive.stderr.decode(errors='replace').strip()}")
    folder.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def build(revision, folder):
    """The benchmark program of `revision`, built below `folder`."""
    source = source_of(revision, folder / "source")
    if not (source / SUITE).is_file():
        raise Ending(NO_BENCHMARKS, f"{revision} has no {SUITE}: it is older than the benchmarks, "
                     "and there is nothing to compare")
    options = [f"-DCOSTENGINE_BUILD_{part}={value}" for part, value in PARTS.items()]
    if shutil.which("ccache"):
        options.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    target = folder / "build"
    # Folders differ between revisions and must not keep ccache from finding what did not change.
    environment = {**os.environ, "CCACHE_BASEDIR": str(folder), "CCACHE_NOHASHDIR": "1"}
    for words in (["cmake", "-S", str(source), "-B", str(target), "-G", "Ninja",
                   "-DCMAKE_BUILD_TYPE=Release", *options],
                  ["cmake", "--build", str(target), "--target", "costengine-bench",
                   "--parallel", str(os.cpu_count())]):
        run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env=environment, check=False)
        if run.returncode != 0:
            raise Ending(FAILED, f"{revision}: {' '.join(words)} failed:\n{run.stdout[-4000:]}")
    return target / "bin" / "costengine-bench"


def one_round(program, words):
    try:
        return compare.times(stages.run_suite(program, "--short", *words))
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise Ending(FAILED, f"{program}: {error}") from error


def run_rounds(programs, number, words, rounds):
    """Appends to rounds[0] and rounds[1]; first one begins, then the other."""
    for turn in range(number):
        print(f"round {turn + 1} of {number}", file=sys.stderr, flush=True)
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            rounds[which].append(one_round(programs[which], words))


def compare_programs(programs, arguments):
    words = [f"--benchmark_filter={arguments.filter}"] if arguments.filter else []
    rounds, threshold = ([], []), arguments.threshold / 100
    run_rounds(programs, arguments.rounds, words, rounds)
    result = compare.compare(*rounds, threshold)
    if slower := result.slower():
        print("measuring again what seems slower", file=sys.stderr, flush=True)
        # Not re.escape(), which escapes hyphens: a POSIX expression must not have that.
        names = "|".join(sorted({re.sub(r"([^\w/:-])", r"\\\1", compare.benchmark_of(name))
                                 for name in slower}))
        run_rounds(programs, arguments.rounds, [f"--benchmark_filter=^({names})(/|$)"], rounds)
        result = compare.compare(*rounds, threshold)
    if not result.comparisons:
        raise Ending(FAILED, "the revisions have no benchmark in common")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("head")
    parser.add_argument("--programs", action="store_true",
                        help="base and head are programs, built with the preset bench")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default 5")
    parser.add_argument("--threshold", type=float, default=5, metavar="PERCENT",
                        help="how much slower is not slower; default 5")
    parser.add_argument("--filter", metavar="REGEX", help="only benchmarks with such names")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="the same for programs")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error("--rounds must be at least 2: one round shows no noise")
    try:
        with tempfile.TemporaryDirectory(prefix="costengine-compare-") as folder:
            revisions = (arguments.base, arguments.head)
            programs = revisions if arguments.programs else [
                build(revision, pathlib.Path(folder) / which)
                for which, revision in zip(("base", "head"), revisions)]
            result = compare_programs(programs, arguments)
    except Ending as ending:
        print(f"compare_revisions: {ending}", file=sys.stderr)
        return ending.code
    print("\n".join(compare.as_text(result)))
    if arguments.json:
        arguments.json.write_text(json.dumps(
            {"base": arguments.base, "head": arguments.head, "threshold": arguments.threshold,
             "rounds": arguments.rounds, **compare.as_json(result)}, indent=1) + "\n",
            encoding="utf8")
    return SLOWER if result.slower() else NOTHING_SLOWER


if __name__ == "__main__":
    sys.exit(main())
