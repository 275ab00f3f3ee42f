"""Dumps of other registers read as rows in v2's names: v1 and v2 JSON, and CSV (spec/openapi-v1.md, openapi-v2.md)."""

from collections.abc import Mapping
from typing import Any

CSV_COLUMNS = {
    "SKOLENHETSKOD": "schoolUnitCode", "SKOLENHETENS NAMN": "displayName", "ORGANISATIONSNR": "organizationNumber",
    "KOMMUN": "municipalityCode", "TELENR": "phoneNumber", "EPOST": "email", "WEBB": "url",
    "REKTORS NAMN": "headMaster", "INRIKTNING": "orientationType", "STATUS": "status",
}  # fmt: skip
CSV_ADDRESSES = {
    "BESOKSADRESS": {"BESÖKSADRESS": "streetAddress", "BESÖKSPOSTNR": "postalCode", "BESÖKSPOSTORT": "locality"},
    "POSTADRESS": {"ADRESS": "streetAddress", "POSTNR": "postalCode", "POSTORT": "locality"},
}
V1_STATUS = {"Aktiv": "AKTIV", "Vilande": "VILANDE", "Planerad": "PLANERAD", "Upphört": "UPPHORT"}
V1_ORIENTATION = {
    "Ej relevant": "EJ_RELEVANT", "Allmän": "ALLMAN", "Konfessionell": "KONFESSIONELL", "Waldorf": "WALDORF",
    "Internationell": "INTERNATIONELL", "Riksinternat": "RIKSINTERNAT",
}  # fmt: skip
V1_TYPES = {
    "Forskoleklass": "FKLASS", "Fritidshem": "FTH", "Oppenfritidsverksamhet": "OPPFTH", "Grundskola": "GR",
    "Grundsarskola": "GRAN", "Specialskola": "SP", "Grundsameskola": "SAM", "Gymnasieskola": "GY",
    "Gymnasiesarskola": "GYAN", "Komvux": "VUX", "Sarvux": "VUX", "Sfi": "VUX",
}  # fmt: skip
V1_ADDRESSES = {"Besoksadress": "BESOKSADRESS", "Utdelningsadress": "POSTADRESS", "Leveransadress": "LEVERANSADRESS"}
V1_PLACE = {
    "Koordinat_SweRef_N": "coordinateSweRefN", "Koordinat_SweRef_E": "coordinateSweRefE",
    "Koordinat_WGS84_Lat": "latitude", "Koordinat_WGS84_Lng": "longitude",
}  # fmt: skip


def v2_names(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row of any known form in v2's flat names; None when it is of no form that is known here."""
    try:
        return _named(row)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None  # a part of it is of another kind than its form has there


def _named(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if "SkolenhetInfo" in row:
        return _from_v1(row["SkolenhetInfo"])
    if "Skolenhetskod" in row:
        return _from_v1(row)
    if "data" in row:
        return _from_v2(row)
    if "SKOLENHETSKOD" in row:
        return _from_csv(row)
    if "schoolUnitCode" in row:
        return {"displayName": row.get("name"), **row}
    return None


def _from_v2(row: Mapping[str, Any]) -> dict[str, Any]:
    data = row["data"]
    owner = (row.get("included") or {}).get("organizationNumber")
    return dict(data["attributes"]) | {
        "schoolUnitCode": data.get("schoolUnitCode"),
        "organizationNumber": owner,
    }


def _from_v1(info: Mapping[str, Any]) -> dict[str, Any]:
    types = [kind for form in info.get("Skolformer") or () if (kind := V1_TYPES.get(form.get("type")))]
    central = any(form.get("type") == "Central" for form in info.get("Skolformer") or ())
    found = {
        "schoolUnitCode": info.get("Skolenhetskod"),
        "organizationNumber": (info.get("Huvudman") or info).get("PeOrgNr"),
        "displayName": info.get("Namn") or info.get("Skolenhetsnamn"),
        "schoolName": info.get("SkolaNamn"),
        "status": V1_STATUS.get(info.get("Status", ""), info.get("Status")),
        "startdate": info.get("Startdatum"),
        "endDate": info.get("Nedlaggningsdatum"),
        "headMaster": info.get("Rektorsnamn"),
        "email": info.get("Epost"),
        "phoneNumber": info.get("Telefon"),
        "url": info.get("Webbadress"),
        "orientationType": V1_ORIENTATION.get(info.get("Inriktningstyp", "")),
        "schoolUnitType": "CENTRAL" if central else None,
        "municipalityCode": (info.get("Kommun") or info).get("Kommunkod"),
        "schoolTypes": list(dict.fromkeys(types)),
        "schoolTypeProperties": _v1_details(info),
        "addresses": [a for name, kind in V1_ADDRESSES.items() if (a := _v1_address(info.get(name) or {}, kind))],
        "specialSupportSchool": info.get("Resursskola") or None,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _v1_details(info: Mapping[str, Any]) -> dict[str, Any]:
    """Grades and programmes are marks on the school form: `Ak4`, `NA`."""
    found: dict[str, Any] = {}
    for form in info.get("Skolformer") or ():
        grades = [str(number) for number in range(1, 11) if form.get(f"Ak{number}")]
        programmes = [name for name, marked in form.items() if marked is True and name.isupper()]
        kind = V1_TYPES.get(form.get("type"), "").lower()
        if kind in {"gy", "gyan"} and programmes:
            found[kind] = {"programmes": programmes}
        elif kind and grades:
            found[kind] = {"grades": grades}
    return found


def _v1_address(address: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    names = {"Adress": "streetAddress", "Postnr": "postalCode", "Ort": "locality"}
    found: dict[str, Any] = {ours: address[theirs] for theirs, ours in names.items() if address.get(theirs)}
    place = {ours: text for theirs, ours in V1_PLACE.items() if (text := (address.get("GeoData") or {}).get(theirs))}
    if place:
        found["geoCoordinates"] = place
    return {"type": kind, **found} if found else None


def _from_csv(cells: Mapping[str, str]) -> dict[str, Any]:
    row = {name: _plain(text) for name, text in cells.items() if isinstance(text, str)}
    found: dict[str, Any] = {ours: row[theirs] for theirs, ours in CSV_COLUMNS.items() if row.get(theirs)}
    if types := (row.get("SKOLFORMER") or "").split():
        found["schoolTypes"] = types
    grades: dict[str, Any] = {}
    for text in (row.get("ÅRSKURSER") or "").split():
        kind, _, grade = text.partition(":")
        grades.setdefault(kind.lower(), {"grades": []})["grades"].append(grade)
    if grades:
        found["schoolTypeProperties"] = grades
    addresses = []
    for kind, names in CSV_ADDRESSES.items():
        address: dict[str, Any] = {ours: row[theirs] for theirs, ours in names.items() if row.get(theirs)}
        if kind == "BESOKSADRESS" and row.get("LATITUD") and row.get("LONGITUD"):
            address["geoCoordinates"] = {"latitude": row["LATITUD"], "longitude": row["LONGITUD"]}
        if address:
            addresses.append({"type": kind, **address})
    return found | ({"addresses": addresses} if addresses else {})


def _plain(text: str) -> str:
    """The extract puts an apostrophe before what a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text
