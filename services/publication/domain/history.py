"""An entity's versions, and which of them a view has (design/architecture.md, The register day)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal["unit", "organizer"]


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


def extract_date(closed_at: str) -> str:
    """The marker's time as v2 writes it: ISO 8601, hundredths, offset (openapi-v2.md, General)."""
    head, _, rest = closed_at.partition(".")
    if not rest:
        return f"{closed_at[:19]}.00{closed_at[19:].replace('Z', '+00:00')}"
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:2]:<02}{rest[len(digits) :].replace('Z', '+00:00')}"
