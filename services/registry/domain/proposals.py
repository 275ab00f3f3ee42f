"""What is proposed for the units that come of a reorganisation: carried over from the sources, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.contracts.registry import SchoolTypeProperties
from services.contracts.vocabulary import SchoolType
from services.registry.domain.changes import differences, flat
from services.registry.domain.normal import normalised
from services.registry.domain.state import EditableFields, SchoolUnit
from services.registry.domain.units import editable

NOT_CARRIED = frozenset({"schoolUnitCode", "organizationNumber", "status", "startdate", "endDate"})
PRIVATE = {"head_master_personal_identity_number", "head_master_work_email"}


@dataclass(frozen=True, slots=True)
class Proposed:
    """Fields for one result.

    `origins`: the sources that have the proposed value, by the field's path. `differing`: each source's value, where
    they have several. `carried_from`: whose head teacher, with what is protected, is proposed.
    """

    fields: EditableFields
    carried_from: str | None
    origins: Mapping[str, list[str]]
    differing: Mapping[str, Mapping[str, Any]]


def proposals(sources: Sequence[SchoolUnit], results: int) -> list[Proposed]:
    """One for each result. Each takes after one source, in turn; what that one lacks comes from the next that has it.

    One result of several gets all their school types together. Several results of one get no name: each needs its own.
    """
    return [_proposed(sources, place, results) for place in range(results)] if sources else []


def _proposed(sources: Sequence[SchoolUnit], place: int, results: int) -> Proposed:
    first = place % len(sources)
    ordered = [*sources[first:], *sources[:first]]
    known = [editable(unit) for unit in ordered]
    values: dict[str, Any] = {}
    for name in EditableFields.model_fields:
        held = [value for fields in known if (value := getattr(fields, name)) not in (None, "", ())]
        values |= {name: held[0]} if held else {}
    if results == 1:
        values |= _together(ordered)
    elif results > len(sources) or place >= len(sources):
        values["display_name"] = ""
    head = next((unit for unit in ordered if unit.public.head_master), None)
    # The head teacher's address goes with the name, never from another school's head teacher.
    values["head_master_work_email"] = head.private.work_email if head else None
    fields = normalised(EditableFields.model_validate({"display_name": ""} | values))
    return Proposed(fields, str(head.code) if head else None, *_compared(fields, sources))


def _together(sources: Sequence[SchoolUnit]) -> dict[str, Any]:
    """All school types of all, and of each type all details."""
    held = {school_type for unit in sources for school_type in unit.public.school_types}
    types = tuple(each for each in SchoolType if each in held)
    details: dict[str, dict[str, Any]] = {}
    for unit in sources:
        for name, found in unit.public.school_type_properties.model_dump(exclude_none=True).items():
            for part, value in found.items():
                known = details.setdefault(name, {})
                is_list = isinstance(value, list | tuple)
                known[part] = [*dict.fromkeys([*known.get(part, ()), *value])] if is_list else known.get(part, value)
    return {"school_types": types, "school_type_properties": SchoolTypeProperties.model_validate(details)}


def _compared(
    fields: EditableFields, sources: Sequence[SchoolUnit]
) -> tuple[dict[str, list[str]], dict[str, dict[str, Any]]]:
    """Which sources have the proposed values, and where sources differ."""
    body = fields.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=PRIVATE)
    mine = {change.field: change.after for change in differences({}, body)}
    theirs = {str(unit.code): {k: v for k, v in flat(unit.public).items() if k not in NOT_CARRIED} for unit in sources}
    origins = {path: [code for code, held in theirs.items() if _has(held.get(path), value)]
               for path, value in mine.items()}  # fmt: skip
    paths = dict.fromkeys(path for held in theirs.values() for path in held)
    held_by = {path: {code: held.get(path) for code, held in theirs.items()} for path in paths}
    differing = {path: values for path, values in held_by.items() if _differ([*values.values()])}
    return origins, differing


def _has(held: Any, value: Any) -> bool:
    """Whether a source has the value, or of several words some."""
    if isinstance(held, list) and isinstance(value, list):
        return bool(set(held) & set(value))
    return bool(held == value)


def _differ(values: list[Any]) -> bool:
    return any(value != values[0] for value in values)
