"""What an organizer's contact persons ask: users, invitations, reviews, credentials; and letters."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.contracts.vocabulary import Role
from services.identity.commands.authority import (
    known_caller,
    not_found,
    require_administration,
    require_user_administration,
)
from services.identity.commands.credentials import token_url
from services.identity.commands.letters import MOST_WRONG_TRIES
from services.identity.directory import Directory, now
from services.identity.domain.credentials import Credential
from services.identity.domain.invitations import Invitation, Letter, State
from services.identity.domain.persons import reference
from services.identity.queries.persons import reviews_of
from services.identity.store import credentials, invitations, memberships, organizers, persons
from services.kernel.identity import Subject

Json = dict[str, Any]
ENDED_WITHIN = timedelta(days=365)


async def of_organizer(directory: Directory, who: Subject, number: str) -> Json:
    """All that the page of an organizer's users shows. A protected person is shown without name and address."""
    pool = directory.pool
    await require_user_administration(pool, directory, who, number)
    rows = await memberships.users(pool, number)
    contact_persons = sum(row["role"] == Role.CONTACT_PERSON for row in rows)
    me = await known_caller(pool, who)
    name = (await organizers.names(pool, [number]))[number]
    letter = await invitations.open_letter(pool, number)
    return {
        "organizer": {"organizationNumber": number, "displayName": name},
        "users": [_user(row, me.person_id, contact_persons) for row in rows],
        "ended": [_ended(row) for row in await memberships.ended(pool, number, ENDED_WITHIN)],
        "invitations": [_invitation(one) for one in await invitations.open_ones(pool, number)],
        "letters": [_open_letter(letter)] if letter else [],
        "review": (await reviews_of(directory, [number]))[number],
    }


async def reviews(directory: Directory, who: Subject, number: str) -> list[Json]:
    """What was confirmed of an organizer's users, newest first, with names as they may be shown now."""
    pool = directory.pool
    await require_user_administration(pool, directory, who, number)
    found = await memberships.reviews(pool, number)
    ids = {UUID(user["personId"]) for row in found for user in row["users"]} | {row["confirmed_by"] for row in found}
    known = {p.person_id: p for p in await persons.sharing_with(pool, list(ids), UUID(int=0), is_administrator=True)}
    return [
        {
            "reviewId": row["review_id"], "confirmedAt": row["confirmed_at"], "confirmedBy": row["confirmed_by"],
            "confirmedByName": known[row["confirmed_by"]].shown_name,
            "users": [
                {
                    "reference": user["reference"], "role": user["role"],
                    "name": known[UUID(user["personId"])].shown_name,
                }
                for user in row["users"]
            ],
        }
        for row in found
    ]  # fmt: skip


async def credentials_of(directory: Directory, who: Subject, number: str) -> Json:
    """The programs that may act for an organizer, with when each was last used. Never a secret."""
    await require_user_administration(directory.pool, directory, who, number)
    rows = await credentials.of_organizer(directory.pool, number)
    return {"credentials": [_credential(row) for row in rows], "tokenUrl": token_url(directory)}


async def letters(directory: Directory, who: Subject, number: str | None) -> list[Json]:
    """Letters to organizers, newest first: for the register administration."""
    await require_administration(directory.pool, directory, who)
    found = await invitations.letters(directory.pool, number)
    names = await organizers.names(directory.pool, {letter.organization_number for letter, _ in found})
    return [_letter(letter, names[letter.organization_number], is_printable) for letter, is_printable in found]


async def letter(directory: Directory, who: Subject, letter_id: UUID) -> Json:
    """One letter: for the register administration."""
    await require_administration(directory.pool, directory, who)
    found = await invitations.letter(directory.pool, letter_id)
    if found is None:
        raise not_found()
    names = await organizers.names(directory.pool, [found.organization_number])
    is_printable = await invitations.sealed_code(directory.pool, letter_id) is not None
    return _letter(found, names[found.organization_number], is_printable)


def _user(row: asyncpg.Record, me: UUID, contact_persons: int) -> Json:
    is_contact_person = row["role"] == Role.CONTACT_PERSON
    return {
        "membershipId": row["membership_id"], "version": row["version"], "personId": row["person_id"],
        "reference": reference(row["person_id"]), "name": None if row["protected"] else row["name"],
        "protected": row["protected"], "email": None if row["protected"] else row["email"], "role": row["role"],
        "since": row["granted_at"], "lastLoginAt": row["last_login_at"], "locked": row["locked_at"] is not None,
        "isMe": row["person_id"] == me, "isLastContactPerson": is_contact_person and contact_persons == 1,
    }  # fmt: skip


def _ended(row: asyncpg.Record) -> Json:
    return {
        "membershipId": row["membership_id"], "reference": reference(row["person_id"]),
        "name": None if row["protected"] else row["name"], "protected": row["protected"], "role": row["role"],
        "since": row["granted_at"], "endedAt": row["ended_at"],
    }  # fmt: skip


def _invitation(one: Invitation) -> Json:
    return {
        "invitationId": one.invitation_id, "version": one.version, "email": one.email, "role": one.role,
        "state": one.offer().state_at(now()), "sentAt": one.sent_at, "timesSent": one.times_sent,
        "expiresAt": one.expires_at, "invitedBy": one.invited_by, "namesPerson": one.national_id_index is not None,
    }  # fmt: skip


def _open_letter(one: Letter) -> Json:
    return {
        "letterId": one.letter_id, "version": one.version, "state": one.offer().state_at(now()),
        "issuedAt": one.issued_at, "expiresAt": one.expires_at,
    }  # fmt: skip


def _letter(one: Letter, name: str, is_printable: bool) -> Json:
    state = one.offer().state_at(now())
    return _open_letter(one) | {
        "organizationNumber": one.organization_number, "organizerName": name, "requestedBy": one.requested_by,
        "requestReference": one.request_reference, "requestedOn": one.requested_on, "address": list(one.address),
        "namesPerson": one.national_id_index is not None, "printable": is_printable and state is State.OPEN,
        "state": "used" if state is State.ACCEPTED else state, "isBlocked": one.wrong_tries >= MOST_WRONG_TRIES,
    }  # fmt: skip


def _credential(row: asyncpg.Record) -> Json:
    members = ("credential_id", "organization_number", "label", "client_id", "version", "expires_at", "revoked_at")
    credential = Credential(**{name: row[name] for name in members})
    return {
        "credentialId": credential.credential_id, "version": credential.version, "label": credential.label,
        "clientId": credential.client_id, "issuedAt": row["issued_at"], "issuedBy": row["issued_by"],
        "rotatedAt": row["rotated_at"], "expiresAt": credential.expires_at, "state": credential.state_at(now()),
        "lastUsedAt": row["last_used_at"],
    }  # fmt: skip
