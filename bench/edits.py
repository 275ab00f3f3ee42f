"""Edits a second through the registry's command and its HTTP API, against the same statements sent bare.

The statements are not written here: one database's edits are recorded, and sent again to a copy as it was before. So
both do the same to the same rows, in the same transactions.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import Any

import asyncpg
import uvloop

from bench._http import Http
from bench._measure import Aim, Figure, in_turns, show
from bench._parts import (
    SECRET,
    WHO,
    Parts,
    copy_of,
    load_register,
    may_edit,
    new_database,
    new_topics,
    parts,
    register,
)
from deploy.stack.postgres import PostgresServer
from deploy.stack.process import free_port
from services.kernel.database import Connection, open_pool, prepare_connection
from services.registry.commands.register_day import close_due_days
from services.registry.commands.units import EditUnit, edit_unit
from services.registry.domain.units import editable
from services.registry.store import units
from tests.keys import ISSUER, KeyServer, key_server, token

UNITS, ROUNDS = 160, 5
EACH = {1: 100, 16: 400}
AIM = Aim(least=0.6)

Script = list[tuple[str, tuple[Any, ...]]]
Work = Callable[[int, int], Awaitable[None]]
"""What one writer does with one edit: (writer, number of the edit)."""


async def prepare(url: str, server: PostgresServer) -> list[EditUnit]:
    """Let one person edit units, and write down every edit that will be made: enough for all rounds."""
    wanted = sum(EACH.values()) * (ROUNDS + 1)
    async with open_pool(url, size=1) as pool:
        codes = [row["code"] for row in await pool.fetch("SELECT code FROM school_unit ORDER BY code LIMIT $1", UNITS)]
        rows = [row for code in codes if (row := await units.find(pool, register(url, pool).vault, code))]
        await may_edit(pool, {row.organizer for row in rows})
        # Else the first edit of each copy would close the day, and shift what was recorded.
        await close_due_days(register(url, pool))
    forms = [editable(row.unit) for row in rows]
    server.sql("VACUUM ANALYZE", "registry")
    return [
        EditUnit(
            codes[number % UNITS], forms[number % UNITS].model_copy(update={"school_name": f"Skola {number}"}),
            1 + number // UNITS, f"edit-{number:08}",
        )
        for number in range(wanted)
    ]  # fmt: skip


async def recorded(url: str, edits: Sequence[EditUnit]) -> list[Script]:
    """Make the edits one after the other; give each one's statements, from BEGIN to COMMIT."""
    scripts: list[Script] = []
    said: Script = []

    async def listen(connection: Connection) -> None:
        await prepare_connection(connection)
        connection.add_query_logger(lambda query: said.append((query.query, tuple(query.args or ()))))

    async with asyncpg.create_pool(url, min_size=1, max_size=1, init=listen) as pool:
        means = register(url, pool)
        for edit in edits:
            said.clear()
            await edit_unit(means, WHO, edit)
            words = [query.split(" ", 1)[0].rstrip(";") for query, _ in said]
            scripts.append(said[words.index("BEGIN") : words.index("COMMIT") + 1])
    return scripts


async def send(connection: Connection, script: Script) -> None:
    """Send one edit's statements."""
    for query, arguments in script:
        await (connection.fetch(query, *arguments) if arguments else connection.execute(query))


class Writers:
    """Edits shared out to writers so that each unit has one writer, taken up where the last round ended."""

    def __init__(self, work: Work) -> None:
        self.work, self.begin = work, count()
        self.done = 0

    async def run(self, writers: int) -> float:
        """One round; edits a second."""
        numbers = range(self.done, self.done + EACH[writers])
        self.done = numbers.stop
        began = time.perf_counter()
        await asyncio.gather(*[self._writer(writer, writers, numbers) for writer in range(writers)])
        return len(numbers) / (time.perf_counter() - began)

    async def _writer(self, writer: int, writers: int, numbers: range) -> None:
        for number in numbers:
            if number % UNITS % writers == writer:
                await self.work(writer, number)


async def against_bare(what: str, ours: Work, bare: Work, aim: Aim = AIM) -> list[Figure]:
    """Measure both with each number of writers."""
    mine, theirs = Writers(ours), Writers(bare)
    await mine.run(16), await theirs.run(16)
    figures = []
    for writers in EACH:
        found = await in_turns(ROUNDS, partial(mine.run, writers), partial(theirs.run, writers))
        named = f"{what}, {writers} writer{'s' if writers > 1 else ''}"
        figures.append(Figure(named, "edits/s", *found, aim))
    return figures


async def through_command(
    server: PostgresServer, edits: Sequence[EditUnit], scripts: list[Script], what: str
) -> list[Figure]:
    """The registry's own function, with its pool."""
    url, bare_url = copy_of(server, "registry"), copy_of(server, "registry")
    connections = [await asyncpg.connect(bare_url) for _ in range(16)]
    for connection in connections:
        await prepare_connection(connection)
    async with open_pool(url) as pool:
        means = register(url, pool)

        async def ours(_writer: int, number: int) -> None:
            await edit_unit(means, WHO, edits[number])

        async def bare(writer: int, number: int) -> None:
            await send(connections[writer], scripts[number])

        found = await against_bare(what, ours, bare)
    for connection in connections:
        await connection.close()
    return found


async def through_http(
    server: PostgresServer, edits: Sequence[EditUnit], scripts: list[Script], started: Parts, keys: KeyServer
) -> list[Figure]:
    """The whole service as a process of its own, its relay at work. No aim: it tells what a client sees."""
    url, bare_url = copy_of(server, "registry"), copy_of(server, "registry")
    kafka, port = await asyncio.to_thread(started.kafka), free_port()
    process = started.service("registry", {
        "DATABASE_URL": url, "VAULT_SECRET": SECRET, "KAFKA_BOOTSTRAP": kafka.bootstrap, "HTTP_PORT": str(port),
        "TOPIC_PREFIX": await new_topics(kafka), "OIDC_ISSUER": ISSUER, "OIDC_JWKS_URL": keys.url,
    })  # fmt: skip
    clients = [Http(port) for _ in range(16)]
    await asyncio.to_thread(process.wait_until, lambda: asyncio.run(Http(port).ready()))
    connections = [await asyncpg.connect(bare_url) for _ in range(16)]
    for connection in connections:
        await prepare_connection(connection)
    bearer = token(keys, person_id=WHO.person_id)

    async def ours(writer: int, number: int) -> None:
        edit = edits[number]
        headers = {"Authorization": f"Bearer {bearer}", "If-Match": f'"{edit.version}"', "Idempotency-Key": edit.key}
        body = edit.fields.model_dump_json(by_alias=True).encode()
        status = await clients[writer].put(f"/school-units/{edit.code}", headers, body)
        assert status == 200, status

    async def bare(writer: int, number: int) -> None:
        await send(connections[writer], scripts[number])

    found = await against_bare("HTTP API, own process", ours, bare, Aim())
    for connection in connections:
        await connection.close()
    return found


def wait_for_disk(server: PostgresServer, whether: str) -> None:
    """Let commits wait for the disk, as in the product, or not, which shows what the processor costs."""
    server.sql(f"ALTER SYSTEM SET synchronous_commit = {whether}")
    server.sql("SELECT pg_reload_conf()")


async def main() -> None:
    """Measure."""
    with parts() as started, key_server() as keys:
        server = started.postgres()
        wait_for_disk(server, "off")
        url = new_database(server, "registry")
        load_register(url, started.folder / "data", 1)
        edits = await prepare(url, server)
        scripts = await recorded(copy_of(server, "registry"), edits)
        figures = await through_command(server, edits, scripts, "command, no wait for the disk")
        figures += await through_http(server, edits, scripts, started, keys)
        wait_for_disk(server, "on")
        figures += await through_command(server, edits, scripts, "command")
    show(f"Edits: ours against the same {len(scripts[-1])} statements sent bare by asyncpg", figures)


if __name__ == "__main__":
    uvloop.run(main())
