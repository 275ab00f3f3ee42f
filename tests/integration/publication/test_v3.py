"""The open API v3: lists that are filtered, searched and paged, as of any day and in any view."""

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.reorganisations import PartOfReorganisation, ReorganisationTookEffect
from services.publication.queries import lists
from tests.builders import A_DAY, LUND
from tests.integration.publication.helpers import BASE, Publication, Story
from tests.integration.publication.test_replay import CODES, STEPS, a_story
from tests.units import INDEPENDENT

PLACES: Mapping[str, tuple[str, str, str]] = {  # code: (name, latitude, longitude)
    "10000001": ("Ängelholms friskola", "56.24", "12.86"),
    "10000002": ("Katedralskolan", "55.7047", "13.1910"),
    "10000003": ("Östra Torns skola", "55.7250", "13.2300"),
    "10000004": ("Åkerö skola", "58.9", "16.5"),
    "10000005": ("Zeta École", "59.33", "18.06"),
}
SEEN, NEWEST = A_DAY + timedelta(days=1), A_DAY + timedelta(days=2)


def an_address(name: str, latitude: str, longitude: str) -> dict[str, Any]:
    geo = {"latitude": latitude, "longitude": longitude, "coordinateSweRefN": "6571696,994"}
    return {
        "type": "BESOKSADRESS",
        "streetAddress": "Gatan 1",
        "locality": name.partition(" ")[0],
        "geoCoordinates": geo,
    }


def a_register() -> Story:
    """Five units of two organizers; one has another name from the second day on, one is closed on it."""
    story = Story()
    for code, (name, latitude, longitude) in PLACES.items():
        own = code in {"10000002", "10000003"}
        story.register(
            code, addresses=(an_address(name, latitude, longitude),), organization_number=LUND if own else INDEPENDENT,
            municipality_code="1281" if own else "0180", school_types=("GR", "FKLASS") if own else ("GY",),
            school_type_properties={"gr": {"grades": ["1", "2"]}} if own else {"gy": {"programmes": ["NA"]}},
        )  # fmt: skip
        story.edit(code, display_name=name)
    story.close_day()
    story.edit("10000002", display_name="Katedralskolan i Lund")
    story.close_unit("10000004")
    story.close_day()
    return story


@pytest_asyncio.fixture
async def story(publication: Publication) -> Story:
    told = a_register()
    await publication.hear(told.said)
    await publication.publish_complete()
    return told


@pytest_asyncio.fixture
async def api(publication: Publication, story: Story) -> AsyncIterator[httpx.AsyncClient]:
    assert story.said
    async with publication.api() as client:
        yield client


def a_cursor(key: str, corrections: dict[str, list[str]]) -> str:
    """One that somebody made up."""
    return base64.urlsafe_b64encode(json.dumps([str(SEEN), 0, key, "x", corrections]).encode()).decode()


async def asked(api: httpx.AsyncClient, path: str) -> Any:
    answer = await api.get(f"v3/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def codes(api: httpx.AsyncClient, question: str) -> list[str]:
    return [unit["schoolUnitCode"][-1] for unit in (await asked(api, f"school-units?{question}"))["data"]]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", ["2", "5", "4", "1", "3"]),
        ("sort=-displayName", ["3", "1", "4", "5", "2"]),
        ("sort=-id&limit=2", ["5", "4"]),
        ("organizationNumber=2120001132", ["2", "3"]),
        ("organizerType=KOMMUN", ["2", "3"]),
        ("organizerType=SAME", []),
        ("schoolType=GY,GR&status=AKTIV", ["2", "5", "1", "3"]),
        ("schoolType=GY&schoolType=FKLASS", ["2", "5", "4", "1", "3"]),
        ("grade=2", ["2", "3"]),
        ("programme=NA&countyCode=01", ["5", "4", "1"]),
        ("municipalityCode=1281", ["2", "3"]),
        ("status=UPPHORT", ["4"]),
        ("near=55.7,13.19&radius=5", ["2", "3"]),
        ("near=55.73,13.24&radius=5", ["3", "2"]),
        ("near=55.73,13.24&radius=100", ["3", "2", "1"]),
        ("bbox=13,55,14,56", ["2", "3"]),
        ("modifiedAfter=2026-11-24", ["2", "4"]),
        ("q=katedral", ["2"]),
        ("q=ANGELHOLM", ["1"]),
        ("q=Ängelholms friskola", ["1"]),
        ("q=ecole", ["5"]),
        ("q=östra", ["3"]),
        ("q=ostra skola", ["3"]),
        ("q=skola", ["4", "3"]),
        ("q=lund", ["2", "3"]),
        ("q=friskolan", ["5", "4", "1"]),
        ("q=katedarlskolan", ["2"]),
        ("q=Katedralskoln", ["2"]),
        ("q=angelhlms", ["1"]),
        ("q=katadr", ["2"]),
        ("q=katedarls", ["2"]),
        ("q=10000003", ["3"]),
        ("q=212000-1132", ["2", "3"]),
        ("q=212000-1133", []),
        ("q=xyzzy", []),
        ("q=skola&status=AKTIV&sort=id", ["3"]),
    ],
)
async def test_a_list_is_filtered_searched_and_sorted(api: httpx.AsyncClient, question: str, found: list[str]) -> None:
    assert await codes(api, question) == found


async def test_a_list_can_be_asked_as_of_a_day_and_in_an_earlier_view(api: httpx.AsyncClient) -> None:
    assert await codes(api, f"q=i lund katedral&asOf={A_DAY}") == ["2"]
    (then,) = (await asked(api, f"school-units?q=katedralskolan&asOf={A_DAY}"))["data"]
    assert then["displayName"] == "Katedralskolan"
    assert await codes(api, f"status=UPPHORT&asOf={A_DAY}") == []
    assert await codes(api, f"status=UPPHORT&snapshot={SEEN}") == []
    assert await codes(api, f"asOf={A_DAY - timedelta(days=1)}") == []
    view = await asked(api, f"school-units/10000002?snapshot={SEEN}")
    assert view["data"]["displayName"] == "Katedralskolan"
    assert view["meta"]["snapshot"] == str(SEEN)


async def test_pages_follow_each_other_and_keep_their_view(
    api: httpx.AsyncClient, publication: Publication, story: Story
) -> None:
    """Whoever turns pages while a new day comes reads one day to the end."""
    page = await asked(api, "school-units?limit=2&total=true")
    story.register("10000006")
    story.edit("10000006", display_name="Aaa, kommer först")
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    found = [unit["schoolUnitCode"] for unit in page["data"]]
    while following := page["links"].get("next"):
        page = (await api.get(following)).json()
        found += [unit["schoolUnitCode"] for unit in page["data"]]

    assert [code[-1] for code in found] == ["2", "5", "4", "1", "3"]
    assert page["meta"]["total"] == 5
    assert await codes(api, "limit=1") == ["6"]


async def test_pages_of_a_search_follow_each_other(api: httpx.AsyncClient) -> None:
    """Names that begin so first, then those that have the words, then what is found by place or organizer."""
    one, page = [], await asked(api, "school-units?q=fr&limit=1")
    while True:
        one += [unit["schoolUnitCode"][-1] for unit in page["data"]]
        if "next" not in page["links"]:
            break
        page = (await api.get(page["links"]["next"])).json()

    assert one == await codes(api, "q=fr") == ["1", "5", "4"]


async def test_fields_are_chosen_and_distance_is_told(api: httpx.AsyncClient) -> None:
    found = await asked(api, "school-units?fields=displayName,distance&near=55.7047,13.1910&limit=1")

    assert found["data"] == [{"displayName": "Katedralskolan i Lund", "distance": 0.0}]


@pytest.mark.parametrize("how", ["accept", "parameter"])
async def test_units_as_geojson(api: httpx.AsyncClient, how: str) -> None:
    asks = {"headers": {"Accept": "application/geo+json"}} if how == "accept" else {"params": {"format": "geojson"}}
    answer = await api.get("v3/school-units", **asks)  # type: ignore[arg-type] # either of them

    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [13.191, 55.7047]}
    assert feature["properties"]["displayName"] == "Katedralskolan i Lund"


@pytest.mark.parametrize(
    "accept", ["application/json, application/geo+json;q=0", "application/json, application/geo+json;q=0.5", "*/*"]
)
async def test_geojson_is_for_who_wants_it_before_json(api: httpx.AsyncClient, accept: str) -> None:
    answer = await api.get("v3/school-units?limit=1", headers={"Accept": accept})

    assert answer.headers["content-type"] == "application/json"


async def test_the_openapi_document_is_asked_for_on_condition(api: httpx.AsyncClient) -> None:
    document = await api.get("v3/openapi.json")
    again = await api.get("v3/openapi.json", headers={"If-None-Match": document.headers["etag"]})

    assert document.json()["openapi"] == "3.1.0"
    assert (again.status_code, again.content) == (304, b"")


async def test_a_feature_is_something_somewhere_whatever_fields_are_asked_for(api: httpx.AsyncClient) -> None:
    answer = await api.get("v3/school-units?format=geojson&fields=displayName&limit=1")

    feature = answer.json()["features"][0]
    assert feature["id"] == "10000002"
    assert feature["geometry"] == {"type": "Point", "coordinates": [13.191, 55.7047]}
    assert feature["properties"] == {"displayName": "Katedralskolan i Lund"}


async def test_a_unit_knows_what_it_came_of(publication: Publication, story: Story) -> None:
    story.register("10000009")
    story.close_unit("10000003")
    parts = [(PartOfReorganisation(school_unit_code=code, display_name=code),) for code in ("10000003", "10000009")]
    story.say(
        ReorganisationTookEffect(
            reorganisation_id="r1", organization_number=LUND, effective_date=story.day, sources=parts[0],
            results=parts[1], version=2, register_day=story.day,
        )
    )  # fmt: skip
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    async with publication.api() as api:
        old, new = [(await asked(api, f"school-units/{code}"))["data"] for code in ("10000003", "10000009")]

    assert [one["schoolUnitCode"] for one in old["successors"]] == ["10000009"]
    assert [one["schoolUnitCode"] for one in new["predecessors"]] == ["10000003"]
    assert (old["predecessors"], new["successors"]) == ([], [])


async def test_history_tells_each_state_and_what_changed(api: httpx.AsyncClient) -> None:
    history = await asked(api, "school-units/10000002/history")
    newest, first = history["data"]

    assert (newest["validFrom"], newest["validTo"]) == (str(SEEN), None)
    assert (first["publicFrom"], newest["publicFrom"]) == (str(SEEN), str(NEWEST))
    assert newest["changes"] == [
        {"field": "displayName", "before": "Katedralskolan", "after": "Katedralskolan i Lund"}
    ]  # fmt: skip
    assert (first["validFrom"], first["validTo"]) == (str(A_DAY), str(A_DAY))
    assert {change["field"]: change["after"] for change in first["changes"]}["displayName"] == "Katedralskolan"


@pytest.mark.parametrize("question", ["", f"from={SEEN}&to={NEWEST}", f"from={SEEN}", f"to={NEWEST}"])
async def test_differences_are_between_two_views(api: httpx.AsyncClient, question: str) -> None:
    """From the day before, to the newest, where nothing else is asked for."""
    found = await asked(api, f"differences?{question}")

    assert (found["meta"]["from"], found["meta"]["snapshot"]) == (str(SEEN), str(NEWEST))
    assert [(one["id"][-1], one["what"], [change["field"] for change in one["changes"]]) for one in found["data"]] == [
        ("2", "changed", ["displayName"]),
        ("4", "ended", ["status", "endDate"]),
    ]
    assert found["data"][0]["changes"][0] == {
        "field": "displayName", "before": "Katedralskolan", "after": "Katedralskolan i Lund"
    }  # fmt: skip


async def test_a_view_is_not_otherwise_than_itself_and_before_the_first_there_was_nothing(
    api: httpx.AsyncClient,
) -> None:
    assert (await asked(api, f"differences?from={NEWEST}"))["data"] == []
    created = await asked(api, f"differences?from=2020-01-01&to={SEEN}&limit=3&type=school-units")
    rest = (await api.get(created["links"]["next"])).json()
    assert [one["what"] for one in created["data"] + rest["data"]] == ["created"] * 5
    assert "next" not in rest["links"]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS, st.integers(0, 12), st.integers(0, 12), st.integers(1, 3))
async def test_differences_are_what_the_feed_amounts_to(
    publication: Publication, steps: list[Any], first: int, second: int, limit: int
) -> None:
    """For any edits, closings and two days: every entry of the feed between them, and both values as they were."""
    await publication.forget()
    story = a_story(steps)
    await publication.hear(story.said)
    await publication.publish_complete()
    days = [A_DAY + timedelta(days=n) for n in range((story.day - A_DAY).days + 1)]
    since, to = sorted([days[first % len(days)], days[1:][second % len(days[1:])]])
    async with publication.api() as api:
        feed = (await asked(api, f"changes?after=0&limit=1000&from={since + timedelta(days=1)}"))["data"]
        page, found = await asked(api, f"differences?from={since}&to={to}&limit={limit}"), list[Any]()
        while True:
            found += page["data"]
            if "next" not in page["links"]:
                break
            page = (await api.get(page["links"]["next"])).json()

    told = defaultdict[str, list[Any]](list)
    for entry in feed:
        if entry["publicFrom"] <= str(to):
            told[entry["id"]].append(entry)
    for code in CODES:
        before, after = story.as_of(code, since, since), story.as_of(code, to, to)
        names = [fact and fact.unit.display_name for fact in (before, after)]
        statuses = [fact and fact.unit.status.value for fact in (before, after)]
        (one,) = [one for one in found if one["id"] == code] or [None]
        changes = {change["field"]: [change["before"], change["after"]] for change in one["changes"]} if one else {}
        assert changes.get("displayName", names[:1] * 2) == names
        assert changes.get("status", statuses[:1] * 2) == statuses
        assert (one is None) == (names[0] == names[1] and statuses[0] == statuses[1])
    assert len(found) == len({one["id"] for one in found})
    assert {one["id"] for one in found} <= {*told}
    for one in found:
        whats = [entry["what"] for entry in told[one["id"]]]
        assert (one["what"] == "created") == (whats[0] == "created")
        assert {change["field"] for change in one["changes"]} <= {
            field for entry in told[one["id"]] for field in entry["fields"]
        } or one["what"] == "created"


async def test_municipalities_are_listed_with_their_county_and_units_in_operation(api: httpx.AsyncClient) -> None:
    first = await asked(api, "municipalities?limit=1&total=true")
    rest = (await api.get(first["links"]["next"])).json()

    found = [(one["municipalityCode"], one["displayName"], one["schoolUnits"]) for one in first["data"] + rest["data"]]
    assert found == [("0180", None, 2), ("1281", "Lund", 2)]
    assert first["meta"]["total"] == 2
    assert rest["data"][0]["county"] == {"countyCode": "12", "displayName": "Skåne län"}
    for one in first["data"] + rest["data"]:
        units = (await api.get(f"{one['links']['schoolUnits']}&total=true")).json()
        assert units["meta"]["total"] == one["schoolUnits"]


async def test_municipalities_of_a_county_and_in_an_earlier_view(api: httpx.AsyncClient) -> None:
    then = await asked(api, f"municipalities?countyCode=01&snapshot={SEEN}")

    assert [(one["municipalityCode"], one["schoolUnits"]) for one in then["data"]] == [("0180", 3)]
    assert then["meta"]["snapshot"] == str(SEEN)


async def test_counties_are_listed_with_what_they_have(api: httpx.AsyncClient) -> None:
    counties = await asked(api, "counties?total=true")

    found = {one["displayName"]: (one["municipalities"], one["schoolUnits"]) for one in counties["data"]}
    assert counties["meta"]["total"] == len(found) == 21
    assert (found["Skåne län"], found["Kalmar län"]) == ((1, 2), (0, 0))


@pytest.mark.parametrize("path", ["v3", "v3/"])
async def test_the_root_leads_everywhere(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(path)
    root = answer.json()

    assert (root["name"], root["snapshot"]) == ("skolenhetsregistret", str(NEWEST))
    for name, address in root["links"].items():
        if name not in {"webhooks", "changesStream"}:  # another service's; without an end
            assert (await api.get(address)).status_code == 200, name
    again = await api.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_before_the_first_view_the_root_says_so(publication: Publication) -> None:
    async with publication.api() as api:
        answers = [await api.get("v3"), await api.get("v3/")]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "starting")}


async def test_organizers_are_found_with_their_history(api: httpx.AsyncClient) -> None:
    found = await asked(api, "organizers?q=lund")

    assert [one["organizationNumber"] for one in found["data"]] == [LUND]
    assert found["data"][0]["links"]["schoolUnits"].startswith(f"{BASE}/skolenhetsregistret/v3/school-units?")
    assert len((await asked(api, f"organizers/{LUND}/history"))["data"]) == 1


@pytest.mark.parametrize(
    ("path", "status", "code", "where"),
    [
        ("school-units?colour=red", 400, "invalid-parameter", "/query/colour"),
        ("school-units?status=OPEN", 400, "invalid-parameter", "/query/status"),
        ("school-units?near=55", 400, "invalid-parameter", "/query/near"),
        ("school-units?near=155,13", 400, "invalid-parameter", "/query/near"),
        ("school-units?fields=displayName,colour", 400, "invalid-parameter", "/query/fields"),
        ("school-units?radius=5", 400, "invalid-parameter", "/query/radius"),
        ("school-units?near=13.19,55.70", 400, "invalid-parameter", "/query/near"),
        ("school-units?near=55.7,13.19&bbox=13,55,14,56", 400, "invalid-parameter", "/query/bbox"),
        ("school-units?bbox=14,55,13,56", 400, "invalid-parameter", "/query/bbox"),
        ("school-units?bbox=13,56,14,55", 400, "invalid-parameter", "/query/bbox"),
        ("school-units?bbox=179,55,-179,56", 400, "invalid-parameter", "/query/bbox"),
        ("school-units?q=!!", 400, "invalid-parameter", "/query/q"),
        ("organizers?q=_", 400, "invalid-parameter", "/query/q"),
        ("school-units?municipalityCode=1281,9999", 400, "invalid-parameter", "/query/municipalityCode"),
        ("organizers?municipalityCode=9999", 400, "invalid-parameter", "/query/municipalityCode"),
        ("changes?after=0&municipalityCode=9999", 400, "invalid-parameter", "/query/municipalityCode"),
        ("school-units?countyCode=99", 400, "invalid-parameter", "/query/countyCode"),
        ("municipalities?countyCode=2", 400, "invalid-parameter", "/query/countyCode"),
        ("municipalities?cursor=abc", 400, "invalid-cursor", None),
        ("counties?snapshot=2020-01-01", 404, "no-such-snapshot", None),
        (f"differences?from={NEWEST}&to={SEEN}", 400, "invalid-parameter", "/query/from"),
        ("differences?from=2031-01-01", 400, "invalid-parameter", "/query/from"),
        ("differences?to=2031-01-01", 404, "no-such-snapshot", None),
        (f"differences?to={A_DAY}", 404, "no-such-snapshot", None),
        ("school-units?as_of=2026-11-24", 400, "invalid-parameter", "/query/as_of"),
        ("school-units?limit=0", 400, "invalid-parameter", "/query/limit"),
        ("school-units?asOf=igår", 400, "invalid-parameter", "/query/asOf"),
        ("school-units?cursor=abc", 400, "invalid-cursor", None),
        ("school-units?snapshot=2031-01-01", 404, "no-such-snapshot", None),
        ("school-units/99999999", 404, "not-found", None),
        ("school-units/10000001?asOf=2020-01-01", 404, "not-found", None),
        ("school-units?q=a&cursor=" + a_cursor("a", {"a": ["'|'"]}), 400, "invalid-cursor", None),
        ("school-units?cursor=" + a_cursor("a\0", {}), 400, "invalid-cursor", None),
        ("school-units?sort=modified&cursor=" + a_cursor("a", {}), 400, "invalid-cursor", None),
        ("school-units?q=a\0b", 400, "invalid-parameter", None),
        ("changes?after=-1", 400, "invalid-parameter", "/query/after"),
        ("changes?after=1e9", 400, "invalid-parameter", "/query/after"),
        ("changes?from=2026-1-1", 400, "invalid-parameter", "/query/from"),
        ("changes?after=0&wait=61", 400, "invalid-parameter", "/query/wait"),
        ("changes/stream?type=schools", 400, "invalid-parameter", "/query/type"),
        ("no-such-thing", 404, "not-found", None),
    ],
)
async def test_what_cannot_be_answered_is_a_problem(
    api: httpx.AsyncClient, path: str, status: int, code: str, where: str | None
) -> None:
    answer = await api.get(f"v3/{quote(path, safe='?=&/,')}")

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    if where:
        assert any(error["pointer"].startswith(where) for error in answer.json()["errors"]), answer.json()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("school-units?schoolType=GRUND", "'GR'"),
        ("school-units?countyCode=99", "12, 13, 14"),
        ("school-units?municipalityCode=9999", "/v3/municipalities"),
        ("school-units?municipalityCode=", "leave the parameter out"),
        ("organizers?organizerType=KOMMUN,", "A value is missing"),
        ("school-units?near=13.19,55.70", "latitude,longitude"),
        ("school-units?bbox=179,55,-179,56", "antimeridian"),
        (f"differences?from={NEWEST}&to={SEEN}", f"{NEWEST} is after {SEEN}"),
        ("differences?to=2031-01-01", f"The first is that of {SEEN}, the newest that of {NEWEST}"),
    ],
)
async def test_a_problem_says_what_would_be_right(api: httpx.AsyncClient, path: str, says: str) -> None:
    problem = (await api.get(f"v3/{path}")).json()

    assert says in problem["errors"][0]["detail"] if "errors" in problem else says in problem["detail"]


async def test_a_number_that_no_organizer_has_finds_nothing(api: httpx.AsyncClient) -> None:
    assert await codes(api, "organizationNumber=2120000000") == []


async def test_what_the_reader_has_is_not_sent_again(api: httpx.AsyncClient) -> None:
    first = await api.get("v3/school-units?q=lund")
    again = await api.get("v3/school-units?q=lund", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert first.headers["x-snapshot"] == again.headers["x-snapshot"]


async def test_many_mistyped_questions_at_a_time_wait_for_no_connection_of_each_other(
    api: httpx.AsyncClient,
) -> None:
    asking = [f"v3/school-units?q=katedarlskolan&limit={1 + n % 50}" for n in range(60)]
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*map(api.get, asking))
    assert {answer.status_code for answer in answers} == {200}


async def test_words_that_are_not_public_yet_correct_nobody(publication: Publication, story: Story) -> None:
    story.edit("10000001", display_name="Hemlighetsfullaskolan")
    await publication.hear(story.said)
    async with publication.api() as api:
        before = (await api.get("v3/school-units?q=hemlighetsfullaskolam")).json()
        story.close_day()
        await publication.hear(story.said)
        await publication.publish_complete()
        after = (await api.get("v3/school-units?q=hemlighetsfullaskolam")).json()
    assert "corrections" not in before["meta"] or not before["meta"]["corrections"]
    assert after["meta"]["corrections"] == {"hemlighetsfullaskolam": ["hemlighetsfullaskolan"]}


async def test_a_name_that_becomes_long_when_it_is_folded_is_listed(publication: Publication, story: Story) -> None:
    story.edit("10000001", display_name="\u3316" * 200)
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    async with publication.api() as api:
        answer = await api.get("v3/school-units", params={"q": "\u3316" * 200})
    assert [unit["schoolUnitCode"] for unit in answer.json()["data"]] == ["10000001"]


@pytest.mark.parametrize("path", ["school-units", "school-units?format=geojson", "organizers", "education-providers"])
async def test_an_answer_is_of_one_snapshot_though_another_is_served_meanwhile(
    publication: Publication, story: Story, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Else yesterday's units would be kept under today's name, for all of the day."""
    before, find = publication.current.name, lists.page

    async def midnight_comes(*given: Any) -> lists.Found:
        found = await find(*given)
        if publication.current.name == before:
            story.edit("10000001", display_name="Nya namnet")
            story.close_day()
            await publication.hear(story.said)
            await publication.publish_complete()
        return found

    monkeypatch.setattr(lists, "page", midnight_comes)
    async with publication.api() as api:
        answer = await api.get(f"v3/{path}")

    assert publication.current.name != before
    assert answer.headers["X-Snapshot"] == before
    assert answer.json()["meta"]["snapshot"] == before[:10]
