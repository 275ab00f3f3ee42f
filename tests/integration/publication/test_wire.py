"""What programs written for the original count on beside the answers: how they write values, and where things lie."""

from xml.etree.ElementTree import fromstring

import pytest
import yaml

from tests.integration.publication.helpers import Publication, two_units
from tests.integration.publication.test_adult_education import CODE, OTHER, a_story


async def publish_two_units(publication: Publication) -> None:
    story = two_units()
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()


@pytest.mark.parametrize(
    ("written", "expected"),
    [("true", [CODE]), ("True", [CODE]), ("TRUE", [CODE]), ("1", [CODE]), ("false", [OTHER]), ("False", [OTHER]),
     ("FALSE", [OTHER]), ("0", [OTHER]), ("", [CODE, OTHER]), ("true,false", [CODE, OTHER])],
)  # fmt: skip
async def test_a_boolean_may_be_written_as_python_r_and_php_write_it(
    publication: Publication, written: str, expected: list[str]
) -> None:
    await publication.hear(a_story().said)
    await publication.publish_complete()

    async with publication.api() as api:
        answer = await api.get("v2/education-providers", params={"grading_rights": written})

    assert [row["educationProviderCode"] for row in answer.json()["data"]["attributes"]] == expected


@pytest.mark.parametrize(("digits", "status"), [(9, 404), (10, 400), (5000, 400)])
async def test_a_number_of_any_length_is_no_fault_of_ours(publication: Publication, digits: int, status: int) -> None:
    await publish_two_units(publication)

    async with publication.api() as api:
        answer = await api.get(f"v1/skolform/{'9' * digits}")

    assert answer.status_code == status


@pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("skolenhet/1", 400), ("skolenhet/99999999", 404), ("nowhere", 404), ("kommun/x", 400)],
)
async def test_who_asks_for_xml_is_told_of_an_error_in_it(
    publication: Publication, path: str, status: int, kind: str
) -> None:
    await publish_two_units(publication)

    async with publication.api() as api:
        answer = await api.get(f"v1/{path}", headers={"Accept": kind})
        same = await api.get(f"v1/{path}")

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind)
    assert fromstring(answer.content).findtext("Message") == same.json()["Message"]  # noqa: S314 - our own


async def test_who_asks_for_text_xml_gets_that(publication: Publication) -> None:
    await publish_two_units(publication)

    async with publication.api() as api:
        answers = [await api.get("v1/kommun", headers={"Accept": kind}) for kind in ("text/xml", "application/xml")]

    assert [answer.headers["content-type"].partition(";")[0] for answer in answers] == ["text/xml", "application/xml"]
    assert answers[0].content == answers[1].content
    assert "Accept" in answers[0].headers["vary"].split(", ")


async def test_the_contract_lies_where_the_original_has_it(publication: Publication) -> None:
    await publish_two_units(publication)

    async with publication.api() as api:
        found = await api.get("skolenhetsregistret_v2_openapi.yaml")
        same = await api.get("v2/openapi.json")
        page = await api.get("swagger-ui/index.html")

    assert found.headers["content-type"].startswith("application/yaml")
    assert yaml.safe_load(found.content) == same.json()
    assert page.headers["location"] == "/skolenhetsregistret/docs/v2"
