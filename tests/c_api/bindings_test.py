"""The samples in C, Python and Java say what the command line says (argument: c, python or java).

    COSTENGINE_PROGRAM   the command line
    COSTENGINE_LIBRARY   libcostengine.so.1
    COSTENGINE_SAMPLES   the folder samples/
    COSTENGINE_PRICE     the compiled samples/c/price.c

Their JSON is the same byte for byte, apart from timing_ms, the outcome of the cache and the path.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SAMPLES = pathlib.Path(os.environ["COSTENGINE_SAMPLES"])
JNA = pathlib.Path("/usr/share/java/jna.jar")
MODELS = ["bracket.stl", "bracket-ascii.stl", "bracket.obj", "bracket-inch.stl", "broken-open.stl",
          "broken-overlap.stl", "hollow-box.stl"]
SKIPPED = 77

# A job on bytes in memory, by the Python wrapper.
JOB = """
import sys
from costengine import Engine
engine = Engine()
profile = engine.profile(settings=["layer_height=0.3"])
with open(sys.argv[1], "rb") as file:
    job = engine.start(profile, engine.prices("example"), data=file.read(), name=sys.argv[1])
with engine.finish(job) as result:
    print(result.json())
"""


def program(language, folder):
    """The command of a sample, and why it cannot be run."""
    if language == "c":
        return [os.environ["COSTENGINE_PRICE"]], None
    if language == "python":
        return [sys.executable, "-B", str(SAMPLES / "python/price.py")], None
    if not shutil.which("javac") or not JNA.is_file():
        return None, "no Java here: apt-get install default-jdk-headless libjna-java"
    subprocess.run(["javac", "-cp", str(JNA), "-d", folder, str(SAMPLES / "java/Price.java")],
                   check=True)
    return ["java", "-Xshare:auto", "-cp", f"{JNA}:{folder}", "Price"], None


def run(command, *arguments):
    """Exit code, standard output, standard error."""
    done = subprocess.run([*command, *map(str, arguments)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300, text=True)
    return done.returncode, done.stdout, done.stderr


def comparable(text):
    """The line without what may differ."""
    text = re.sub(r'"timing_ms":\{[^}]*\}', "", text)
    text = re.sub(r'"cache":\{[^}]*\}', "", text)
    return re.sub(r'"path":"(?:[^"\\]|\\.)*"', "", text)


def check(language, command, engine, folder):
    odd = pathlib.Path(folder, "f\u00fcr \u6771\u4eac \"1\".stl")
    shutil.copy(SAMPLES / "models/bracket.stl", odd)
    models = [SAMPLES / "models" / name for name in MODELS] + [odd]
    if language == "java":
        models = [models[0], models[4], odd]  # a virtual machine for each
    for model in models:
        code, expected, _ = run(engine, "estimate", "--json", model)
        got = run(command, "--json", model)
        assert got[0] == code == 0, (model, got)
        assert comparable(got[1]) == comparable(expected), f"{model}:\n{expected}\n{got[1]}"
        assert len(comparable(expected)) > 1000, expected
    missing = pathlib.Path(folder, "missing.stl")
    code, expected, _ = run(engine, "estimate", "--json", missing)
    got = run(command, "--json", missing)
    assert got[0] == code == 2, got
    assert comparable(got[1]) == comparable(expected), f"{expected}\n{got[1]}"
    assert "cannot open the file" in got[2], got
    code, shown, _ = run(command, models[0])
    assert code == 0 and re.search(r"total +24\.72 EUR", shown), shown
    if language == "python":
        code, expected, _ = run(engine, "estimate", "--json", "--set", "layer_height=0.3", models[0])
        os.environ["PYTHONPATH"] = str(SAMPLES / "python")
        got = run([sys.executable, "-B", "-c", JOB], models[0])
        assert comparable(got[1]) == comparable(expected), f"{got}\n{expected}"
    return len(models) + 1


def main():
    language = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="costengine-test-") as folder:
        command, why_not = program(language, folder)
        if why_not:
            print(why_not)
            return SKIPPED
        count = check(language, command, [os.environ["COSTENGINE_PROGRAM"]], folder)
        print(f"{language}: {count} lines of JSON are those of the command line")
    return 0


if __name__ == "__main__":
    sys.exit(main())
