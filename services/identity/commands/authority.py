"""Who may do what with users: asked inside the command's transaction; no is the default."""

from uuid import UUID

from services.contracts.vocabulary import Role
from services.identity.directory import Directory
from services.identity.domain.persons import Person
from services.identity.store import memberships, persons
from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject, require_assurance
from services.kernel.problems import Problem

ADMINISTRATION = "register-administration"
OPERATOR = Subject("operator", frozenset(), "command-line")
"""Whoever may run commands on the machine: how the first administrator comes to be."""


async def caller(connection: Connection | Pool, who: Subject) -> Person | None:
    """The person who asks, by the token's person or, until Keycloak has heard of it, by the account; None: nobody yet.

    Raises Problem 403 for a locked person.
    """
    person = None
    if who.person_id and not who.machine:
        person = await persons.get(connection, id_of(who))
    elif not who.person_id:
        person = await persons.by_account(connection, who.account_id)
    return refuse_locked(person)


def refuse_locked(person: Person | None) -> Person | None:
    """The same person, unless locked. Raises Problem 403."""
    if person is not None and person.locked:
        raise Problem(403, "account-locked", "The register administration has locked this account")
    return person


async def known_caller(connection: Connection | Pool, who: Subject) -> Person:
    """The person who asks. Raises Problem 404 for nobody we know, 403 for a locked one."""
    person = await caller(connection, who)
    if person is None:
        raise not_found()
    return person


async def require_administration(connection: Connection | Pool, directory: Directory, who: Subject) -> None:
    """Raise Problem 404 unless the caller is of the register administration, 403 when the login is not sure enough."""
    if who is OPERATOR:
        return
    if not await is_administration(connection, who):
        raise not_found()
    require_assurance(who, directory.settings.assurance_administration)
    await _require_terms(connection, directory, id_of(who))


async def is_administration(connection: Connection | Pool, who: Subject) -> bool:
    """Whether the caller is of the register administration, by the token and by our records."""
    if ADMINISTRATION not in who.roles or not who.person_id:
        return False
    person = await caller(connection, who)
    return person is not None and person.register_administration


async def require_user_administration(
    connection: Connection | Pool, directory: Directory, who: Subject, organization_number: str
) -> None:
    """Raise unless the caller may look after the organizer's users: its contact persons, and the administration.

    Problem 404 as for what is not there; 403 when the login is not sure enough, or the terms are not accepted.
    """
    if who is OPERATOR:
        return
    person = await known_caller(connection, who)
    role = await memberships.role_of(connection, person.person_id, organization_number)
    if role is Role.CONTACT_PERSON:
        require_assurance(who, directory.settings.assurance_contact_person)
        await _require_terms(connection, directory, person.person_id)
        return
    await require_administration(connection, directory, who)


async def require_own_assurance(
    connection: Connection | Pool, directory: Directory, who: Subject, person_id: UUID
) -> None:
    """Raise Problem 403 unless the login is as sure as the person's roles need: where mail goes is part of them."""
    settings = directory.settings
    needs = {
        Role.CONTACT_PERSON: settings.assurance_contact_person, Role.DATA_REPORTER: settings.assurance_data_reporter,
    }  # fmt: skip
    held = [needs[membership.role] for membership in await memberships.of_person(connection, person_id)]
    person = await persons.get(connection, person_id)
    if person is not None and person.register_administration:
        held.append(settings.assurance_administration)
    require_assurance(who, max(held, default=0))


async def _require_terms(connection: Connection | Pool, directory: Directory, person_id: UUID) -> None:
    version = directory.current_terms().version
    if await persons.accepted_at(connection, person_id, version) is None:
        raise Problem(403, "terms-not-accepted", "The terms for users must be accepted first")


def id_of(who: Subject) -> UUID:
    """The caller's id. Raises Problem 404 when the token names none that we could have given."""
    try:
        return UUID(who.person_id)
    except ValueError as error:
        raise not_found() from error


async def unseen(connection: Connection | Pool, who: Subject) -> Problem:
    """The answer for what is not there, where authority cannot be asked for it: the same as if it were another's.

    Raises Problem 403 for a locked person.
    """
    await caller(connection, who)
    return not_found()


def not_found() -> Problem:
    """The answer for what is not there, and for what one may not do."""
    return Problem(404, "not-found", "There is no such thing, or you may not see it")
