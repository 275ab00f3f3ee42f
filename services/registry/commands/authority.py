"""May this person do this, for this organizer? Asked inside the command's transaction; no is the default."""

from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject, require_assurance
from services.kernel.problems import Problem
from services.registry.register import Register
from services.registry.store import authority

ADMINISTRATION = "register-administration"


async def role_of(connection: Connection | Pool, who: Subject, organizer: str) -> str | None:
    """The role in which a person or a program may act for an organizer; None: may not."""
    role = await authority.role_for(connection, who.person_id, organizer)
    if role is None and await is_administration(connection, who):
        return ADMINISTRATION
    return role


async def is_administration(connection: Connection | Pool, who: Subject) -> bool:
    """The token and our own records must both say so: a withdrawn authority holds even while tokens live."""
    return ADMINISTRATION in who.roles and await authority.is_administrator(connection, who.person_id)


async def require(connection: Connection | Pool, register: Register, who: Subject, organizer: str) -> str:
    """The person's role.

    Raises Problem 404, as for what is not there: a stranger learns nothing; 403 when the login is not sure enough for
    the role.
    """
    role = await role_of(connection, who, organizer)
    if role is None:
        raise not_found()
    require_assurance(who, register.assurance.get(role, 0))
    return role


async def require_administration(connection: Connection | Pool, register: Register, who: Subject) -> None:
    """Raise Problem 404 unless the caller is of the register administration, 403 when the login is not sure enough."""
    if not await is_administration(connection, who):
        raise not_found()
    require_assurance(who, register.assurance[ADMINISTRATION])


def not_found() -> Problem:
    """The answer for what is not there, and for what one may not see."""
    return Problem(404, "not-found", "There is no such thing, or you may not see it")
