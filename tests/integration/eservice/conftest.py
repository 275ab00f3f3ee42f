"""A browser without pages: it sees each redirect and each cookie, and has them in its hand."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import httpx
import pytest

from deploy.stack.settings import DEMO_PASSWORD
from deploy.stack.stack import Stack
from tests.provider import AtProvider

SESSION, LOGIN, DRAFT = "__Host-session", "__Host-login", "__Host-draft"


@dataclass
class Browser:
    """Follows no redirect by itself. `cookies` are the e-service's own."""

    http: httpx.Client
    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> httpx.Response:
        return self._keep(self.http.get(self.url + path, headers=self._headers()))

    def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self._keep(self.http.post(self.url + path, data=fields, headers=self._headers()))

    def at_provider(self, user_name: str = "karin.kontakt") -> str:
        """Log in at the identity provider; gives the address that it sends the browser back to, not yet visited."""
        with AtProvider(self.url) as provider:
            back = provider.log_in(provider.open(self.get("/logga-in").headers["location"]), user_name)
        return str(back.headers["location"]).removeprefix(self.url)

    def at_e_legitimation(self, number: str) -> str:
        """The same with an e-legitimation, by its personal identity number."""
        with AtProvider(self.url) as provider:
            back = provider.legitimate(provider.open(self.get("/logga-in").headers["location"]), number)
        return str(back.headers["location"]).removeprefix(self.url)

    def log_in(self, user_name: str = "karin.kontakt") -> httpx.Response:
        return self.get(self.at_provider(user_name))

    def log_in_with_e_legitimation(self, number: str, path: str = "/logga-in?niva=3") -> httpx.Response:
        """Log in by the identity provider's e-legitimation, as often as the e-service sends us there."""
        with AtProvider(self.url) as provider:
            page = provider.open(self.get(path).headers["location"])
            back = provider.send(page, username=number, password=DEMO_PASSWORD)
            answer = self.get(back.headers["location"].removeprefix(self.url))
            while "/auth/" in answer.headers["location"]:
                back = provider.open(answer.headers["location"])
                answer = self.get(back.headers["location"].removeprefix(self.url))
            return answer

    def is_logged_in(self) -> bool:
        return self.get("/villkor").status_code == 200

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": self.url}

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        for header in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer


NewBrowser = Callable[[], Browser]


@pytest.fixture
def new_browser(stack: Stack) -> Iterator[NewBrowser]:
    with ExitStack() as open_ones:

        def make() -> Browser:
            return Browser(open_ones.enter_context(httpx.Client(timeout=30)), stack.url)

        yield make


@pytest.fixture
def browser(new_browser: NewBrowser) -> Browser:
    return new_browser()
