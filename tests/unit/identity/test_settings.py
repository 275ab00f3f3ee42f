"""A provider of e-legitimations is configured whole or not at all."""

import pytest
from pydantic import ValidationError

from services.identity.settings import IdentitySettings

NEEDED = {
    "database_url": "", "keycloak_admin_password": "x", "client_secret": "x", "eservice_client_secret": "x",
    "vault_secret": "s" * 32, "mail_secret": "s" * 32,
}  # fmt: skip
PROVIDER = {
    "eid_issuer": "https://eid.example", "eid_authorization_url": "https://eid.example/auth",
    "eid_token_url": "https://eid.example/token", "eid_jwks_url": "https://eid.example/keys", "eid_client_id": "us",
    "eid_client_secret": "x",
}  # fmt: skip


def test_it_may_be_left_out_or_be_whole() -> None:
    assert IdentitySettings(**NEEDED).eid_issuer is None
    assert IdentitySettings(**NEEDED, **PROVIDER).eid_assurance_claim == "acr"


@pytest.mark.parametrize("missing", sorted(PROVIDER.keys() - {"eid_issuer"}))
def test_half_of_it_stops_the_start(missing: str) -> None:
    half = {name: value for name, value in PROVIDER.items() if name != missing}

    with pytest.raises(ValidationError, match="IDENTITY_EID_ISSUER"):
        IdentitySettings(**NEEDED, **half)
