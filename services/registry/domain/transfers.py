"""School units that go to another organizer: what may be proposed, how it is answered, what it does (domain.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.registry import FieldChange, PublicOrganizer
from services.contracts.vocabulary import LegalEntityStatus, OrganizationNumber, OrganizerType, Orientation, Status
from services.registry.domain.changes import changes_between
from services.registry.domain.checks import BAD_CHARACTERS, CONTROL, TOO_LONG
from services.registry.domain.organizers import Edited
from services.registry.domain.processes import IN_OTHER_PROCESS
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.state import SchoolUnit

SOURCE = "domain.md, Byte av huvudman"
LONGEST_TEXT = 1000
UNITS = "/schoolUnitCodes"

DAY_TO_COME = Rule("transfer-day-to-come", "Units change organizer on a day to come", SOURCE)
RECEIVER_UNKNOWN = Rule("receiver-unknown", "There is no such organizer", SOURCE)
RECEIVER_IS_GIVER = Rule("receiver-is-giver", "The receiver is another organizer", SOURCE)
RECEIVER_ENDED = Rule("receiver-ended", "The receiver is an organizer no longer", SOURCE)
UNITS_NEEDED = Rule("transfer-units-needed", "At least one school unit changes organizer", SOURCE)
UNIT_NOT_OURS = Rule("transfer-unit-not-ours", "The school unit is not the giver's", SOURCE)
UNIT_CLOSED = Rule("transfer-unit-closed", "A closed school unit stays with its organizer", SOURCE)
UNIT_CHANGED = Rule("transfer-unit-changed", "The school unit was changed after the proposer saw it", SOURCE)
ENDS_WITH_ALL = Rule("ends-with-all-units", "An organizer ends when all its units go", SOURCE)
ORGANIZER_ENDS = Rule("organizer-ends", "All units of the giver are part of another transfer already", SOURCE)
NOT_OPEN = Rule("transfer-not-open", "It has been answered, withdrawn or has taken effect", SOURCE)
REASON_NEEDED = Rule("refusal-reason-needed", "Who declines says why", SOURCE)


class State(StrEnum):
    """Where a transfer is in its life."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    EFFECTIVE = "effective"


OPEN = frozenset({State.PROPOSED, State.ACCEPTED})
AFTER: Mapping[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.LAPSED}),
    State.ACCEPTED: frozenset({State.WITHDRAWN, State.LAPSED, State.EFFECTIVE}),
}
"""The states that may follow; none follows the others."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer as it is kept. `codes`: its units, in order."""

    id: UUID
    version: int
    giver: str
    receiver: str
    day: date
    ends_organizer: bool
    state: State
    codes: tuple[str, ...]
    message: str | None = None
    refusal: str | None = None

    @property
    def aggregate(self) -> str:
        """As the audit log calls it."""
        return f"transfer/{self.id}"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom the units shall go to."""

    organizer_type: OrganizerType
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What a proposal is judged by. `units`: those that are named and there; `busy`: in which undertaking each is.

    `seen`: the versions that the proposer saw, of the units that it tells.
    """

    today: date
    receiver: Receiver | None
    units: Mapping[str, SchoolUnit]
    busy: Mapping[str, str]
    giver_ends: bool
    seen: Mapping[str, int]


def checked(proposed: Transfer, around: Around) -> Transfer:
    """The proposal with its words as they are kept. Raises RulesBrokenError with every rule that it breaks."""
    message, broken = words(proposed.message, "/message")
    if proposed.receiver == proposed.giver:
        broken.append(RECEIVER_IS_GIVER.broken_at("/receiver"))
    elif around.receiver is None:
        broken.append(RECEIVER_UNKNOWN.broken_at("/receiver"))
    elif around.receiver.has_ended:
        broken.append(RECEIVER_ENDED.broken_at("/receiver"))
    if proposed.day <= around.today:
        broken.append(DAY_TO_COME.broken_at("/day", today=around.today.isoformat()))
    broken += _units(proposed, around)
    if broken:
        raise RulesBrokenError(broken)
    return replace(proposed, message=message)


def _units(proposed: Transfer, around: Around) -> list[Broken]:
    if around.giver_ends:
        return [ORGANIZER_ENDS.broken_at(UNITS)]
    if not proposed.codes:
        return [UNITS_NEEDED.broken_at(UNITS)]
    broken = []
    for code in proposed.codes:
        unit = around.units.get(code)
        if unit is None or unit.public.organization_number != proposed.giver:
            broken.append(UNIT_NOT_OURS.broken_at(UNITS, unit=code))
        elif unit.public.status is Status.UPPHORT:
            broken.append(UNIT_CLOSED.broken_at(UNITS, unit=code))
        elif code in around.busy:
            broken.append(IN_OTHER_PROCESS.broken_at(UNITS, unit=code, process=str(around.busy[code])))
        elif around.seen.get(code, unit.version) != unit.version:
            broken.append(UNIT_CHANGED.broken_at(UNITS, unit=code))
    return broken


def turned(transfer: Transfer, state: State, refusal: str | None = None) -> tuple[Transfer, tuple[FieldChange, ...]]:
    """The transfer in its next state, and what changes by that. Raises RulesBrokenError."""
    said, broken = words(refusal, "/reason")
    if state not in AFTER.get(transfer.state, frozenset()):
        broken.append(NOT_OPEN.broken_at("/state", state=transfer.state.value))
    if state is State.DECLINED and not said:
        broken.append(REASON_NEEDED.broken_at("/reason"))
    if broken:
        raise RulesBrokenError(broken)
    changed = [FieldChange(field="state", before=transfer.state, after=state)]
    if said:
        changed.append(FieldChange(field="refusal", after=said))
    return replace(transfer, state=state, refusal=said, version=transfer.version + 1), tuple(changed)


def words(text: str | None, pointer: str) -> tuple[str | None, list[Broken]]:
    """What somebody wrote, as it is kept: line breaks one way, nothing around; and the rules that it breaks."""
    kept = (text or "").replace("\r\n", "\n").strip()
    broken = [TOO_LONG.broken_at(pointer, most=LONGEST_TEXT)] if len(kept) > LONGEST_TEXT else []
    if CONTROL.search(kept.replace("\n", " ").replace("\t", " ")):
        broken.append(BAD_CHARACTERS.broken_at(pointer))
    return kept or None, broken


def moved(unit: SchoolUnit, receiver: str, organizer_type: OrganizerType) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """The unit as the receiver's, with its code. An orientation is an independent organizer's only: else it goes."""
    update: dict[str, object] = {"organization_number": OrganizationNumber(receiver)}
    if organizer_type is not OrganizerType.ENSKILD and unit.public.orientation_type is not None:
        update["orientation_type"] = Orientation.EJ_RELEVANT
    after = replace(unit, public=unit.public.model_copy(update=update), version=unit.version + 1)
    return after, changes_between(unit, after)


def going(units: Sequence[SchoolUnit], giver: str) -> list[SchoolUnit]:
    """Those that move on the day: still the giver's, and not closed meanwhile."""
    return [u for u in units if u.public.organization_number == giver and u.public.status is not Status.UPPHORT]


def has_ended(organizer: PublicOrganizer) -> bool:
    """Whether it is an organizer no longer."""
    return organizer.legal_entity_status is LegalEntityStatus.EJ_LANGRE_INKLUDERAD


def ended(organizer: PublicOrganizer) -> Edited:
    """The organizer without units, as it stays in the register, and what changes by that."""
    status = LegalEntityStatus.EJ_LANGRE_INKLUDERAD
    change = FieldChange(field="legalEntityStatus", before=organizer.legal_entity_status, after=status)
    return organizer.model_copy(update={"legal_entity_status": status}), (change,)
