"""Fields and values in plain Swedish, for mails."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.notifications.domain import swedish

FIELDS = {
    "displayName": "Skolenhetens namn", "schoolName": "Skolans namn", "status": "Status", "url": "Webbadress",
    "email": "E-postadress", "phoneNumber": "Telefonnummer", "headMaster": "Rektors namn",
    "headMasterPersonalIdentityNumber": "Rektors personnummer", "headMasterWorkEmail": "Rektors e-postadress i arbetet",
    "orientationType": "Inriktning", "schoolUnitType": "Typ av skolenhet", "municipalityCode": "Lägeskommun",
    "schoolTypes": "Skolformer", "specialSupportSchool": "Resursskola", "hospitalSchool": "Sjukhusskola",
    "reportsStudents": "Rapporterar elever", "reportsPersonell": "Rapporterar personal", "startdate": "Startdatum",
    "endDate": "Nedläggningsdatum", "municipalAdultEducationProvidedInternally": "Komvux i egen regi",
    "organizationNumber": "Huvudman",
}  # fmt: skip
PARTS = {
    "BESOKSADRESS": "besöksadress", "POSTADRESS": "postadress",
    "LEVERANSADRESS": "leveransadress", "UTLANDSADRESS": "adress utomlands", "careOfAddress": "c/o",
    "streetAddress": "gatuadress", "postalCode": "postnummer", "locality": "postort", "country": "land",
    "continent": "världsdel", "latitude": "latitud", "longitude": "longitud",
    "coordinateSweRefN": "SWEREF 99 TM nord", "coordinateSweRefE": "SWEREF 99 TM öst",
    "gr": "grundskola", "gran": "anpassad grundskola",
    "sp": "specialskola", "sam": "sameskola", "gy": "gymnasieskola", "gyan": "anpassad gymnasieskola", "vux": "komvux",
    "grades": "årskurser", "programmes": "program", "csnCode": "CSN-kod", "schoolTypeParts": "delar",
}  # fmt: skip
GROUPS = {"addresses", "geoCoordinates", "schoolTypeProperties"}
VALUES = {
    "AKTIV": "Aktiv", "VILANDE": "Vilande", "UPPHORT": "Upphört", "PLANERAD": "Planerad", "ALLMAN": "Allmän",
    "WALDORF": "Waldorf", "KONFESSIONELL": "Konfessionell", "RIKSINTERNAT": "Riksinternat",
    "INTERNATIONELL": "Internationell", "EJ_RELEVANT": "Ej relevant", "SKOLENHET": "Skolenhet",
    "CENTRAL": "Central insamlingsenhet", "UTLAND": "Utlandsskola", "FKLASS": "Förskoleklass", "FTH": "Fritidshem",
    "OPPFTH": "Öppen fritidsverksamhet", "GR": "Grundskola", "GRAN": "Anpassad grundskola", "SP": "Specialskola",
    "SAM": "Sameskola", "GY": "Gymnasieskola", "GYAN": "Anpassad gymnasieskola", "VUX": "Komvux",
    "VUXGR": "Komvux på grundläggande nivå", "VUXGY": "Komvux på gymnasial nivå",
    "VUXGRAN": "Komvux som anpassad utbildning på grundläggande nivå",
    "VUXGYAN": "Komvux som anpassad utbildning på gymnasial nivå", "VUXSFI": "Svenska för invandrare",
    "NEJ": "Nej", "KOMMUNAL": "För kommunal verksamhet", "ENSKILD": "För enskild verksamhet",
}  # fmt: skip
EMPTY = "(tomt)"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def field(path: str) -> str:
    """A field's name: `addresses/BESOKSADRESS/streetAddress` is "Besöksadress, gatuadress"."""
    if path in FIELDS:
        return FIELDS[path]
    words = ", ".join(PARTS.get(part, part) for part in path.split("/") if part not in GROUPS)
    return words[:1].upper() + words[1:]


def value(of: Any) -> str:
    """A value as people read it."""
    if of in (None, "", []):
        return EMPTY
    if isinstance(of, bool):
        return "Ja" if of else "Nej"
    if isinstance(of, list):
        return ", ".join(value(item) for item in of)
    if str(of) in VALUES or not DAY.fullmatch(str(of)):
        return VALUES.get(str(of), str(of))
    try:
        return swedish.day(date.fromisoformat(str(of)))
    except ValueError:  # somebody's text, that only looks like a day
        return str(of)


def change(changed: Mapping[str, Any]) -> dict[str, Any]:
    """A change for a template: its field's name, its values, and whether they may be shown."""
    return {
        "field": field(changed["field"]),
        "before": value(changed.get("before")),
        "after": value(changed.get("after")),
        "protected": bool(changed.get("protected")),
    }
