"""Importing a dump: row by row, in transactions of bounded size; what is refused is told with its reason."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Cause, Channel
from services.kernel.database import Connection
from services.registry.commands.register_day import open_day
from services.registry.commands.saving import register_new, save
from services.registry.domain.dumps import v2_names
from services.registry.domain.importing import Reference, RefusedError, taken
from services.registry.domain.register_day import OpenDay
from services.registry.domain.state import SchoolUnit
from services.registry.register import Register
from services.registry.store import organizers, reference, units
from services.registry.store.audit import Doer
from services.registry.store.units import UnitRow

BY = Doer("operator", "operator", Cause.IMPORT, Channel.FILE)
CHUNK = 500


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message says what is wrong."""


class Result(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """A row's fate. `reason`: for a changed unit its changed fields, for a refused row what is wrong."""

    number: int
    unit: str
    result: Result
    code: str = ""
    reason: str = ""

    def __str__(self) -> str:
        words = [f"row {self.number}", self.unit, self.result, *([f"{self.code}:"] if self.code else []), self.reason]
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows, in the file's order."""

    rows: list[Row] = field(default_factory=list)

    @property
    def told(self) -> list[Row]:
        """The rows that an operator wants to see: all but those that changed nothing."""
        return [row for row in self.rows if row.result is not Result.UNCHANGED]

    def table(self) -> Iterator[tuple[object, ...]]:
        """Every row with a heading, for a CSV file."""
        yield ("row", "schoolUnitCode", "result", "code", "reason")
        yield from ((row.number, row.unit, row.result.value, row.code, row.reason) for row in self.rows)

    def __str__(self) -> str:
        counts = Counter(row.result for row in self.rows)
        return ", ".join(f"{counts[result]} {result}" for result in Result) + "."


Numbered = tuple[int, Mapping[str, Any]]


async def import_file(register: Register, path: Path) -> Report:
    """Import a dump. A kill midway leaves whole rows only, and importing again completes it.

    Raises UnreadableFileError before anything is written.
    """
    rows = list(rows_of(path))
    report, seen = Report(), set[str]()
    for start in range(0, len(rows), CHUNK):
        async with open_day(register) as (tx, day):
            done = await _import_chunk(tx, register, rows[start : start + CHUNK], seen, day)
        report.rows.extend(done)
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
        found = _listed(found)
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise UnreadableFileError(f"{name} is JSON, but not a list of school units")
    return found


def _listed(answer: Mapping[str, Any]) -> Any:
    """The rows of a list that v1 or v2 answered; of anything else, the one unit that it is."""
    data = answer.get("data")
    if isinstance(data, Mapping) and isinstance(data.get("attributes"), list):
        return data["attributes"]
    return answer.get("Skolenheter") or [answer]


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


async def _import_chunk(
    tx: Connection, register: Register, rows: list[Numbered], seen: set[str], day: OpenDay
) -> list[Row]:
    """Write what a chunk's rows say, and tell what became of each."""
    named = [(number, v2_names(row) or {}) for number, row in rows]
    codes = sorted({row["schoolUnitCode"] for _, row in named if isinstance(row.get("schoolUnitCode"), str)})
    places = frozenset(row["code"] for row in await reference.municipalities(tx))
    known = Reference(await organizers.types(tx), places)
    chunk = Chunk(await units.many_for_update(tx, register.vault, codes), known, seen)
    done = [chunk.take(number, row) for number, row in named]
    written = await register_new(tx, register, chunk.new, BY, day)
    await save(tx, register, chunk.edits, BY, day)
    return [_lost(row) if row.result is Result.NEW and row.unit not in written else row for row in done]


def _lost(row: Row) -> Row:
    return replace(row, result=Result.REFUSED, code="code-taken", reason="the code was taken meanwhile: import again")


@dataclass(slots=True)
class Chunk:
    """Some rows being sorted into new units and changed ones, beside the units that are there."""

    there: Mapping[str, UnitRow]
    reference: Reference
    seen: set[str]
    new: list[SchoolUnit] = field(default_factory=list)
    edits: list[tuple[SchoolUnit, tuple[FieldChange, ...]]] = field(default_factory=list)

    def take(self, number: int, row: Mapping[str, Any]) -> Row:
        """Take one row in v2's names; a row of no known form has none."""
        code = str(row.get("schoolUnitCode") or "")
        try:
            return self._taken(number, code, row)
        except RefusedError as error:
            return Row(number, code, Result.REFUSED, error.code, error.reason)

    def _taken(self, number: int, code: str, row: Mapping[str, Any]) -> Row:
        if not row:
            raise RefusedError("form-unknown", "neither a v1 nor a v2 school unit, nor a row of the extract")
        if code in self.seen:
            raise RefusedError("code-twice", "the unit stands in an earlier row too")
        there = self.there.get(code)
        unit, changed = taken(row, there.unit if there else None, self.reference)
        self.seen.add(code)
        if there is None:
            self.new.append(unit)
            return Row(number, code, Result.NEW)
        if not changed:
            return Row(number, code, Result.UNCHANGED)
        self.edits.append((unit, changed))
        return Row(number, code, Result.CHANGED, reason=", ".join(change.field for change in changed))
