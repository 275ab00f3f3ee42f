"""What is asked about persons: by themselves, by colleagues, by the administration."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from services.identity.commands.authority import (
    caller,
    id_of,
    is_administration,
    known_caller,
    not_found,
    require_administration,
)
from services.identity.directory import Directory
from services.identity.domain import reviews
from services.identity.domain.memberships import Membership
from services.identity.domain.persons import Person, reference
from services.identity.store import (
    audit,
    credentials,
    invitations,
    memberships,
    organizers,
    persons,
    sign_ins,
)
from services.kernel.identity import Subject

Json = dict[str, Any]


async def me(directory: Directory, who: Subject) -> Json:
    """All that the caller's pages need to know of the caller, also of an account that has no person yet.

    Raises Problem 403 for a locked person.
    """
    person = await caller(directory.pool, who)
    settings = directory.settings
    return {
        "personId": person.person_id if person else None,
        "name": person.name if person else None,
        "email": person.email if person else None,
        "phone": person.phone if person else None,
        "emailPending": await invitations.pending_email(directory.pool, person.person_id) if person else None,
        "protected": bool(person and person.protected),
        "version": person.version if person else 0,
        "locked": False,
        "registerAdministration": await is_administration(directory.pool, who),
        "assurance": who.assurance,
        "assuranceNeeded": {
            "contactPerson": settings.assurance_contact_person,
            "dataReporter": settings.assurance_data_reporter,
            "administration": settings.assurance_administration,
        },
        "memberships": await _my_memberships(directory, person) if person else [],
        "terms": await _my_terms(directory, person),
    }


async def _my_memberships(directory: Directory, person: Person) -> list[Json]:
    mine = await memberships.of_person(directory.pool, person.person_id)
    numbers = {m.organization_number for m in mine}
    names = await organizers.names(directory.pool, numbers)
    since = await memberships.since(directory.pool, person.person_id)
    reviewed = await reviews_of(directory, numbers)
    return [
        {
            "membershipId": m.membership_id, "organizationNumber": m.organization_number,
            "organizerName": names[m.organization_number], "role": m.role, "since": since[m.organization_number],
            "reviewDue": reviewed[m.organization_number]["isDue"],
        }
        for m in mine
    ]  # fmt: skip


async def reviews_of(directory: Directory, numbers: Iterable[str]) -> dict[str, Json]:
    """When each organizer's users were last looked over, and when it is time again."""
    last = await memberships.last_reviews(directory.pool, numbers)
    return {number: _review(directory, row) for number, row in last.items()}


def _review(directory: Directory, last: asyncpg.Record) -> Json:
    confirmed, first = last["confirmed_at"], last["first_granted"]
    due = (
        reviews.due_on(confirmed.date() if confirmed else None, first.date(), directory.settings.review_every)
        if first
        else None
    )
    return {
        "lastConfirmedAt": confirmed, "confirmedBy": last["confirmed_by"], "dueOn": due,
        "isDue": bool(due and due <= directory.today),
    }  # fmt: skip


async def _my_terms(directory: Directory, person: Person | None) -> Json:
    current = directory.current_terms()
    accepted_at = await persons.accepted_at(directory.pool, person.person_id, current.version) if person else None
    return {
        "current": terms_text(directory, current.version),
        "accepted": accepted_at is not None,
        "acceptedAt": accepted_at,
    }


def terms_text(directory: Directory, version: int) -> Json:
    """One published version of the terms. Raises Problem 404."""
    for terms in directory.versions:
        if terms.version == version and terms.published_on <= directory.today:
            return {
                "version": terms.version, "title": terms.title, "markdown": terms.markdown,
                "publishedOn": terms.published_on,
            }  # fmt: skip
    raise not_found()


async def accepted_terms(directory: Directory, who: Subject) -> list[Json]:
    """Which versions of the terms the caller accepted, and when."""
    person = await known_caller(directory.pool, who)
    titles = {terms.version: terms for terms in directory.versions}
    return [
        {
            "version": version, "acceptedAt": moment,
            "title": titles[version].title if version in titles else None,
            "publishedOn": titles[version].published_on if version in titles else None,
        }
        for version, moment in (await persons.accepted(directory.pool, person.person_id)).items()
    ]  # fmt: skip


async def my_sign_ins(directory: Directory, who: Subject) -> list[Json]:
    """The caller's newest sign-ins, failed ones too."""
    return await _sign_ins(directory, (await known_caller(directory.pool, who)).person_id)


async def _sign_ins(directory: Directory, person_id: UUID) -> list[Json]:
    return [
        {
            "at": row["at"], "succeeded": row["succeeded"], "method": row["method"], "ipAddress": row["ip_address"],
            "application": row["application"],
        }
        for row in await sign_ins.of_person(directory.pool, person_id)
    ]  # fmt: skip


async def my_data(directory: Directory, who: Subject) -> Json:
    """Everything that identity stores about the caller (GDPR, article 15)."""
    pool = directory.pool
    person = await known_caller(pool, who)
    ever = await memberships.ever_of_person(pool, person.person_id)
    said = await audit.about(pool, person.person_id)
    return {
        "person": {
            "personId": person.person_id, "userName": person.user_name, "name": person.name, "email": person.email,
            "phone": person.phone, "protected": person.protected, "version": person.version,
            "registerAdministration": person.register_administration,
            "personalIdentityNumber": await _own_number(directory, person.person_id),
        },
        "accounts": await persons.accounts(pool, person.person_id),
        "memberships": [dict(row) for row in ever],
        "invitations": [dict(row) for row in await invitations.by_person(pool, person.person_id)],
        "termsAccepted": await accepted_terms(directory, who),
        "signIns": await _sign_ins(directory, person.person_id),
        "log": [dict(row) for row in said],
    }  # fmt: skip


async def _own_number(directory: Directory, person_id: UUID) -> str | None:
    """The number that is kept sealed, for the person alone."""
    sealed = await persons.sealed_national_id(directory.pool, person_id)
    return str(directory.open_number(sealed, person_id)) if sealed else None


async def names(directory: Directory, who: Subject, ids: Sequence[UUID]) -> list[Json]:
    """The names of persons, and of programs, whom the caller may know of. A protected person's is null."""
    pool = directory.pool
    asker = (await known_caller(pool, who)).person_id
    is_sure = who.assurance >= directory.settings.assurance_administration
    is_administrator = is_sure and await is_administration(pool, who)
    found = await persons.sharing_with(pool, ids, asker, is_administrator=is_administrator)
    labels = await credentials.labels(pool, list(ids), asker, is_administrator=is_administrator)
    return [
        *({"personId": person.person_id, "name": person.shown_name, "reference": person.reference} for person in found),
        *(
            {"personId": credential_id, "name": label, "reference": reference(credential_id)}
            for credential_id, label in labels.items()
        ),
    ]


async def people(directory: Directory, who: Subject, text: str) -> list[Json]:
    """Persons by a part of the name or address, or by reference: for the register administration."""
    await require_administration(directory.pool, directory, who)
    found = await persons.search(directory.pool, text)
    authority = await memberships.of_people(directory.pool, [person.person_id for person in found])
    numbers = {m.organization_number for mine in authority.values() for m in mine}
    organizer_names = await organizers.names(directory.pool, numbers)
    return [_for_administration(person, authority[person.person_id], organizer_names) for person in found]


async def one(directory: Directory, who: Subject, person_id: UUID) -> Json:
    """One person with authority, lock and sign-ins: for the register administration."""
    await require_administration(directory.pool, directory, who)
    person = await persons.get(directory.pool, person_id)
    if person is None:
        raise not_found()
    mine = await memberships.of_person(directory.pool, person_id)
    organizer_names = await organizers.names(directory.pool, {m.organization_number for m in mine})
    return _for_administration(person, mine, organizer_names) | {
        "lastLoginAt": await sign_ins.last(directory.pool, person_id),
        "lockedAt": person.locked_at,
        "lockReason": await persons.lock_reason(directory.pool, person_id),
        "signIns": await _sign_ins(directory, person_id),
        "isMe": person.person_id == id_of(who),
    }


def _for_administration(person: Person, mine: Sequence[Membership], organizer_names: dict[str, str]) -> Json:
    return {
        "personId": person.person_id, "name": person.shown_name, "reference": person.reference,
        "protected": person.protected, "email": person.shown_email, "locked": person.locked,
        "registerAdministration": person.register_administration, "version": person.version,
        "memberships": [
            {
                "organizationNumber": m.organization_number, "role": m.role,
                "organizerName": organizer_names[m.organization_number],
            }
            for m in mine
        ],
    }  # fmt: skip
