"""Source files stay short (one idea a file), and the library does not promise aborts by assert()."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["include", "src", "cli", "samples", "tests", "bench"]
SUFFIXES = {".hpp", ".ipp", ".cpp", ".py", ".h", ".c"}
MAX_LINES = 600


def main():
    complaints, seen = [], 0
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in SUFFIXES:
                continue
            seen += 1
            text, name = path.read_text(), path.relative_to(ROOT)
            if (lines := text.count("\n")) > MAX_LINES:
                complaints.append(f"{name}: {lines} lines, more than {MAX_LINES}")
            if folder in ("include", "src") and re.search(r"<cassert>|\bassert\(", text):
                complaints.append(f"{name}: uses assert(), which ends the program of the caller")
    assert seen > 100, "the source was not found"
    print("\n".join(complaints) or f"{seen} files, none above {MAX_LINES} lines")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
