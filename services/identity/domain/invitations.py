"""Invitations by e-mail and by letter: who may accept which, and until when (domain.md, section 2; ADR 11)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.contracts.vocabulary import Role


class State(StrEnum):
    """Where an invitation or a letter is in its life. All but the first are final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Refusal(StrEnum):
    """Why somebody may not accept."""

    OTHER_PERSON = "other-person"
    IDENTIFICATION_NEEDED = "identification-needed"
    MEMBERSHIP_EXISTS = "membership-exists"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation or a letter offers, and to whom.

    `email` is None for a letter; `national_id_index` is None where no person is named.
    """

    organization_number: str
    role: Role
    expires_at: datetime
    state: State
    email: str | None
    national_id_index: bytes | None

    def state_at(self, now: datetime) -> State:
        """Its state; what nobody has closed yet may be over all the same."""
        return State.EXPIRED if self.state is State.OPEN and now >= self.expires_at else self.state


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation by e-mail."""

    invitation_id: UUID
    organization_number: str
    role: Role
    email: str
    national_id_index: bytes | None
    version: int
    state: State
    times_sent: int
    invited_by: UUID | None
    sent_at: datetime
    expires_at: datetime

    def offer(self) -> Offer:
        """What it offers."""
        return Offer(
            self.organization_number, self.role, self.expires_at, self.state, self.email, self.national_id_index
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with an activation code, to an organizer's first contact person.

    `address`: lines below the organizer's name; none: as the register has it.
    """

    letter_id: UUID
    organization_number: str
    requested_by: str
    request_reference: str
    requested_on: date
    address: Sequence[str]
    national_id_index: bytes | None
    code_hash: bytes
    printable_until: datetime
    version: int
    state: State
    wrong_tries: int
    issued_at: datetime
    expires_at: datetime

    def offer(self) -> Offer:
        """What it offers: to be a contact person."""
        return Offer(
            self.organization_number, Role.CONTACT_PERSON, self.expires_at, self.state, None, self.national_id_index
        )


@dataclass(frozen=True, slots=True)
class Identified:
    """Somebody who is logged in: what is known of them.

    `national_id_index`: of the number that the login told, else of the one on record. `email` and `organizers` are of a
    known person.
    """

    national_id_index: bytes | None
    is_known: bool
    email: str | None
    organizers: Collection[str]


def refusal(offer: Offer, who: Identified) -> Refusal | None:
    """Why this person may not accept the offer; None: may.

    Who is named by number must have that number; who is named by e-mail alone and is known already must have that
    address. For somebody new, the link is the proof of the address, and a personal identity number is needed.
    """
    if who.national_id_index is None and (offer.national_id_index is not None or not who.is_known):
        return Refusal.IDENTIFICATION_NEEDED
    if offer.national_id_index is not None:
        is_other = offer.national_id_index != who.national_id_index
    else:
        is_other = who.is_known and offer.email is not None and _same(offer.email) != _same(who.email or "")
    if is_other:
        return Refusal.OTHER_PERSON
    return Refusal.MEMBERSHIP_EXISTS if offer.organization_number in who.organizers else None


def _same(email: str) -> str:
    return email.strip().casefold()
