"""A repeated command gets its first answer (draft-ietf-httpapi-idempotency-key-header-07)."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header

from services.kernel.database import Connection
from services.kernel.problems import Problem

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7))"
FIND = "SELECT fingerprint, status, headers, body FROM idempotency WHERE subject = $1 AND key = $2"
REMEMBER = """
INSERT INTO idempotency (subject, key, fingerprint, status, headers, body) VALUES ($1, $2, $3, $4, $5, $6)
"""
FORGET_OLD = "DELETE FROM idempotency WHERE made_at < now() - interval '7 days'"

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a command: who, under which key, and what it asks for."""

    subject: str
    key: str
    request: bytes

    def fingerprint(self) -> bytes:
        return hashlib.sha256(self.request).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def first_answer(tx: Connection, attempt: Attempt) -> Answer | None:
    """The answer that this key got before, if any. Concurrent tries wait here for each other.

    Raises Problem 422 when the key was used for something else.
    """
    await tx.execute(LOCK, f"{attempt.subject} {attempt.key}")
    row = await tx.fetchrow(FIND, attempt.subject, attempt.key)
    if row is None:
        return None
    if row["fingerprint"] != attempt.fingerprint():
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another request")
    return Answer(row["status"], row["headers"], row["body"])


async def remember(tx: Connection, attempt: Attempt, answer: Answer) -> None:
    """Keep the answer, in the command's own transaction."""
    await tx.execute(
        REMEMBER, attempt.subject, attempt.key, attempt.fingerprint(), answer.status, answer.headers, answer.body
    )
