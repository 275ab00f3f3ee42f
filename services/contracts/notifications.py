"""What notifications says: which mail went, which did not. Persons by id, never by address."""

from datetime import datetime
from uuid import UUID

from services.contracts.event import Event, TopicName, Wire

TOPIC = TopicName("notifications.events", partitions=3)


class MailFact(Wire):
    mail_id: UUID
    event_id: UUID
    template: str
    recipient: UUID
    at: datetime


class MailSent(Event, MailFact, type="mail.sent", version=1, topic=TOPIC, key="mail_id"):
    """The mail server took the mail."""


class MailFailed(Event, MailFact, type="mail.failed", version=1, topic=TOPIC, key="mail_id"):
    """The mail server refused the mail for good, or it was given up."""

    reason: str
