"""A thing as of a day, and what differs between two days: rebuilt from the audit log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from services.contracts.registry import PublicOrganizer, PublicUnit
from services.kernel.problems import Problem
from services.registry.domain import organizers
from services.registry.domain.changes import differing, flat
from services.registry.domain.past import added_up, undone, unit_of
from services.registry.register import Register
from services.registry.store import past, register_day
from services.registry.store.past import View

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing. `now`: its fields by path, as its log names them; `tidy`: those of a past day as people read."""

    stored: past.Kind
    now: Callable[[Sequence[asyncpg.Record]], Fields]
    tidy: Callable[[Fields], Fields] = dict


@dataclass(frozen=True, slots=True)
class Past:
    """A thing as it stood at the end of a day; without version and fields where it was not there."""

    day: date
    version: int | None = None
    valid_from: date | None = None
    public_from: date | None = None
    fields: Fields | None = None

    def answer(self) -> dict[str, Any]:
        """As it is answered."""
        return {"day": self.day, "version": self.version, "validFrom": self.valid_from,
                "publicFrom": self.public_from, "fields": self.fields}  # fmt: skip


def _introduced(rows: Sequence[asyncpg.Record]) -> Fields:
    return added_up(row["changed"] for row in reversed(rows))


UNIT = Kind("school_unit", lambda rows: flat(PublicUnit.model_validate(rows[0]["body"])), lambda f: flat(unit_of(f)))
ORGANIZER = Kind("organizer", lambda rows: organizers.flat(PublicOrganizer.model_validate(rows[0]["body"])))
INTRODUCED = Kind("introduced", _introduced)
"""Activities, providers and contracts: all that they ever said is in the log."""


async def as_of(register: Register, kind: Kind, aggregate: str, day: date, view: View) -> dict[str, Any]:
    """A thing as it stood at the end of a day, what is never public left out. Raises Problem 422 for a day to come."""
    await _expect_begun(register, day)
    rows = await past.back_to(register.pool, kind.stored, aggregate, day, view)
    return {"view": view} | _at(kind, rows, day).answer()


async def compare(register: Register, kind: Kind, aggregate: str, days: tuple[date, date], view: View) -> Fields:
    """What differs between two days, the earlier first whichever way they are asked for. Raises Problem 422.

    A protected field that was changed in between is named; whether it came back to what it was is not told.
    """
    first, last = sorted(days)
    await _expect_begun(register, last)
    rows = await past.back_to(register.pool, kind.stored, aggregate, first, view)
    before, after = _at(kind, rows, first), _at(kind, rows, last)
    between = [row for row in rows if first < row["day"] <= last]
    protected = {c["field"]: c for row in reversed(between) for c in row["changed"] if c["protected"]}
    changed = [
        change.model_dump(mode="json", by_alias=True)
        for change in differing(before.fields or {}, after.fields or {})
    ]  # fmt: skip
    return {"view": view, "from": before.answer(), "to": after.answer(), "versions": len(between),
            "changed": [*changed, *protected.values()]}  # fmt: skip


def unit_answer(past_of: dict[str, Any]) -> dict[str, Any]:
    """A unit's past as it is answered: as the unit itself is, not by paths."""
    fields = past_of.pop("fields")
    return past_of | {"unit": fields and unit_of(fields).model_dump(mode="json", by_alias=True)}


def _at(kind: Kind, rows: Sequence[asyncpg.Record], day: date) -> Past:
    """Undo what came after the day, from the thing as it stands."""
    fields = kind.now(rows) if rows else {}
    for row in rows:
        if row["day"] <= day:
            return Past(day, row["version"], row["register_day"], row["public_from"], kind.tidy(fields))
        fields = undone(fields, row["changed"])
    return Past(day)


async def _expect_begun(register: Register, day: date) -> None:
    row = await register_day.find(register.pool, register.zone.key)
    if row is None or day > row.day:
        broken = {"pointer": "/day", "code": "day-to-come", "detail": "Nobody knows yet what will stand on that day"}
        raise Problem(422, "malformed", "The day is yet to come", errors=[broken])
