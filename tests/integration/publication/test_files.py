"""The files of each day: what is in them, their addresses, and what catalogues tell of them."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from frictionless import Package, system
from pyarrow import parquet
from pyshacl import validate
from rdflib import DCAT, DCTERMS, Graph, URIRef
from rdflib.compare import isomorphic

from services.publication.domain.catalogue import KINDS
from tests.builders import A_DAY, LUND
from tests.integration.publication.helpers import BASE, Publication, Story, contents, view_of
from tests.integration.publication.test_adult_education import CODE, a_story
from tests.integration.publication.test_v3 import PLACES, a_register

SHAPES = Path(__file__).parent / "dcat-ap-se.ttl"
FIRST = A_DAY + timedelta(days=1)
FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
ROWS = {
    "skolenheter.xlsx": 6, "skolenheter.csv": 5, "skolenheter-excel.csv": 5, "skolenheter.jsonl.gz": 5,
    "skolenheter.geojson": 5, "skolenheter.parquet": 5, "huvudman.csv": 2, "utbildningsanordnare.csv": 0,
    "entreprenad.csv": 0, "andringar.csv": 3, "andringar.jsonl": 2,
}  # fmt: skip
"""The units in each sheet that have not ended; each unit; what there is of others."""


@pytest_asyncio.fixture
async def published(publication: Publication) -> Publication:
    """Two days, the second with a unit renamed and one closed."""
    await hear_and_publish(publication, a_register())
    return publication


async def hear_and_publish(publication: Publication, story: Story) -> None:
    """A story's two days."""
    for day in (FIRST, story.day):
        await publication.hear([said for said in story.said if view_of(said) <= str(day)])
        await publication.publish_complete()


def file(publication: Publication, name: str) -> bytes:
    return contents(publication.current)[f"extract/{name}"]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


async def test_json_lines_have_each_unit_as_v3_tells_it(published: Publication) -> None:
    units = [json.loads(line) for line in gzip.decompress(file(published, "skolenheter.jsonl.gz")).splitlines()]
    async with published.api() as api:
        told = (await api.get("v3/school-units?sort=id")).json()["data"]

    assert units == told


async def test_the_map_has_each_unit_that_has_a_place(published: Publication) -> None:
    features = json.loads(file(published, "skolenheter.geojson"))["features"]

    assert [feature["id"] for feature in features] == sorted(PLACES)
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [13.191, 55.7047]}


async def test_parquet_has_numbers_days_and_lists(published: Publication) -> None:
    table = parquet.read_table(io.BytesIO(file(published, "skolenheter.parquet"))).to_pylist()

    assert [row["schoolUnitCode"] for row in table] == sorted(PLACES)
    assert (table[1]["latitude"], table[1]["grades"], table[1]["created"]) == (55.7047, ["1", "2"], A_DAY)
    assert table[1]["municipalityName"] == "Lund"


async def test_changes_since_the_day_before(published: Publication) -> None:
    lines = [json.loads(line) for line in file(published, "andringar.jsonl").splitlines()]

    assert [(one["id"][-1], one["what"]) for one in lines] == [("2", "changed"), ("4", "ended")]
    async with published.api() as api:
        feed = (await api.get(f"v3/changes?from={FIRST + timedelta(days=1)}")).json()["data"]
    table = rows(file(published, "andringar.csv"))
    assert table[0] == {
        "NUMMER": str(feed[0]["seq"]), "SLAG": "school-units", "KOD": "10000002", "NAMN": "Katedralskolan i Lund",
        "HÄNDELSE": "changed", "UPPGIFT": "displayName", "FÖRE": "Katedralskolan", "EFTER": "Katedralskolan i Lund",
    }  # fmt: skip
    assert {(row["KOD"], row["NUMMER"]) for row in table} == {(one["id"], str(one["seq"])) for one in feed}


async def test_changes_of_a_contract_name_both_parties_and_each_value(publication: Publication) -> None:
    await hear_and_publish(publication, a_story())

    table = rows(file(publication, "andringar.csv"))

    assert [(row["KOD"], row["NAMN"], row["UPPGIFT"], row["FÖRE"], row["EFTER"]) for row in table] == [
        (f"{LUND}/{CODE}", "Lunds kommun, Kursbolaget AB", "status", "aktiv", "inaktiv"),
        (f"{LUND}/{CODE}", "Lunds kommun, Kursbolaget AB", "schoolTypeParts.VUXSFI.validTo", "", str(A_DAY)),
    ]


async def test_files_have_an_address_of_their_day_that_never_changes(published: Publication) -> None:
    async with published.api() as api:
        latest, now, then = [
            await api.get(f"extract/{day}andringar.csv") for day in ("", f"{FIRST + timedelta(days=1)}/", f"{FIRST}/")
        ]
        days = (await api.get("extract/")).json()
        missing = await api.get("extract/1999-01-01/andringar.csv")

    assert latest.content == now.content != then.content
    assert rows(then.content) == [], "there was no day before"
    assert "immutable" in now.headers["cache-control"]
    assert "immutable" not in latest.headers["cache-control"]
    assert [day["day"] for day in days["days"]] == [str(FIRST + timedelta(days=1)), str(FIRST)]
    assert missing.status_code == 404


async def test_the_index_tells_of_each_file_with_its_checksum(published: Publication) -> None:
    index = json.loads(file(published, "index.json"))

    assert [one["name"] for one in index["files"]] == [kind.name for kind in KINDS]
    for one in index["files"]:
        data = file(published, one["name"])
        assert one["rows"] == ROWS[one["name"]], one["name"]
        assert (one["bytes"], one["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert file(published, f"{one['name']}.sha256").decode() == f"{one['sha256']}  {one['name']}\n"


def validated(folder: Path) -> list[Any]:
    """What Frictionless finds wrong, reading the tables by their schemas: types, forms, keys, links between tables."""
    with system.use_context(trusted=True):
        found: list[Any] = Package(str(folder / "datapackage.json")).validate().flatten(["title", "type", "note"])
    return found


@pytest.mark.parametrize("told", [a_register, a_story])
async def test_the_data_package_describes_its_tables(publication: Publication, told: Callable[[], Story]) -> None:
    await hear_and_publish(publication, told())

    folder = publication.current / "skolenhetsregistret" / "extract"
    described = json.loads(file(publication, "datapackage.json"))["resources"]

    assert validated(folder) == []
    assert [one["path"] for one in described] == [kind.name for kind in KINDS if kind.columns]


@pytest.mark.parametrize("key", [LUND, CODE])
async def test_what_a_contract_refers_to_is_in_the_other_tables(publication: Publication, key: str) -> None:
    await hear_and_publish(publication, a_story())
    folder = publication.current / "skolenhetsregistret" / "extract"
    table = folder / "entreprenad.csv"
    assert key in table.read_text()
    table.write_bytes(table.read_bytes().replace(key.encode(), b"9" * len(key)))

    assert "foreign-key" in {kind for _, kind, _ in validated(folder)}


def catalogue(publication: Publication, form: str) -> Graph:
    """The catalogue in one of its forms."""
    return Graph().parse(data=contents(publication.current)[f"dcat.{form}"], format=FORMS[form])


async def test_the_catalogue_is_dcat_ap_se(published: Publication) -> None:
    conforms, _, said = validate(catalogue(published, "ttl"), shacl_graph=Graph().parse(SHAPES))

    assert conforms, said


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own, as it reads JSON-LD
async def test_all_forms_of_the_catalogue_say_the_same(published: Publication) -> None:
    turtle, *others = [catalogue(published, form) for form in FORMS]

    assert [isomorphic(turtle, other) for other in others] == [True, True]
    assert len(turtle) > 100


async def test_the_catalogue_tells_the_day_the_forms_and_what_is_packed(published: Publication) -> None:
    found = catalogue(published, "ttl")
    at = f"{BASE}/skolenhetsregistret/dcat#"
    packed = found.value(URIRef(f"{at}file-skolenheter.jsonl.gz"), DCAT.compressFormat)

    assert str(found.value(URIRef(f"{at}day"), DCAT.startDate)) == str(FIRST + timedelta(days=1))
    assert str(packed).endswith("application/gzip")
    assert str(found.value(URIRef(f"{at}file-skolenheter.geojson"), DCTERMS.conformsTo)).endswith("rfc7946")
    assert [str(api) for api in found.objects(URIRef(f"{at}api-v3"), DCAT.endpointURL)] == [
        f"{BASE}/skolenhetsregistret/v3"
    ]


async def types(api: httpx.AsyncClient, names: list[str]) -> dict[str, Any]:
    return {name: (await api.get(name)).headers["content-type"].partition(";")[0] for name in names}


async def test_each_is_served_as_what_it_is(published: Publication) -> None:
    async with published.api() as api:
        found = await types(api, [f"extract/{kind.name}" for kind in KINDS])
        others = await types(api, ["dcat.ttl", "dcat.rdf", "dcat.jsonld", "extract/index.json"])
        unknown = await api.get("extract/passwords.csv")

    assert found == {f"extract/{kind.name}": kind.served_as.partition(";")[0] for kind in KINDS}
    assert list(others.values()) == ["text/turtle", "application/rdf+xml", "application/ld+json", "application/json"]
    assert unknown.status_code == 404
