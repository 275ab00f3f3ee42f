"""The mail catcher as a part of the stack."""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

from deploy.stack.process import Process, answers, free_port

ROOT = Path(__file__).parents[2]


class MailCatcher:
    """An SMTP server that keeps mails in a folder, with a web page and a JSON list of them."""

    def __init__(self, folder: Path, smtp_port: int | None = None, http_port: int | None = None) -> None:
        self.smtp_port, self.http_port = smtp_port or free_port(), http_port or free_port()
        command: list[str | Path] = [
            sys.executable, "-m", "deploy.stack.mailcatcher", "--folder", folder / "mails",
            "--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port),
        ]  # fmt: skip
        self.process = Process("mail", command, log=folder / "mail.log", cwd=ROOT)

    def start(self) -> None:
        self.process.start()
        self.process.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        return answers(self.smtp_port) and answers(self.http_port)

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def messages(self) -> list[dict[str, Any]]:
        """The mails, newest first."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/api/messages", timeout=60) as answer:
            found: list[dict[str, Any]] = json.load(answer)
            return found
