"""Drafts as rows: some for each session, one for each page, and for the session's person alone."""

from services.kernel.database import Pool, transaction

MOST = 20
"""How many pages of a session can have a draft at once: nobody has more windows open; the oldest goes first."""
PUT = """
INSERT INTO draft (id_hash, sealed, session_hash, owner) VALUES ($1, $2, $3, $4)
ON CONFLICT (id_hash) DO UPDATE SET sealed = $2, session_hash = $3, owner = $4, made_at = now()
"""
BOUND = """
DELETE FROM draft WHERE id_hash IN (
  SELECT id_hash FROM draft WHERE session_hash = $1 ORDER BY made_at DESC, id_hash OFFSET $2)
"""
GET = "SELECT sealed FROM draft WHERE id_hash = $1 AND owner = $2 AND made_at > now() - interval '1 hour'"
DELETE = "DELETE FROM draft WHERE id_hash = $1"
DELETE_OF_SESSION = "DELETE FROM draft WHERE session_hash = $1"
SWEEP = "DELETE FROM draft WHERE made_at < now() - interval '2 hours'"


async def put(pool: Pool, id_hash: bytes, sealed: bytes, session_hash: bytes, owner: str) -> None:
    """Keep what was typed, in place of what was kept for the same page; the session's oldest beyond MOST goes."""
    async with transaction(pool) as tx:
        await tx.execute(PUT, id_hash, sealed, session_hash, owner)
        await tx.execute(BOUND, session_hash, MOST)


async def get(pool: Pool, id_hash: bytes, owner: str) -> bytes | None:
    """What its owner had typed; None for anybody else."""
    sealed: bytes | None = await pool.fetchval(GET, id_hash, owner)
    return sealed


async def delete(pool: Pool, id_hash: bytes) -> None:
    """Forget what was typed."""
    await pool.execute(DELETE, id_hash)


async def delete_of_session(pool: Pool, session_hash: bytes) -> None:
    """Forget what was typed in a session."""
    await pool.execute(DELETE_OF_SESSION, session_hash)


async def sweep(pool: Pool) -> None:
    """Forget what nobody came back to."""
    await pool.execute(SWEEP)
