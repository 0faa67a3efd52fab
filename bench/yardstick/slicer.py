"""The slicer's answers: rows of fdm.jsonl, read from a folder or made by running PrusaSlicer.

A folder has models/ and profiles/*.ini, or both beside each other. Which pairs count: those of
pairs.csv (lines of profile,model) if it is there, else those of fdm.jsonl, else all.
"""
import csv
import gzip
import json
import pathlib
import re
import shutil
import sys
import tempfile

from . import gcode, process

MODELS = {".stl", ".obj", ".3mf", ".amf"}
SLICER = "prusa-slicer"
SLICER_TIMEOUT_S = 1800


def model_path(folder, name):
    beside = folder / "models"
    return (beside if beside.is_dir() else folder) / name


def profile_path(folder, name):
    beside = folder / "profiles"
    return (beside if beside.is_dir() else folder) / f"{name}.ini"


def is_fdm(path):
    return not re.search(r"^printer_technology\s*=\s*SLA\s*$", path.read_text(encoding="utf8"),
                         re.MULTILINE)


def read_rows(path):
    """{(profile, model): row}; empty without the file. The last row of a pair counts."""
    if not path.is_file():
        return {}
    with open(path, encoding="utf8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return {(row["profile"], row["model"]): row for row in rows}


def pairs_of(folder):
    """[(profile, model)] that the folder asks for."""
    if (folder / "pairs.csv").is_file():
        with open(folder / "pairs.csv", newline="", encoding="utf8") as file:
            return [tuple(line) for line in csv.reader(file) if line]
    if rows := read_rows(folder / "fdm.jsonl"):
        return list(rows)
    profiles = sorted(path for path in profile_path(folder, "x").parent.glob("*.ini")
                      if is_fdm(path))
    models = sorted(path.name for path in model_path(folder, "x").parent.iterdir()
                    if path.suffix.lower() in MODELS)
    return [(path.stem, model) for path in profiles for model in models]


def slice_model(profile, model, keep=None):
    """One row without its names: what the slicer says of `model`, or an `error`. Its G-code goes,
    compressed, to `keep`."""
    return run_slicer(["--load", str(profile)], [model], keep)


def slice_plate(profile, models, quantity, settings=()):
    """The same for one plate, arranged by the slicer: `quantity` of each model, or one each of
    several. `settings` are words like "complete_objects=1"."""
    options = ["--load", str(profile)]
    for key, value in (setting.split("=", 1) for setting in settings):
        options.append(f"--{key.replace('_', '-')}={value}")
    if len(models) > 1:
        assert quantity == 1, "the slicer's command line duplicates only single models"
        options.append("--merge")
    elif quantity > 1:
        options += ["--duplicate", str(quantity)]
    return run_slicer(options, models)


def run_slicer(options, models, keep=None):
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "out.gcode"
        run = process.run(["nice", "-n", "15", SLICER, *options, "--export-gcode", "-o", str(out),
                           *map(str, models)], SLICER_TIMEOUT_S)
        took = {"cpu_s": round(run.cpu_s, 2), "wall_s": round(run.wall_s, 2),
                "peak_kb": run.peak_kb}
        if run.code != 0 or not out.is_file():
            words = (run.err.strip() or run.out.strip() or "no G-code").splitlines()[-1]
            return {**took, "error": f"rc={run.code} {words}"}
        if keep:
            keep.parent.mkdir(parents=True, exist_ok=True)
            with open(out, "rb") as source, gzip.open(keep, "wb", 1) as target:
                shutil.copyfileobj(source, target)
        with open(out, encoding="utf8", errors="replace") as file:
            try:
                return {**took, **gcode.read(file)}
            except ValueError as error:
                return {**took, "error": str(error)}


def rows_of(folder, cache=None, afresh=False, gcode_folder=None, only=None):
    """The rows of all pairs, in order, or of the profiles in `only`. Those that fdm.jsonl lacks
    are sliced, one at a time, and appended to the file `cache`, so that a second run goes on where
    this one stops. `afresh` takes nothing from the folder's own fdm.jsonl."""
    known = {} if afresh else read_rows(folder / "fdm.jsonl")
    if cache:
        known.update(read_rows(cache))
    pairs = [pair for pair in pairs_of(folder) if not only or pair[0] in only]
    missing = [pair for pair in pairs if pair not in known]
    if missing and not cache:
        raise SystemExit(f"{folder}/fdm.jsonl lacks {len(missing)} rows; name a folder with --out "
                         "to let the slicer make them")
    if missing and not shutil.which(SLICER):
        raise SystemExit(f"{len(missing)} rows are to be made, but {SLICER} is not installed")
    for number, (profile, model) in enumerate(missing, 1):
        row = {"model": model, "profile": profile,
               **slice_model(profile_path(folder, profile), model_path(folder, model),
                             gcode_folder and gcode_folder / profile / f"{model}.gcode.gz")}
        known[profile, model] = row
        cache.parent.mkdir(parents=True, exist_ok=True)
        with open(cache, "a", encoding="utf8") as file:
            file.write(json.dumps(row) + "\n")
        print(f"sliced {number} of {len(missing)}: {profile} {model}: "
              f"{row.get('error') or '%.1f s' % row['cpu_s']}", file=sys.stderr, flush=True)
    return [known[pair] for pair in pairs]
