"""A mail's life, in words that people understand; and who gets it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid5

NAMESPACE = UUID("6c1a3f0e-7d5b-4b0c-9a55-1f6d1c2b8e11")
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)


class MailState(StrEnum):
    """Where a mail is in its life."""

    QUEUED = "queued"
    SENT = "sent"
    DELAYED = "delayed"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    WITHDRAWN = "withdrawn"


AFTER: dict[MailState, frozenset[MailState]] = {
    MailState.QUEUED: frozenset(MailState) - {MailState.QUEUED},
    MailState.DELAYED: frozenset(MailState) - {MailState.QUEUED},
    MailState.SENT: frozenset(),
    MailState.REFUSED: frozenset(),
    MailState.GIVEN_UP: frozenset(),
    MailState.WITHDRAWN: frozenset(),
}
"""The states that may follow. Withdrawn: the recipient's authority ended before it was sent."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who may act for the organizer that a mail is about."""

    person_id: UUID
    email: str


def recipients(people: Iterable[Recipient], *, actor: str | None) -> list[Recipient]:
    """Everybody but the one who did it, each once."""
    others = {person.person_id: person for person in people if str(person.person_id) != actor}
    return list(others.values())


def mail_id(event_id: UUID, recipient: UUID, template: str) -> UUID:
    """The same for the same event, recipient and template, however often it is made: its Message-ID is made of it."""
    return uuid5(NAMESPACE, f"{event_id} {recipient} {template}")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, half an hour at most."""
    return min(FIRST_PAUSE * (1 << min(attempts, 12)), LONGEST_PAUSE)
