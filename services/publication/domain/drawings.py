"""Pictures of the public site, as SVG: where a school unit lies in its municipality, and counts over time."""

from collections.abc import Sequence
from datetime import date

from services.publication.domain.words import MONTHS, number

Ring = Sequence[Sequence[int]]
"""East and north in SWEREF 99 TM, in units of ten metres."""
SIDE, MARGIN = 320, 1.12
WIDTH, HEIGHT, LEFT, FOOT, WIDEST = 480, 240, 8, 28, 64


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
    """Bars of counts over time, each with its number, the first and the last with their months."""
    most, step = max([count for _, count in counts], default=0) or 1, (WIDTH - 2 * LEFT) / max(len(counts), 1)
    parts = [_bar(place, count, most, step) for place, (_, count) in enumerate(counts)]
    ends = {0: counts[0][0], len(counts) - 1: counts[-1][0]} if counts else {}
    months = [
        f'<text x="{LEFT + (place + 0.5) * step:.1f}" y="{HEIGHT - 8}">{MONTHS[day.month - 1][:3]} {day.year}</text>'
        for place, day in ends.items()
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="13" text-anchor="middle" fill="#16202b">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join(parts + months)}</svg>'
    )


def _bar(place: int, count: int, most: int, step: float) -> str:
    height = (HEIGHT - FOOT - 24) * count / most
    x, top = LEFT + place * step, HEIGHT - FOOT - height
    width = min(step * 0.76, WIDEST)
    return (
        f'<rect x="{x + (step - width) / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
        ' fill="#1d3557"/>'
        f'<text x="{x + step / 2:.1f}" y="{top - 5:.1f}">{number(count)}</text>'
    )


def _dot(at: str) -> str:
    x, _, y = at.partition(" ")
    return f'<circle cx="{x}" cy="{y}" r="9" fill="#a3241b" stroke="#fff" stroke-width="3"/>'
