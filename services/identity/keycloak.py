"""Keycloak, told by our records: the realm as reviewed configuration, accounts and clients. All may be done twice."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakGetError

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
SECOND_FACTORS = {"otp", "webauthn"}


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


class Keycloak:
    """A realm, through Keycloak's admin API. Every call raises KeycloakError or OSError when Keycloak is away."""

    def __init__(self, settings: IdentitySettings) -> None:
        self.settings = settings
        self.realm = settings.keycloak_realm

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
        """Who signed in or tried since a moment, newest first, where it names an account or a client."""
        query = {"type": list(SIGN_INS), "dateFrom": int(since.timestamp() * 1000), "max": EVENTS_AT_ONCE}
        events: dict[str, dict[str, Any]] = {}
        async with self._admin() as admin:
            while page := await admin.a_get_events(query | {"first": len(events)}):
                before = len(events)
                events |= {event["id"]: event for event in page}
                if len(page) < EVENTS_AT_ONCE or len(events) == before:
                    break
        return [found for event in events.values() if (found := sign_in_of(event))]

    async def reconcile(
        self, people: Sequence[tuple[Person, Sequence[str]]], credentials: Sequence[Credential]
    ) -> list[str]:
        """Bring every account and client to our records; returns what was otherwise, in words without personal data."""
        by_name = {person.user_name: person for person, _ in people if person.user_name}
        by_account = {account: person for person, accounts in people for account in accounts}
        found: list[str] = []
        async with self._admin() as admin:
            async for there in drift.everybody(admin):
                named = by_name.pop(there["username"], None)
                person = named or by_account.get(there["id"])
                if person is None:
                    found += await drift.mend_stranger(admin, there)
                    continue
                wanted = drift.password_account_of(person) if named else drift.account_of(person)
                found += await drift.mend_account(admin, there, wanted, role=person.register_administration)
            for person in by_name.values():
                user_id = await self._put_password_account(admin, person)
                found.append(f"account {user_id}: the one with a password was gone; made anew, without its credentials")
            ours = realms.realm_from(realms.REALM, self.settings)["clients"]
            return found + await drift.mend_clients(admin, credentials, ours)

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

    def _admin(self) -> AbstractAsyncContextManager[KeycloakAdmin]:
        """Keycloak with the rights that running work needs, in our realm alone."""
        secret = self.settings.client_secret.get_secret_value()
        return self._open(self.realm, user_realm_name=self.realm, client_id="identity", client_secret_key=secret)

    def _master(self, realm: str) -> AbstractAsyncContextManager[KeycloakAdmin]:
        """Keycloak with all rights: for setting up."""
        password = self.settings.keycloak_admin_password.get_secret_value()
        return self._open(realm, user_realm_name="master", username=self.settings.keycloak_admin, password=password)

    @asynccontextmanager
    async def _open(self, realm: str, **who: Any) -> AsyncIterator[KeycloakAdmin]:
        # A new one for each task: its token has an end, and a login costs little beside the work.
        url = f"{self.settings.keycloak_url}/"
        admin = KeycloakAdmin(server_url=url, realm_name=realm, timeout=LONGEST_ANSWER_SECONDS, **who)
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


def sign_in_of(event: dict[str, Any]) -> SignIn | None:
    """Read one of Keycloak's events; None when it names no account and no client."""
    details, kind = event.get("details", {}), event["type"]
    program = kind in PROGRAMS
    if not event.get("clientId" if program else "userId"):
        return None
    return SignIn(
        event["id"],
        datetime.fromtimestamp(event["time"] / 1000, UTC),
        None if program else event["userId"],
        event["clientId"] if program else None,
        SIGN_INS[kind],
        _method(details),
        event.get("ipAddress", ""),
        event.get("clientId", ""),
    )


def _method(details: dict[str, str]) -> str:
    if "identity_provider" in details:
        return "e-legitimation"
    return "unknown"


def _totp(secret: str) -> dict[str, Any]:
    """A credential for an authenticator app, its secret in Base32 as such apps take it."""
    how = {"subType": "totp", "period": 30, "digits": 6, "algorithm": "HmacSHA1", "secretEncoding": "BASE32"}
    return {
        "type": "otp", "userLabel": "demo", "secretData": json.dumps({"value": secret}),
        "credentialData": json.dumps(how),
    }  # fmt: skip
