"""Asks the open API: waits where it is told to, turns pages, follows changes, fetches files and checks them."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
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

    def files(self, *, day: str | None = None) -> list[dict[str, Any]]:
        """The files of a day, each with `name`, `title`, `bytes` and `sha256` (docs/api/files.md)."""
        found: list[dict[str, Any]] = self._json(self._file("index.json", day))["files"]
        return found

    def download(self, name: str, to: Path, *, day: str | None = None) -> Path:
        """Fetch a day's file, and check its SHA-256. Raises ValueError where it is another, and leaves nothing half."""
        told = self._answer(self._file(f"{name}.sha256", day)).text.split()[0]
        half, digest = to.with_name(f"{to.name}.half"), hashlib.sha256()
        try:
            with closing(self._answer(self._file(name, day), stream=True)) as answer, half.open("wb") as file:
                for part in answer.iter_bytes():
                    digest.update(part)
                    file.write(part)
            if digest.hexdigest() != told:
                raise ValueError(f"{name} did not arrive whole")
            half.replace(to)
        finally:
            half.unlink(missing_ok=True)
        return to

    def _file(self, name: str, day: str | None) -> httpx.URL:
        return httpx.URL(f"{self.base}/extract/{f'{day}/' if day else ''}{name}")

    def _json(self, address: httpx.URL) -> Any:
        answer = self._answer(address)
        if "json" not in answer.headers.get("content-type", ""):
            raise ValueError(f"{address} answers no JSON. Is it the register's address?")
        return answer.json()

    def _answer(self, address: httpx.URL, *, stream: bool = False) -> httpx.Response:
        for attempt in range(1, ATTEMPTS + 1):
            request = self.http.build_request("GET", address, timeout=WAIT_SECONDS + self.timeout)
            answer = self.http.send(request, stream=stream)
            if answer.status_code not in BUSY or attempt == ATTEMPTS:
                break
            answer.close()
            time.sleep(float(answer.headers.get("Retry-After", attempt)))
        if answer.is_error:
            answer.read()
            raise ProblemError(_problem(answer))
        return answer


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    if "json" in answer.headers.get("content-type", ""):
        told: dict[str, Any] = answer.json()
        return told
    return {"title": f"{answer.status_code} from {answer.url}", "detail": "Is it the register's address?"}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ",".join(map(str, value))
