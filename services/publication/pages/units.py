"""A school unit's page, and the picture of where it lies."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pyproj import Transformer

from services.publication.api.answers import answer
from services.publication.api.v3_answers import serving_now, telling_today
from services.publication.domain import drawings, words
from services.publication.domain.drawings import Ring
from services.publication.domain.listing import place
from services.publication.pages.nowhere import nowhere
from services.publication.queries import entities
from services.publication.rendering import page
from services.publication.store import listed

router = APIRouter(prefix="/register")
OUTLINES = Path(__file__).parents[2] / "contracts" / "outlines.json"
SVG = "image/svg+xml"
FACTS = ("status", "schoolUnitType", "schoolTypes", "orientationType", "headMaster", "startDate",
         "endDate", "schoolName")  # fmt: skip
NOTHING: tuple[Any, ...] = (None, [], "", "EJ_RELEVANT")
"""Values that are not worth a line."""
SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""What would end a script element early, within JSON."""


@router.get("/skolenheter/{code}")
async def unit(request: Request, code: str) -> Response:
    """Everything public about a school unit."""
    serving, state = serving_now(request), request.app.state
    by = telling_today(request, serving)
    said = await entities.one(state.pool, "unit", code, by)
    if said is None:
        return nowhere(request, serving)
    related = [one["schoolUnitCode"] for one in said["predecessors"] + said["successors"]]
    names = await listed.seen(state.pool, "unit", serving.day, serving.day, related)
    municipality = (said["municipality"] or {}).get("municipalityCode")
    return page(
        request, serving, "unit.html", unit=said, facts=_facts(said), about=_schema_org(said, state.base),
        states=await entities.history(state.pool, "unit", code, by), description=_description(said),
        map=f"/register/karta/{code}.svg" if municipality in outlines() else None,
        names={found: seen.body["displayName"] for found, seen in names.items()},
    )  # fmt: skip


@router.get("/karta/{code}.svg")
async def where(request: Request, code: str) -> Response:
    """The outline of the unit's municipality, with a dot where the unit is."""
    serving = serving_now(request)
    found = await listed.seen(request.app.state.pool, "unit", serving.day, serving.day, [code])
    rings = outlines().get(found[code].body.get("municipalityCode") or "") if code in found else None
    if rings is None:
        return nowhere(request, serving)
    at = place(found[code].body)
    return answer(request, serving, request.url.path, drawings.outline(rings, at and _metres(*at)).encode(), SVG)


@cache
def outlines() -> dict[str, list[Ring]]:
    """The outline of each municipality, by its code (services/contracts/outlines.md)."""
    found: dict[str, list[Ring]] = orjson.loads(OUTLINES.read_bytes())
    return found


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:3006", always_xy=True)


def _metres(longitude: float, latitude: float) -> tuple[float, float]:
    east, north = _transformer().transform(longitude, latitude)
    return east, north


def _facts(said: dict[str, Any]) -> list[tuple[str, str]]:
    """What is known, in Swedish."""
    plain = [(words.field(name), words.value(said[name])) for name in FACTS if said[name] not in NOTHING]
    properties = [
        (f"{words.school_type(kind.upper())}: {KINDS[name]}", ", ".join(values))
        for kind, found in said["schoolTypeProperties"].items()
        for name, values in found.items()
        if name in KINDS and values
    ]
    lines = [(ADDRESSES.get(one["type"], "Adress"), _line(one)) for one in said["addresses"]]
    return [*plain, *properties, *[(title, line) for title, line in lines if line]]


def _description(said: dict[str, Any]) -> str:
    """What a search engine shows below the name."""
    kinds = ", ".join(map(words.school_type, said["schoolTypes"]))
    place = said["municipality"] and f"i {said['municipality']['displayName']}"
    what = " ".join(filter(None, [kinds or "Skolenhet", place]))
    return f"{said['displayName']}. {what}. Skolenhetskod {said['schoolUnitCode']}, huvudman, adress och historik."


KINDS = {"grades": "årskurser", "programmes": "program", "schoolTypeParts": "delar"}
ADDRESSES = {"BESOKSADRESS": "Besöksadress", "POSTADRESS": "Postadress", "LEVERANSADRESS": "Leveransadress",
             "UTLANDSADRESS": "Adress utomlands"}  # fmt: skip


def _line(address: dict[str, Any]) -> str:
    town = words.town(address["postalCode"], address["locality"])
    return ", ".join(filter(None, [address["careOfAddress"], address["streetAddress"], town, address["country"]]))


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}


def _schema_org(said: dict[str, Any], base: str) -> str:
    """What search engines read (schema.org, School)."""
    visited = next((one for one in said["addresses"] if one["type"] == "BESOKSADRESS"), None)
    told = {
        "@context": "https://schema.org", "@type": "School",
        "@id": f"{base}/register/skolenheter/{said['schoolUnitCode']}",
        "identifier": said["schoolUnitCode"], "name": said["displayName"], "url": said["url"], "email": said["email"],
        "telephone": said["phoneNumber"],
        "parentOrganization": {"@type": "Organization", "name": said["organizer"]["displayName"]},
        "address": visited and _known({
            "@type": "PostalAddress", "streetAddress": visited["streetAddress"], "postalCode": visited["postalCode"],
            "addressLocality": visited["locality"], "addressCountry": "SE",
        }),
        "geo": said["location"] and {"@type": "GeoCoordinates", **said["location"]},
    }  # fmt: skip
    text = orjson.dumps(_known(told)).decode()
    return "".join(SCRIPT.get(letter, letter) for letter in text)
