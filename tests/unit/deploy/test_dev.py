"""The first step on a new machine, and what keeps the parts running."""

import shutil
import socket
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.stack import settings
from deploy.stack.process import free_port
from deploy.stack.settings import Secrets
from deploy.stack.stack import Restarter, taken

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "python",
    [
        '[ "$2" = venv ] && exit 1 || exit 0',  # Debian's python3 without python3-venv
        "exit 1",  # too old
    ],
    ids=["no venv module", "an old Python"],
)
def test_a_machine_that_lacks_something_is_told_which_one_package_to_install(python: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "dev", tmp_path / "dev")
    shutil.copy(ROOT / "uv.lock", tmp_path / "uv.lock")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "mkdir", "cmp"):
        (programs / name).symlink_to(shutil.which(name) or name)
    (programs / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (programs / "python3").chmod(0o755)

    done = subprocess.run(  # noqa: S603 - our own program
        [tmp_path / "dev", "up"], env={"PATH": str(programs)}, text=True, capture_output=True, check=False
    )

    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_the_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secrets.json"
    first = Secrets(path).load().copy()

    assert Secrets(path).load() == first
    assert len(set(first.values())) == len(settings.SECRETS)
    assert path.stat().st_mode & 0o077 == 0


def test_a_port_is_settable_and_a_taken_one_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        chosen = settings.ports({"REGISTER_PORT_GATEWAY": str(port)})

        assert chosen["gateway"] == port
        assert chosen["mail"] == settings.PORTS["mail"]
        assert taken({"gateway": port, "mail": free_port()}) == {"gateway": port}


class Mortal:
    """A part that dies as soon as it is started."""

    def __init__(self) -> None:
        self.process = self
        self.running = False
        self.starts = 0

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        self.running = False

    def is_ready(self) -> bool:
        return False


def test_what_dies_again_and_again_is_started_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("deploy.stack.stack.time.monotonic", lambda: now)
    part = Mortal()
    restarter = Restarter({"part": part})  # type: ignore[dict-item]
    started = []
    for _ in range(600):
        before = part.starts
        restarter.look()
        if part.starts > before:
            started.append(now)
        now += 0.5

    pauses = [later - earlier for earlier, later in pairwise(started)]

    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert set(pauses[5:]) == {30}
    assert restarter.restarts["part"] == part.starts


def test_a_part_that_is_held_is_down_until_it_is_let_go() -> None:
    part = Mortal()
    part.running = True
    restarter = Restarter({"part": part})  # type: ignore[dict-item]

    restarter.look("part")
    restarter.look("part")
    held = (part.running, part.starts)
    restarter.look()

    assert held == (False, 0)
    assert part.starts == 1


def test_the_test_e_legitimation_is_let_through_in_a_demo_alone() -> None:
    places = settings.native(settings.ports({}), ROOT)
    demo, real = (
        settings.gateway_configuration(places, run="/run", listen="8080", head="", demo=demo) for demo in (True, False)
    )

    assert "realms/(register|e-legitimation)|" in demo
    assert "realms/(register)|" in real
    assert "realms/(register|e" not in real
