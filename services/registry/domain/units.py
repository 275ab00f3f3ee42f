"""What editing a school unit means: pure functions from one state to the next (spec/domain.md, Skolenhet)."""

from dataclasses import replace
from datetime import date

from services.contracts.registry import FieldChange, PublicUnit
from services.contracts.vocabulary import MunicipalityCode, Status
from services.registry.domain.changes import PERSONAL_IDENTITY_NUMBER, WORK_EMAIL, changes_between, flat
from services.registry.domain.checks import broken_rules
from services.registry.domain.normal import normalised
from services.registry.domain.rules import Rule, RulesBrokenError
from services.registry.domain.state import EditableFields, HeadTeacherPrivate, SchoolUnit, Surroundings

CLOSED_IS_FINAL = Rule("closed-unit-is-final", "A closed school unit cannot be edited", "domain.md, Skolenhet")
ORGANIZER_ENDED = Rule("organizer-ended", "An organizer that has ended gets no new units", "docs/adr/0016")
START_IN_FUTURE = Rule("start-date-in-future", "A planned school unit starts on a day to come", "domain.md, Skolenhet")


def edit(unit: SchoolUnit, intent: EditableFields, around: Surroundings) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """Apply an edit. Gives the unit unchanged and no changes when it alters nothing.

    Raises RulesBrokenError with every rule that the new state breaks.
    """
    if unit.public.status is Status.UPPHORT:
        raise RulesBrokenError([CLOSED_IS_FINAL.broken_at("/status")])
    intent = normalised(intent)
    if broken := broken_rules(intent, around.organizer_type, around.municipalities):
        raise RulesBrokenError(broken)
    edited = replace(
        unit, public=_public(unit.public, intent), private=_private(unit.private, intent), version=unit.version + 1
    )
    changed = changes_between(unit, edited)
    return (edited, changed) if changed else (unit, ())


def plan(
    code: str, organization_number: str, start: date, intent: EditableFields, around: Surroundings, *, day: date
) -> SchoolUnit:
    """A new unit that will start on a day to come (PLANERAD). Raises RulesBrokenError."""
    intent = normalised(intent)
    broken = broken_rules(intent, around.organizer_type, around.municipalities)
    if start <= day:
        broken.append(START_IN_FUTURE.broken_at("/startdate", day=day.isoformat()))
    if broken:
        raise RulesBrokenError(broken)
    empty = PublicUnit.model_validate(
        {"schoolUnitCode": code, "organizationNumber": organization_number, "displayName": intent.display_name,
         "status": Status.PLANERAD, "startdate": start}
    )  # fmt: skip
    return SchoolUnit(_public(empty, intent), _private(HeadTeacherPrivate(), intent), version=1)


def first_values(unit: SchoolUnit) -> tuple[FieldChange, ...]:
    """All that a new unit has, beside its code, as changes from nothing."""
    values = {name: value for name, value in flat(unit.public).items() if name not in ("schoolUnitCode", "status")}
    protected = {PERSONAL_IDENTITY_NUMBER: unit.private.personal_identity_number, WORK_EMAIL: unit.private.work_email}
    return (
        *(FieldChange(field=name, after=value) for name, value in values.items()),
        *(FieldChange(field=name, protected=True) for name, value in protected.items() if value),
    )


def opened(unit: SchoolUnit) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """A planned unit on its start date: active from this day."""
    active = replace(unit, public=unit.public.model_copy(update={"status": Status.AKTIV}), version=unit.version + 1)
    return active, changes_between(unit, active)


def checked(unit: SchoolUnit, around: Surroundings) -> SchoolUnit:
    """The unit with each value written the one way. Raises RulesBrokenError."""
    intent = normalised(editable(unit))
    if broken := broken_rules(intent, around.organizer_type, around.municipalities):
        raise RulesBrokenError(broken)
    return replace(unit, public=_public(unit.public, intent))


def editable(unit: SchoolUnit) -> EditableFields:
    """The unit's editable fields as they stand, for a form. The identity number is never handed out."""
    known = unit.public.model_dump(include=set(EditableFields.model_fields))
    return EditableFields.model_validate(known | {"head_master_work_email": unit.private.work_email})


def _public(public: PublicUnit, intent: EditableFields) -> PublicUnit:
    fields = set(EditableFields.model_fields) & set(PublicUnit.model_fields)
    values = {name: getattr(intent, name) for name in fields}
    if intent.municipality_code is not None:
        values["municipality_code"] = MunicipalityCode(intent.municipality_code)
    return public.model_copy(update=values)


def _private(private: HeadTeacherPrivate, intent: EditableFields) -> HeadTeacherPrivate:
    number, work_email = intent.head_master_personal_identity_number, intent.head_master_work_email
    return HeadTeacherPrivate(
        private.personal_identity_number if number is None else number or None,
        private.work_email if work_email is None else work_email or None,
    )
