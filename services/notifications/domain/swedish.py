"""Days, moments, roles and persons in plain Swedish."""

from datetime import date, datetime
from uuid import UUID

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
ROLES = {"contact-person": "kontaktperson", "data-reporter": "uppgiftslämnare"}
ADMINISTRATION = "registerförvaltningen"
PROTECTED = "en person med skyddade personuppgifter"
UNKNOWN = "en person"


def actor(name: str | None, role: str | None) -> str:
    """Who did it: by name where it is known and not protected, else by role."""
    if name:
        return name
    return f"en {ROLES[role]}" if role in ROLES else ADMINISTRATION


def person(name: str | None, person_id: UUID, *, protected: bool) -> str:
    """Somebody that a mail to others is about. Four characters tell two protected persons apart."""
    return f"{PROTECTED} ({str(person_id)[:4].upper()})" if protected else name or UNKNOWN


def one_line(text: str) -> str:
    """The text without line breaks: it goes into a header."""
    return " ".join(text.split())


def sentence(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def day(of: date) -> str:
    """A day in words: 24 november 2026."""
    return f"{of.day} {MONTHS[of.month - 1]} {of.year}"


def moment(of: datetime) -> str:
    """A moment in words, in the zone that it carries."""
    return f"{day(of.date())} kl. {of:%H.%M}"
