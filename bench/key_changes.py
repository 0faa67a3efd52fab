#!/usr/bin/env python3
"""What one setting changes in time and filament: for the slicer, and for us.

  bench/key_changes.py make PROFILE.ini SAMPLES TABLE.csv
  bench/key_changes.py compare COSTENGINE SAMPLES TABLE.csv [KEY...] [--all] [--misses FILE]

`make` slices three samples with the installed PrusaSlicer before and after each change of the list
below, one setting at a time; a table that is there already keeps its rows, so that an interrupted
run goes on and a change added to the list costs only its own runs. Each figure is the median of
three runs, since the slicer's own differ: one in ten times of the hollow box is 1 % longer.

`compare` says for each change whether ours has the slicer's sign and lies within 20 % of the
slicer's change or 1 % of the total. The slicer's figures vary by 0.1 % from run to run, so the sign
of a smaller change than 0.2 % is not asked for. A miss is *held* if our interval after the change
has the slicer's figure in it. Ends with 1 if a change is missed. Without --all only the missed rows
are shown.

With --misses it ends with 1 only if a change is missed that FILE does not name: one change a line,
as the first column shows it, each of them known to be missed. What FILE names and is no longer
missed is reported, too.
"""
import argparse
import concurrent.futures
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from yardstick import committed, compare, report, slicer  # noqa: E402

SAMPLES = ["bracket.stl", "figurine-2k.stl", "hollow-box.stl"]
QUANTITIES = {"time_s": "s", "filament_mm": "mm"}
RUNS = 3
COLUMNS = ["key", "value", "with", "model", "time_before_s", "filament_before_mm", "time_after_s",
           "filament_after_mm"]

SUPPORT = "support_material=1"
# (settings of both sides, settings that change). A change of several values is one that has no
# meaning alone, such as both axes of a limit.
CHANGES = [("", change) for change in """
layer_height=0.15
first_layer_height=0.32
external_perimeter_extrusion_width=0.55
perimeter_extrusion_width=0.6
infill_extrusion_width=0.6
solid_infill_extrusion_width=0.55
top_infill_extrusion_width=0.5
first_layer_extrusion_width=0.6
nozzle_diameter=0.5
perimeter_speed=30
external_perimeter_speed=60%
small_perimeter_speed=10
infill_speed=45
solid_infill_speed=40
top_solid_infill_speed=20
bridge_speed=15
first_layer_speed=12
travel_speed=90
travel_speed_z=3
default_acceleration=500
perimeter_acceleration=400
infill_acceleration=500
bridge_acceleration=300
first_layer_acceleration=200
machine_max_acceleration_x=500 machine_max_acceleration_y=500
machine_max_acceleration_z=40
machine_max_acceleration_e=500
machine_max_acceleration_extruding=500
machine_max_acceleration_retracting=300
machine_max_feedrate_x=60 machine_max_feedrate_y=60
machine_max_feedrate_z=3
machine_max_feedrate_e=20
machine_max_jerk_x=4 machine_max_jerk_y=4
machine_max_jerk_z=0.1
machine_max_jerk_e=0.8
machine_limits_usage=time_estimate_only
machine_limits_usage=ignore
gcode_flavor=marlin2
gcode_flavor=reprap
gcode_flavor=reprapfirmware
gcode_flavor=repetier
perimeters=4
perimeter_generator=classic
extra_perimeters=0
external_perimeters_first=1
top_solid_layers=2
bottom_solid_layers=8
top_solid_min_thickness=1.6
bottom_solid_min_thickness=1.6
ensure_vertical_shell_thickness=1
overhangs=0
seam_position=random
avoid_crossing_perimeters=1
fill_density=40%
fill_density=0%
fill_pattern=rectilinear
fill_pattern=alignedrectilinear
fill_pattern=line
fill_pattern=triangles
fill_pattern=stars
fill_pattern=cubic
fill_pattern=concentric
fill_pattern=honeycomb
fill_pattern=3dhoneycomb
fill_pattern=gyroid
fill_pattern=hilbertcurve
fill_pattern=archimedeanchords
fill_pattern=octagramspiral
fill_pattern=adaptivecubic
fill_pattern=supportcubic
fill_pattern=lightning
top_fill_pattern=rectilinear
top_fill_pattern=concentric
bottom_fill_pattern=concentric
fill_angle=0
infill_anchor=0
infill_anchor_max=0
infill_overlap=50%
infill_every_layers=2
infill_first=1
infill_only_where_needed=1
solid_infill_every_layers=10
solid_infill_below_area=200
bridge_flow_ratio=0.7
thick_bridges=0
only_retract_when_crossing_perimeters=1
support_material=1
raft_layers=3
skirts=0
skirt_distance=12
skirt_height=5
min_skirt_length=800
draft_shield=enabled
brim_type=outer_only brim_width=6
brim_type=outer_and_inner brim_width=6
ironing=1
fuzzy_skin=external
elefant_foot_compensation=0.4
xy_size_compensation=-0.2
retract_length=4
retract_speed=15
deretract_speed=8
retract_lift=0
retract_layer_change=0
retract_before_travel=6
retract_restart_extra=0.2
use_firmware_retraction=1
wipe=1
cooling=0
slowdown_below_layer_time=40
slowdown_below_layer_time=40 min_print_speed=5
max_volumetric_speed=3
filament_max_volumetric_speed=3
extrusion_multiplier=0.9
filament_diameter=2.85
start_gcode=G28
end_gcode=G1\\_X0\\_Y0\\_F600
before_layer_gcode=G92\\_E0\\nG1\\_X10\\_F3000
layer_gcode=G1\\_X5\\_Y5\\_F3000
resolution=0.05
gcode_resolution=0.1
""".split("\n") if change] + [
    ("perimeter_generator=classic", "thin_walls=0"),
    ("perimeter_generator=classic", "gap_fill_enabled=0"),
    ("perimeter_extrusion_width=0 infill_extrusion_width=0 solid_infill_extrusion_width=0",
     "extrusion_width=0.6"),
    ("", "perimeter_extrusion_width=0"),
    ("", "perimeter_extrusion_width=150%"),
    ("perimeter_generator=classic", "gap_fill_speed=15"),
    ("fill_pattern=rectilinear", "fill_density=100%"),
    ("wipe=1", "retract_before_wipe=70%"),
    ("spiral_vase=0 perimeters=1 top_solid_layers=0 fill_density=0% support_material=0",
     "spiral_vase=1"),
    ("ironing=1", "ironing_spacing=0.2"),
    ("ironing=1", "ironing_type=solid")] + [(SUPPORT, change) for change in """
support_material_style=snug
support_material_buildplate_only=1
support_material_threshold=60
support_material_spacing=4
support_material_pattern=rectilinear-grid
support_material_pattern=honeycomb
support_material_with_sheath=0
support_material_interface_layers=0
support_material_interface_spacing=1
support_material_bottom_interface_layers=0
support_material_contact_distance=0.05
support_material_xy_spacing=150%
support_material_extrusion_width=0.6
support_material_speed=25
support_material_interface_speed=50%
dont_support_bridges=0
raft_layers=3
""".split("\n") if change]


def settings(text):
    """{key: value} of "key=value key=value"; \\_ stands for a space."""
    return {key: value.replace("\\_", " ") for key, value in
            (pair.split("=", 1) for pair in text.split())}


def write_profile(base, changes, path):
    """The profile `base` with other values for some keys."""
    lines = [line for line in base.read_text(encoding="utf8").splitlines()
             if line.partition("=")[0].strip() not in changes]
    path.write_text("\n".join(lines + [f"{key} = {value}" for key, value in changes.items()]) +
                    "\n", encoding="utf8")


def make(profile, samples, table):
    old = committed.Table(table) if table.is_file() else None
    known = {}
    if old and old.is_of_this_profile():
        known = {(row["with"], row["key"], row["value"], row["model"]): row for row in old.rows}
    table_rows, sliced = [], {}
    command = f"bench/key_changes.py make {profile} {samples} {table}"

    def figures(model, text):
        if (model, text) not in sliced:
            with tempfile.TemporaryDirectory() as folder:
                changed = pathlib.Path(folder) / "changed.ini"
                write_profile(profile, settings(text), changed)
                rows = [slicer.slice_model(changed, samples / model) for _ in range(RUNS)]
            errors = [row["error"] for row in rows if "error" in row]
            print(f"{model} {text}: {errors or [row['time_s'] for row in rows]}", file=sys.stderr)
            sliced[model, text] = None if errors else [
                statistics.median(row[key] for row in rows) for key in QUANTITIES]
        return sliced[model, text]

    for given, change in CHANGES:
        keys = " ".join(pair.partition("=")[0] for pair in change.split())
        values = " ".join(pair.partition("=")[2] for pair in change.split())
        for model in SAMPLES:
            row = known.get((given, keys, values, model))
            if row is None:
                before = figures(model, given)
                after = figures(model, f"{given} {change}")
                if before is None or after is None:
                    print(f"left out: {change}: the slicer refuses {model}", file=sys.stderr)
                    continue
                row = dict(zip(COLUMNS, [keys, values, given, model, *before, *after]))
            table_rows.append(row)
        committed.write(table, command, profile, COLUMNS, table_rows)


def verdict(theirs_before, theirs_after, ours_before, ours_after):
    """Whether our change is the slicer's."""
    theirs, ours = theirs_after - theirs_before, ours_after - ours_before
    off = abs(ours - theirs)
    if off > max(0.2 * abs(theirs), 0.01 * theirs_before):
        return "missed"
    if abs(theirs) > 0.002 * theirs_before and ours * theirs <= 0:
        return "sign"
    return "ok"


def name_of(row):
    """A change as a line: key=value (settings of both sides)."""
    return row["key"] + "=" + row["value"] + (f" ({row['with']})" if row["with"] else "")


def answers(program, samples, table, rows):
    """{(model, settings): our intervals of both quantities, or None}"""
    asked = {(row["model"], text) for row in rows for text in
             (row["with"], f"{row['with']} {changed(row)}")}

    def ours(pair):
        model, text = pair
        with tempfile.TemporaryDirectory() as folder:
            ini = pathlib.Path(folder) / "changed.ini"
            write_profile(table.profile, settings(text), ini)
            production = compare.answer(program, ini, samples / model, {}).production
        return production and {key: production[key] for key in QUANTITIES}

    asked = sorted(asked)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(asked, pool.map(ours, asked)))


def changed(row):
    return " ".join(f"{key}={value}" for key, value in
                    zip(row["key"].split(), row["value"].split()))


def compare_changes(program, samples, table, only):
    """[(row, quantity, their change, ours, in percent of the total before, verdict, held)]"""
    rows = [row for row in table.rows if not only or set(row["key"].split()) & set(only)]
    answered = answers(program, samples, table, rows)
    result = []
    for row in rows:
        before = answered[row["model"], row["with"]]
        after = answered[row["model"], f"{row['with']} {changed(row)}"]
        for quantity, unit in QUANTITIES.items():
            name = quantity.rpartition("_")[0]
            theirs = [float(row[f"{name}_{when}_{unit}"]) for when in ("before", "after")]
            expected = 100 * (theirs[1] / theirs[0] - 1)
            if before is None or after is None:
                result.append((row, name, expected, None, "no answer", False))
                continue
            mine = [before[quantity]["value"], after[quantity]["value"]]
            held = after[quantity]["low"] <= theirs[1] <= after[quantity]["high"]
            result.append((row, name, expected, 100 * (mine[1] - mine[0]) / theirs[0],
                           verdict(*theirs, *mine), held))
    return result


def show(result, every):
    """Lines: a row for each change, sample and quantity, and a summary by key."""
    rows, missed = [], {}
    for row, name, expected, ours, word, held in result:
        key = name_of(row)
        missed.setdefault(key, 0)
        missed[key] += word != "ok"
        if every or word != "ok":
            rows.append([key, row["model"].removesuffix(".stl"), name, f"{expected:+.2f}",
                         "" if ours is None else f"{ours:+.2f}", word, "held" if held else ""])
    lines = report.table(["change in percent of the total before", "model", "", "slicer", "ours",
                          "verdict", "interval"], rows) if rows else []
    good = sum(count == 0 for count in missed.values())
    return lines + ["", f"{good} of {len(missed)} changes are the slicer's in all samples; "
                    f"{sum(missed.values())} of {len(result)} figures missed"]


def complaints(table, result, known):
    """Against the changes that are `known` to be missed: what is wrong, and what is better."""
    missed = {name_of(row) for row, *_, word, _ in result if word != "ok"}
    matched = {name_of(row) for row, *_ in result} - missed
    strangers = known - {name_of(row) for row in table.rows}
    return ([f"matched, and does no longer: {name}" for name in sorted(missed - known)] +
            [f"no change of the table: {name}" for name in sorted(strangers)],
            [f"matches now, and can leave the list: {name}" for name in sorted(known & matched)])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, first in (("make", "profile"), ("compare", "program")):
        command = commands.add_parser(name)
        for argument in (first, "samples", "table"):
            command.add_argument(argument, type=pathlib.Path)
        if name == "compare":
            command.add_argument("--all", action="store_true")
            command.add_argument("--misses", type=pathlib.Path)
            command.add_argument("key", nargs="*")
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.profile, arguments.samples, arguments.table)
        return 0
    table = committed.Table(arguments.table)
    if not table.is_of_this_profile():
        print(f"{table.profile} is not the profile that the table was made with; make it again")
        return 1
    result = compare_changes(arguments.program, arguments.samples, table, arguments.key)
    print("\n".join(show(result, arguments.all)))
    if not arguments.misses:
        return int(any(word != "ok" for *_, word, _ in result))
    lines = arguments.misses.read_text(encoding="utf8").splitlines()
    worse, better = complaints(table, result,
                               {line for line in lines if line and not line.startswith("#")})
    print("\n".join(worse + better))
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
