"""List what is kept and not listed: versions that were heard by a release that had no lists to search."""

from services.kernel.database import Pool, transaction
from services.publication.store import listed

CHUNK = 2000


async def run(pool: Pool) -> None:
    """List them in chunks, each in a transaction of its own: killed and run again, it goes on."""
    while True:
        async with transaction(pool) as tx:
            versions = await listed.not_listed(tx, CHUNK)
            await listed.add(tx, versions)
        if not versions:
            return
