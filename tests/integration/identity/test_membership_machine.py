"""Whatever is done in whatever order: never zero contact persons, no role without acceptance, no acting after the end.

A small model beside the real service on its real database (hypothesis, stateful).
"""

import asyncio
import base64
import json
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr

from services.contracts.vocabulary import luhn_holds
from services.identity.app import new_api
from services.identity.commands.authority import ADMINISTRATION
from services.identity.commands.letters import fetch_code
from services.identity.commands.persons import NewPerson, register_person
from services.identity.directory import Directory, new_directory
from services.identity.settings import IdentitySettings
from services.kernel.database import open_pool
from services.kernel.identity import Subject
from tests.conftest import NewDatabase
from tests.integration.identity.conftest import SECRET
from tests.keys import ISSUER, KeyServer, token

Done = TypeVar("Done")
SOMEBODY = st.integers(min_value=0, max_value=5)
ROLES = st.sampled_from(["contact-person", "data-reporter"])
SERIAL = count(1)


def with_check_digit(digits: str, checked_from: int = 0) -> str:
    return next(digits + str(n) for n in range(10) if luhn_holds((digits + str(n))[checked_from:]))


NUMBERS = [with_check_digit(f"19900101{900 + place}", 2) for place in range(6)]


class World:
    """The real service: its API on a loop of its own, and the books behind it."""

    def __init__(
        self, runner: asyncio.Runner, directory: Directory, api: Any, provider: KeyServer, admin: UUID
    ) -> None:
        self.runner, self.directory, self.api, self.provider, self.admin = runner, directory, api, provider, admin

    def run(self, work: Awaitable[Done]) -> Done:
        async def awaited() -> Done:
            return await work

        return self.runner.run(awaited())

    def send(
        self, bearer: dict[str, Any], method: str, path: str, body: Any = None, seen: int | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4()), "Authorization": f"Bearer {token(self.provider, **bearer)}"}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return self.run(self._send(method, path, body, headers))

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.api)
        async with httpx.AsyncClient(transport=transport, base_url="http://identity") as http:
            return await http.request(method, path, json=body, headers=headers)

    def as_admin(self, method: str, path: str, body: Any = None, seen: int | None = None) -> httpx.Response:
        bearer = {"person_id": str(self.admin), "realm_access": {"roles": [ADMINISTRATION]}}
        return self.send(bearer, method, path, body, seen)

    def rows(self, statement: str, *values: Any) -> list[Any]:
        return list(self.run(self.directory.pool.fetch(statement, *values)))


class Memberships(RuleBasedStateMachine):
    """The model: who has which role, who is locked, what is open."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.number = with_check_digit(f"55{next(SERIAL):07}")
        self.roles: dict[int, str] = {}
        self.invitations: dict[str, tuple[int, str, str]] = {}
        self.letter: str | None = None
        self.locked: set[int] = set()
        self.began = False
        self.world.run(
            self.world.directory.pool.execute("INSERT INTO organizer VALUES ($1, 1, 'En huvudman', NULL)", self.number)
        )

    def bearer(self, who: int) -> dict[str, Any]:
        return {"person_id": None, "sub": f"account-{who}", "personal_identity_number": NUMBERS[who]}

    def known(self, who: int) -> dict[str, Any]:
        """As the same person, once Keycloak's tokens name it."""
        index = self.world.directory.index(NUMBERS[who])
        rows = self.world.rows("SELECT person_id FROM person WHERE national_id_index = $1", index)
        return {"person_id": str(rows[0]["person_id"]) if rows else str(uuid4()), "sub": f"account-{who}"}

    def membership(self, who: int) -> Any:
        index = self.world.directory.index(NUMBERS[who])
        return self.world.rows(
            "SELECT m.* FROM membership m JOIN person p USING (person_id) WHERE p.national_id_index = $1 "
            "AND organization_number = $2 ORDER BY m.granted_at DESC", index, self.number,
        )[0]  # fmt: skip

    def refusal(self, who: int) -> int | None:
        """The status with which somebody is refused to look after users; None: may."""
        if who in self.locked:
            return 403
        return None if self.roles.get(who) == "contact-person" else 404

    def contact_persons(self) -> list[int]:
        return [who for who, role in self.roles.items() if role == "contact-person"]

    @precondition(lambda self: self.letter is None)
    @rule()
    def a_letter_is_sent(self) -> None:
        body = {
            "organizationNumber": self.number,
            "requestedBy": "VD",
            "requestReference": "1",
            "requestedOn": "2026-01-01",
        }
        self.letter = self.world.as_admin("POST", "/letters", body).json()["letterId"]

    @precondition(lambda self: self.letter is not None)
    @rule(who=SOMEBODY, is_right=st.booleans())
    def a_code_is_typed(self, who: int, is_right: bool) -> None:
        admin = Subject(str(self.world.admin), frozenset({ADMINISTRATION}), "tests", assurance=2)
        assert self.letter
        _, code = self.world.run(fetch_code(self.world.directory, admin, UUID(self.letter)))
        typed = code if is_right else "0000-0000-0000-0000"
        body = {"organizationNumber": self.number, "code": typed, "termsVersion": 1, "email": f"p{who}@x.se"}

        status = self.world.send(self.bearer(who), "POST", "/activations", body).status_code
        self.world.run(self.world.directory.pool.execute("DELETE FROM wrong_code"))

        is_there = 409 if who in self.roles else 200
        assert status == (403 if who in self.locked else is_there if is_right else 404)
        if status == 200:
            self.roles[who], self.letter, self.began = "contact-person", None, True

    @rule(by=SOMEBODY, whom=SOMEBODY, role=ROLES)
    def somebody_is_invited(self, by: int, whom: int, role: str) -> None:
        body = {"email": f"p{whom}@x.se", "role": role, "personalIdentityNumber": NUMBERS[whom]}

        answer = self.world.send(self.known(by), "POST", f"/organizers/{self.number}/invitations", body)

        is_there = whom in self.roles or whom in {who for who, _, _ in self.invitations.values()}
        assert answer.status_code == (self.refusal(by) or (409 if is_there else 201))
        if answer.status_code == 201:
            self.invitations[answer.json()["invitationId"]] = (whom, role, self.newest_token())

    def newest_token(self) -> str:
        body = json.loads(
            self.world.rows(
                "SELECT body FROM outbox WHERE headers LIKE '%invitation.sent%' ORDER BY position DESC LIMIT 1"
            )[0]["body"]
        )
        return self.world.directory.mail_vault.open(base64.b64decode(body["sealedToken"]), body["invitationId"])

    @precondition(lambda self: self.invitations)
    @rule(who=SOMEBODY, data=st.data())
    def an_invitation_is_accepted(self, who: int, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.invitations)))
        whom, role, link = self.invitations[chosen]

        body = {"token": link, "termsVersion": 1}
        status = self.world.send(self.bearer(who), "POST", "/invitations/accept", body).status_code

        if who in self.locked or who != whom:
            assert status == 403
        else:
            assert status == (409 if who in self.roles else 200)
        if status == 200:
            self.roles[who] = role
            del self.invitations[chosen]

    @precondition(lambda self: self.invitations)
    @rule(by=SOMEBODY, data=st.data())
    def an_invitation_is_withdrawn(self, by: int, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.invitations)))

        status = self.world.send(self.known(by), "DELETE", f"/invitations/{chosen}", seen=1).status_code

        assert status == (self.refusal(by) or 204)
        if status == 204:
            del self.invitations[chosen]

    @precondition(lambda self: self.roles)
    @rule(by=SOMEBODY, role=ROLES, data=st.data())
    def a_role_is_changed(self, by: int, role: str, data: st.DataObject) -> None:
        whom = data.draw(st.sampled_from(sorted(self.roles)))
        row = self.membership(whom)

        path = f"/memberships/{row['membership_id']}"
        status = self.world.send(self.known(by), "PATCH", path, {"role": role}, row["version"]).status_code

        is_refused = role == self.roles[whom] or self.contact_persons() == [whom]
        assert status == (self.refusal(by) or (409 if is_refused else 200))
        if status == 200:
            self.roles[whom] = role

    @precondition(lambda self: self.roles)
    @rule(by=SOMEBODY, data=st.data())
    def an_authority_is_ended(self, by: int, data: st.DataObject) -> None:
        whom = data.draw(st.sampled_from(sorted(self.roles)))
        row = self.membership(whom)

        path = f"/memberships/{row['membership_id']}"
        status = self.world.send(self.known(by), "DELETE", path, seen=row["version"]).status_code

        assert status == (self.refusal(by) or (409 if self.contact_persons() == [whom] else 204))
        if status == 204:
            del self.roles[whom]

    @precondition(lambda self: self.roles)
    @rule(data=st.data())
    def somebody_is_locked_or_unlocked(self, data: st.DataObject) -> None:
        whom = data.draw(st.sampled_from(sorted(self.roles)))
        person = self.world.rows("SELECT * FROM person WHERE person_id = $1", self.membership(whom)["person_id"])[0]

        way, body = ("unlock", None) if whom in self.locked else ("lock", {"reason": "Utlånat konto"})
        path = f"/people/{person['person_id']}/{way}"
        assert self.world.as_admin("POST", path, body, person["version"]).status_code == 200
        self.locked ^= {whom}

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        if not hasattr(self, "number"):
            return
        held = self.world.rows(
            "SELECT p.national_id_index, m.role, "
            "EXISTS (SELECT FROM terms_acceptance t WHERE t.person_id = m.person_id) AS accepted FROM membership m JOIN person p USING (person_id) "
            "WHERE m.organization_number = $1 AND m.ended_at IS NULL", self.number,
        )  # fmt: skip
        by_index = {self.world.directory.index(number): who for who, number in enumerate(NUMBERS)}
        assert {by_index[row["national_id_index"]]: row["role"] for row in held} == self.roles
        assert all(row["accepted"] for row in held), "no role without acceptance"
        assert not self.began or self.contact_persons(), "never zero contact persons"

    def teardown(self) -> None:
        """Nobody stays locked for the next example."""
        self.world.run(self.world.directory.pool.execute("UPDATE person SET locked_at = NULL"))


@pytest.fixture
def world(database: NewDatabase, provider: KeyServer, tmp_path: Path) -> Iterator[World]:
    """The service with a population register of six."""
    population = tmp_path / "population.json"
    entry = {"givenNames": ["Kim"], "preferredGivenName": None, "middleName": None, "surname": "Ny", "protected": False}
    population.write_text(json.dumps([entry | {"personalIdentityNumber": number} for number in NUMBERS]))
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> World:
            made = IdentitySettings(
                database_url=await database("identity"), oidc_jwks_url=provider.url, oidc_issuer=ISSUER,
                keycloak_admin_password=SecretStr(SECRET), eservice_client_secret=SecretStr(SECRET),
                vault_secret=SecretStr(SECRET), mail_secret=SecretStr(SECRET), population_file=population,
            )  # fmt: skip
            pool = await stack.enter_async_context(open_pool(made.database_url, size=4))
            directory = new_directory(made, pool)
            new = NewPerson("ada.admin", "Ada Admin", "ada@x.se", register_administration=True)
            admin = await register_person(directory, new)
            await pool.execute("INSERT INTO terms_acceptance VALUES ($1, 1)", admin)
            return World(runner, directory, new_api(made, directory), provider, admin)

        yield runner.run(begin())
        runner.run(stack.aclose())


def test_the_rules_of_membership_hold_whatever_is_done(world: World) -> None:
    Memberships.world = world

    run_state_machine_as_test(
        Memberships,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

    assert world.rows("SELECT count(*) FROM membership")[0]["count"] > 0, "something was tried"
