"""Importing a dump: row by row, in transactions of bounded size; what is refused is told with its reason."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Cause, OrganizerType
from services.kernel.database import Connection
from services.registry.commands.register_day import open_day
from services.registry.commands.units import register_new, save
from services.registry.domain.changes import changes_between
from services.registry.domain.checks import broken_rules
from services.registry.domain.dumps import UnknownFormError, v2_names
from services.registry.domain.importing import Refused, unit_from
from services.registry.domain.register_day import OpenDay
from services.registry.domain.units import SchoolUnit, editable, replaced
from services.registry.register import Register
from services.registry.store import organizers, reference, units
from services.registry.store.audit import Doer
from services.registry.store.units import UnitRow

BY = Doer("operator", "operator", Cause.IMPORT)
CHUNK = 500


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message says what is wrong."""


@dataclass(slots=True)
class Report:
    """What became of the rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


Numbered = tuple[int, Mapping[str, Any]]


async def import_file(register: Register, path: Path) -> Report:
    """Import a dump. A kill midway leaves whole rows only, and importing again completes it.

    Raises UnreadableFileError before anything is written.
    """
    rows = list(rows_of(path))
    report = Report()
    for start in range(0, len(rows), CHUNK):
        async with open_day(register) as (tx, day):
            await _import_chunk(tx, register, rows[start : start + CHUNK], report, day)
    return report


def rows_of(path: Path) -> Iterator[Numbered]:
    """The file's rows with their numbers, from 1. JSON (one value, or one a line), or CSV with a header."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path.name} is not UTF-8 (byte {error.start})") from error
    if text.lstrip()[:1] in {"{", "["}:
        yield from enumerate(_json_rows(text, path.name), 1)
    else:
        yield from enumerate(_csv_rows(text, path.name), 1)


def _json_rows(text: str, name: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = _json_lines(text, name)
    if isinstance(found, Mapping):
        found = found.get("Skolenheter") or [found]
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise UnreadableFileError(f"{name} is JSON, but not a list of school units")
    return found


def _json_lines(text: str, name: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.strip():
                found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise UnreadableFileError(f"{name} is not JSON: line {number}, {error.msg}") from error
    return found


def _csv_rows(text: str, name: str) -> list[Mapping[str, Any]]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    if not {"SKOLENHETSKOD", "schoolUnitCode"} & set(reader.fieldnames or ()):
        raise UnreadableFileError(f"{name} has no column SKOLENHETSKOD or schoolUnitCode")
    return list(reader)


@dataclass(slots=True)
class Chunk:
    """What becomes of some rows: new units, and changed ones."""

    new: list[SchoolUnit] = field(default_factory=list)
    edits: list[tuple[SchoolUnit, tuple[FieldChange, ...]]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


async def _import_chunk(tx: Connection, register: Register, rows: list[Numbered], report: Report, day: OpenDay) -> None:
    """Sort a chunk's rows into new, changed and refused ones, and write them."""
    read = {number: unit for number, row in rows if (unit := _read(number, row, report))}
    types = await organizers.types(tx)
    places = frozenset(row["code"] for row in await reference.municipalities(tx))
    there = await units.many_for_update(tx, register.vault, sorted({unit.code for unit in read.values()}))
    chunk = Chunk()
    for number, unit in read.items():
        if refused := _refusal(number, unit, types.get(unit.public.organization_number), places, chunk):
            report.refused.append(refused)
        else:
            _sort(unit, there.get(unit.code), chunk, report)
    if chunk.new:
        await register_new(tx, register, chunk.new, BY, day)
    if chunk.edits:
        await save(tx, register, chunk.edits, BY, day)
    report.new += len(chunk.new)
    report.changed += len(chunk.edits)


def _refusal(
    number: int, unit: SchoolUnit, owner: OrganizerType | None, places: frozenset[str], chunk: Chunk
) -> Refused | None:
    """Why a row cannot be taken, or None."""
    if owner is None:
        return Refused(number, "organizer-unknown", f"no organizer {unit.public.organization_number}")
    if broken := broken_rules(editable(unit), owner, places):
        reason = "; ".join(f"{b.pointer}: {b.rule.sentence}" for b in broken)
        return Refused(number, broken[0].rule.code, reason)
    if unit.code in chunk.seen:
        return Refused(number, "code-twice", f"{unit.code} stands in an earlier row too")
    return None


def _sort(unit: SchoolUnit, there: UnitRow | None, chunk: Chunk, report: Report) -> None:
    chunk.seen.add(unit.code)
    if there is None:
        chunk.new.append(unit)
        return
    edited = replaced(there.unit, unit)
    if changed := changes_between(there.unit, edited):
        chunk.edits.append((edited, changed))
    else:
        report.unchanged += 1


def _read(number: int, row: Mapping[str, Any], report: Report) -> SchoolUnit | None:
    try:
        return unit_from(v2_names(row))
    except UnknownFormError as error:
        report.refused.append(Refused(number, "form-unknown", str(error)))
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        report.refused.append(Refused(number, "malformed", f"/{where}: {first['msg']}"))
    return None
