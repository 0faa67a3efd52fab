"""Runs the costengine executable named by COSTENGINE_PROGRAM and builds small models for it."""

import itertools
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["COSTENGINE_PROGRAM"]
TIMEOUT_S = 60

PRICED, ESTIMATED, REFUSED, USAGE, FAILED = 0, 1, 2, 3, 4


def box(width, depth, height, at=(0, 0, 0)):
    """The 12 facets of a box, outwards."""
    x, y, z = zip(at, (at[0] + width, at[1] + depth, at[2] + height))
    corner = [(x[i & 1], y[i >> 1 & 1], z[i >> 2]) for i in range(8)]
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    return [tuple(corner[q[i]] for i in t) for q in quads for t in ((0, 1, 2), (0, 2, 3))]


def binary_stl(facets):
    rows = (struct.pack("<12fH", 0, 0, 0, *itertools.chain(*facet), 0) for facet in facets)
    return b"\0" * 80 + struct.pack("<I", len(facets)) + b"".join(rows)


def environment(**changes):
    """This process's environment without what changes the program's behaviour."""
    env = {k: v for k, v in os.environ.items() if k not in ("COSTENGINE_ISA", "NO_COLOR")}
    env.update(changes)
    return env


def default_signals():
    """Undoes what a shell does to background jobs and Python to SIGPIPE."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


# All that a sheet needs for PLA on any machine.
SHEET = (b'name = "shop"\ncurrency = "EUR"\n[material.PLA]\nper_kg = 20\n'
         b'[machine.default]\nper_h = 2\n[energy]\nper_kwh = 0.3\n')


class ProgramTest(unittest.TestCase):
    """A test with an empty folder of its own as the working directory of the program."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="costengine-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.write("box.stl", binary_stl(box(20, 20, 10)))

    def write(self, name, content):
        path = os.path.join(os.fsencode(self.folder), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(content)

    def run_program(self, *arguments, env=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("preexec_fn", default_signals)
        if "input" in options:
            del options["stdin"]
        return subprocess.run([PROGRAM, *arguments], stderr=subprocess.PIPE, cwd=self.folder,
                              env=env or environment(), timeout=TIMEOUT_S, **options)

    def check_fails(self, result, code, *words):
        """One line on standard error that begins with the program's name and has these words."""
        message = result.stderr.decode()
        self.assertEqual(result.returncode, code, message)
        self.assertTrue(message.startswith("costengine: "), message)
        self.assertEqual(message.count("\n"), 1, message)
        self.assertTrue(message.endswith("\n"), message)
        for word in words:
            self.assertIn(word, message)

    def check_succeeds(self, result, code=PRICED):
        self.assertEqual(result.stderr, b"")
        self.assertEqual(result.returncode, code)
        return result.stdout
