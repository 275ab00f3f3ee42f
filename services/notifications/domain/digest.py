"""The daily mail: when it goes, and what many changes of a unit come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Collected:
    """A change that waits for somebody's daily mail. `fields`: each with field, before, after and protected."""

    organizer: str
    code: str
    name: str
    version: int
    at: datetime
    actor: str
    opened: bool
    fields: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """All that happened to a unit, as one change: each field from how it was at first to how it is at last."""

    organizer: str
    code: str
    name: str
    versions: tuple[int, ...]
    last_at: datetime
    actors: tuple[str, ...]
    opened: bool
    fields: tuple[Mapping[str, Any], ...]


def next_after(moment: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """The first time after a moment that clocks in the zone show the hour, once a day (aware UTC).

    An hour that is left out in spring comes when the clocks are moved on; of one that comes twice in autumn the first
    counts.
    """
    day = moment.astimezone(zone).date()
    while (due := datetime.combine(day, time(hour), zone).astimezone(UTC)) <= moment:
        day += timedelta(days=1)
    return due


def is_due(
    now: datetime, oldest: datetime, last_sent: datetime | None, hour: int, zone: ZoneInfo, *, at_once: bool
) -> bool:
    """Whether what was collected since `oldest` goes now; `at_once`: its reader waits for no hour any more."""
    since = max(oldest, last_sent) if last_sent else oldest
    return at_once or now >= next_after(since, hour, zone)


def merge(changes: Iterable[Collected]) -> list[Merged]:
    """One for each unit, by organizer and name; changes in the order of their versions."""
    units: dict[str, list[Collected]] = {}
    for change in sorted(changes, key=lambda change: change.version):
        units.setdefault(change.code, []).append(change)
    return sorted(map(_merged, units.values()), key=lambda unit: (unit.organizer, unit.name, unit.code))


def _merged(changes: list[Collected]) -> Merged:
    last = changes[-1]
    fields: dict[str, dict[str, Any]] = {}
    for change in changes:
        for field in change.fields:
            first = fields.get(field["field"], field)
            protected = bool(first.get("protected")) or bool(field.get("protected"))
            fields[field["field"]] = {
                "field": field["field"],
                "before": None if protected else first.get("before"),
                "after": None if protected else field.get("after"),
                "protected": protected,
            }
    return Merged(
        last.organizer, last.code, last.name, tuple(change.version for change in changes), last.at,
        tuple(dict.fromkeys(change.actor for change in changes)), any(change.opened for change in changes),
        tuple(fields.values()),
    )  # fmt: skip
