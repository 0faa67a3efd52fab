"""The direction of includes: a room sees only itself and the rooms above it.

rooms      a file of include/costengine/<room> or detail/<room> includes only its own room and
           those before it in ROOMS, where estimate and costengine are headers by themselves
price      sees of the others only base and the two structs that it turns into money
public     a header outside detail/ includes the standard library and public headers, and its own
           bodies only for COSTENGINE_HEADER_ONLY: what a user compiles does not depend on what
           the bodies are made with
outside    the command line and the samples include public headers only
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ["base", "profile", "mesh", "measure", "slice", "motion", "process", "price", "estimate",
         "report", "run", "costengine"]
PRICE_SEES = {"costengine/process/production.hpp", "costengine/measure/measurements.hpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
STANDARD = re.compile(r"[a-z_0-9]+")


def includes(path):
    """(line number, included name, for the header-only switch) of every include of a file."""
    header_only = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        header_only = header_only or line.startswith("#ifdef COSTENGINE_HEADER_ONLY")
        if match := INCLUDE.match(line):
            yield number, match[1], header_only


def room_of(name):
    """The room of "costengine/detail/mesh/weld.ipp" is mesh."""
    parts = [part for part in pathlib.PurePath(name).parts[1:] if part != "detail"]
    return parts[0] if len(parts) > 1 else pathlib.PurePath(parts[0]).stem


def complaint(file, name, header_only):
    """Why `file` may not include `name`, or None. Both as an include directive would say them."""
    public = "/detail/" not in file
    if not name.startswith("costengine/"):
        if public and not STANDARD.fullmatch(name):
            return "a public header includes only the standard library and costengine"
        return None
    if not (ROOT / "include" / name).is_file():
        return "there is no such file"
    if public and "/detail/" in name and not header_only:
        return "a public header includes its body only for COSTENGINE_HEADER_ONLY"
    room, other = room_of(file), room_of(name)
    for each in (room, other):
        if each not in ROOMS:
            return f"{each} is not among the rooms that this test knows"
    if ROOMS.index(other) > ROOMS.index(room):
        return f"{other} is a room below {room}"
    if room == "price" and other not in ("price", "base") and name not in PRICE_SEES:
        return "price sees only base, " + " and ".join(sorted(PRICE_SEES))
    return None


def main():
    complaints, seen = [], 0
    for path in sorted((ROOT / "include").rglob("*.[hi][pn]*")):
        file = str(path.relative_to(ROOT / "include"))
        for line, name, header_only in includes(path):
            seen += 1
            if why := complaint(file, name, header_only):
                complaints.append(f"include/{file}:{line}: includes {name}: {why}")
    for folder in ("cli", "samples"):
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            for line, name, _ in includes(path):
                if "costengine/detail/" in name:
                    complaints.append(f"{path.relative_to(ROOT)}:{line}: includes {name}: only "
                                      "public headers are for use outside the library")
    assert seen > 100, "the includes were not found"
    print("\n".join(complaints) or f"{seen} includes, all in the direction of the rooms")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
