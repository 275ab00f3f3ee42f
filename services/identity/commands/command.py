"""What every command does beside its own: it happens once, is written in the audit log, and is said."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from services.identity.directory import SOURCE, Directory
from services.identity.store import memberships
from services.kernel import idempotency, outbox
from services.kernel.database import Connection, transaction
from services.kernel.envelope import Sendable, seal
from services.kernel.identity import Subject
from services.kernel.problems import Problem

Answer = dict[str, Any]
ANSWER = "answer"


def actor_of(who: Subject) -> str:
    """Who asks, as the audit log and events name them: the person, or an account that has none yet."""
    return who.person_id or f"account:{who.account_id}"


async def once(  # what makes a command the same as an earlier one
    directory: Directory,
    tx: Connection,
    who: Subject,
    key: str,
    asked: object,
    work: Callable[[], Awaitable[Answer]],
    *,
    subject: str | None = None,
) -> Answer:
    """Do the work, or give the first answer when this key came before. Call it after the authority is checked.

    The answer is kept sealed: some have a secret in them. Raises Problem 422 when the key came with another request.
    """
    subject, fingerprint = subject or actor_of(who), hashlib.sha256(repr(asked).encode()).digest()
    context = f"{ANSWER}/{subject}/{key}"
    if first := await idempotency.replayed(tx, key, subject, fingerprint):
        answer: Answer = orjson.loads(directory.vault.open(first, context))
        return answer
    made = orjson.loads(orjson.dumps(await work(), default=str))
    sealed = directory.vault.seal(orjson.dumps(made).decode(), context)
    await idempotency.remember(tx, key, subject, fingerprint, 200, sealed)
    return dict(made)


@asynccontextmanager
async def for_organizer(directory: Directory, organization_number: str) -> AsyncIterator[Connection]:
    """A transaction in which nobody else changes who may act for the organizer."""
    async with transaction(directory.pool) as tx:
        await memberships.hold(tx, organization_number)
        yield tx


async def say(tx: Connection, who: Subject, *facts: Sendable) -> None:
    """Tell the other services, after the commit."""
    await outbox.append(tx, *[seal(fact, source=SOURCE, actor=actor_of(who)) for fact in facts])


def expect(current: int, seen: int) -> None:
    """Raise Problem 412 unless the caller has seen the present version."""
    if current != seen:
        title = "It has changed since you saw it"
        raise Problem(412, "stale-version", title, extra={"currentVersion": current})
