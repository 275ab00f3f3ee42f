"""Komvux on contract: what an organizer lets a provider do, part by part and day by day (domain.md, section 3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from services.contracts.adult_education import ContractPart, PublicContract
from services.contracts.registry import FieldChange
from services.contracts.vocabulary import (
    ContractStatus,
    EducationProviderCode,
    OrganizationNumber,
    OrganizerType,
    SchoolTypePart,
)
from services.registry.domain.changes import differences
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.validity import LAST_BEFORE_FIRST, SOURCE, day_after, next_turn

MAY_CONTRACT = frozenset({OrganizerType.KOMMUN, OrganizerType.REGION, OrganizerType.KOMMFORB})
ORGANIZER_TYPE = Rule(
    "contract-organizer-type", "Only municipalities, regions and municipal associations let out adult education",
    SOURCE,
)  # fmt: skip
PARTS_NEEDED = Rule("contract-part-needed", "A contract has at least one part", SOURCE)
TOO_MANY_PARTS = Rule("contract-too-many-parts", "A contract has at most so many parts", "ours")
PART_OVERLAPS = Rule("contract-part-overlap", "The same part is valid twice at the same time", SOURCE)
END_IN_PAST = Rule("contract-end-in-past", "The last day cannot lie before yesterday", SOURCE)
ENDED_ALREADY = Rule("contract-ended", "The contract has ended already", SOURCE)
MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as the register holds it: one for an organizer and a provider, however often it changes."""

    organizer: str
    provider: str
    parts: tuple[ContractPart, ...]
    version: int

    @property
    def contract_id(self) -> str:
        return f"{self.organizer}/{self.provider}"

    @property
    def aggregate(self) -> str:
        return f"contract/{self.contract_id}"

    def status(self, day: date) -> ContractStatus:
        """Active while one part is valid."""
        return ContractStatus.AKTIV if any(_holds(part, day) for part in self.parts) else ContractStatus.INAKTIV


EditedContract = tuple[Contract, tuple[FieldChange, ...]]


def new_contract(organizer: str, kind: OrganizerType, provider: str, parts: Iterable[ContractPart]) -> Contract:
    """A new contract. Raises RulesBrokenError."""
    if broken := may_contract(kind):
        raise RulesBrokenError(broken)
    return Contract(organizer, provider, _ordered(parts), version=1)


def may_contract(kind: OrganizerType) -> list[Broken]:
    """The rule that an organizer of another kind breaks."""
    return [] if kind in MAY_CONTRACT else [ORGANIZER_TYPE.broken_at("")]


def edit_contract(contract: Contract, parts: Iterable[ContractPart], day: date) -> EditedContract:
    """Its parts, as they shall be. Raises RulesBrokenError."""
    return contract_changed(contract, replace(contract, parts=_ordered(parts)), day)


def end_contract(contract: Contract, on: date, day: date) -> EditedContract:
    """End all its parts; `on` is the last day. What had not begun by then falls away. Raises RulesBrokenError."""
    if on < day - timedelta(days=1):
        raise RulesBrokenError([END_IN_PAST.broken_at("/on", day=day.isoformat())])
    if all(part.valid_to is not None and part.valid_to < day for part in contract.parts):
        raise RulesBrokenError([ENDED_ALREADY.broken_at("/on")])
    begun = [part for part in contract.parts if part.valid_from <= on]
    kept = tuple(part.model_copy(update={"valid_to": min(part.valid_to or on, on)}) for part in begun)
    return contract_changed(contract, replace(contract, parts=kept), day)


def contract_changed(before: Contract, after: Contract, day: date, *, since: date | None = None) -> EditedContract:
    """The contract one version on with what differs on the day; `since`: the day it was last told as."""
    changed = differences(flat_contract(before, since or day), flat_contract(after, day))
    return (replace(after, version=before.version + 1), changed) if changed else (before, ())


def contract_turns_on(contract: Contract, day: date) -> date | None:
    """The next day after one on which a part begins or ends."""
    return next_turn([moment for part in contract.parts for moment in (part.valid_from, day_after(part.valid_to))], day)


def public_contract(contract: Contract, day: date) -> PublicContract:
    """What the public view has of it."""
    return PublicContract(
        organization_number=OrganizationNumber(contract.organizer),
        education_provider_code=EducationProviderCode(contract.provider), status=contract.status(day),
        school_type_parts=contract.parts,
    )  # fmt: skip


def flat_contract(contract: Contract, day: date) -> dict[str, object]:
    """Its values as people compare them: each part's periods as one text."""
    periods: dict[str, list[str]] = {}
    for part in contract.parts:
        periods.setdefault(part.school_type_part, []).append(f"{part.valid_from}/{part.valid_to or ''}")
    return {"contractStatus": contract.status(day).value, "schoolTypeParts": periods}


def _ordered(parts: Iterable[ContractPart]) -> tuple[ContractPart, ...]:
    """The parts in the register's order. Raises RulesBrokenError."""
    order = list(SchoolTypePart)
    found = sorted(parts, key=lambda part: (order.index(part.school_type_part), part.valid_from))
    if broken := list(_broken_parts(found)):
        raise RulesBrokenError(broken)
    return tuple(found)


def _broken_parts(parts: list[ContractPart]) -> Iterator[Broken]:
    if not parts:
        yield PARTS_NEEDED.broken_at("/schoolTypeParts")
    if len(parts) > MOST_PARTS:
        yield TOO_MANY_PARTS.broken_at("/schoolTypeParts", most=MOST_PARTS)
    for part in parts:
        if part.valid_to is not None and part.valid_to < part.valid_from:
            yield LAST_BEFORE_FIRST.broken_at(f"/schoolTypeParts/{part.school_type_part}/validTo")
    for one, following in pairwise(parts):
        is_same = one.school_type_part is following.school_type_part
        if is_same and (one.valid_to is None or one.valid_to >= following.valid_from):
            yield PART_OVERLAPS.broken_at(f"/schoolTypeParts/{one.school_type_part}/validFrom")


def _holds(part: ContractPart, day: date) -> bool:
    return part.valid_from <= day and (part.valid_to is None or day <= part.valid_to)
