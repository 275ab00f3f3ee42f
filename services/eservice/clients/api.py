"""What all clients share: one pool of connections, the person's token, and problems as exceptions."""

from typing import Any

import httpx
from opentelemetry import propagate


class AwayError(Exception):
    """The service does not answer, or lacks something. `code`: its problem's, where it told one."""

    def __init__(self, said: str, code: str | None = None) -> None:
        super().__init__(said)
        self.code = code


class LoggedOutError(Exception):
    """The person's session has ended."""


class RefusedError(Exception):
    """The service refused, with a problem document (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after: int | None = None) -> None:
        super().__init__(f"{status} {problem.get('code')}")
        self.status, self.problem, self.retry_after = status, problem, retry_after

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.problem.get("code", ""))

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The fields that are wrong."""
        return list(self.problem.get("errors", ()))


class Api:
    """One service's HTTP API, for one person."""

    def __init__(self, http: httpx.AsyncClient, base: str, token: str) -> None:
        self.http, self.base, self.token = http, base, token

    async def get(self, path: str, params: Any = None) -> Any:
        """Ask. Raises AwayError, LoggedOutError, RefusedError."""
        return await self.send("GET", path, params=params)

    async def get_bytes(self, path: str) -> bytes:
        """Ask for a file. Raises what `get` raises."""
        return (await self._answer("GET", path)).content

    async def send(
        self, method: str, path: str, *, params: Any = None, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Send a request; returns the answer's JSON, or None. Raises AwayError, LoggedOutError, RefusedError."""
        answer = await self._answer(method, path, params=params, body=body, headers=headers)
        return answer.json() if answer.content else None

    async def send_file(self, path: str, content: bytes, *, params: Any, headers: dict[str, str]) -> Any:
        """Send a file as it is; returns the answer's JSON. Raises what `send` raises."""
        return (await self._answer("POST", path, params=params, content=content, headers=headers)).json()

    async def _answer(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        body: Any = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        carried = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        propagate.inject(carried)
        try:
            answer = await self.http.request(
                method, self.base + path, params=params, json=body, content=content, headers=carried
            )
        except httpx.HTTPError as error:
            raise AwayError(self.base) from error
        if answer.status_code == 401:  # noqa: PLR2004 - HTTP's unauthenticated
            raise LoggedOutError
        if answer.status_code >= 500:  # noqa: PLR2004 - HTTP's server errors
            raise AwayError(f"{self.base}: {answer.status_code}", _problem(answer).get("code"))
        if answer.status_code >= 400:  # noqa: PLR2004 - HTTP's client errors
            raise RefusedError(answer.status_code, _problem(answer), _retry_after(answer))
        return answer


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document; empty where something between us and the service answered."""
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _retry_after(answer: httpx.Response) -> int | None:
    """The seconds to wait."""
    said = answer.headers.get("retry-after", "")
    return int(said) if said.isdecimal() else None
