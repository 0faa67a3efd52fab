"""The same files through what a user has instead, and through nothing but read()."""
from .section import Row, Section
from .turns import in_turn


def found(setting, section, *wanted):
    """{name: path} of the peers that are installed; the others are named in the section."""
    peers = {}
    for name, package in wanted:
        path, reason = setting.peer(name, package)
        if path:
            peers[name] = path
        elif reason not in section.skipped:
            section.skipped.append(reason)
    return peers


def inspecting(setting):
    section = Section("inspect", "Inspecting a file", "CPU time of whole processes, ours with one "
                      "thread, from the file to the verdict: the peer, ours, and how many times as "
                      "much the peer takes. Against `read()` of the file into fresh memory it is "
                      "ours first.")
    peers = found(setting, section, ("admesh", "admesh"), ("prusa-slicer", "prusa-slicer"),
                  ("costengine-peer-assimp", "libassimp-dev"))
    words = {"admesh": ("admesh", lambda path: ["admesh", path]),
             "prusa-slicer": ("prusa-slicer --info",
                              lambda path: ["prusa-slicer", "--info", path]),
             "costengine-peer-assimp": ("Assimp, identical vertices joined",
                                        lambda path: [peers["costengine-peer-assimp"], path])}
    own = setting.own()
    for path, name, aims, read_aim in (
            (setting.scan(2), setting.scan_name(2),
             {"admesh": ">= 25", "prusa-slicer": ">= 25", "costengine-peer-assimp": ">= 10"}, ""),
            (own, "our connected figurine", {}, "<= 10")):
        commands = {peer: words[peer][1](path) for peer in peers}
        commands["ours"] = [setting.program("costengine"), "inspect", "--threads", "1", path]
        commands["read"] = [setting.program("costengine-peer-read"), path]
        least = in_turn(commands, setting.runs)
        for peer in peers:
            section.rows.append(Row(f"{name}: {words[peer][0]}", least[peer].cpu_s,
                                    least["ours"].cpu_s, aims.get(peer, "")))
        section.rows.append(Row(f"{name}: ours by read()", least["ours"].cpu_s,
                                least["read"].cpu_s, read_aim))
    return section


def reading_obj(setting):
    section = Section("obj", "Reading an OBJ", "CPU time of whole processes that only read the "
                      "file, ours with one thread: the peer, ours, and how many times as much the "
                      "peer takes.")
    peers = found(setting, section, ("costengine-peer-tinyobj", "libtinyobjloader-dev"),
                  ("costengine-peer-assimp", "libassimp-dev"))
    path = setting.own(".obj")
    commands = {peer: [program, path] for peer, program in peers.items()}
    commands["ours"] = [setting.program("costengine-bench-work"), path, 1, 1, "load"]
    commands["read"] = [setting.program("costengine-peer-read"), path]
    least = in_turn(commands, setting.runs)
    names = {"costengine-peer-tinyobj": ("tinyobjloader", ">= 8"),
             "costengine-peer-assimp": ("Assimp, identical vertices joined", ">= 10")}
    for peer in peers:
        section.rows.append(Row(names[peer][0], least[peer].cpu_s, least["ours"].cpu_s,
                                names[peer][1]))
    section.rows.append(Row("ours by read()", least["ours"].cpu_s, least["read"].cpu_s))
    return section


def limits(setting):
    """Within one process, where a start does not count."""
    section = Section("limits", "Against the limits of the machine", "Wall time within one "
                      "process, on a binary STL that the system has in memory: ours, `read()` of "
                      "the file into fresh memory, and how many times as long ours takes.")
    path, n = setting.scan(2), str(setting.threads)
    times = setting.work(path, ["read", "memcpy", "load", "mass"], 2 * setting.runs + 1)
    read = times["read"]["1"]["wall_s"]
    for threads in dict.fromkeys(("1", n)):
        words = "1 thread" if threads == "1" else f"{threads} threads"
        section.rows.append(Row(f"load, {words}", times["load"][threads]["wall_s"], read))
        section.rows.append(Row(f"load and mass properties, {words}",
                                times["mass"][threads]["wall_s"], read,
                                "<= 1.2" if threads == n == "2" else ""))
    section.rows.append(Row("memcpy of as many bytes", times["memcpy"]["1"]["wall_s"], read))
    return section
