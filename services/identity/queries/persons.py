"""What is asked about persons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.identity.commands.authority import id_of, is_administration, not_found
from services.identity.domain import terms
from services.identity.store import persons
from services.kernel.database import Pool
from services.kernel.identity import Subject


async def me(pool: Pool, who: Subject) -> dict[str, Any]:
    """All that the caller's pages need to know of the caller. Raises Problem 404 for a person we do not know."""
    person = await persons.get(pool, id_of(who))
    if person is None:
        raise not_found()
    current = terms.newest()
    accepted_at = await persons.accepted_at(pool, person.person_id, current.version)
    memberships = await persons.memberships_of(pool, person.person_id)
    return {
        "personId": person.person_id,
        "name": person.name,
        "email": person.email,
        "protected": person.protected,
        "registerAdministration": await is_administration(pool, who),
        "memberships": [{"organizationNumber": m.organization_number, "role": m.role} for m in memberships],
        "terms": {
            "current": {"version": current.version, "title": current.title, "markdown": current.markdown},
            "accepted": accepted_at is not None,
            "acceptedAt": accepted_at,
        },
    }


async def names(pool: Pool, who: Subject, person_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The names of persons whom the caller may know of. A protected person's is null."""
    found = await persons.sharing_with(
        pool, person_ids, id_of(who), is_administrator=await is_administration(pool, who)
    )
    return [{"personId": person.person_id, "name": person.contact().name} for person in found]
