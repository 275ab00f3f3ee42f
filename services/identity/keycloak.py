"""Keycloak, told by our records: the realm as reviewed configuration, and accounts. Everything may be done twice."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakGetError

from services.identity.commands.authority import ADMINISTRATION
from services.identity.domain.persons import Person
from services.identity.settings import IdentitySettings

REALM_FILE = Path(__file__).parents[2] / "deploy" / "keycloak" / "realm.json"
LONGEST_ANSWER_SECONDS = 60
"""Making a realm takes Keycloak a second or two, on a busy machine far longer."""


class Keycloak:
    """A realm, through Keycloak's admin API. Every call raises KeycloakError when Keycloak is away or refuses."""

    def __init__(self, settings: IdentitySettings) -> None:
        self.settings = settings
        self.realm = settings.keycloak_realm

    @asynccontextmanager
    async def _admin(self, realm: str | None = None) -> AsyncIterator[KeycloakAdmin]:
        # A new one for each task: its token has an end, and a login costs little beside the work.
        admin = KeycloakAdmin(
            server_url=f"{self.settings.keycloak_url}/",
            username=self.settings.keycloak_admin,
            password=self.settings.keycloak_admin_password.get_secret_value(),
            realm_name=realm or self.realm,
            user_realm_name="master",
            timeout=LONGEST_ANSWER_SECONDS,
        )
        try:
            yield admin
        finally:
            await admin.connection.keycloak_openid.connection.aclose()
            await admin.connection.aclose()

    async def set_up_realm(self) -> None:
        """Make the realm as deploy/keycloak/realm.json says, or bring it back to that."""
        wanted = realm_from(REALM_FILE.read_text(encoding="utf-8"), self.settings)
        profile = wanted.pop("userProfile")
        async with self._admin("master") as admin:
            if not await _has_realm(admin, self.realm):
                await admin.a_create_realm(payload=wanted)
            else:
                plain = {name: value for name, value in wanted.items() if name not in {"clients", "roles"}}
                await admin.a_update_realm(self.realm, payload=plain)
        async with self._admin() as admin:
            await admin.a_update_realm_users_profile(payload=profile)
            await _put_clients(admin, wanted["clients"])

    async def put_person(self, person: Person, accounts: Sequence[str]) -> list[str]:
        """Make the person's account, or mend it."""
        async with self._admin() as admin:
            user_id = await admin.a_get_user_id(person.user_name)
            if user_id is None:
                user_id = await admin.a_create_user(account_of(person) | self._first_password(), exist_ok=True)
            else:
                await admin.a_update_user(user_id, payload=account_of(person))
            await _put_role(admin, user_id, person)

    async def end_sessions(self, person: Person) -> None:
        """Log the person out everywhere; the e-service hears of it by back-channel logout."""
        async with self._admin() as admin:
            user_id = await admin.a_get_user_id(person.user_name)
            if user_id is not None:
                await admin.a_user_logout(user_id)

    def _first_password(self) -> dict[str, Any]:
        password = self.settings.demo_password
        if password is None:
            return {}
        return {"credentials": [{"type": "password", "value": password.get_secret_value(), "temporary": False}]}


async def _has_realm(admin: KeycloakAdmin, realm: str) -> bool:
    try:
        await admin.a_get_realm(realm)
    except KeycloakGetError as error:
        if error.response_code != 404:  # noqa: PLR2004 - HTTP's not found
            raise
        return False
    return True


async def _put_clients(admin: KeycloakAdmin, wanted: list[dict[str, Any]]) -> None:
    there = {client["clientId"]: client["id"] for client in await admin.a_get_clients()}
    for client in wanted:
        if client["clientId"] in there:
            await admin.a_update_client(there[client["clientId"]], payload=client)
        else:
            await admin.a_create_client(payload=client)


async def _put_role(admin: KeycloakAdmin, user_id: str, person: Person) -> None:
    has = {role["name"] for role in await admin.a_get_realm_roles_of_user(user_id)}
    if person.register_administration != (ADMINISTRATION in has):
        role = await admin.a_get_realm_role(ADMINISTRATION)
        change = admin.a_assign_realm_roles if person.register_administration else admin.a_delete_realm_roles_of_user
        await change(user_id, [role])


def account_of(person: Person) -> dict[str, Any]:
    """A person's account as Keycloak takes it. No name: the register's own pages show it, Keycloak needs none."""
    return {
        "username": person.user_name,
        "email": person.email,
        "emailVerified": True,
        "enabled": True,
        "attributes": {"person_id": [str(person.person_id)], "locale": ["sv"]},
    }


def realm_from(text: str, settings: IdentitySettings) -> dict[str, Any]:
    """The realm's configuration with this installation's addresses and secret."""
    values = {
        "@PUBLIC_BASE_URL@": settings.public_base_url,
        "@ESERVICE_URL@": settings.eservice_url,
        "@CLIENT_SECRET@": settings.eservice_client_secret.get_secret_value(),
    }
    for name, value in values.items():
        text = text.replace(name, json.dumps(value)[1:-1])
    realm: dict[str, Any] = json.loads(text)
    return realm | {"realm": settings.keycloak_realm}
