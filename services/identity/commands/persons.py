"""What happens to a person: an account, the terms, contact details, a lock; each one transaction."""

import dataclasses
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from services.contracts.identity import (
    EmailChangeAsked,
    PersonChanged,
    PersonFact,
    PersonLocked,
    PersonRegistered,
    PersonUnlocked,
    TermsAccepted,
)
from services.contracts.vocabulary import PersonalIdentityNumber
from services.identity.commands.authority import (
    OPERATOR,
    known_caller,
    not_found,
    refuse_locked,
    require_administration,
    require_own_assurance,
)
from services.identity.commands.command import Answer, actor_of, expect, once, say
from services.identity.directory import Directory, now
from services.identity.domain import codes
from services.identity.domain import persons as rules
from services.identity.domain.persons import NotChangedError, Person
from services.identity.store import audit, invitations, persons, tasks
from services.kernel.database import Connection, transaction
from services.kernel.identity import Subject
from services.kernel.problems import Problem

ACCOUNT, END_SESSIONS = "account", "end-sessions"
MOST_CHANGES_IN_A_DAY = 5
"""Of one person's e-mail address: each sends a mail to somewhere."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be given an account with a password, by whoever runs commands on the machine."""

    user_name: str
    name: str
    email: str
    protected: bool = False
    register_administration: bool = False
    personal_identity_number: PersonalIdentityNumber | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """What a person may correct."""

    email: str
    phone: str | None


def fact_of(person: Person) -> dict[str, object]:
    """The members of a PersonFact."""
    return PersonFact(
        person_id=person.person_id, version=person.version, protected=person.protected, contact=person.contact(),
        register_administration=person.register_administration, locked=person.locked,
    ).model_dump()  # fmt: skip


async def register_person(directory: Directory, new: NewPerson) -> UUID:
    """Give a person an account; returns the person's id. On the command line only: the first administrators, demos.

    Raises Problem 409 (user name or number taken).
    """
    number = new.personal_identity_number
    person = Person(
        uuid4(), new.user_name, new.name, new.email, new.protected, new.register_administration, version=1,
        national_id_index=directory.index(number) if number else None,
    )  # fmt: skip
    async with transaction(directory.pool) as tx:
        await add_person(tx, directory, OPERATOR, person, number)
    return person.person_id


async def add_person(
    tx: Connection, directory: Directory, who: Subject, person: Person, number: PersonalIdentityNumber | None
) -> None:
    """Write a new person with what follows. Raises Problem 409 (user name or number taken)."""
    sealed = directory.seal_number(number, person.person_id) if number else None
    try:
        await persons.insert(tx, person, sealed)
    except asyncpg.UniqueViolationError as error:
        raise Problem(409, "person-exists", "There is a person with this user name or number") from error
    await audit.add(tx, actor_of(who), "person.registered", {}, person_id=person.person_id)
    await tasks.add(tx, ACCOUNT, person_id=person.person_id)
    await say(tx, who, PersonRegistered.model_validate(fact_of(person)))


async def accept_terms(directory: Directory, who: Subject, version: int) -> None:
    """Record that the caller accepts the terms. Raises Problem 404 (nobody we know), 409 (not the current version)."""
    async with transaction(directory.pool) as tx:
        person = await known_caller(tx, who)
        await record_acceptance(tx, directory, who, person.person_id, version)


async def record_acceptance(tx: Connection, directory: Directory, who: Subject, person_id: UUID, version: int) -> None:
    """Record that a person accepts the current terms; a repeat changes nothing. Raises Problem 409."""
    if version != directory.current_terms().version:
        raise Problem(409, "terms-not-current", "There is a newer version of the terms")
    accepted = await persons.accept(tx, person_id, version)
    if accepted is not None:
        await audit.add(tx, actor_of(who), "terms.accepted", {"version": version}, person_id=person_id)
        await say(tx, who, TermsAccepted(person_id=person_id, terms_version=version, accepted_at=accepted))


async def link_account(directory: Directory, who: Subject) -> None:
    """Let the caller's account be the known person's with the same personal identity number.

    Raises Problem 403 (the login does not tell the number, or the person is locked), 404 (nobody has it).
    """
    if who.national_id is None:
        raise identification_needed()
    async with transaction(directory.pool) as tx:
        person = refuse_locked(await persons.by_national_id(tx, directory.index(who.national_id)))
        if person is None:
            raise not_found()
        await link(tx, who, person)


async def link(tx: Connection, who: Subject, person: Person) -> None:
    """Let the caller's account be a person's."""
    if who.account_id and await persons.link(tx, who.account_id, person.person_id):
        await audit.add(tx, actor_of(who), "account.linked", {}, person_id=person.person_id)
        await tasks.add(tx, ACCOUNT, person_id=person.person_id)


async def change_contact(directory: Directory, who: Subject, contact: Contact, seen: int, key: str) -> Answer:
    """Correct one's telephone at once, and one's e-mail once its link was followed.

    Raises Problem 404, 412 (stale), 422 (key used otherwise).
    """
    async with transaction(directory.pool) as tx:
        person_id = (await known_caller(tx, who)).person_id
        await require_own_assurance(tx, directory, who, person_id)

        async def work() -> Answer:
            person = await _locked_row(tx, person_id)
            expect(person.version, seen)
            if contact.phone != person.phone:
                person = dataclasses.replace(person, phone=contact.phone, version=person.version + 1)
                await _save(tx, who, person, "contact.changed")
            if contact.email != person.email:
                await _ask_for_confirmation(tx, directory, who, person, contact.email)
            return await _contact(tx, person)

        return await once(directory, tx, who, key, (contact, seen), work)


async def _ask_for_confirmation(tx: Connection, directory: Directory, who: Subject, person: Person, email: str) -> None:
    if await invitations.email_changes_today(tx, person.person_id) >= MOST_CHANGES_IN_A_DAY:
        raise Problem(429, "too-soon", "The address has been changed too often today", headers={"Retry-After": "86400"})
    change_id, expires_at = uuid4(), now() + directory.settings.email_change_holds
    token = directory.mail_token(change_id)
    await invitations.add_email_change(tx, change_id, person.person_id, email, token.hash, expires_at)
    await audit.add(tx, actor_of(who), "email-change.asked", {}, person_id=person.person_id)
    fact = EmailChangeAsked(
        person_id=person.person_id, change_id=change_id, email=email, sealed_token=token.sealed, expires_at=expires_at
    )
    await say(tx, who, fact)


async def _contact(tx: Connection, person: Person) -> Answer:
    pending = await invitations.pending_email(tx, person.person_id)
    return {"version": person.version, "email": person.email, "phone": person.phone, "emailPending": pending}


async def confirm_email(directory: Directory, who: Subject, token: str) -> None:
    """Use a new e-mail address, by the token of the link that went to it.

    Raises Problem 404 (no such link, or another person's), 410 (its time is over, or it was used).
    """
    async with transaction(directory.pool) as tx:
        person_id = (await known_caller(tx, who)).person_id
        await require_own_assurance(tx, directory, who, person_id)
        person = await _locked_row(tx, person_id)  # the person first, as the command that asks for a change does
        change = await invitations.email_change(tx, codes.link_token_hash(token))
        if change is None or change["person_id"] != person_id:
            raise not_found()
        if change["ended_at"] is not None or change["expires_at"] <= now():
            raise Problem(410, "link-over", "This link has been used, or its time is over")
        await invitations.end_email_changes(tx, person.person_id)
        changed = dataclasses.replace(person, email=change["email"], version=person.version + 1)
        await _save(tx, who, changed, "email.changed")


async def sign_out_everywhere(directory: Directory, who: Subject, key: str) -> Answer:
    """End all sessions of the caller, at Keycloak and so everywhere."""
    async with transaction(directory.pool) as tx:
        person = await known_caller(tx, who)

        async def work() -> Answer:
            await audit.add(tx, actor_of(who), "sessions.ended", {}, person_id=person.person_id)
            await tasks.add(tx, END_SESSIONS, person_id=person.person_id)
            return {}

        return await once(directory, tx, who, key, "sign-out-everywhere", work)


async def lock(directory: Directory, who: Subject, person_id: UUID, reason: str, seen: int, key: str) -> Answer:
    """Lock a person at once: sessions end, no authority holds, mails stay away.

    Raises Problem 404, 403, 409 (locked already, or oneself), 412.
    """
    async with transaction(directory.pool) as tx:
        await require_administration(tx, directory, who)
        if str(person_id) == who.person_id:
            raise Problem(409, "lock-oneself", "Nobody can lock themselves")

        async def work() -> Answer:
            person = await _locked_row(tx, person_id)
            expect(person.version, seen)
            try:
                locked = rules.lock(person, now())
            except NotChangedError as error:
                raise Problem(409, "locked-already", "The person is locked already") from error
            await persons.save(tx, locked, lock_reason=reason)
            await audit.add(tx, actor_of(who), "person.locked", {}, person_id=person_id)
            await tasks.add(tx, ACCOUNT, person_id=person_id)
            await tasks.add(tx, END_SESSIONS, person_id=person_id)
            await say(tx, who, PersonLocked.model_validate(fact_of(locked)))
            return {"version": locked.version}

        return await once(directory, tx, who, key, (person_id, "lock", reason, seen), work)


async def unlock(directory: Directory, who: Subject, person_id: UUID, seen: int, key: str) -> Answer:
    """Let a locked person act again. Raises Problem 404, 403, 409 (not locked), 412."""
    async with transaction(directory.pool) as tx:
        await require_administration(tx, directory, who)

        async def work() -> Answer:
            person = await _locked_row(tx, person_id)
            expect(person.version, seen)
            try:
                unlocked = rules.unlock(person)
            except NotChangedError as error:
                raise Problem(409, "not-locked", "The person is not locked") from error
            await persons.save(tx, unlocked)
            await audit.add(tx, actor_of(who), "person.unlocked", {}, person_id=person_id)
            await tasks.add(tx, ACCOUNT, person_id=person_id)
            await say(tx, who, PersonUnlocked.model_validate(fact_of(unlocked)))
            return {"version": unlocked.version}

        return await once(directory, tx, who, key, (person_id, "unlock", seen), work)


async def change_names(directory: Directory, person_id: UUID, name: str, *, protected: bool) -> None:
    """Take over what the population register says now."""
    async with transaction(directory.pool) as tx:
        person = await _locked_row(tx, person_id)
        await persons.names_checked(tx, person_id)
        try:
            changed = rules.renamed(person, name, protected=protected)
        except NotChangedError:
            return
        await _save(tx, OPERATOR, changed, "names.changed")


def identification_needed() -> Problem:
    """The answer when the login must tell who it is by number."""
    title = "Log in so that your identity is known: with an e-legitimation"
    return Problem(403, "identification-needed", title)


async def _locked_row(tx: Connection, person_id: UUID) -> Person:
    person = await persons.for_update(tx, person_id)
    if person is None:
        raise not_found()
    return person


async def _save(tx: Connection, who: Subject, person: Person, action: str) -> None:
    await persons.save(tx, person, lock_reason=await persons.lock_reason(tx, person.person_id))
    await audit.add(tx, actor_of(who), action, {}, person_id=person.person_id)
    await tasks.add(tx, ACCOUNT, person_id=person.person_id)
    await say(tx, who, PersonChanged.model_validate(fact_of(person)))
