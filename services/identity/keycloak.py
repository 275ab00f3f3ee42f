"""Keycloak, told by our records: the realm as reviewed configuration, and accounts. Everything may be done twice."""

import json
from pathlib import Path
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakGetError

from services.identity.domain.persons import Person
from services.identity.settings import IdentitySettings

REALM_FILE = Path(__file__).parents[2] / "deploy" / "keycloak" / "realm.json"
ADMINISTRATION = "register-administration"
LONGEST_ANSWER_SECONDS = 60
"""Making a realm takes Keycloak a second or two, on a busy machine far longer."""


class Keycloak:
    """A realm, through Keycloak's admin API. Every call raises KeycloakError when Keycloak is away or refuses."""

    def __init__(self, settings: IdentitySettings) -> None:
        self.settings = settings
        self.realm = settings.keycloak_realm
        self.password = settings.demo_password.get_secret_value() if settings.demo_password else None

    def _admin(self, realm: str | None = None) -> KeycloakAdmin:
        # A new one for each task: its token has an end, and a login costs little beside the work.
        return KeycloakAdmin(
            server_url=f"{self.settings.keycloak_url}/",
            username=self.settings.keycloak_admin,
            password=self.settings.keycloak_admin_password.get_secret_value(),
            realm_name=realm or self.realm,
            user_realm_name="master",
            timeout=LONGEST_ANSWER_SECONDS,
        )

    async def set_up_realm(self) -> None:
        """Make the realm as deploy/keycloak/realm.json says, or bring it back to that."""
        wanted = realm_from(REALM_FILE.read_text(encoding="utf-8"), self.settings)
        admin = self._admin("master")
        try:
            await admin.a_get_realm(self.realm)
        except KeycloakGetError as error:
            if error.response_code != 404:  # noqa: PLR2004 - HTTP's not found
                raise
            await admin.a_create_realm(payload=wanted)
            return
        plain = {name: value for name, value in wanted.items() if name not in {"clients", "roles", "components"}}
        await admin.a_update_realm(self.realm, payload=plain)
        await self._update_clients(wanted["clients"])

    async def _update_clients(self, wanted: list[dict[str, Any]]) -> None:
        admin = self._admin()
        there = {client["clientId"]: client["id"] for client in await admin.a_get_clients()}
        for client in wanted:
            if client["clientId"] in there:
                await admin.a_update_client(there[client["clientId"]], payload=client)
            else:
                await admin.a_create_client(payload=client)

    async def put_account(self, person: Person) -> None:
        """Make the person's account, or mend it."""
        admin = self._admin()
        user_id = await admin.a_get_user_id(person.user_name)
        wanted = account_of(person)
        if user_id is None:
            credentials = [{"type": "password", "value": self.password, "temporary": False}] if self.password else []
            user_id = await admin.a_create_user(wanted | {"credentials": credentials}, exist_ok=True)
        else:
            await admin.a_update_user(user_id, payload=wanted)
        await self._put_role(admin, user_id, person)

    async def _put_role(self, admin: KeycloakAdmin, user_id: str, person: Person) -> None:
        has = {role["name"] for role in await admin.a_get_realm_roles_of_user(user_id)}
        if person.register_administration != (ADMINISTRATION in has):
            role = await admin.a_get_realm_role(ADMINISTRATION)
            change = (
                admin.a_assign_realm_roles if person.register_administration else admin.a_delete_realm_roles_of_user
            )
            await change(user_id, [role])

    async def end_sessions(self, person: Person) -> None:
        """Log the person out everywhere; the e-service hears of it by back-channel logout."""
        admin = self._admin()
        user_id = await admin.a_get_user_id(person.user_name)
        if user_id is not None:
            await admin.a_user_logout(user_id)


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
    profile = realm.pop("userProfile")
    realm["components"] = {
        "org.keycloak.userprofile.UserProfileProvider": [
            {"providerId": "declarative-user-profile", "config": {"kc.user.profile.config": [json.dumps(profile)]}}
        ]
    }
    return realm | {"realm": settings.keycloak_realm}
