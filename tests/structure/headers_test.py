"""Every public header compiles by itself with its bodies: whichever a user includes first.

The argument is the compiler.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"


def errors_of(compiler, header):
    """What the compiler says of a file that includes nothing else; empty if it is content."""
    run = subprocess.run(
        [compiler, "-std=c++20", "-fsyntax-only", "-DCOSTENGINE_HEADER_ONLY", f"-I{INCLUDE}",
         "-x", "c++", "-"],
        input=f'#include "{header}"\n', stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    return run.stdout if run.returncode != 0 else ""


def main():
    compiler = sys.argv[1]
    headers = sorted(str(path.relative_to(INCLUDE)) for path in INCLUDE.rglob("*.hpp")
                     if "detail" not in path.relative_to(INCLUDE).parts)
    assert len(headers) > 30, "the headers were not found"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda header: errors_of(compiler, header), headers)
        bad = [f"{header}:\n{errors}" for header, errors in zip(headers, results) if errors]
    print("\n".join(bad) or f"{len(headers)} headers, each compiles by itself")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
