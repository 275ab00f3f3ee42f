"""People who edit through the registry's API while things break, and what they were told."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle
from threading import Event
from typing import Any
from uuid import uuid4

import httpx

from deploy.stack.stack import Stack
from tests.system import Person

TOKEN_SECONDS = 200
PAUSE_SECONDS = 0.2
NOT_EDITABLE = {"startdate", "endDate", "headMasterPersonalIdentityNumberGiven"}


class Fate(StrEnum):
    """What the writer was told."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass
class Edit:
    """One edit. Its mark is a school name that no other edit writes."""

    code: str
    version: int
    mark: str
    sent_at: float
    told_at: float = float("inf")
    fate: Fate = Fate.UNKNOWN


@dataclass
class Account:
    """A person with an access token, got by the code flow as the e-service gets it."""

    stack: Stack
    person: Person
    fetched_at: float = float("-inf")
    token: str = ""

    def headers(self) -> dict[str, str]:
        if time.monotonic() - self.fetched_at > TOKEN_SECONDS:
            self.token, self.fetched_at = self._fetch(), time.monotonic()
        return {"Authorization": f"Bearer {self.token}"}

    def _fetch(self) -> str:
        provider = f"{self.stack.url}/auth/realms/register/protocol/openid-connect"
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code", "client_id": "eservice", "scope": "openid",
            "redirect_uri": f"{self.stack.url}/logga-in/retur",
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        back = self.person.http.get(f"{provider}/auth", params=asked, follow_redirects=False)
        if not back.has_redirect_location:
            raise httpx.RemoteProtocolError("the provider gives no code: it is ill, or asks for a login")
        shown = {
            "grant_type": "authorization_code", "code": httpx.URL(back.headers["location"]).params["code"],
            "redirect_uri": asked["redirect_uri"], "code_verifier": verifier,
        }  # fmt: skip
        answer = httpx.post(f"{provider}/token", data=shown, auth=("eservice", self.stack.secret["client_secret"]))
        return str(answer.raise_for_status().json()["access_token"])


@dataclass
class Writer:
    """Edits some units in turn. Every other edit is sent again with its key until it is answered, the rest is left."""

    account: Account
    codes: list[str]
    prefix: str
    edits: list[Edit] = field(default_factory=list)

    def write(self, stop: Event) -> None:
        """Edit until told to stop."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.account.stack.ports['registry']}", timeout=10) as http:
            for code, patient in zip(cycle(self.codes), cycle([True, False]), strict=False):
                if stop.wait(PAUSE_SECONDS):
                    return
                self.edit(http, code, patient=patient)

    def edit(self, http: httpx.Client, code: str, *, patient: bool = True) -> Edit:
        """Edit a unit as it stands now."""
        seen = self._answer(http, "GET", code)
        while seen is None:
            seen = self._answer(http, "GET", code)
        found = seen.json()
        edit = Edit(code, found["version"], f"{self.prefix} {uuid4().hex[:12]}", time.monotonic())
        self.edits.append(edit)
        fields = {name: value for name, value in found["unit"].items() if name not in NOT_EDITABLE}
        sent: dict[str, Any] = {
            "json": fields | {"schoolName": edit.mark},
            "headers": {"If-Match": f'"{edit.version}"', "Idempotency-Key": edit.mark},
        }
        answer = self._answer(http, "PUT", code, **sent)
        while answer is None and patient:
            answer = self._answer(http, "PUT", code, **sent)
        if answer:
            self._note(edit, answer)
        return edit

    def _answer(self, http: httpx.Client, method: str, code: str, **sent: Any) -> httpx.Response | None:
        """The registry's word, or None when it gave none: who asked does not know what became of it."""
        headers = sent.pop("headers", {})
        try:
            headers |= self.account.headers()
            answer = http.request(method, f"/school-units/{code}", headers=headers, **sent)
        except httpx.HTTPError:
            return None
        return answer if answer.status_code < 500 else None

    def _note(self, edit: Edit, answer: httpx.Response) -> None:
        edit.told_at = time.monotonic()
        if answer.status_code == 200:
            edit.fate = Fate.ACKNOWLEDGED
            assert answer.json()["version"] == edit.version + 1
        else:
            assert answer.status_code == 412, answer.text
            edit.fate = Fate.REFUSED
