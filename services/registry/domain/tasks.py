"""A task that waits for an organizer: what the overview lists."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of task, how many there are, until when, and what they are about."""

    kind: str
    count: int
    due: date | None = None
    about: tuple[str, ...] = ()
