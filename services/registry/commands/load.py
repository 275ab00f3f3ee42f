"""Loading a new register with real open data: one transaction, as of yesterday, so that the first view is today's."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from services.contracts.vocabulary import Cause
from services.kernel.database import Connection, transaction
from services.registry.commands.saving import register_new
from services.registry.commands.saving_organizers import register_organizers
from services.registry.domain.importing import organizer_from, unit_from
from services.registry.domain.register_day import OpenDay, local_date
from services.registry.domain.state import SchoolUnit
from services.registry.register import Register
from services.registry.store import reference, register_day
from services.registry.store.audit import Doer

BY = Doer("register", "register", Cause.IMPORT)
CHUNK = 2000
Progress = Callable[[str, int, int], None]
"""Told what is loaded, how many are done, and how many there are."""

NOW = "SELECT clock_timestamp()"


async def load(register: Register, folder: Path, progress: Progress) -> int | None:
    """Load municipalities, organizers and units; returns how many units. None when the register is loaded already."""
    async with transaction(register.pool) as tx:
        await register_day.hold_alone(tx)
        if await register_day.find(tx, register.zone.key) is not None:
            return None
        today = local_date(await tx.fetchval(NOW), register.zone)
        day = OpenDay(today - timedelta(days=1))
        await register_day.begin(tx, day.date)
        places = await _load_places(tx, folder)
        await _load_organizers(tx, folder, places, day, progress)
        return await _load_units(tx, register, folder, day, progress)


async def _load_places(tx: Connection, folder: Path) -> dict[str, tuple[str, str]]:
    """Load counties and municipalities; returns folded name -> (code, name)."""
    counties, places = _rows(folder / "counties.csv"), _rows(folder / "municipalities.csv")
    await reference.put_counties(tx, [(row["county_code"], row["county_name"]) for row in counties])
    found = [(r["municipality_code"], r["municipality_name_short"], r["county_code"]) for r in places]
    await reference.put_municipalities(tx, found)
    return {
        row["municipality_name"].casefold(): (row["municipality_code"], row["municipality_name_short"])
        for row in places
    }


async def _load_organizers(
    tx: Connection, folder: Path, places: dict[str, tuple[str, str]], day: OpenDay, progress: Progress
) -> None:
    found = [organizer_from(row, places) for row in _rows(folder / "organizers.csv")]
    for start in range(0, len(found), CHUNK):
        await register_organizers(tx, found[start : start + CHUNK], BY, day)
        progress("organizers", min(start + CHUNK, len(found)), len(found))


async def _load_units(tx: Connection, register: Register, folder: Path, day: OpenDay, progress: Progress) -> int:
    path = folder / "school-units.jsonl"
    with path.open(encoding="utf-8") as lines:
        total = sum(1 for _ in lines)
    done = 0
    with path.open(encoding="utf-8") as lines:
        chunk: list[SchoolUnit] = []
        for line in lines:
            chunk.append(unit_from(json.loads(line)))
            if len(chunk) == CHUNK or done + len(chunk) == total:
                done += len(await register_new(tx, register, chunk, BY, day))
                chunk = []
                progress("school units", done, total)
    return done


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
