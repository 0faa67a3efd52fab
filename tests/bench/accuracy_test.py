"""Our estimates of the samples, alone and on plates, stay as close to the slicer's as the tables
promise.

    accuracy_test.py costengine SAMPLES TABLE.csv...

A table of tests/data/slicer names its profile and bounds mean and maximum of the absolute error,
in percent; docs/fdm-model.md has the errors on many more models.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from yardstick import committed, compare  # noqa: E402


def pairs_of(program, samples, table):
    """The slicer's figures beside ours."""
    if "models" in table.rows[0]:
        return [plate_pair(program, samples, table, row) for row in table.rows]
    rows = [{"model": row["model"], "profile": table.profile.stem,
             "time_s": float(row["time_s"]), "filament_mm": float(row["filament_mm"]),
             "features": {"Support": {"filament_mm": float(row["support_mm"])}}}
            for row in table.rows]
    return [compare.answer(program, table.profile, samples / row["model"], row)
            for row in rows]


def plate_pair(program, samples, table, row):
    name = " ".join(filter(None, [row["quantity"], "x", row["models"], row["with"]]))
    theirs = {"model": name, "profile": table.profile.stem, "time_s": float(row["time_s"]),
              "filament_mm": float(row["filament_mm"]), "features": {}}
    models = [samples / model for model in row["models"].split()]
    return compare.plate_answer(program, table.profile, models, int(row["quantity"]),
                                row["with"].split(), theirs)


def check(program, samples, path):
    """The complaints about one table."""
    table = committed.Table(path)
    if not table.is_of_this_profile():
        return [f"{path}: {table.profile} is not the profile that the table was made with; make "
                "the table again with the command in its head"]
    pairs = pairs_of(program, samples, table)
    complaints = [f"{table.profile.stem} {pair.slicer['model']}: no answer: {pair.message}"
                  for pair in pairs if pair.production is None]
    for quantity in compare.QUANTITIES:
        stats = compare.errors(pairs, quantity)
        if stats is None:
            continue
        for kind in ("mean", "max"):
            bound = table.bounds.get(quantity, {}).get(kind)
            line = f"{path.name} {quantity}: {kind} {stats[kind]:.2f} %, bound {bound} %"
            print(line)
            if bound is None or stats[kind] > bound:
                complaints.append(line)
        for pair in pairs:
            if pair.counts(quantity):
                print(f"    {pair.error(quantity):+7.2f} %  {pair.slicer['model']}: "
                      f"{pair.theirs(quantity):.0f}, ours {pair.ours(quantity):.0f}")
    return complaints


def main():
    program, samples = (pathlib.Path(path) for path in sys.argv[1:3])
    tables = [pathlib.Path(path) for path in sys.argv[3:]]
    assert tables, "no tables"
    complaints = [line for path in tables for line in check(program, samples, path)]
    print("\n".join(["too far from the slicer:"] + complaints) if complaints else "all in bounds")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
