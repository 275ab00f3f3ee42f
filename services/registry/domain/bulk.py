"""Many school units by one file: each row is checked against the unit as it stands (docs/adr/0020)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import OrganizerType
from services.registry.domain.bulk_columns import BY_NAME, CODE, VERSION, UnknownValueError, cells_of, intent
from services.registry.domain.bulk_words import in_codes
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.state import SchoolUnit, Surroundings
from services.registry.domain.units import edit

OURS = "ours: docs/adr/0020"
UNIT_UNKNOWN = Rule("file-unit-unknown", "The organizer has no such school unit", OURS)
UNIT_TWICE = Rule("file-unit-twice", "The school unit stands in an earlier row too", OURS)
ROW_OUTDATED = Rule("file-row-outdated", "The school unit was changed after the file was made", OURS)
VERSION_FORM = Rule("file-version-form", "A row that changes something has the version that it was made from", OURS)
VALUE_UNKNOWN = Rule("file-value-unknown", "The column has no such value", OURS)
FORMULA = Rule("file-formula", "A cell has a formula where a value shall be", OURS)
ROW_CELLS = Rule("file-row-cells", "The row has more or fewer cells than the heading", OURS)
CHANGES_NOTHING = Rule("file-changes-nothing", "The file changes nothing, or has errors", OURS)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file. `place`: as a spreadsheet counts. `formulas`: columns whose cell is one; `whole`: not cut."""

    place: int
    cells: Mapping[str, str]
    formulas: Sequence[str] = ()
    whole: bool = True

    @property
    def code(self) -> str:
        """The school unit code; empty where the cell has none. What else stands there may be anything."""
        text = self.cells.get(CODE, "").strip()
        return text if re.fullmatch(r"[0-9]{8}", text, re.ASCII) else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row comes to: a unit as it shall be with its changes, or what is wrong. Neither: it changes nothing."""

    edited: SchoolUnit | None = None
    changed: tuple[FieldChange, ...] = ()
    broken: tuple[Broken, ...] = ()


def outcome(row: Row, unit: SchoolUnit | None, organizer: OrganizerType, municipalities: frozenset[str]) -> Outcome:
    """Check a row against its unit; None where the organizer has no such unit."""
    if broken := _of_the_row(row, unit):
        return Outcome(broken=tuple(broken))
    if unit is None or not (cells := _changed_cells(row, unit)):
        return Outcome()
    try:
        edited, changed = edit(unit, intent(unit, cells), Surroundings(organizer, municipalities))
    except UnknownValueError as error:
        return Outcome(broken=(VALUE_UNKNOWN.broken_at(f"/{error.args[0]}"),))
    except RulesBrokenError as error:
        return Outcome(broken=tuple(error.broken))
    if changed and (stale := _version(row, unit)):
        return Outcome(broken=(stale,))
    return Outcome(edited, changed) if changed else Outcome()


def column_of(pointer: str) -> str:
    """The column that a rule's pointer means: the nearest below it; the unit's code where none is."""
    path = pointer.removeprefix("/")
    below = (name for name in BY_NAME if name == path or name.startswith(f"{path}/"))
    return next(below, CODE)


def municipality_codes(rows: Sequence[Row], units: Sequence[SchoolUnit]) -> set[str]:
    """Every municipality that the rows and the units name."""
    named = {row.cells.get("municipalityCode", "").strip() for row in rows}
    named |= {unit.public.municipality_code or "" for unit in units}
    return {code for code in named if re.fullmatch(r"[0-9]{4}", code, re.ASCII)}


def _of_the_row(row: Row, unit: SchoolUnit | None) -> list[Broken]:
    if not row.whole:
        return [ROW_CELLS.broken_at(f"/{CODE}")]
    if row.formulas:
        return [FORMULA.broken_at(f"/{name}") for name in row.formulas]
    return [UNIT_UNKNOWN.broken_at(f"/{CODE}")] if unit is None else []


def _changed_cells(row: Row, unit: SchoolUnit) -> dict[str, str]:
    """Most rows of a file that was downloaded and sent back say what stands already, and most cells of the others."""
    now = cells_of(unit)
    said = {name: _said(name, text.strip()) for name, text in row.cells.items() if name not in (CODE, VERSION)}
    return {name: text for name, text in said.items() if text != now[name]}


def _said(name: str, text: str) -> str:
    return in_codes(text) if BY_NAME[name].has_words else text


def _version(row: Row, unit: SchoolUnit) -> Broken | None:
    text = row.cells.get(VERSION, "").strip()
    if not (text.isascii() and text.isdigit()):
        return VERSION_FORM.broken_at(f"/{VERSION}")
    return None if text.lstrip("0") == str(unit.version) else ROW_OUTDATED.broken_at(f"/{VERSION}")
