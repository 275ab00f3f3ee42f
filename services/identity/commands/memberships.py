"""Giving, changing, ending and confirming authority; each one transaction that holds the organizer."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg

from services.contracts.identity import MembershipChanged, MembershipEnded, MembershipGranted, UsersReviewed
from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.commands.authority import (
    OPERATOR,
    id_of,
    known_caller,
    not_found,
    require_user_administration,
    unseen,
)
from services.identity.commands.command import Answer, actor_of, expect, for_organizer, once, say
from services.identity.commands.persons import END_SESSIONS
from services.identity.directory import Directory
from services.identity.domain import memberships as rules
from services.identity.domain import reviews
from services.identity.domain.memberships import LastContactPersonError, Membership, RoleUnchangedError
from services.identity.domain.persons import reference
from services.identity.store import audit, memberships, persons, tasks
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem


async def grant_membership(directory: Directory, person_id: UUID, number: OrganizationNumber, role: Role) -> UUID:
    """Let a person act for an organizer, on the command line only: for demos. Everybody else accepts an invitation.

    Raises Problem 404 (no such person), 409 (has one already).
    """
    async with for_organizer(directory, number) as tx:
        if await persons.get(tx, person_id) is None:
            raise not_found()
        return (await add_membership(tx, OPERATOR, person_id, number, role)).membership_id


async def add_membership(tx: Connection, who: Subject, person_id: UUID, number: str, role: Role) -> Membership:
    """Write a new membership with what follows. Raises Problem 409."""
    membership = Membership(uuid4(), person_id, number, role, version=1)
    try:
        await memberships.grant(tx, membership)
    except asyncpg.UniqueViolationError as error:
        raise Problem(409, "membership-exists", "The person may act for this organizer already") from error
    await _record(tx, who, membership, "membership.granted")
    await say(tx, who, MembershipGranted(**_members(membership)))
    return membership


async def change_role(
    directory: Directory, who: Subject, membership_id: UUID, role: Role, seen: int, key: str
) -> Answer:
    """Give a user another role. Raises Problem 404, 403, 409 (last contact person, same role), 412."""
    number = await _organizer_of(directory, who, membership_id)
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            membership, others = await _for_change(tx, membership_id, number, seen)
            try:
                changed = rules.change_role(membership, role, others)
            except LastContactPersonError as error:
                raise _last_contact_person() from error
            except RoleUnchangedError as error:
                raise Problem(409, "role-unchanged", "The person has this role already") from error
            await memberships.save(tx, changed)
            await _record(tx, who, changed, "membership.changed")
            await say(tx, who, MembershipChanged(**_members(changed)))
            return {"version": changed.version}

        return await once(directory, tx, who, key, (membership_id, role, seen), work)


async def end_membership(directory: Directory, who: Subject, membership_id: UUID, seen: int, key: str) -> Answer:
    """End a person's authority for an organizer. Raises Problem 404, 403, 409 (the last contact person), 412."""
    number = await _organizer_of(directory, who, membership_id)
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            membership, others = await _for_change(tx, membership_id, number, seen)
            try:
                ended = rules.end(membership, others)
            except LastContactPersonError as error:
                raise _last_contact_person() from error
            await memberships.end(tx, ended)
            await _record(tx, who, ended, "membership.ended")
            if not await memberships.of_person(tx, ended.person_id):
                await tasks.add(tx, END_SESSIONS, person_id=ended.person_id)
            await say(tx, who, MembershipEnded(**_members(ended)))
            return {"version": ended.version}

        return await once(directory, tx, who, key, (membership_id, "end", seen), work)


async def review_users(
    directory: Directory, who: Subject, number: OrganizationNumber, seen: Sequence[tuple[UUID, int]], key: str
) -> Answer:
    """Confirm that those who were shown are the right ones.

    Raises Problem 404, 403, 409 (others may act by now). The administration cannot confirm: it does not know.
    """
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)
        person = await known_caller(tx, who)
        if await memberships.role_of(tx, person.person_id, number) is not Role.CONTACT_PERSON:
            raise not_found()

        async def work() -> Answer:
            if not reviews.is_current(seen, await memberships.of_organizer(tx, number)):
                raise Problem(409, "users-changed", "Somebody has been added, removed or given another role")
            users = [_confirmed(row) for row in await memberships.users(tx, number)]
            review_id = uuid4()
            confirmed_at = await memberships.add_review(tx, review_id, number, id_of(who), users)
            await audit.add(tx, actor_of(who), "users.reviewed", {"users": len(users)}, organization_number=number)
            await say(
                tx, who, UsersReviewed(organization_number=number, review_id=review_id, confirmed_at=confirmed_at)
            )
            return {"reviewId": review_id, "confirmedAt": confirmed_at}

        return await once(directory, tx, who, key, (number, tuple(seen)), work)


def _confirmed(row: asyncpg.Record) -> dict[str, str]:
    """Who was confirmed, by id and role: the name is looked up when it is shown."""
    return {"personId": str(row["person_id"]), "reference": reference(row["person_id"]), "role": row["role"]}


async def _organizer_of(directory: Directory, who: Subject, membership_id: UUID) -> str:
    membership = await memberships.find(directory.pool, membership_id)
    if membership is None:
        raise await unseen(directory.pool, who)
    return membership.organization_number


async def _for_change(
    tx: Connection, membership_id: UUID, number: str, seen: int
) -> tuple[Membership, list[Membership]]:
    """The membership and the organizer's others, while nobody else changes them. Raises Problem 404, 412."""
    everybody = await memberships.of_organizer(tx, number)
    found = next((one for one in everybody if one.membership_id == membership_id), None)
    if found is None:
        raise not_found()
    expect(found.version, seen)
    return found, [one for one in everybody if one is not found]


async def _record(tx: Connection, who: Subject, membership: Membership, action: str) -> None:
    await audit.add(
        tx, actor_of(who), action, {"role": membership.role}, person_id=membership.person_id,
        organization_number=membership.organization_number,
    )  # fmt: skip


def _members(membership: Membership) -> dict[str, object]:
    return {
        "membership_id": membership.membership_id, "person_id": membership.person_id, "role": membership.role,
        "organization_number": OrganizationNumber(membership.organization_number), "version": membership.version,
    }  # fmt: skip


def _last_contact_person() -> Problem:
    return Problem(409, "last-contact-person", "An organizer keeps at least one contact person")
