"""The whole system for tests that need it: started once, on free ports, and asked as its users ask it."""

import html as markup
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from deploy.stack import settings
from deploy.stack.process import free_port
from deploy.stack.settings import DEMO_PASSWORD
from deploy.stack.stack import Stack
from tests.provider import action, asks_for_code, code

LUND = "2120001132"
LOOK_SECONDS = 0.05
Found = TypeVar("Found")


def new_stack(home: Path) -> Stack:
    """A stack on free ports."""
    return Stack(home, {name: free_port() for name in settings.PORTS})


def wait_for(look: Callable[[], Found | None], seconds: float = 30) -> Found:
    """Look until there is something. Raises AssertionError when the time is up."""
    end = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        assert time.monotonic() < end, f"nothing after {seconds} s"
        time.sleep(LOOK_SECONDS)


@dataclass
class Person:
    """A logged-in person who uses the e-service over HTTP alone, as a browser without JavaScript does."""

    http: httpx.Client
    url: str

    @classmethod
    def log_in(cls, url: str, user_name: str) -> "Person":
        """Log in, with the second factor where it is asked for, and accept the terms the first time."""
        person = cls._at_door(url)
        answer = person._fill_in(person.http.get(f"{url}/logga-in"), user_name)
        if asks_for_code(answer.text):
            answer = person.http.post(action(answer.text), data={"otp": code()})
        return person._inside(answer)

    def log_in_again(self, user_name: str, wanted: str) -> httpx.Response:
        """Log in anew at the same browser; gives the page that was wanted."""
        return self._fill_in(self.http.get(f"{self.url}/logga-in?vidare={wanted}"), user_name)

    @classmethod
    def log_in_with_e_legitimation(cls, url: str, number: str, wanted: str = "/") -> "Person":
        """Log in with the test e-legitimation that has the personal identity number; accept the terms if asked to."""
        person = cls._at_door(url)
        page = person.http.get(f"{url}/logga-in?vidare={wanted}")
        link = re.search(r'id="social-e-legitimation" href="([^"]+)"', page.text)
        assert link, page.text
        return person._inside(person._fill_in(person.http.get(url + markup.unescape(link[1])), number))

    @classmethod
    def _at_door(cls, url: str) -> "Person":
        http = httpx.Client(follow_redirects=True, timeout=30)

        def send_cookies(request: httpx.Request) -> None:
            """Browsers send Secure cookies to http://localhost too; httpx does not."""
            sent = [f"{c.name}={c.value}" for c in http.cookies.jar if request.url.path.startswith(c.path)]
            request.headers["Cookie"] = "; ".join(sent)

        http.event_hooks["request"] = [send_cookies]
        return cls(http, url)

    def _fill_in(self, page: httpx.Response, user_name: str) -> httpx.Response:
        return self.http.post(action(page.text), data={"username": user_name, "password": DEMO_PASSWORD})

    def _inside(self, answer: httpx.Response) -> "Person":
        assert answer.status_code == 200, answer.text
        if "/villkor" in str(answer.url):
            answer = self.post("/villkor", {"accept": "yes", "wanted": "/", "csrf": csrf(answer.text)})
            assert answer.status_code == 200
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str) -> httpx.Response:
        return self.http.get(self.url + path)

    def post(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        return self.http.post(self.url + path, data=fields, headers={"Origin": self.url})

    def form(self, code: str) -> dict[str, Any]:
        """A unit's form as it stands, ready to be sent back."""
        return inputs(self.get(f"/enheter/{code}/andra/namn").text)

    def save(self, code: str, **changes: Any) -> httpx.Response:
        """Edit some fields and save, through the check page."""
        fields = self.form(code) | changes
        checked = self.post(f"/enheter/{code}/andra", fields)
        assert "Kontrollera ändringen" in checked.text, checked.text
        return self.post(f"/enheter/{code}/andra/spara", fields)


def csrf(page: str) -> str:
    """A page's form token."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


def inputs(page: str) -> dict[str, Any]:
    """The last form's inputs with their values, as a browser would send them."""
    form = page[page.rindex("<form") :]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = {name: markup.unescape(text) for name, text in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if attributes.get("type") == "checkbox":
            if " checked" in tag:
                fields.setdefault(attributes["name"], []).append(attributes["value"])
        elif "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def mails_about(stack: Stack, words: str) -> list[dict[str, Any]]:
    """The mails whose text has the words."""
    return [mail for mail in stack.mail.messages() if words in (mail["text"] or "")]
