"""What a measurement answers: rows of ratios, as text and as JSON."""
import dataclasses
import typing

from yardstick import report


@dataclasses.dataclass
class Row:
    """`ratio` is `over` by `under`, both in `unit`."""
    what: str
    over: float
    under: float
    aim: str = ""  # ">= 25" or "<= 4"
    unit: str = "s"

    @property
    def ratio(self):
        return self.over / self.under

    def reached(self):
        """Whether the aim is; None without one."""
        if not self.aim:
            return None
        sign, bound = self.aim.split()
        return self.ratio >= float(bound) if sign == ">=" else self.ratio <= float(bound)


@dataclasses.dataclass
class Section:
    name: str
    title: str
    words: str  # what the columns are
    rows: typing.List[Row] = dataclasses.field(default_factory=list)
    skipped: typing.List[str] = dataclasses.field(default_factory=list)  # why something is missing
    series: dict = dataclasses.field(default_factory=dict)  # for plots and tables of its own

    def as_json(self):
        return {"name": self.name, "title": self.title, "words": self.words,
                "rows": [{**dataclasses.asdict(row), "ratio": row.ratio} for row in self.rows],
                "skipped": self.skipped, "series": self.series}

    def table(self):
        """Lines of Markdown: the rows, then what was left out."""
        rows = [[row.what, figure(row.over, row.unit), figure(row.under, row.unit),
                 digits(row.ratio), row.aim.replace(">=", "≥").replace("<=", "≤"),
                 {True: "yes", False: "no", None: ""}[row.reached()]] for row in self.rows]
        lines = report.table(["", "first", "second", "ratio", "aim", "reached"], rows)
        return lines + [line for reason in self.skipped for line in ("", f"Left out: {reason}.")]


def digits(value):
    """Three significant digits, without an exponent."""
    for places, bound in ((3, 1), (2, 10), (1, 100)):
        if abs(value) < bound:
            return f"{value:.{places}f}"
    return f"{value:,.0f}"


def figure(value, unit):
    """A number with its unit: seconds in the one that reads best."""
    if unit != "s":
        return f"{digits(value)} {unit}".rstrip()
    for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1:
            break
    return f"{digits(value * factor)} {name}"
