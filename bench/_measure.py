"""Ours and a baseline measured in turns, and the table that tells them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from rich.console import Console
from rich.table import Table

Run = Callable[[], Awaitable[float]]
Of = Literal["ratio", "ours"]
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Aim:
    """What the ratio of ours to the baseline should be, or ours alone."""

    least: float | None = None
    most: float | None = None
    of: Of = "ratio"

    def __str__(self) -> str:
        limit = f">= {self.least}" if self.least is not None else f"<= {self.most}" if self.most is not None else ""
        return f"ours {limit}" if limit and self.of == "ours" else limit

    def judge(self, value: float) -> str:
        """One word; nothing where nothing is aimed at."""
        if self.least is None and self.most is None:
            return ""
        met = (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return "met" if met else "missed"


NO_AIM = Aim()


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what was measured, each round's value of ours and of the baseline."""

    what: str
    unit: str
    ours: Sequence[float]
    baseline: Sequence[float] = ()
    aim: Aim = NO_AIM

    @property
    def ratios(self) -> list[float]:
        """Ours to the baseline, round by round: what slows the machine slows both."""
        return [ours / bare for ours, bare in zip(self.ours, self.baseline, strict=True)] if self.baseline else []

    def cells(self) -> list[str]:
        """The line's cells: medians, the ratio's median with its spread, the aim and whether it is met."""
        ratios = self.ratios
        told = [f"{median(ratios):.2f}", f"{min(ratios):.2f}-{max(ratios):.2f}"] if ratios else ["", ""]
        judged = self.ours if self.aim.of == "ours" else ratios
        return [
            self.what, _number(median(self.ours)), _number(median(self.baseline)) if ratios else "", self.unit, *told,
            str(self.aim), self.aim.judge(median(judged)) if judged else "",
        ]  # fmt: skip


async def in_turns(rounds: int, ours: Run, baseline: Run) -> tuple[list[float], list[float]]:
    """Run both in turns, the other one first every second round."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = ((0, ours), (1, baseline)) if number % 2 == 0 else ((1, baseline), (0, ours))
        for place, run in order:
            found[place].append(await run())
    return found


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / HUNDRED))]


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print the table."""
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    for name in ("ours", "baseline", "unit", "ratio", "lowest-highest", "aim", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in figures:
        table.add_row(*figure.cells())
    Console(width=None if Console().is_terminal else 130, highlight=False).print(table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= HUNDRED else f"{value:.3g}"
