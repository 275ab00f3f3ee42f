"""The service, made to stand still after one of its steps: `python -m tests.integration.publication.workers STEP`."""

import asyncio
import functools
import sys
import threading
from pathlib import Path
from typing import Any

from services.publication.app import serve
from services.publication.build import files, units
from services.publication.build.kept import Keeping
from services.publication.commands import number_changes
from services.publication.jobs import Publish
from services.publication.settings import PublicationSettings

STEPS: dict[str, tuple[Any, str]] = {
    "changes-numbered": (number_changes, "run"),
    "units-written": (units.AllUnits, "_take"),
    "kept-for-the-next": (Keeping, "finish"),
    "durable": (files, "sync"),
    "named": (files, "finish"),
    "kept-by-day": (files, "keep_by_day"),
    "link-made": (Path, "symlink_to"),
    "switched": (files, "switch"),
    "told": (Publish, "_tell"),
}
"""In their order."""


def stand_still_after(step: str) -> None:
    """Do the step's work, say so, and go no further."""
    place, name = STEPS[step]
    work = getattr(place, name)

    def stop() -> None:
        print(f"stands still: {step}", flush=True)  # noqa: T201 - the test reads it
        threading.Event().wait()

    @functools.wraps(work)
    def done(*given: Any) -> None:
        work(*given)
        stop()

    @functools.wraps(work)
    async def done_later(*given: Any) -> None:
        await work(*given)
        stop()

    setattr(place, name, done_later if asyncio.iscoroutinefunction(work) else done)


if __name__ == "__main__":
    stand_still_after(sys.argv[1])
    asyncio.run(serve(PublicationSettings()))
