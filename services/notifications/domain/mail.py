"""A mail's life, in words that people understand; and who gets it."""

from collections.abc import Collection, Iterable
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
"""The states that may follow. Withdrawn: it was not to be read any more when it was about to be sent."""


class ReadableBy(StrEnum):
    """Who may get a mail when it is about to go: whoever lost that meanwhile does not get it."""

    MEMBER = "member"
    """Who may act for the organizer that it is about, and is not locked."""
    CONTACT_PERSON = "contact-person"
    """The same, as contact person."""
    DIGEST = "digest"
    """Who may act for every organizer that it tells of."""
    PERSON = "person"
    """The person, whatever has become of the authority: it is about just that."""
    INVITED = "invited"
    """Who is invited, while the invitation stands as it was sent."""
    NEW_ADDRESS = "new-address"
    """Who asked for this change of address, while it is the newest and the person is not locked."""


WITHDRAWN_FOR: dict[ReadableBy, str] = {
    ReadableBy.INVITED: "the invitation stands no longer as it was sent",
    ReadableBy.NEW_ADDRESS: "the change of address stands no longer",
    ReadableBy.DIGEST: "the recipient's authority for some of it has ended",
}
"""Why, where it is another reason than that the recipient's authority has ended."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who may act for the organizer that a mail is about."""

    person_id: UUID
    email: str
    daily: bool = False


def recipients(people: Iterable[Recipient], *, but: Collection[str | None]) -> list[Recipient]:
    """Everybody but some (the one who did it, the one it is about), by id, each once."""
    others = {person.person_id: person for person in people if str(person.person_id) not in but}
    return list(others.values())


def mail_id(event_id: UUID, recipient: UUID, template: str) -> UUID:
    """The same for the same event, recipient and template, however often it is made: its Message-ID is made of it."""
    return uuid5(NAMESPACE, f"{event_id} {recipient} {template}")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, half an hour at most."""
    return min(FIRST_PAUSE * (1 << min(attempts, 12)), LONGEST_PAUSE)
