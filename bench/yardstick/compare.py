"""Our answer beside the slicer's, and the statistics of their differences."""
import concurrent.futures
import dataclasses
import json
import statistics

from . import process, slicer

QUANTITIES = ("time", "filament", "support")
# Less support than this is a stray loop; a percentage of it says nothing.
MIN_SUPPORT_MM = 20
# Below this the slicer's CPU time is mostly its start.
MIN_SLICER_CPU_S = 2


@dataclasses.dataclass
class Pair:
    """A model printed with a profile: time in s, filament in mm, by the slicer and by us."""
    slicer: dict  # the row of fdm.jsonl
    production: dict = None  # None: we gave no answer
    cpu_s: float = 0.0
    peak_kb: int = 0
    message: str = ""  # what our program said instead of an answer

    def theirs(self, quantity):
        if quantity == "support":
            return sum(feature["filament_mm"] for kind, feature in self.slicer["features"].items()
                       if "Support" in kind)
        return self.slicer[{"time": "time_s", "filament": "filament_mm"}[quantity]]

    def ours(self, quantity):
        """0 without an answer."""
        if self.production is None:
            return 0.0
        if quantity == "support":
            return self.production["support"]["filament_mm"]
        return self.interval(quantity)["value"]

    def interval(self, quantity):
        return self.production[{"time": "time_s", "filament": "filament_mm"}[quantity]]

    def counts(self, quantity):
        """Whether the quantity's error says something."""
        return quantity != "support" or self.theirs(quantity) > MIN_SUPPORT_MM

    def error(self, quantity):
        """Signed, in percent of the slicer's figure; -100 without an answer."""
        return 100 * (self.ours(quantity) / self.theirs(quantity) - 1)

    def held(self, quantity):
        """Whether the interval holds the slicer's figure."""
        if self.production is None:
            return False
        interval = self.interval(quantity)
        return interval["low"] <= self.theirs(quantity) <= interval["high"]

    def half_width(self, quantity):
        """Of the interval, in percent of our value."""
        interval = self.interval(quantity)
        return 50 * (interval["high"] - interval["low"]) / interval["value"]

    def cpu_ratio(self):
        return self.slicer["cpu_s"] / self.cpu_s


def answer(program, profile, model, row, repeat=1):
    """The files `profile` and `model` in a process of its own, one thread, beside the slicer's
    `row`. The least CPU time of `repeat` runs counts."""
    command = [str(program), "estimate", "--json", "--force", "--threads", "1", "--profile",
               str(profile), str(model)]
    runs = [process.run(command, timeout_s=300) for _ in range(repeat)]
    pair = Pair(row, cpu_s=min(run.cpu_s for run in runs), peak_kb=max(run.peak_kb for run in runs))
    try:
        line = json.loads(runs[0].out)
        pair.production = line.get("production")
        pair.message = line.get("error", {}).get("message", "")
    except ValueError:
        pair.message = runs[0].err.strip() or f"exit code {runs[0].code} and no JSON"
    return pair


def plate_answer(program, profile, models, quantity, settings, row):
    """`quantity` of each of the files `models` on plates, beside the slicer's `row`."""
    command = [str(program), "estimate", "--json", "--force", "--threads", "1", "--profile",
               str(profile), "--plate", "--quantity", str(quantity)]
    for setting in settings:
        command += ["--set", setting]
    run = process.run(command + [str(model) for model in models], timeout_s=300)
    pair = Pair(row, cpu_s=run.cpu_s, peak_kb=run.peak_kb)
    try:
        line = json.loads(run.out.splitlines()[0])
        pair.message = line.get("error", {}).get("message", "")
        runs = line["plate"]["runs"]
        pair.production = {
            name: {end: sum(plate["plates"] * plate[name][end] for plate in runs)
                   for end in ("value", "low", "high")} for name in ("time_s", "filament_mm")}
    except (ValueError, IndexError, KeyError):
        pair.message = pair.message or run.err.strip() or f"exit code {run.code} and no JSON"
    return pair


def answers(program, folder, rows, repeat=1, jobs=1):
    """A Pair for each row of a folder, in order."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda row: answer(
            program, slicer.profile_path(folder, row["profile"]),
            slicer.model_path(folder, row["model"]), row, repeat), rows))


def percentile(values, share):
    """Nearest rank: the least value that `share` of all values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]


def errors(pairs, quantity):
    """The statistics of one quantity over the pairs where it counts; None if there are none."""
    pairs = [pair for pair in pairs if pair.counts(quantity)]
    if not pairs:
        return None
    signed = [pair.error(quantity) for pair in pairs]
    absolute = [abs(error) for error in signed]
    result = {"n": len(pairs), "mean": statistics.mean(absolute),
              "median": statistics.median(absolute), "p90": percentile(absolute, 0.9),
              "max": max(absolute), "bias": statistics.mean(signed),
              "sum": 100 * (sum(pair.ours(quantity) for pair in pairs) /
                            sum(pair.theirs(quantity) for pair in pairs) - 1),
              "held": None, "half_width": None}
    answered = [pair for pair in pairs if pair.production is not None]
    if quantity != "support":
        result["held"] = 100 * sum(pair.held(quantity) for pair in pairs) / len(pairs)
        if answered:
            result["half_width"] = statistics.median(p.half_width(quantity) for p in answered)
    return result


def cost(pairs):
    """CPU of the slicer by ours, and our memory. Rows without the slicer's CPU time are left
    out."""
    timed = [pair for pair in pairs if pair.slicer.get("cpu_s") and pair.cpu_s > 0]
    if not timed:
        return None
    long = [pair for pair in timed if pair.slicer["cpu_s"] > MIN_SLICER_CPU_S]
    worst = min(long, key=Pair.cpu_ratio) if long else None
    heaviest = max(timed, key=lambda pair: pair.peak_kb)
    return {"median_cpu_s": statistics.median(pair.cpu_s for pair in timed),
            "median_ratio": statistics.median(pair.cpu_ratio() for pair in timed),
            "worst_ratio": worst and worst.cpu_ratio(),
            "worst_model": worst and worst.slicer["model"],
            "peak_mb": heaviest.peak_kb / 1024, "peak_model": heaviest.slicer["model"]}
