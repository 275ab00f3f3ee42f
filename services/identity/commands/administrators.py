"""Who is of the register administration: appointed and dismissed by whoever runs commands on the machine."""

import dataclasses

from services.contracts.identity import PersonChanged
from services.contracts.vocabulary import NotACodeError, PersonalIdentityNumber
from services.identity.commands.authority import OPERATOR, not_found
from services.identity.commands.command import say
from services.identity.commands.persons import ACCOUNT, END_SESSIONS, NewPerson, fact_of, register_person, unlock
from services.identity.directory import Directory
from services.identity.store import audit, persons, tasks
from services.kernel.database import transaction
from services.kernel.problems import Problem


async def appoint(directory: Directory, user_name: str, email: str, typed: str) -> None:
    """Let the person with this number be of the administration; made when there is none.

    Raises Problem 422 (no such number, or not in the population register), 409 (the user name is taken).
    """
    try:
        number = PersonalIdentityNumber(PersonalIdentityNumber.tidied(typed))
    except NotACodeError as error:
        raise Problem(422, "malformed", "This is not a personal identity number") from error
    there = await persons.by_national_id(directory.pool, directory.index(number))
    if there is not None:
        await _set(directory, there.user_name or user_name, is_administrator=True)
        return
    citizen = await directory.population.find(number)
    if citizen is None:
        raise Problem(403, "not-in-population-register", "The population register does not know this number")
    new = NewPerson(
        user_name, citizen.display_name, email, citizen.protected, register_administration=True,
        personal_identity_number=number,
    )  # fmt: skip
    await register_person(directory, new)


async def dismiss(directory: Directory, user_name: str) -> None:
    """End somebody's being of the administration, and their sessions. Raises Problem 404."""
    await _set(directory, user_name, is_administrator=False)


async def unlock_person(directory: Directory, user_name: str) -> None:
    """Unlock a person where no administrator can: the only one is locked. Raises Problem 404, 409."""
    person = await persons.by_user_name(directory.pool, user_name)
    if person is None:
        raise not_found()
    await unlock(directory, OPERATOR, person.person_id, person.version, f"operator-{person.person_id}-{person.version}")


async def _set(directory: Directory, user_name: str, *, is_administrator: bool) -> None:
    async with transaction(directory.pool) as tx:
        found = await persons.by_user_name(tx, user_name)
        person = await persons.for_update(tx, found.person_id) if found else None
        if person is None:
            raise not_found()
        if person.register_administration == is_administrator:
            return
        changed = dataclasses.replace(person, register_administration=is_administrator, version=person.version + 1)
        await persons.save(tx, changed, lock_reason=await persons.lock_reason(tx, person.person_id))
        action = "administrator.appointed" if is_administrator else "administrator.dismissed"
        await audit.add(tx, OPERATOR.person_id, action, {}, person_id=person.person_id)
        await tasks.add(tx, ACCOUNT, person_id=person.person_id)
        if not is_administrator:
            await tasks.add(tx, END_SESSIONS, person_id=person.person_id)
        await say(tx, OPERATOR, PersonChanged.model_validate(fact_of(changed)))
