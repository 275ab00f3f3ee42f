"""The yearly approval, for one person. What each call raises: services.eservice.clients.api."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Approvals:
    """An organizer's approvals."""

    api: Api

    async def state(self, number: str) -> Json:
        """How the approval for the coming school year stands."""
        found: Json = await self.api.get(f"/organizers/{number}/approval")
        return found

    async def given(self, number: str) -> list[Json]:
        """What was approved, by school year, the newest first."""
        return list((await self.api.get(f"/organizers/{number}/approvals"))["approvals"])

    async def approve(self, number: str, items: Sequence[str], versions: Mapping[str, int], key: str) -> Json:
        """Approve these as they were seen."""
        body, headers = {"items": items, "versions": versions}, {"Idempotency-Key": key}
        made: Json = await self.api.send("POST", f"/organizers/{number}/approvals", body=body, headers=headers)
        return made

    async def certificate(self, number: str, school_year: str) -> bytes:
        """The certificate, a PDF. `school_year`: 2026-27."""
        return await self.api.get_bytes(f"/organizers/{number}/approvals/{school_year}/certificate")
