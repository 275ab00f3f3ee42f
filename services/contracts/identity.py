"""What identity says: who there is, and who may act for which organizer. Read by the register's own services only."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.event import Event, TopicName, Wire
from services.contracts.vocabulary import OrganizationNumber, Role

TOPIC = TopicName("identity.events", partitions=3)


class PersonalData(Wire):
    """Personal data, apart from the rest so that it is seen wherever it is used. No name for a protected person."""

    name: str | None = None
    email: str


class PersonFact(Wire):
    person_id: UUID
    version: int
    protected: bool
    contact: PersonalData
    language: str = "sv"
    register_administration: bool = False
    locked: bool = False


class PersonRegistered(Event, PersonFact, type="person.registered", version=1, topic=TOPIC, key="person_id"):
    """A person got an account."""


class PersonChanged(Event, PersonFact, type="person.changed", version=1, topic=TOPIC, key="person_id"):
    """A person's name, e-mail, protection or administration changed; the whole new state."""


class PersonLocked(Event, PersonFact, type="person.locked", version=1, topic=TOPIC, key="person_id"):
    """The register administration locked a person: no authority holds until it is unlocked."""


class PersonUnlocked(Event, PersonFact, type="person.unlocked", version=1, topic=TOPIC, key="person_id"):
    """A locked person may act again."""


class MembershipFact(Wire):
    membership_id: UUID
    person_id: UUID
    organization_number: OrganizationNumber
    role: Role
    version: int


class MembershipGranted(Event, MembershipFact, type="membership.granted", version=1, topic=TOPIC, key="person_id"):
    """A person may act for an organizer, in a role."""


class MembershipChanged(Event, MembershipFact, type="membership.changed", version=1, topic=TOPIC, key="person_id"):
    """A person has another role for the same organizer."""


class MembershipEnded(Event, MembershipFact, type="membership.ended", version=1, topic=TOPIC, key="person_id"):
    """A person may no longer act for an organizer."""


class TermsAccepted(Event, type="terms.accepted", version=1, topic=TOPIC, key="person_id"):
    """A person accepted a version of the terms for users."""

    person_id: UUID
    terms_version: int
    accepted_at: datetime


class InvitationFact(Wire):
    invitation_id: UUID
    organization_number: OrganizationNumber
    role: Role
    version: int


class InvitationSent(Event, InvitationFact, type="invitation.sent", version=1, topic=TOPIC, key="invitation_id"):
    """Somebody is invited by e-mail, or again with a new link. The link's token is sealed for the one who mails it."""

    email: str
    sealed_token: str = Field(description="Base64 of the token, sealed with the mail secret for the invitation's id")
    expires_at: datetime


class InvitationEnd(StrEnum):
    """How an invitation came to its end."""

    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class InvitationClosed(Event, InvitationFact, type="invitation.closed", version=1, topic=TOPIC, key="invitation_id"):
    """An invitation by e-mail was accepted or withdrawn, or its time is over."""

    end: InvitationEnd


class LetterIssued(Event, type="letter.issued", version=1, topic=TOPIC, key="organization_number"):
    """A letter with an activation code for an organizer's contact person was made, or made anew."""

    letter_id: UUID
    organization_number: OrganizationNumber
    version: int


class ApiCredentialFact(Wire):
    credential_id: UUID
    organization_number: OrganizationNumber
    label: str
    version: int
    expires_at: datetime


class ApiCredentialIssued(
    Event, ApiCredentialFact, type="api-credential.issued", version=1, topic=TOPIC, key="credential_id"
):
    """A program may act for an organizer until the credential expires."""


class ApiCredentialRotated(
    Event, ApiCredentialFact, type="api-credential.rotated", version=1, topic=TOPIC, key="credential_id"
):
    """A credential has a new secret and a new end."""


class ApiCredentialRevoked(
    Event, ApiCredentialFact, type="api-credential.revoked", version=1, topic=TOPIC, key="credential_id"
):
    """A program may no longer act for an organizer."""


class UsersReviewDue(Event, type="users.review-due", version=1, topic=TOPIC, key="organization_number"):
    """It is time for the organizer's contact persons to look over who may act for it (domain.md, section 2)."""

    organization_number: OrganizationNumber
    due_on: date


class UsersReviewed(Event, type="users.reviewed", version=1, topic=TOPIC, key="organization_number"):
    """A contact person confirmed who may act for the organizer."""

    organization_number: OrganizationNumber
    review_id: UUID
    confirmed_at: datetime


class EmailChangeAsked(Event, type="email-change.asked", version=1, topic=TOPIC, key="person_id"):
    """A person wants another e-mail address; it is used once the link that goes to it was followed."""

    person_id: UUID
    change_id: UUID
    email: str
    sealed_token: str = Field(description="Base64 of the token, sealed with the mail secret for the change's id")
    expires_at: datetime
