"""Splitting, merging and forming units anew: pure functions (spec/domain.md, Omorganisation; ADR 0015)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import OrganizerType, SchoolUnitCode, Status
from services.registry.domain import units
from services.registry.domain.changes import changes_between
from services.registry.domain.processes import IN_OTHER_PROCESS
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.state import EditableFields, SchoolUnit, Surroundings

SOURCE = "domain.md, Omorganisation; ADR 0015"
EFFECTIVE_TO_COME = Rule("effective-date-to-come", "A reorganisation takes effect on a day to come", SOURCE)
SOURCES_NEEDED = Rule("reorganisation-sources-needed", "At least one unit is reorganised", SOURCE)
RESULTS_NEEDED = Rule("reorganisation-results-needed", "At least one new unit comes of it", SOURCE)
ONE_TO_ONE = Rule("reorganisation-one-to-one", "One unit that becomes one is edited, not reorganised", SOURCE)
MOST_UNITS = Rule("reorganisation-too-many", "A reorganisation has no more units on a side", "ours: one transaction")
SOURCE_NOT_OWN = Rule("source-not-own", "Only the organizer's own units can be reorganised", SOURCE)
SOURCE_NOT_OPEN = Rule("source-not-in-operation", "Only an active or a dormant unit can be reorganised", SOURCE)
RESULT_NAME_TWICE = Rule("result-name-twice", "Each new unit needs a name of its own", "ours: people tell them apart")
NOT_A_SOURCE = Rule("carried-from-not-source", "Data are carried over from a unit that is reorganised", SOURCE)
NOT_PLANNED = Rule("reorganisation-not-planned", "It has taken effect or is undone, and stays as it is", SOURCE)

MOST = 50
IN_OPERATION = frozenset({Status.AKTIV, Status.VILANDE})
Edited = tuple[SchoolUnit, tuple[FieldChange, ...]]


class State(StrEnum):
    """Where a reorganisation stands."""

    PLANNED = "planned"
    UNDONE = "undone"
    EFFECTIVE = "effective"


class Kind(StrEnum):
    """How many become how many."""

    SPLIT = "split"
    MERGE = "merge"
    REFORM = "reform"


@dataclass(frozen=True, slots=True)
class Result:
    """A new unit, and the source whose head teacher's protected data it took over."""

    code: str
    carried_from: str | None = None


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """Units that close and units that are new, on one day."""

    reorganisation_id: str
    organizer: str
    version: int
    state: State
    effective_date: date
    reason: str
    planned_on: date
    sources: tuple[str, ...]
    results: tuple[Result, ...]

    @property
    def aggregate(self) -> str:
        return f"reorganisation/{self.reorganisation_id}"

    @property
    def result_codes(self) -> tuple[str, ...]:
        return tuple(result.code for result in self.results)

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.sources, *self.result_codes)

    @property
    def kind(self) -> Kind:
        return kind_of(len(self.sources), len(self.results))


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What a resulting unit shall be."""

    fields: EditableFields
    carried_from: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan stands on: the sources as they are (own ones only), who is busy, the organizer, the open day."""

    sources: Mapping[str, SchoolUnit]
    busy: Mapping[str, str]
    organizer: str
    organizer_type: OrganizerType
    municipalities: frozenset[str]
    day: date


def kind_of(sources: int, results: int) -> Kind:
    """One becomes several, several become one, several become several."""
    if sources == 1:
        return Kind.SPLIT
    return Kind.MERGE if results == 1 else Kind.REFORM


def planned_units(
    asked: Sequence[str], new: Sequence[NewUnit], codes: Sequence[str], effective: date, ground: Ground
) -> list[SchoolUnit]:
    """The resulting units, planned from the effective date. Raises RulesBrokenError with every rule broken."""
    broken = [*_day(effective, ground.day), *_sizes(asked, new), *_sources(asked, ground), *_names(new)]
    made: list[SchoolUnit] = []
    for place, (code, wanted) in enumerate(zip(codes, new, strict=True)):
        if wanted.carried_from is not None and wanted.carried_from not in asked:
            broken.append(NOT_A_SOURCE.broken_at(f"/results/{place}/carriedFrom", unit=wanted.carried_from))
        try:
            made.append(_planned(code, wanted, effective, ground))
        except RulesBrokenError as error:
            broken += [replace(b, pointer=f"/results/{place}/unit{b.pointer}") for b in error.broken]
    if broken:
        raise RulesBrokenError(broken)
    return made


def closed(unit: SchoolUnit, day: date) -> Edited:
    """A source on the effective date: it closes, and its code is never used again."""
    return _with(unit, status=Status.UPPHORT, end_date=day)


def withdrawn(unit: SchoolUnit, day: date) -> Edited:
    """A result whose reorganisation is undone: it never starts, and its code is never used again."""
    return _with(unit, status=Status.UPPHORT, start_date=None, end_date=day)


def moved(unit: SchoolUnit, start: date) -> Edited:
    """A result that starts on another day."""
    return _with(unit, start_date=start)


def with_code(unit: SchoolUnit, code: str) -> SchoolUnit:
    """A new unit with another code than the one drawn first."""
    return replace(unit, public=unit.public.model_copy(update={"school_unit_code": SchoolUnitCode(code)}))


def changed_plan(plan: Reorganisation, effective: date, reason: str, day: date) -> Reorganisation:
    """The plan with another day or reason; the same object when nothing differs. Raises RulesBrokenError."""
    _only_planned(plan)
    if broken := _day(effective, day):
        raise RulesBrokenError(broken)
    if (effective, reason) == (plan.effective_date, plan.reason):
        return plan
    return replace(plan, effective_date=effective, reason=reason, version=plan.version + 1)


def undone(plan: Reorganisation) -> Reorganisation:
    """The plan taken back. Raises RulesBrokenError when it has taken effect or is undone already."""
    _only_planned(plan)
    return replace(plan, state=State.UNDONE, version=plan.version + 1)


def effective(plan: Reorganisation) -> Reorganisation:
    """The plan on its day."""
    return replace(plan, state=State.EFFECTIVE, version=plan.version + 1)


def changes_of(before: Reorganisation | None, after: Reorganisation) -> tuple[FieldChange, ...]:
    """What changed of the plan itself, for its history."""
    old, new = _flat(before) if before else {}, _flat(after)
    return tuple(
        FieldChange(field=name, before=old.get(name), after=value) for name, value in new.items()
        if old.get(name) != value
    )  # fmt: skip


def _flat(plan: Reorganisation) -> dict[str, object]:
    return {
        "state": plan.state.value,
        "effectiveDate": plan.effective_date.isoformat(),
        "reason": plan.reason or None,
        "sources": list(plan.sources),
        "results": list(plan.result_codes),
    }


def _only_planned(plan: Reorganisation) -> None:
    if plan.state is not State.PLANNED:
        raise RulesBrokenError([NOT_PLANNED.broken_at("/state", state=plan.state.value)])


def _day(effective: date, day: date) -> list[Broken]:
    return [] if effective > day else [EFFECTIVE_TO_COME.broken_at("/effectiveDate", day=day.isoformat())]


def _sizes(asked: Sequence[str], new: Sequence[NewUnit]) -> list[Broken]:
    if not asked:
        return [SOURCES_NEEDED.broken_at("/sources")]
    if not new:
        return [RESULTS_NEEDED.broken_at("/results")]
    if len(asked) == len(new) == 1:
        return [ONE_TO_ONE.broken_at("/results")]
    sides = (("/sources", asked), ("/results", new))
    return [MOST_UNITS.broken_at(pointer, most=MOST) for pointer, side in sides if len(side) > MOST]


def _sources(asked: Sequence[str], ground: Ground) -> list[Broken]:
    broken = []
    for code in asked:
        unit = ground.sources.get(code)
        if unit is None:
            broken.append(SOURCE_NOT_OWN.broken_at("/sources", unit=code))
        elif unit.public.status not in IN_OPERATION:
            broken.append(SOURCE_NOT_OPEN.broken_at("/sources", unit=code, status=unit.public.status.value))
        elif process := ground.busy.get(code):
            broken.append(IN_OTHER_PROCESS.broken_at("/sources", unit=code, process=process))
    return broken


def _names(new: Sequence[NewUnit]) -> list[Broken]:
    seen: set[str] = set()
    broken = []
    for place, wanted in enumerate(new):
        name = " ".join(wanted.fields.display_name.split()).casefold()
        if name and name in seen:
            broken.append(RESULT_NAME_TWICE.broken_at(f"/results/{place}/unit/displayName"))
        seen.add(name)
    return broken


def _planned(code: str, wanted: NewUnit, effective: date, ground: Ground) -> SchoolUnit:
    """A result; its head teacher's number goes along where the same head teacher is named in both."""
    around = Surroundings(ground.organizer_type, ground.municipalities)
    # The date is checked once for all of them, not once for each: here any day will do.
    unit = units.plan(code, ground.organizer, effective, wanted.fields, around, day=date.min)
    source = ground.sources.get(wanted.carried_from or "")
    is_given = wanted.fields.head_master_personal_identity_number is not None
    head = unit.public.head_master
    if source is None or is_given or not head or head != source.public.head_master:
        return unit
    number = source.private.personal_identity_number
    return replace(unit, private=replace(unit.private, personal_identity_number=number))


def _with(unit: SchoolUnit, **values: object) -> Edited:
    edited = replace(unit, public=unit.public.model_copy(update=values), version=unit.version + 1)
    return edited, changes_between(unit, edited)
