"""How far from today a day may lie that somebody types (docs/adr/0023)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from services.contracts.adult_education import ContractPart
from services.registry.domain.rules import Rule, RulesBrokenError

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

    def refuse(self, today: date, *typed: Typed, known: Collection[date | None] = ()) -> None:
        """Raise RulesBrokenError for days outside. `known`: those that stand already, which may stay."""
        last = date(today.year + self.years, 12, 31)
        new = [(pointer, day) for pointer, day in typed if day and day not in known]
        broken = [DATE_TOO_FAR.broken_at(pointer, last=last.isoformat()) for pointer, day in new if day > last]
        early = [pointer for pointer, day in new if day < self.first]
        broken += [DATE_TOO_EARLY.broken_at(pointer, first=self.first.isoformat()) for pointer in early]
        if broken:
            raise RulesBrokenError(broken)


def days_of(parts: Collection[ContractPart]) -> Iterator[Typed]:
    """The days of a contract's parts, where its other rules point."""
    for part in parts:
        pointer = f"/schoolTypeParts/{part.school_type_part}"
        yield from ((f"{pointer}/validFrom", part.valid_from), (f"{pointer}/validTo", part.valid_to))
