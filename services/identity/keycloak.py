"""Keycloak, told by our records: the realm as reviewed configuration, accounts and clients. All may be done twice."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from keycloak import KeycloakAdmin
from keycloak.exceptions import (
    KeycloakAuthenticationError,
    KeycloakDeleteError,
    KeycloakGetError,
    raise_error_from_response,
)

from services.identity import keycloak_drift as drift
from services.identity import keycloak_realm as realms
from services.identity.domain.credentials import Credential
from services.identity.domain.persons import Person
from services.identity.settings import IdentitySettings

LONGEST_ANSWER_SECONDS = 60
"""Making a realm takes Keycloak a second or two, on a busy machine far longer."""
EVENTS_AT_ONCE = 200
SIGN_INS = {"LOGIN": True, "LOGIN_ERROR": False, "CLIENT_LOGIN": True, "CLIENT_LOGIN_ERROR": False}
PROGRAMS = {"CLIENT_LOGIN", "CLIENT_LOGIN_ERROR"}
SECOND_FACTOR = {"selected_credential_id", "credential_type", "public_key_credential_id"}
"""What Keycloak tells of a login where an authenticator app or a security key was used or set up."""
SEEN_BY_THEMSELVES = {"second-factor", "e-legitimation"}
"""Such a sign-in counts also within a session that had begun: somebody showed more surely who they are."""
LONGEST_SESSION = timedelta(hours=10)
OURSELVES = "identity"
TOKEN_LEFT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody or some program signed in, or tried. One of `account_id` and `client_id` is set.

    `method`: `password`, `second-factor`, `e-legitimation` or `unknown`; `application` is the client signed in to.
    """

    event_id: str
    at: datetime
    account_id: str | None
    client_id: str | None
    succeeded: bool
    method: str
    ip_address: str
    application: str


class Records(Protocol):
    """Our records, as reconciling asks them."""

    async def user_names(self) -> list[str]:
        """Every name that somebody logs in to with a password."""

    def held(self, account_id: str, user_name: str) -> AbstractAsyncContextManager[Person | None]:
        """Whose account it is, by name or id; nobody changes the person meanwhile, so no lock is undone."""

    async def link(self, account_id: str, person: Person) -> None:
        """Let an account be the person's."""

    async def credentials(self) -> list[Credential]:
        """Every credential, as it is now."""


class Keycloak:
    """A realm, through Keycloak's admin API. Every call raises KeycloakError or OSError when Keycloak is away."""

    def __init__(self, settings: IdentitySettings) -> None:
        self.settings = settings
        self.realm = settings.keycloak_realm
        self._token: dict[str, Any] | None = None
        self._token_until = datetime.min.replace(tzinfo=UTC)
        self._seen: dict[str, datetime] = {}

    async def set_up_realm(self) -> None:
        """Bring the realm to what deploy/keycloak says, and in a demo its provider of e-legitimations too."""
        if password := self.settings.demo_password:
            await self._put(realms.PROVIDER.stem, realms.PROVIDER, password.get_secret_value())
        await self._put(self.realm, realms.REALM)

    async def put_person(self, person: Person, accounts: Sequence[str]) -> list[str]:
        """Make or mend the account with a password, if the person has one, and mend the linked ones.

        Returns the ids of all that are there.
        """
        role, ids = person.register_administration, []
        async with self._admin() as admin:
            if person.user_name is not None:
                ids.append(await self._put_password_account(admin, person))
            for user_id in set(accounts) - set(ids):
                if there := await _account(admin, user_id):
                    await drift.mend_account(admin, there, drift.account_of(person), role=role)
                    ids.append(user_id)
        return ids

    async def end_sessions(self, person: Person, accounts: Sequence[str]) -> None:
        """Log the person out everywhere; the e-service hears of it by back-channel logout."""
        async with self._admin() as admin:
            named = await admin.a_get_user_id(person.user_name) if person.user_name else None
            for user_id in {*accounts, *([named] if named else [])}:
                if await _account(admin, user_id):
                    for session in await admin.a_get_sessions(user_id):
                        await _end_session(admin, self.realm, session["id"])
                    await admin.a_user_logout(user_id)

    async def put_client(self, credential: Credential, secret: str | None) -> None:
        """Make a program's client, or mend it; without a secret the old one holds."""
        async with self._admin() as admin:
            await realms.put_client(admin, drift.client_of(credential) | ({"secret": secret} if secret else {}))

    async def remove_client(self, client_id: str) -> None:
        """Remove a program's client: no token any more."""
        async with self._admin() as admin:
            if there := await admin.a_get_client_id(client_id):
                await admin.a_delete_client(there)

    async def sign_ins(self, since: datetime) -> list[SignIn]:
        """Who signed in or tried since a moment, newest first, where it names an account or a client.

        That a browser comes round again while it is logged in is no sign-in, and left out.
        """
        begun = datetime.now(UTC) - LONGEST_SESSION
        events = await self._events(since if self._seen else min(since, begun))
        self._seen = {session: at for session, at in self._seen.items() if at >= begun}
        found = []
        for event in reversed(events):
            session, at = event.get("sessionId") or event["id"], moment_of(event)
            first = self._seen.setdefault(session, at)
            sign_in = sign_in_of(event)
            if (
                sign_in
                and at >= since
                and (first == at or not sign_in.succeeded or sign_in.method in SEEN_BY_THEMSELVES)
            ):
                found.append(sign_in)
        return found[::-1]

    async def _events(self, since: datetime) -> list[dict[str, Any]]:
        """Newest first. More may come while we turn the pages: each is taken once."""
        query = {"type": list(SIGN_INS), "dateFrom": int(since.timestamp() * 1000), "max": EVENTS_AT_ONCE}
        events: dict[str, dict[str, Any]] = {}
        async with self._admin() as admin:
            for first in count(0, EVENTS_AT_ONCE):
                page = await admin.a_get_events(query | {"first": first})
                events |= {event["id"]: event for event in page if event.get("clientId") != OURSELVES}
                if len(page) < EVENTS_AT_ONCE:
                    break
        return sorted(events.values(), key=lambda event: int(event["time"]), reverse=True)

    async def reconcile(self, records: Records) -> list[str]:
        """Bring every account and client to our records; returns what was otherwise, in words without personal data."""
        found: list[str] = []
        missing = set(await records.user_names())
        async with self._admin() as admin:
            async for there in drift.everybody(admin):
                missing.discard(there["username"])
                found += await drift.tried(there["id"], self._mend(admin, records, there))
            for user_name in sorted(missing):
                found += await drift.tried("missing", self._make_anew(admin, records, user_name))
            ours = realms.realm_from(realms.REALM, self.settings)["clients"]
            return found + await drift.mend_clients(admin, records.credentials, ours)

    async def _mend(self, admin: KeycloakAdmin, records: Records, there: dict[str, Any]) -> list[str]:
        async with records.held(there["id"], there["username"]) as person:
            if person is None:
                return await drift.mend_stranger(admin, there)
            is_named = person.user_name == there["username"]
            wanted = drift.password_account_of(person) if is_named else drift.account_of(person)
            return await drift.mend_account(admin, there, wanted, role=person.register_administration)

    async def _make_anew(self, admin: KeycloakAdmin, records: Records, user_name: str) -> list[str]:
        async with records.held("", user_name) as person:
            if person is None:
                return []
            user_id = await self._put_password_account(admin, person)
        await records.link(user_id, person)
        return [f"account {user_id}: the one with a password was gone; made anew, without its credentials"]

    async def _put(self, name: str, file: Path, password: str = "") -> None:
        wanted = realms.realm_from(file, self.settings)
        async with self._master("master") as master:
            await realms.make_realm(master, name)
        async with self._master(name) as admin:
            await realms.put_realm(admin, name, wanted, with_providers=self.settings.eid_issuer is not None)
            await realms.put_people(admin, wanted.get("people", ()), password)

    async def _put_password_account(self, admin: KeycloakAdmin, person: Person) -> str:
        wanted, user_id = drift.password_account_of(person), await admin.a_get_user_id(str(person.user_name))
        if user_id is None:
            first = self._first_credentials(person)
            user_id = await admin.a_create_user(wanted | {"credentials": first}, exist_ok=True)
        if there := await _account(admin, user_id):
            await drift.mend_account(admin, there, wanted, role=person.register_administration)
        return user_id

    def _first_credentials(self, person: Person) -> list[dict[str, Any]]:
        """None: in real life the administrator of Keycloak gives a first password. In a demo, the known ones."""
        password, secret = self.settings.demo_password, self.settings.demo_totp_secret
        if password is None:
            return []
        first = [{"type": "password", "value": password.get_secret_value(), "temporary": False}]
        return first + ([_totp(secret.get_secret_value())] if secret and person.register_administration else [])

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[KeycloakAdmin]:
        """Keycloak with the rights that running work needs, in our realm alone. One login serves for some minutes."""
        secret = self.settings.client_secret.get_secret_value()
        who = {"user_realm_name": self.realm, "client_id": OURSELVES, "client_secret_key": secret}
        token = self._token if datetime.now(UTC) < self._token_until else None
        async with self._open(self.realm, token=token, **who) as admin:
            try:
                yield admin
            except KeycloakAuthenticationError:
                self._token = None
                raise
            if token is None and (token := admin.connection.token):
                self._token = token
                self._token_until = datetime.now(UTC) + timedelta(seconds=token["expires_in"]) - TOKEN_LEFT

    def _master(self, realm: str) -> AbstractAsyncContextManager[KeycloakAdmin]:
        """Keycloak with all rights: for setting up."""
        password = self.settings.keycloak_admin_password.get_secret_value()
        return self._open(realm, user_realm_name="master", username=self.settings.keycloak_admin, password=password)

    @asynccontextmanager
    async def _open(self, realm: str, **who: Any) -> AsyncIterator[KeycloakAdmin]:
        # A new one for each task: its token has an end, and a login costs little beside the work.
        url = f"{self.settings.keycloak_url}/"
        # Without TLS no certificates are read: that takes longer than what is asked.
        who |= {"timeout": LONGEST_ANSWER_SECONDS, "verify": url.startswith("https:")}
        admin = KeycloakAdmin(server_url=url, realm_name=realm, **who)
        try:
            yield admin
        finally:
            await admin.connection.keycloak_openid.connection.aclose()
            await admin.connection.aclose()


async def _account(admin: KeycloakAdmin, user_id: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await admin.a_get_user(user_id)
    except KeycloakGetError as error:
        if error.response_code != realms.NOT_FOUND:
            raise
        return None
    return found


def moment_of(event: dict[str, Any]) -> datetime:
    """When an event of Keycloak's was."""
    return datetime.fromtimestamp(event["time"] / 1000, UTC)


def sign_in_of(event: dict[str, Any]) -> SignIn | None:
    """Read one of Keycloak's events; None when it names no account and no client."""
    details, kind = event.get("details", {}), event["type"]
    program = kind in PROGRAMS
    if not event.get("clientId" if program else "userId"):
        return None
    return SignIn(
        event["id"],
        moment_of(event),
        None if program else event["userId"],
        event["clientId"] if program else None,
        SIGN_INS[kind],
        "unknown" if program else _method(details),
        event.get("ipAddress", ""),
        event.get("clientId", ""),
    )


def _method(details: dict[str, str]) -> str:
    if "identity_provider" in details:
        return "e-legitimation"
    return "second-factor" if SECOND_FACTOR & details.keys() else "password"


def _totp(secret: str) -> dict[str, Any]:
    """A credential for an authenticator app, its secret in Base32 as such apps take it."""
    how = {"subType": "totp", "period": 30, "digits": 6, "algorithm": "HmacSHA1", "secretEncoding": "BASE32"}
    return {
        "type": "otp", "userLabel": "demo", "secretData": json.dumps({"value": secret}),
        "credentialData": json.dumps(how),
    }  # fmt: skip


async def _end_session(admin: KeycloakAdmin, realm: str, session: str) -> None:
    """End one session. Of all of a user's at once, Keycloak tells the e-service of one alone (keycloak#27359)."""
    answer = await admin.connection.a_raw_delete(f"admin/realms/{realm}/sessions/{session}")
    raise_error_from_response(answer, KeycloakDeleteError, expected_codes=[204, 404])
