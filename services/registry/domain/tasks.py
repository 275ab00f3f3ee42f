"""What waits for an organizer's users: one line each of the overview."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: of which kind, how many of it, by which day, and what it is about (codes or ids)."""

    kind: str
    count: int
    due: date | None = None
    about: tuple[str, ...] = ()
