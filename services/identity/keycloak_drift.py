"""What accounts and clients are to be in Keycloak, where it is not so, and mending that."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakError

from services.identity.commands.authority import ADMINISTRATION
from services.identity.domain.credentials import Credential, CredentialState
from services.identity.domain.persons import Person
from services.identity.keycloak_realm import put_client

BUILT_IN = {"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
AT_ONCE = 100
FIRST_SERVER_ERROR = 500
AUDIENCE = "register-api"
API_TOKEN_SECONDS = 300


def account_of(person: Person) -> dict[str, Any]:
    """What any account of a person is to be. No name and no address: Keycloak needs none, and might refuse them."""
    return {
        "enabled": not person.locked,
        "attributes": {"person_id": [str(person.person_id)], "locale": ["sv"]},
    }


def password_account_of(person: Person) -> dict[str, Any]:
    """What the account is to be that a person logs in to with a password."""
    return account_of(person) | {"username": person.user_name}


def client_of(credential: Credential) -> dict[str, Any]:
    """What a program's client is to be: it gets tokens for its credential, and can do nothing else."""
    return {
        "clientId": credential.client_id,
        "name": credential.label,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": True,
        "fullScopeAllowed": False,
        "redirectUris": [],
        "webOrigins": [],
        "attributes": {
            "access.token.lifespan": str(API_TOKEN_SECONDS),
            "client_credentials.use_refresh_token": "false",
            "oauth2.device.authorization.grant.enabled": "false",
            "oidc.ciba.grant.enabled": "false",
        },
        "defaultClientScopes": ["basic"],
        "optionalClientScopes": [],
        "protocolMappers": [
            _mapper("audience", "oidc-audience-mapper", {"included.custom.audience": AUDIENCE}),
            _mapper("person", "oidc-hardcoded-claim-mapper", _claim("person_id", str(credential.credential_id))),
            _mapper("machine", "oidc-hardcoded-claim-mapper", _claim("machine", "true", kind="boolean")),
        ],
    }


def _claim(name: str, value: str, kind: str = "String") -> dict[str, str]:
    return {"claim.name": name, "claim.value": value, "jsonType.label": kind}


def _mapper(name: str, mapper: str, config: dict[str, str]) -> dict[str, Any]:
    only_access = {"access.token.claim": "true", "id.token.claim": "false", "userinfo.token.claim": "false"}
    return {
        "name": name, "protocol": "openid-connect", "protocolMapper": mapper, "config": config | only_access,
    }  # fmt: skip


def is_like(there: Any, wanted: Any) -> bool:
    """Whether what is there has all that is wanted. Lists are sets here, and what has a name is known by it."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(is_like(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        pairs = zip(_in_order(there or []), _in_order(wanted), strict=False)
        return len(there or []) == len(wanted) and all(is_like(mine, theirs) for mine, theirs in pairs)
    return bool(there == wanted)


def _in_order(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda one: str(one.get("name")) if isinstance(one, Mapping) else str(one))


async def tried(account_id: str, mending: Awaitable[list[str]]) -> list[str]:
    """What was mended; what Keycloak refuses of one account keeps no other from being mended."""
    try:
        return await mending
    except KeycloakError as error:
        if (error.response_code or FIRST_SERVER_ERROR) >= FIRST_SERVER_ERROR:
            raise
        return [f"account {account_id}: not mended, Keycloak refuses it with {error.response_code}"]


async def mend_account(admin: KeycloakAdmin, there: dict[str, Any], wanted: dict[str, Any], *, role: bool) -> list[str]:
    """Bring an account to what is wanted; returns what was otherwise, in words without personal data."""
    found = []
    if off := sorted(key for key, value in wanted.items() if not is_like(there.get(key), value)):
        attributes = there.get("attributes", {}) | wanted["attributes"]
        await admin.a_update_user(there["id"], payload=there | wanted | {"attributes": attributes})
        found.append(f"account {there['id']}: mended {', '.join(off)}")
    return found + await _mend_role(admin, there["id"], wanted=role)


async def _mend_role(admin: KeycloakAdmin, user_id: str, *, wanted: bool) -> list[str]:
    has = [role for role in await admin.a_get_realm_roles_of_user(user_id) if role["name"] == ADMINISTRATION]
    if wanted == bool(has):
        return []
    if has:
        await admin.a_delete_realm_roles_of_user(user_id, has)
        return [f"account {user_id}: took the role {ADMINISTRATION} away"]
    roles = await admin.a_get_available_realm_roles_of_user(user_id)
    await admin.a_assign_realm_roles(user_id, [role for role in roles if role["name"] == ADMINISTRATION])
    return [f"account {user_id}: gave the role {ADMINISTRATION}"]


async def mend_stranger(admin: KeycloakAdmin, there: dict[str, Any]) -> list[str]:
    """An account that our records do not know: it may log in and be invited, and is nobody until then."""
    found = await _mend_role(admin, there["id"], wanted=False)
    attributes = there.get("attributes", {})
    if "person_id" in attributes:
        others = {name: value for name, value in attributes.items() if name != "person_id"}
        await admin.a_update_user(there["id"], payload=there | {"attributes": others})
        found.append(f"account {there['id']}: our records do not know it; took its person_id away")
    return found


async def mend_clients(
    admin: KeycloakAdmin, credentials_now: Callable[[], Awaitable[list[Credential]]], ours: Sequence[dict[str, Any]]
) -> list[str]:
    """Bring clients to our records, and those of the realm's file (`ours`) to the file; stop all others."""
    there = {client["clientId"]: client for client in await admin.a_get_clients()}
    # Read after the clients: a client that is there has its credential on record, however new it is.
    credentials = await credentials_now()
    now, found = datetime.now(UTC), []
    active = [one for one in credentials if one.state_at(now) is CredentialState.ACTIVE]
    over = {one.client_id for one in credentials} - {one.client_id for one in active}
    wanted = {one["clientId"]: one for one in [*ours, *map(client_of, active)]}
    for name, client in wanted.items():
        if not is_like(there.get(name), client):
            await put_client(admin, client)
            gone = "" if name in there else " was gone: made anew, with another secret"
            found.append(f"client {name}{gone or ': mended'}")
    for name, client in there.items():
        if name in over:
            await admin.a_delete_client(client["id"])
            found.append(f"client {name}: removed, its credential is over")
        elif name not in {*wanted, *BUILT_IN} and client["enabled"]:
            await admin.a_update_client(client["id"], payload={"clientId": name, "enabled": False})
            found.append(f"client {name}: nobody here made it; stopped")
    return found


async def everybody(admin: KeycloakAdmin) -> AsyncIterator[dict[str, Any]]:
    """All accounts, page by page, in an order that stays."""
    first = 0
    while page := await admin.a_get_users({"first": first, "max": AT_ONCE, "briefRepresentation": False}):
        for user in page:
            yield user
        first += len(page)
