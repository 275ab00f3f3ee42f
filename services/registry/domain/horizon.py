"""How far from today a day may lie that somebody types (docs/adr/0023)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from services.contracts.adult_education import ContractPart
from services.registry.domain.rules import Broken, Rule, RulesBrokenError

SOURCE = "docs/adr/0023"
DATE_TOO_FAR = Rule("date-too-far", "The day lies further ahead than the register takes", SOURCE)
DATE_TOO_EARLY = Rule("date-too-early", "The day lies before the first that the register takes", SOURCE)
Typed = tuple[str, date | None]
"""A pointer, and the day that was typed there."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days that are taken: from the `first` to the end of the year that lies `years` ahead."""

    years: int
    first: date

    @contextmanager
    def beside(self, today: date, *typed: Typed, known: Collection[date | None] = ()) -> Iterator[None]:
        """Raise RulesBrokenError for days outside, with what the block raises. `known`: those that stand may stay.

        Where another rule tells of a day already, that is enough.
        """
        outside = self._broken(today, *typed, known=known)
        try:
            yield
        except RulesBrokenError as error:
            told = {broken.pointer for broken in error.broken}
            outside = [broken for broken in outside if broken.pointer not in told]
            raise RulesBrokenError([*error.broken, *outside]) from error
        if outside:
            raise RulesBrokenError(outside)

    def _broken(self, today: date, *typed: Typed, known: Collection[date | None]) -> list[Broken]:
        last = date(today.year + self.years, 12, 31)
        new = [(pointer, day) for pointer, day in typed if day and day not in known]
        broken = [DATE_TOO_FAR.broken_at(pointer, last=last.isoformat()) for pointer, day in new if day > last]
        early = [pointer for pointer, day in new if day < self.first]
        return broken + [DATE_TOO_EARLY.broken_at(pointer, first=self.first.isoformat()) for pointer in early]


def days_of(parts: Collection[ContractPart]) -> Iterator[Typed]:
    """The days of a contract's parts, where its other rules point."""
    for part in parts:
        pointer = f"/schoolTypeParts/{part.school_type_part}"
        yield from ((f"{pointer}/validFrom", part.valid_from), (f"{pointer}/validTo", part.valid_to))
