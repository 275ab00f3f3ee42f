"""Taking back what was done to a unit today, before it is public."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import ProcessType
from services.registry.domain.changes import changes_between
from services.registry.domain.paths import with_values
from services.registry.domain.rules import Rule, RulesBrokenError
from services.registry.domain.state import SchoolUnit
from services.registry.domain.transitions import OURS

NOTHING_TO_CORRECT = Rule("nothing-to-correct", "Nothing of the unit was changed today", OURS)
PART_OF_PROCESS = Rule("correction-part-of-process", "What was changed is part of a larger undertaking", OURS)
WHOLE = frozenset({ProcessType.REORGANISATION, ProcessType.TRANSFER})
"""What is undone as a whole or not at all."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something done to the unit that is not public yet, as the audit log tells it."""

    version: int
    changed: Sequence[Mapping[str, Any]]
    process: Mapping[str, Any] | None


def corrected(unit: SchoolUnit, done: Sequence[Done]) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """The unit as it is public. What is protected stays: its old values are nowhere. Raises RulesBrokenError.

    `done`: all that is not public yet, oldest first.
    """
    for each in done:
        if each.process and each.process["type"] in WHOLE:
            raise RulesBrokenError([PART_OF_PROCESS.broken_at("/status", process=each.process["type"])])
    public = with_values(unit.public, _before(change for each in done for change in each.changed))
    edited = replace(unit, public=public, version=unit.version + 1)
    if not (changed := changes_between(unit, edited)):
        raise RulesBrokenError([NOTHING_TO_CORRECT.broken_at("/status")])
    return edited, changed


def _before(changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    first: dict[str, Any] = {}
    for change in changes:
        if not change["protected"]:
            first.setdefault(change["field"], change["before"])
    return first
