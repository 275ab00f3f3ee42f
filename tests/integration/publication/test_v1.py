"""The open API v1 (spec/openapi-v1.md), as its clients read it: JSON and XML, lists, one unit, by date, differences."""

from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from tests.builders import LUND
from tests.integration.publication.helpers import Publication, Story
from tests.units import INDEPENDENT

SCHOOL, HIGH, CLOSED, RESTING = "57004269", "27508103", "10000011", "10000022"
PLACE = {"latitude": "58.37352579255229", "longitude": "11.927218742989618", "coordinate_swe_ref_n": "6474401,621",
         "coordinate_swe_ref_e": "320304,352"}  # fmt: skip
VISITED = {"type": "BESOKSADRESS", "street_address": "Sångvägen 19", "postal_code": "451 71", "locality": "Uddevalla",
           "geo_coordinates": PLACE}  # fmt: skip


def a_story() -> Story:
    story = Story()
    story.register(
        SCHOOL, school_types=("GR", "FTH"), school_type_properties={"gr": {"grades": ("4", "5")}},
        special_support_school=True, addresses=(VISITED,), head_master="Rut Rektor", phone_number="0522-123 45",
    )  # fmt: skip
    story.register(
        HIGH, organization_number=INDEPENDENT, school_types=("GY", "VUX"), orientation_type="WALDORF",
        school_type_properties={"gy": {"programmes": ("NA", "SA25")},
                                "vux": {"school_type_parts": ("VUXGR", "VUXGY", "VUXSFI")}},
    )  # fmt: skip
    story.register(RESTING, status="VILANDE")
    story.register(CLOSED)
    story.close_day()
    story.edit(SCHOOL, display_name="Nya Fjällskolan")
    story.close_unit(CLOSED)
    story.close_day()
    return story


async def ask(api: httpx.AsyncClient, path: str, **headers: str) -> Any:
    answer = await api.get(f"v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_list_has_rows_in_the_contracts_order_without_what_has_ended(publication: Publication) -> None:
    await publication.hear(a_story().said)
    await publication.publish_complete()

    async with publication.api() as api:
        found = await ask(api, "skolenhet")
        same = await ask(api, "skolenhet/?kommunkod=0180")
        places = {name: (await ask(api, name))["Skolenheter"] for name in ("kommun/1281", f"huvudman/{INDEPENDENT}",
                                                                          "skolform/5", "skolform/13")}  # fmt: skip

    assert list(found) == ["Uttagsdatum", "Fotnot", "Skolenheter"]
    assert len(found["Uttagsdatum"].partition(".")[2].partition("+")[0]) == 7
    assert list(found["Skolenheter"][0]) == ["Skolenhetskod", "Kommunkod", "PeOrgNr", "Skolenhetsnamn", "Status"]
    assert [(row["Skolenhetskod"], row["Status"]) for row in found["Skolenheter"]] == [
        (RESTING, "Vilande"), (HIGH, "Aktiv"), (SCHOOL, "Aktiv"),
    ]  # fmt: skip
    assert same == found, "the filter never did anything"
    assert [row["Skolenhetskod"] for row in places[f"huvudman/{INDEPENDENT}"]] == [HIGH]
    assert [row["Skolenhetskod"] for row in places["skolform/5"]] == [RESTING, SCHOOL]
    assert [row["Skolenhetskod"] for row in places["skolform/13"]] == [HIGH]


async def test_a_unit_is_told_as_its_clients_read_it(publication: Publication) -> None:
    story = a_story()
    await publication.hear(story.said)
    await publication.publish_complete()
    first = story.day - timedelta(days=2)

    async with publication.api() as api:
        school = (await ask(api, f"skolenhet/{SCHOOL}"))["SkolenhetInfo"]
        high = (await ask(api, f"skolenhet/{HIGH}"))["SkolenhetInfo"]
        then = (await ask(api, f"skolenhet/{SCHOOL}/{first:%Y%m%d}"))["SkolenhetInfo"]

    assert (school["Namn"], then["Namn"]) == ("Nya Fjällskolan", f"Skola {SCHOOL}")
    assert school["Besoksadress"] == {
        "Adress": "Sångvägen 19", "Postnr": "45171", "Ort": "Uddevalla",
        "GeoData": {"Koordinat_SweRef_E": "320304.352", "Koordinat_SweRef_N": "6474401.621",
                    "Koordinat_WGS84_Lat": "58.37352579255229", "Koordinat_WGS84_Lng": "11.927218742989618"},
    }  # fmt: skip
    assert school["Huvudman"] == {"PeOrgNr": LUND, "Namn": "Lunds kommun", "Typ": "Kommun"}
    basic, leisure = school["Skolformer"]
    assert [basic[name] for name in ("type", "SkolformID", "SkolformKod", "Ak3", "Ak4", "Resursskola")] == [
        "Grundskola", 5, "11", False, True, True,
    ]  # fmt: skip
    assert (leisure["type"], leisure["SkolformKod"]) == ("Fritidshem", "15")
    assert [one["type"] for one in high["Skolformer"]] == ["Gymnasieskola", "Komvux", "Sfi"]
    assert (high["Skolformer"][0]["NA"], high["Inriktningstyp"]) == (True, "Waldorf")
    assert high["Skolenhet_ValidFrom"] == f"{first}T00:00:00"


async def test_differences_and_reference_lists(publication: Publication) -> None:
    story = a_story()
    await publication.hear(story.said)
    await publication.publish_complete()

    async with publication.api() as api:
        changed = await ask(api, f"diff/skolenhet/{story.day - timedelta(days=1):%Y%m%d}")
        organizers, types = await ask(api, "huvudman"), await ask(api, "skolform")

    assert changed["Skolenhetskoder"] == [CLOSED, SCHOOL]
    assert {row["Typ"] for row in organizers["Huvudman"]} == {"Kommunal", "Enskild"}
    assert "företagsregister" in organizers["Fotnot"]
    assert types["Skolformer"][0] == {"Benamning": "Gymnasieskola", "SkolformID": 1, "SkolformKod": None}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"skolenhet/{CLOSED}", 410), ("skolenhet/99999999", 404), ("skolenhet/1234", 400),
        (f"skolenhet/{SCHOOL}/20261", 400), (f"skolenhet/{SCHOOL}/19990101", 404), ("kommun/9999", 404),
        ("kommun/x", 400), ("skolform/99", 404), ("skolform/x", 400), ("huvudman/5560743089", 404),
        ("diff/skolenhet/x", 400), ("nowhere", 404),
    ],
)  # fmt: skip
async def test_what_is_not_there_is_told_in_a_message(publication: Publication, path: str, status: int) -> None:
    await publication.hear(a_story().said)
    await publication.publish_complete()

    async with publication.api() as api:
        answer = await api.get(f"v1/{path}")

    assert answer.status_code == status
    assert list(answer.json()) == ["Message"]


async def test_xml_has_the_same_when_it_is_asked_for(publication: Publication) -> None:
    await publication.hear(a_story().said)
    await publication.publish_complete()

    async with publication.api() as api:
        answer = await api.get(f"v1/skolenhet/{SCHOOL}", headers={"Accept": "application/xml"})
        plain = await api.get(f"v1/skolenhet/{SCHOOL}", headers={"Accept": "application/json, application/xml;q=0.5"})
        every = await api.get("v1/skolenhet", headers={"Accept": "text/xml"})

    listed = fromstring(every.content)  # noqa: S314 - our own
    root = fromstring(answer.content)  # noqa: S314 - our own
    assert answer.headers["content-type"].startswith("application/xml")
    assert root.findtext("SkolenhetInfo/Huvudman/PeOrgNr") == LUND
    assert root.findtext("SkolenhetInfo/Skolformer/Skolform/Ak4") == "true"
    assert plain.headers["content-type"] == "application/json"
    assert [one.findtext("Skolenhetskod") for one in listed.iter("Skolenhet")] == [
        RESTING, HIGH, SCHOOL,
    ]  # fmt: skip
    assert answer.headers["etag"] != plain.headers["etag"]
