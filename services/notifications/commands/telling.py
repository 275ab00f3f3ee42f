"""A notice becomes mails: to an organizer's contact persons, or to one person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.kernel.database import Connection
from services.kernel.envelope import Envelope
from services.notifications import compose
from services.notifications.domain import swedish
from services.notifications.domain.mail import ReadableBy, mail_id, recipients
from services.notifications.domain.notices import Notice, Scene
from services.notifications.store import mails, people
from services.notifications.store.mails import Link, Queued


@dataclass(frozen=True, slots=True)
class Office:
    """Where mails are made: the zone of their times, and our address for their links."""

    zone: ZoneInfo
    base_url: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why mails are made: an event, or something that is due. `event_id` is the same however often it comes."""

    event_id: UUID
    actor: str | None
    at: datetime
    traceparent: str | None
    office: Office

    @classmethod
    def of(cls, envelope: Envelope, office: Office) -> "Occasion":
        """The occasion that an event is."""
        return cls(envelope.id, envelope.actor, envelope.time, envelope.traceparent, office)


async def scene(tx: Connection, occasion: Occasion, organizer: str) -> Scene:
    """Who did it, for which organizer, when."""
    someone = await people.actor(tx, occasion.actor or "", organizer)
    name, role = (someone["name"], someone["role"]) if someone else (None, None)
    actor = swedish.actor(name and swedish.one_line(name), role)
    organizer_name = await people.organizer_name(tx, organizer)
    return Scene(organizer_name, organizer, actor, occasion.at, occasion.office.zone)


async def to_contact_persons(
    tx: Connection,
    occasion: Occasion,
    organizer: str,
    kind: str,
    notice: Notice,
    *,
    but: UUID | None = None,
    also_actor: bool = False,
) -> int:
    """Queue a notice to an organizer's contact persons; how many they are.

    Not to `but`, nor to who did it: that one knows, unless somebody else has the session, which `also_actor` is for.
    """
    found = await people.contact_persons(tx, organizer)
    to = recipients(found, but={None if also_actor else occasion.actor, str(but)})
    queued = _queued(occasion, organizer, kind, notice, ReadableBy.CONTACT_PERSON)
    # One event can be told of several organizers to the same person.
    ids = [(mail_id(occasion.event_id, each.person_id, f"{kind} {organizer}"), each.person_id) for each in to]
    await mails.queue(tx, queued, ids)
    return len(to)


async def to_members(tx: Connection, occasion: Occasion, organizer: str, kind: str, notice: Notice) -> int:
    """Queue a notice to all who may act for an organizer, not to who did it; how many they are."""
    to = recipients(await people.members(tx, organizer), but={occasion.actor})
    queued = _queued(occasion, organizer, kind, notice, ReadableBy.MEMBER)
    ids = [(mail_id(occasion.event_id, each.person_id, f"{kind} {organizer}"), each.person_id) for each in to]
    await mails.queue(tx, queued, ids)
    return len(to)


async def to_person(
    tx: Connection,
    occasion: Occasion,
    person_id: UUID,
    kind: str,
    notice: Notice,
    *,
    organizer: str | None = None,
    readable_by: ReadableBy = ReadableBy.PERSON,
    address: str | None = None,
    link: Link | None = None,
) -> None:
    """Queue a notice to one person, also to the one who did it. `organizer`: what it is about, if anything."""
    queued = _queued(occasion, organizer, kind, notice, readable_by, address, link)
    await mails.queue(tx, queued, [(mail_id(occasion.event_id, person_id, kind), person_id)])


def _queued(
    occasion: Occasion,
    organizer: str | None,
    kind: str,
    notice: Notice,
    readable_by: ReadableBy,
    address: str | None = None,
    link: Link | None = None,
) -> Queued:
    content = compose.notice(notice, occasion.office.base_url)
    return Queued(
        occasion.event_id, kind, organizer, kind, content.subject, content.text, content.html, occasion.traceparent,
        readable_by, address, link,
    )  # fmt: skip
