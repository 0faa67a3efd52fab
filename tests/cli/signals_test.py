"""Ctrl-C and termination end the program at once with a clear word."""

import signal
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest, default_signals, environment


class Signals(ProgramTest):
    def end_while_reading(self, number, preexec=default_signals):
        """Sends a signal while the program waits for a model on standard input."""
        process = subprocess.Popen([PROGRAM, "estimate", "-", "--json"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment(), preexec_fn=preexec)
        # Once it has taken a pipe's worth of bytes, its handlers are there.
        process.stdin.write(b"solid " * 100_000)
        process.stdin.flush()
        process.send_signal(number)
        start = time.monotonic()
        out, err = process.communicate(timeout=20)
        return process.returncode, out, err.decode(), time.monotonic() - start

    def test_an_interrupt_ends_with_130(self):
        code, out, err, seconds = self.end_while_reading(signal.SIGINT)
        self.assertEqual((code, out), (130, b""))
        self.assertEqual(err, "costengine: interrupted, no result\n")
        self.assertLess(seconds, 2)

    def test_a_termination_ends_with_143(self):
        code, out, err, seconds = self.end_while_reading(signal.SIGTERM)
        self.assertEqual((code, out), (143, b""))
        self.assertEqual(err, "costengine: terminated, no result\n")
        self.assertLess(seconds, 2)

    def test_a_signal_that_the_caller_ignores_stays_ignored(self):
        code, out, _, _ = self.end_while_reading(
            signal.SIGINT, lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        self.assertNotEqual(code, 130)
        self.assertIn(b'"error"', out)


if __name__ == "__main__":
    unittest.main()
