"""What starting the program costs."""
from .section import Row, Section
from .turns import once

RUNS = 200


def start(setting):
    section = Section("start", "Starting", f"The least of {RUNS} starts in turn: `costengine "
                      "--version`, an empty C++ program, and how many times as much ours takes.")
    commands = {"ours": [setting.program("costengine"), "--version"],
                "empty": [setting.program("costengine-peer-empty")]}
    costs = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, words in commands.items():
            costs[name].append(once(words))
    for what, of in (("CPU time", lambda cost: cost.cpu_s),
                     ("wall time", lambda cost: cost.wall_s)):
        section.rows.append(Row(what, min(map(of, costs["ours"])), min(map(of, costs["empty"])),
                                "<= 4" if what == "CPU time" else ""))
    return section
