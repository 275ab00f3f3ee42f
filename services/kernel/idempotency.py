"""The first answer to an Idempotency-Key, kept in the transaction that did the work."""

import re
from typing import Annotated, Self

from fastapi import Header

from services.kernel.database import Connection, Pool
from services.kernel.problems import Problem

CLAIM = """
INSERT INTO idempotency (subject, key, fingerprint) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1
"""
FIRST = "SELECT fingerprint, status, body FROM idempotency WHERE subject = $1 AND key = $2"
REMEMBER = """
UPDATE idempotency SET status = $4, body = $5 WHERE subject = $1 AND key = $2 AND fingerprint = $3
"""
SWEEP = "DELETE FROM idempotency WHERE made_at < now() - interval '7 days'"

Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=100, description="A new one for each new command")
]
IfMatch = Annotated[str | None, Header(alias="If-Match", description='The version seen, as `"3"`')]

STRONG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


def version_of(if_match: str | None) -> int:
    """Read the version from `If-Match`. Raises Problem 428 without it (RFC 6585), 400 when it is none of ours."""
    if if_match is None:
        raise Problem(428, "version-needed", "Say which version you saw, in If-Match")
    if not (found := STRONG.fullmatch(if_match.strip())):
        detail = "W/, * and lists could match what you have not seen (RFC 9110, 13.1.1)"
        raise Problem(400, "version-form", 'If-Match takes one strong entity tag, as "3"', detail)
    return int(found[1])


class Answer(bytes):
    """A kept body with its status."""

    status: int

    def __new__(cls, body: bytes, status: int) -> Self:
        answer = super().__new__(cls, body)
        answer.status = status
        return answer


async def replayed(tx: Connection, key: str, subject: str, fingerprint: bytes) -> Answer | None:
    """Give the first answer when this subject has used the key before, or claim the key for this transaction.

    A second request with the same key waits here until the first has committed or failed. `fingerprint` is a digest of
    the request; raises Problem 422 when the key came with another one.
    """
    if await tx.fetchval(CLAIM, subject, key, fingerprint) is not None:
        return None
    row = await tx.fetchrow(FIRST, subject, key)
    if row is None or row["fingerprint"] != fingerprint:
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another request")
    return Answer(row["body"], row["status"])


async def remember(tx: Connection, key: str, subject: str, fingerprint: bytes, status: int, body: bytes) -> None:
    """Keep the answer with the work. Raises LookupError when the key was not claimed in this transaction."""
    if await tx.execute(REMEMBER, subject, key, fingerprint, status, body) != "UPDATE 1":
        raise LookupError(f"the idempotency key {key!r} was not claimed")


async def sweep(pool: Pool) -> None:
    """Forget keys older than a week."""
    await pool.execute(SWEEP)
