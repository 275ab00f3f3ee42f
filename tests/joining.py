"""How somebody comes to be invited, or gets a letter: as the contact person and the administration do it, over HTTP."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

import httpx

from deploy.stack.stack import Stack
from services.kernel.secrets import Vault
from tests.provider import NUMBERS, AtProvider, said
from tests.system import wait_for

FRIDA = "5564515988"
"""Fridaskolorna AB, whose contact person is frida.friskola."""


KEEPERS = {"frida.friskola@example.org", "bo.bada@example.org"}
"""Who is there before and after each module that lets people join."""


@dataclass(frozen=True)
class Office:
    """Identity's API for somebody who is logged in with an e-legitimation."""

    stack: Stack
    http: httpx.Client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @classmethod
    def of(cls, stack: Stack, user_name: str) -> "Office":
        """Log in; the account is linked to its person, and the terms are accepted."""
        base, token = f"{stack.url}/api/identity", _token(stack, user_name)
        if not said(token).get("person_id"):
            httpx.post(f"{base}/me/link", headers=_bearer(token), timeout=30).raise_for_status()
            account = f"SELECT 1 FROM user_attribute WHERE name = 'person_id' AND user_id = '{said(token)['sub']}'"
            wait_for(lambda: stack.postgres.sql(account, database="keycloak").strip())
            token = _token(stack, user_name)
        http = httpx.Client(base_url=base, headers=_bearer(token), timeout=30)
        office = cls(stack, http)
        office.do("POST", "/me/terms", {"version": http.get("/me").json()["terms"]["current"]["version"]})
        return office

    def do(self, method: str, path: str, body: object = None, version: int | None = None) -> httpx.Response:
        """Send a command that must succeed."""
        headers = {"Idempotency-Key": uuid4().hex} | ({"If-Match": f'"{version}"'} if version else {})
        answer = self.http.request(method, path, json=body, headers=headers)
        assert answer.is_success, (method, path, answer.text)
        return answer

    def invite(self, role: str = "data-reporter", number: str | None = None, organizer: str = FRIDA) -> str:
        """Invite somebody at an address of their own; gives the path that the mail's link leads to."""
        email = f"{uuid4().hex[:10]}@skolan.example"
        body = {"email": email, "role": role, "personalIdentityNumber": number}
        self.do("POST", f"/organizers/{organizer}/invitations", body)
        return wait_for(lambda: self.link_to(email, "inbjudan"))

    def link_to(self, email: str, kind: str) -> str | None:
        """The path of the newest link of a kind that was mailed to an address; None before it has come."""
        for mail in self.stack.mail.messages():
            found = re.search(rf"{self.stack.url}(/{kind}/[\w.~-]+)", mail["text"] or "")
            if found and email in str(mail["to"]):
                return found[1]
        return None

    def letter(self, organizer: str, number: str | None = None) -> str:
        """Make a letter, for the register administration; gives its code, as it is printed."""
        for open_one in self.http.get("/letters", params={"organizationNumber": organizer}).json()["letters"]:
            if open_one["state"] == "open":
                self.do("DELETE", f"/letters/{open_one['letterId']}", version=open_one["version"])
        body = {"organizationNumber": organizer, "requestedBy": "Kommundirektören", "requestReference": "2026:1",
                "requestedOn": "2026-11-02", "personalIdentityNumber": number}  # fmt: skip
        letter = self.do("POST", "/letters", body).json()["letterId"]
        query = f"SELECT encode(sealed_code, 'hex') FROM letter WHERE letter_id = '{letter}'"
        sealed = bytes.fromhex(self.stack.postgres.sql(query, database="identity").strip())
        return Vault.from_passphrase(self.stack.secret["identity_vault"]).open(sealed, f"letter/{letter}")

    def end_all(self, organizer: str, *, but: Collection[str]) -> None:
        """End the authority of all of an organizer's users but those at these addresses."""
        for user in self.http.get(f"/organizers/{organizer}/users").json()["users"]:
            if user["email"] not in but:
                self.do("DELETE", f"/memberships/{user['membershipId']}", version=user["version"])


def _token(stack: Stack, user_name: str) -> str:
    with AtProvider(stack.url, stack.secret["client_secret"]) as at:
        back = at.with_e_legitimation(NUMBERS[user_name], scope="openid personal-identity-number")
        return str(at.tokens(back)["access_token"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def frida_alone(stack: Stack) -> Iterator[Office]:
    """Frida, with nobody at her organizer but the keepers, now and at the end."""
    with Office.of(stack, "frida.friskola") as office:
        office.end_all(FRIDA, but=KEEPERS)
        yield office
        office.end_all(FRIDA, but=KEEPERS)
