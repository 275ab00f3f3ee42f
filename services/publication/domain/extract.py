"""The extract's rows: a sheet a school type, columns as in the extract of 2022 (spec/domain.md, section 6)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.contracts.vocabulary import SchoolTypePart
from services.publication.domain.history import Seen
from services.publication.domain.tables import UNITS, names

SHEETS = {"FKLASS": "Förskoleklass", "FTH": "Fritidshem", "OPPFTH": "Öppen fritidsverksamhet", "GR": "Grundskola",
          "GRAN": "Anpassad grundskola", "SP": "Specialskola", "SAM": "Sameskola", "GY": "Gymnasieskola",
          "GYAN": "Anpassad gymnasieskola", "VUX": "Komvux"}  # fmt: skip
COUNTIES = {"01": "Stockholms län", "03": "Uppsala län", "04": "Södermanlands län", "05": "Östergötlands län",
            "06": "Jönköpings län", "07": "Kronobergs län", "08": "Kalmar län", "09": "Gotlands län",
            "10": "Blekinge län", "12": "Skåne län", "13": "Hallands län", "14": "Västra Götalands län",
            "17": "Värmlands län", "18": "Örebro län", "19": "Västmanlands län", "20": "Dalarnas län",
            "21": "Gävleborgs län", "22": "Västernorrlands län", "23": "Jämtlands län", "24": "Västerbottens län",
            "25": "Norrbottens län"}  # fmt: skip
COMMON = tuple(names(UNITS)[:20])
VUX_PARTS = tuple(SchoolTypePart)
LAST_GRADE = {"GR": 9, "GRAN": 9, "SP": 10, "SAM": 6}
CSV_HEADER = tuple(names(UNITS))

WIDTHS = {"LÄNSNAMN": 22, "KOMMUNNAMN": 22, "SKOLENHETENS NAMN": 40, "HUVUDMANS NAMN": 36, "ADRESS": 28,
          "POSTORT": 18, "BESÖKSADRESS": 28, "BESÖKSPOSTORT": 20, "TELENR": 18, "EPOST": 32, "WEBB": 32,
          "REKTORS NAMN": 26}  # fmt: skip
"""Columns of a sheet that are wider than their headings, in characters."""
ARROW = 4
"""What a filter's arrow takes beside a heading."""
BELOW_ZERO = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)

Programmes = Mapping[str, Sequence[str]]
"""Each upper secondary school type's programme codes in the view: a column each."""


def header(school_type: str, programmes: Programmes) -> list[str]:
    """A sheet's columns."""
    return [*COMMON, *_detail_names(school_type, programmes)]


def width(title: str) -> int:
    """A column's width in a sheet, in characters."""
    return WIDTHS.get(title, len(title) + ARROW)


def sheet_rows(
    unit: Seen, organizer: Seen | None, places: Mapping[str, str], programmes: Programmes
) -> Iterator[tuple[str, list[str]]]:
    """A unit's rows: (school type, cells). Units that are closed are left out."""
    if unit.body["status"] == "UPPHORT":
        return
    common = _common(unit, organizer, places)
    for school_type in unit.body.get("schoolTypes", ()):
        yield school_type, [*common, *_details(unit.body, school_type, programmes)]


def csv_row(unit: Seen, organizer: Seen | None, places: Mapping[str, str]) -> list[str]:
    """A unit's line of the CSV: every unit once, closed ones too."""
    body = unit.body
    visiting = _address(body, "BESOKSADRESS")
    geo = visiting.get("geoCoordinates", {})
    properties = body.get("schoolTypeProperties", {})
    grades = [f"{name.upper()}:{grade}" for name in ("gr", "gran", "sp", "sam")
              for grade in properties.get(name, {}).get("grades", ())]  # fmt: skip
    programmes = [f"{name.upper()}:{code}" for name in ("gy", "gyan")
                  for code in properties.get(name, {}).get("programmes", ())]  # fmt: skip
    parts = properties.get("vux", {}).get("schoolTypeParts", ())
    details = map(" ".join, (body.get("schoolTypes", ()), grades, programmes, parts))
    return [*_common(unit, organizer, places), body["status"], *details,
            geo.get("latitude") or "", geo.get("longitude") or ""]  # fmt: skip


def harmless(text: str) -> str:
    """The text so that a spreadsheet takes it for text and not for a formula (OWASP, CSV Injection)."""
    risky = text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if risky and not (_is_phone(text) or BELOW_ZERO.fullmatch(text)) else text


def _is_phone(text: str) -> bool:
    return text[0] == "+" and text[1:].replace(" ", "").replace("-", "").isdigit()


def _common(unit: Seen, organizer: Seen | None, places: Mapping[str, str]) -> list[str]:
    body = unit.body
    municipality = body.get("municipalityCode") or ""
    visiting, postal = _address(body, "BESOKSADRESS"), _address(body, "POSTADRESS")
    owner: Mapping[str, Any] = organizer.body if organizer else {}
    return [
        owner.get("organizerType", ""), municipality[:2], COUNTIES.get(municipality[:2], ""), municipality,
        places.get(municipality, ""), unit.id, body["displayName"], body["organizationNumber"],
        owner.get("displayName", ""), postal.get("streetAddress", ""), postal.get("postalCode", ""),
        postal.get("locality", ""), visiting.get("streetAddress", ""), visiting.get("postalCode", ""),
        visiting.get("locality", ""), body.get("phoneNumber") or "", body.get("email") or "", body.get("url") or "",
        body.get("headMaster") or "", body.get("orientationType", ""),
    ]  # fmt: skip


def _address(body: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next((a for a in body.get("addresses", ()) if a["type"] == kind), {})


def _detail_names(school_type: str, programmes: Programmes) -> list[str]:
    if school_type in LAST_GRADE:
        return ["FKLASS", *(f"ÅR{grade}" for grade in _grades(school_type))]
    return list(VUX_PARTS if school_type == "VUX" else programmes.get(school_type, ()))


def _details(body: Mapping[str, Any], school_type: str, programmes: Programmes) -> list[str]:
    """J or N in each of the sheet's own columns; nothing where the register does not know."""
    found = body.get("schoolTypeProperties", {}).get(school_type.lower(), {})
    if school_type in LAST_GRADE:
        return [*_marks(["FKLASS"], body["schoolTypes"]), *_marks(_grades(school_type), found.get("grades"))]
    if school_type == "VUX":
        return _marks(VUX_PARTS, found.get("schoolTypeParts"))
    return _marks(programmes.get(school_type, ()), found.get("programmes"))


def _marks(columns: Sequence[str], given: Sequence[str] | None) -> list[str]:
    return ["J" if name in given else "N" for name in columns] if given else [""] * len(columns)


def _grades(school_type: str) -> list[str]:
    return [str(grade) for grade in range(1, LAST_GRADE[school_type] + 1)]
