"""An entity's versions, and which of them a view has (design/architecture.md, The register day)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Kind = Literal["unit", "organizer", "provider", "contract"]
BEFORE_ALL = date.min


class LateEventError(Exception):
    """An event that its day's marker does not count: the day's view may be public already."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entity: valid from `register_day`, in public views from `public_from`."""

    kind: Kind
    id: str
    version: int
    register_day: date
    public_from: date
    partition: int
    organizer: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """An entity as a view has it: its state, and the days it was made and last changed."""

    id: str
    version: int
    created: date
    modified: date
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A day's complete public view; `extract_date` is when the day before it closed."""

    day: date
    extract_date: str


def in_order(marked: Iterable[date], complete: Mapping[date, str], after: date) -> list[View]:
    """The views to build: day by day from the one after `after`, up to the first that is missing or not complete."""
    views: list[View] = []
    for day in sorted(marked):
        if day not in complete or after not in {BEFORE_ALL, day - timedelta(days=1)}:
            break
        views.append(View(day, complete[day]))
        after = day
    return views


def extract_date(closed_at: str) -> str:
    """The marker's time as v2 writes it: ISO 8601, hundredths, offset (openapi-v2.md, General)."""
    head, _, rest = closed_at.partition(".")
    if not rest:
        return f"{closed_at[:19]}.00{closed_at[19:].replace('Z', '+00:00')}"
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:2]:<02}{rest[len(digits) :].replace('Z', '+00:00')}"
