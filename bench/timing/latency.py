"""How long one waits for an answer: each run of the program is a value."""
from yardstick import compare, slicer

from .section import Section, figure
from .turns import once

SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
ANSWERED = (0, 2)  # with a price, or with the reason why there is none


def latency(setting, rounds=2):
    section = Section("latency", "Latency", "Wall time of whole `costengine estimate` processes, "
                      "all threads, every model of the folder: half, 95 and 99 of 100 take no "
                      "longer.")
    if setting.reference is None:
        section.skipped.append("latency over a folder of models: no --reference FOLDER given")
        return section
    walls = {}
    pairs = slicer.pairs_of(setting.reference)
    for _ in range(rounds):
        for profile, model in pairs:
            words = [setting.program("costengine"), "estimate", "--json", "--force", "--profile",
                     slicer.profile_path(setting.reference, profile),
                     slicer.model_path(setting.reference, model)]
            walls.setdefault(profile, []).append(once(words, ANSWERED).wall_s)
    everything = [wall for each in walls.values() for wall in each]
    for name, each in [*walls.items(), ("all", everything)]:
        section.series[name] = {"n": len(each), **{
            share: compare.percentile(each, part) for share, part in SHARES}}
    return section


def rows(section):
    return [[name, str(stats["n"]), *(figure(stats[share], "s") for share, _ in SHARES)]
            for name, stats in section.series.items()]
