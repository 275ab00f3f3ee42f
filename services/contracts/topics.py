"""Every topic: who speaks, who listens, and how it is kept. The native stack and docker-compose.yml create these."""

from dataclasses import dataclass

from services.contracts import identity, notifications, publication, registry
from services.contracts.event import Event


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. The number of partitions never changes within a topic's life (design/architecture.md)."""

    name: str
    key: str
    producer: str
    consumers: tuple[str, ...]
    partitions: int
    events: tuple[type[Event], ...]
    retention_ms: int = -1


REGISTRY_PARTITIONS = 6

TOPICS = (
    Topic(
        registry.TOPIC,
        key="school unit code, organization number; a marker goes to each partition",
        producer="registry",
        consumers=("notifications", "publication"),
        partitions=REGISTRY_PARTITIONS,
        events=(
            registry.SchoolUnitRegistered,
            registry.SchoolUnitEdited,
            registry.SchoolUnitOpened,
            registry.OrganizerRegistered,
            registry.OrganizerEdited,
            registry.RegisterDayClosed,
        ),
    ),
    Topic(
        identity.TOPIC,
        key="person id",
        producer="identity",
        consumers=("registry", "notifications"),
        partitions=3,
        events=(
            identity.PersonRegistered,
            identity.PersonChanged,
            identity.MembershipGranted,
            identity.MembershipEnded,
            identity.TermsAccepted,
        ),
    ),
    Topic(
        notifications.TOPIC,
        key="mail id",
        producer="notifications",
        consumers=(),
        partitions=3,
        events=(notifications.MailSent, notifications.MailFailed),
    ),
    Topic(
        publication.TOPIC,
        key="the view's day",
        producer="publication",
        consumers=(),
        partitions=1,
        events=(publication.SnapshotPublished,),
    ),
)

EVENTS: dict[str, type[Event]] = {event.full_type(): event for topic in TOPICS for event in topic.events}
