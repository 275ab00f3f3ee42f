"""Other activities at the registry, for one person. What each call raises: services.eservice.clients.api."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api
from services.eservice.clients.identity import command

Json = dict[str, Any]
DRY_RUN = {"dry_run": "true"}


@dataclass(frozen=True, slots=True)
class Activities:
    """What an organizer runs beside its school units."""

    api: Api

    async def of(self, number: str) -> list[Json]:
        """An organizer's activities, those that have ended last."""
        return list((await self.api.get(f"/organizers/{number}/activities"))["activities"])

    async def one(self, activity: str) -> Json:
        """One activity."""
        found: Json = await self.api.get(f"/activities/{activity}")
        return found

    async def history(self, activity: str, page: int) -> Json:
        """A page of what happened to it."""
        found: Json = await self.api.get(f"/activities/{activity}/history", {"page": page})
        return found

    async def register(self, number: str, body: Json, key: str, *, dry_run: bool = False) -> Json:
        """Register one; `body`: startdate, activity."""
        path, params = f"/organizers/{number}/activities", DRY_RUN if dry_run else None
        made: Json = await self.api.send("POST", path, params=params, body=body, headers=command(key))
        return made

    async def edit(self, activity: str, fields: Json, version: str, key: str, *, dry_run: bool = False) -> Json:
        """All its fields as they shall be."""
        path, params = f"/activities/{activity}", DRY_RUN if dry_run else None
        edited: Json = await self.api.send("PUT", path, params=params, body=fields, headers=command(key, version))
        return edited

    async def end(self, activity: str, on: str, version: str, key: str, *, dry_run: bool = False) -> Json:
        """End it from a day."""
        path, params = f"/activities/{activity}/end", DRY_RUN if dry_run else None
        ended: Json = await self.api.send("POST", path, params=params, body={"on": on}, headers=command(key, version))
        return ended
