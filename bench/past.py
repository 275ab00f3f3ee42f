"""`search_date`: random units on random past days, through the gateway, against one prepared index lookup by pgbench.

Every unit has a version for each of ten days; each question is asked once, by wrk. The baseline's table has an answer
of the same size for each unit and day, under one index; pgbench (`apt-get install postgresql-contrib`) reads the newest
of a unit that is no later than a day, prepared, over as many connections.
"""

import asyncio
import os
import random
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import uvloop

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import parts
from bench.filters import rate
from bench.gateway import CONNECTIONS, HOST, V2, ask, run_gateway
from deploy.stack.postgres import PostgresServer
from services.kernel.database import open_pool

ROUNDS, EACH, SECONDS, DAYS = 5, 10_000, 1, 10
MAKE_ROOM = "UPDATE history SET version = version + 100 WHERE kind IN ('unit', 'organizer')"
ADD_DAYS = """
INSERT INTO history (kind, id, version, register_day, public_from, partition, organizer, body)
SELECT kind, id, version - back, register_day - back, public_from - back, partition, organizer, body
FROM history, generate_series(1, $1::integer - 1) AS back WHERE kind IN ('unit', 'organizer')
"""
NEWEST = "SELECT max(register_day) FROM history WHERE kind = 'unit'"
TABLE = """
CREATE TABLE answer (number integer, day integer, body text);
INSERT INTO answer SELECT number, day, $body${body}$body$
FROM generate_series(1, {units}) AS number, generate_series(1, {days}) AS day;
CREATE UNIQUE INDEX ON answer (number, day DESC);
"""
LOOKUP = """
\\set number random(1, :units)
\\set day random(1, :days)
SELECT body FROM answer WHERE number = :number AND day <= :day ORDER BY day DESC LIMIT 1;
"""


async def add_days(url: str) -> None:
    """Give every unit and organizer a version for each of the days before."""
    async with open_pool(url, size=1) as pool:
        await pool.execute(MAKE_ROOM)
        await pool.execute(ADD_DAYS, DAYS)
        # The service lists anew what is not listed.
        await pool.execute("TRUNCATE listed")
        await pool.execute("VACUUM ANALYZE")


async def newest_day(url: str) -> date:
    """The last day that units have versions of."""
    async with open_pool(url, size=1) as pool:
        found: date = await pool.fetchval(NEWEST)
        return found


def looked_up(server: PostgresServer, script: Path, units: int) -> float:
    """Lookups a second."""
    command = ["pgbench", "-n", "-M", "prepared", f"-c{CONNECTIONS}", "-j1", f"-T{SECONDS}", "-f", str(script),
               "-D", f"units={units}", "-D", f"days={DAYS}", "-h", "127.0.0.1", "-p", str(server.port),
               "-U", "postgres", "baseline"]  # fmt: skip
    printed = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | {"PGPASSWORD": server.password}
    ).stdout
    return float(re.findall(r"tps = ([\d.]+)", printed)[0])


async def main() -> None:
    """Measure."""
    for program in ("wrk", "pgbench"):
        if not shutil.which(program):
            raise SystemExit(f"{program} is missing: apt-get install wrk postgresql-contrib")
    days: list[date] = []

    async def prepare(url: str) -> None:
        await add_days(url)
        newest = await newest_day(url)
        days.extend(newest - timedelta(days=back) for back in range(DAYS))

    with parts() as started:
        port, snapshots = await run_gateway(started, prepare)
        codes = [path.stem for path in (snapshots / "current").glob("skolenhetsregistret/v2/school-units/*.json")]
        asked = [f"{V2}/school-units/{code}?search_date={day}" for code in codes for day in days]
        random.Random(1).shuffle(asked)  # noqa: S311 - the same ones each time
        body = ask(port, asked.pop(), HOST)[0].decode()
        server = started.postgres()
        server.create_database("baseline")
        server.sql(TABLE.format(body=body, units=len(codes), days=DAYS), "baseline")
        server.sql("VACUUM ANALYZE", "baseline")
        script = started.folder / "lookup.sql"
        script.write_text(LOOKUP)

        async def ours() -> float:
            paths = [asked.pop() for _ in range(EACH)]
            return await asyncio.to_thread(rate, port, paths, started.folder)

        async def baseline() -> float:
            return await asyncio.to_thread(looked_up, server, script, len(codes))

        found = await in_turns(ROUNDS, ours, baseline)
    show(f"A past day, against an index lookup of as many bytes ({len(codes):,} units)", [
        Figure(f"a unit on a day ({len(body):,} bytes)", "answers/s", *found, Aim(least=0.5)),
    ])  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main())
