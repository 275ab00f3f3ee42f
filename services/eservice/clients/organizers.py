"""An organizer's own page, for one person: contact values and history."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api


@dataclass(frozen=True, slots=True)
class Organizers:
    """The registry's answers and commands about one organizer."""

    api: Api

    async def one(self, number: str) -> dict[str, Any]:
        """One organizer: all of it, its contact values, where the rest is from."""
        found: dict[str, Any] = await self.api.get(f"/organizers/{number}")
        return found

    async def try_contact(self, number: str, values: dict[str, str], version: str, key: str) -> list[dict[str, Any]]:
        """What an edit of the contact values would change."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key}
        answer = await self.api.send(
            "PUT", f"/organizers/{number}", params={"dry_run": "true"}, body=values, headers=headers
        )
        changed: list[dict[str, Any]] = answer["changed"]
        return changed

    async def edit_contact(self, number: str, values: dict[str, str], version: str, key: str) -> dict[str, Any]:
        """Save the contact values."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key}
        saved: dict[str, Any] = await self.api.send("PUT", f"/organizers/{number}", body=values, headers=headers)
        return saved

    async def history(self, number: str, page: int) -> dict[str, Any]:
        """A page of the organizer's history."""
        found: dict[str, Any] = await self.api.get(f"/organizers/{number}/history", {"page": page})
        return found
