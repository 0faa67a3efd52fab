"""Which benchmarks are slower in one revision than in another.

Both revisions ran several rounds in turn. The least time of each says what the work costs, since
whatever else a machine does only adds to it. How far the rounds of one revision are from its own
least is the noise: a benchmark counts as slower only beyond it.
"""
import dataclasses
import statistics
import typing

from yardstick import report

from .stages import SUFFIX, parse_name

# Ends the name of a benchmark whose wall time counts beside its CPU time.
WALL = ", wall time"
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


@dataclasses.dataclass
class Comparison:
    name: str
    base_ns: float  # the least of all rounds
    head_ns: float
    band: float  # how far rounds of one revision are apart, as a share of the least
    verdict: str  # "slower", "faster", "same"

    @property
    def ratio(self):
        return self.head_ns / self.base_ns


class Result(typing.NamedTuple):
    comparisons: typing.List[Comparison]
    only_base: typing.List[str]  # benchmarks that the other revision does not have
    only_head: typing.List[str]

    def slower(self):
        return [each.name for each in self.comparisons if each.verdict == "slower"]

    def counted(self):
        """How many benchmarks there are, by whatever clock."""
        return len({benchmark_of(each.name) for each in self.comparisons})


def benchmark_of(name):
    return name[:-len(WALL)] if name.endswith(WALL) else name


def times(benchmarks):
    """{name: ns} of one round: CPU time on one thread, which other programs disturb less, and wall
    time beside it, for what only waits; wall time alone where there are several threads."""
    found = {}
    for benchmark in benchmarks:
        if benchmark.get("run_type", "iteration") != "iteration":
            continue
        if benchmark.get("error_occurred"):
            raise ValueError(f"{benchmark['name']}: {benchmark.get('error_message', 'failed')}")
        threads = parse_name(benchmark["name"])[1].get("threads", 1)
        name, unit = SUFFIX.sub("", benchmark["name"]), NANOSECONDS[benchmark["time_unit"]]
        if threads == 1:
            found[name] = unit * benchmark["cpu_time"]
            found[name + WALL] = unit * benchmark["real_time"]
        else:
            found[name] = unit * benchmark["real_time"]
    return found


def collect(rounds):
    """{name: [ns of each round]} of the results of times()."""
    found = {}
    for each in rounds:
        for name, ns in each.items():
            found.setdefault(name, []).append(ns)
    return found


def spread(values):
    """How far the middle of the values is over the least, as a share of it."""
    return statistics.median(values) / min(values) - 1


def compare(base_rounds, head_rounds, threshold):
    """The Result. `threshold` is a share: 0.05 lets 5 % pass."""
    base, head = collect(base_rounds), collect(head_rounds)
    found = []
    for name in base:
        if name not in head:
            continue
        band = max(spread(base[name]), spread(head[name]))
        each = Comparison(name, min(base[name]), min(head[name]), band, "same")
        bound = (1 + threshold) * (1 + band)
        if each.ratio > bound:
            each.verdict = "slower"
        elif each.ratio < 1 / bound:
            each.verdict = "faster"
        found.append(each)
    return Result(found, [name for name in base if name not in head],
                  [name for name in head if name not in base])


def time_text(ns):
    for factor, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
        if ns >= factor:
            return f"{ns / factor:.3g} {unit}"
    return f"{ns:.3g} ns"


def as_text(result):
    """Lines for reading. Wall times beside CPU times only where they are slower."""
    shown = [each for each in result.comparisons
             if each.verdict == "slower" or not each.name.endswith(WALL)]
    rows = [[each.name, time_text(each.base_ns), time_text(each.head_ns), f"{each.ratio:.3f}",
             f"± {100 * each.band:.1f} %", "" if each.verdict == "same" else each.verdict]
            for each in shown]
    lines = report.table(["", "base", "head", "ratio", "noise", "verdict"], rows)
    for names, words in ((result.only_base, "only in base"), (result.only_head, "only in head")):
        names = [name for name in names if not name.endswith(WALL)]
        if names:
            lines += ["", f"{words}: {', '.join(names)}"]
    slower = list(dict.fromkeys(map(benchmark_of, result.slower())))
    return lines + ["", f"{len(slower)} of {result.counted()} benchmarks are slower"
                    + (": " + ", ".join(slower) if slower else "")]


def as_json(result):
    return {"benchmarks": [{**dataclasses.asdict(each), "ratio": each.ratio}
                           for each in result.comparisons],
            "only_base": result.only_base, "only_head": result.only_head,
            "slower": result.slower()}
