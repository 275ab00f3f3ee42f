"""What identity says: who there is, and who may act for which organizer. Read by the register's own services only."""

from datetime import datetime
from uuid import UUID

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


class PersonRegistered(Event, PersonFact, type="person.registered", version=1, topic=TOPIC, key="person_id"):
    """A person got an account."""


class PersonChanged(Event, PersonFact, type="person.changed", version=1, topic=TOPIC, key="person_id"):
    """A person's name, e-mail, protection or administration changed; the whole new state."""


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
