"""Authority: a person, an organizer, a role (domain.md, section 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.contracts.vocabulary import Role


class LastContactPersonError(Exception):
    """An organizer keeps at least one contact person (domain.md, section 2)."""


class RoleUnchangedError(Exception):
    """The person has the role already."""


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
    _keep_a_contact_person(membership, others)
    return replace(membership, version=membership.version + 1)


def change_role(membership: Membership, role: Role, others: Sequence[Membership]) -> Membership:
    """Give another role. Raises RoleUnchangedError, LastContactPersonError."""
    if membership.role is role:
        raise RoleUnchangedError
    _keep_a_contact_person(membership, others)
    return replace(membership, role=role, version=membership.version + 1)


def is_last_contact_person(membership: Membership, others: Sequence[Membership]) -> bool:
    """Whether the organizer has no other contact person."""
    return membership.role is Role.CONTACT_PERSON and all(m.role is not Role.CONTACT_PERSON for m in others)


def _keep_a_contact_person(membership: Membership, others: Sequence[Membership]) -> None:
    if is_last_contact_person(membership, others):
        raise LastContactPersonError(membership.organization_number)
