"""A unit's life: every allowed change of status, as one table (docs/architecture/unit-status.md shows it)."""

from dataclasses import dataclass, replace
from datetime import date

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Status
from services.registry.domain.changes import changes_between
from services.registry.domain.rules import Rule, RulesBrokenError
from services.registry.domain.state import SchoolUnit
from services.registry.domain.units import CLOSED_IS_FINAL, START_IN_FUTURE

OURS = "docs/adr/0014-a-units-life-and-dated-changes.md"
STATUS_ALREADY = Rule("status-already", "The school unit has that status already", OURS)
PLANNED_STATUS = Rule("planned-unit-status", "A planned school unit starts on its day or is withdrawn", OURS)
STATUS_NOT_ALLOWED = Rule("status-not-allowed", "A school unit cannot go from its status to that one", OURS)
ONLY_PLANNED = Rule("only-planned-unit", "Only a planned school unit has a start that can be altered", OURS)
DAY_PAST = Rule("day-in-past", "The day is over", OURS)


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change of status. `source` None: the unit is new. `by`: the command, or what makes it happen."""

    source: Status | None
    target: Status
    by: str
    when: str


TRANSITIONS = (
    Transition(None, Status.PLANERAD, "plan", "at once; the unit starts on a day to come"),
    Transition(Status.PLANERAD, Status.AKTIV, "start date", "by itself, when the start date begins"),
    Transition(Status.PLANERAD, Status.UPPHORT, "withdrawal", "at once; the unit never starts"),
    Transition(Status.AKTIV, Status.VILANDE, "status", "at once, or on a day to come"),
    Transition(Status.VILANDE, Status.AKTIV, "status", "at once, or on a day to come"),
    Transition(Status.AKTIV, Status.UPPHORT, "status", "at once, or on a day to come; sets the end date"),
    Transition(Status.VILANDE, Status.UPPHORT, "status", "at once, or on a day to come; sets the end date"),
)
"""Beside these, a correction brings back the status that is public today, from any that was set today."""
CHOSEN = frozenset((each.source, each.target) for each in TRANSITIONS if each.by == "status")


def choices(status: Status) -> list[Status]:
    """The statuses that an organizer may choose next."""
    return [each.target for each in TRANSITIONS if each.by == "status" and each.source is status]


def refusal(source: Status, target: Status) -> Rule | None:
    """The rule that forbids choosing a status; None: it is allowed."""
    if (source, target) in CHOSEN:
        return None
    if source is Status.UPPHORT:
        return CLOSED_IS_FINAL
    if source is Status.PLANERAD:
        return PLANNED_STATUS
    return STATUS_ALREADY if source is target else STATUS_NOT_ALLOWED


def moved(unit: SchoolUnit, target: Status, day: date) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """The unit with another status from a day; closed, the day is its last. Raises RulesBrokenError."""
    if rule := refusal(unit.public.status, target):
        raise RulesBrokenError([rule.broken_at("/to")])
    return _with(unit, status=target, **({"end_date": day} if target is Status.UPPHORT else {}))


def withdrawn(unit: SchoolUnit, day: date) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """A planned unit that never starts: closed, without a start date. Its code is not used again."""
    _only_planned(unit)
    return _with(unit, status=Status.UPPHORT, start_date=None, end_date=day)


def rescheduled(unit: SchoolUnit, start: date, day: date) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """A planned unit that starts on another day to come. Unchanged, without changes, when it is the same day."""
    _only_planned(unit)
    if start <= day:
        raise RulesBrokenError([START_IN_FUTURE.broken_at("/startdate", day=day.isoformat())])
    edited, changed = _with(unit, start_date=start)
    return (edited, changed) if changed else (unit, ())


def as_markdown() -> str:
    """The table as the documentation shows it."""
    rows = [f"| {_name(t.source)} | {_name(t.target)} | {t.by} | {t.when} |" for t in TRANSITIONS]
    return "\n".join(["| from | to | by | when |", "|---|---|---|---|", *rows])


def _name(status: Status | None) -> str:
    return f"`{status}`" if status else "–"


def _only_planned(unit: SchoolUnit) -> None:
    if unit.public.status is Status.UPPHORT:
        raise RulesBrokenError([CLOSED_IS_FINAL.broken_at("/status")])
    if unit.public.status is not Status.PLANERAD:
        raise RulesBrokenError([ONLY_PLANNED.broken_at("/status")])


def _with(unit: SchoolUnit, **values: object) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    edited = replace(unit, public=unit.public.model_copy(update=values), version=unit.version + 1)
    return edited, changes_between(unit, edited)
