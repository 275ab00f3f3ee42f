"""What every command shares: it happens once, at a version that the caller has seen, by somebody, and is said."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson

from services.contracts.registry import ProcessRef
from services.contracts.vocabulary import Cause, Channel
from services.kernel import idempotency, outbox
from services.kernel.database import Connection
from services.kernel.envelope import Sendable, seal
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.register import SOURCE, Register
from services.registry.store import audit
from services.registry.store.audit import Doer, Entry

Answer = dict[str, Any]
MOST_ATTEMPTS = 5
"""So often a job's step is begun that never ends: its worker was killed, or it raised. Then the job has failed."""


async def once(  # what makes a command the same as an earlier one
    register: Register, tx: Connection, who: Subject, key: str, asked: object, work: Callable[[], Awaitable[Answer]]
) -> bytes:
    """Do the work and give its answer as JSON, or give the first answer when this key came before.

    Call it after the authority is checked. `asked`: the whole request, kept as a keyed fingerprint. The answer is kept
    sealed: some have a head teacher's work e-mail. Raises Problem 422 when the key came with another request, 409
    when rules are broken.
    """
    fingerprint = register.vault.index(repr(asked), "asked")
    context = f"answer/{who.person_id}/{key}"
    if first := await idempotency.replayed(tx, key, who.person_id, fingerprint):
        return register.vault.open(bytes(first), context).encode()
    try:
        body = orjson.dumps(await work())
    except RulesBrokenError as error:
        raise rules_problem(error) from error
    sealed = register.vault.seal(body.decode(), context)
    await idempotency.remember(tx, key, who.person_id, fingerprint, 200, sealed)
    return body


async def tried(work: Callable[[], Awaitable[Answer]]) -> bytes:
    """A dry run's answer as JSON: what the work decides, where it saves nothing. Raises Problem 409."""
    try:
        return orjson.dumps(await work())
    except RulesBrokenError as error:
        raise rules_problem(error) from error


def doer(
    who: Subject,
    role: str,
    *,
    cause: Cause = Cause.EDIT,
    process: ProcessRef | None = None,
    reason: str | None = None,
    channel: Channel | None = None,
) -> Doer:
    """Who does it, in which role and why: a program comes by the API, a person by the e-service."""
    return Doer(
        who.person_id, role, cause, channel or (Channel.API if who.machine else Channel.E_SERVICE), reason, process
    )


def expect(current: int, seen: int) -> None:
    """Raise Problem 412 unless the caller has seen the present version."""
    if current != seen:
        raise Problem(412, "stale-version", "It has changed since you saw it", extra={"currentVersion": current})


async def note(tx: Connection, entries: Sequence[Entry], by: Doer, day: OpenDay) -> None:
    """Write the audit rows of what was done on the open day."""
    await audit.append(tx, entries, by, register_day=day.date, public_from=day.public_from)


async def say(tx: Connection, by: Doer, *facts: Sendable) -> None:
    """Tell the other services, after the commit."""
    await outbox.append(tx, *[seal(fact, source=SOURCE, actor=by.actor) for fact in facts])


def rules_problem(error: RulesBrokenError) -> Problem:
    """The answer for broken rules: each with its field, code and sentence."""
    errors = [
        {"pointer": b.pointer, "code": b.rule.code, "detail": b.rule.sentence, "params": dict(b.params)}
        for b in error.broken
    ]
    return Problem(409, "rules-broken", "The change breaks rules of the register", errors=errors)
