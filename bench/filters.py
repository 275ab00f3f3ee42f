"""Filters in combinations never asked before, through the gateway, against Datasette on SQLite with the same rows.

Units of two municipalities with a status: each pair is asked once, by wrk (`apt-get install wrk`). Datasette runs as
its manual says, with an index a filter; it answers the rows' codes, names and statuses, as v2 does.
"""

import asyncio
import random
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import httpx
import orjson
import uvloop

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import Parts, parts
from bench.gateway import CONNECTIONS, V2, run_gateway, wrk
from deploy.stack.process import Process, answers, free_port

ROUNDS, EACH, SECONDS, ALONE_SECONDS = 5, 4000, 1, 2
STATUSES = ("AKTIV", "VILANDE", "PLANERAD", "UPPHORT")
SCHEMA = """
CREATE TABLE school_units (schoolUnitCode TEXT PRIMARY KEY, name TEXT, status TEXT, municipality_code TEXT);
CREATE INDEX by_municipality ON school_units (municipality_code, status);
CREATE INDEX by_status ON school_units (status);
"""


def fill(snapshot: Path, database: Path) -> list[str]:
    """Give SQLite the snapshot's units; the municipality codes that there are."""
    units = [orjson.loads(path.read_bytes()) for path in snapshot.glob("v2/school-units/*.json")]
    said = [(unit["data"]["schoolUnitCode"], unit["data"]["attributes"]) for unit in units]
    rows = [(code, of["displayName"], of["status"], of.get("municipalityCode")) for code, of in said]
    with sqlite3.connect(database) as connection:
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO school_units VALUES (?, ?, ?, ?)", rows)
        connection.execute("ANALYZE")
    connection.close()
    return sorted({row[3] for row in rows if row[3]})


def datasette(started: Parts, database: Path) -> int:
    """Run it; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(database), "--port", str(port),
               "--setting", "max_returned_rows", "100000", "--setting", "num_sql_threads", "2"]  # fmt: skip
    process = Process("datasette", command, log=started.folder / "datasette.log", cwd=started.folder)
    process.start()
    started.started.callback(process.stop)
    process.wait_until(lambda: answers(port))
    return port


def never_asked(codes: list[str]) -> Iterator[tuple[str, str, str]]:
    """Pairs of municipalities with a status, none twice."""
    pairs = list(combinations(codes, 2))
    random.Random(1).shuffle(pairs)  # noqa: S311 - the same ones each time
    return ((one, other, status) for status in STATUSES for one, other in pairs)


def ours(one: str, other: str, status: str) -> str:
    """The question to the gateway."""
    return f"{V2}/school-units?municipality_code={one},{other}&status={status}"


def theirs(one: str, other: str, status: str) -> str:
    """The same to Datasette."""
    return (
        f"/units/school_units.json?_shape=array&_size=max&_nocount=1&_nofacet=1&_col=name&_col=status"
        f"&municipality_code__in={one},{other}&status={status}"
    )


def agree(gateway: int, other: int, question: tuple[str, str, str]) -> None:
    """Both must have the same rows."""
    said = httpx.get(f"http://127.0.0.1:{gateway}{ours(*question)}").raise_for_status().json()["data"]["attributes"]
    found = httpx.get(f"http://127.0.0.1:{other}{theirs(*question)}").raise_for_status().json()
    assert sorted(row["schoolUnitCode"] for row in said) == sorted(row["schoolUnitCode"] for row in found), question


def rate(port: int, paths: list[str], folder: Path) -> float:
    """Answers a second, all of them cold."""
    printed = wrk(port, paths, folder, SECONDS, CONNECTIONS)
    asked = int(re.findall(r"(\d+) requests in", printed)[0])
    assert asked <= len(paths), f"{asked} were asked: some twice"
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0])


def slowest(port: int, paths: list[str], folder: Path) -> float:
    """p99 in milliseconds of one connection alone."""
    printed = wrk(port, paths, folder, ALONE_SECONDS, 1)
    number, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", printed)[0]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


async def main() -> None:
    """Measure."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    with parts() as started:
        port, snapshots = await run_gateway(started)
        database = started.folder / "units.db"
        asked = never_asked(fill(snapshots / "current" / "skolenhetsregistret", database))
        other = await asyncio.to_thread(datasette, started, database)
        for _ in range(20):
            agree(port, other, next(asked))

        async def run(measure: Callable[[int, list[str], Path], float], at: int, say: Callable[..., str]) -> float:
            paths = [say(*next(asked)) for _ in range(EACH)]
            return await asyncio.to_thread(measure, at, paths, started.folder)

        found = await in_turns(ROUNDS, lambda: run(rate, port, ours), lambda: run(rate, other, theirs))
        alone = [await run(slowest, port, ours) for _ in range(ROUNDS)]
    show("Filters never asked before, against Datasette on SQLite (17,510 units)", [
        Figure("units of two municipalities with a status", "answers/s", *found, Aim(least=20)),
        Figure("the same, one at a time: p99", "ms", alone, aim=Aim(most=10, of="ours")),
    ])  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main())
