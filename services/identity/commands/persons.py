"""Giving persons accounts and authority, and ending it: each one transaction with its events and Keycloak's task."""

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from services.contracts.identity import (
    MembershipEnded,
    MembershipGranted,
    PersonRegistered,
    TermsAccepted,
)
from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.commands.authority import id_of, not_found, require_administration
from services.identity.domain import memberships as rules
from services.identity.domain import terms
from services.identity.domain.memberships import LastContactPersonError, Membership
from services.identity.domain.persons import Person
from services.identity.store import persons
from services.kernel import idempotency, outbox
from services.kernel.database import Connection, Pool, transaction
from services.kernel.envelope import Sendable, seal
from services.kernel.identity import Subject
from services.kernel.problems import Problem

SOURCE = "/identity"
ACCOUNT, END_SESSIONS = "account", "end-sessions"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be given an account."""

    user_name: str
    name: str
    email: str
    protected: bool = False
    register_administration: bool = False


@dataclass(frozen=True, slots=True)
class NewMembership:
    """A person to act for an organizer."""

    person_id: UUID
    organization_number: OrganizationNumber
    role: Role


async def register_person(pool: Pool, who: Subject, new: NewPerson, key: str) -> UUID:
    """Give a person an account; returns the person's id. A repeat with the same Idempotency-Key gets the same id.

    Raises Problem 404 (not allowed), 409 (user name taken), 422 (key used otherwise).
    """
    person = Person(uuid4(), new.user_name, new.name, new.email, new.protected, new.register_administration, version=1)
    async with transaction(pool) as tx:
        await require_administration(tx, who)
        if made := await _made_before(tx, who, new, key):
            return made
        try:
            await persons.insert(tx, person)
        except asyncpg.UniqueViolationError as error:
            raise Problem(409, "user-name-taken", "Another person has this user name") from error
        await persons.audit(tx, who.person_id, "person.registered", person.person_id, {"user_name": new.user_name})
        await persons.add_task(tx, person.person_id, ACCOUNT)
        fact = PersonRegistered(
            person_id=person.person_id, version=1, protected=person.protected, contact=person.contact(),
            register_administration=person.register_administration,
        )  # fmt: skip
        await _say(tx, who, fact)
        await _remember(tx, who, new, key, person.person_id)
    return person.person_id


async def grant_membership(pool: Pool, who: Subject, new: NewMembership, key: str) -> UUID:
    """Let a person act for an organizer; returns the membership's id. A repeat with the same key gets the same id.

    Raises Problem 404 (not allowed, or no such person), 409 (has one already), 422 (key used otherwise).
    """
    membership = Membership(uuid4(), new.person_id, new.organization_number, new.role, version=1)
    async with transaction(pool) as tx:
        await require_administration(tx, who)
        if made := await _made_before(tx, who, new, key):
            return made
        if await persons.get(tx, new.person_id) is None:
            raise not_found()
        await persons.memberships_for_update(tx, new.organization_number)
        try:
            await persons.grant(tx, membership)
        except asyncpg.UniqueViolationError as error:
            raise Problem(409, "membership-exists", "The person may act for this organizer already") from error
        details = {"organization_number": new.organization_number, "role": new.role}
        await persons.audit(tx, who.person_id, "membership.granted", new.person_id, details)
        fact = MembershipGranted(
            membership_id=membership.membership_id, person_id=new.person_id, role=new.role, version=1,
            organization_number=new.organization_number,
        )  # fmt: skip
        await _say(tx, who, fact)
        await _remember(tx, who, new, key, membership.membership_id)
    return membership.membership_id


async def end_membership(pool: Pool, who: Subject, membership_id: UUID) -> None:
    """End a person's authority for an organizer. Raises Problem 404, 409 (the last contact person)."""
    async with transaction(pool) as tx:
        await require_administration(tx, who)
        found = await persons.find_membership(tx, membership_id)
        if found is None:
            raise not_found()
        others = await persons.memberships_for_update(tx, found.organization_number)
        if found not in others:
            raise not_found()
        try:
            ended = rules.end(found, [other for other in others if other != found])
        except LastContactPersonError as error:
            raise Problem(409, "last-contact-person", "An organizer keeps at least one contact person") from error
        await persons.end(tx, ended)
        details = {"organization_number": ended.organization_number, "role": ended.role}
        await persons.audit(tx, who.person_id, "membership.ended", ended.person_id, details)
        if not await persons.memberships_of(tx, ended.person_id):
            await persons.add_task(tx, ended.person_id, END_SESSIONS)
        fact = MembershipEnded(
            membership_id=ended.membership_id, person_id=ended.person_id, version=ended.version, role=ended.role,
            organization_number=OrganizationNumber(ended.organization_number),
        )  # fmt: skip
        await _say(tx, who, fact)


async def accept_terms(pool: Pool, who: Subject, version: int) -> None:
    """Record that the caller accepts the terms. Raises Problem 404 (nobody we know), 409 (not the current version)."""
    if version != terms.newest().version:
        raise Problem(409, "terms-not-current", "There is a newer version of the terms")
    person_id = id_of(who)
    async with transaction(pool) as tx:
        if await persons.get(tx, person_id) is None:
            raise not_found()
        accepted = await persons.accept(tx, person_id, version)
        if accepted is not None:
            await persons.audit(tx, who.person_id, "terms.accepted", person_id, {"version": version})
            await _say(tx, who, TermsAccepted(person_id=person_id, terms_version=version, accepted_at=accepted))


async def _made_before(tx: Connection, who: Subject, new: NewPerson | NewMembership, key: str) -> UUID | None:
    """What the first request with this key made; None for a new key. Raises Problem 422."""
    first = await idempotency.replayed(tx, key, who.person_id, _fingerprint(new))
    return UUID(first.decode()) if first else None


async def _remember(tx: Connection, who: Subject, new: NewPerson | NewMembership, key: str, made: UUID) -> None:
    await idempotency.remember(tx, key, who.person_id, _fingerprint(new), 201, str(made).encode())


def _fingerprint(new: NewPerson | NewMembership) -> bytes:
    return hashlib.sha256(repr(new).encode()).digest()


async def _say(tx: Connection, who: Subject, fact: Sendable) -> None:
    await outbox.append(tx, seal(fact, source=SOURCE, actor=who.person_id))
