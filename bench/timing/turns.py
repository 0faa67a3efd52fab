"""Programs that are run in turn, so that whatever else the machine does meets all of them."""
import os
import time
import typing

from yardstick import process


class Least(typing.NamedTuple):
    cpu_s: float
    wall_s: float
    peak_kb: int  # the most of all runs
    out: str  # of the last run


def in_turn(commands, runs):
    """{name: Least} of `commands`, {name: words}. A program that fails ends it all."""
    taken = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            words = [str(word) for word in words]
            run = process.run(words)
            if run.code != 0:
                last = (run.err.strip() or run.out.strip() or "no message").splitlines()[-1]
                raise SystemExit(f"{' '.join(words)}: ended with {run.code}: {last}")
            taken[name].append(run)
    return {name: Least(min(run.cpu_s for run in each), min(run.wall_s for run in each),
                        max(run.peak_kb for run in each), each[-1].out)
            for name, each in taken.items()}


class Cost(typing.NamedTuple):
    cpu_s: float
    wall_s: float


def once(words, accepted=(0,)):
    """One run, measured without a launcher between; for what takes little time. The output goes
    nowhere. An exit code that is not `accepted` ends it all."""
    words = [str(word) for word in words]
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    _, status, usage = os.wait4(
        os.posix_spawn(words[0], words, os.environ, file_actions=quiet), 0)
    wall_s = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in accepted:
        raise SystemExit(f"{' '.join(words)}: ended with {code}")
    return Cost(usage.ru_utime + usage.ru_stime, wall_s)
