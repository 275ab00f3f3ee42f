"""What the registry does by itself: it closes the register day, and works through uploaded files."""

import asyncio

from services.kernel.service import wait_for
from services.registry.commands import bulk, bulk_job
from services.registry.commands.companies_job import advance_next
from services.registry.commands.register_day import close_due_days
from services.registry.register import Register

LOOK_SECONDS = 2.0
WAITED_FOR_SECONDS = 0.5


class CloseDay:
    """A job: closes the day soon after midnight, also where nobody edits. The clock may be moved, so it looks often."""

    name = "close-day"

    def __init__(self, register: Register) -> None:
        self.register = register

    async def run(self, stop: asyncio.Event) -> None:
        """Look every other second. Raises when the database is away: the caller starts it again."""
        while not stop.is_set():
            await close_due_days(self.register)
            await wait_for(stop, LOOK_SECONDS)


class ImportCompanies:
    """A job: compares uploaded files of the companies register and applies what was chosen, step by step."""

    name = "import-companies"

    def __init__(self, register: Register) -> None:
        self.register = register

    async def run(self, stop: asyncio.Event) -> None:
        """Work while there is work, look every other second. Raises when the database is away."""
        while not stop.is_set():
            if not await advance_next(self.register):
                await wait_for(stop, LOOK_SECONDS)


class BulkUploads:
    """A job: checks uploaded files with many units, applies them when told to, and forgets those left alone."""

    name = "bulk-uploads"

    def __init__(self, register: Register) -> None:
        self.register = register

    async def run(self, stop: asyncio.Event) -> None:
        """Work while there is work, look twice a second: somebody waits. Raises when the database is away."""
        while not stop.is_set():
            if not await bulk_job.advance_next(self.register):
                await bulk.lapse(self.register)
                await wait_for(stop, WAITED_FOR_SECONDS)
