"""Notifications' answers and commands, for one person. What each call raises: services.eservice.clients.api."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api
from services.eservice.clients.identity import command


@dataclass(frozen=True, slots=True)
class Notifications:
    """What the person is mailed, and how often."""

    api: Api

    async def preferences(self) -> dict[str, Any]:
        """`delivery`: "at-once" or "daily"; with its version."""
        found: dict[str, Any] = await self.api.get("/preferences")
        return found

    async def prefer(self, delivery: str, version: int | str, key: str) -> dict[str, Any]:
        """Change how often mail comes."""
        headers = command(key, version)
        changed: dict[str, Any] = await self.api.send(
            "PUT", "/preferences", body={"delivery": delivery}, headers=headers
        )
        return changed

    async def my_data(self) -> dict[str, Any]:
        """Everything that notifications stores about the person."""
        found: dict[str, Any] = await self.api.get("/me/data")
        return found
