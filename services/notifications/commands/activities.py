"""What follows from an other activity that is new or changed: a mail to all who may act for its organizer."""

from services.contracts.activities import ActivityEdited, ActivityRegistered
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members
from services.notifications.commands.users import Handler
from services.notifications.domain import activity_notices

FACTS: dict[str, type[ActivityRegistered | ActivityEdited]] = {
    fact.full_type(): fact for fact in (ActivityRegistered, ActivityEdited)
}


async def activity_changed(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell them, but not the one who did it."""
    fact, occasion = read(envelope, FACTS[envelope.type]), Occasion.of(envelope, office)
    told = activity_notices.activity(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, envelope.type.rpartition(".")[0], told)


HANDLERS: dict[str, Handler] = dict.fromkeys(FACTS, activity_changed)
"""What each event asks for."""
