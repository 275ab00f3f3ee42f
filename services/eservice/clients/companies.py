"""Imports of the companies register, for the register administration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api


@dataclass(frozen=True, slots=True)
class Companies:
    """The registry's answers and commands about imports."""

    api: Api

    async def latest(self) -> list[dict[str, Any]]:
        """The newest imports."""
        found: list[dict[str, Any]] = (await self.api.get("/companies-imports"))["imports"]
        return found

    async def one(self, import_id: str) -> dict[str, Any]:
        """One import with its progress and its counts."""
        found: dict[str, Any] = await self.api.get(f"/companies-imports/{import_id}")
        return found

    async def differences(self, import_id: str, page: int) -> dict[str, Any]:
        """A page of what differs."""
        found: dict[str, Any] = await self.api.get(f"/companies-imports/{import_id}/differences", {"page": page})
        return found

    async def upload(self, content: bytes, file_name: str, as_of: str, key: str, *, complete: bool) -> dict[str, Any]:
        """Upload an extract."""
        params = {"fileName": file_name, "asOf": as_of, "complete": str(complete).lower()}
        headers = {"Idempotency-Key": key}
        made: dict[str, Any] = await self.api.send_file("/companies-imports", content, params=params, headers=headers)
        return made

    async def apply(self, import_id: str, kinds: Sequence[str], numbers: Sequence[str], version: str, key: str) -> None:
        """Choose differences to be applied."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key}
        body = {"kinds": list(kinds), "organizationNumbers": list(numbers)}
        await self.api.send("POST", f"/companies-imports/{import_id}/application", body=body, headers=headers)
