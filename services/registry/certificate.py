"""The certificate of what an organizer has approved, as a PDF that everybody can read (PDF/UA-1; ADR 10, ADR 18)."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from unicodedata import normalize

import typst

TEMPLATE = Path(__file__).with_name("certificate.typ")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
REGISTER = "Skolenhetsregistret"
KINDS = {
    "organizer": "Huvudmannens uppgifter", "school-unit": "Skolenheter", "activity": "Övriga verksamheter",
    "contract": "Entreprenad",
}  # fmt: skip
ROLES = {"contact-person": "kontaktperson", "data-reporter": "uppgiftslämnare", "machine": "ett program med API-nyckel",
         "register-administration": "registerförvaltningen"}  # fmt: skip
NO_BREAK = "\u00a0"
UNSHOWN = re.compile(
    "[^ -~\u00a0-\u024f\u0386-\u03ce\u0400-\u045f\u1e80-\u1e85\u1ef2\u1ef3\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac]"
)
"""What our fonts may lack. A PDF for everybody must not hold a character that is not seen."""


@dataclass(frozen=True, slots=True)
class CertificateItem:
    """Something approved: `code` as it is called in the register, and whether it was changed after the approval."""

    kind: str
    name: str
    code: str
    day: date
    role: str
    is_changed_after: bool


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """All that a certificate says. Two with the same content are the same bytes.

    `covered`, `missing`: how many things there were when something was approved last, and how many of them were not.
    It says in which role was approved and never who: it is made to be shown to others.
    """

    organizer_name: str
    organization_number: str
    school_year: str
    issued_on: date
    covered: int
    missing: int
    items: tuple[CertificateItem, ...]


def certificate_pdf(content: CertificateContent) -> bytes:
    """The certificate: A4, tagged, in Swedish, with its fonts. Some 30 ms of a processor for a hundred units."""
    # The wheel's own fonts, no package: every machine makes the same file, and nothing is fetched.
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        ignore_system_fonts=True,
        sys_inputs={"certificate": json.dumps(_data(content))},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(content.issued_on, time(), UTC),  # not the clock's: same content, same bytes
    )


def _data(content: CertificateContent) -> dict[str, object]:
    """The certificate's texts, for the template."""
    name, number = _line(content.organizer_name), content.organization_number
    kinds = dict.fromkeys(item.kind for item in content.items)
    return {
        "title": f"Intyg om godkända uppgifter för läsåret {content.school_year}",
        "description": f"Vad {name} har godkänt i {REGISTER} för läsåret {content.school_year}",
        "register": REGISTER,
        "footer": f"{REGISTER} · {name} · läsåret {content.school_year}",
        "facts": [
            ("Huvudman", name),
            ("Organisationsnummer", f"{number[:6]}-{number[6:]}"),
            ("Läsår", content.school_year),
            ("Intyget gjort", _day(content.issued_on)),
        ],
        "lead": _lead(content, name),
        "groups": [
            {"heading": KINDS.get(kind, kind), "rows": [_row(item) for item in content.items if item.kind == kind]}
            for kind in kinds
        ],
        "columns": ["Namn", "Kod", "Godkänt", "Av", "Ändrat efteråt"],
        "after": (
            "En ändring tar inte bort godkännandet. Kolumnen Ändrat efteråt visar om uppgifterna har ändrats sedan de "
            f"godkändes, fram till den {_day(content.issued_on)}."
        ),
    }


def _lead(content: CertificateContent, name: str) -> str:
    last = _day(max(item.day for item in content.items))
    about = f"i {REGISTER} för läsåret {content.school_year}"
    if not content.missing:
        return f"Den {last} hade {name} godkänt alla sina uppgifter {about}."
    done = content.covered - content.missing
    return (
        f"Den {last} hade {name} godkänt {done} av {content.covered} poster {about}. "
        "Det som inte är godkänt finns inte med nedan."
    )


def _row(item: CertificateItem) -> list[str]:
    code = "" if item.kind in {"activity", "contract"} else item.code
    if item.kind == "organizer":
        code = f"{code[:6]}-{code[6:]}"
    by, changed = ROLES.get(item.role, item.role), "Ja" if item.is_changed_after else "Nej"
    return [_line(item.name), code, _day(item.day), by, changed]


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}".replace(" ", NO_BREAK)


def _line(text: str) -> str:
    """One line of text, of characters that can be shown, without runs of spaces."""
    spaced = "".join(c if c.isprintable() else " " for c in normalize("NFC", text))
    return UNSHOWN.sub("?", " ".join(spaced.split()))
