"""Webhooks: what they are told, when it is tried again, and how much of it anybody may ask for."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

PING, PUBLISHED = "ping", "changes.published"
HEARD, GONE = range(200, 300), 410
PAUSES = (5, 30, 120, 600, 1800, 7200, 21600)
"""Seconds before each further attempt; the last one again and again."""
MOST_OF_ONE_HOST = 20
PINGS_OF_ONE_HOST, PINGS_WITHIN = 50, timedelta(days=1)
BETWEEN_PINGS = timedelta(minutes=1)
"""Anybody may ask for a ping to anybody's address: of one webhook, and of all of a host whatever their addresses."""
KEPT = timedelta(days=30)
"""How long it can be read what was sent to a webhook."""
UNVERIFIED_KEPT, SILENT_KEPT = timedelta(days=7), timedelta(days=30)
"""After which a webhook that never answered is removed, and one that has stopped answering."""


class WebhookState(StrEnum):
    """`unverified` until a ping is heard; `failing` after days in vain; `gone` when the receiver said so (410)."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    FAILING = "failing"
    GONE = "gone"


class DeliveryState(StrEnum):
    """What became of a message."""

    QUEUED = "queued"
    HEARD = "heard"
    GIVEN_UP = "given-up"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain (at least one)."""
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1])


def pause_before_ping(own: Sequence[timedelta], of_host: Sequence[timedelta]) -> timedelta:
    """How long a ping must wait (zero: it may go), by the ages of a webhook's earlier ones and of those to its host."""
    newest = sorted(of_host)[:PINGS_OF_ONE_HOST]
    waits = [BETWEEN_PINGS - age for age in own] + [PINGS_WITHIN - age for age in newest[PINGS_OF_ONE_HOST - 1 :]]
    return max([timedelta(0), *waits])
