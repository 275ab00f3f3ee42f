"""Keycloak's realms as reviewed configuration (deploy/keycloak), put idempotently: new and old realms alike."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakGetError

from services.identity.settings import IdentitySettings

FOLDER = Path(__file__).parents[2] / "deploy" / "keycloak"
REALM, PROVIDER = FOLDER / "realm.json", FOLDER / "e-legitimation.json"
NOT_FOUND = 404
APART = {
    "flows", "requiredActions", "roles", "userProfile", "clientScopes", "clients", "scopeMappings",
    "serviceAccountRoles", "identityProviders", "people", "attributes",
}  # fmt: skip
"""What a realm's own update does not take, or takes half: it is put on its own."""
Put = Callable[[KeycloakAdmin, dict[str, Any]], Awaitable[None]]


def realm_from(file: Path, settings: IdentitySettings) -> dict[str, Any]:
    """A realm's configuration with this installation's addresses and secrets."""
    text = file.read_text(encoding="utf-8")
    for name, value in _values(settings).items():
        text = text.replace(f"@{name}@", json.dumps(value)[1:-1])
    realm: dict[str, Any] = json.loads(text)
    # In a demo two logins within the same half minute are no attack.
    return realm | {"otpPolicyCodeReusable": settings.demo_password is not None}


def _values(settings: IdentitySettings) -> dict[str, str]:
    eid_secret = settings.eid_client_secret
    return {
        "PUBLIC_BASE_URL": settings.public_base_url,
        "ESERVICE_URL": settings.eservice_url,
        "CLIENT_SECRET": settings.eservice_client_secret.get_secret_value(),
        "IDENTITY_CLIENT_SECRET": settings.client_secret.get_secret_value(),
        "EID_ISSUER": settings.eid_issuer or "",
        "EID_AUTHORIZATION_URL": settings.eid_authorization_url,
        "EID_TOKEN_URL": settings.eid_token_url,
        "EID_JWKS_URL": settings.eid_jwks_url,
        "EID_CLIENT_ID": settings.eid_client_id,
        "EID_CLIENT_SECRET": eid_secret.get_secret_value() if eid_secret else "",
        "EID_SCOPE": settings.eid_scope,
        "EID_NUMBER_CLAIM": settings.eid_number_claim,
        "EID_ASSURANCE_CLAIM": settings.eid_assurance_claim,
    }


async def make_realm(master: KeycloakAdmin, name: str) -> None:
    """Make an empty realm where there is none."""
    try:
        await master.a_get_realm(name)
    except KeycloakGetError as error:
        if error.response_code != NOT_FOUND:
            raise
        await master.a_create_realm(payload={"realm": name, "enabled": False})


async def put_realm(admin: KeycloakAdmin, name: str, wanted: dict[str, Any], *, with_providers: bool) -> None:
    """Bring a realm to what its file says. Nobody's account or credential is touched.

    `with_providers`: whether its identity providers are configured; one that an operator put by hand is left alone.
    """
    await _put_flows(admin, wanted["flows"])
    there = await admin.a_get_realm(name)
    plain = {key: value for key, value in wanted.items() if key not in APART}
    await admin.a_update_realm(name, plain | {"realm": name, "attributes": there["attributes"] | wanted["attributes"]})
    await _put_required_actions(admin, wanted["requiredActions"])
    for role in wanted["roles"]["realm"]:
        await admin.a_create_realm_role(role, skip_exists=True)
    await admin.a_update_realm_users_profile(payload=wanted["userProfile"])
    for scope in wanted["clientScopes"]:
        await _put_scope(admin, scope)
    for client in wanted["clients"]:
        await put_client(admin, client)
    for client_id, roles in wanted["scopeMappings"].items():
        await _put_scope_mappings(admin, client_id, roles)
    for client_id, roles in wanted["serviceAccountRoles"].items():
        await _put_service_account(admin, client_id, roles)
    for provider in wanted["identityProviders"] if with_providers else ():
        await _put_provider(admin, provider)


async def _put_flows(admin: KeycloakAdmin, wanted: list[dict[str, Any]]) -> None:
    """Make the flows whose alias is missing; a changed flow gets a new alias. Half a flow never has the real alias."""
    there = {flow["alias"]: flow["id"] for flow in await admin.a_get_authentication_flows()}
    for flow in wanted:
        alias, draft = flow["alias"], f"{flow['alias']} being made"
        if alias in there:
            continue
        if draft in there:
            await admin.a_delete_authentication_flow(there[draft])
        top = {"providerId": "basic-flow", "topLevel": True, "builtIn": False, "description": flow["description"]}
        await admin.a_create_authentication_flow(top | {"alias": draft})
        await _add_steps(admin, draft, flow["steps"], alias)
        made = await admin.a_get_authentication_flow_executions(draft)
        for execution, step in zip(made, _flat(flow["steps"]), strict=True):
            await admin.a_update_authentication_flow_executions(execution | {"requirement": step["requirement"]}, draft)
            if config := step.get("config"):
                name = f"{alias} - {step['authenticator']} {execution['id'][:8]}"
                await admin.a_create_execution_config(execution["id"], {"alias": name, "config": config})
        [flow_id] = [one["id"] for one in await admin.a_get_authentication_flows() if one["alias"] == draft]
        await admin.a_update_authentication_flow(flow_id, top | {"id": flow_id, "alias": alias})


async def _add_steps(admin: KeycloakAdmin, flow: str, steps: list[dict[str, Any]], alias: str) -> None:
    for step in steps:
        if "flow" in step:
            name = f"{alias} - {step['flow']}"  # a flow within a flow shares one room of names with all flows
            payload = {"alias": name, "type": "basic-flow", "description": "", "provider": ""}
            await admin.a_create_authentication_flow_subflow(payload, flow)
            await _add_steps(admin, name, step["steps"], alias)
        else:
            await admin.a_create_authentication_flow_execution({"provider": step["authenticator"]}, flow)


def _flat(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """In Keycloak's order: a flow, then what is in it."""
    for step in steps:
        yield step
        yield from _flat(step.get("steps", []))


async def _put_required_actions(admin: KeycloakAdmin, wanted: dict[str, bool]) -> None:
    for action in await admin.a_get_required_actions():
        enabled = wanted.get(action["alias"], action["enabled"])
        if enabled != action["enabled"]:
            await admin.a_update_required_action(action["alias"], action | {"enabled": enabled})


async def _put_scope(admin: KeycloakAdmin, wanted: dict[str, Any]) -> None:
    plain = {key: value for key, value in wanted.items() if key != "protocolMappers"}
    scope_id = await admin.a_create_client_scope(plain, skip_exists=True)
    await admin.a_update_client_scope(scope_id, plain | {"id": scope_id})
    there = {mapper["name"]: mapper["id"] for mapper in await admin.a_get_mappers_from_client_scope(scope_id)}
    for mapper in wanted["protocolMappers"]:
        if mapper_id := there.get(mapper["name"]):
            await admin.a_update_mapper_in_client_scope(scope_id, mapper_id, mapper | {"id": mapper_id})
        else:
            await admin.a_add_mapper_to_client_scope(scope_id, mapper)


async def put_client(admin: KeycloakAdmin, wanted: dict[str, Any]) -> str:
    """Make a client, or bring it to what is wanted; returns Keycloak's own id of it."""
    client_id = await admin.a_get_client_id(wanted["clientId"])
    if client_id is None:
        client_id = await admin.a_create_client(payload=wanted)
    else:
        await admin.a_update_client(client_id, payload=wanted)
    if "defaultClientScopes" in wanted:
        await _put_client_scopes(admin, client_id, wanted)
    return client_id


async def _put_client_scopes(admin: KeycloakAdmin, client_id: str, wanted: dict[str, Any]) -> None:
    """A client's update does not take its scopes."""
    ids = {scope["name"]: scope["id"] for scope in await admin.a_get_client_scopes()}
    ways: list[tuple[str, Any, Any, Any]] = [
        ("optionalClientScopes", admin.a_get_client_optional_client_scopes, admin.a_add_client_optional_client_scope,
         admin.a_delete_client_optional_client_scope),
        ("defaultClientScopes", admin.a_get_client_default_client_scopes, admin.a_add_client_default_client_scope,
         admin.a_delete_client_default_client_scope),
    ]  # fmt: skip
    for kind, get, add, delete in ways:
        there = {scope["name"] for scope in await get(client_id)}
        for name in there - set(wanted[kind]):
            await delete(client_id, ids[name])
        for name in set(wanted[kind]) - there:
            await add(client_id, ids[name], {})


async def _put_scope_mappings(admin: KeycloakAdmin, client: str, wanted: list[str]) -> None:
    client_id = await _client_id(admin, client)
    there = await admin.a_get_realm_roles_of_client_scope(client_id)
    if foreign := [role for role in there if role["name"] not in wanted]:
        await admin.a_delete_realm_roles_of_client_scope(client_id, foreign)
    roles = [await admin.a_get_realm_role(name) for name in wanted]
    await admin.a_assign_realm_roles_to_client_scope(client_id, roles)


async def _put_service_account(admin: KeycloakAdmin, client: str, wanted: list[str]) -> None:
    """Give a client's service account these rights in its realm, and no others."""
    user = (await admin.a_get_client_service_account_user(await _client_id(admin, client)))["id"]
    owner = await _client_id(admin, "realm-management")
    there = await admin.a_get_client_roles_of_user(user, owner)
    if foreign := [role for role in there if role["name"] not in wanted]:
        await admin.a_delete_client_roles_of_user(user, owner, foreign)
    await admin.a_assign_client_role(user, owner, [await admin.a_get_client_role(owner, name) for name in wanted])


async def _put_provider(admin: KeycloakAdmin, wanted: dict[str, Any]) -> None:
    alias, plain = wanted["alias"], {key: value for key, value in wanted.items() if key != "mappers"}
    if alias in _named(await admin.a_get_idps(), "alias"):
        await admin.a_update_idp(alias, plain)
    else:
        await admin.a_create_idp(plain)
    there = _named(await admin.a_get_idp_mappers(alias), "name")
    for mapper in wanted["mappers"]:
        mapper = mapper | {"identityProviderAlias": alias}  # noqa: PLW2901 - the same, complete
        if found := there.get(mapper["name"]):
            await admin.a_update_mapper_in_idp(alias, found["id"], mapper | {"id": found["id"]})
        else:
            await admin.a_add_mapper_to_idp(alias, mapper)


async def put_people(admin: KeycloakAdmin, numbers: Iterable[str], password: str) -> None:
    """Make the demo's e-legitimations that are missing: a user name is a personal identity number."""
    credentials = [{"type": "password", "value": password, "temporary": False}]
    for number in numbers:
        if await admin.a_get_user_id(number) is None:
            await admin.a_create_user({"username": number, "enabled": True, "credentials": credentials})


async def _client_id(admin: KeycloakAdmin, client: str) -> str:
    """Keycloak's own id of a client that is there."""
    return str(await admin.a_get_client_id(client))


def _named(found: list[dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {one[name]: one for one in found}
