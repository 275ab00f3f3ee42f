"""A register of three units, for tests of what the client does with its answers."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from skolregister.__main__ import main

from tests.house.code import ROOT

FILE = b"kod;namn\n" * 1000
UNITS = [
    {
        "schoolUnitCode": f"1000000{number}", "displayName": f"Skola {number}", "status": "AKTIV",
        "schoolTypes": ["FKLASS", "GR"], "organizer": {"organizationNumber": "2120000019", "displayName": "Orten"},
        "municipality": {"municipalityCode": "0114", "displayName": "Orten"},
        "county": {"countyCode": "01", "displayName": "Länet"},
        "location": {"latitude": 59.5, "longitude": 17.9} if number != 2 else None, "distance": number * 100.5,
    }
    for number in (1, 2, 3)
]  # fmt: skip
CHANGES = [
    {"seq": number, "publicFrom": "2026-11-30", "type": "school-units", "id": "10000001", "what": "ended", "fields": []}
    for number in (1, 2)
]


class Answer(BaseHTTPRequestHandler):
    """A page has two units; a feed never ends for who waits."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        name, given = asked.path.rpartition("/")[2], {key: one for key, (one, *_) in parse_qs(asked.query).items()}
        match name:
            case "school-units":
                self.tell(self.page(given))
            case "changes":
                self.tell({"data": CHANGES, "links": {"next": f"{self.at}/changes"}, "meta": {}})
            case "skolenheter.csv" | "broken.csv":
                self.send(FILE, "text/csv")
            case "skolenheter.csv.sha256" | "broken.csv.sha256":
                of = FILE if name.startswith("skolenheter") else b"another"
                self.send(f"{hashlib.sha256(of).hexdigest()}  {name}".encode(), "text/plain")
            case _:
                self.send(b"<p>Another site</p>", "text/html")

    @property
    def at(self) -> str:
        return f"http://{self.headers['Host']}/v3"

    def page(self, given: dict[str, str]) -> dict[str, Any]:
        first = int(given.get("cursor", 0))
        data = UNITS[first : first + 2]
        more = {"next": f"{self.at}/school-units?cursor={first + 2}"} if first + 2 < len(UNITS) else {}
        corrections = {"corrections": {"skoal": ["skola", "skolan"]}} if given.get("q") == "skoal" else {}
        return {"data": data, "links": more, "meta": {"total": len(UNITS), **corrections}}

    def tell(self, told: dict[str, Any]) -> None:
        self.send(json.dumps(told).encode(), "application/json")

    def send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Done:
    """How the command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def command(*words: str, base: str, cwd: Path = ROOT) -> Done:
    """Run the command on a register."""
    said, beside = StringIO(), StringIO()
    with (
        patch.dict(os.environ, REGISTER_URL=base, COLUMNS="200"), patch.object(sys, "argv", ["skolregister", *words]),
        chdir(cwd), redirect_stdout(said), redirect_stderr(beside), pytest.raises(SystemExit) as ended,
    ):  # fmt: skip
        main()
    code = ended.value.code
    if isinstance(code, str):  # as the interpreter does
        return Done(1, said.getvalue(), f"{beside.getvalue()}{code}\n")
    return Done(code or 0, said.getvalue(), beside.getvalue())


def environment(base: str) -> dict[str, str]:
    """What the command finds of its own and of the register, where it runs for itself."""
    return {"REGISTER_URL": base, "PYTHONPATH": str(ROOT / "client"), "PATH": "/usr/bin:/bin"}
