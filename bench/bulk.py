"""3,000 units of one organizer by one file: made, taken in, every row checked, and applied in one transaction."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
import uvloop

from bench._measure import NO_AIM, Aim, Figure, show
from bench._parts import WHO, load_register, may_edit, new_database, parts, register
from bench.commands import Command, measured
from services.kernel.database import Pool, open_pool
from services.registry import sheets
from services.registry.commands.bulk import Upload, apply, upload
from services.registry.commands.bulk_job import advance
from services.registry.commands.register_day import close_due_days
from services.registry.domain.bulk import Row, outcome
from services.registry.domain.bulk_columns import VERSION
from services.registry.queries import bulk as queries
from services.registry.register import Register
from services.registry.store import organizers, reference, units

UNITS, ROUNDS, SECONDS = 3_000, 3, 10
FIRST = "SELECT number FROM organizer WHERE organizer_type = 'ENSKILD' ORDER BY number LIMIT 1"
GIVE_IT_ALL = """
UPDATE school_unit SET organizer = $1, body = jsonb_set(body, '{organizationNumber}', to_jsonb($1::text))
WHERE status <> 'UPPHORT'
"""
TAKE_BACK = "UPDATE school_unit SET organizer = $2 WHERE organizer = $1 AND NOT code = ANY($3)"
Cells = dict[str, str]


async def prepare(means: Register) -> str:
    """An organizer with so many units that every edit of them keeps the rules."""
    await close_due_days(means)
    number: str = await means.pool.fetchval(FIRST)
    await may_edit(means.pool, [number])
    await means.pool.execute(GIVE_IT_ALL, number)
    found = await _sound(means.pool, means, number)
    another = await means.pool.fetchval("SELECT number FROM organizer WHERE number <> $1 LIMIT 1", number)
    await means.pool.execute(TAKE_BACK, number, another, found[:UNITS])
    return number


async def _sound(pool: Pool, means: Register, number: str) -> list[str]:
    """The units that can be edited as they stand."""
    rows = await units.of_organizer(pool, means.vault, number)
    known = frozenset(row["code"] for row in await reference.municipalities(pool))
    kind = next(row.organizer_type for row in rows)
    asked = [(row.unit, Row(1, {"phoneNumber": "08-123 45 67", VERSION: str(row.unit.version)})) for row in rows]
    found = [unit.code for unit, row in asked if not outcome(row, unit, kind, known).broken]
    assert len(found) >= UNITS, f"{len(found)} sound units"
    assert await organizers.find(pool, number)
    return found


async def one_round(means: Register, number: str, place: int) -> tuple[float, float, float]:
    """The seconds that making the Excel file took, taking in and checking, and applying."""
    began = time.perf_counter()
    sheets.as_excel(await queries.own_units(means.pool, means, number))
    made = time.perf_counter()
    changed = [cells | {"phoneNumber": f"08-123 45 {place:02}"} for cells in await _cells(means, number)]
    content = sheets.as_excel(changed)
    sent = time.perf_counter()
    taken = orjson.loads(await upload(means, WHO, Upload(number, content, "enheter.xlsx"), str(uuid4())))
    found = await _worked_off(means, taken["uploadId"])
    checked = time.perf_counter()
    assert (found["state"], found["changed"]) == ("checked", UNITS), found["errors"][:3]
    await apply(means, WHO, UUID(taken["uploadId"]), found["version"], str(uuid4()))
    assert (await _worked_off(means, taken["uploadId"]))["state"] == "applied"
    return made - began, checked - sent, time.perf_counter() - checked


async def _cells(means: Register, number: str) -> Sequence[Cells]:
    return await queries.own_units(means.pool, means, number)


async def _worked_off(means: Register, upload_id: str) -> dict[str, Any]:
    while await advance(means, UUID(upload_id)):
        pass
    return await queries.one(means.pool, means, UUID(upload_id))


async def to_apply(means: Register, number: str) -> list[Command]:
    """Files that are checked and told to be applied, each with units of its own: what is left to do of each."""
    cells, size = await _cells(means, number), UNITS // (ROUNDS + 1)
    return [await _decided(means, number, cells[first : first + size]) for first in range(0, UNITS, size)]


async def _decided(means: Register, number: str, cells: Sequence[Cells]) -> Command:
    content = sheets.as_csv([each | {"phoneNumber": "08-123 45 99"} for each in cells])
    taken = orjson.loads(await upload(means, WHO, Upload(number, content, "enheter.csv"), str(uuid4())))
    found = await _worked_off(means, taken["uploadId"])
    assert found["state"] == "checked", found["errors"][:3]
    await apply(means, WHO, UUID(taken["uploadId"]), found["version"], str(uuid4()))
    return lambda means: advance(means, UUID(taken["uploadId"]))


async def main() -> None:
    """Measure."""
    with parts() as started:
        server = started.postgres()
        url = new_database(server, "registry")
        await asyncio.to_thread(load_register, url, started.folder / "data", 2)
        async with open_pool(url, size=4) as pool:
            means = register(url, pool)
            number = await prepare(means)
            files = await to_apply(means, number)
        # No aim: what a file costs is judged by its seconds, and beside 750 rows in one statement each rule is dear.
        named = f"apply {UNITS // len(files)} units"
        bare = await measured(server, named, files, each=1, rounds=ROUNDS, aim=NO_AIM)
        async with open_pool(url, size=4) as pool:
            means = register(url, pool)
            for file in files:
                await file(means)
            rounds = [await one_round(means, number, place) for place in range(ROUNDS)]
    made, checked, applied = zip(*rounds, strict=True)
    figures = [
        Figure("make the Excel file", "s", made),
        Figure("take it in and check each row", "s", checked),
        Figure("apply all changes in one transaction", "s", applied),
        Figure(
            "from the file to all changes applied", "s", [c + a for c, a in zip(checked, applied, strict=True)],
            aim=Aim(most=SECONDS, of="ours"),
        ),
        bare,
    ]  # fmt: skip
    show(f"One file with {UNITS:,} school units, each changed", figures)


if __name__ == "__main__":
    uvloop.run(main())
