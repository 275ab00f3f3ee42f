"""A person with an account, and what may be told of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.contracts.identity import PersonalData


class NotChangedError(Exception):
    """The person is as it is to be already."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account. A protected person's name is shown to nobody else (domain.md, section 5).

    `user_name`: of the account with a password; None for who logs in with an e-legitimation alone. `national_id_index`:
    a keyed fingerprint of the personal identity number, None for accounts from before it was known.
    """

    person_id: UUID
    user_name: str | None
    name: str
    email: str
    protected: bool
    register_administration: bool
    version: int
    phone: str | None = None
    national_id_index: bytes | None = None
    locked_at: datetime | None = None

    @property
    def locked(self) -> bool:
        return self.locked_at is not None

    @property
    def reference(self) -> str:
        """Tell two protected persons apart, and say nothing of them."""
        return reference(self.person_id)

    def contact(self) -> PersonalData:
        """What other services may know."""
        return PersonalData(name=self.shown_name, email=self.email)

    @property
    def shown_name(self) -> str | None:
        """The name as others may see it: None for a protected person."""
        return None if self.protected else self.name

    @property
    def shown_email(self) -> str | None:
        """The address as others may see it: a protected person's often tells the name."""
        return None if self.protected else self.email


def reference(person_id: UUID) -> str:
    """Four characters of a person's id."""
    return str(person_id)[:4].upper()


def lock(person: Person, at: datetime) -> Person:
    """Lock a person: no authority holds (domain.md, section 2: lending lets the account be closed)."""
    if person.locked:
        raise NotChangedError
    return replace(person, locked_at=at, version=person.version + 1)


def unlock(person: Person) -> Person:
    """Let a locked person act again."""
    if not person.locked:
        raise NotChangedError
    return replace(person, locked_at=None, version=person.version + 1)


def renamed(person: Person, name: str, *, protected: bool) -> Person:
    """As the population register has it now. Raises NotChangedError."""
    if (person.name, person.protected) == (name, protected):
        raise NotChangedError
    return replace(person, name=name, protected=protected, version=person.version + 1)
