"""Authority: a person, an organizer, a role (domain.md, section 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.vocabulary import Role


class LastContactPersonError(Exception):
    """An organizer keeps at least one contact person (domain.md, section 2)."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person may act for an organizer."""

    membership_id: UUID
    person_id: UUID
    organization_number: str
    role: Role
    version: int


def end(membership: Membership, others: Sequence[Membership]) -> Membership:
    """End a membership; `others` are the organizer's other memberships. Raises LastContactPersonError."""
    is_last = membership.role is Role.CONTACT_PERSON and all(m.role is not Role.CONTACT_PERSON for m in others)
    if is_last:
        raise LastContactPersonError(membership.organization_number)
    return Membership(
        membership.membership_id, membership.person_id, membership.organization_number, membership.role,
        membership.version + 1,
    )  # fmt: skip
