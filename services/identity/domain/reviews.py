"""Looking over who may act for an organizer, at least once a year (domain.md, section 2)."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from services.identity.domain.memberships import Membership


def due_on(last_confirmed: date | None, first_granted: date, every: timedelta) -> date:
    """The day by which users are to be looked over: a period after the last time, or after the first got authority."""
    return (last_confirmed or first_granted) + every


def is_current(seen: Iterable[tuple[UUID, int]], memberships: Iterable[Membership]) -> bool:
    """Whether the list that somebody confirms is the one that holds now: nobody more, nobody less, no other role."""
    return set(seen) == {(m.membership_id, m.version) for m in memberships}
