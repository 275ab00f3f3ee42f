"""A person as the population register (folkbokföringen) has them. Nobody types a name (domain.md, section 2)."""

from dataclasses import dataclass

from services.contracts.vocabulary import PersonalIdentityNumber


class NotACitizenError(ValueError):
    """What the population register said is not a person. It repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person's number, names and protection.

    `preferred_given_name` is the place (from 0) of the given name that is marked as tilltalsnamn. Some people have no
    given name or no surname; everybody has one of the two. `protected`: sekretessmarkering or skyddad folkbokföring.
    """

    personal_identity_number: PersonalIdentityNumber
    given_names: tuple[str, ...]
    preferred_given_name: int | None
    middle_name: str | None
    surname: str
    protected: bool

    def __post_init__(self) -> None:
        names = [*self.given_names, *filter(None, (self.middle_name, self.surname))]
        if not self.given_names and not self.surname:
            raise NotACitizenError("a person has a given name or a surname")
        if any(name != name.strip() or not name or not name.isprintable() for name in names):
            raise NotACitizenError("a name is empty, or has control characters or spaces around it")
        if self.preferred_given_name is not None and not 0 <= self.preferred_given_name < len(self.given_names):
            raise NotACitizenError("the preferred given name is none of the given names")

    @property
    def display_name(self) -> str:
        """The name as we show it: the marked given name, or all of them where none is marked; then the others."""
        marked = self.preferred_given_name
        given = self.given_names if marked is None else (self.given_names[marked],)
        return " ".join(filter(None, (*given, self.middle_name, self.surname)))
