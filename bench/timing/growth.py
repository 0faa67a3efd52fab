"""How cost and memory grow with facets and with layers."""
import json

from .section import Row, Section
from .turns import in_turn

LEVELS = range(4)
LAYER_HEIGHTS_MM = (0.2, 0.1, 0.05)
FEW_FACETS = 10_000
AIM = "<= 4.6"


def one_thread(setting, command, path, *more):
    """Without --json, which hashes the file."""
    return [setting.program("costengine"), command, "--threads", "1", *more, path]


def facets_of(path):
    """Of a binary STL."""
    return (path.stat().st_size - 84) // 50


def layers_of(setting, path, *more):
    run = in_turn({"": [*one_thread(setting, "estimate", path, *more), "--json"]}, 1)[""]
    return json.loads(run.out)["production"]["layers"]


def facets(setting):
    section = Section("facets", "Growth with facets", "CPU time of whole processes with one "
                      "thread: of the larger model, of the one with a quarter of its facets, and "
                      "the factor between them.")
    runs = max(2, setting.runs // 2)
    # An estimate and an inspection of each size in one series, so that they can be compared.
    least = in_turn({(command, level): one_thread(setting, command, setting.scan(level))
                     for level in LEVELS for command in ("inspect", "estimate")}, runs)
    count = {level: facets_of(setting.scan(level)) for level in LEVELS}
    for command in ("inspect", "estimate"):
        for level in LEVELS[1:]:
            section.rows.append(Row(f"{command}, {count[level]:,} facets",
                                    least[command, level].cpu_s,
                                    least[command, level - 1].cpu_s, AIM))
        section.series[command] = [[count[level], least[command, level].cpu_s]
                                   for level in LEVELS]
    top = LEVELS[-1]
    section.series["peak_kb"] = {command: [[count[level], least[command, level].peak_kb]
                                           for level in LEVELS]
                                 for command in ("inspect", "estimate")}
    section.series["largest"] = {
        "facets": count[top], "inspect_cpu_s": least["inspect", top].cpu_s,
        "estimate_cpu_s": least["estimate", top].cpu_s,
        "peak_kb": max(least[command, top].peak_kb for command in ("inspect", "estimate"))}
    return section


def largest(facets_section):
    """The largest model of a facets() section: memory and the estimate's cost."""
    largest_model = facets_section.series["largest"]
    name = f"{largest_model['facets']:,} facets"
    section = Section("largest", "The largest model", "First by second, as each line says.")
    section.rows.append(Row(f"{name}: estimate by reading and inspecting, CPU",
                            largest_model["estimate_cpu_s"], largest_model["inspect_cpu_s"],
                            "<= 2"))
    over = max(0, largest_model["peak_kb"] * 1024 - 64e6)
    section.rows.append(Row(f"{name}: bytes of peak memory over 64 MB, by facets", over,
                            largest_model["facets"], "<= 80", unit=""))
    return section


def layers(setting):
    section = Section("layers", "Growth with layers", "CPU time of whole estimates with one "
                      "thread: with thinner layers, with layers four times as high, and the "
                      "factor between them.")
    path = setting.own(facets=FEW_FACETS)  # what every facet costs must not hide the layers
    height_set = {height: ("--set", f"layer_height={height}") for height in LAYER_HEIGHTS_MM}
    least = in_turn({height: one_thread(setting, "estimate", path, *words)
                     for height, words in height_set.items()}, setting.runs)
    counts = {height: layers_of(setting, path, *words) for height, words in height_set.items()}
    high, low = LAYER_HEIGHTS_MM[0], LAYER_HEIGHTS_MM[-1]
    section.rows.append(Row(f"{counts[low]:,} layers by {counts[high]:,}", least[low].cpu_s,
                            least[high].cpu_s, AIM))
    section.series["estimate"] = [[counts[height], least[height].cpu_s]
                                  for height in LAYER_HEIGHTS_MM]
    return section
