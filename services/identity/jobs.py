"""What identity does by itself: it tells Keycloak what our records say, and keeps what time changes up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from keycloak.exceptions import KeycloakError
from prometheus_client import Counter, Gauge

from services.contracts.identity import UsersReviewDue
from services.contracts.vocabulary import OrganizationNumber
from services.identity.commands import invitations as inviting
from services.identity.commands.authority import OPERATOR
from services.identity.commands.command import say
from services.identity.commands.credentials import CLIENT
from services.identity.commands.persons import END_SESSIONS, change_names, lock
from services.identity.directory import Directory, now
from services.identity.domain.credentials import Credential, CredentialState
from services.identity.domain.persons import Person
from services.identity.keycloak import Keycloak
from services.identity.population import PopulationAwayError
from services.identity.store import credentials, invitations, memberships, persons, sign_ins, tasks
from services.kernel.database import Connection, transaction
from services.kernel.problems import Problem
from services.kernel.service import wait_for

log = structlog.get_logger(__name__)
LOOK_SECONDS = 2.0
COLLECT_SECONDS = 3.0
KEEP_SECONDS = 60.0
LOOK_BACK = timedelta(minutes=15)
"""A sign-in may come before its account is known to be a person's: the first one, that leads to an invitation."""
FIRST_LOOK_BACK = timedelta(days=1)
NAMES_AT_ONCE = 100
MOST_WRONG_FACTORS, GUESSED_WITHIN = 10, timedelta(days=1)
GUESSED_REASON = "Spärrat automatiskt: tio felaktiga engångskoder på ett dygn. Lösenordet kan vara känt av någon annan."
WAITING = Gauge("provisioning_waiting", "Tasks that Keycloak has not been told of")
DRIFT = Counter("keycloak_drift_total", "Differences between Keycloak and our records that were found and mended")


class Provision:
    """A job: carries out provisioning tasks, each until it succeeds. Done twice, a task adds nothing."""

    name = "provision"

    def __init__(self, directory: Directory, keycloak: Keycloak) -> None:
        self.directory, self.pool, self.keycloak = directory, directory.pool, keycloak

    async def run(self, stop: asyncio.Event) -> None:
        """Work when woken, and look now and then. Raises when the database is away: the caller starts it again."""
        wake = asyncio.Event()
        connection: asyncpg.Connection = await asyncpg.connect(self.directory.settings.database_url)
        try:
            await connection.add_listener("provisioning", lambda *_: wake.set())
            while not stop.is_set():
                wake.clear()
                while not stop.is_set() and await self.work_once():
                    pass
                WAITING.set(await tasks.waiting(self.pool))
                await wait_for(stop, LOOK_SECONDS, wake)
        finally:
            connection.terminate()

    async def work_once(self) -> bool:
        """Carry out the next due task; False when there is none. A killed worker's task is free again at once."""
        async with transaction(self.pool) as tx:
            task = await tasks.due(tx)
            if task is None:
                return False
            try:
                await self._carry_out(tx, task)
            except (KeycloakError, OSError) as error:
                log.warning("keycloak-not-told", task=task["task"], attempt=task["attempts"] + 1, reason=repr(error))
                await tasks.later(tx, task["id"], repr(error)[:300])
                return True
            await tasks.done(tx, task["id"])
            return True

    async def _carry_out(self, tx: Connection, task: asyncpg.Record) -> None:
        if task["task"] == CLIENT:
            await self._put_client(tx, task)
            return
        person = await persons.get(tx, task["person_id"])
        if person is None:
            return
        known = await persons.accounts(tx, person.person_id)
        if task["task"] == END_SESSIONS:
            await self.keycloak.end_sessions(person, known)
            return
        for account_id in await self.keycloak.put_person(person, known):
            await persons.link(tx, account_id, person.person_id)

    async def _put_client(self, tx: Connection, task: asyncpg.Record) -> None:
        credential = await credentials.get(tx, task["credential_id"])
        if credential is None:
            return
        if credential.state_at(now()) is not CredentialState.ACTIVE:
            await self.keycloak.remove_client(credential.client_id)
            return
        sealed = task["sealed_secret"]
        secret = self.directory.vault.open(sealed, f"{CLIENT}/{credential.credential_id}") if sealed else None
        await self.keycloak.put_client(credential, secret)


class CollectSignIns:
    """A job: takes over from Keycloak who signed in, when and how."""

    name = "collect-sign-ins"

    def __init__(self, directory: Directory, keycloak: Keycloak) -> None:
        self.directory, self.keycloak = directory, keycloak

    async def run(self, stop: asyncio.Event) -> None:
        """Look every few seconds; Keycloak may be away."""
        while not stop.is_set():
            try:
                await self.collect()
            except (KeycloakError, OSError) as error:
                log.info("sign-ins-not-collected", reason=repr(error))
            await wait_for(stop, COLLECT_SECONDS)

    async def collect(self) -> None:
        """Take over what is new. Each event is kept once, however often it is seen."""
        newest = await sign_ins.newest(self.directory.pool)
        since = newest - LOOK_BACK if newest else datetime.now(UTC) - FIRST_LOOK_BACK
        rows = [
            (one.event_id, one.account_id, one.client_id, one.at, one.succeeded, one.method, one.ip_address,
             one.application)
            for one in await self.keycloak.sign_ins(since)
        ]  # fmt: skip
        await sign_ins.add(self.directory.pool, rows)
        await lock_guessed(self.directory)


async def lock_guessed(directory: Directory) -> None:
    """Lock whose second factor somebody goes on guessing: who does so has the password already.

    Keycloak forgets failures at each login with the password alone, so they are counted here.
    """
    for row in await sign_ins.guessed(directory.pool, GUESSED_WITHIN, MOST_WRONG_FACTORS):
        key = f"guessed-{row['person_id']}-{row['version']}"
        try:
            await lock(directory, OPERATOR, row["person_id"], GUESSED_REASON, row["version"], key)
        except Problem as problem:
            log.info("not-locked", person_id=str(row["person_id"]), reason=problem.code)


class Keep:
    """A job: closes what is over, prompts for reviews, checks names, mends drift, forgets what is old."""

    name = "keep"

    def __init__(self, directory: Directory, keycloak: Keycloak) -> None:
        self.directory, self.keycloak = directory, keycloak
        self._reconcile_at = now()

    async def run(self, stop: asyncio.Event) -> None:
        """Look every minute. Raises when the database is away: the caller starts it again."""
        while not stop.is_set():
            await self.keep()
            await wait_for(stop, KEEP_SECONDS)

    async def keep(self) -> None:
        """Do what is due."""
        settings, pool = self.directory.settings, self.directory.pool
        await inviting.expire(self.directory)
        await invitations.sweep(pool)
        await tasks.add_for_expired(pool, CLIENT)
        await prompt_reviews(self.directory)
        await check_names(self.directory)
        await sign_ins.sweep(pool, settings.sign_ins_kept)
        await tasks.sweep(pool)
        if now() >= self._reconcile_at:
            try:
                await reconcile(self.directory, self.keycloak)
            except (KeycloakError, OSError) as error:
                log.warning("not-reconciled", reason=repr(error))
                return
            self._reconcile_at = now() + settings.reconcile_every


async def prompt_reviews(directory: Directory) -> None:
    """Say once for each organizer and due day that its users are to be looked over."""
    async with transaction(directory.pool) as tx:
        due = await memberships.prompt_overdue(tx, directory.settings.review_every, directory.settings.time_zone)
        facts = [UsersReviewDue(organization_number=OrganizationNumber(number), due_on=day) for number, day in due]
        await say(tx, OPERATOR, *facts)


async def check_names(directory: Directory) -> None:
    """Take over names and protection from the population register, of those not checked for a while."""
    every = directory.settings.names_checked_every
    for row in await persons.stale_names(directory.pool, every, NAMES_AT_ONCE):
        person_id = row["person_id"]
        try:
            citizen = await directory.population.find(directory.open_number(row["national_id_sealed"], person_id))
        except PopulationAwayError as error:
            log.warning("names-not-checked", reason=repr(error))
            return
        if citizen is None:
            log.warning("not-in-population-register", person_id=str(person_id))
            await persons.names_checked(directory.pool, person_id)
            continue
        await change_names(directory, person_id, citizen.display_name, protected=citizen.protected)


class OurRecords:
    """What reconciling asks our records, each time as it is asked."""

    def __init__(self, directory: Directory) -> None:
        self.pool = directory.pool

    async def user_names(self) -> list[str]:
        """Every name that somebody logs in to with a password."""
        return [person.user_name for person in await persons.everyone(self.pool) if person.user_name]

    @asynccontextmanager
    async def held(self, account_id: str, user_name: str) -> AsyncIterator[Person | None]:
        """Whose account it is, by name or id, while nobody changes the person."""
        async with transaction(self.pool) as tx:
            person = await persons.by_user_name(tx, user_name) or await persons.by_account(tx, account_id)
            yield await persons.for_update(tx, person.person_id) if person else None

    async def link(self, account_id: str, person: Person) -> None:
        """Let an account be the person's."""
        await persons.link(self.pool, account_id, person.person_id)

    async def credentials(self) -> list[Credential]:
        """Every credential."""
        return await credentials.everything(self.pool)


async def reconcile(directory: Directory, keycloak: Keycloak) -> list[str]:
    """Bring every account and client to what our records say; returns what was found and mended, in words."""
    mended = await keycloak.reconcile(OurRecords(directory))
    for drift in mended:
        DRIFT.inc()
        log.warning("keycloak-drift-mended", drift=drift)
    return mended
