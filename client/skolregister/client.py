"""Asks the open API: waits where it is told to, turns pages, follows changes, fetches files and checks them."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import httpx
from skolregister import models
from skolregister.operations import Operations

BASE = "http://localhost:8080/skolenhetsregistret"
WAIT_SECONDS, ATTEMPTS, BUSY = 50, 5, (429, 503)
Page = TypeVar("Page")


class ProblemError(Exception):
    """What the register answered in place of an answer (RFC 9457)."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        wrong = "; ".join(f"{one['pointer']}: {one['detail']}" for one in problem.get("errors") or ())
        super().__init__(" - ".join(filter(None, [problem.get("title"), problem.get("detail"), wrong])))
        self.problem = problem


class Client(Operations):
    """A reader of one register. `base`: the address before `/v3`."""

    def __init__(self, base: str = BASE, *, timeout: float = 30) -> None:
        self.base, self.timeout = base.rstrip("/"), timeout
        self.http = httpx.Client(timeout=timeout, headers={"User-Agent": "skolregister-client"}, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.http.close()

    def get(self, path: str, parameters: dict[str, Any]) -> Any:
        """Ask. Raises ProblemError, and httpx.TransportError where nobody answers."""
        given = {name: _text(value) for name, value in parameters.items() if value is not None}
        return self._json(httpx.URL(f"{self.base}/v3{path}", params=given))

    def pages(self, first: Page) -> Iterator[Page]:
        """A page and all that follow it, of the same day's view."""
        page: Any = first
        while True:
            yield page
            if not (following := page["links"].get("next")):
                return
            page = self._json(httpx.URL(following))

    def all(self, first: models.SchoolUnits) -> Iterator[models.FoundUnit]:
        """Every school unit of a page and those that follow it."""
        for page in self.pages(first):
            yield from page["data"]

    def follow(self, after: int = 0, *, wait: bool = True) -> Iterator[models.Changed]:
        """Every change after a number; then wait for those of the days to come, or end. Keep the last `seq`."""
        page = self.feed(after=after, limit=1000)
        while True:
            yield from page["data"]
            if not page["data"] and not wait:
                return
            address = httpx.URL(page["links"]["next"])
            waiting = address.copy_merge_params({"wait": WAIT_SECONDS} if wait and not page["data"] else {})
            page = cast("models.Feed", self._json(waiting))

    def download(self, name: str, to: Path, *, day: str | None = None) -> Path:
        """Fetch a day's file, and check its SHA-256. Raises ValueError where it is another, and leaves nothing half."""
        at = f"{self.base}/extract/{f'{day}/' if day else ''}{name}"
        told = self._answer(httpx.URL(f"{at}.sha256")).text.split()[0]
        half, digest = to.with_name(f"{to.name}.half"), hashlib.sha256()
        try:
            with self.http.stream("GET", at) as answer, half.open("wb") as file:
                answer.raise_for_status()
                for part in answer.iter_bytes():
                    digest.update(part)
                    file.write(part)
            if digest.hexdigest() != told:
                raise ValueError(f"{name} did not arrive whole")
            half.replace(to)
        finally:
            half.unlink(missing_ok=True)
        return to

    def _json(self, address: httpx.URL) -> Any:
        return self._answer(address).json()

    def _answer(self, address: httpx.URL) -> httpx.Response:
        for attempt in range(1, ATTEMPTS + 1):
            answer = self.http.get(address, timeout=WAIT_SECONDS + self.timeout)
            if answer.status_code not in BUSY or attempt == ATTEMPTS:
                break
            time.sleep(float(answer.headers.get("Retry-After", attempt)))
        if answer.is_error:
            kind = answer.headers.get("content-type", "")
            raise ProblemError(answer.json() if "json" in kind else {"title": f"{answer.status_code} from {address}"})
        return answer


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ",".join(map(str, value))
