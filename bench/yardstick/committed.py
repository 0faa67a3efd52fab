"""The slicer's figures that are committed as data: CSV below a head of comments."""
import argparse
import csv
import hashlib
import pathlib
import re
import subprocess

from . import slicer

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOUND = re.compile(r"# bound: (\w+) (mean|max) (\d+(?:\.\d+)?) %")


class Table:
    """A file of figures: its profile, the lines of its head, {quantity: {mean|max: percent}} and
    its rows by the names of the columns."""

    def __init__(self, path):
        self.path = path
        lines = path.read_text(encoding="utf8").splitlines()
        self.head = [line for line in lines if line.startswith("#")]
        self.rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        self.bounds = {}
        for quantity, kind, percent in BOUND.findall("\n".join(self.head)):
            self.bounds.setdefault(quantity, {})[kind] = float(percent)
        name, self.digest = re.search(r"# profile: (\S+), SHA-256 (\w+)",
                                      "\n".join(self.head)).groups()
        self.profile = ROOT / name

    def is_of_this_profile(self):
        """False where the profile was changed and the table was not made again."""
        return digest_of(self.profile) == self.digest


def arguments_of(doc):
    """What a program that makes a table is given: profile, samples, table."""
    parser = argparse.ArgumentParser(description=doc,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("profile", "samples", "table"):
        parser.add_argument(name, type=pathlib.Path)
    return parser.parse_args()


def digest_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def slicer_version():
    text = subprocess.run([slicer.SLICER, "--help"], stdout=subprocess.PIPE, text=True).stdout
    return re.search(r"PrusaSlicer-[\d.]+", text)[0].replace("-", " ")


def write(path, command, profile, columns, rows):
    """`command` is what a reader would type to make the table again. Bounds of an older file at
    `path` stay."""
    bounds = [line for line in (Table(path).head if path.is_file() else []) if BOUND.match(line)]
    head = [f"# {slicer_version()}; made by: {command}",
            f"# profile: {profile.resolve().relative_to(ROOT)}, SHA-256 {digest_of(profile)}",
            *bounds]
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf8") as file:
        file.write("\n".join(head) + "\n")
        out = csv.DictWriter(file, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
