"""How often somebody wants mail about school units."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import orjson

from services.kernel import idempotency
from services.kernel.database import Pool, transaction
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.notifications.store import digests


@dataclass(frozen=True, slots=True)
class Prefer:
    """Choose, having seen a version (0: nothing chosen yet). `key` is the Idempotency-Key."""

    delivery: str
    version: int
    key: str

    def fingerprint(self) -> bytes:
        return hashlib.sha256(f"preferences {self.delivery} {self.version}".encode()).digest()


async def prefer(pool: Pool, who: Subject, command: Prefer) -> bytes:
    """Keep the choice; returns the answer's JSON. Raises Problem 412 (stale), 422 (key used otherwise)."""
    async with transaction(pool) as tx:
        if first := await idempotency.replayed(tx, command.key, who.person_id, command.fingerprint()):
            return bytes(first)
        version = await digests.prefer(tx, UUID(who.person_id), command.version, command.delivery)
        if version is None:
            raise Problem(412, "stale-version", "Your choice has been changed meanwhile")
        body = orjson.dumps({"delivery": command.delivery, "version": version})
        await idempotency.remember(tx, command.key, who.person_id, command.fingerprint(), 200, body)
        return body
