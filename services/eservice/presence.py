"""Who has a unit's form open just now: a hint for others who open it, no lock. It is forgotten within minutes."""

from datetime import datetime, timedelta

from services.eservice.sealing import Sealed
from services.eservice.session import Session
from services.eservice.store import editing
from services.kernel.database import Pool

KIND = "editing"
Other = tuple[str, datetime]
"""A person's name as others may see it, and since when the form is open."""


class Presence:
    """Keeps who is there. `lasts`: how long after its last sign a form counts as open."""

    def __init__(self, pool: Pool, sealed: Sealed, lasts: timedelta) -> None:
        self.pool, self.sealed, self.lasts = pool, sealed, lasts

    async def begin(self, session: Session, code: str, name: str) -> list[Other]:
        """The session opens the unit's form: keep that, and say who else has it open.

        `name`: how the others see the person. Ask the registry first whether the person may see the unit.
        """
        sealed = self.sealed.seal({"name": name}, KIND, _row(session.id_hash, code))
        await editing.sweep(self.pool, self.lasts)
        await editing.put(self.pool, session.id_hash, code, session.owner, sealed, self.lasts)
        return await self._others(code, session.owner)

    async def still(self, session_hash: bytes, code: str) -> list[Other]:
        """The form is still open: say who else has it open. Nobody for whoever has not opened it."""
        person = await editing.touch(self.pool, session_hash, code, self.lasts)
        return await self._others(code, person) if person else []

    async def leave(self, session_hash: bytes, code: str) -> None:
        """The form is closed."""
        await editing.delete(self.pool, session_hash, code)

    async def _others(self, code: str, person: str) -> list[Other]:
        found = [
            (self.sealed.open(row["sealed_name"], KIND, _row(row["session_hash"], code)), row["began_at"])
            for row in await editing.others(self.pool, code, person, self.lasts)
        ]
        return sorted(((kept["name"], began) for kept, began in found if kept), key=lambda other: other[1])


def _row(session_hash: bytes, code: str) -> str:
    return f"{session_hash.hex()}/{code}"
