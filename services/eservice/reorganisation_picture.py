"""The picture of a reorganisation, before and after, as the geometry of an SVG that a template draws."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP, TOP = 320, 130, 44, 14, 24
MOST = 12
"""More boxes on a side are told in the list alone."""
LINE_LETTERS, LINES = 18, 2


@dataclass(frozen=True, slots=True)
class Box:
    """A unit: its corner, its name in lines that fit, its code."""

    x: int
    y: int
    lines: tuple[str, ...]
    code: str

    @property
    def middle(self) -> int:
        return self.y + BOX_HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes on the left become boxes on the right."""

    height: int
    before: tuple[Box, ...]
    after: tuple[Box, ...]
    width: int = WIDTH
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT

    @property
    def lines(self) -> list[tuple[int, int, int, int]]:
        """From each unit before to each after: x, y, x, y."""
        return [(BOX_WIDTH, one.middle, other.x, other.middle) for one in self.before for other in self.after]


def picture(sources: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> Picture | None:
    """The picture; None where there are too many units for one."""
    if max(len(sources), len(results)) > MOST:
        return None
    height = TOP + max(len(sources), len(results)) * (BOX_HEIGHT + GAP)
    return Picture(height, _side(0, sources, height), _side(WIDTH - BOX_WIDTH, results, height))


def _side(x: int, units: Sequence[Mapping[str, Any]], height: int) -> tuple[Box, ...]:
    """A column of boxes, in the middle of the height."""
    first = TOP + (height - TOP - len(units) * (BOX_HEIGHT + GAP)) // 2
    return tuple(
        Box(x, first + place * (BOX_HEIGHT + GAP), _lines(str(unit["displayName"])), unit["schoolUnitCode"] or "")
        for place, unit in enumerate(units)
    )


def _lines(name: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(name, LINE_LETTERS, max_lines=LINES, placeholder="…"))
