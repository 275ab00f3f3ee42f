"""From an invitation or a letter to a person who may act: who may accept, once, and what is kept of it."""

import asyncio
import io
from typing import Any
from uuid import UUID

import httpx
import pytest
from pypdf import PdfReader
from structlog.testing import capture_logs

from services.contracts.vocabulary import Role
from services.identity.commands import invitations as inviting
from services.identity.commands.letters import fetch_code
from services.identity.store import invitations
from services.kernel.identity import Subject
from tests.integration.identity.conftest import (
    LUND,
    MALMO,
    NINA,
    NOT_IN_REGISTER,
    OLLE,
    SVEN,
    AsCaller,
    Caller,
    Office,
)

REQUEST = {
    "organizationNumber": LUND, "requestedBy": "Kommundirektören", "requestReference": "2026:1234",
    "requestedOn": "2026-11-02", "address": ["Box 41", "221 00 Lund"],
}  # fmt: skip


async def accept(caller: Caller, token: str, key: str = "") -> httpx.Response:
    return await caller.post("/invitations/accept", {"token": token, "termsVersion": 1}, key=key)


async def code_of(office: Office, letter_id: str) -> str:
    """The code in the letter, as the printer gets it."""
    ada = await office.pool.fetchval("SELECT person_id FROM person WHERE user_name = 'ada.admin'")
    who = Subject(str(ada), frozenset({"register-administration"}), "tests", assurance=2)
    _, code = await fetch_code(office.directory, who, UUID(letter_id))
    return code


def activation(code: str, **other: Any) -> dict[str, Any]:
    return {"organizationNumber": LUND, "code": code, "termsVersion": 1, "email": "nina@lund.example"} | other


async def test_somebody_new_joins_by_an_invitation_with_the_name_of_the_population_register(
    office: Office, karin: Caller, as_caller: AsCaller
) -> None:
    invited = await karin.invite()
    token = await office.mailed_token()
    nina = as_caller(None, number=NINA, sub="nina-by-eid")

    looked = (await nina.post("/invitations/look", {"token": token})).json()
    joined = await accept(nina, token)
    me = (await nina.get("/me")).json()

    assert invited.status_code == 201
    assert (looked["organizerName"], looked["role"], looked["refusal"]) == ("Lunds kommun", "data-reporter", None)
    assert joined.status_code == 200
    assert me["name"] == "Nina Ny", "the marked given name alone"
    assert me["email"] == "nina@lund.example"
    assert me["terms"]["accepted"]
    assert [m["role"] for m in me["memberships"]] == ["data-reporter"]


async def test_what_follows_from_joining_is_said_in_order(office: Office, karin: Caller, as_caller: AsCaller) -> None:
    await karin.invite()
    before = len(await office.said())

    joined = (await accept(as_caller(None, number=NINA), await office.mailed_token())).json()

    actors = await office.pool.fetch("SELECT headers FROM outbox ORDER BY position OFFSET $1", before + 1)
    assert all(joined["personId"] in row["headers"] for row in actors), "they did it themselves"
    assert [name for name, _ in (await office.said())[before:]] == [
        "person.registered.v1", "invitation.closed.v1", "terms.accepted.v1", "membership.granted.v1",
    ]  # fmt: skip


async def test_a_protected_person_joins_and_is_named_nowhere(
    office: Office, karin: Caller, as_caller: AsCaller
) -> None:
    await karin.invite()
    with capture_logs() as logged:
        joined = await accept(as_caller(None, number=SVEN), await office.mailed_token())

    page = await karin.get(f"/organizers/{LUND}/users")
    bodies = await office.pool.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox")
    assert joined.status_code == 200
    assert "Skyddad" not in page.text + bodies + str(logged)


async def test_an_invitation_works_once_also_all_at_once(office: Office, karin: Caller, as_caller: AsCaller) -> None:
    await karin.invite()
    token = await office.mailed_token()
    people = [as_caller(None, number=number) for number in (NINA, OLLE, SVEN)]

    answers = await asyncio.gather(*(accept(one, token) for one in people))
    late = await accept(as_caller(None, number=OLLE), token)

    assert sorted(answer.status_code for answer in answers) == [200, 410, 410]
    assert (late.status_code, late.json()["code"]) == (410, "invitation-closed")
    assert await office.pool.fetchval("SELECT count(*) FROM membership WHERE role = 'data-reporter'") == 1


async def test_a_repeat_with_the_same_key_gets_the_first_answer(
    office: Office, karin: Caller, as_caller: AsCaller
) -> None:
    await karin.invite()
    token, nina = await office.mailed_token(), as_caller(None, number=NINA)

    answers = [await accept(nina, token, key="the same key") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("number", "named", "code"),
    [
        (OLLE, NINA, "not-the-invited"),
        (None, NINA, "identification-needed"),
        (None, None, "identification-needed"),
        (NOT_IN_REGISTER, None, "not-in-population-register"),
    ],
)
async def test_another_than_the_invited_gets_a_clear_refusal(
    office: Office, karin: Caller, as_caller: AsCaller, number: str | None, named: str | None, code: str
) -> None:
    await karin.invite(personalIdentityNumber=named)

    refused = await accept(as_caller(None, number=number), await office.mailed_token())

    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert await office.pool.fetchval("SELECT count(*) FROM membership WHERE role = 'data-reporter'") == 0


async def test_a_known_person_is_invited_by_the_address_on_record_or_by_number(
    office: Office, karin: Caller, as_caller: AsCaller
) -> None:
    known = await office.person(email="known@lund.example")
    other = await office.person(email="other@lund.example")
    await karin.invite("Known@Lund.example")
    token = await office.mailed_token()

    refused = await accept(as_caller(other), token)
    accepted = await accept(as_caller(known), token)

    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-invited")
    assert accepted.status_code == 200
    assert (await karin.invite("known@lund.example")).json()["code"] == "user-exists"


async def test_an_invitation_sent_again_has_a_new_link_and_the_old_is_dead(
    office: Office, karin: Caller, as_caller: AsCaller
) -> None:
    invitation = (await karin.invite()).json()["invitationId"]
    first = await office.mailed_token()
    soon = await karin.post(f"/invitations/{invitation}/resend", seen=1)
    await office.pool.execute("UPDATE invitation SET sent_at = sent_at - interval '2 minutes'")

    again = await karin.post(f"/invitations/{invitation}/resend", seen=1)
    old, new = [await accept(as_caller(None, number=NINA), t) for t in (first, await office.mailed_token())]

    assert (soon.status_code, soon.headers["retry-after"]) == (429, "60")
    assert (again.json()["version"], again.json()["timesSent"]) == (2, 2)
    assert (old.status_code, old.json()["code"]) == (404, "invitation-unknown")
    assert new.status_code == 200


async def test_a_withdrawn_and_an_expired_invitation_let_nobody_in(
    office: Office, karin: Caller, as_caller: AsCaller
) -> None:
    withdrawn = (await karin.invite("a@lund.example")).json()["invitationId"]
    dead = await office.mailed_token()
    await karin.delete(f"/invitations/{withdrawn}")
    await karin.invite("b@lund.example")
    over = await office.mailed_token()
    await office.pool.execute("UPDATE invitation SET expires_at = now() WHERE state = 'open'")

    answers = [await accept(as_caller(None, number=NINA), token) for token in (dead, over)]
    listed = (await karin.get(f"/organizers/{LUND}/users")).json()["invitations"]
    await inviting.expire(office.directory)

    assert [(a.status_code, a.json()["code"]) for a in answers] == [
        (410, "invitation-closed"), (410, "invitation-expired"),
    ]  # fmt: skip
    assert [one["state"] for one in listed] == ["expired"]
    assert [one["end"] for one in await office.said_of("invitation.closed.v1")] == ["withdrawn", "expired"]


async def test_the_same_address_is_invited_once_at_a_time(karin: Caller) -> None:
    answers = await asyncio.gather(*(karin.invite() for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4


async def test_a_links_token_is_kept_nowhere_in_the_clear(office: Office, karin: Caller) -> None:
    with capture_logs() as logged:
        await karin.invite(personalIdentityNumber=NINA)
    token = await office.mailed_token()

    kept = await office.everything_kept()
    bodies = await office.pool.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox")
    assert not {table for table, text in kept.items() if token in text or NINA in text}
    assert token not in bodies + str(logged)
    assert NINA not in bodies + str(logged)


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"email": "no address"}, "/email"), ({"role": "king"}, "/role"), ({"personalIdentityNumber": "1990"},
     "/personalIdentityNumber"), ({"email": "a@b.se\nBcc: x@y.se"}, "/email")],
)  # fmt: skip
async def test_what_cannot_be_invited_is_told_field_by_field(
    karin: Caller, changed: dict[str, str], pointer: str
) -> None:
    refused = await karin.invite(**changed)

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_the_first_contact_person_comes_by_a_letter(office: Office, ada: Caller, as_caller: AsCaller) -> None:
    letter = (await ada.post("/letters", REQUEST)).json()["letterId"]
    code = await code_of(office, letter)
    nina = as_caller(None, number=NINA)

    looked = (await nina.post("/activations/look", {"organizationNumber": LUND, "code": code.lower()})).json()
    without_email = await nina.post("/activations", activation(code, email=None))
    joined = await nina.post("/activations", activation(code.replace("-", " ")), key="the same key")
    repeated = await nina.post("/activations", activation(code.replace("-", " ")), key="the same key")
    used = await as_caller(None, number=OLLE).post("/activations", activation(code))

    assert (looked["role"], looked["refusal"], looked["emailNeeded"]) == ("contact-person", None, True)
    assert (without_email.status_code, without_email.json()["errors"][0]["pointer"]) == (422, "/email")
    assert joined.status_code == 200
    assert repeated.json() == joined.json()
    assert (used.status_code, used.json()["code"]) == (404, "code-unknown")
    assert (await ada.get(f"/letters/{letter}")).json()["state"] == "used"
    assert [m["role"] for m in (await nina.get("/me")).json()["memberships"]] == ["contact-person"]
    assert (await ada.get(f"/letters/{letter}")).json()["address"] == ["Box 41", "221 00 Lund"]


async def test_a_letter_is_a_pdf_for_as_long_as_its_code_is_kept(office: Office, ada: Caller) -> None:
    letter = (await ada.post("/letters", REQUEST)).json()["letterId"]

    pdf = await ada.get(f"/letters/{letter}/pdf")
    await office.pool.execute("UPDATE letter SET printable_until = now()")
    await invitations.sweep(office.pool)
    wiped = await ada.get(f"/letters/{letter}/pdf")

    assert pdf.headers["content-type"] == "application/pdf"
    assert "221 00 Lund" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages).replace(
        "\u00a0", " "
    )
    assert pdf.content.startswith(b"%PDF-")
    assert (wiped.status_code, wiped.json()["code"]) == (410, "letter-wiped")
    assert await office.pool.fetchval("SELECT sealed_code FROM letter") is None
    assert [row["action"] for row in await office.pool.fetch("SELECT action FROM audit ORDER BY id")][-2:] == [
        "letter.issued", "letter.printed",
    ]  # fmt: skip


async def test_a_code_is_kept_nowhere_in_the_clear(office: Office, ada: Caller) -> None:
    with capture_logs() as logged:
        letter = (await ada.post("/letters", REQUEST)).json()["letterId"]
        code = await code_of(office, letter)

    kept = await office.everything_kept()
    for shape in (code, code.replace("-", "")):
        assert not {table for table, text in kept.items() if shape in text}
        assert shape not in str(logged)


async def test_a_letter_made_anew_has_a_new_code_and_the_old_is_dead(
    office: Office, ada: Caller, as_caller: AsCaller
) -> None:
    letter = (await ada.post("/letters", REQUEST)).json()["letterId"]
    old = await code_of(office, letter)
    again = await ada.post(f"/letters/{letter}/reissue", seen=1)
    new = await code_of(office, letter)
    nina = as_caller(None, number=NINA)

    answers = [await nina.post("/activations", activation(code)) for code in (old, new)]

    assert again.json()["version"] == 2
    assert [answer.status_code for answer in answers] == [404, 200]
    assert (await ada.post("/letters", REQUEST)).status_code == 201, "another letter, now that it is used"


async def test_an_organizer_has_one_open_letter(ada: Caller) -> None:
    first = await ada.post("/letters", REQUEST)
    second = await ada.post("/letters", REQUEST)
    withdrawn = await ada.delete(f"/letters/{first.json()['letterId']}")
    third = await ada.post("/letters", REQUEST)
    unknown = await ada.post("/letters", REQUEST | {"organizationNumber": "2021004185"})

    assert (second.status_code, second.json()["code"]) == (409, "letter-exists")
    assert withdrawn.status_code == 204
    assert third.status_code == 201
    assert unknown.status_code == 404


async def test_who_tries_codes_has_to_wait_and_the_letter_dies_of_many_tries(
    office: Office, ada: Caller, as_caller: AsCaller
) -> None:
    letter = (await ada.post("/letters", REQUEST)).json()["letterId"]
    code = await code_of(office, letter)
    olle = as_caller(None, number=OLLE)

    wrong = [await olle.post("/activations", activation(f"AAAA-AAAA-AAAA-AAA{n}")) for n in range(6)]
    even_right = await olle.post("/activations", activation(code))
    await office.pool.execute("UPDATE letter SET wrong_tries = 20")
    dead = await as_caller(None, number=NINA).post("/activations", activation(code))

    assert [answer.status_code for answer in wrong] == [404] * 5 + [429]
    assert even_right.status_code == 429
    assert 0 < int(even_right.headers["retry-after"]) <= 15 * 60
    assert (dead.status_code, dead.json()["code"]) == (404, "code-unknown")
    assert (await ada.get(f"/letters/{letter}")).json()["isBlocked"]


async def test_a_letter_that_names_somebody_is_for_them_alone(office: Office, ada: Caller, as_caller: AsCaller) -> None:
    letter = (await ada.post("/letters", REQUEST | {"personalIdentityNumber": "19900606-9000"})).json()["letterId"]
    code = await code_of(office, letter)

    refused = await as_caller(None, number=OLLE).post("/activations", activation(code))
    joined = await as_caller(None, number=NINA).post("/activations", activation(code))

    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-invited")
    assert joined.status_code == 200


async def test_letters_are_for_the_administration_alone(ada: Caller, karin: Caller, nobody: Caller) -> None:
    letter = (await ada.post("/letters", REQUEST)).json()["letterId"]

    async def knock(caller: Caller) -> set[int]:
        answers = [
            await caller.get("/letters"),
            await caller.get(f"/letters/{letter}"),
            await caller.get(f"/letters/{letter}/pdf"),
            await caller.post("/letters", REQUEST | {"organizationNumber": MALMO}),
            await caller.post(f"/letters/{letter}/reissue", seen=1),
            await caller.delete(f"/letters/{letter}"),
            await caller.get("/people", q="a"),
        ]
        return {answer.status_code for answer in answers}

    assert await knock(karin) == {404}
    assert await knock(nobody) == {401}


async def test_a_locked_person_accepts_nothing(office: Office, ada: Caller, karin: Caller, as_caller: AsCaller) -> None:
    person = await office.person(number=NINA, email="nina@lund.example")
    await karin.invite(role=Role.DATA_REPORTER)
    token = await office.mailed_token()
    await ada.post(f"/people/{person}/lock", {"reason": "Utlånat konto"}, seen=1)

    answers = [await accept(as_caller(person), token), await accept(as_caller(None, number=NINA), token)]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "account-locked")] * 2


async def test_codes_tried_side_by_side_are_counted_one_by_one(
    office: Office, ada: Caller, as_caller: AsCaller
) -> None:
    await ada.post("/letters", REQUEST)
    olle = as_caller(None, number=OLLE)
    typed = {"organizationNumber": LUND, "code": "AAAA-AAAA-AAAA-AAAA"}

    answers = await asyncio.gather(*(olle.post("/activations/look", typed) for _ in range(30)))

    assert sorted(answer.status_code for answer in answers) == [404] * 5 + [429] * 25
    assert await office.pool.fetchval("SELECT wrong_tries FROM letter") == 5


async def test_whether_a_protected_person_is_a_user_cannot_be_tried_out(office: Office, karin: Caller) -> None:
    await office.member(Role.DATA_REPORTER, number=SVEN, email="sven@lund.example", name="Sven", protected=True)

    by_number = await karin.invite("x@lund.example", personalIdentityNumber=SVEN)
    by_address = await karin.invite("sven@lund.example")

    assert [by_number.status_code, by_address.status_code] == [201, 201]


async def test_an_organizer_sends_so_many_invitations_a_day(office: Office, karin: Caller) -> None:
    await karin.invite()
    await office.pool.execute(
        "INSERT INTO invitation SELECT gen_random_uuid(), organization_number, role, n || email, NULL, "
        "sha256(n::text::bytea), 1, 'withdrawn', 1, invited_by, now(), now(), now(), now() "
        "FROM invitation, generate_series(1, 99) n"
    )

    refused = await karin.invite("one.more@lund.example")

    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-invitations")
