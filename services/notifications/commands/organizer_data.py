"""What follows from a change of an organizer's own data: a mail to those who may act for it."""

from services.contracts.registry import OrganizerEdited
from services.contracts.vocabulary import Cause, ProcessType
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications import compose
from services.notifications.commands.telling import Occasion, Office, scene
from services.notifications.commands.users import Handler
from services.notifications.domain import organizer_notices
from services.notifications.domain.mail import mail_id, recipients
from services.notifications.store import mails, people
from services.notifications.store.mails import Queued

KIND = "organizer-edited"


async def organizer_edited(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell each who may act for the organizer, but not who did it.

    Of the companies register, and of a colleague's edit: what else changes an organizer is told as what it is part of.
    """
    fact, occasion = read(envelope, OrganizerEdited), Occasion.of(envelope, office)
    here = await scene(tx, occasion, fact.organization_number)
    if fact.process is None and fact.cause is Cause.EDIT:
        notice = organizer_notices.contact_changed(here, fact.changed)
    elif fact.process is not None and fact.process.type == ProcessType.COMPANIES_REGISTER:
        notice = organizer_notices.base_data_changed(here, fact.changed)
    else:
        return
    content = compose.notice(notice, office.base_url)
    queued = Queued(
        envelope.id, KIND, fact.organization_number, KIND, content.subject, content.text, content.html,
        envelope.traceparent,
    )  # fmt: skip
    to = recipients(await people.members(tx, fact.organization_number), but={envelope.actor})
    await mails.queue(tx, queued, [(mail_id(envelope.id, each.person_id, KIND), each.person_id) for each in to])


HANDLERS: dict[str, Handler] = {OrganizerEdited.full_type(): organizer_edited}
"""What each event asks for."""
