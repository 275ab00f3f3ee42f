"""Reading a file with many units, so that no file can harm the service: Excel apart, text here."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import orjson

from services.registry.domain.bulk import Row
from services.registry.domain.bulk_files import FILE_KIND, FILE_TOO_HEAVY, is_excel, read_rows
from services.registry.domain.rules import ALL, RulesBrokenError
from services.registry.register import Register

ROOT = Path(__file__).parents[3]
WALL = 2
"""So many times the processor time a reader may take in all, on a machine that has others to serve."""


async def read(register: Register, content: bytes) -> list[Row]:
    """The rows of a file. Raises RulesBrokenError, at /file, also when it takes too much to read."""
    if not is_excel(content):
        return await asyncio.to_thread(read_rows, content, register.bulk.most_rows)
    async with register.readers:
        told = await _told_by_reader(register, content)
    try:
        found = orjson.loads(told)
    except ValueError as error:
        raise RulesBrokenError([(FILE_KIND if told else FILE_TOO_HEAVY).broken_at("/file")]) from error
    if broken := found.get("broken"):
        raise RulesBrokenError([ALL[broken["code"]].broken_at("/file", **broken["params"])])
    return [Row(*row) for row in found["rows"]]


async def _told_by_reader(register: Register, content: bytes) -> bytes:
    """What the reader found; nothing where it passed a bound. It is told the file alone, and none of our secrets."""
    limits = register.bulk
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.registry.reader", str(limits.most_rows), str(limits.reading_seconds),
        str(limits.reading_bytes), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(WALL * limits.reading_seconds):
            told, _ = await process.communicate(content)
    except TimeoutError:
        return b""
    finally:
        await _end(process)
    return told if process.returncode == 0 else b""


async def _end(process: Process) -> None:
    """Whether the reader is late or nobody waits for it any longer: it is not left behind."""
    if process.returncode is None:
        process.kill()
        await process.wait()
