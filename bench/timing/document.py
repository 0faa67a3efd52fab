"""docs/performance.md from what was measured. No figure stands in the words here: whatever a
sentence says must stay true of any other machine and day."""
from yardstick import report

from . import latency, plot, stages
from .section import digits, figure

NAMES = {"load/stl-binary": "load", "report/json": "report"}

HEAD = """\
# Performance

Every figure here was measured by one command, which also writes this document:

```
{command}
```

on {date}: {machine}.

No cache takes part. CPU times are of all threads together, user and system. Where several programs
are compared they ran in turn and the least of each counts. A line with an aim says what we want to
keep; `reached` is for this run. Below each heading but the first stands the command that measures
its table alone.
"""

PROFILE = """\
## Where the time goes
CPU time of each stage on one thread, within one process, for our figurine in layers of 0.2 mm, by
number of facets (`build/bench/bin/costengine-bench --threads=1`). Loading includes reading the
file, which the system has in memory. `read()` is the same bytes read into fresh memory and nothing
else.

{table}

![Share of each stage by number of facets](performance/stages.svg)

Loading, inspecting and measuring look at every facet. Slicing looks at every facet and every
outline. Planning sees only layers and their outlines, which are simplified: there more facets on
the same shape are hardly more work.

Speed of the readers, on one thread:

{readers}

The same model stretched to more layers of 0.1 mm, whose outlines are the same for any number:

{layers}
"""

GROWTH = """\
## Growth
{commands}

{facets}

![CPU time by facets](performance/facets.svg)

{largest}

{layers}

![CPU time by layers](performance/layers.svg)
"""


def stage_table(series, of, label):
    """CPU time by size: a line each stage of `of`, and the whole estimate."""
    sizes = sorted({size for stage in of for size in series[stage]})
    rows = [[words] + [figure(series[stage][size] / 1e3, "s") for size in sizes]
            for stage, words in of.items()]
    return report.table([label] + [f"{size:,}" for size in sizes], rows)


def reader_table(series):
    rows = []
    for stage, name in (("load/stl-binary", "binary STL"), ("load/stl-ascii", "ASCII STL"),
                        ("load/obj", "OBJ")):
        speeds = {size: size / ms / 1e3 for size, ms in series[stage].items()}
        rows.append([name] + [digits(speeds[size]) if size in speeds else ""
                              for size in stages.FACETS])
    return report.table(["million facets/s"] + [f"{size:,}" for size in stages.FACETS], rows)


def profile(section, folder):
    by_facets, by_layers = section.series["facets"], section.series["layers"]
    named = {stage: NAMES.get(stage, stage) for stage in stages.STAGES}
    (folder / "stages.svg").write_text(plot.shares(
        "Share of CPU time by number of facets, one thread",
        {plot.short(size): {name: by_facets[stage][size] for stage, name in named.items()}
         for size in stages.FACETS}), encoding="utf8")
    whole = {"whole/estimate": "**whole estimate**"}
    return PROFILE.format(
        table="\n".join(stage_table(by_facets, {**named, **whole, "limit/read": "`read()`"},
                                    "facets")),
        readers="\n".join(reader_table(by_facets)),
        layers="\n".join(stage_table(by_layers, {"slice": "slice", "plan": "plan", **whole},
                                     "layers")))


def plain(section):
    """A section that is a table and nothing else."""
    return "\n".join([f"## {section.title}", alone(section), "", section.words, "",
                      *section.table(), ""])


def alone(section):
    return f"`bench/peers.py build/bench --reference FOLDER --only {section.name}`"


def growth(sections, folder):
    facets, layers = sections["facets"], sections["layers"]
    (folder / "facets.svg").write_text(plot.lines(
        "CPU time by facets, one thread", "facets", "CPU time, s",
        {name: facets.series[name] for name in ("estimate", "inspect")}), encoding="utf8")
    (folder / "layers.svg").write_text(plot.lines(
        "CPU time of an estimate by layers, one thread", "layers", "CPU time, s",
        {"estimate": layers.series["estimate"]}), encoding="utf8")
    return GROWTH.format(commands=f"{alone(facets)} and {alone(layers)}", **{
        name: "\n".join([sections[name].words, "", *sections[name].table()])
        for name in ("facets", "largest", "layers")})


def waiting(section):
    lines = [f"## {section.title}", alone(section), "", section.words, ""]
    head = ["profile", "runs", *(name for name, _ in latency.SHARES)]
    return "\n".join(lines + report.table(head, latency.rows(section)) + [""])


def write(path, figures, sections, command):
    """`figures` has the date and the machine; `sections` is {name: Section}."""
    folder = path.parent / "performance"
    folder.mkdir(exist_ok=True)
    parts = [HEAD.format(command=command, date=figures["date"], machine=figures["machine"]),
             profile(sections["stages"], folder),
             *(plain(sections[name]) for name in ("limits", "inspect", "obj", "slices", "start")),
             growth(sections, folder), plain(sections["scaling"]), waiting(sections["latency"])]
    path.write_text("\n".join(part.strip() + "\n" for part in parts), encoding="utf8")
