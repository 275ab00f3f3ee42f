"""What the gateway itself refuses, in the form that each reader knows; and what it lets nobody reach."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from deploy.stack.stack import Stack

pytestmark = pytest.mark.stack

OPEN, API, PAGE = "/skolenhetsregistret/v2/school-units", "/api/registry/organizers", "/enheter/27508103/andra"
V1, V3 = "/skolenhetsregistret/v1/skolenhet", "/skolenhetsregistret/v3/school-units"
SITE = "/register/api"
FORMS = {
    OPEN: "application/json",
    V1: "application/json",
    V3: "application/problem+json",
    API: "application/problem+json",
    PAGE: "text/html; charset=utf-8",
    SITE: "text/html; charset=utf-8",
}


def ask(stack: Stack, method: str, target: bytes, length: int = 0, cookie: str = "") -> tuple[int, str, str]:
    """One request with any bytes as its target, and a body of a length that is told: status, content type, body."""
    address = urlsplit(stack.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        head = f"HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\r\n".encode()
        connection.sendall(method.encode() + b" " + target + b" " + head)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("method", "behind", "length", "status"),
    [
        ("GET", b"?x=\xff", 0, 400), ("GET", b"/%zz", 0, 400), ("GET", b"/a%00b", 0, 400), ("TRACE", b"", 0, 405),
        ("FOO", b"", 0, 405), ("POST", b"", 3_000_000, 413), ("GET", b"?x=" + b"1" * 9000, 0, 414),
    ],
    ids=["raw bytes", "a broken escape", "NUL", "TRACE", "an unknown method", "a large body", "a long address"],
)  # fmt: skip
def test_what_the_gateway_refuses_has_its_readers_form(
    stack: Stack, path: str, method: str, behind: bytes, length: int, status: int
) -> None:
    answered, form, body = ask(stack, method, path.encode() + behind, length)

    assert (answered, form) == (status, FORMS[path])
    assert str(status) in body or "<h1>" in body or (path == V1 and list(json.loads(body)) == ["Message"])


@pytest.mark.parametrize("path", FORMS)
def test_headers_that_are_too_large_are_refused_in_the_readers_form(stack: Stack, path: str) -> None:
    answered, form, body = ask(stack, "GET", path.encode(), cookie="c" * 9000)

    assert (answered, form) == (431, FORMS[path])
    assert "431" in body or "Frågans huvud" in body or "Webbläsaren skickade för mycket" in body


@pytest.mark.parametrize(
    "path",
    [
        "/auth/", "/auth/admin/", "/auth/admin;x/", "/auth/realms/master", "/auth/realms;x/master",
        "/auth/realms;x=y/master/.well-known/openid-configuration", "/auth/realms/register/..;/master/account",
        "/auth/realms/register/%2e%2e/master/.well-known/openid-configuration",
        "/auth/realms/register%3b/../master/.well-known/openid-configuration",
        "/auth//realms;/master/protocol/openid-connect/token", "/auth/metrics", "/auth/health", "/auth/health/ready",
        "/health/ready", "/metrics", "/api/registry/health/ready", "/api/registry//metrics", "/logga-ut/bakkanal",
        "/packed/manifest.json", "/refused/page", "/api/notifications/webhooks",
    ],
)  # fmt: skip
def test_what_is_inside_cannot_be_reached(stack: Stack, path: str) -> None:
    status, _, _ = ask(stack, "GET", path.encode())

    assert status == 404


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", b"kc_action=UPDATE_PASSWORD"), ("GET", b"kc%5Faction=UPDATE_PASSWORD"), ("GET", b"request=e30.e30."),
        ("GET", b"request_uri=urn:x"), ("POST", b""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [b"auth", b"auth/", b"/auth", b"%61uth"])
def test_no_page_that_changes_a_password_can_be_asked_for_within_an_open_session(
    stack: Stack, method: str, query: bytes, path: bytes
) -> None:
    target = (
        b"/auth/realms/register/protocol/openid-connect/" + path + b"?client_id=eservice&response_type=code&" + query
    )

    assert ask(stack, method, target)[0] in {400, 405}


def test_a_realms_own_document_can_be_read(stack: Stack) -> None:
    status, kind, _ = ask(stack, "GET", b"/auth/realms/register/.well-known/openid-configuration")

    assert (status, kind.partition(";")[0]) == (200, "application/json")
