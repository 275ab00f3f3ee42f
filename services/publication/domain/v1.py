"""Answers of the open API v1 (spec/openapi-v1.md): Swedish names without å, ä, ö; the same facts as v2."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.publication.domain.history import Seen
from services.publication.domain.wire import as_json

PATH = "/skolenhetsregistret/v1"
STATUSES = {"AKTIV": "Aktiv", "VILANDE": "Vilande", "PLANERAD": "Planerad", "UPPHORT": "Upphört"}
ENDED = "UPPHORT"
UNIT_TYPES = {"SKOLENHET": "Skolenhet", "CENTRAL": "Central insamlingsenhet", "UTLAND": "Skolenhet utomlands"}
ORIENTATIONS = {"EJ_RELEVANT": "Ej relevant", "ALLMAN": "Allmän", "KONFESSIONELL": "Konfessionell",
                "INTERNATIONELL": "Internationell", "WALDORF": "Waldorf", "RIKSINTERNAT": "Riksinternat"}  # fmt: skip
IN_UNIT = {"KOMMUN": "Kommun", "KOMMFORB": "Kommun", "ENSKILD": "Enskild", "HMANUTL": "Enskild", "REGION": "Region",
           "STAT": "Stat", "SAME": "Stat", "SPECIAL": "Stat"}  # fmt: skip
IN_LIST = {"KOMMUN": "Kommunal", "KOMMFORB": "Kommunalförbund", "ENSKILD": "Enskild", "HMANUTL": "Enskild",
           "REGION": "Region", "STAT": "Skolverket", "SAME": "Sameskolan", "SPECIAL": "Specialskola"}  # fmt: skip
"""An organizer's type has two vocabularies, one in a unit and one in the list of organizers."""
SCHOOL_TYPES = {
    1: "Gymnasieskola", 2: "Komvux som anpassad utbildning", 3: "Anpassad gymnasieskola", 4: "Komvux", 5: "Grundskola",
    6: "Förskoleklass", 7: "Fritidshem", 8: "Anpassad grundskola", 9: "Öppen fritidsverksamhet", 11: "Öppen förskola",
    12: "Specialskola", 13: "Komvux i svenska för invandrare", 14: "Central insamlingsenhet", 15: "Sameskola",
}  # fmt: skip
KINDS = {
    "FKLASS": ("Forskoleklass", 6), "FTH": ("Fritidshem", 7), "OPPFTH": ("Oppenfritidsverksamhet", 9),
    "GR": ("Grundskola", 5), "GRAN": ("Grundsarskola", 8), "SP": ("Specialskola", 12), "SAM": ("Grundsameskola", 15),
    "GY": ("Gymnasieskola", 1), "GYAN": ("Gymnasiesarskola", 3), "VUXGR": ("Komvux", 4), "VUXGY": ("Komvux", 4),
    "VUXGRAN": ("Sarvux", 2), "VUXGYAN": ("Sarvux", 2), "VUXSFI": ("Sfi", 13), "CENTRAL": ("Central", 14),
}  # fmt: skip
"""A v2 school type, or part of adult education: its old name and its number."""
NUMBERS = {5: "11", 7: "15", 1: "21"}
"""SkolformKod where it is known; the others were never seen."""
LAST_GRADE = {"GR": 9, "GRAN": 9, "SP": 10, "SAM": 6}
GEO = {"Koordinat_SweRef_E": "coordinateSweRefE", "Koordinat_SweRef_N": "coordinateSweRefN",
       "Koordinat_WGS84_Lat": "latitude", "Koordinat_WGS84_Lng": "longitude"}  # fmt: skip
OF_ORGANIZERS = "Uppgifterna om huvudmän kommer från SCB:s allmänna företagsregister."

Programmes = Mapping[str, Sequence[str]]


def answer(extract_date: str, name: str, value: Any, note: str | None = None) -> bytes:
    """An answer: when the extract was made, with seven digits of the second, a note, and what was asked for."""
    return as_json({"Uttagsdatum": seven_digits(extract_date), "Fotnot": note, name: value})


def ends(extract_date: str, name: str, note: str | None = None) -> tuple[bytes, bytes]:
    """What stands before the value in an answer, and after."""
    whole = answer(extract_date, name, 0, note)
    return whole[:-2], whole[-1:]


def error(message: str) -> dict[str, str]:
    """An error (openapi-v1.md, Endpoints)."""
    return {"Message": message}


def seven_digits(extract_date: str) -> str:
    """2026-11-24T00:00:01.25+01:00 as 2026-11-24T00:00:01.2500000+01:00."""
    head, _, rest = extract_date.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits:<07}{rest[len(digits) :]}"


def row(unit: Seen) -> dict[str, Any]:
    """A unit's row of every list."""
    body = unit.body
    return {"Skolenhetskod": unit.id, "Kommunkod": body.get("municipalityCode"), "PeOrgNr": body["organizationNumber"],
            "Skolenhetsnamn": body["displayName"], "Status": STATUSES[body["status"]]}  # fmt: skip


def organizer_row(organizer: Seen) -> dict[str, Any]:
    """An organizer's row."""
    body = organizer.body
    return {"PeOrgNr": organizer.id, "Namn": body["displayName"], "Typ": IN_LIST[body["organizerType"]]}


def school_type_numbers(body: Mapping[str, Any]) -> list[int]:
    """The numbers of a unit's school types, each once."""
    return list(dict.fromkeys(KINDS[kind][1] for kind in _kinds(body)))


def unit_info(unit: Seen, organizer: Seen | None, places: Mapping[str, str], programmes: Programmes) -> dict[str, Any]:
    """All that is said of a unit."""
    body = unit.body
    municipality = body.get("municipalityCode")
    addresses = {address["type"]: address for address in body.get("addresses", ())}
    return {
        "Namn": body["displayName"], "SkolaNamn": body.get("schoolName"), "Skolenhetskod": unit.id,
        "Status": STATUSES[body["status"]], "Startdatum": body.get("startdate"),
        "Nedlaggningsdatum": body.get("endDate"), "Skolenhet_ValidFrom": f"{unit.modified}T00:00:00",
        "Skolenhetstyp": UNIT_TYPES[body["schoolUnitType"]],
        "Inriktningstyp": ORIENTATIONS[body.get("orientationType") or "EJ_RELEVANT"],
        "Resursskola": bool(body.get("specialSupportSchool")), "Rektorsnamn": body.get("headMaster"),
        "Epost": body.get("email"), "Telefon": body.get("phoneNumber"), "Webbadress": body.get("url"),
        "Besoksadress": _visited(addresses.get("BESOKSADRESS", {})),
        "Utdelningsadress": _address(addresses.get("POSTADRESS", {})),
        "Leveransadress": _address(addresses.get("LEVERANSADRESS", {})),
        "Kommun": {"Kommunkod": municipality, "Namn": places.get(municipality or "")},
        "Huvudman": _organizer(organizer, body), "Skolformer": list(_school_types(body, programmes)),
    }  # fmt: skip


def school_types() -> list[dict[str, Any]]:
    """The list of school types, whose codes are null there."""
    return [{"Benamning": name, "SkolformID": number, "SkolformKod": None} for number, name in SCHOOL_TYPES.items()]


def _organizer(organizer: Seen | None, body: Mapping[str, Any]) -> dict[str, Any]:
    said = organizer.body if organizer else {}
    kind = IN_UNIT[said["organizerType"]] if organizer else None
    return {"PeOrgNr": body["organizationNumber"], "Namn": said.get("displayName"), "Typ": kind}


def _address(address: Mapping[str, Any]) -> dict[str, str]:
    parts = {"Adress": "streetAddress", "Postnr": "postalCode", "Ort": "locality"}
    return {name: (address.get(part) or "") for name, part in parts.items()} | {
        "Postnr": (address.get("postalCode") or "").replace(" ", "")
    }


def _visited(address: Mapping[str, Any]) -> dict[str, Any]:
    place = address.get("geoCoordinates") or {}
    geo = {name: (place.get(part) or "").replace(",", ".") for name, part in GEO.items()}
    return {**_address(address), "GeoData": geo}


def _kinds(body: Mapping[str, Any]) -> Iterable[str]:
    properties = body.get("schoolTypeProperties", {})
    for kind in body.get("schoolTypes", ()):
        yield from properties.get("vux", {}).get("schoolTypeParts", ()) if kind == "VUX" else (kind,)
    if body["schoolUnitType"] == "CENTRAL":
        yield "CENTRAL"


def _school_types(body: Mapping[str, Any], programmes: Programmes) -> Iterable[dict[str, Any]]:
    seen: set[int] = set()
    for kind in _kinds(body):
        old_name, number = KINDS[kind]
        if number not in seen:
            seen.add(number)
            yield {"type": old_name, "Benamning": SCHOOL_TYPES[number], "SkolformID": number,
                   "SkolformKod": NUMBERS.get(number), **_details(body, kind, programmes)}  # fmt: skip


def _details(body: Mapping[str, Any], kind: str, programmes: Programmes) -> dict[str, bool]:
    found = body.get("schoolTypeProperties", {}).get(kind.lower(), {})
    if kind in LAST_GRADE:
        grades = {f"Ak{grade}": str(grade) in found.get("grades", ()) for grade in range(1, LAST_GRADE[kind] + 1)}
        return grades | ({"Resursskola": bool(body.get("specialSupportSchool"))} if kind == "GR" else {})
    if kind in {"GY", "GYAN"}:
        return {code: code in found.get("programmes", ()) for code in programmes.get(kind, ())}
    return {}
