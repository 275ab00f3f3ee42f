"""A drawn map to place something on: outlines of municipalities and other units, in SWEREF 99 TM (EPSG:3006).

Nothing is fetched from anybody: outlines and places lie here (data/README.md), and the sheet is one square SVG.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path

import orjson

DATA = Path(__file__).parent / "data"
OUTLINES = Path(__file__).parents[1] / "contracts" / "outlines.json"
MOST_NAMES = 20
UNIT_METRES = 10
SIZE = 600
"""Pixels of a sheet's side."""
SMALL_SIZE = 272
"""Pixels of its side on a narrow screen, where it is shown smaller and its words larger."""
SMALLEST, LARGEST = 250.0, 1_700_000.0
NAMES_BELOW = 6_000.0
"""From how many metres of side on units are named: on a larger sheet the names would lie on each other."""
MARGIN = 1.1
STEPS = {"norr": (1, 0), "soder": (-1, 0), "oster": (0, 1), "vaster": (0, -1)}
Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Place:
    """A point in metres, and what is there."""

    north: float
    east: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A square piece of the country: its middle and its side, in metres."""

    north: float
    east: float
    metres: float

    def zoomed(self, factor: float) -> "Sheet":
        """The same middle, with a side so many times as long."""
        return replace(self, metres=min(max(self.metres * factor, SMALLEST), LARGEST))

    def moved(self, step: str) -> "Sheet":
        """A third of a sheet further: one of STEPS."""
        up, right = STEPS[step]
        return replace(self, north=self.north + up * self.metres / 3, east=self.east + right * self.metres / 3)

    def at(self, x: float, y: float) -> Place:
        """What lies at a pixel."""
        scale = self.metres / SIZE
        return Place(self.north + (SIZE / 2 - y) * scale, self.east + (x - SIZE / 2) * scale)

    def pixel(self, north: float, east: float) -> tuple[float, float]:
        """Where a point is drawn."""
        scale = SIZE / self.metres
        return SIZE / 2 + (east - self.east) * scale, SIZE / 2 - (north - self.north) * scale


SWEDEN = Sheet(6_880_000, 580_000, LARGEST)


@cache
def _outlines() -> dict[str, list[list[tuple[int, int]]]]:
    found: dict[str, list[list[tuple[int, int]]]] = orjson.loads(OUTLINES.read_bytes())
    return found


@cache
def _localities() -> list[Place]:
    """Towns and villages, the largest first."""
    rows = orjson.loads((DATA / "localities.json").read_bytes())
    return [Place(north, east, name) for name, north, east in rows]


def of_municipality(code: str) -> Sheet:
    """The sheet that shows a municipality; all of Sweden for a code that is none."""
    points = [point for ring in _outlines().get(code, ()) for point in ring]
    if not points:
        return SWEDEN
    easts, norths = [east * UNIT_METRES for east, _ in points], [north * UNIT_METRES for _, north in points]
    side = max(max(easts) - min(easts), max(norths) - min(norths))
    return Sheet((max(norths) + min(norths)) / 2, (max(easts) + min(easts)) / 2, side * MARGIN)


def drawn(sheet: Sheet, own: str, others: Iterable[Place], chosen: Place | None) -> str:
    """The sheet as SVG. `own`: the municipality that stands out; `chosen`: the place that is marked."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">',
        f"<style>@media (max-width:{SIZE / 2:.0f}px){{text{{font-size:26px}}circle{{r:8px}}}}</style>",
        f'<rect width="{SIZE}" height="{SIZE}" fill="#dce6ee"/>',
        *_areas(sheet, own),
        *_names(sheet),
        *_dots(sheet, others),
        *([_mark(*sheet.pixel(chosen.north, chosen.east))] if chosen else []),
        _scale(sheet),
        "</svg>",
    ]
    return "".join(parts)


def _areas(sheet: Sheet, own: str) -> Iterator[str]:
    for code, rings in _outlines().items():
        fill = "#ffffff" if code == own else "#f1f3f5"
        path = "".join(_path(sheet, ring) for ring in rings if _is_in_view(sheet, ring))
        if path:
            yield f'<path d="{path}" fill="{fill}" stroke="#5b6b7b"/>'


def _path(sheet: Sheet, ring: Ring) -> str:
    pixels = (sheet.pixel(north * UNIT_METRES, east * UNIT_METRES) for east, north in ring)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels) + "Z"


def _is_in_view(sheet: Sheet, ring: Ring) -> bool:
    """Whether a ring's box meets the sheet."""
    half = sheet.metres / 2
    easts, norths = [east * UNIT_METRES for east, _ in ring], [north * UNIT_METRES for _, north in ring]
    return (
        min(easts) <= sheet.east + half
        and max(easts) >= sheet.east - half
        and min(norths) <= sheet.north + half
        and max(norths) >= sheet.north - half
    )


def _names(sheet: Sheet) -> Iterator[str]:
    """The largest places in view, by name."""
    shown = 0
    for place in _localities():
        x, y = sheet.pixel(place.north, place.east)
        if 0 <= x <= SIZE and 0 <= y <= SIZE and shown < MOST_NAMES:
            shown += 1
            yield f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="#5b6b7b"/>'
            yield _text(x + 7, y + 4, place.name, "#3d4a57")


def _dots(sheet: Sheet, others: Iterable[Place]) -> Iterator[str]:
    for place in others:
        x, y = sheet.pixel(place.north, place.east)
        if 0 <= x <= SIZE and 0 <= y <= SIZE:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1d3557"/>'
            if sheet.metres < NAMES_BELOW:
                yield _text(x + 7, y + 4, place.name)


def _mark(x: float, y: float) -> str:
    """A pin whose point is the place."""
    pin = "m0 0c-4-9-10-13-10-20a10 10 0 0 1 20 0c0 7-6 11-10 20z"
    return f'<path d="M{x:.1f} {y:.1f}{pin}" fill="#d4351c" stroke="#fff" stroke-width="2"/>'


def _scale(sheet: Sheet) -> str:
    """A bar that says how long a round number of metres is."""
    length = next(n for n in (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50)
                  if n <= sheet.metres / 3)  # fmt: skip
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"  # noqa: PLR2004 - metres of a kilometre
    end = 12 + length * SIZE / sheet.metres
    return f'<path d="M12 580V588H{end:.1f}V580" fill="none" stroke="#0b0c0c" stroke-width="2"/>' + _text(
        12, 574, words
    )


def _text(x: float, y: float, words: str, fill: str = "#0b0c0c") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" fill="{fill}"'
    return f'<text {place} font-family="sans-serif" font-size="13">{escape(words)}</text>'
