"""Units that go from one organizer to another, in the registry, for one person."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api
from services.eservice.clients.identity import command

Json = dict[str, Any]
NOT_CLOSED = [("status", "AKTIV"), ("status", "VILANDE"), ("status", "PLANERAD")]


@dataclass(frozen=True, slots=True)
class Transfers:
    """Questions and commands. What each call raises: services.eservice.clients.api."""

    api: Api

    async def of(self, number: str, page: int) -> Json:
        """A page of an organizer's transfers, given and received."""
        found: Json = await self.api.get(f"/organizers/{number}/transfers", {"page": page})
        return found

    async def every(self, states: list[str], page: int) -> Json:
        """A page of all transfers, for the administration."""
        found: Json = await self.api.get("/transfers", [*(("state", one) for one in states), ("page", str(page))])
        return found

    async def one(self, transfer: str) -> Json:
        """A transfer, for both its organizers."""
        found: Json = await self.api.get(f"/transfers/{transfer}")
        return found

    async def receivers(self, number: str, text: str) -> list[Json]:
        """The organizers that units can go to, by name or number."""
        return list((await self.api.get(f"/organizers/{number}/receivers", {"q": text}))["organizers"])

    async def units(self, number: str) -> list[Json]:
        """All the organizer's units that have not closed, by name."""
        found, page, pages = list[Json](), 1, 1
        while page <= pages:
            answer = await self.api.get(f"/organizers/{number}/school-units", [*NOT_CLOSED, ("page", str(page))])
            found += answer["schoolUnits"]
            page, pages = page + 1, answer["pages"]
        return found

    async def look_at(self, number: str, proposal: Json, key: str) -> Json:
        """What a proposal would change, unit by unit."""
        found: Json = await self.api.send(
            "POST", f"/organizers/{number}/transfers", params={"dry_run": "true"}, body=proposal, headers=command(key)
        )
        return found

    async def propose(self, number: str, proposal: Json, key: str) -> Json:
        """Propose it."""
        made: Json = await self.api.send("POST", f"/organizers/{number}/transfers", body=proposal, headers=command(key))
        return made

    async def turn(self, transfer: str, how: str, version: str, key: str, body: Json | None = None) -> Json:
        """Do what `how` says: acceptance, refusal, withdrawal."""
        done: Json = await self.api.send(
            "POST", f"/transfers/{transfer}/{how}", body=body, headers=command(key, version)
        )
        return done
