"""How the command shows what it found: as a table, as JSON lines or as CSV."""

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import typer

# What `sh` says of a program that was ended because nobody reads what it writes.
NOBODY_READS = 141
# Signs that move a terminal's cursor, or worse; and what a spreadsheet calculates, but for numbers below zero.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
FORMULA = re.compile(r"[=+@-](?!(?<=-)[0-9]+(\.[0-9]+)?$)")


class Form(StrEnum):
    """The forms of a list."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


# A column's name, and where its value lies.
Columns = dict[str, str]
UNIT: Columns = {
    "schoolUnitCode": "schoolUnitCode", "displayName": "displayName", "status": "status", "schoolTypes": "schoolTypes",
    "organizer": "organizer.displayName", "municipality": "municipality.displayName",
}  # fmt: skip
UNIT_IN_FULL: Columns = UNIT | {
    "organizationNumber": "organizer.organizationNumber", "municipalityCode": "municipality.municipalityCode",
    "countyCode": "county.countyCode", "county": "county.displayName",
    "latitude": "location.latitude", "longitude": "location.longitude",
}  # fmt: skip
DISTANCE: Columns = {"distance": "distance"}
CHANGE: Columns = {name: name for name in ("seq", "publicFrom", "type", "id", "what", "fields")}
# As wide as the longest of each, so that a line can be printed before the next one is known.
CHANGE_WIDTHS = (7, 10, 19, 21, 7, 0)
FILE: Columns = {name: name for name in ("name", "bytes", "title")}


def show(found: Iterable[Mapping[str, Any]], columns: Columns, form: Form, widths: Sequence[int] = ()) -> None:
    """Print a line each, as it comes; a table without `widths` when all have come."""
    if form == Form.JSON:
        for one in found:
            typer.echo(json.dumps(one, ensure_ascii=False))
        return
    rows = _rows(found, columns)
    if form == Form.CSV:
        for row in rows:
            csv.writer(sys.stdout).writerow(map(_harmless, row))
            sys.stdout.flush()
        return
    if not widths:
        rows = iter(kept := list(rows))
        widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def note(text: str) -> None:
    """Tell what is no part of the answer."""
    typer.echo(f"skolregister: {text}", err=True)


@contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Who stops reading (`| head`) ends the command without a word, as any other."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer is written at the interpreter's end: to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(NOBODY_READS) from None


def _rows(found: Iterable[Mapping[str, Any]], columns: Columns) -> Iterator[list[str]]:
    yield list(columns)
    for one in found:
        yield [_cell(one, path) for path in columns.values()]


def _cell(one: Mapping[str, Any], path: str) -> str:
    value: Any = one
    for key in path.split("."):
        value = (value or {}).get(key)
    text = " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return CONTROLS.sub(" ", text)


def _harmless(cell: str) -> str:
    """The cell so that a spreadsheet takes it for text and not for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if FORMULA.match(cell) else cell
