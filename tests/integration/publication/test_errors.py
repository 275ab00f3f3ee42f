"""What readers are told when something is not there: the contract's form, and nothing of what is inside."""

import json
from dataclasses import replace

import httpx

from tests.integration.publication.helpers import Publication, two_units

UNIT = "v2/school-units/27508103"


def told(answer: httpx.Response) -> dict[str, str]:
    """The error, after a look at its form."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    error: dict[str, str] = json.loads(answer.content)
    assert list(error) == ["type", "title", "status", "detail"]
    assert error["status"] == str(answer.status_code)
    return error


async def publish_a_day(publication: Publication) -> None:
    story = two_units()
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()


async def test_before_the_first_day_is_public_readers_are_told_to_come_back(publication: Publication) -> None:
    async with publication.api() as api:
        answers = [await api.get(path) for path in (UNIT, "v2/organizers", "v2/api-info", "extract/skolenheter.csv")]

    assert {told(answer)["title"] for answer in answers} == {"Service Unavailable"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)


async def test_without_the_database_all_but_the_past_is_answered(publication: Publication) -> None:
    await publish_a_day(publication)
    await publication.pool.close()

    async with publication.api() as api:
        today = [await api.get(path) for path in (UNIT, "v2/school-units?status=AKTIV", "extract/skolenheter.xlsx")]
        past = await api.get(UNIT, params={"search_date": "2026-11-23"})
        oldest = await api.get("v1/skolenhet/27508103/20261123")
        newest = await api.get("v3/organizers")

    assert {answer.status_code for answer in today} == {200}
    assert (told(past)["status"], past.headers["retry-after"]) == ("503", "5")
    assert (oldest.status_code, oldest.json()) == (503, {"Message": "Tjänsten kan inte svara nu"})
    assert (newest.status_code, newest.json()["code"]) == (503, "try-again")
    assert {name: newest.headers[name] for name in ("retry-after", "access-control-allow-origin")} == {
        "retry-after": "5",
        "access-control-allow-origin": "*",
    }


async def test_what_is_not_there_and_what_cannot_be_done_is_told_in_each_versions_words(
    publication: Publication,
) -> None:
    await publish_a_day(publication)

    async with publication.api() as api:
        nowhere, written = await api.get("v1/kommun/"), await api.post("v1/skolenhet")
        put = await api.put("v3/counties")

    assert (nowhere.status_code, nowhere.json()) == (404, {"Message": "Adressen finns inte"})
    assert (written.status_code, written.json()) == (405, {"Message": "Det öppna API:et går bara att läsa"})
    assert (put.status_code, put.headers["allow"], put.json()["code"]) == (405, "GET, HEAD", "method-not-allowed")


async def test_a_fault_of_ours_says_nothing_of_what_is_inside(publication: Publication) -> None:
    await publish_a_day(publication)
    serving = publication.publish.serving
    assert serving
    publication.publish.serving = replace(serving, lists={})

    async with publication.api() as api:
        answer = await api.get("v2/school-units?status=AKTIV")

    assert told(answer) == {"type": "about:blank", "title": "Internal Server Error", "status": "500",
                            "detail": "Something went wrong on our side"}  # fmt: skip
