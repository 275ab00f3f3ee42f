"""Good bearer tokens, and a real HTTP server that gives out the keys: an identity provider as far as that goes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER, AUDIENCE = "http://localhost:8080/auth/realms/register", "register-api"


class KeyServer:
    """An identity provider as far as its keys go."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.asked = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked += 1
                body = json.dumps({"keys": [server.public(key_id) for key_id in server.keys]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/certs"

    def new_key(self, key_id: str) -> None:
        self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public(self, key_id: str) -> dict[str, Any]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[key_id].public_key(), as_dict=True)
        return jwk | {"kid": key_id, "alg": "RS256", "use": "sig"}


@contextmanager
def key_server() -> Iterator[KeyServer]:
    """Run one with a first key."""
    server = KeyServer()
    server.new_key("first")
    Thread(target=server.http.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.http.shutdown()
    server.http.server_close()


def claims(**other: Any) -> dict[str, Any]:
    good = {
        "iss": ISSUER,
        "aud": [AUDIENCE, "account"],
        "sub": "keycloak-id",
        "azp": "eservice",
        "acr": "2",
        "sid": "session",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
        "person_id": "3f6c1f0e-8a52-4d7c-9a0e-52d1b7c0f001",
        "realm_access": {"roles": ["register-administration"]},
    }
    return {name: value for name, value in (good | other).items() if value is not None}


def token(provider: KeyServer, key: str = "first", **other: Any) -> str:
    return jwt.encode(claims(**other), provider.keys[key], "RS256", headers={"kid": key})
