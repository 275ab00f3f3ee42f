"""A publication that has heard a whole register of any size: made by the product's own commands and handlers."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import orjson

from bench._parts import copy_of, load_register, register
from deploy.stack.postgres import PostgresServer
from services.kernel.database import open_pool, transaction
from services.kernel.envelope import Envelope, from_record
from services.publication.consumers import keep_history
from services.registry.commands.register_day import close_due_days

READ = (
    "SELECT position, topic, partition, key, headers, body FROM outbox WHERE position > $1 ORDER BY position LIMIT 1000"
)


async def heard(server: PostgresServer, folder: Path, times: int) -> str:
    """Give the address of a copy of publication's database that has heard `times` the real data, and the closed day.

    "registry" and "publication" are empty, migrated databases of the server.
    """
    source, target = copy_of(server, "registry"), copy_of(server, "publication")
    load_register(source, folder, times)
    async with open_pool(source, size=2) as said, open_pool(target, size=2) as hears:
        await close_due_days(register(source, said))
        position = 0
        while rows := await said.fetch(READ, position):
            async with transaction(hears) as tx:
                await keep_history(tx, list(_envelopes(rows)))
            position = rows[-1]["position"]
        await hears.execute("VACUUM ANALYZE")
    server.sql(f'DROP DATABASE "{source.rpartition("/")[2]}" WITH (FORCE)')
    return target


def _envelopes(rows: list[asyncpg.Record]) -> Iterator[Envelope]:
    for row in rows:
        headers = [(name, value.encode()) for name, value in orjson.loads(row["headers"]).items()]
        yield from_record(SimpleNamespace(topic=row["topic"], partition=row["partition"], offset=row["position"],
                                          headers=headers, value=row["body"]))  # fmt: skip
