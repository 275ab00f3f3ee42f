"""The process behind `./dev up`: starts everything, keeps it running, and tells its state in a file."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from deploy.stack import settings
from deploy.stack.stack import Part, Restarter, Stack

LOOK_SECONDS, MEASURE_SECONDS = 0.5, 10
STOP_SECONDS = 60
ROOT = Path(__file__).parents[2]
HOME = Path(os.environ.get("REGISTER_HOME", ROOT / ".dev"))
STATUS = HOME / "state" / "status.json"
PID = HOME / "state" / "supervisor.pid"
LOG = HOME / "logs" / "supervisor.log"
HELD = HOME / "state" / "held"
"""Names the part that is to be down for a while, and who asks for it: it holds no longer than that lives."""


def read_status() -> dict[str, Any]:
    """What the supervisor last told; empty when there is none."""
    try:
        told: dict[str, Any] = json.loads(STATUS.read_text())
    except (OSError, ValueError):
        return {}
    return told


def running() -> psutil.Process | None:
    """The supervisor of this checkout, or None. A number that is another's by now is not taken for it."""
    try:
        process = psutil.Process(int(PID.read_text()))
        is_ours = "deploy.stack.supervisor" in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return process if is_ours else None


def start() -> None:
    """Start the supervisor, apart from this terminal."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    STATUS.parent.mkdir(parents=True, exist_ok=True)
    STATUS.unlink(missing_ok=True)
    with LOG.open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.stack.supervisor"], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True, cwd=ROOT,
        )  # fmt: skip
    PID.write_text(str(child.pid))


def stop() -> bool:
    """Stop the supervisor and with it everything; False when it did not run."""
    process = running()
    if process is None:
        return False
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        for child in process.children(recursive=True):
            child.kill()
        process.kill()
    PID.unlink(missing_ok=True)
    return True


@contextmanager
def held(part: str) -> Iterator[None]:
    """Have one part down for a while: who works on what is its own must be alone."""
    HELD.write_text(f"{part} {os.getpid()}")
    try:
        while read_status()["parts"][part]["state"] == "up":
            time.sleep(LOOK_SECONDS)
        yield
    finally:
        HELD.unlink()


def _held() -> str | None:
    try:
        part, pid = HELD.read_text().split()
    except (OSError, ValueError):
        return None
    return part if psutil.pid_exists(int(pid)) else None


class Supervisor:
    """Runs a stack until told to stop."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = {"phase": "starting", "step": ""}
        self.stack = Stack(HOME, settings.ports(), say=self.say)
        self.stopping = False

    def say(self, step: str, done: int = 0, total: int = 0) -> None:
        if not done:
            print(step, flush=True)
        self.tell(phase="starting", step=step, done=done, total=total)

    def tell(self, **news: Any) -> None:
        """Write the state, whole or not at all."""
        self.told |= news
        half = STATUS.with_suffix(".half")
        half.write_text(json.dumps(self.told))
        half.replace(STATUS)

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        try:
            self.stack.start()
        except Exception as error:
            self.tell(phase="failed", step=str(error))
            self.stack.stop()
            raise
        restarter, memory, measured = Restarter(self.stack.parts), dict[str, int](), -math.inf
        while not self.stopping:
            restarter.look(_held())
            if time.monotonic() - measured > MEASURE_SECONDS:  # it costs a look at every process of the machine
                memory, measured = {name: _memory(part) for name, part in self.stack.parts.items()}, time.monotonic()
            parts = {
                name: _about(part) | {"memory": memory[name], "restarts": restarter.restarts[name]}
                for name, part in self.stack.parts.items()
            }
            self.tell(phase="running", step="", parts=parts)
            time.sleep(LOOK_SECONDS)
        self.tell(phase="stopping")
        self.stack.stop()
        STATUS.unlink(missing_ok=True)

    def _stop(self, *_: object) -> None:
        if not self.stopping and self.told["phase"] == "starting":
            self.stopping = True
            self.stack.stop()
            raise SystemExit(0)
        self.stopping = True


def _about(part: Part) -> dict[str, Any]:
    is_up = part.process.running
    return {"state": "up" if is_up else "down", "pid": part.process.pid if is_up else None}


def _memory(part: Part) -> int:
    """Bytes that a part and what it started have for themselves."""
    try:
        parent = psutil.Process(part.process.pid)
        family = [process.memory_info() for process in (parent, *parent.children(recursive=True))]
    except psutil.Error:
        return 0
    return sum(one.rss - one.shared for one in family)


if __name__ == "__main__":
    Supervisor().run()
