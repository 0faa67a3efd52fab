"""Plots as plain SVG."""
import math
from xml.sax.saxutils import escape

COLOURS = ("#1b6ca8", "#d1495b", "#3c8d53", "#8f5fb8", "#e08e1b", "#4a4a4a", "#17a2a2", "#b0527f")
STYLE = ("<style>.frame{fill:none;stroke:#444}.grid{stroke:#e4e4e4}.middle{text-anchor:middle}"
         ".end{text-anchor:end}.line{fill:none;stroke-width:2}"
         ".four{fill:none;stroke:#999;stroke-dasharray:4}</style>")


def svg(width, height, elements):
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                      f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
                      STYLE, f'<rect width="{width}" height="{height}" fill="#fff"/>',
                      *elements, "</svg>", ""])


def short(value):
    """1600000 as 1.6 M."""
    for factor, name in ((1e6, " M"), (1e3, " k")):
        if value >= factor:
            return f"{value / factor:g}{name}"
    return f"{value:g}"


def legend(names, left, top):
    out = []
    for i, name in enumerate(names):
        y = top + 20 * i
        out += [f'<rect x="{left}" y="{y - 10}" width="12" height="12" fill="{COLOURS[i]}"/>',
                f'<text x="{left + 18}" y="{y}">{escape(name)}</text>']
    return out


def shares(title, bars):
    """Stacked bars that are equally long, one each {part: amount} of `bars`: {label: parts}."""
    left, top, width, height, gap = 120, 50, 560, 30, 16
    names = list(dict.fromkeys(name for parts in bars.values() for name in parts))
    out = [f'<text x="{left}" y="26" font-size="15">{escape(title)}</text>']
    for row, (label, parts) in enumerate(bars.items()):
        y, x, total = top + row * (height + gap), left, sum(parts.values())
        out.append(f'<text x="{left - 8}" y="{y + 20}" class="end">{escape(label)}</text>')
        for i, name in enumerate(names):
            wide = width * parts.get(name, 0) / total
            out.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{height}" '
                       f'fill="{COLOURS[i]}"><title>{escape(name)}</title></rect>')
            if wide > 36:
                out.append(f'<text x="{x + wide / 2:.1f}" y="{y + 20}" class="middle" fill="#fff">'
                           f"{100 * wide / width:.0f} %</text>")
            x += wide
    bottom = top + len(bars) * (height + gap)
    out += legend(names, left + width + 20, top + 12)
    return svg(left + width + 180, max(bottom, top + 20 * len(names)) + 14, out)


def powers(low, high):
    """The tens that hold both."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return first, max(last, first + 1)


def lines(title, across, up, series):
    """`series` is {name: [[x, y], ...]}, on logarithmic axes; a dashed line has slope 1."""
    left, top, width, height = 80, 50, 560, 360
    points = [point for each in series.values() for point in each]
    (x0, x1), (y0, y1) = (powers(min(p[k] for p in points), max(p[k] for p in points))
                          for k in (0, 1))

    def x(value):
        return left + width * (math.log10(value) - x0) / (x1 - x0)

    def y(value):
        return top + height - height * (math.log10(value) - y0) / (y1 - y0)

    out = [f'<text x="{left}" y="26" font-size="15">{escape(title)}</text>']
    for power in range(x0, x1 + 1):
        out += [f'<path d="M{x(10.0 ** power):.1f} {top}V{top + height}" class="grid"/>',
                f'<text x="{x(10.0 ** power):.1f}" y="{top + height + 18}" class="middle">'
                f"{short(10.0 ** power)}</text>"]
    for power in range(y0, y1 + 1):
        out += [f'<path d="M{left} {y(10.0 ** power):.1f}H{left + width}" class="grid"/>',
                f'<text x="{left - 8}" y="{y(10.0 ** power) + 4:.1f}" class="end">'
                f"{short(10.0 ** power)}</text>"]
    out += [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" class="frame"/>',
            f'<text x="{left + width / 2}" y="{top + height + 38}" class="middle">'
            f"{escape(across)}</text>",
            f'<text transform="translate(20 {top + height / 2}) rotate(-90)" class="middle">'
            f"{escape(up)}</text>"]
    for i, each in enumerate(series.values()):
        path = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in each)
        out.append(f'<path d="M{path}" class="line" stroke="{COLOURS[i]}"/>')
        out += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="4" fill="{COLOURS[i]}">'
                f"<title>{short(a)}: {b:.4g}</title></circle>" for a, b in each]
    out += proportional(x, y, (x0, x1), (y0, y1), max(series.values(), key=lambda s: s[-1][1])[-1])
    out += legend(series, left + width + 20, top + 12)
    at = top + 12 + 20 * len(series)
    out += [f'<path d="M{left + width + 20} {at - 4}h12" class="four"/>',
            f'<text x="{left + width + 38}" y="{at}">in proportion</text>']
    return svg(left + width + 200, top + height + 54, out)


def proportional(x, y, across, up, through):
    """A line of slope 1 through a point, cut to the frame."""
    a, b = (math.log10(value) for value in through)
    low = max(across[0], a - (b - up[0]))
    high = min(across[1], a + (up[1] - b))
    ends = [(10 ** p, 10 ** (b + p - a)) for p in (low, high)]
    return ['<path d="M' + "L".join(f"{x(p):.1f} {y(q):.1f}" for p, q in ends) + '" class="four"/>']
