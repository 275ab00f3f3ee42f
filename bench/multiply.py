"""Multiplies the real data to any size, the same for the same seed: `./dev multiply 10 > units.jsonl`.

Each copy has a new code, its original's name with a number, and the organizer and place of another unit whose organizer
is of the same kind, so that copies spread as the real units do and keep every rule.
"""

import csv
import json
import random
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.registry.domain import codes

DATA = Path(__file__).parents[1] / "deploy" / "data"
UNITS = "school-units.jsonl"
OF_THE_PLACE = ("organizationNumber", "municipalityCode", "addresses", "coordinates")

Unit = dict[str, Any]


def real_units() -> list[Unit]:
    """The real units, a row each."""
    return [json.loads(line) for line in (DATA / UNITS).read_text(encoding="utf-8").splitlines()]


def units(times: int, seed: int = 1) -> Iterator[Unit]:
    """Give the real units, and `times` - 1 copies of each."""
    real, chance = real_units(), random.Random(seed)  # noqa: S311 - a seed, not a secret
    kinds, places = organizer_types(), defaultdict(list)
    for unit in real:
        places[kinds[unit["organizationNumber"]]].append(unit)
    used = {unit["schoolUnitCode"] for unit in real}
    yield from real
    for number in range(2, times + 1):
        for unit in real:
            place = chance.choice(places[kinds[unit["organizationNumber"]]])
            yield _moved(unit, place) | {
                "schoolUnitCode": _new_code(chance, used),
                "displayName": f"{unit['displayName']} {number}",
            }


def folder(target: Path, times: int, seed: int = 1) -> Path:
    """Write a folder that `registry load` takes: the real organizers and places, and the multiplied units."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("counties.csv", "municipalities.csv", "organizers.csv"):
        shutil.copy(DATA / name, target)
    with (target / UNITS).open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in _lines(times, seed))
    return target


def organizer_types() -> dict[str, str]:
    with (DATA / "organizers.csv").open(encoding="utf-8", newline="") as file:
        return {row["organizationNumber"]: row["organizerType"] for row in csv.DictReader(file)}


def _moved(unit: Unit, place: Unit) -> Unit:
    kept = {name: value for name, value in unit.items() if name not in OF_THE_PLACE}
    return kept | {name: place[name] for name in OF_THE_PLACE if name in place}


def _new_code(chance: random.Random, used: set[str]) -> str:
    while (code := codes.draw(chance.randrange)) in used:
        pass
    used.add(code)
    return code


def _lines(times: int, seed: int) -> Iterator[str]:
    return (json.dumps(unit, ensure_ascii=False) for unit in units(times, seed))


def main(times: int, seed: int = 1) -> None:
    """Print the units, one a line, as `./dev import` takes them."""
    sys.stdout.writelines(f"{line}\n" for line in _lines(times, seed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
