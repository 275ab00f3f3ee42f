"""The letter to an organizer's first contact person, as a PDF that everybody can read (PDF/UA-1; ADR 10)."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from unicodedata import normalize

import typst

from services.contracts.vocabulary import OrganizationNumber
from services.identity.domain.codes import ABSENT

TEMPLATE = Path(__file__).with_name("letter.typ")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
REGISTER, SENDER = "Skolenhetsregistret", "Registerförvaltningen"
KEEP = "Lämna den inte till någon annan. Vi frågar aldrig efter den."
NO_BREAK = "\u00a0"
BETWEEN_DIGITS = re.compile("(?<=[0-9]) (?=[0-9])")
UNSHOWN = re.compile(
    "[^ -~\u00a1-\u024f\u0386-\u03ce\u0400-\u045f\u1e80-\u1e85\u1ef2\u1ef3\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac]"
)
"""What our fonts may lack. A PDF for everybody must not hold a character that is not seen."""


@dataclass(frozen=True, slots=True)
class LetterContent:
    """All that a letter says. Two letters with the same content are the same bytes.

    `address`: the lines below the organizer's name. `code`: as `codes.new_code` makes it. `expires_at` in the zone that
    readers live in. `contact`: how the register administration is reached, as it can stand in a
    sentence ("forvaltningen@example.se eller 010-000 00 00"); None: the letter names no way. `names_person`: only one
    person, whom the organizer has named, can use the code.
    """

    organizer_name: str
    organization_number: OrganizationNumber
    address: tuple[str, ...]
    requested_by: str
    request_reference: str
    requested_on: date
    letter_reference: str
    issued_on: date
    code: str
    public_base_url: str
    expires_at: datetime
    contact: str | None = None
    names_person: bool = False

    def __repr__(self) -> str:
        return f"LetterContent({self.letter_reference!r}, code hidden)"


def letter_pdf(letter: LetterContent) -> bytes:
    """The letter: A4, tagged, in Swedish, with its fonts. Takes some 10 ms of a processor, the first 30.

    Characters of other scripts than Latin, Greek and Cyrillic are printed as `?`: our fonts have no others.
    """
    # The wheel's own fonts: every machine makes the same letter. No package is imported, so nothing is fetched.
    # A compiler for each letter: one that is kept cannot work in two threads, and keeps the last code.
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(_data(letter))},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(letter.issued_on, time(), UTC),  # not the clock's: same content, same bytes
    )


def _data(letter: LetterContent) -> dict[str, object]:
    """The letter's texts, for the template."""
    organizer = _line(letter.organizer_name)
    reference = _line(letter.request_reference).replace(" ", NO_BREAK)
    number = f"{letter.organization_number[:6]}-{letter.organization_number[6:]}"
    return {
        "title": f"Aktiveringskod för {organizer}",
        "description": "Brev till kontaktperson med en aktiveringskod för e-tjänsten",
        "register": REGISTER,
        "sender": SENDER,
        "footer": f"{REGISTER} · Vår beteckning {_line(letter.letter_reference)}",
        "facts": [
            ("Datum", _day(letter.issued_on)),
            ("Vår beteckning", _line(letter.letter_reference)),
            ("Er beteckning", reference),
            ("Organisationsnummer", number),
        ],
        "address": ["Till: kontaktperson för", organizer, *(_line(line) for line in letter.address if line.strip())],
        "code": letter.code,
        "hint": _hint(),
        "reason": (
            f"Du får brevet för att {organizer} har begärt en kontaktperson i {REGISTER}. Begäran kom från "
            f"{_line(letter.requested_by)} den {_day(letter.requested_on)} och har beteckningen {reference}."
        ),
        "meaning": _meaning(organizer, names_person=letter.names_person),
        "steps": _steps(letter.public_base_url, number),
        "validity": f"Koden gäller {_until(letter.expires_at)}. Den går att använda en gång. {KEEP}",
        "unasked": _unasked(letter.contact),
    }


def _hint() -> str:
    absent = f"{', '.join(ABSENT[:-1])} eller {ABSENT[-1]}"
    return (
        f"Koden har siffror och bokstäver, men aldrig bokstäverna {absent}. Det som liknar ett O är siffran noll, och "
        "det som liknar ett I är siffran ett. Stora eller små bokstäver spelar ingen roll, inte heller bindestrecken."
    )


def _meaning(organizer: str, *, names_person: bool) -> str:
    meaning = (
        f"Med koden nedan blir du kontaktperson för {organizer}. Du kan då ändra uppgifter och bjuda in fler användare."
    )
    named = " Bara den person som ni har angett i begäran kan använda koden."
    return meaning + named if names_person else meaning


def _steps(public_base_url: str, number: str) -> list[str]:
    return [
        f"Gå till {public_base_url.rstrip('/')}/aktivera",
        "Logga in med din e-legitimation.",
        f"Skriv organisationsnumret {number} och koden.",
        "Läs och godkänn villkoren. Ditt namn hämtas från folkbokföringen.",
    ]


def _unasked(contact: str | None) -> str:
    how = f" ({BETWEEN_DIGITS.sub(NO_BREAK, _line(contact))})" if contact else ""
    return (
        f"Använd inte koden. Kontakta {SENDER.lower()}{how}, så gör vi den ogiltig. Ingen blir kontaktperson med koden "
        "utan att först logga in med sin e-legitimation."
    )


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}".replace(" ", NO_BREAK)


def _until(moment: datetime) -> str:
    """The end in words: a day where it ends at midnight, otherwise to the minute."""
    if moment.time() == time():
        return f"till och med den {_day(moment.date() - timedelta(days=1))}"
    return f"till den {_day(moment.date())} klockan{NO_BREAK}{moment:%H.%M}"


def _line(text: str) -> str:
    """One line of text, of characters that can be shown, without runs of spaces."""
    spaced = "".join(c if c.isprintable() else " " for c in normalize("NFC", text))
    return UNSHOWN.sub("?", " ".join(spaced.split()))
