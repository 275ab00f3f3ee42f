"""The register day: what is edited on it is public from the next (design/architecture.md, The register day)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The open register day. `begins`: while what was planned for it takes effect, before anybody edits."""

    date: dt.date
    begins: bool = False

    @property
    def public_from(self) -> dt.date:
        """The first day whose public view has what is done now: the next, or this one while it begins."""
        return self.date if self.begins else next_day(self.date)


def next_day(day: date) -> date:
    """The day after. A calendar day, never 24 hours: days of 23 and 25 hours exist."""
    return day + timedelta(days=1)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware moment, in the register's zone."""
    return moment.astimezone(zone).date()


def midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """The next local midnight after an aware moment, as an aware moment in the register's zone."""
    return datetime.combine(next_day(local_date(moment, zone)), datetime.min.time(), zone)


def days_to_close(open_day: date, today: date) -> Iterator[date]:
    """The days that are over and still open, in order. None when the open day is today, or lies ahead."""
    day = open_day
    while day < today:
        yield day
        day = next_day(day)
