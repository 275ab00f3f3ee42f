"""Who may give and end authority: the register administration, and whoever runs commands on the machine."""

from uuid import UUID

from services.identity.store import persons
from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject
from services.kernel.problems import Problem

ADMINISTRATION = "register-administration"
OPERATOR = Subject("operator", frozenset(), "command-line", None)
"""Whoever may run commands on the machine: how the first administrator comes to be."""


async def require_administration(tx: Connection, who: Subject) -> None:
    """Raise Problem 404 unless the caller is of the register administration."""
    if who is not OPERATOR and not await is_administration(tx, who):
        raise not_found()


async def is_administration(connection: Connection | Pool, who: Subject) -> bool:
    """Whether the caller is of the register administration, by the token and by our records."""
    if ADMINISTRATION not in who.roles:
        return False
    person = await persons.get(connection, id_of(who))
    return person is not None and person.register_administration


def id_of(who: Subject) -> UUID:
    """The caller's id. Raises Problem 404 when the token names none that we could have given."""
    try:
        return UUID(who.person_id)
    except ValueError as error:
        raise not_found() from error


def not_found() -> Problem:
    """The answer for what is not there, and for what one may not do."""
    return Problem(404, "not-found", "There is no such thing, or you may not see it")
