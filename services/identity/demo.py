"""The demo's accounts, made by the same commands as any other. Real organizers; the persons are nobody."""

import asyncio
from uuid import UUID

from services.contracts.vocabulary import OrganizationNumber, PersonalIdentityNumber, Role
from services.identity.commands.memberships import grant_membership
from services.identity.commands.persons import NewPerson, register_person
from services.identity.directory import Directory
from services.identity.store import memberships, persons, tasks

LUND = OrganizationNumber("2120001132")
INDEPENDENT = OrganizationNumber("5564515988")
"""Fridaskolorna AB: an independent organizer with several school units in deploy/data."""

PEOPLE: list[tuple[str, PersonalIdentityNumber, list[tuple[OrganizationNumber, Role]]]] = [
    ("karin.kontakt", PersonalIdentityNumber("197001019004"), [(LUND, Role.CONTACT_PERSON)]),
    ("ulf.uppgift", PersonalIdentityNumber("198002029000"), [(LUND, Role.DATA_REPORTER)]),
    ("frida.friskola", PersonalIdentityNumber("197503039005"), [(INDEPENDENT, Role.CONTACT_PERSON)]),
    (
        "bo.bada",
        PersonalIdentityNumber("196804049002"),
        [(LUND, Role.CONTACT_PERSON), (INDEPENDENT, Role.CONTACT_PERSON)],
    ),
    ("anna.admin", PersonalIdentityNumber("196905059009"), []),
]
"""They are in deploy/data/population.json too, which their names come from."""

ADMINISTRATOR = "anna.admin"
LOOK_SECONDS = 0.2


async def make(directory: Directory) -> None:
    """Make those that are missing, and wait until Keycloak knows them (the running service tells it)."""
    for user_name, number, authority in PEOPLE:
        there = await persons.by_user_name(directory.pool, user_name)
        person_id = there.person_id if there else await _register(directory, user_name, number)
        has = {m.organization_number for m in await memberships.of_person(directory.pool, person_id)}
        for organization_number, role in authority:
            if organization_number not in has:
                await grant_membership(directory, person_id, organization_number, role)
    while await tasks.waiting(directory.pool):  # noqa: ASYNC110 - another process does the work
        await asyncio.sleep(LOOK_SECONDS)


async def _register(directory: Directory, user_name: str, number: PersonalIdentityNumber) -> UUID:
    citizen = await directory.population.find(number)
    if citizen is None:
        raise LookupError(f"{user_name} is not in the population register")
    new = NewPerson(
        user_name, citizen.display_name, f"{user_name}@example.org", citizen.protected,
        register_administration=user_name == ADMINISTRATOR, personal_identity_number=number,
    )  # fmt: skip
    return await register_person(directory, new)
