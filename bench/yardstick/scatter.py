"""A scatter plot as plain SVG: our figure against the slicer's, on logarithmic axes."""
import math
from xml.sax.saxutils import escape

COLOURS = ("#1b6ca8", "#d1495b", "#3c8d53", "#8f5fb8", "#e08e1b", "#4a4a4a", "#17a2a2", "#b0527f")
SIDE, GAP, LEFT, TOP = 420, 90, 70, 40
TITLES = {"time": "print time, s", "filament": "filament, mm", "support": "support filament, mm"}


def panel(pairs, quantity, colours, left):
    """SVG elements of one square; a model without an answer has no dot."""
    points = [(pair.theirs(quantity), pair.ours(quantity), pair) for pair in pairs
              if pair.counts(quantity) and pair.ours(quantity) > 0]
    if not points:
        return []
    values = [value for point in points for value in point[:2]]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)

    def x(value):
        return left + SIDE * (math.log10(value) - low) / (high - low)

    def y(value):
        return TOP + SIDE - SIDE * (math.log10(value) - low) / (high - low)

    out = [f'<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" class="frame"/>']
    for power in range(low, high + 1):
        for digit in (1, 2, 5) if power < high else (1,):
            at = digit * 10.0 ** power
            out.append(f'<path d="M{x(at):.1f} {TOP}V{TOP + SIDE}M{left} {y(at):.1f}'
                       f'H{left + SIDE}" class="grid"/>')
        out += [f'<text x="{x(10.0 ** power):.1f}" y="{TOP + SIDE + 16}" class="middle">'
                f'{10.0 ** power:g}</text>',
                f'<text x="{left - 6}" y="{y(10.0 ** power) + 4:.1f}" class="end">'
                f'{10.0 ** power:g}</text>']
    out += [f'<path d="M{left} {TOP + SIDE}L{left + SIDE} {TOP}" class="equal"/>',
            f'<text x="{left + SIDE / 2}" y="{TOP - 12}" class="middle">{TITLES[quantity]}: '
            'ours (up) against the slicer (right)</text>']
    for theirs, ours, pair in points:
        profile = pair.slicer["profile"]
        out.append(f'<circle cx="{x(theirs):.1f}" cy="{y(ours):.1f}" r="3" '
                   f'fill="{colours[profile]}"><title>{escape(pair.slicer["model"])}, '
                   f'{escape(profile)}: {theirs:.0f}, ours {ours:.0f} '
                   f'({pair.error(quantity):+.1f} %)</title></circle>')
    return out


def write(path, pairs):
    """A panel for each quantity that any pair has."""
    profiles = sorted({pair.slicer["profile"] for pair in pairs})
    colours = {profile: COLOURS[i % len(COLOURS)] for i, profile in enumerate(profiles)}
    quantities = [quantity for quantity in TITLES if any(pair.counts(quantity) for pair in pairs)]
    width = LEFT + len(quantities) * (SIDE + GAP)
    height = TOP + SIDE + 40 + 18 * len(profiles)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
           'font-family="sans-serif" font-size="11">',
           "<style>.frame{fill:none;stroke:#444}.grid{stroke:#e4e4e4}.equal{stroke:#444;"
           "stroke-dasharray:4}.middle{text-anchor:middle}.end{text-anchor:end}"
           "circle{fill-opacity:.7}</style>",
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for i, quantity in enumerate(quantities):
        out += panel(pairs, quantity, colours, LEFT + i * (SIDE + GAP))
    for i, profile in enumerate(profiles):
        y = TOP + SIDE + 44 + 18 * i
        out += [f'<circle cx="{LEFT + 5}" cy="{y - 4}" r="4" fill="{colours[profile]}"/>',
                f'<text x="{LEFT + 16}" y="{y}">{escape(profile)}</text>']
    path.write_text("\n".join(out + ["</svg>", ""]), encoding="utf8")
