"""The audit log: who has altered it is not told, but where."""

import pytest
import pytest_asyncio

from services.registry.register import Register
from services.registry.store.audit import broken_chain
from tests.integration.registry.helpers import Person
from tests.units import CODE, LUND

SWAP = "UPDATE audit SET version = CASE version WHEN 2 THEN 3 ELSE 2 END WHERE aggregate = $1 AND version IN (2, 3)"
FORGE = """
INSERT INTO audit SELECT aggregate, 5, at, register_day, public_from, actor, actor_role, cause, changed,
  audit_hash(hash, aggregate, 5, at, register_day, public_from, actor, actor_role, cause, changed, context)
FROM audit WHERE aggregate = $1 AND version = 4
"""


@pytest_asyncio.fixture
async def edited(register: Register, karin: Person) -> Register:
    """A register in which a unit has four versions."""
    for version in (1, 2, 3):
        await karin.edit(version, displayName=f"Namn {version}")
    return register


async def tamper(register: Register, statement: str, *arguments: object) -> None:
    """What somebody with the database's password can do."""
    async with register.pool.acquire() as connection, connection.transaction():
        await connection.execute("ALTER TABLE audit DISABLE TRIGGER audit_is_only_added_to")
        await connection.execute("ALTER TABLE audit DROP CONSTRAINT audit_pkey")
        await connection.execute(statement, *arguments)


async def test_an_untouched_log_is_whole(edited: Register) -> None:
    assert await broken_chain(edited.pool) == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'other'", "DELETE FROM audit", "TRUNCATE audit"])
async def test_the_database_refuses_to_alter_the_log(edited: Register, statement: str) -> None:
    with pytest.raises(Exception, match="only added to"):
        await edited.pool.execute(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET actor = 'somebody else' WHERE aggregate = $1 AND version = 3", [3]),
        ("UPDATE audit SET changed = '[]' WHERE aggregate = $1 AND version = 2", [2]),
        ("UPDATE audit SET at = at + interval '1 microsecond' WHERE aggregate = $1 AND version = 1", [1]),
        ("UPDATE audit SET public_from = public_from + 1 WHERE aggregate = $1 AND version = 4", [4]),
        ("DELETE FROM audit WHERE aggregate = $1 AND version = 1", [2]),
        ("DELETE FROM audit WHERE aggregate = $1 AND version = 3", [4]),
        ("DELETE FROM audit WHERE aggregate = $1 AND version = 4", [4]),
        ("DELETE FROM audit WHERE aggregate = $1", [4]),
        (SWAP, [2, 3, 4]),
        (FORGE, [5]),
    ],
    ids=["actor", "changes", "time", "day", "first-row-gone", "row-gone", "last-row-gone", "all-rows-gone",
         "rows-swapped", "row-too-many"],
)  # fmt: skip
async def test_what_was_done_to_the_log_is_found_and_named(edited: Register, statement: str, found: list[int]) -> None:
    await tamper(edited, statement, CODE)

    assert await broken_chain(edited.pool) == [(CODE, version) for version in found]


async def test_an_organizers_lost_history_is_found_too(edited: Register) -> None:
    await tamper(edited, "DELETE FROM audit WHERE aggregate = $1", LUND)

    assert await broken_chain(edited.pool) == [(LUND, 1)]
