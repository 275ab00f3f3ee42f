"""The caller's own door: terms, contact details, sign-ins, everything stored; and names of colleagues."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from services.contracts.vocabulary import Role
from services.identity.commands import administrators
from services.identity.commands.memberships import grant_membership
from services.identity.jobs import lock_guessed
from services.identity.store import sign_ins
from tests.integration.identity.conftest import LUND, MALMO, NINA, SVEN, AsCaller, Caller, Office


async def test_terms_are_accepted_once_and_again_only_for_a_new_version(office: Office, as_caller: AsCaller) -> None:
    kim = await office.person(accepted=False)
    caller = as_caller(kim)
    # The version before the first: what somebody has accepted when a new version comes.
    await office.pool.execute("INSERT INTO terms_acceptance VALUES ($1, 0, '2020-01-01Z')", kim)

    before = (await caller.get("/me")).json()["terms"]
    stale = await caller.post("/me/terms", {"version": 0})
    answers = [await caller.post("/me/terms", {"version": before["current"]["version"]}) for _ in range(2)]
    after = (await caller.get("/me")).json()["terms"]
    mine = (await caller.get("/me/terms")).json()["accepted"]

    assert (before["accepted"], before["acceptedAt"]) == (False, None)
    assert stale.status_code == 422
    assert [answer.status_code for answer in answers] == [204, 204]
    assert after["accepted"]
    assert after["acceptedAt"] > "2026"
    assert [body["termsVersion"] for body in await office.said_of("terms.accepted.v1")] == [1]
    assert [one["version"] for one in mine] == [0, 1], "what was accepted before is still on record"
    assert mine[1]["title"] == "Villkor för dig som använder e-tjänsten"
    assert (await caller.get("/terms/1")).json()["publishedOn"] == "2026-01-01"
    assert (await caller.get("/terms/2")).status_code == 404


async def test_terms_that_are_not_the_newest_cannot_be_accepted_nor_by_nobody(
    office: Office, as_caller: AsCaller
) -> None:
    newer = await as_caller(await office.person()).post("/me/terms", {"version": 2})
    strangers = [await as_caller(who).post("/me/terms", {"version": 1}) for who in (uuid4(), "not an id")]

    assert (newer.status_code, newer.json()["code"]) == (409, "terms-not-current")
    assert [answer.status_code for answer in strangers] == [404, 404]


async def test_who_has_not_accepted_the_terms_administers_nobody(office: Office, as_caller: AsCaller) -> None:
    person, _ = await office.member(accepted=False)

    refused = await as_caller(person).invite()

    assert (refused.status_code, refused.json()["code"]) == (403, "terms-not-accepted")


async def test_an_account_without_a_person_is_told_so_and_gets_no_further(as_caller: AsCaller) -> None:
    stranger = as_caller(None)

    me = await stranger.get("/me")

    assert me.status_code == 200
    assert (me.json()["personId"], me.json()["memberships"]) == (None, [])
    assert (await stranger.get("/me/data")).status_code == 401
    assert (await stranger.get(f"/organizers/{LUND}/users")).status_code == 401


async def test_an_account_becomes_the_known_persons_with_the_same_number(office: Office, as_caller: AsCaller) -> None:
    nina = await office.person(number=NINA)
    by_eid = as_caller(None, number=NINA, sub="eid-account")

    without_number = await as_caller(None).post("/me/link")
    nobodys = await as_caller(None, number=SVEN).post("/me/link")
    linked = [(await by_eid.post("/me/link")).status_code for _ in range(2)]

    assert (without_number.status_code, without_number.json()["code"]) == (403, "identification-needed")
    assert nobodys.status_code == 404
    assert linked == [204, 204]
    assert (await by_eid.get("/me")).json()["personId"] == str(nina)
    assert await office.count("account") == 1


async def test_a_new_address_is_used_once_its_link_was_followed_and_the_telephone_at_once(
    office: Office, as_caller: AsCaller
) -> None:
    person = await office.person(email="old@lund.example")
    caller, other = as_caller(person), as_caller(await office.person())

    changed = await caller.send("PUT", "/me/contact", {"email": "new@lund.example", "phone": "046-12 34 56"}, seen=1)
    before = (await caller.get("/me")).json()
    token = await office.mailed_token("email-change.asked.v1")
    by_another = await other.post("/me/email-confirmations", {"token": token})
    confirmed = await caller.post("/me/email-confirmations", {"token": token})
    again = await caller.post("/me/email-confirmations", {"token": token})
    after = (await caller.get("/me")).json()

    assert changed.json() == {"version": 2, "email": "old@lund.example", "phone": "046-12 34 56",
                              "emailPending": "new@lund.example"}  # fmt: skip
    assert (before["email"], before["phone"]) == ("old@lund.example", "046-12 34 56")
    assert by_another.status_code == 404
    assert confirmed.status_code == 204
    assert (again.status_code, again.json()["code"]) == (410, "link-over")
    assert after["email"] == "new@lund.example"
    assert after["emailPending"] is None
    assert (await office.said_of("person.changed.v1"))[-1]["contact"]["email"] == "new@lund.example"


async def test_a_stale_change_of_ones_contact_is_refused(office: Office, as_caller: AsCaller) -> None:
    caller = as_caller(await office.person(email="old@lund.example"))
    body = {"email": "old@lund.example", "phone": "046-12 34 56"}

    first = await caller.send("PUT", "/me/contact", body, seen=1)
    stale = await caller.send("PUT", "/me/contact", body | {"phone": None}, seen=1)
    unseen = await caller.send("PUT", "/me/contact", body)

    assert first.status_code == 200
    assert (stale.status_code, stale.json()["currentVersion"]) == (412, 2)
    assert unseen.status_code == 428


async def test_everything_stored_about_somebody_is_shown_to_them(office: Office, as_caller: AsCaller) -> None:
    person, _ = await office.member(number=NINA)
    await office.pool.execute("INSERT INTO account VALUES ('account', $1)", person)
    row = ("event", "account", None, datetime(2026, 11, 1, tzinfo=UTC), True, "password", "192.0.2.1", "eservice")
    await sign_ins.add(office.pool, [row, row])

    data = (await as_caller(person).get("/me/data")).json()
    signed_in = (await as_caller(person).get("/me/sign-ins")).json()["signIns"]

    assert data["person"]["name"] == "Karin Kontakt"
    assert data["person"]["personalIdentityNumber"] == NINA, "the person's own, for the person alone"
    assert [one["organization_number"] for one in data["memberships"]] == [LUND]
    assert {one["action"] for one in data["log"]} == {"person.registered", "membership.granted"}
    assert data["signIns"] == signed_in
    assert [one["ipAddress"] for one in signed_in] == ["192.0.2.1"], "an event that is seen twice is kept once"


async def test_names_are_told_to_those_who_share_an_organizer_and_a_protected_one_to_nobody(
    office: Office, as_caller: AsCaller
) -> None:
    karin, _ = await office.member()
    ulf, membership = await office.member(Role.DATA_REPORTER)
    neighbour, _ = await office.member(organizer=MALMO)
    hidden = await office.person(name="Hemlig Person", protected=True)
    await grant_membership(office.directory, hidden, LUND, Role.DATA_REPORTER)
    await as_caller(karin).delete(f"/memberships/{membership}")

    async def names(person: UUID) -> dict[str, str | None]:
        asked = await as_caller(person).get("/persons", id=[str(ulf), str(hidden)])
        return {found["personId"]: found["name"] for found in asked.json()["persons"]}

    assert await names(karin) == {str(ulf): "Karin Kontakt", str(hidden): None}, "also who has left"
    assert await names(neighbour) == {}
    assert await names(ulf) == {}, "who has left sees nobody"


async def test_a_protected_name_and_a_number_are_kept_in_one_place_only(office: Office) -> None:
    with capture_logs() as logged:
        hidden, _ = await office.member(name="Hemlig Person", protected=True, number=SVEN)

    kept = await office.everything_kept()
    bodies = await office.pool.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox")
    assert {table for table, text in kept.items() if "Hemlig Person" in text} == {"person"}
    assert not {table for table, text in kept.items() if SVEN in text}, "sealed, and found by a keyed fingerprint"
    assert str(hidden) in bodies
    assert "Hemlig" not in bodies
    assert SVEN not in bodies
    assert "Hemlig" not in str(logged)
    assert SVEN not in str(logged)


async def test_a_locked_person_is_told_so_and_may_do_nothing_until_unlocked(
    office: Office, ada: Caller, as_caller: AsCaller
) -> None:
    person, _ = await office.member(number=NINA)
    caller = as_caller(person)

    locked = await ada.post(f"/people/{person}/lock", {"reason": "Kontot har lånats ut"}, seen=1)
    answers = [await caller.get("/me"), await caller.invite(), await as_caller(None, number=NINA).post("/me/link")]
    seen = (await ada.get(f"/people/{person}")).json()
    twice = await ada.post(f"/people/{person}/lock", {"reason": "Igen"}, seen=2)
    unlocked = await ada.post(f"/people/{person}/unlock", seen=2)

    assert locked.json() == {"version": 2}
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "account-locked")] * 3
    assert (seen["locked"], seen["lockReason"]) == (True, "Kontot har lånats ut")
    assert (twice.status_code, twice.json()["code"]) == (409, "locked-already")
    assert unlocked.json() == {"version": 3}
    assert (await caller.get("/me")).status_code == 200
    assert [name for name, body in await office.said() if "locked" in name] == [
        "person.locked.v1", "person.unlocked.v1",
    ]  # fmt: skip
    tasks = await office.pool.fetch("SELECT task FROM provisioning WHERE person_id = $1 ORDER BY id", person)
    assert [row["task"] for row in tasks] == ["account", "account", "end-sessions", "account"]


async def test_nobody_locks_themselves(office: Office, as_caller: AsCaller) -> None:
    anna = await office.person(register_administration=True)

    refused = await as_caller(anna, "register-administration").post(f"/people/{anna}/lock", {"reason": "x"}, seen=1)

    assert (refused.status_code, refused.json()["code"]) == (409, "lock-oneself")


async def test_the_administration_finds_people_but_no_protected_one_by_name(office: Office, ada: Caller) -> None:
    await office.member(name="Vera Vanlig", email="vera@lund.example")
    hidden, _ = await office.member(name="Hemlig Person", protected=True)

    async def found(text: str) -> list[dict[str, object]]:
        return list((await ada.get("/people", q=text)).json()["people"])

    assert [one["name"] for one in await found("vera")] == ["Vera Vanlig"]
    assert await found("hemlig") == []
    (one,) = await found(str(hidden)[:4])
    assert (one["name"], one["email"], one["reference"]) == (None, None, str(hidden)[:4].upper())
    assert await found("%") == []


async def test_where_mail_goes_takes_a_login_as_sure_as_ones_roles_need(office: Office, as_caller: AsCaller) -> None:
    person, _ = await office.member(email="old@lund.example")
    body = {"email": "new@lund.example", "phone": None}

    refused = await as_caller(person, acr="1").send("PUT", "/me/contact", body, seen=1)

    assert (refused.status_code, refused.json()["code"]) == (403, "assurance-too-low")


async def test_an_address_is_changed_five_times_a_day_at_most(office: Office, as_caller: AsCaller) -> None:
    caller = as_caller(await office.person(email="old@lund.example"))

    answers = [
        await caller.send("PUT", "/me/contact", {"email": f"new{n}@lund.example", "phone": None}, seen=1)
        for n in range(6)
    ]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.parametrize(
    "email",
    ["x@under_score.se", "a@-evil.se", f"{65 * 'a'}@lund.se", "a\x01b@lund.se", "a\u200bb@lund.se", "å@lund.se"],
)
async def test_an_address_that_no_mail_reaches_is_refused_at_once(
    office: Office, as_caller: AsCaller, email: str
) -> None:
    caller = as_caller(await office.person())

    refused = await caller.send("PUT", "/me/contact", {"email": email, "phone": None}, seen=1)

    assert refused.status_code == 422


async def test_whose_second_factor_is_guessed_at_is_locked_and_may_be_unlocked(
    office: Office, as_caller: AsCaller
) -> None:
    person = await office.person()
    await office.pool.execute("INSERT INTO account VALUES ('account', $1)", person)

    async def guess(first: int, count: int) -> None:
        rows = [
            (f"event-{n}", "account", None, datetime.now(UTC), False, "second-factor", "192.0.2.1", "eservice")
            for n in range(first, first + count)
        ]
        await sign_ins.add(office.pool, rows)
        await lock_guessed(office.directory)

    await guess(0, 9)
    still = (await as_caller(person).get("/me")).status_code
    await guess(9, 1)
    locked = (await as_caller(person).get("/me")).status_code
    user_name = await office.pool.fetchval("SELECT user_name FROM person WHERE person_id = $1", person)
    await administrators.unlock_person(office.directory, user_name)
    await guess(10, 9)

    assert (still, locked) == (200, 403)
    assert (await as_caller(person).get("/me")).status_code == 200, "what was before the unlocking is forgotten"
