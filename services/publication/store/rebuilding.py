"""Forgetting everything that was heard, to hear it again."""

from services.kernel.database import Connection, Pool

FORGET = "TRUNCATE history, listed, relation, change, numbered, marker"
FORGET_INBOX = "DELETE FROM inbox WHERE consumer = $1"
BEGIN = "INSERT INTO rebuilding DEFAULT VALUES"
END = "DELETE FROM rebuilding"
IS_HALF = "SELECT EXISTS (SELECT FROM rebuilding)"


async def forget(tx: Connection, consumer: str) -> None:
    """Forget all, and note that it is being heard again."""
    await tx.execute(FORGET)
    await tx.execute(FORGET_INBOX, consumer)
    await tx.execute(BEGIN)


async def end(connection: Connection | Pool) -> None:
    """All is heard."""
    await connection.execute(END)


async def is_half(connection: Connection | Pool) -> bool:
    """Whether a rebuild was begun and did not end."""
    found: bool = await connection.fetchval(IS_HALF)
    return found
