"""What publication does by itself: it builds the view of each day that is complete, and switches to it."""

import asyncio
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import structlog
from prometheus_client import Gauge

from services.contracts.publication import SnapshotPublished
from services.kernel import outbox
from services.kernel.database import Pool, transaction
from services.kernel.envelope import seal
from services.kernel.service import wait_for
from services.publication.build import files, kept, serving
from services.publication.build.catalogues import AT
from services.publication.build.serving import Serving
from services.publication.build.snapshot import Builder, Built
from services.publication.commands import number_changes
from services.publication.domain.history import BEFORE_ALL, View
from services.publication.store import history

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5
SNAPSHOT_MADE_AT = Gauge("snapshot_extract_timestamp_seconds", "When the day before the current snapshot's closed")


class Publish:
    """A job: builds what is complete, in order, and holds what is served. A rollback by command is seen as well."""

    name = "publish"

    def __init__(self, pool: Pool, builder: Builder, *, keep: int, keep_files: int) -> None:
        self.pool, self.builder, self.keep, self.keep_files = pool, builder, keep, keep_files
        self.serving: Serving | None = None
        self.trouble: str | None = "no snapshot yet"
        self._switched = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Look twice a second. Raises when the database is away or the disk is full: the old snapshot serves on."""
        await asyncio.to_thread(files.sweep, self.builder.root)
        while not stop.is_set():
            await asyncio.to_thread(self.serve_current)
            await self._publish_complete(stop)
            self._announce()
            await wait_for(stop, LOOK_SECONDS)

    async def next_switch(self, day: date, seconds: float) -> None:
        """Wait until another day than this is served, or the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.serving and self.serving.day == day:
                    await self._switched.wait()

    def _announce(self) -> None:
        """Wake those who wait; they look for themselves whether it is for them."""
        self._switched.set()
        self._switched = asyncio.Event()

    def serve_current(self) -> None:
        """Answer from the snapshot that is current now."""
        current = files.current(self.builder.root)
        if current and (self.serving is None or self.serving.folder != current):
            self._serve(serving.read(current))

    def _switch_to(self, built: Built) -> None:
        """Files and answers change together: what takes long is done before."""
        ready = serving.read(built.path)
        files.switch(self.builder.root, built.path.name)
        self._serve(ready)

    def _serve(self, ready: Serving) -> None:
        self.serving, self.trouble = ready, None
        SNAPSHOT_MADE_AT.set(ready.made_at.timestamp())

    async def _publish_complete(self, stop: asyncio.Event) -> None:
        """Missed days are built in order; of a long absence only as many as are kept, and one by a new replica."""
        newest = await asyncio.to_thread(newest_day, self.builder.root)
        missed = await history.complete_views(self.pool, newest)
        for view in missed[-1:] if newest == BEFORE_ALL else missed[-self.keep :]:
            if stop.is_set():
                return
            await self._publish(view)

    async def _publish(self, view: View) -> None:
        """Every step may be done twice: a day is done when it is marked, and killed before it is begun anew.

        The oldest go before it is built, and not after: a full disk has room again.
        """
        await asyncio.to_thread(self._prune)
        last_seq = await number_changes.run(self.pool, view.day)
        built = await self.builder.build(view)
        await asyncio.to_thread(self._keep_files, built.path)
        await asyncio.to_thread(self._switch_to, built)
        self._announce()
        await self._tell(view, built, last_seq)
        await asyncio.to_thread(files.mark_published, built.path)

    def _keep_files(self, built: Path) -> None:
        """Also of the days that a rollback took away: the feed tells their changes again, from this day on."""
        for path in [*filter(files.is_published, files.snapshots(self.builder.root)), built]:
            files.keep_by_day(self.builder.root, path, AT, self.keep_files)

    def _prune(self) -> None:
        kept.prune(self.builder.root)
        files.prune(self.builder.root, self.keep - 1)

    async def _tell(self, view: View, built: Built, last_seq: int) -> None:
        fact = SnapshotPublished(
            public_from=view.day, sha256=built.sha256, units=built.units, organizers=built.organizers,
            extract_date=datetime.fromisoformat(view.extract_date), last_seq=last_seq,
        )  # fmt: skip
        async with transaction(self.pool) as tx:
            await outbox.append(tx, seal(fact, source="/publication"))


def newest_day(root: Path) -> date:
    """The newest day that was published, also where an older one is served by a rollback."""
    days = [files.day_of(path) for path in files.snapshots(root) if files.is_published(path)]
    return max(days, default=BEFORE_ALL)
