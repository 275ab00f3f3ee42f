"""What contact persons do with the users of their organizer, through identity's door."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.contracts.vocabulary import Role
from services.identity.commands.authority import ADMINISTRATION
from services.identity.commands.credentials import CLIENT
from services.identity.commands.memberships import grant_membership
from services.identity.jobs import prompt_reviews
from services.identity.store import invitations, tasks
from tests.integration.identity.conftest import LUND, MALMO, NINA, AsCaller, Caller, Office

USERS = f"/organizers/{LUND}/users"


async def users_of(caller: Caller) -> dict[str, Any]:
    found: dict[str, Any] = (await caller.get(USERS)).json()
    return found


async def test_a_user_gets_another_role_and_then_none(office: Office, karin: Caller) -> None:
    ulf, membership = await office.member(Role.DATA_REPORTER)

    raised = await karin.send("PATCH", f"/memberships/{membership}", {"role": "contact-person"}, seen=1)
    same = await karin.send("PATCH", f"/memberships/{membership}", {"role": "contact-person"}, seen=2)
    stale = await karin.delete(f"/memberships/{membership}", seen=1)
    ended = await karin.delete(f"/memberships/{membership}", seen=2)
    gone = await karin.delete(f"/memberships/{membership}", seen=3)

    assert raised.json() == {"version": 2}
    assert (same.status_code, same.json()["code"]) == (409, "role-unchanged")
    assert stale.status_code == 412
    assert ended.status_code == 204
    assert gone.status_code == 404
    told = [(name, body["role"], body["version"]) for name, body in await office.said() if "membership." in name]
    assert told[-2:] == [("membership.changed.v1", "contact-person", 2), ("membership.ended.v1", "contact-person", 3)]
    tasks = await office.pool.fetch("SELECT task FROM provisioning WHERE person_id = $1 ORDER BY id", ulf)
    assert tasks[-1]["task"] == "end-sessions", "nothing is left to be logged in for"
    assert [one["role"] for one in (await users_of(karin))["ended"]] == ["contact-person"]


async def test_the_last_contact_person_is_neither_removed_nor_lowered(office: Office, karin: Caller) -> None:
    await office.member(Role.DATA_REPORTER)
    (mine,) = [one for one in (await users_of(karin))["users"] if one["isMe"]]
    path = f"/memberships/{mine['membershipId']}"

    answers = [await karin.delete(path), await karin.send("PATCH", path, {"role": "data-reporter"}, seen=1)]

    assert mine["isLastContactPerson"]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "last-contact-person")] * 2


async def test_contact_persons_who_remove_each_other_at_once_leave_one(office: Office, as_caller: AsCaller) -> None:
    people = [await office.member() for _ in range(6)]

    def remove(place: int) -> Any:
        by, (_, victim) = as_caller(people[place - 1][0]), people[place]
        return by.delete(f"/memberships/{victim}")

    answers = await asyncio.gather(*(remove(place) for place in range(len(people))))

    left = await office.pool.fetchval("SELECT count(*) FROM membership WHERE ended_at IS NULL")
    assert left >= 1
    assert left == len(people) - sum(answer.status_code == 204 for answer in answers)
    assert {answer.status_code for answer in answers} <= {204, 404, 409}, "who was removed meanwhile acts no more"


async def everything_of_users(caller: Caller, membership: UUID, invitation: str) -> list[httpx.Response]:
    """Try everything that is for an organizer's contact persons."""
    seen = [{"membershipId": str(membership), "version": 1}]
    return [
        await caller.get(USERS),
        await caller.get(f"/organizers/{LUND}/reviews"),
        await caller.get(f"/organizers/{LUND}/credentials"),
        await caller.invite("somebody@lund.example"),
        await caller.post(f"/invitations/{invitation}/resend", seen=1),
        await caller.delete(f"/invitations/{invitation}"),
        await caller.send("PATCH", f"/memberships/{membership}", {"role": "contact-person"}, seen=1),
        await caller.delete(f"/memberships/{membership}"),
        await caller.post(f"/organizers/{LUND}/reviews", {"memberships": seen}),
        await caller.post(f"/organizers/{LUND}/credentials", {"label": "Program", "days": 30}),
    ]


async def test_a_stranger_learns_nothing_and_changes_nothing(
    office: Office, karin: Caller, as_caller: AsCaller, nobody: Caller
) -> None:
    reporter, membership = await office.member(Role.DATA_REPORTER)
    neighbour, _ = await office.member(organizer=MALMO)
    gone, ended = await office.member()
    await karin.delete(f"/memberships/{ended}")
    invitation = (await karin.invite()).json()["invitationId"]
    named_by_the_token_alone = as_caller(await office.person(), ADMINISTRATION)
    marked_in_our_records_alone = as_caller(await office.person(register_administration=True))
    before = await office.said()

    callers = [as_caller(person) for person in (reporter, neighbour, gone)]
    callers += [named_by_the_token_alone, marked_in_our_records_alone]
    answers = [a for caller in callers for a in await everything_of_users(caller, membership, invitation)]
    without_token = await everything_of_users(nobody, membership, invitation)

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1, "what is there looks like what is not"
    assert {answer.status_code for answer in without_token} == {401}
    assert await office.said() == before


@pytest.mark.parametrize("acr", ["0", "1"])
async def test_a_login_that_is_not_sure_enough_is_told_how_sure_it_must_be(
    office: Office, as_caller: AsCaller, acr: str
) -> None:
    person, _ = await office.member()

    refused = await as_caller(person, acr=acr).get(USERS)

    assert (refused.status_code, refused.json()["code"], refused.json()["needed"]) == (403, "assurance-too-low", 2)


async def test_a_protected_user_is_shown_without_name_and_address(office: Office, karin: Caller) -> None:
    hidden, _ = await office.member(Role.DATA_REPORTER, name="Hemlig Person", protected=True, email="hemlig@x.se")

    page = await karin.get(USERS)

    (shown,) = [one for one in page.json()["users"] if one["personId"] == str(hidden)]
    assert (shown["name"], shown["email"], shown["reference"]) == (None, None, str(hidden)[:4].upper())
    assert "emlig" not in page.text


async def test_users_are_confirmed_as_they_were_shown_and_what_was_confirmed_stays(
    office: Office, karin: Caller
) -> None:
    _, membership = await office.member(Role.DATA_REPORTER)
    seen = [{"membershipId": u["membershipId"], "version": u["version"]} for u in (await users_of(karin))["users"]]

    confirmed = await karin.post(f"/organizers/{LUND}/reviews", {"memberships": seen})
    await karin.delete(f"/memberships/{membership}")
    outdated = await karin.post(f"/organizers/{LUND}/reviews", {"memberships": seen})
    (review,) = (await karin.get(f"/organizers/{LUND}/reviews")).json()["reviews"]

    assert confirmed.status_code == 201
    assert (outdated.status_code, outdated.json()["code"]) == (409, "users-changed")
    assert sorted(one["role"] for one in review["users"]) == ["contact-person", "data-reporter"]
    assert (await users_of(karin))["review"]["lastConfirmedAt"] == confirmed.json()["confirmedAt"]
    assert len(await office.said_of("users.reviewed.v1")) == 1


async def test_a_review_is_prompted_once_when_a_year_has_passed(office: Office, karin: Caller) -> None:
    await prompt_reviews(office.directory)
    early = await office.said_of("users.review-due.v1")
    await office.pool.execute("UPDATE membership SET granted_at = granted_at - interval '366 days'")

    for _ in range(2):
        await prompt_reviews(office.directory)

    assert early == []
    assert [one["organizationNumber"] for one in await office.said_of("users.review-due.v1")] == [LUND]
    assert (await users_of(karin))["review"]["isDue"]
    assert (await karin.get("/me")).json()["memberships"][0]["reviewDue"]


async def test_the_administration_cannot_confirm_what_it_does_not_know(ada: Caller, karin: Caller) -> None:
    seen = [{"membershipId": u["membershipId"], "version": u["version"]} for u in (await users_of(karin))["users"]]

    refused = await ada.post(f"/organizers/{LUND}/reviews", {"memberships": seen})

    assert (await ada.get(USERS)).status_code == 200
    assert refused.status_code == 404


async def test_a_credential_is_issued_with_a_secret_that_is_told_once_and_kept_nowhere_in_the_clear(
    office: Office, karin: Caller
) -> None:
    body = {"label": "Elevregistret", "days": 30}

    made, again = [await karin.post(f"/organizers/{LUND}/credentials", body, key="the same key") for _ in range(2)]
    listed = (await karin.get(f"/organizers/{LUND}/credentials")).json()

    assert made.status_code == 201
    assert again.json() == made.json(), "a repeat gets the first answer"
    assert [one["state"] for one in listed["credentials"]] == ["active"]
    assert "clientSecret" not in listed["credentials"][0]
    secret = made.json()["clientSecret"]
    assert not {table for table, text in (await office.everything_kept()).items() if secret in text}
    bodies = await office.pool.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox")
    assert secret not in bodies


async def test_a_credential_gets_a_new_secret_and_comes_to_its_end(office: Office, karin: Caller) -> None:
    made = (await karin.post(f"/organizers/{LUND}/credentials", {"label": "Program", "days": 30})).json()
    path = f"/credentials/{made['credentialId']}"

    rotated = await karin.post(f"{path}/rotate", seen=1)
    revoked = await karin.delete(path, seen=2)
    answers = [await karin.delete(path, seen=3), await karin.post(f"{path}/rotate", seen=3)]

    assert rotated.json()["clientSecret"] != made["clientSecret"]
    assert rotated.json()["version"] == 2
    assert revoked.status_code == 204
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "credential-over")] * 2
    assert [name for name, _ in await office.said() if "credential" in name] == [
        "api-credential.issued.v1", "api-credential.rotated.v1", "api-credential.revoked.v1",
    ]  # fmt: skip


async def test_an_organizer_has_so_many_credentials_and_no_more(karin: Caller) -> None:
    ask = [karin.post(f"/organizers/{LUND}/credentials", {"label": f"P{n}", "days": 1}) for n in range(12)]

    answers = await asyncio.gather(*ask)

    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [409] * 2


async def test_a_program_administers_nobody(karin: Caller, as_caller: AsCaller) -> None:
    made = (await karin.post(f"/organizers/{LUND}/credentials", {"label": "Program", "days": 30})).json()

    program = as_caller(made["credentialId"], machine=True)

    assert (await program.get(USERS)).status_code == 404
    assert (await program.invite()).status_code == 404


async def test_a_number_names_who_may_act_twice(office: Office, karin: Caller) -> None:
    await office.member(Role.DATA_REPORTER, number=NINA)

    by_number = await karin.invite("other@lund.example", personalIdentityNumber=NINA)

    assert (by_number.status_code, by_number.json()["code"]) == (409, "user-exists")


async def test_one_person_acts_for_several_organizers_each_by_itself(office: Office, as_caller: AsCaller) -> None:
    bo, _ = await office.member()
    await office.member()
    await grant_membership(office.directory, bo, MALMO, Role.DATA_REPORTER)
    caller = as_caller(bo)

    me = (await caller.get("/me")).json()

    assert [(m["organizerName"], m["role"]) for m in me["memberships"]] == [
        ("Lunds kommun", "contact-person"), ("Malmö stad", "data-reporter"),
    ]  # fmt: skip
    assert (await caller.get(USERS)).status_code == 200
    assert (await caller.get(f"/organizers/{MALMO}/users")).status_code == 404


async def test_a_credential_whose_time_has_run_out_is_told_to_keycloak_once(office: Office, karin: Caller) -> None:
    made = (await karin.post(f"/organizers/{LUND}/credentials", {"label": "Program", "days": 1})).json()
    of_credential = "SELECT count(*) FROM provisioning WHERE credential_id = $1"
    await tasks.add_for_expired(office.pool, CLIENT)
    early = await office.pool.fetchval(of_credential, UUID(made["credentialId"]))
    await office.pool.execute("UPDATE credential SET expires_at = now()")

    for _ in range(2):
        await tasks.add_for_expired(office.pool, CLIENT)

    assert early == 1, "the one that made it"
    assert await office.pool.fetchval(of_credential, UUID(made["credentialId"])) == 2
    (listed,) = (await karin.get(f"/organizers/{LUND}/credentials")).json()["credentials"]
    assert listed["state"] == "expired"


async def test_whom_an_old_invitation_was_for_is_forgotten(office: Office, karin: Caller) -> None:
    await karin.invite("old@lund.example", personalIdentityNumber=NINA)
    await office.pool.execute("UPDATE invitation SET state = 'expired', ended_at = now() - interval '2 years'")

    await invitations.sweep(office.pool)

    row = await office.pool.fetchrow("SELECT email, national_id_index FROM invitation")
    assert tuple(row or ()) == ("", None)
