"""How parts of the running system are broken: killed, paused, held up at a lock; and brought back."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from deploy.stack.postgres import BINARIES
from deploy.stack.stack import Part, Stack
from tests.system import wait_for

WAITS_FOR_LOCK = "FROM pg_stat_activity WHERE datname = '{}' AND wait_event_type = 'Lock'"


def crash(part: Part) -> None:
    """SIGKILL, to the part and to all that it started; nothing of it holds a port afterwards."""
    children = psutil.Process(part.process.pid).children(recursive=True)
    part.process.kill()
    for child in children:
        if child.is_running():
            child.kill()
    psutil.wait_procs(children, timeout=10)


def bring_back(part: Part) -> None:
    """Start it as the supervisor does, and wait until it answers."""
    getattr(part, "start", part.process.start)()
    part.process.wait_until(part.is_ready)


@contextmanager
def paused(part: Part) -> Iterator[None]:
    """Let a part stand still: its connections are open, and nothing comes back."""
    pid = part.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def held(stack: Stack, database: str, rows: str) -> Iterator[None]:
    """Hold the rows of a query locked, so that whoever would change them waits; the waiting ones' sessions end with it.

    A killed process's statement would else be carried out after all: PostgreSQL sees only later that nobody is there.
    """
    command = [str(BINARIES / "psql"), stack.postgres.dsn(database), "-Aqt"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:  # noqa: S603 - our own arguments
        assert session.stdin
        assert session.stdout
        session.stdin.write(f"BEGIN; {rows} FOR UPDATE; SELECT 'held';\n")
        session.stdin.flush()
        assert "held\n" in iter(session.stdout.readline, "")
        try:
            yield
        finally:
            stack.postgres.sql(f"SELECT pg_terminate_backend(pid) {WAITS_FOR_LOCK.format(database)}")
            session.communicate("ROLLBACK;\n")


def wait_until_somebody_waits(stack: Stack, database: str) -> None:
    """Until a statement waits for what is held."""
    wait_for(lambda: stack.postgres.sql(f"SELECT 1 {WAITS_FOR_LOCK.format(database)} LIMIT 1"))
