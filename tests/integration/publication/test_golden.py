"""Golden answers, byte for byte: a unit of every kind, organizers of every type, and the lists.

After a wanted change: `RENEW_GOLDEN=1 .dev/venv/bin/python -m pytest tests/integration/publication/test_golden.py`,
then look at what git says has changed.
"""

import os
from pathlib import Path
from typing import Any

from services.contracts.registry import PublicOrganizer, PublicUnit
from tests.builders import organizer_registered, unit_registered
from tests.integration.publication.helpers import A_DAY_LATER, Publication, Story
from tests.integration.publication.kinds import ASSOCIATION, CLOSED, MADE, PROVIDER, REAL, TYPES, every_kind

GOLDEN = Path(__file__).parent / "golden"
XML = {"Accept": "application/xml"}
REAL_ORGANIZERS = ("2120000084", "5567025696")
V1 = {f"skolenhet-{code}": f"skolenhet/{code}" for code in [*REAL, *MADE]} | {
    "skolenhet": "skolenhet", "kommun": "kommun", "kommun-0180": "kommun/0180", "skolform": "skolform",
    "skolform-5": "skolform/5", "huvudman": "huvudman", f"huvudman-{ASSOCIATION}": f"huvudman/{ASSOCIATION}",
    "diff": "diff/skolenhet/20261124", f"skolenhet-{CLOSED}-then": f"skolenhet/{CLOSED}/20261123",
}  # fmt: skip
V2 = {f"school-unit-{code}": f"school-units/{code}" for code in [*REAL, *MADE]} | {
    f"organizer-{number}": f"organizers/{number}" for number in [*REAL_ORGANIZERS, *TYPES]
} | {
    "school-units": "school-units", "organizers": "organizers", "education-providers": "education-providers",
    "contracts": "contracts", "api-info": "api-info",
    f"education-provider-{PROVIDER}": f"education-providers/{PROVIDER}",
    f"contract-{PROVIDER}": f"contracts/{ASSOCIATION}/{PROVIDER}",
    f"school-unit-{CLOSED}-then": f"school-units/{CLOSED}?search_date=2026-11-23",
}  # fmt: skip


async def answers(publication: Publication) -> dict[str, bytes]:
    """Every golden file's name, and what is answered now."""
    async with publication.api() as api:
        first = {f"v1/{name}.json": await api.get(f"v1/{path}") for name, path in V1.items()}
        marked = {f"v1/{name}.xml": await api.get(f"v1/{path}", headers=XML) for name, path in V1.items()}
        second = {f"v2/{name}.json": await api.get(f"v2/{path}") for name, path in V2.items()}
    return {name: answer.content for name, answer in (first | marked | second).items()}


async def test_answers_are_the_golden_ones_byte_for_byte(publication: Publication) -> None:
    await publication.hear(every_kind().said)
    await publication.publish_complete()

    found = await answers(publication)

    if "RENEW_GOLDEN" in os.environ:
        for name, content in found.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(content)
    kept = {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in GOLDEN.rglob("*.*")}
    assert sorted(found) == sorted(kept)
    assert {name: text for name, text in found.items() if text != kept[name]} == {}


SEEN_V2: dict[str, Any] = {
    "data": {"type": "schoolunit", "schoolUnitCode": "43038662", "attributes": {
        "displayName": "Färentuna skola", "status": "AKTIV", "municipalityCode": "0125",
        "schoolTypes": ["GR", "FKLASS"],
        "addresses": [{"type": "BESOKSADRESS", "streetAddress": "Ölstavägen 5", "postalCode": "17998",
                       "locality": "Färentuna",
                       "geoCoordinates": {"latitude": "59.393258", "longitude": "17.662399"}}]}},
    "included": {"type": "organizer", "attributes": {"displayName": "EKERÖ KOMMUN", "organizerType": "KOMMUN"}},
}  # fmt: skip
"""What the original was seen to answer of a real unit (openapi-v2.md, Sample)."""
SEEN_V1 = {"SkolenhetInfo": {
    "Namn": "Fjällskolan", "Skolenhetskod": "57004269", "Status": "Aktiv",
    "Besoksadress": {"Adress": "Sångvägen 19", "Postnr": "45171", "Ort": "Uddevalla", "GeoData": {
        "Koordinat_SweRef_E": "320304.352", "Koordinat_SweRef_N": "6474401.621",
        "Koordinat_WGS84_Lat": "58.37352579255229", "Koordinat_WGS84_Lng": "11.927218742989618"}},
    "Kommun": {"Kommunkod": "1485", "Namn": "Uddevalla"},
    "Huvudman": {"PeOrgNr": "2120001397", "Namn": "UDDEVALLA KOMMUN", "Typ": "Kommun"},
    "Skolformer": [{"type": "Grundskola", "Benamning": "Grundskola", "SkolformID": 5, "SkolformKod": "11", "Ak1": False,
                    "Ak2": False, "Ak3": False, "Ak4": True, "Ak5": True, "Ak6": True, "Ak7": True, "Ak8": True,
                    "Ak9": True},
                   {"type": "Fritidshem", "Benamning": "Fritidshem", "SkolformID": 7, "SkolformKod": "15"}],
}}  # fmt: skip
"""The same of v1 (openapi-v1.md, Sample)."""
SEEN_ORGANIZERS = (
    {"organizationNumber": "2120000126", "displayName": "EKERÖ KOMMUN", "organizerType": "KOMMUN"},
    {"organizationNumber": "2120001397", "displayName": "UDDEVALLA KOMMUN", "organizerType": "KOMMUN",
     "municipalities": [{"municipalityCode": "1485", "displayName": "Uddevalla"}]},
)  # fmt: skip


def within(seen: Any, answer: Any) -> Any:
    """The part of an answer that was seen of the original."""
    if isinstance(seen, dict):
        return {name: within(value, answer.get(name)) for name, value in seen.items()}
    if isinstance(seen, list):
        return [within(*each) for each in zip(seen, answer, strict=True)]
    return answer


async def test_what_the_original_was_seen_to_answer_is_answered(publication: Publication) -> None:
    await publication.hear(as_seen().said)
    await publication.publish_complete()

    async with publication.api() as api:
        second = (await api.get("v2/school-units/43038662")).json()
        first = (await api.get("v1/skolenhet/57004269")).json()

    assert (within(SEEN_V2, second), within(SEEN_V1, first)) == (SEEN_V2, SEEN_V1)


def as_seen() -> Story:
    """A register that knows of both samples what they tell."""
    story = Story()
    days = {"register_day": story.day, "public_from": story.day + A_DAY_LATER}
    for organizer in SEEN_ORGANIZERS:
        story.say(organizer_registered(PublicOrganizer.model_validate(organizer), **days))
    seen = SEEN_V2["data"]["attributes"]
    place = {"coordinateSweRefN": "6474401,621", "coordinateSweRefE": "320304,352", "latitude": "58.37352579255229",
             "longitude": "11.927218742989618"}  # fmt: skip
    visit = {"type": "BESOKSADRESS", "streetAddress": "Sångvägen 19", "postalCode": "451 71", "locality": "Uddevalla",
             "geoCoordinates": place}  # fmt: skip
    for unit in (
        seen | {"schoolUnitCode": "43038662", "organizationNumber": "2120000126"},
        {"schoolUnitCode": "57004269", "organizationNumber": "2120001397", "displayName": "Fjällskolan",
         "status": "AKTIV", "municipalityCode": "1485", "schoolTypes": ["GR", "FTH"], "addresses": [visit],
         "schoolTypeProperties": {"gr": {"grades": ["4", "5", "6", "7", "8", "9"]}}},
    ):  # fmt: skip
        story._tell(unit_registered(PublicUnit.model_validate(unit), **days))
    story.close_day()
    return story
