#!/usr/bin/env python3
"""What a cache costs a whole process: the program's start, and an answer from the cache.

  bench/cache_start.py COSTENGINE MODEL [--runs 200]

Runs `--version`, `estimate MODEL --json` from a cache that has the answer, and the same without a
cache, in turn; prints the median and the tenth percentile of the wall time of each, in
milliseconds. `start` is `estimate` of a file that is not there: all of the start, profile and price
sheet included, and no answer.
"""
import argparse
import os
import pathlib
import statistics
import tempfile
import time


def wall_ms(words):
    """The wall time of one process whose output goes nowhere."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, "/dev/null", os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    os.waitpid(os.posix_spawn(words[0], words, os.environ, file_actions=quiet), 0)
    return 1000 * (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = str(arguments.program)
        estimate = [program, "estimate", "--json", str(arguments.model)]
        commands = {
            "version": [program, "--version"],
            "start": [program, "estimate", "--json", os.path.join(folder, "none")],
            "cached": estimate + ["--cache", os.path.join(folder, "a.db")],
            "calculated": estimate,
        }
        wall_ms(commands["cached"])
        times = {name: [] for name in commands}
        for _ in range(arguments.runs):
            for name, words in commands.items():
                times[name].append(wall_ms(words))
    for name, each in times.items():
        print(f"{name:12} median {statistics.median(each):7.3f}   "
              f"10 % {statistics.quantiles(each, n=10)[0]:7.3f}")


if __name__ == "__main__":
    main()
