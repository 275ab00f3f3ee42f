"""Reorganisations at the registry, for one person. What each call raises: services.eservice.clients.api."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api
from services.eservice.clients.identity import command

Json = dict[str, Any]
DRY_RUN = {"dry_run": "true"}


@dataclass(frozen=True, slots=True)
class Reorganisations:
    """Units that are split, merged and formed anew."""

    api: Api

    async def of(self, number: str) -> list[Json]:
        """An organizer's, those to come first."""
        return list((await self.api.get(f"/organizers/{number}/reorganisations"))["reorganisations"])

    async def one(self, reorganisation: str) -> Json:
        """One of them."""
        found: Json = await self.api.get(f"/reorganisations/{reorganisation}")
        return found

    async def history(self, reorganisation: str) -> Json:
        """The newest of what happened to it."""
        found: Json = await self.api.get(f"/reorganisations/{reorganisation}/history")
        return found

    async def links(self, code: str) -> Json:
        """What a unit came of, and what came of it."""
        found: Json = await self.api.get(f"/school-units/{code}/links")
        return found

    async def proposal(self, number: str, sources: Sequence[str], results: int) -> Json:
        """What is proposed for each new unit."""
        params = [*(("source", code) for code in sources), ("results", str(results))]
        found: Json = await self.api.get(f"/organizers/{number}/reorganisations/proposal", params)
        return found

    async def plan(self, number: str, body: Json, key: str, *, dry_run: bool = False) -> Json:
        """Plan one; `body`: effectiveDate, sources, results, reason, versions."""
        path, params = f"/organizers/{number}/reorganisations", DRY_RUN if dry_run else None
        made: Json = await self.api.send("POST", path, params=params, body=body, headers=command(key))
        return made

    async def move(self, reorganisation: str, body: Json, version: str, key: str, *, dry_run: bool = False) -> Json:
        """Another day or reason."""
        path, params = f"/reorganisations/{reorganisation}", DRY_RUN if dry_run else None
        moved: Json = await self.api.send("PUT", path, params=params, body=body, headers=command(key, version))
        return moved

    async def undo(self, reorganisation: str, version: str, key: str) -> Json:
        """Take it back."""
        undone: Json = await self.api.send(
            "DELETE", f"/reorganisations/{reorganisation}", headers=command(key, version)
        )
        return undone
