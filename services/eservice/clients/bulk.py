"""Files with many school units."""

from dataclasses import dataclass
from typing import Any

from services.eservice.clients.api import Api


@dataclass(frozen=True, slots=True)
class Bulk:
    """The registry's answers and commands about them."""

    api: Api

    async def file(self, number: str, kind: str) -> bytes:
        """The organizer's units as a file; `kind`: xlsx or csv."""
        return await self.api.get_bytes(f"/organizers/{number}/school-units.{kind}")

    async def upload(self, number: str, content: bytes, file_name: str, key: str) -> dict[str, Any]:
        """Upload a file."""
        params, headers = {"fileName": file_name}, {"Idempotency-Key": key}
        path = f"/organizers/{number}/bulk-uploads"
        made: dict[str, Any] = await self.api.send_file(path, content, params=params, headers=headers)
        return made

    async def one(self, upload_id: str) -> dict[str, Any]:
        """One upload with its progress and its errors."""
        found: dict[str, Any] = await self.api.get(f"/bulk-uploads/{upload_id}")
        return found

    async def changes(self, upload_id: str, page: int) -> dict[str, Any]:
        """A page of what it would change."""
        found: dict[str, Any] = await self.api.get(f"/bulk-uploads/{upload_id}/changes", {"page": page})
        return found

    async def apply(self, upload_id: str, version: str, key: str) -> None:
        """Apply it, all or nothing."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key}
        await self.api.send("POST", f"/bulk-uploads/{upload_id}/application", headers=headers)
