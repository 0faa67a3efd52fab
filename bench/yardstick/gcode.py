"""Reads PrusaSlicer's G-code: the figures of its comments, and path and filament by ;TYPE:."""
import math
import re

FIELD = re.compile(r"([XYZEF])([-+]?(?:\d+\.?\d*|\.\d+))")
DURATION = re.compile(r"(\d+)([dhms])")
SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
COMMENTS = {"filament used [mm]": "filament_mm", "filament used [g]": "filament_g"}


def seconds(duration):
    """7384 of "2h 3m 4s"."""
    parts = DURATION.findall(duration)
    if not parts:
        raise ValueError(f'"{duration}" is not a duration')
    return sum(int(number) * SECONDS[unit] for number, unit in parts)


class Reader:
    """Follows the nozzle: take() every line, then row() has what they amount to."""

    def __init__(self):
        self.at = {"X": 0.0, "Y": 0.0, "Z": 0.0}
        self.e = 0.0
        self.speed_mm_s = 0.0
        self.relative, self.relative_e = False, False
        self.type = "Custom"
        self.features = {}
        self.figures = {}
        self.layers = self.travels = self.retracts = 0
        self.travel_mm = 0.0

    def take(self, line):
        if line.startswith(("G1 ", "G0 ")):
            self.move(dict(FIELD.findall(line.partition(";")[0])))
        elif line.startswith(";"):
            self.comment(line[1:].strip())
        else:
            self.command(line)

    def comment(self, text):
        if text == "LAYER_CHANGE":
            self.layers += 1
        elif text.startswith("TYPE:"):
            self.type = text[5:]
        elif "=" in text:
            key, value = (part.strip() for part in text.split("=", 1))
            if key == "estimated printing time (normal mode)":
                self.figures["time_s"] = seconds(value)
            elif key in COMMENTS:  # a figure for each extruder
                self.figures[COMMENTS[key]] = sum(map(float, value.split(",")))

    def command(self, line):
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        if word == "G92":
            for axis, value in FIELD.findall(line.partition(";")[0]):
                if axis == "E":
                    self.e = float(value)
                elif axis in self.at:
                    self.at[axis] = float(value)
        elif word in ("G90", "G91"):
            self.relative = self.relative_e = word == "G91"
        elif word in ("M82", "M83"):
            self.relative_e = word == "M83"
        elif word == "G10":  # firmware retraction; its settings have letters
            self.retracts += line.split(";")[0].strip() == "G10"

    def move(self, fields):
        if "F" in fields:
            self.speed_mm_s = float(fields["F"]) / 60
        squares = 0.0
        for axis, old in self.at.items():
            if axis in fields:
                self.at[axis] = float(fields[axis]) + (old if self.relative else 0)
                squares += (self.at[axis] - old) ** 2
        length_mm = math.sqrt(squares)
        filament_mm = 0.0
        if "E" in fields:
            filament_mm = float(fields["E"]) - (0 if self.relative_e else self.e)
            self.e += filament_mm
        in_plane = "X" in fields or "Y" in fields
        if filament_mm > 0 and in_plane and length_mm > 0:
            feature = self.features.setdefault(
                self.type, {"len_mm": 0.0, "filament_mm": 0.0, "moves": 0, "nominal_s": 0.0})
            feature["len_mm"] += length_mm
            feature["filament_mm"] += filament_mm
            feature["moves"] += 1
            feature["nominal_s"] += length_mm / self.speed_mm_s if self.speed_mm_s else 0
        elif filament_mm < 0 and not in_plane:
            self.retracts += 1
        elif filament_mm == 0 and in_plane and length_mm > 0:
            self.travels += 1
            self.travel_mm += length_mm

    def row(self):
        """The figures as a row of fdm.jsonl; an error if the closing comments were missing."""
        missing = {"time_s", "filament_mm"} - set(self.figures)
        if missing:
            raise ValueError("the G-code has no comment for " + " and ".join(sorted(missing)))
        digits = {"len_mm": 1, "filament_mm": 2, "moves": None, "nominal_s": 1}
        features = {kind: {key: round(value, digits[key]) for key, value in feature.items()}
                    for kind, feature in sorted(self.features.items())}
        return {**self.figures, "layers": self.layers, "travel_mm": round(self.travel_mm),
                "travels": self.travels, "retracts": self.retracts, "features": features}


def read(lines):
    """The row of one file, from its lines as text."""
    reader = Reader()
    for line in lines:
        reader.take(line)
    return reader.row()
