"""A school unit as of a day, and what differs between two days: rebuilt from the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from services.contracts.registry import PublicUnit
from services.kernel.problems import Problem
from services.registry.domain.changes import flat
from services.registry.domain.past import compared, undone, unit_of
from services.registry.register import Register
from services.registry.store import past, register_day
from services.registry.store.past import View


@dataclass(frozen=True, slots=True)
class Past:
    """A unit as it stood at the end of a day; without version and unit where it was not there."""

    day: date
    version: int | None = None
    valid_from: date | None = None
    public_from: date | None = None
    unit: PublicUnit | None = None

    def answer(self) -> dict[str, Any]:
        """As it is answered."""
        body = self.unit and self.unit.model_dump(mode="json", by_alias=True)
        return {"day": self.day, "version": self.version, "validFrom": self.valid_from,
                "publicFrom": self.public_from, "unit": body}  # fmt: skip


async def as_of(register: Register, code: str, day: date, view: View) -> dict[str, Any]:
    """A unit as it stood at the end of a day, what is never public left out. Raises Problem 422 for a day to come."""
    await _expect_begun(register, day)
    rows = await past.back_to(register.pool, code, day, view)
    return {"schoolUnitCode": code, "view": view} | _at(rows, day).answer()


async def compare(register: Register, code: str, one: date, other: date, view: View) -> dict[str, Any]:
    """What differs between two days, the earlier first whichever way they are asked for. Raises Problem 422.

    A protected field that was changed in between is named; whether it came back to what it was is not told.
    """
    first, last = sorted((one, other))
    await _expect_begun(register, last)
    rows = await past.back_to(register.pool, code, first, view)
    before, after = _at(rows, first), _at(rows, last)
    between = [row for row in rows if first < row["day"] <= last]
    protected = {c["field"]: c for row in reversed(between) for c in row["changed"] if c["protected"]}
    changed = [change.model_dump(mode="json", by_alias=True) for change in compared(before.unit, after.unit)]
    return {"schoolUnitCode": code, "view": view, "from": before.answer(), "to": after.answer(),
            "versions": len(between), "changed": [*changed, *protected.values()]}  # fmt: skip


def _at(rows: Sequence[asyncpg.Record], day: date) -> Past:
    """Undo what came after the day, from the unit as it stands."""
    fields: dict[str, Any] = {}
    for row in rows:
        fields = fields or flat(PublicUnit.model_validate(row["body"]))
        if row["day"] <= day:
            return Past(day, row["version"], row["register_day"], row["public_from"], unit_of(fields))
        fields = undone(fields, row["changed"])
    return Past(day)


async def _expect_begun(register: Register, day: date) -> None:
    row = await register_day.find(register.pool, register.zone.key)
    if row is None or day > row.day:
        broken = {"pointer": "/day", "code": "day-to-come", "detail": "Nobody knows yet what will stand on that day"}
        raise Problem(422, "malformed", "The day is yet to come", errors=[broken])
