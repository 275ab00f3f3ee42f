"""The demo's accounts, made by the same commands as any other. Real organizers; the persons are nobody."""

import asyncio
from uuid import UUID, uuid4

from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.commands.authority import OPERATOR
from services.identity.commands.persons import NewMembership, NewPerson, grant_membership, register_person
from services.identity.store import persons
from services.kernel.database import Pool

LUND = OrganizationNumber("2120001132")
INDEPENDENT = OrganizationNumber("5564515988")
"""Fridaskolorna AB: an independent organizer with several school units in deploy/data."""

PEOPLE: list[tuple[NewPerson, list[tuple[OrganizationNumber, Role]]]] = [
    (NewPerson("karin.kontakt", "Karin Kontakt", "karin.kontakt@example.org"), [(LUND, Role.CONTACT_PERSON)]),
    (NewPerson("ulf.uppgift", "Ulf Uppgift", "ulf.uppgift@example.org"), [(LUND, Role.DATA_REPORTER)]),
    (NewPerson("frida.friskola", "Frida Friskola", "frida.friskola@example.org"), [(INDEPENDENT, Role.CONTACT_PERSON)]),
    (
        NewPerson("bo.bada", "Bo Båda", "bo.bada@example.org"),
        [(LUND, Role.CONTACT_PERSON), (INDEPENDENT, Role.CONTACT_PERSON)],
    ),
    (NewPerson("anna.admin", "Anna Admin", "anna.admin@example.org", register_administration=True), []),
]
LOOK_SECONDS = 0.2


async def make(pool: Pool) -> None:
    """Make those that are missing, and wait until Keycloak knows them (the running service tells it)."""
    for new, authority in PEOPLE:
        there = await persons.by_user_name(pool, new.user_name)
        person_id: UUID = there.person_id if there else await register_person(pool, OPERATOR, new, _key())
        has = {m.organization_number for m in await persons.memberships_of(pool, person_id)}
        for organization_number, role in authority:
            if organization_number not in has:
                await grant_membership(pool, OPERATOR, NewMembership(person_id, organization_number, role), _key())
    while await persons.tasks_waiting(pool):  # noqa: ASYNC110 - another process does the work
        await asyncio.sleep(LOOK_SECONDS)


def _key() -> str:
    return str(uuid4())
