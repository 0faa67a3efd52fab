"""Runs a program to its end and says what it took."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing

LAUNCHER = str(pathlib.Path(__file__).with_name("launcher.py"))


class Run(typing.NamedTuple):
    code: int  # exit code, or minus the signal that ended it
    out: str
    err: str
    cpu_s: float  # user and system, all threads
    wall_s: float
    peak_kb: int  # never below some 9 MiB, see launcher.py


def run(command, timeout_s=900):
    """The program `command`, killed after `timeout_s`."""
    with tempfile.NamedTemporaryFile() as report, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:
        start = time.monotonic()
        subprocess.run([sys.executable, "-I", "-S", LAUNCHER, str(timeout_s), report.name,
                        *command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False)
        wall_s = time.monotonic() - start
        facts = report.read().split()
        if not facts:
            raise SystemExit(f"{command[0]} cannot be started")
        status, cpu_s, peak_kb = facts
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
        return Run(os.waitstatus_to_exitcode(int(status)), *texts, float(cpu_s), wall_s,
                   int(peak_kb))
