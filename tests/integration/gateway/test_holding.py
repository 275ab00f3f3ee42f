"""How long answers hold, in the configuration that an operator runs."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from deploy.stack.settings import KEPT_AFTER_DATE
from tests.integration.gateway.behind import OF_IT, OPEN, SNAPSHOT, Answer, Behind

NOW = format_datetime(datetime.now(tz=UTC), usegmt=True)
EARLIER = "Mon, 23 Nov 2026 01:00:00 GMT"


@pytest.mark.parametrize("snapshot", [{}, {"X-Snapshot": SNAPSHOT}], ids=["of no day", "of this day"])
@pytest.mark.parametrize("dated", [{}, {"Last-Modified": NOW}], ids=["undated", "dated"])
@pytest.mark.parametrize("path", ["/register/forslag?q=a", f"{OPEN}/v3/nobodys?q=a"])
def test_what_nobody_may_keep_is_kept_by_nobody(
    behind: Behind, path: str, snapshot: dict[str, str], dated: dict[str, str]
) -> None:
    behind.service.answers[path] = Answer("text/html", {"Cache-Control": "no-store"} | snapshot | dated)
    before = behind.service.times(path)

    answers = [behind.get(path) for _ in range(3)]

    assert [answer.headers.get_list("cache-control") for answer in answers] == [["no-store"]] * 3
    assert "expires" not in answers[0].headers
    assert behind.service.times(path) - before == 3


@pytest.mark.parametrize("status", [200, 307])
def test_what_is_of_no_day_says_itself_how_long_it_holds(behind: Behind, status: int) -> None:
    path = f"{OPEN}/docs/{status}"
    told = {"Cache-Control": "public, max-age=3600", "Last-Modified": EARLIER, "Location": f"{OPEN}/docs/v3"}
    behind.service.answers[path] = Answer("text/html", told, status)

    answer = behind.get(path)

    assert (answer.status_code, answer.headers.get_list("cache-control")) == (status, ["public, max-age=3600"])


def test_an_answer_of_the_day_holds_until_the_next_is_expected(behind: Behind) -> None:
    path = f"{OPEN}/v3/school-units"
    told = {"X-Snapshot": SNAPSHOT, "Last-Modified": NOW, "Cache-Control": "public, max-age=5"}
    behind.service.answers[path] = Answer(headers=told)

    answers = [behind.get(path) for _ in range(2)]

    until = parsedate_to_datetime(answers[1].headers["expires"]) - parsedate_to_datetime(NOW)
    hours, minutes = KEPT_AFTER_DATE.removesuffix("m").split("h")
    assert until.total_seconds() == int(hours) * 3600 + int(minutes) * 60
    assert {answer.headers["cache-control"][:8] for answer in answers} == {"max-age="}
    assert behind.service.times(path) == 1


@pytest.mark.parametrize("path", [f"{OPEN}/v2/organizers?x=1", f"{OPEN}/v2/organizers/2120001132"])
def test_who_has_a_later_version_has_this_one(behind: Behind, path: str) -> None:
    behind.service.answers[path] = Answer(headers=OF_IT)
    behind.file("v2/organizers/2120001132.json")
    own = behind.get(path).headers["last-modified"]
    later = format_datetime(parsedate_to_datetime(own).replace(year=2030), usegmt=True)

    known = [behind.get(path, If_Modified_Since=date).status_code for date in (own, later, EARLIER)]
    by_tag = behind.get(path, If_Modified_Since=later, If_None_Match='"another"').status_code

    assert (known, by_tag) == ([304, 304, 200], 200)


def test_another_version_than_was_asked_for_is_refused_in_the_readers_form(behind: Behind) -> None:
    behind.file("v2/api-info.json")

    answer = behind.get(f"{OPEN}/v2/api-info", If_Match='"another"')

    assert (answer.status_code, answer.json()["status"]) == (412, "412")
