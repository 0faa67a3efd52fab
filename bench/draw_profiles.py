#!/usr/bin/env python3
"""Draws profiles of vendors and models at random, to measure the estimate on what nobody chose.

  bench/draw_profiles.py SEED MODELS OUT [--profiles 4] [--models 25] [--exclude REGEX]...

From the vendor bundles of the installed PrusaSlicer: a vendor, then one of its FDM printers with
one extruder, then a print preset that says it fits the printer, then a filament preset that says it
fits both; the next ones where the slicer refuses them. No vendor comes twice. Each profile gets models of the folder MODELS of its own. OUT gets
profiles/*.ini, models/ (links) and pairs.csv, which bench/slice_rows.py and bench/accuracy.py read.

The default --exclude names what the model was developed with; giving the option replaces it.
"""
import argparse
import csv
import itertools
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from yardstick import presets, slicer  # noqa: E402

BUNDLES = pathlib.Path("/usr/share/PrusaSlicer/profiles")
# Matched against "Vendor/Printer".
DEVELOPED_WITH = [r"PrusaResearch/.*(MK[23]|MINI)", r"Creality/.*Ender-[37]", r"TriLAB/",
                  r"Voron/", r"BIBO/", r"Zonestar/", r"Anycubic/", r"Artillery/", r"Snapmaker/",
                  r"Ultimaker/", r"Elegoo/", r"FLSun/"]
TRIES = 8  # of a vendor's profiles


def printers(bundle, exclude):
    """{name: settings} of the printers that may be drawn."""
    found = {name: bundle.preset("printer", name) for name in bundle.names("printer")
             if not any(re.match(pattern, f"{bundle.vendor}/{name}") for pattern in exclude)}
    return {name: settings for name, settings in found.items()
            if settings.get("printer_technology", "FFF") == "FFF"
            and "," not in settings.get("nozzle_diameter", "0.4")}


def fitting(bundle, kind, others):
    """[(name, settings)] of the presets of `kind` that fit the `others`: (kind, name, settings)."""
    all_of_kind = [(name, bundle.preset(kind, name)) for name in bundle.names(kind)]
    return [(name, preset) for name, preset in all_of_kind
            if all(presets.fits(preset, *other) for other in others)]


def draw_profiles(draw, bundle, exclude):
    """Yields (names of the presets, settings), for one printer after another."""
    candidates = sorted(printers(bundle, exclude))
    draw.shuffle(candidates)
    for name in candidates:
        printer = bundle.preset("printer", name)
        prints = fitting(bundle, "print", [("printer", name, printer)])
        draw.shuffle(prints)
        for print_name, print_settings in prints:
            filaments = fitting(bundle, "filament", [("printer", name, printer),
                                                     ("print", print_name, print_settings)])
            if filaments:
                filament_name, filament = draw.choice(filaments)
                yield ((name, print_name, filament_name),
                       {**printer, **print_settings, **filament})
                break


def is_accepted(profile, models):
    """Whether the slicer takes the profile: it slices one of these models with it."""
    return any("error" not in slicer.slice_model(profile, model) for model in models)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int)
    parser.add_argument("models_folder", type=pathlib.Path, metavar="MODELS")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--profiles", type=int, default=4, metavar="N")
    parser.add_argument("--models", type=int, default=25, metavar="N")
    parser.add_argument("--exclude", action="append", metavar="REGEX")
    arguments = parser.parse_args()
    exclude = arguments.exclude or DEVELOPED_WITH
    draw = random.Random(arguments.seed)

    bundles = [presets.Bundle(path) for path in sorted(BUNDLES.glob("*.ini"))]
    bundles = [bundle for bundle in bundles if printers(bundle, exclude)]
    models = sorted(path for path in arguments.models_folder.iterdir()
                    if path.suffix.lower() in slicer.MODELS)
    smallest = sorted(models, key=lambda path: path.stat().st_size)[:3]
    draw.shuffle(bundles)
    for folder in ("models", "profiles"):
        (arguments.out / folder).mkdir(parents=True)
    pairs = []
    for bundle in bundles:
        if len(pairs) == arguments.profiles * arguments.models:
            break
        tries = itertools.islice(draw_profiles(draw, bundle, exclude), TRIES)
        for names, settings in tries:
            profile = re.sub(r"[^a-z0-9.]+", "-", f"{bundle.vendor} {names[0]} {names[1]}".lower())
            head = f"# {bundle.vendor}: " + " | ".join(names) + "\n"
            path = arguments.out / "profiles" / f"{profile}.ini"
            path.write_text(head + presets.as_ini(settings), encoding="utf8")
            if is_accepted(path, smallest):
                break
            path.unlink()
        else:
            continue
        for model in sorted(draw.sample(models, arguments.models)):
            pairs.append((profile, model.name))
            link = arguments.out / "models" / model.name
            if not link.is_symlink():
                link.symlink_to(model.resolve())
    with open(arguments.out / "pairs.csv", "w", newline="", encoding="utf8") as file:
        csv.writer(file, lineterminator="\n").writerows(pairs)
    print(f"{len({profile for profile, _ in pairs})} profiles, {len(pairs)} pairs in "
          f"{arguments.out}")


if __name__ == "__main__":
    main()
