"""Days from which and until which something is valid."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.registry.domain.rules import Rule

SOURCE = "domain.md, Övriga verksamheter and entreprenad; docs/adr/0017"
LAST_BEFORE_FIRST = Rule("valid-to-before-from", "The last day cannot come before the first", SOURCE)


def day_after(last: date | None) -> date | None:
    """The first day on which what was valid until a day no longer is."""
    return last + timedelta(days=1) if last and last < date.max else None


def next_turn(moments: Iterable[date | None], day: date) -> date | None:
    """The first of the days that lies after one."""
    return min((moment for moment in moments if moment and moment > day), default=None)
