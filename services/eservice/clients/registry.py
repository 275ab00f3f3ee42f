"""The registry, for one person: organizers, units, reference data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry's answers and commands."""

    api: Api

    async def organizers(self, text: str | None = None) -> list[dict[str, Any]]:
        """The organizers that the person may act for."""
        found: list[dict[str, Any]] = (await self.api.get("/organizers", {"q": text} if text is not None else None))[
            "organizers"
        ]
        return found

    async def organizer(self, number: str) -> dict[str, Any]:
        """One organizer."""
        found: dict[str, Any] = await self.api.get(f"/organizers/{number}")
        return found

    async def overview(self, number: str) -> dict[str, Any]:
        """What waits for an organizer's users."""
        found: dict[str, Any] = await self.api.get(f"/organizers/{number}/overview")
        return found

    async def units(self, number: str, params: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """A page of an organizer's units."""
        found: dict[str, Any] = await self.api.get(f"/organizers/{number}/school-units", list(params))
        return found

    async def unit(self, code: str) -> dict[str, Any]:
        """One unit."""
        found: dict[str, Any] = await self.api.get(f"/school-units/{code}")
        return found

    async def history(self, code: str, page: int) -> dict[str, Any]:
        """A page of a unit's history."""
        found: dict[str, Any] = await self.api.get(f"/school-units/{code}/history", {"page": page})
        return found

    async def as_of(self, thing: str, day: str, view: str) -> dict[str, Any]:
        """A thing as it stood at the end of a day; `thing`: its path."""
        found: dict[str, Any] = await self.api.get(f"{thing}/as-of/{day}", {"view": view})
        return found

    async def compare(self, thing: str, first: str, last: str, view: str) -> dict[str, Any]:
        """What differs between two days."""
        found: dict[str, Any] = await self.api.get(f"{thing}/compare", {"from": first, "to": last, "view": view})
        return found

    async def try_edit(self, code: str, fields: dict[str, Any], version: str, key: str) -> list[dict[str, Any]]:
        """What an edit would change."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key}
        answer = await self.api.send(
            "PUT", f"/school-units/{code}", params={"dry_run": "true"}, body=fields, headers=headers
        )
        changed: list[dict[str, Any]] = answer["changed"]
        return changed

    async def edit(self, code: str, fields: dict[str, Any], version: str, key: str) -> dict[str, Any]:
        """Save an edit."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key}
        saved: dict[str, Any] = await self.api.send("PUT", f"/school-units/{code}", body=fields, headers=headers)
        return saved

    async def register_day(self) -> dict[str, Any]:
        """The open register day."""
        found: dict[str, Any] = await self.api.get("/register-day")
        return found

    async def municipalities(self) -> list[dict[str, str]]:
        """Every municipality."""
        found: list[dict[str, str]] = (await self.api.get("/reference/municipalities"))["municipalities"]
        return found

    async def places(self, municipality: str) -> list[dict[str, str]]:
        """Where a municipality's units are."""
        path = f"/reference/municipalities/{municipality}/places"
        found: list[dict[str, str]] = (await self.api.get(path))["places"]
        return found

    async def my_data(self) -> dict[str, Any]:
        """Everything that the registry stores about the person."""
        found: dict[str, Any] = await self.api.get("/me/data")
        return found
