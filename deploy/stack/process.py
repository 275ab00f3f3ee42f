"""One process of ours: started, watched, stopped; it dies with whoever started it."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05
LOG_LIMIT = 20_000_000


class PartFailedError(Exception):
    """A part ended, or did not answer in time. The message has the end of its log."""


def free_port() -> int:
    """A port that nobody holds just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens on a port."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def _die_with_parent() -> None:
    ctypes.CDLL("libc.so.6", use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """A child process with its log file. `log` is appended to, and begun anew when it has grown large."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name, self.command, self.log, self.cwd = name, [str(word) for word in command], log, cwd
        self.env = {**os.environ, **(env or {})}
        self.stop_signal = stop_signal
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env, cwd=self.cwd,
                start_new_session=True, preexec_fn=_die_with_parent,  # noqa: PLW1509 - prctl only
            )  # fmt: skip

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until `ready`. Raises PartFailedError when the process ends before, or the time is up."""
        end = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise PartFailedError(f"{self.name} ended. Its log, {self.log}, ends:\n{self.last_lines()}")
            if time.monotonic() > end:
                raise PartFailedError(f"{self.name} is not ready after {seconds:.0f} s:\n{self.last_lines()}")
            time.sleep(POLL_SECONDS)

    def last_lines(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self, seconds: float = 20) -> None:
        """Ask it to stop; kill it and its children when it does not."""
        if not self.running or not self.child:
            return
        self.child.send_signal(self.stop_signal)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, to it and its children: what a fault test does."""
        if self.child and self.running:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


def find_program(name: str) -> str:
    """The path of a program of the environment or of the system. Raises PartFailedError."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise PartFailedError(f"{name} is not installed")
    return found
