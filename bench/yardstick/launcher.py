"""launcher.py TIMEOUT_S REPORT COMMAND...: runs COMMAND, writes "status cpu_s peak_kb" to REPORT.

A process's peak memory begins with that of the program that started it, since the kernel keeps the
figure across exec. This one is small: without it every peak would be at least that of the bench.
"""
import os
import signal
import sys


def main():
    timeout_s, report, *command = sys.argv[1:]
    try:  # not fork(), which costs the child some milliseconds
        child = os.posix_spawnp(command[0], command, os.environ, setsigdef=[signal.SIGPIPE])
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(int(timeout_s))
    _, status, usage = os.wait4(child, 0)
    with open(report, "w") as file:
        file.write(f"{status} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")


main()
