"""Questions to the open API v3: how long each kind of them takes, cold, asked of the process itself.

No two are alike, so that nothing but the database's own pages is kept. Names are those of real units, whole, by their
beginning, and mistyped; places and organizers; filters in random combinations; near random units; random past days.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import uvloop

from bench._measure import Aim, Figure, show
from bench._parts import Parts, new_database, parts
from bench._publication import heard
from bench.multiply import real_units
from deploy.stack.process import free_port
from services.publication.domain.extract import COUNTIES

SIZES = (10, 100)
"""Times the real data: 17,510 and 175,100 units."""
QUESTIONS = 300
MILLISECONDS = 1000
SEARCH, COLD = Aim(most=20, of="ours"), Aim(most=10, of="ours")
"""design/quality.md."""

Ask = Callable[[random.Random], dict[str, str]]


def kinds() -> dict[str, tuple[Ask, Aim]]:
    """Each kind of question: parameters by chance, and what its p99 is to be."""
    units = real_units()
    names = [unit["displayName"] for unit in units]
    places = [unit["coordinates"] for unit in units if unit.get("coordinates")]

    def mistyped(chance: random.Random) -> dict[str, str]:
        word = max(chance.choice(names).split(), key=len)
        at = chance.randrange(1, max(2, len(word) - 1))
        return {"q": word[:at] + word[at + 1 :] if len(word) > 5 else word}

    def near(chance: random.Random) -> dict[str, str]:
        at = chance.choice(places)
        return {
            "near": ",".join(f"{float(at[name]):.5f}" for name in ("latitude", "longitude")),
            "radius": str(chance.randint(1, 20)),
        }

    def filters(chance: random.Random) -> dict[str, str]:
        return {
            "schoolType": ",".join(chance.sample(["GR", "GY", "FKLASS", "FTH", "VUX", "GRAN"], 2)),
            "countyCode": chance.choice(list(COUNTIES)),
            "organizerType": chance.choice(["KOMMUN", "ENSKILD"]),
            "status": "AKTIV",
        }

    return {
        "a whole name": (lambda chance: {"q": chance.choice(names)}, SEARCH),
        "the beginning of a name": (lambda chance: {"q": chance.choice(names)[: chance.randint(1, 8)]}, SEARCH),
        "a word of a name": (lambda chance: {"q": chance.choice(chance.choice(names).split())}, SEARCH),
        "a mistyped word": (mistyped, SEARCH),
        "filters": (filters, COLD),
        "near a point": (near, COLD),
        "filters, as of a day": (lambda chance: filters(chance) | {"asOf": str(datetime.now(tz=UTC).date())}, COLD),
    }


def questions(ask: Ask, seed: int) -> Iterator[dict[str, str]]:
    """As many as are measured, each with a page of another size: no two are alike."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    for number in range(QUESTIONS):
        yield ask(chance) | {"limit": str(20 + number % 10)}


async def measure(client: httpx.AsyncClient, ask: Ask) -> list[float]:
    """The milliseconds of each question, in order."""
    found = []
    for number, params in enumerate(questions(ask, seed=1)):
        began = time.perf_counter()
        answer = await client.get("school-units", params=params)
        if number:
            found.append((time.perf_counter() - began) * MILLISECONDS)
        assert answer.status_code == 200, (params, answer.text)
    return sorted(found)


async def asked(started: Parts, times: int) -> list[Figure]:
    """The figures at one size."""
    server, kafka = started.postgres(), await asyncio.to_thread(started.kafka)
    for name in ("registry", "publication"):
        new_database(server, name)
    url, port = await heard(server, started.folder / "data", times), free_port()
    snapshots = started.folder / "snapshots"
    publication = started.service("publication", {
        "DATABASE_URL": url, "KAFKA_BOOTSTRAP": kafka.bootstrap, "TOPIC_PREFIX": f"search-{times}.",
        "HTTP_PORT": str(port),
        "SNAPSHOT_DIR": str(snapshots), "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
    })  # fmt: skip
    await asyncio.to_thread(publication.wait_until, (snapshots / "current").exists, 300)
    figures = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/skolenhetsregistret/v3/", timeout=60) as client:
        for what, (ask, aim) in kinds().items():
            took = await measure(client, ask)
            figures.append(Figure(f"{what}: p50", "ms", [took[len(took) // 2]]))
            figures.append(Figure(f"{what}: p99", "ms", [took[int(len(took) * 0.99)]], aim=aim))
    return figures


async def main(sizes: tuple[int, ...]) -> None:
    """Measure."""
    for times in sizes:
        with parts() as started:
            show(f"Questions to v3: {times * 1751:,} units", await asked(started, times))


if __name__ == "__main__":
    uvloop.run(main(tuple(map(int, sys.argv[1:])) or SIZES))
