"""An organizer's own contact values: edited by its people, beside base data that are not theirs."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import FRIDA, Person, facts
from tests.units import LUND

ADDRESS = f"/organizers/{LUND}"
OWN = {"url": "https://lund.se", "email": "skola@lund.se", "phoneNumber": "046-359 50 00"}


async def put(
    person: Person, version: int = 1, key: str = "", query: dict[str, Any] | None = None, **values: Any
) -> httpx.Response:
    headers = {"If-Match": f'"{version}"', "Idempotency-Key": key or str(uuid4())}
    return await person.http.put(ADDRESS, json=OWN | values, headers=headers, params=query)


async def test_own_values_are_saved_said_and_told_in_the_history(register: Register, karin: Person) -> None:
    answer = await put(karin)

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["contact"] == OWN
    assert body["organizer"]["email"] == [{"providerType": "SKOLVERKET", "email": "skola@lund.se"}]
    assert answer.headers["etag"] == '"2"'
    assert [each["field"] for each in body["notYetPublic"]] == ["url", "email/SKOLVERKET", "phoneNumber/SKOLVERKET"]
    (said,) = await facts(register, "organizer.edited")
    assert (said.body["version"], said.body["cause"]) == (2, "edit")
    assert said.body["organizer"]["url"] == "https://lund.se"
    history = (await karin.http.get(f"{ADDRESS}/history")).json()
    assert [(e["version"], e["actorRole"], e["channel"]) for e in history["entries"]] == [
        (2, "contact-person", "e-service"), (1, "register", "register"),
    ]  # fmt: skip
    assert await audit.broken_chain(register.pool) == []


async def test_base_data_have_an_origin_and_cannot_be_sent(karin: Person) -> None:
    seen = (await karin.http.get(ADDRESS)).json()
    refused = await put(karin, displayName="Annan kommun")

    assert seen["baseData"] == {"origin": "SCB:s företagsregister", "asOf": None}
    assert refused.status_code == 422
    assert (await karin.http.get(ADDRESS)).json()["organizer"]["displayName"] == "Lunds kommun"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("url", "lund.se", "url-form"),
        ("email", "skola", "email-form"),
        ("phoneNumber", "ring oss", "phone-form"),
        ("url", "https://lund.se/" + "a" * 500, "too-long"),
    ],
)
async def test_a_broken_rule_is_told_at_its_field(
    register: Register, karin: Person, field: str, value: str, code: str
) -> None:
    answer = await put(karin, **{field: value})

    assert answer.status_code == 409
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"/{field}", code)]
    assert await facts(register, "organizer.edited") == []


async def test_a_stale_version_changes_nothing_and_the_same_key_gets_the_first_answer(
    register: Register, karin: Person
) -> None:
    key = str(uuid4())
    first, again, stale = await put(karin, key=key), await put(karin, key=key), await put(karin, url=None)

    assert again.content == first.content
    assert (stale.status_code, stale.json()["currentVersion"]) == (412, 2)
    assert len(await facts(register, "organizer.edited")) == 1


async def test_a_dry_run_tells_and_saves_nothing(register: Register, karin: Person) -> None:
    answer = await put(karin, query={"dry_run": "true"})
    wrong = await put(karin, query={"dry_run": "true"}, url="x")

    assert [each["field"] for each in answer.json()["changed"]] == [
        "url", "email/SKOLVERKET", "phoneNumber/SKOLVERKET",
    ]  # fmt: skip
    assert wrong.status_code == 409
    assert await facts(register, "organizer.edited") == []


async def test_the_same_values_again_are_no_change(register: Register, karin: Person) -> None:
    await put(karin)
    again = await put(karin, version=2, email="  skola@lund.se ", phoneNumber="046 - 359 50 00")
    taken_away = await put(karin, version=2, url="", email=None, phoneNumber=None)

    assert (again.json()["version"], again.json()["changed"]) == (2, [])
    assert taken_away.json()["contact"] == {"url": None, "email": None, "phoneNumber": None}
    assert "url" not in taken_away.json()["organizer"]
    assert len(await facts(register, "organizer.edited")) == 2


async def test_a_stranger_finds_nothing(register: Register, as_person: AsPerson) -> None:
    frida = as_person(FRIDA)

    assert (await put(frida)).status_code == 404
    assert (await frida.http.get(f"{ADDRESS}/history")).status_code == 404
    assert await facts(register, "organizer.edited") == []
