"""The files of each day: what is in them, their addresses, and what catalogues tell of them."""

import csv
import gzip
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from frictionless import Package, system
from pyarrow import parquet
from pyshacl import validate
from rdflib import Graph

from services.publication.domain.catalogue import KINDS
from tests.builders import A_DAY
from tests.integration.publication.helpers import Publication, contents, view_of
from tests.integration.publication.test_v3 import PLACES, a_register

SHAPES = Path(__file__).parent / "dcat-ap-se.ttl"
FIRST = A_DAY + timedelta(days=1)


@pytest_asyncio.fixture
async def published(publication: Publication) -> Publication:
    """Two days, the second with a unit renamed and one closed."""
    story = a_register()
    for day in (FIRST, story.day):
        await publication.hear([said for said in story.said if view_of(said) <= str(day)])
        await publication.publish_complete()
    return publication


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
    assert rows(file(published, "andringar.csv"))[0] == {
        "SLAG": "school-units", "KOD": "10000002", "HÄNDELSE": "changed", "UPPGIFT": "displayName",
        "FÖRE": '"Katedralskolan"', "EFTER": '"Katedralskolan i Lund"',
    }  # fmt: skip


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
        assert (one["bytes"], one["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert file(published, f"{one['name']}.sha256").decode() == f"{one['sha256']}  {one['name']}\n"


async def test_the_data_package_describes_its_tables(published: Publication) -> None:
    """Frictionless reads the tables by their schemas: types, forms, keys, and links from one table to another."""
    folder = published.current / "skolenhetsregistret" / "extract"
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()

    assert report.valid, report.flatten(["title", "note", "rowNumber"])


@pytest.mark.parametrize(("form", "kind"), [("ttl", "turtle"), ("rdf", "xml"), ("jsonld", None)])
async def test_the_catalogue_is_dcat_ap_se(published: Publication, form: str, kind: str | None) -> None:
    told = contents(published.current)[f"dcat.{form}"]
    if kind is None:
        assert {node["@type"] for node in json.loads(told)["@graph"]} >= {"dcat:Catalog", "dcat:Dataset"}
        return

    conforms, _, said = validate(Graph().parse(data=told, format=kind), shacl_graph=Graph().parse(SHAPES))

    assert conforms, said


async def test_both_forms_of_the_catalogue_say_the_same(published: Publication) -> None:
    files = contents(published.current)
    turtle = Graph().parse(data=files["dcat.ttl"], format="turtle")
    xml = Graph().parse(data=files["dcat.rdf"], format="xml")

    assert set(turtle) == set(xml)
    assert len(turtle) > 100


async def types(api: httpx.AsyncClient, names: list[str]) -> dict[str, Any]:
    return {name: (await api.get(name)).headers["content-type"].partition(";")[0] for name in names}


async def test_each_is_served_as_what_it_is(published: Publication) -> None:
    async with published.api() as api:
        found = await types(api, [f"extract/{kind.name}" for kind in KINDS])
        others = await types(api, ["dcat.ttl", "dcat.rdf", "dcat.jsonld", "extract/index.json"])
        unknown = await api.get("extract/passwords.csv")

    assert found == {f"extract/{kind.name}": kind.media_type.partition(";")[0] for kind in KINDS}
    assert list(others.values()) == ["text/turtle", "application/rdf+xml", "application/ld+json", "application/json"]
    assert unknown.status_code == 404
