"""The machine, in words."""
import os
import pathlib
import platform
import re


def machine():
    model = re.search(r"^model name\s*:\s*(.+)$", text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", text("/proc/meminfo"), re.MULTILINE)
    cores = os.cpu_count()
    return ", ".join(filter(None, [
        model[1] if model else platform.machine(),
        f"{cores} core" + "s" * (cores > 1),
        f"{int(memory[1]) / 2 ** 20:.0f} GiB of memory" if memory else "",
        f"{platform.system()} {platform.release()}"]))


def text(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf8")
    except OSError:
        return ""
