"""What an organizer's contact persons are told: letters, API credentials, and the yearly look at who may act."""

from datetime import UTC, datetime, timedelta
from uuid import uuid5

from services.contracts.identity import (
    ApiCredentialFact,
    ApiCredentialIssued,
    ApiCredentialRevoked,
    ApiCredentialRotated,
    LetterIssued,
    UsersReviewDue,
)
from services.kernel.database import Connection, Pool, transaction
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_contact_persons
from services.notifications.commands.users import Handler
from services.notifications.domain import notices
from services.notifications.domain.mail import NAMESPACE
from services.notifications.domain.notices import KeyEvent
from services.notifications.store import links


async def letter_issued(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the contact persons that there are already: a letter lets somebody in."""
    fact, occasion = read(envelope, LetterIssued), Occasion.of(envelope, office)
    told = notices.letter(await scene(tx, occasion, fact.organization_number))
    await to_contact_persons(tx, occasion, fact.organization_number, "letter-issued", told)


async def credential_issued(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the contact persons, who did it too, that a program may act."""
    await _credential(tx, Occasion.of(envelope, office), read(envelope, ApiCredentialIssued), KeyEvent.ISSUED)


async def credential_rotated(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the contact persons of the new secret and end."""
    await _credential(tx, Occasion.of(envelope, office), read(envelope, ApiCredentialRotated), KeyEvent.ROTATED)


async def credential_revoked(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the contact persons that a program may no longer act."""
    await _credential(tx, Occasion.of(envelope, office), read(envelope, ApiCredentialRevoked), KeyEvent.REVOKED)


async def _credential(tx: Connection, occasion: Occasion, fact: ApiCredentialFact, event: KeyEvent) -> None:
    await links.put_credential(tx, fact, revoked=event is KeyEvent.REVOKED)
    here = await scene(tx, occasion, fact.organization_number)
    told = notices.credential(here, event, fact.label, fact.expires_at)
    kind = f"api-credential-{event.name.lower()}"
    await to_contact_persons(tx, occasion, fact.organization_number, kind, told, also_actor=True)


async def review_due(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Ask the contact persons to look over who may act."""
    fact, occasion = read(envelope, UsersReviewDue), Occasion.of(envelope, office)
    told = notices.review_due(await scene(tx, occasion, fact.organization_number), fact.due_on)
    await to_contact_persons(tx, occasion, fact.organization_number, "users-review-due", told)


async def remind_of_ends(pool: Pool, within: timedelta, office: Office) -> None:
    """Tell contact persons of credentials that end soon, of each end once; where there is nobody, later."""
    async with transaction(pool) as tx:
        for row in await links.ending_credentials(tx, within):
            event_id = uuid5(NAMESPACE, f"{row['credential_id']} ends {row['expires_at'].isoformat()}")
            occasion = Occasion(event_id, None, datetime.now(UTC), None, office)
            told = notices.credential_ends(await scene(tx, occasion, row["organizer"]), row["label"], row["expires_at"])
            if await to_contact_persons(tx, occasion, row["organizer"], "api-credential-ends", told):
                await links.reminded(tx, row["credential_id"])


HANDLERS: dict[str, Handler] = {
    LetterIssued.full_type(): letter_issued,
    ApiCredentialIssued.full_type(): credential_issued,
    ApiCredentialRotated.full_type(): credential_rotated,
    ApiCredentialRevoked.full_type(): credential_revoked,
    UsersReviewDue.full_type(): review_due,
}
