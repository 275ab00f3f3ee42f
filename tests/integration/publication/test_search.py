"""Questions as people ask them: by place, postcode and school type, with words split or joined as they come."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.builders import LUND
from tests.integration.publication.helpers import Publication, Story

NAMES = {
    "10000001": ("Svaleboskolan", "1281", "224 60", ("GR", "FKLASS")),
    "10000002": ("S:t Thomas skola", "1281", "22230", ("GRAN",)),
    "10000003": ("Sankta Maria", "0180", "11220", ("GY",)),
    "10000004": ("Kungsholmens skola", "0180", "11221", ("GR",)),
    "10000005": ("Lärcentrum", "2583", "97231", ("VUX",)),
}
PROPERTIES = {"10000005": {"vux": {"schoolTypeParts": ["VUXSFI"]}}}


@pytest_asyncio.fixture
async def api(publication: Publication) -> AsyncIterator[httpx.AsyncClient]:
    story = Story()
    for code, (name, municipality, postcode, school_types) in NAMES.items():
        address = {"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "postalCode": postcode, "locality": "Orten"}
        story.register(
            code, addresses=(address,), organization_number=LUND, municipality_code=municipality,
            school_types=school_types, school_type_properties=PROPERTIES.get(code, {}),
        )  # fmt: skip
        story.edit(code, display_name=name)
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    async with publication.api() as client:
        yield client


MEANT = {
    "svalebo skolan": "1", "svalebo skol": "1", "st thomas": "2", "sankt thomas": "2", "S:t Thomas": "2",
    "s:ta maria": "3", "sta maria": "3", "grundskolan i stockholm": "4", "gymnasium stockholm": "3",
    "anpassad grundskola": "2",
    "Skåne": "21", "skane lan": "21", "skola skåne län": "2", "Stockholms län": "43",
    "skåme": "21", "224 60": "1", "22460": "1", "112": "43", "sfi": "5", "stockholm grunds": "4",
    "gymnasium skåne": "", "komvux i norrbotten": "5",
}  # fmt: skip
"""The last digits of the codes that are found, in order."""


async def test_a_question_finds_what_people_mean(api: httpx.AsyncClient) -> None:
    answers = {question: await api.get("v3/school-units", params={"q": question}) for question in MEANT}

    found = {
        question: [unit["schoolUnitCode"][-1] for unit in answer.json()["data"]] for question, answer in answers.items()
    }
    assert {question: "".join(digits) for question, digits in found.items()} == MEANT


async def test_two_words_that_are_one_are_told_as_corrected(api: httpx.AsyncClient) -> None:
    answer = await api.get("v3/school-units", params={"q": "svalebo skolan"})

    assert answer.json()["meta"]["corrections"] == {"svalebo": ["svaleboskolan"], "skolan": ["svaleboskolan"]}
