"""Tables for reading (Markdown), rows for spreadsheets (CSV), and the worst rows in full."""
import csv

from .compare import QUANTITIES

# Our names of the slicer's features, where they are not the same in lower case.
OUR_ROLE = {"Internal infill": "sparse infill", "Skirt/Brim": "skirt and brim",
            "Bridge infill": "bridge", "Custom": "start and end",
            "Support material": "support", "Support material interface": "support interface"}


def table(head, rows):
    """Lines of a Markdown table, the first column to the left, all others to the right."""
    cells = [head] + rows
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))) + " |"
             for row in cells]
    rule = "|" + "|".join("-" * (width + 1) + ("-" if i == 0 else ":")
                          for i, width in enumerate(widths)) + "|"
    return [lines[0], rule] + lines[1:]


def percent(value, sign=False):
    return "" if value is None else format(value, "+.2f" if sign else ".2f")


def error_table(groups):
    """`groups` is [(name, {quantity: statistics})]; a line each."""
    head = ["percent", "n", "mean", "median", "p90", "max", "bias", "sum", "held", "half width"]
    rows = [[f"{name}, {quantity}", str(stats["n"])] +
            [percent(stats[key]) for key in ("mean", "median", "p90", "max")] +
            [percent(stats["bias"], True), percent(stats["sum"], True), percent(stats["held"]),
             percent(stats["half_width"])]
            for name, quantities in groups for quantity, stats in quantities.items() if stats]
    return table(head, rows)


def cost_table(groups):
    """`groups` is [(name, cost)]."""
    def ratio(value):
        return "" if value is None else f"{value:.0f}"
    head = ["", "our CPU, median", "slicer / ours, median", "worst", "of", "most memory", "of"]
    rows = [[name, f"{1000 * cost['median_cpu_s']:.1f} ms", ratio(cost["median_ratio"]),
             ratio(cost["worst_ratio"]), cost["worst_model"] or "", f"{cost['peak_mb']:.0f} MiB",
             cost["peak_model"]] for name, cost in groups if cost]
    return table(head, rows)


def worst(pairs, count, by):
    return sorted((pair for pair in pairs if pair.counts(by)),
                  key=lambda pair: abs(pair.error(by)), reverse=True)[:count]


def side_by_side(pair):
    """Lines: one row with the features of both."""
    row = pair.slicer
    if pair.production is None:
        return [f"{row['profile']} {row['model']}: no answer: {pair.message}"]
    figures = ", ".join(f"{quantity} {pair.theirs(quantity):.0f} -> {pair.ours(quantity):.0f} "
                        f"({pair.error(quantity):+.1f} %)"
                        for quantity in QUANTITIES if pair.counts(quantity))
    layers = f"layers {row['layers']} -> {pair.production['layers']}"
    moves = " ".join(f"{key} {row[key]}" for key in ("travel_mm", "travels", "retracts")
                     if key in row)
    ours = {feature["role"]: feature for feature in pair.production["features"]}
    theirs = {OUR_ROLE.get(kind, kind.lower()): feature
              for kind, feature in row["features"].items()}
    lines = []
    for role in sorted(theirs.keys() | ours.keys()):
        a, b = theirs.get(role), ours.get(role)
        cells = [role]
        for key in ("length_mm", "filament_mm"):
            cells += ["" if a is None else f"{a['len_mm' if key == 'length_mm' else key]:.0f}",
                      "" if b is None else f"{b[key]:.0f}"]
        cells += ["" if a is None else f"{a['nominal_s']:.0f}",
                  "" if b is None else f"{b['time_s']:.0f}"]
        lines.append(cells)
    head = ["slicer, ours", "length mm", "", "filament mm", "", "nominal s", "time s"]
    return [f"{row['profile']} {row['model']}: {figures}, {layers}, slicer: {moves}",
            *("    " + line for line in table(head, lines)),
            *("    " + reason for reason in pair.production.get("confidence", []))]


def write_csv(path, pairs):
    """A line for each pair."""
    columns = ["profile", "model"]
    for quantity, unit in (("time", "s"), ("filament", "mm"), ("support", "mm")):
        columns += [f"slicer_{quantity}_{unit}", f"{quantity}_{unit}", f"{quantity}_error_percent"]
        if quantity != "support":
            columns += [f"{quantity}_low_{unit}", f"{quantity}_high_{unit}"]
    columns += ["slicer_cpu_s", "cpu_s", "peak_kb", "message"]
    with open(path, "w", newline="", encoding="utf8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        for pair in pairs:
            line = [pair.slicer["profile"], pair.slicer["model"]]
            for quantity in QUANTITIES:
                line += [f"{pair.theirs(quantity):.2f}", f"{pair.ours(quantity):.2f}",
                         f"{pair.error(quantity):.2f}" if pair.counts(quantity) else ""]
                if quantity != "support":
                    interval = pair.production and pair.interval(quantity)
                    line += [f"{interval[end]:.2f}" if interval else "" for end in ("low", "high")]
            out.writerow(line + [pair.slicer.get("cpu_s", ""), f"{pair.cpu_s:.4f}", pair.peak_kb,
                                 pair.message])
