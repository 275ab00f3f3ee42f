"""The e-service's part at the identity provider, played with a bare HTTP client: each page and each token in hand."""

import base64
import hashlib
import html
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pyotp

from deploy.stack.settings import DEMO_PASSWORD, DEMO_TOTP_SECRET
from deploy.stack.stack import Stack

NUMBERS = {
    "karin.kontakt": "197001019004", "ulf.uppgift": "198002029000", "frida.friskola": "197503039005",
    "bo.bada": "196804049002", "anna.admin": "196905059009", "nina.ny": "199006069000",
    "sven.skyddad": "198507079005", "olle.obehorig": "199208089004", "pia.protokoll": "197709099001",
    "lisa.ledig": "199111119005", "per.provare": "198812129008", "vera.vantar": "198404049002",
    "not in the population register": "199010109008",
}  # fmt: skip
"""The demo's persons by their e-legitimation's personal identity numbers."""


def code(secret: str = DEMO_TOTP_SECRET) -> str:
    """The authenticator app's code of this moment."""
    return pyotp.TOTP(secret).now()


def asks_for_code(page: str) -> bool:
    """Whether it is the page where an authenticator app's code is typed."""
    return 'name="otp"' in page


def action(page: str) -> str:
    """Where a page's form is sent."""
    found = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


@dataclass
class AtProvider:
    """One browser at the identity provider. `url` is the gateway's, `secret` the e-service's client secret."""

    url: str
    secret: str = field(default="", repr=False)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def realm(self) -> str:
        return f"{self.url}/auth/realms/register/protocol/openid-connect"

    def leave(self, **other: str) -> httpx.Response:
        """Come to the identity provider; gives its first page, or where it sends the browser back to."""
        return self.open(self.address(**other))

    def address(self, **other: str) -> str:
        """Where a login begins."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code", "client_id": "eservice", "redirect_uri": f"{self.url}/logga-in/retur",
            "scope": "openid", "code_challenge": challenge, "code_challenge_method": "S256", "state": "state",
        } | other  # fmt: skip
        return f"{self.realm}/auth?{urlencode(query)}"

    def open(self, address: str) -> httpx.Response:
        """Come to an address of the identity provider's."""
        return self._follow(self._ask("GET", address))

    def log_in(self, page: httpx.Response, user_name: str) -> httpx.Response:
        """Fill in name and password, and the code where it is asked for."""
        page = self.send(page, username=user_name, password=DEMO_PASSWORD)
        return self.send(page, otp=code()) if asks_for_code(page.text) else page

    def legitimate(self, page: httpx.Response, number: str) -> httpx.Response:
        """From the login's page to the e-legitimation, and back."""
        return self.send(self.click(page, "social-e-legitimation"), username=number, password=DEMO_PASSWORD)

    def send(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Fill in a page's form; gives the next page, or where it sends the browser back to."""
        return self._follow(self._ask("POST", action(page.text), data=fields))

    def click(self, page: httpx.Response, link: str) -> httpx.Response:
        """Follow the link whose id it is."""
        found = re.search(rf'<a[^>]*id="{link}"[^>]*href="([^"]+)"', page.text) or re.search(
            rf'<a[^>]*href="([^"]+)"[^>]*id="{link}"', page.text
        )
        assert found, page.text
        return self._follow(self._ask("GET", str(page.url.join(html.unescape(found[1])))))

    def with_password(self, user_name: str, **other: str) -> httpx.Response:
        """Log in with a password, and the code where it is asked for."""
        return self.log_in(self.leave(**other), user_name)

    def with_e_legitimation(self, number: str, **other: str) -> httpx.Response:
        """Log in with an e-legitimation."""
        return self.send(self.leave(kc_idp_hint="e-legitimation", **other), username=number, password=DEMO_PASSWORD)

    def tokens(self, back: httpx.Response | str) -> dict[str, Any]:
        """Exchange the code that the browser came back with: an answer, or the address."""
        address = back if isinstance(back, str) else back.headers.get("location", back.text)
        asked = parse_qs(urlsplit(address).query)
        assert "code" in asked, address
        form = {
            "grant_type": "authorization_code", "code": asked["code"][0], "code_verifier": self.verifier,
            "redirect_uri": f"{self.url}/logga-in/retur",
        }  # fmt: skip
        answer = httpx.post(f"{self.realm}/token", data=form, auth=("eservice", self.secret), timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refresh(self, tokens: dict[str, Any]) -> httpx.Response:
        """Ask for new tokens."""
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        return httpx.post(f"{self.realm}/token", data=form, auth=("eservice", self.secret), timeout=30)

    def claims(self, back: httpx.Response | str) -> dict[str, Any]:
        """What the access token says."""
        return said(self.tokens(back)["access_token"])

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect and not answer.headers["location"].startswith(f"{self.url}/logga-in/retur"):
            answer = self._ask("GET", str(answer.url.join(answer.headers["location"])))
        return answer

    def _ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        # Its cookies are Secure: browsers send them to http://localhost all the same, httpx does not.
        path = urlsplit(url).path
        sent = [f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar if path.startswith(cookie.path)]
        return self.http.request(method, url, headers={"Cookie": "; ".join(sent)}, **more)


class ByHand:
    """Somebody with all rights at Keycloak's own administration, in the register's realm."""

    def __init__(self, stack: Stack) -> None:
        base, password = stack.keycloak.base_url, stack.secret["keycloak_admin_password"]
        form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": password}
        token = httpx.post(f"{base}/realms/master/protocol/openid-connect/token", data=form, timeout=30).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        self.http = httpx.Client(base_url=f"{base}/admin/realms/register", headers=headers, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **query: str) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()

    def put(self, path: str, body: dict[str, Any]) -> None:
        self.http.put(path, json=body).raise_for_status()

    def post(self, path: str, body: Any) -> None:
        self.http.post(path, json=body).raise_for_status()

    def delete(self, path: str, body: Any = None) -> None:
        self.http.request("DELETE", path, json=body).raise_for_status()

    def user(self, name: str) -> dict[str, Any]:
        """An account by its user name, with all that is known of it."""
        [found] = self.get("/users", username=name, exact="true")
        return dict(self.get(f"/users/{found['id']}"))

    def client(self, name: str) -> dict[str, Any]:
        [found] = self.get("/clients", clientId=name)
        return dict(found)

    def new_user(self, **other: Any) -> str:
        """Make an account with the demo's password; gives its user name."""
        name = f"test-{secrets.token_hex(4)}"
        password = {"type": "password", "value": DEMO_PASSWORD, "temporary": False}
        self.post("/users", {"username": name, "enabled": True, "credentials": [password]} | other)
        return name


def said(token: str) -> dict[str, Any]:
    """A token's claims, unchecked."""
    return dict(jwt.decode(token, options={"verify_signature": False}))
