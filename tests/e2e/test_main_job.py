"""The main job, end to end: an edit commits, e-mails go out, and tomorrow's public view has it."""

import hashlib
import json
import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.system import LUND, Person, mails_about, wait_for

pytestmark = pytest.mark.stack

UNIT = "27508103"


def public(stack: Stack, path: str) -> httpx.Response:
    return httpx.get(f"{stack.url}/skolenhetsregistret/{path}", headers={"Accept-Encoding": "identity"}, timeout=10)


def view_of(stack: Stack) -> str:
    return str(public(stack, "v2/school-units").json()["meta"]["extractDate"])


@pytest.fixture(scope="module")
def karin(stack: Stack) -> Iterator[Person]:
    with Person.log_in(stack.url, "karin.kontakt") as person:
        yield person


def test_an_edit_takes_the_whole_way(stack: Stack, karin: Person) -> None:
    of_lund = f"v2/school-units?organization_number={LUND}"
    paths = (f"v2/school-units/{UNIT}", "v2/school-units", "v2/organizers", of_lund)
    before = {path: public(stack, path).content for path in paths}
    name = f"Nya skolan {uuid4().hex[:6]}"
    number = "199001012385"

    receipt = karin.save(
        UNIT, displayName=name, headMaster="Rut Rektor", headMasterPersonalIdentityNumber=number,
        headMasterWorkEmail="rut.rektor@lund.example",
    )  # fmt: skip

    assert "Ändringen är sparad" in receipt.text
    mails = wait_for(lambda: (found := mails_about(stack, name)) and len(found) == 2 and found)
    assert {mail["to"][0] for mail in mails} == {"ulf.uppgift@example.org", "bo.bada@example.org"}
    for mail in mails:
        assert "Rut Rektor" in mail["text"]
        assert re.search(rf"/enheter/{UNIT}/historik#v[0-9]+", mail["text"])
        assert number not in json.dumps(mail)
        assert "rut.rektor@lund.example" not in json.dumps(mail)
    assert {path: public(stack, path).content for path in before} == before, "public before the day closed"

    day = view_of(stack)
    stack.command("registry", "close-day")
    wait_for(lambda: view_of(stack) != day)

    answer = public(stack, f"v2/school-units/{UNIT}")
    assert answer.json()["data"]["attributes"]["displayName"] == name
    assert answer.json()["data"]["attributes"]["headMaster"] == "Rut Rektor"
    assert number not in answer.text
    assert "rut.rektor@lund.example" not in answer.text
    assert name in public(stack, "v2/school-units").text
    assert name in public(stack, of_lund).text, "the gateway kept yesterday's answer"
    assert name in public(stack, "extract/skolenheter.csv").text
    past = public(
        stack, f"v2/school-units/{UNIT}?search_date={json.loads(before[f'v2/school-units/{UNIT}'])['meta']['modified']}"
    )
    assert past.json()["data"]["attributes"]["displayName"] == "Svaleboskolan"


def test_a_stranger_learns_nothing(stack: Stack) -> None:
    paths = [
        f"/enheter/{UNIT}", f"/enheter/{UNIT}/historik", f"/enheter/{UNIT}/andra", f"/huvudman/{LUND}/enheter",
        "/enheter/99999999",
    ]  # fmt: skip

    with Person.log_in(stack.url, "frida.friskola") as frida:
        answers = [frida.get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1, "a unit of others looks as one that is not there"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(karin: Person) -> None:
    fields = karin.form(UNIT) | {"displayName": "", "email": "inte en adress", "phoneNumber": "046-12 34 56"}

    answer = karin.post(f"/enheter/{UNIT}/andra", fields)

    assert answer.status_code == 400
    assert "<title>Fel: " in answer.text
    assert "Skriv skolenhetens namn." in answer.text
    assert 'value="inte en adress"' in answer.text
    assert 'value="046-12 34 56"' in answer.text


def test_the_same_form_sent_twice_saves_once(karin: Person) -> None:
    fields = karin.form(UNIT) | {"phoneNumber": f"046-{uuid4().int % 10**6:06}"}

    first = karin.post(f"/enheter/{UNIT}/andra/spara", fields)
    second = karin.post(f"/enheter/{UNIT}/andra/spara", fields)

    assert "Ändringen är sparad" in first.text
    assert first.url == second.url


def test_two_who_edit_at_once_see_both_versions(stack: Stack, karin: Person) -> None:
    mine = karin.form(UNIT) | {"schoolName": "Karins val", "url": "https://karin.example.org"}
    with Person.log_in(stack.url, "ulf.uppgift") as ulf:
        ulf.save(UNIT, schoolName="Ulfs val", email="kansliet@example.org")

    conflict = karin.post(f"/enheter/{UNIT}/andra/spara", mine)

    assert conflict.status_code == 409
    assert "Karins val" in conflict.text
    assert "Ulfs val" in conflict.text
    assert 'value="https://karin.example.org"' in conflict.text
    assert 'value="kansliet@example.org"' in conflict.text


def test_a_form_sent_after_the_session_ended_is_there_again_after_login(stack: Stack) -> None:
    with Person.log_in(stack.url, "bo.bada") as bo:
        fields = bo.form(UNIT) | {"schoolName": "Skrivet före utloggning"}
        row = hashlib.sha256(bo.http.cookies["__Host-session"].encode()).hexdigest()
        aged = f"UPDATE session SET seen_at = now() - interval '31 minutes' WHERE id_hash = '\\x{row}'"
        stack.postgres.sql(aged, database="eservice")

        ended = bo.post(f"/enheter/{UNIT}/andra", fields)
        form = bo.log_in_again("bo.bada", f"/enheter/{UNIT}/andra")

    assert ended.status_code == 401
    assert "Skrivet före utloggning" in form.text
    assert "Det du hade skrivit är kvar" in form.text


def test_a_form_from_elsewhere_is_refused(karin: Person) -> None:
    fields = karin.form(UNIT) | {"schoolName": "Förfalskat"}

    without_token = karin.post(f"/enheter/{UNIT}/andra/spara", fields | {"csrf": "x"})
    from_elsewhere = karin.http.post(
        f"{karin.url}/enheter/{UNIT}/andra/spara", data=fields, headers={"Origin": "https://evil.example"}
    )

    assert without_token.status_code == 403
    assert from_elsewhere.status_code == 403
    assert "Förfalskat" not in karin.get(f"/enheter/{UNIT}").text


def test_a_problem_leads_to_its_explanation(stack: Stack) -> None:
    refused = httpx.get(f"{stack.url}/api/registry/school-units/{UNIT}")

    page = httpx.get(stack.url + refused.json()["type"])

    assert refused.json()["code"] in page.text
    assert "RFC 6750" in page.text
    assert httpx.get(f"{stack.url}/docs/problems/no-such").status_code == 404
