"""Swedish words of the public site for the register's codes, fields and values."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.publication.domain.extract import SHEETS
from services.publication.domain.v1 import ORIENTATIONS, STATUSES, UNIT_TYPES

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
ORGANIZER_TYPES = {"KOMMUN": "Kommun", "REGION": "Region", "STAT": "Staten", "SAME": "Sameskolstyrelsen",
                   "ENSKILD": "Enskild huvudman", "SPECIAL": "Specialpedagogiska skolmyndigheten",
                   "KOMMFORB": "Kommunalförbund", "HMANUTL": "Huvudman utomlands"}  # fmt: skip
FIELDS = {
    "schoolUnitCode": "Skolenhetskod", "displayName": "Namn", "schoolName": "Skolans namn", "status": "Status",
    "schoolUnitType": "Typ av enhet", "orientationType": "Inriktning", "headMaster": "Rektor", "email": "E-post",
    "phoneNumber": "Telefon", "url": "Webbplats", "specialSupportSchool": "Resursskola",
    "hospitalSchool": "Sjukhusskola", "reportsStudents": "Rapporterar elever",
    "reportsPersonnel": "Rapporterar personal",
    "startDate": "Startdatum", "endDate": "Slutdatum", "schoolTypes": "Skolformer",
    "schoolTypeProperties": "Årskurser och program", "organizer": "Huvudman", "municipality": "Kommun", "county": "Län",
    "addresses": "Adresser", "location": "Läge", "organizationNumber": "Organisationsnummer",
    "organizerType": "Typ av huvudman", "address": "Adress", "emails": "E-postadresser",
    "phoneNumbers": "Telefonnummer",
    "companyForm": "Företagsform", "legalEntityStatus": "Juridisk status", "companyStatus": "Företagsstatus",
    "municipalities": "Kommuner", "regions": "Regioner", "isInternational": "Utländsk",
    "municipalAdultEducationProvidedInternally": "Komvux i egen regi", "highSchoolAssociationId": "Gymnasieförbund",
}  # fmt: skip
SHORT = 4
"""Letters of a month that is not cut."""
CODES = STATUSES | UNIT_TYPES | ORIENTATIONS | SHEETS | ORGANIZER_TYPES
NOTHING = "Inget"
POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)


def day(found: date | str) -> str:
    """25 november 2026."""
    found = date.fromisoformat(found) if isinstance(found, str) else found
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def short_day(found: date) -> str:
    """25 nov 2026; short months are written out."""
    name = MONTHS[found.month - 1]
    return f"{found.day} {name if len(name) <= SHORT else name[:3]} {found.year}"


def month(found: date) -> str:
    """As in: i november 2026."""
    return f"{MONTHS[found.month - 1]} {found.year}"


def number(found: int) -> str:
    """12 345, with spaces that do not break."""
    return f"{found:,}".replace(",", "\u00a0")


def status(code: str) -> str:
    """A unit's status."""
    return STATUSES.get(code, code)


def school_type(code: str) -> str:
    """A school type."""
    return SHEETS.get(code, code)


def organizer_type(code: str | None) -> str:
    """An organizer's type."""
    return ORGANIZER_TYPES.get(code or "", code or "")


def field(name: str) -> str:
    """A field of v3."""
    return FIELDS.get(name, name)


def organization_number(text: str) -> str:
    """556074-3089."""
    return f"{text[:6]}-{text[6:]}"


def dialled(text: str) -> str:
    """A telephone number as a link has it: +46-8-123 and 08/123 without what is between the digits (RFC 3966)."""
    return "".join(sign for sign in text if sign.isdecimal() or sign == "+")


def town(code: str | None, locality: str | None) -> str:
    """136 40 Handen."""
    spaced = f"{code[:3]} {code[3:]}" if code and POSTCODE.fullmatch(code) else code
    return " ".join(filter(None, [spaced, locality]))


def value(found: Any) -> str:
    """A value of v3, in a line."""
    if found is None or found in ([], {}, ""):
        return NOTHING
    if isinstance(found, bool):
        return "Ja" if found else "Nej"
    if isinstance(found, Mapping):
        if list(found) == ["organizationNumber"]:
            return organization_number(found["organizationNumber"])
        told = found.get("displayName") or ", ".join(value(one) for one in found.values() if one not in (None, [], {}))
        return str(told)
    if isinstance(found, list):
        return "; ".join(value(one) for one in found)
    return CODES.get(found, str(found)) if isinstance(found, str) else str(found)
