"""Building a day's snapshot of 1, 10 and 100 times the real data, against writing the same bytes to disk from memory.

Each build is a process of its own, which tells its peak memory; the clock runs from the first row read until the folder
is durable. The baseline writes the finished snapshot's files from memory, and makes them durable as well. The day on
which one unit changed is built twice: with the snapshot of the day before at hand, and without.
"""

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import uvloop

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import ROOT, Parts, new_database, parts
from bench._publication import heard
from services.kernel.database import open_pool
from services.publication.build import files
from services.publication.build.kept import FOLDER
from services.publication.build.snapshot import Builder
from services.publication.domain.catalogue import Publisher
from services.publication.store import history

SIZES = {1: 3, 10: 3, 100: 2}
"""Times the real data, and the rounds."""
SPEED = {10: Aim(least=2000, of="ours"), 100: Aim(least=3334, of="ours")}
"""Units a second: ten thousand in 5 s, a million in 5 minutes (design/quality.md)."""
MEMORY = Aim(most=1024, of="ours")
BASE = "https://register.example"
PUBLISHER = Publisher("Skolverket", BASE, "register@example.org", BASE)
REUSE = Aim(least=5)
KILOBYTES_A_MEGABYTE = 1024
NEXT_DAY = """
WITH edited AS (
  INSERT INTO history (kind, id, version, register_day, public_from, partition, organizer, body)
  SELECT kind, id, version + 1, public_from, public_from + 1, partition, organizer,
    jsonb_set(body, '{displayName}', '"Nya namnet"')
  FROM history WHERE kind = 'unit' AND body ->> 'status' = 'AKTIV' ORDER BY id LIMIT 1 RETURNING partition)
INSERT INTO marker (public_from, partition, partitions, events, extract_date)
SELECT public_from + 1, m.partition, partitions, (SELECT count(*) FROM edited e WHERE e.partition = m.partition),
  extract_date
FROM marker m WHERE public_from = (SELECT max(public_from) FROM marker)
"""
"""A day on which one unit was given another name."""


async def build(url: str, root: Path) -> None:
    """Build the newest complete view, and print the seconds that it took, the peak memory (MB) and where it lies."""
    async with open_pool(url, size=2) as pool:
        view = (await history.complete_views(pool, date.min))[-1]
        began = time.perf_counter()
        built = await Builder(pool, root, BASE, PUBLISHER, ZoneInfo("Europe/Stockholm")).build(view)
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE
    print(json.dumps({"seconds": seconds, "peak": peak, "path": str(built.path)}))


def run_build(url: str, root: Path) -> dict[str, float | str]:
    """Build in a process of its own."""
    command = [sys.executable, "-m", "bench.snapshot", "build", url, str(root)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return found


def read_all(folder: Path) -> list[tuple[str, bytes]]:
    """Every file of a snapshot."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in found]


def write_bare(contents: list[tuple[str, bytes]], target: Path) -> float:
    """Seconds to write files from memory, and to make them durable."""
    shutil.rmtree(target, ignore_errors=True)
    began = time.perf_counter()
    for folder in {os.path.dirname(name) for name, _ in contents}:  # noqa: PTH120 - text, as the writes are
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name, content in contents:
        with open(f"{target}/{name}", "wb") as file:  # noqa: PTH123 - the plainest way
            file.write(content)
    files.sync(target)
    return time.perf_counter() - began


async def measure(started: Parts, url: str, times: int, rounds: int) -> list[Figure]:
    """One size."""
    root, bare = started.folder / f"snapshots-{times}", started.folder / f"bare-{times}"
    contents = await asyncio.to_thread(read_all, Path(str(run_build(url, root)["path"])))
    units = sum("/v2/school-units/" in name for name, _ in contents)
    peaks: list[float] = []

    async def ours() -> float:
        shutil.rmtree(root)
        found = await asyncio.to_thread(run_build, url, root)
        peaks.append(float(found["peak"]))
        return float(found["seconds"])

    async def baseline() -> float:
        return await asyncio.to_thread(write_bare, contents, bare)

    found = await in_turns(rounds, ours, baseline)
    named = f"{units:,} units, {sum(len(content) for _, content in contents) / 1e6:,.0f} MB"
    speeds = [[units / seconds for seconds in side] for side in found]
    lines = [
        Figure(f"{named}: build", "s", *found),
        Figure(f"{named}: units a second", "units/s", speeds[0], speeds[1], SPEED.get(times, Aim())),
        Figure(f"{named}: peak memory", "MB", peaks, aim=MEMORY),
    ]
    shutil.rmtree(bare)
    return [*lines, *await measure_next_day(url, root, f"{units:,} units", rounds)]


async def measure_next_day(url: str, root: Path, named: str, rounds: int) -> list[Figure]:
    """The day after, on which one unit has changed. `root`: where the snapshot of the day before lies."""
    async with open_pool(url, size=1) as pool:
        await pool.execute(NEXT_DAY)
    alone = root.with_name(f"{root.name}-alone")
    contents: list[dict[str, bytes]] = []

    async def day(folder: Path) -> float:
        found = await asyncio.to_thread(run_build, url, folder)
        path = Path(str(found["path"]))
        contents.append({name: content for name, content in read_all(path) if not name.startswith(FOLDER)})
        shutil.rmtree(path)
        return float(found["seconds"])

    found = await in_turns(rounds, lambda: day(root), lambda: day(alone))
    if any(one != contents[0] for one in contents):
        raise RuntimeError("A snapshot made from the last one is another than one made anew")
    for folder in (root, alone):
        shutil.rmtree(folder)
    ours, baseline = ([1 / seconds for seconds in side] for side in found)
    return [
        Figure(f"{named}, one changed: build, from the day before's and anew", "s", *found),
        Figure(f"{named}, one changed: builds a second", "1/s", ours, baseline, REUSE),
    ]


async def main(sizes: list[int]) -> None:
    """Measure."""
    with parts() as started:
        server = started.postgres()
        for name in ("registry", "publication"):
            new_database(server, name)
        figures = []
        for times in sizes or SIZES:
            url = await heard(server, started.folder / f"data-{times}", times)
            figures += await measure(started, url, times, SIZES[times])
    show("Snapshot: built from the events' history, against writing its bytes from memory", figures)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", url, root]:
            asyncio.run(build(url, Path(root)))
        case [*sizes]:
            uvloop.run(main(list(map(int, sizes))))
