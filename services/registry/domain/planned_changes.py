"""A change that is to take effect on a day to come: what it is, what it meets, and what it does on its day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Status
from services.registry.domain import units
from services.registry.domain.changes import PERSONAL_IDENTITY_NUMBER, WORK_EMAIL, changes_between, flat
from services.registry.domain.checks import broken_rules
from services.registry.domain.normal import normalised
from services.registry.domain.paths import with_values
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.state import EditableFields, HeadTeacherPrivate, SchoolUnit, Surroundings
from services.registry.domain.transitions import OURS, moved, refusal
from services.registry.domain.units import editable

DAY_TO_COME = Rule("day-to-come-needed", "A planned change is for a day to come", OURS)
SAME_FIELD = Rule("planned-same-field", "Another planned change has the same field on the same day", OURS)
NOTHING_PLANNED = Rule("nothing-to-plan", "It would change nothing", OURS)
STATUS_HAS_NO_FIELDS = Rule("planned-status-has-no-fields", "A planned status has a day alone", OURS)
NOT_OPEN = Rule("planned-change-over", "The planned change is over", OURS)
STATUS = "status"
Private = Mapping[str, str]
"""The head teacher's protected fields that are planned, by name; an empty text removes one."""


class State(StrEnum):
    """Where a planned change is in its life."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"
    HINDERED = "hindered"


OPEN = frozenset({State.PLANNED, State.HINDERED})
"""The states in which it can be edited and cancelled."""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What shall differ from its day, and nothing else. `base_version`: the unit's that it was planned from.

    A change has fields of the unit's form, or a status. `told`: the fields whose conflict has been told of.
    `ended_with`: the unit's version that closed the unit and cancelled it.
    """

    id: UUID
    version: int
    code: str
    day: date
    state: State
    changed: tuple[FieldChange, ...]
    private: Private
    base_version: int
    planned_by: str
    planned_role: str
    planned_at: datetime
    reason: str | None = None
    hindered_by: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    ended_with: int | None = None

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(change.field for change in self.changed)

    @property
    def status(self) -> Status | None:
        """The status that it sets, if it does."""
        return next((Status(change.after) for change in self.changed if change.field == STATUS), None)


def difference(
    unit: SchoolUnit, expected: SchoolUnit, intent: EditableFields, around: Surroundings
) -> tuple[tuple[FieldChange, ...], Private]:
    """What an edit of the unit as it stands alters; the values before are those expected on the day.

    Raises RulesBrokenError, also when it alters nothing.
    """
    edited, changed = units.edit(unit, intent, around)
    if not changed:
        raise RulesBrokenError([NOTHING_PLANNED.broken_at("")])
    then = flat(expected.public)
    values = {PERSONAL_IDENTITY_NUMBER: edited.private.personal_identity_number, WORK_EMAIL: edited.private.work_email}
    private = {change.field: values[change.field] or "" for change in changed if change.protected}
    return tuple(c if c.protected else c.model_copy(update={"before": then.get(c.field)}) for c in changed), private


def kept(intent: EditableFields, change: PlannedChange) -> EditableFields:
    """The form with the protected values that are planned already, where it says nothing of them."""
    values = {
        "head_master_personal_identity_number": change.private.get(PERSONAL_IDENTITY_NUMBER),
        "head_master_work_email": change.private.get(WORK_EMAIL),
    }
    return intent.model_copy(update={name: text for name, text in values.items() if getattr(intent, name) is None})


def status_change(expected: SchoolUnit, target: Status, day: date) -> tuple[FieldChange, ...]:
    """What another status from a day alters of the unit as it is expected then. Raises RulesBrokenError."""
    return moved(expected, target, day)[1]


def broken_by_day(day: date, today: date, fields: Iterable[str], others: Iterable[PlannedChange]) -> list[Broken]:
    """What is wrong with a day for a change of these fields, beside the unit's other planned changes."""
    broken = [] if day > today else [DAY_TO_COME.broken_at("/on", day=today.isoformat())]
    taken = {field for other in others if other.day == day for field in other.fields}
    return broken + [SAME_FIELD.broken_at("/on", field=field) for field in sorted(set(fields) & taken)]


def effect(unit: SchoolUnit, change: PlannedChange, around: Surroundings) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """The unit once the change has taken effect on it: the planned fields on top of what stands.

    No changes, and the same version, when all of it stands already. Raises RulesBrokenError.
    """
    if unit.public.status is Status.UPPHORT:
        raise RulesBrokenError([units.CLOSED_IS_FINAL.broken_at("/status")])
    if change.status and (rule := refusal(unit.public.status, change.status)):
        raise RulesBrokenError([rule.broken_at("/to")])
    after = with_planned(unit, change)
    if change.status is None:
        intent = normalised(editable(after))
        if broken := broken_rules(intent, around.organizer_type, around.municipalities):
            raise RulesBrokenError(broken)
    after = replace(after, version=unit.version + 1)
    changed = changes_between(unit, after)
    return (after, changed) if changed else (unit, ())


def expected(unit: SchoolUnit, changes: Iterable[PlannedChange], day: date) -> SchoolUnit:
    """The unit as it will be just before a day's own changes, as far as is known: those of earlier days are in effect.

    A planned unit that starts earlier is active then.
    """
    earlier = [change for change in in_order(changes) if change.state is State.PLANNED and change.day < day]
    for change in earlier:
        unit = with_planned(_started(unit, change.day), change)
    return _started(unit, day)


def conflicts(change: PlannedChange, unit: SchoolUnit, others: Iterable[PlannedChange]) -> list[str]:
    """The fields where something else stands than what the change was planned from, and than what it will set.

    A protected field, whose value is not kept, is one once it has been told that it was altered.
    """
    then = flat(expected(unit, (other for other in others if other.id != change.id), change.day).public)
    return [
        c.field
        for c in change.changed
        if (c.field in change.told if c.protected else then.get(c.field) not in (c.before, c.after))
    ]


def in_order(changes: Iterable[PlannedChange]) -> list[PlannedChange]:
    """The order in which they take effect."""
    return sorted(changes, key=lambda change: (change.day, change.planned_at, change.id))


def with_planned(unit: SchoolUnit, change: PlannedChange) -> SchoolUnit:
    """The unit with the planned values, whatever rules say."""
    public = with_values(unit.public, {c.field: c.after for c in change.changed if not c.protected})
    number = change.private.get(PERSONAL_IDENTITY_NUMBER)
    work_email = change.private.get(WORK_EMAIL)
    private = HeadTeacherPrivate(
        unit.private.personal_identity_number if number is None else number or None,
        unit.private.work_email if work_email is None else work_email or None,
    )
    return replace(unit, public=public, private=private)


def _started(unit: SchoolUnit, day: date) -> SchoolUnit:
    start = unit.public.start_date
    if unit.public.status is not Status.PLANERAD or start is None or start >= day:
        return unit
    return replace(unit, public=unit.public.model_copy(update={"status": Status.AKTIV}))


def together(groups: Sequence[PlannedChange]) -> dict[str, list[PlannedChange]]:
    """Planned changes by unit."""
    found: dict[str, list[PlannedChange]] = {}
    for change in groups:
        found.setdefault(change.code, []).append(change)
    return found
