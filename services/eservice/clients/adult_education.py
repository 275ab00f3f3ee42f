"""Komvux on contract at the registry, for one person. What each call raises: services.eservice.clients.api."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api
from services.eservice.clients.identity import command

Json = dict[str, Any]
DRY_RUN = {"dry_run": "true"}


@dataclass(frozen=True, slots=True)
class AdultEducation:
    """Education providers, and an organizer's contracts with them."""

    api: Api

    async def search(self, text: str) -> list[Json]:
        """Providers by name, organization number or code; fifty at most."""
        return list((await self.api.get("/reference/education-providers", {"q": text}))["educationProviders"])

    async def provider(self, code: str) -> Json:
        """One provider, as everybody may see it."""
        found: Json = await self.api.get(f"/reference/education-providers/{code}")
        return found

    async def provider_with_decision(self, code: str) -> Json:
        """One provider with what its rights come from, for the administration."""
        found: Json = await self.api.get(f"/education-providers/{code}")
        return found

    async def provider_history(self, code: str, page: int) -> Json:
        """A page of what happened to a provider."""
        found: Json = await self.api.get(f"/education-providers/{code}/history", {"page": page})
        return found

    async def name_provider(self, number: str | None, body: Json, key: str) -> Json:
        """Enter a provider: named by an organizer, or by the administration (no number)."""
        path = f"/organizers/{number}/education-providers" if number else "/education-providers"
        made: Json = await self.api.send("POST", path, body=body, headers=command(key))
        return made

    async def edit_provider(self, code: str, fields: Json, version: str, key: str, *, dry_run: bool = False) -> Json:
        """All that is said of a provider, as it shall be."""
        return await self._put(f"/education-providers/{code}", fields, version, key, dry_run=dry_run)

    async def grant(self, code: str, rights: Json, version: str, key: str, *, dry_run: bool = False) -> Json:
        """A provider's grading rights, as they shall be."""
        return await self._put(f"/education-providers/{code}/grading-rights", rights, version, key, dry_run=dry_run)

    async def contracts(self, number: str) -> Json:
        """An organizer's contracts, and whether it may have any."""
        found: Json = await self.api.get(f"/organizers/{number}/contracts")
        return found

    async def contract(self, number: str, code: str) -> Json:
        """One contract."""
        found: Json = await self.api.get(f"/contracts/{number}/{code}")
        return found

    async def history(self, number: str, code: str, page: int) -> Json:
        """A page of what happened to a contract."""
        found: Json = await self.api.get(f"/contracts/{number}/{code}/history", {"page": page})
        return found

    async def register(self, number: str, code: str, parts: list[Json], key: str, *, dry_run: bool = False) -> Json:
        """A new contract with a provider."""
        path, params = f"/organizers/{number}/contracts", DRY_RUN if dry_run else None
        body = {"educationProviderCode": code, "schoolTypeParts": parts}
        made: Json = await self.api.send("POST", path, params=params, body=body, headers=command(key))
        return made

    async def edit(
        self, number: str, code: str, parts: list[Json], version: str, key: str, *, dry_run: bool = False
    ) -> Json:
        """A contract's parts, as they shall be."""
        return await self._put(f"/contracts/{number}/{code}", {"schoolTypeParts": parts}, version, key, dry_run=dry_run)

    async def end(self, number: str, code: str, on: str, version: str, key: str, *, dry_run: bool = False) -> Json:
        """End a contract; `on` is its last day."""
        path, params = f"/contracts/{number}/{code}/end", DRY_RUN if dry_run else None
        ended: Json = await self.api.send("POST", path, params=params, body={"on": on}, headers=command(key, version))
        return ended

    async def _put(self, path: str, body: Json, version: str, key: str, *, dry_run: bool) -> Json:
        params = DRY_RUN if dry_run else None
        edited: Json = await self.api.send("PUT", path, params=params, body=body, headers=command(key, version))
        return edited
