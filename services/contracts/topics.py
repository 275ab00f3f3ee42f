"""Every topic: who speaks, who listens, and how it is kept. The native stack and docker-compose.yml create these."""

from dataclasses import dataclass

from services.contracts import (
    activities,
    adult_education,
    approvals,
    bulk,
    identity,
    notifications,
    planning,
    publication,
    registry,
    reorganisations,
    transfers,
)
from services.contracts.event import Event, TopicName

KEPT_FOR_EVER = -1


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. The number of partitions never changes within a topic's life (design/architecture.md)."""

    name: TopicName
    key: str
    producer: str
    consumers: tuple[str, ...]
    events: tuple[type[Event], ...]
    retention_ms: int = KEPT_FOR_EVER

    @property
    def partitions(self) -> int:
        return self.name.partitions


TOPICS = (
    Topic(
        registry.TOPIC,
        key="school unit code, organization number, transfer id; a marker goes to each partition",
        producer="registry",
        consumers=("identity", "notifications", "publication"),
        events=(
            registry.SchoolUnitRegistered,
            registry.SchoolUnitEdited,
            registry.SchoolUnitOpened,
            registry.OrganizerRegistered,
            registry.OrganizerEdited,
            registry.RegisterDayClosed,
            adult_education.EducationProviderRegistered,
            adult_education.EducationProviderEdited,
            adult_education.ContractRegistered,
            adult_education.ContractEdited,
            activities.ActivityRegistered,
            activities.ActivityEdited,
            approvals.ApprovalGiven,
            approvals.ApprovalDue,
            planning.ChangePlanned,
            planning.PlannedChangeEdited,
            planning.PlannedChangeCancelled,
            planning.PlannedChangeConflicted,
            planning.PlannedChangeHindered,
            reorganisations.ReorganisationPlanned,
            reorganisations.ReorganisationChanged,
            reorganisations.ReorganisationUndone,
            reorganisations.ReorganisationTookEffect,
            transfers.TransferProposed,
            transfers.TransferAccepted,
            transfers.TransferDeclined,
            transfers.TransferWithdrawn,
            transfers.TransferReminded,
            transfers.TransferLapsed,
            transfers.TransferTookEffect,
            bulk.BulkApplied,
        ),
    ),
    Topic(
        identity.TOPIC,
        key="person id",
        producer="identity",
        consumers=("registry", "notifications"),
        events=(
            identity.PersonRegistered,
            identity.PersonChanged,
            identity.MembershipGranted,
            identity.MembershipChanged,
            identity.MembershipEnded,
            identity.TermsAccepted,
            identity.PersonLocked,
            identity.PersonUnlocked,
            identity.InvitationSent,
            identity.InvitationClosed,
            identity.LetterIssued,
            identity.ApiCredentialIssued,
            identity.ApiCredentialRotated,
            identity.ApiCredentialRevoked,
            identity.UsersReviewDue,
            identity.UsersReviewed,
            identity.EmailChangeAsked,
        ),
    ),
    Topic(
        notifications.TOPIC,
        key="mail id",
        producer="notifications",
        consumers=(),
        events=(notifications.MailSent, notifications.MailFailed),
    ),
    Topic(
        publication.TOPIC,
        key="the view's day",
        producer="publication",
        consumers=(),
        events=(publication.SnapshotPublished,),
    ),
)

DEAD_LETTERS = tuple(
    TopicName(f"{service}.dead-letters", partitions=1)
    for service in sorted({consumer for topic in TOPICS for consumer in topic.consumers})
)
"""Where each consumer puts what it cannot handle; the kernel names them so."""

EVENTS: dict[str, type[Event]] = {event.full_type(): event for topic in TOPICS for event in topic.events}
