"""What identity does by itself: it tells Keycloak what our records say, until Keycloak knows."""

import asyncio

import asyncpg
import structlog
from keycloak.exceptions import KeycloakError

from services.identity.commands.persons import END_SESSIONS
from services.identity.keycloak import Keycloak
from services.identity.store import persons
from services.kernel.database import Pool, transaction
from services.kernel.service import wait_for

log = structlog.get_logger(__name__)
LOOK_SECONDS = 2.0


class Provision:
    """A job: carries out provisioning tasks, each until it succeeds. Done twice, a task adds nothing."""

    name = "provision"

    def __init__(self, pool: Pool, url: str, keycloak: Keycloak) -> None:
        self.pool, self.url, self.keycloak = pool, url, keycloak

    async def run(self, stop: asyncio.Event) -> None:
        """Work when woken, and look now and then. Raises when the database is away: the caller starts it again."""
        wake = asyncio.Event()
        connection: asyncpg.Connection = await asyncpg.connect(self.url)
        try:
            await connection.add_listener("provisioning", lambda *_: wake.set())
            while not stop.is_set():
                wake.clear()
                while not stop.is_set() and await self.work_once():
                    pass
                await wait_for(stop, LOOK_SECONDS, wake)
        finally:
            connection.terminate()

    async def work_once(self) -> bool:
        """Carry out the next due task; False when there is none. A killed worker's task is free again at once."""
        async with transaction(self.pool) as tx:
            task = await persons.due_task(tx)
            if task is None:
                return False
            person = await persons.get(tx, task["person_id"])
            try:
                if person and task["task"] == END_SESSIONS:
                    await self.keycloak.end_sessions(person)
                elif person:
                    await self.keycloak.put_account(person)
            except (KeycloakError, OSError) as error:
                log.warning("keycloak-not-told", task=task["task"], attempt=task["attempts"] + 1, reason=repr(error))
                await persons.task_later(tx, task["id"], repr(error)[:300])
                return True
            await persons.task_done(tx, task["id"])
            return True


async def reconcile(pool: Pool, keycloak: Keycloak) -> int:
    """Bring every account to what our records say; returns how many there are."""
    everyone = await persons.everyone(pool)
    for person in everyone:
        await keycloak.put_account(person)
    return len(everyone)
