"""What follows from a contract on adult education: a mail to all who may act for its organizer."""

from services.contracts.adult_education import ContractEdited, ContractRegistered
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members
from services.notifications.commands.users import Handler
from services.notifications.domain import adult_education_notices as notices

FACTS: dict[str, type[ContractRegistered | ContractEdited]] = {
    fact.full_type(): fact for fact in (ContractRegistered, ContractEdited)
}


async def contract_changed(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell them, but not the one who did it."""
    fact, occasion = read(envelope, FACTS[envelope.type]), Occasion.of(envelope, office)
    number = fact.contract.organization_number
    told = notices.contract(await scene(tx, occasion, number), fact)
    await to_members(tx, occasion, number, envelope.type.rpartition(".")[0], told)


HANDLERS: dict[str, Handler] = dict.fromkeys(FACTS, contract_changed)
"""What each event asks for."""
