"""costengine.h against libcostengine.so and the documents (arguments: nm, the library).

The library exports the functions of the header and nothing else; every function stands behind a
comment, or in a group that begins with one; the status numbers are those of docs/errors.md, the
version is that of base/config.hpp.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "include/costengine/costengine.h"


def functions(text):
    return set(re.findall(r"^COSTENGINE_API [^;]*?\b(costengine_\w+)\(", text, re.MULTILINE))


def exported(nm, library):
    """Every symbol but the name of the version that all of them have."""
    lines = subprocess.run([nm, "-D", "--defined-only", library], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    rows = [line.split()[-2:] for line in lines]
    return {name.partition("@")[0] for kind, name in rows if kind != "A"}


def undocumented(text):
    """Functions without a comment above them or above the functions that they directly follow."""
    found, documented = [], False
    for paragraph in re.split(r"\n\n", text):
        documented = "/*" in paragraph
        first = re.search(r"^COSTENGINE_API", paragraph, re.MULTILINE)
        if first and not (documented and paragraph.index("/*") < first.start()):
            found += functions(paragraph)
    return found


def statuses(text):
    body = re.search(r"enum \{\n  COSTENGINE_OK = 0,\n(.*?)\n\};", text, re.DOTALL)[1]
    return {name.lower(): int(number)
            for name, number in re.findall(r"COSTENGINE_(\w+) = (\d+)", body)}


def main():
    nm, library = sys.argv[1:]
    text = HEADER.read_text()
    declared, symbols = functions(text), exported(nm, library)
    assert len(declared) > 30, "the functions were not found"
    complaints = [f"{name} is declared and not exported" for name in sorted(declared - symbols)]
    complaints += [f"{name} is exported and not declared" for name in sorted(symbols - declared)]
    complaints += [f"{name} has no comment" for name in undocumented(text)]

    table = re.findall(r"^\|\s*`(\w+)`\s*\|\s*(\d+)\s*\|", (ROOT / "docs/errors.md").read_text(),
                       re.MULTILINE)
    codes = {name: int(number) for name, number in table}
    for name in sorted(codes.keys() | statuses(text).keys()):
        if codes.get(name) != statuses(text).get(name):
            complaints.append(f"{name} is {statuses(text).get(name)} in costengine.h, "
                              f"{codes.get(name)} in docs/errors.md")

    config = (ROOT / "include/costengine/base/config.hpp").read_text()
    for line in re.findall(r"#define COSTENGINE_VERSION.*", config):
        if line not in text:
            complaints.append(f"costengine.h lacks '{line}' of base/config.hpp")
    print("\n".join(complaints) or f"{len(declared)} functions, {len(codes)} statuses")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
