"""A person with an account, and what may be told of them."""

from dataclasses import dataclass
from uuid import UUID

from services.contracts.identity import PersonalData


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account. A protected person's name is shown to nobody else (domain.md, section 5)."""

    person_id: UUID
    user_name: str
    name: str
    email: str
    protected: bool
    register_administration: bool
    version: int

    def contact(self) -> PersonalData:
        """What other services may know."""
        return PersonalData(name=None if self.protected else self.name, email=self.email)
