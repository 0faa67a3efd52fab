"""docs/errors.md and docs/findings.md list the codes of the headers: the same names and numbers.

The first two columns of each table are `name` and number: | `truncated` | 33 | ... |
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include/costengine"


def codes_in_source(enum, header, names):
    """{name: number} from the enum in `header` and the switch that names its members."""
    body = re.search(rf"enum class {enum}\b[^{{]*{{(.*?)\n}};", (INCLUDE / header).read_text(),
                     re.DOTALL)[1]
    numbers = {member: int(number) for member, number in re.findall(r"(k\w+) = (\d+)", body)}
    members = re.findall(rf'case {enum}::(k\w+):\s*return "(\w+)"', (INCLUDE / names).read_text())
    assert {member for member, _ in members} == set(numbers), f"{enum} has members without a name"
    assert len({name for _, name in members}) == len(members), f"{enum} has a name twice"
    assert len(set(numbers.values())) == len(numbers), f"{enum} has a number twice"
    return {name: numbers[member] for member, name in members}


def codes_in_document(path):
    """{name: number} from the rows of the document's tables that begin with a code."""
    rows = re.findall(r"^\|\s*`(\w+)`\s*\|\s*(\d+)\s*\|", path.read_text(), re.MULTILINE)
    assert len({name for name, _ in rows}) == len(rows), f"{path} lists a code twice"
    return {name: int(number) for name, number in rows}


def main():
    failed = False
    for document, source in (
            ("docs/errors.md", ("ErrorCode", "base/error.hpp", "detail/base/error.ipp")),
            ("docs/findings.md", ("FindingCode", "mesh/finding.hpp", "detail/mesh/finding.ipp"))):
        code, text = codes_in_source(*source), codes_in_document(ROOT / document)
        for name in sorted(code.keys() | text.keys()):
            if code.get(name) != text.get(name):
                print(f"{document}: {name} is {code.get(name)} in the source, "
                      f"{text.get(name)} in the document")
                failed = True
        print(f"{document}: {len(text)} codes")
    return failed


if __name__ == "__main__":
    sys.exit(main())
