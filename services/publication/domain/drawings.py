"""Pictures of the public site, as SVG: where a school unit lies in its municipality, and counts over time."""

from collections.abc import Sequence
from datetime import date

from services.publication.domain.words import number, short_day

Ring = Sequence[Sequence[int]]
"""East and north in SWEREF 99 TM, in units of ten metres."""
SIDE, MARGIN = 320, 1.12
WIDTH, HEIGHT, LEFT, HEAD, FOOT, WIDEST = 480, 240, 8, 34, 36, 64


def outline(rings: Sequence[Ring], point: tuple[float, float] | None) -> str:
    """A municipality's outline, as large as the picture, with a dot at a point (east, north, metres)."""
    points = [one for ring in rings for one in ring]
    easts, norths = [east for east, _ in points], [north for _, north in points]
    middle = (max(easts) + min(easts)) / 2, (max(norths) + min(norths)) / 2
    scale = SIDE / (max(max(easts) - min(easts), max(norths) - min(norths)) * MARGIN)

    def at(east: float, north: float) -> str:
        return f"{SIDE / 2 + (east - middle[0]) * scale:.1f} {SIDE / 2 - (north - middle[1]) * scale:.1f}"

    paths = "".join(f"M{'L'.join(at(east, north) for east, north in ring)}Z" for ring in rings)
    dot = _dot(at(point[0] / 10, point[1] / 10)) if point else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" fill="#dce6ee"/>'
        f'<path d="{paths}" fill="#fff" stroke="#5b6b7b"/>{dot}</svg>'
    )


def chart(counts: Sequence[tuple[date, int]]) -> str:
    """Bars of counts over time; the first and the last with their numbers and days, large enough on a small screen."""
    most, step = max([count for _, count in counts], default=0) or 1, (WIDTH - 2 * LEFT) / max(len(counts), 1)
    width = min(step * 0.76, WIDEST)
    edge = LEFT + (step - width) / 2
    heights = [(HEIGHT - FOOT - HEAD) * count / most for _, count in counts]
    bars = [_bar(edge + place * step, width, height) for place, height in enumerate(heights)]
    ends = [(0, edge, "start"), (len(counts) - 1, WIDTH - edge, "end")][: len(counts)]
    texts = [_text(*counts[place], x, heights[place], anchor) for place, x, anchor in ends]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="22" fill="#16202b">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join([*bars, *texts])}'
        f'<path d="M{LEFT} {HEIGHT - FOOT}H{WIDTH - LEFT}" stroke="#5b6b7b"/></svg>'
    )


def _bar(x: float, width: float, height: float) -> str:
    top = HEIGHT - FOOT - height
    return f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#1d3557"/>'


def _text(day: date, count: int, x: float, height: float, anchor: str) -> str:
    """The number above a bar and the day below it, from the bar's outer edge inwards."""
    top = HEIGHT - FOOT - height - 6
    return (
        f'<g text-anchor="{anchor}"><text x="{x:.1f}" y="{top:.1f}">{number(count)}</text>'
        f'<text x="{x:.1f}" y="{HEIGHT - 9}">{short_day(day)}</text></g>'
    )


def _dot(at: str) -> str:
    x, _, y = at.partition(" ")
    return f'<circle cx="{x}" cy="{y}" r="9" fill="#a3241b" stroke="#fff" stroke-width="3"/>'
