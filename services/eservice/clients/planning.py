"""The registry's commands on a unit's life and on planned changes, for one person."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api

Answer = dict[str, Any]
TRY = {"dry_run": "true"}


@dataclass(frozen=True, slots=True)
class Planning:
    """What is planned, and what can be done. `version`: as seen; `key`: the form's. `dry_run`: only what would change.

    Everything raises AwayError, LoggedOutError, RefusedError.
    """

    api: Api

    async def of_organizer(self, number: str) -> list[Answer]:
        """What is planned for an organizer's units, by day."""
        found: list[Answer] = (await self.api.get(f"/organizers/{number}/planned-changes"))["plannedChanges"]
        return found

    async def of_unit(self, code: str) -> list[Answer]:
        """What is planned for a unit, by day."""
        found: list[Answer] = (await self.api.get(f"/school-units/{code}/planned-changes"))["plannedChanges"]
        return found

    async def one(self, plan: str) -> Answer:
        """One planned change, with the unit's form as it will be."""
        found: Answer = await self.api.get(f"/planned-changes/{plan}")
        return found

    async def plan_unit(self, planned: Answer, key: str, *, dry_run: bool = False) -> Answer:
        """Plan a unit: `organizationNumber`, `startdate`, `unit`."""
        return await self._send("POST", "/school-units", planned, "", key, dry_run=dry_run)

    async def plan_edit(
        self, code: str, fields: Answer, on: str, version: str, key: str, *, dry_run: bool = False
    ) -> Answer:
        """Plan an edit for a day (ISO 8601)."""
        return await self._send("PUT", f"/school-units/{code}", fields, version, key, dry_run=dry_run, on=on)

    async def on_unit(
        self, code: str, what: str, body: Answer, version: str, key: str, *, dry_run: bool = False
    ) -> Answer:
        """A command on a unit: `status`, `withdrawal`, `start-date`, `correction`."""
        method = "PUT" if what == "start-date" else "POST"
        return await self._send(method, f"/school-units/{code}/{what}", body, version, key, dry_run=dry_run)

    async def alter(self, plan: str, body: Answer, version: str, key: str, *, dry_run: bool = False) -> Answer:
        """Alter a planned change: `on`, and `unit` with `unitVersion`."""
        return await self._send("PUT", f"/planned-changes/{plan}", body, version, key, dry_run=dry_run)

    async def cancel(self, plan: str, version: str, key: str) -> Answer:
        """Cancel a planned change."""
        return await self._send("DELETE", f"/planned-changes/{plan}", None, version, key)

    async def _send(
        self,
        method: str,
        path: str,
        body: Answer | None,
        version: str,
        key: str,
        *,
        dry_run: bool = False,
        **query: str,
    ) -> Answer:
        headers = {"Idempotency-Key": key} | ({"If-Match": f'"{version}"'} if version else {})
        params = query | (TRY if dry_run else {})
        answer: Answer = await self.api.send(method, path, params=params, body=body, headers=headers)
        return answer
