"""The whole estimate against PrusaSlicer's slice of the same model.

Slicing a folder takes the slicer half an hour, so a part of its rows is sliced in this run: some
that lie evenly between the fastest and the slowest by the recorded figures, for the median, and
those where the recorded ratio is least, for the worst. Without recorded figures all are sliced.
"""
import shutil
import statistics

from yardstick import compare, slicer

from .section import Row, Section

SPREAD, LEAST = 17, 8


def even(items, count):
    """`count` of the items, evenly spaced."""
    if count >= len(items):
        return list(items)
    return [items[(2 * i + 1) * len(items) // (2 * count)] for i in range(count)]


def chosen(rows, ratio_of, spread, least):
    """(rows for the median, rows that may be the worst) of rows with a recorded cpu_s."""
    ranked = sorted(rows, key=ratio_of)
    long = [row for row in ranked if row["cpu_s"] > compare.MIN_SLICER_CPU_S]
    return even(ranked, spread), long[:least]


def slices(setting, everything=False):
    section = Section("slices", "Against a full slice", "CPU time of whole processes, ours with "
                      "one thread, both in this run: PrusaSlicer's slice, our estimate, and how "
                      "many times as much the slicer takes.")
    if setting.reference is None:
        section.skipped.append("PrusaSlicer's slices: no --reference FOLDER given")
        return section
    if not shutil.which(slicer.SLICER):
        section.skipped.append(f"PrusaSlicer's slices: {slicer.SLICER} is not installed")
        return section

    known = slicer.read_rows(setting.reference / "fdm.jsonl")
    rows = [row for row in known.values() if "error" not in row and row.get("cpu_s")]
    if everything or not rows:
        rows = [{"profile": profile, "model": model, "cpu_s": float("inf")}
                for profile, model in slicer.pairs_of(setting.reference)]
        middle, worst = rows, rows
    else:
        ours = {id(row): our_cpu_s(setting, row, 2) for row in rows}
        middle, worst = chosen(rows, lambda row: row["cpu_s"] / ours[id(row)], SPREAD, LEAST)

    measured = {}
    for row in [*middle, *worst]:
        key = row["profile"], row["model"]
        if key not in measured:
            measured[key] = measure(setting, row)
    pairs = [pair for pair in (measured[row["profile"], row["model"]] for row in middle) if pair]
    long = [pair for pair in measured.values() if pair and pair[0] > compare.MIN_SLICER_CPU_S]
    if not pairs or not long:
        raise SystemExit("PrusaSlicer has answered none of the chosen models")
    ranked = sorted(pairs, key=lambda pair: pair[0] / pair[1])
    section.rows.append(Row(f"median of {len(pairs)} rows", *ranked[len(ranked) // 2][:2],
                            ">= 300"))
    least = min(long, key=lambda pair: pair[0] / pair[1])
    section.rows.append(Row(f"worst of {len(long)} rows over {compare.MIN_SLICER_CPU_S} s: "
                            f"{least[2]}", *least[:2], ">= 60"))
    section.series = {"median_ratio": statistics.median(a / b for a, b, _ in pairs),
                      "rows": [[pair[2], *pair[:2]] for pair in measured.values() if pair]}
    return section


def our_cpu_s(setting, row, runs):
    return compare.answer(setting.program("costengine"),
                          slicer.profile_path(setting.reference, row["profile"]),
                          slicer.model_path(setting.reference, row["model"]), row, runs).cpu_s


def measure(setting, row):
    """(the slicer's CPU seconds, ours, name), our runs before and after the slicer's; None where
    the slicer has no answer."""
    before = our_cpu_s(setting, row, 2)
    answer = slicer.slice_model(slicer.profile_path(setting.reference, row["profile"]),
                                slicer.model_path(setting.reference, row["model"]))
    if "error" in answer:
        return None
    return (answer["cpu_s"], min(before, our_cpu_s(setting, row, 3)),
            f"{row['model']}, {row['profile']}")
