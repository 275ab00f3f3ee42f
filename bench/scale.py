"""Building the snapshot of a register as large as a big country's: two million units, or as many as are asked for.

The real units' states, many times over under other codes, are put into the history by SQL: to have them registered and
heard would take hours. There is no baseline: what the files hold is more than the memory of a small machine.
`./dev bench scale`, or `python -m bench.scale 200000`.
"""

import asyncio
import sys

import uvloop

from bench._measure import Aim, Figure, show
from bench._parts import new_database, parts
from bench._publication import heard
from bench.snapshot import MEMORY, run_build
from services.kernel.database import open_pool

UNITS, TIMES, LONG = 2_000_000, 10, 3600.0
SPEED = Aim(least=3334, of="ours")
"""A million units in five minutes (design/quality.md)."""
COPY = """
INSERT INTO history (kind, id, version, register_day, public_from, partition, organizer, body)
SELECT kind, 10000000 + number * $1 + copy, version, register_day, public_from, partition, organizer, body
FROM (SELECT *, row_number() OVER (ORDER BY id) AS number FROM history WHERE kind = 'unit') AS unit,
  generate_series(1, $1::integer - 1) AS copy
ON CONFLICT DO NOTHING
"""
RECOUNT = """
UPDATE marker m SET events = (
  SELECT count(*) FROM history h WHERE (h.public_from, h.partition) = (m.public_from, m.partition))
"""
COUNT = "SELECT count(*) FROM history WHERE kind = 'unit'"


async def multiply(url: str, units: int) -> int:
    """Have at most so many units in the last closed day; gives how many there are."""
    async with open_pool(url, size=1) as pool:
        await pool.execute(COPY, units // await pool.fetchval(COUNT), timeout=LONG)
        await pool.execute(RECOUNT, timeout=LONG)
        await pool.execute("VACUUM ANALYZE history", timeout=LONG)
        found: int = await pool.fetchval(COUNT)
        return found


async def main(units: int) -> None:
    """Measure once."""
    with parts() as started:
        server = started.postgres()
        for name in ("registry", "publication"):
            new_database(server, name)
        url = await heard(server, started.folder / "data", TIMES)
        found = await multiply(url, units)
        built = await asyncio.to_thread(run_build, url, started.folder / "snapshots")
    seconds, peak = float(built["seconds"]), float(built["peak"])
    show(f"Snapshot of {found:,} units", [
        Figure("build", "s", [seconds]),
        Figure("units a second", "units/s", [found / seconds], aim=SPEED),
        Figure("peak memory", "MB", [peak], aim=MEMORY),
    ])  # fmt: skip


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if sys.argv[1:] else UNITS))
