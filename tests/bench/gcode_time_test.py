"""costengine-gcode-time sums a slicer's G-code up by layer and by feature.

    gcode_time_test.py costengine-gcode-time
"""

import json
import pathlib
import subprocess
import sys
import tempfile

# Every speed is below the jerk, so a move takes its length over its speed, and up to 10 ms more
# where it brakes down to the speed of the next.
GCODE = """\
;TYPE:Custom
G90
M83
G1 X10 E5 F600
;LAYER_CHANGE
;Z:0.2
;HEIGHT:0.2
G1 E-1 F60
G1 Z0.6
G1 X20 F1200
G1 Z0.2 F60
G1 E1
;TYPE:External perimeter
G1 X30 E1 F600
G1 X30 Y10 E1
;TYPE:Internal infill
G1 X20 E.5
;WIPE_START
G1 X21 E-.4
;WIPE_END
G1 E-.6 F60
;LAYER_CHANGE
;Z:0.4
G1 Z0.4
G1 E1
;TYPE:External perimeter
G1 X31 E1 F600
; estimated printing time (normal mode) = 1m 2s
; gcode_flavor = marlin2
; machine_max_jerk_x = 30
; machine_max_jerk_y = 30
; machine_max_jerk_z = 30
; machine_max_jerk_e = 30
"""


def check(program, folder):
    path = folder / "small.gcode"
    path.write_text(GCODE)
    run = subprocess.run([program, "--layers", path], capture_output=True, text=True, check=True)
    answer = json.loads(run.stdout)
    assert answer["slicer_seconds"] == 62, answer
    assert answer["moves"] == 14, answer
    assert answer["retractions"] == 2, answer
    assert [layer["z"] for layer in answer["layers"]] == [0, 0.2, 0.4], answer

    start, first, second = (layer["features"] for layer in answer["layers"])
    assert start.keys() == {"Custom"}, start
    near(start["Custom"], seconds=1, xy_mm=10, filament_mm=5, moves=1, paths=1)
    near(first["travel"], seconds=0.5, xy_mm=10, filament_mm=0, moves=1, paths=1)
    near(first["retract"], seconds=1 + 0.6 + 0.4 + 1 + 0.6, xy_mm=0, filament_mm=-0.6, moves=5)
    near(first["External perimeter"], seconds=2, xy_mm=20, filament_mm=2, moves=2, paths=1)
    near(first["Internal infill"], seconds=1, xy_mm=10, filament_mm=0.5, moves=1, paths=1)
    near(first["wipe"], seconds=0.1, xy_mm=1, filament_mm=-0.4, moves=1, paths=1)
    near(second["External perimeter"], seconds=1, xy_mm=10, filament_mm=1, moves=1, paths=1)
    for feature, totals in answer["features"].items():
        parts = sum(layer["features"].get(feature, {"seconds": 0})["seconds"]
                    for layer in answer["layers"])
        assert abs(totals["seconds"] - parts) < 1e-3, feature
    seconds = sum(layer["seconds"] for layer in answer["layers"])
    assert abs(answer["seconds"] - seconds) < 1e-2, answer

    missing = subprocess.run([program, folder / "missing.gcode"], capture_output=True, text=True)
    assert missing.returncode == 2 and "missing.gcode" in missing.stderr, missing


def near(totals, **expected):
    for key, value in expected.items():
        tolerance = 0.01 if key == "seconds" else 1e-4
        assert abs(totals[key] - value) < tolerance, (key, totals, expected)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        check(sys.argv[1], pathlib.Path(temporary))
