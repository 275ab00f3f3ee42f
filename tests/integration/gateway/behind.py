"""What lies behind the gateway in its own tests: one server that stands for every service, and a snapshot's files."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from deploy.stack import settings
from deploy.stack.nginx import Gateway
from deploy.stack.process import free_port

SNAPSHOT, OF_IT = "2026-11-25-abc", {"X-Snapshot": "2026-11-25-abc", "Last-Modified": "Tue, 24 Nov 2026 01:00:00 GMT"}
TEXT = "en rad text\n" * 1000
OPEN = "/skolenhetsregistret"
EVENT = b"event: snapshot\ndata: {}\n\n"


@dataclass
class Answer:
    """What the service says at an address."""

    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    body: str = TEXT


class Service(ThreadingHTTPServer):
    """A service: its answers by address, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.answers, self.asked, self.over = dict[str, Answer](), list[tuple[str, dict[str, str]]](), threading.Event()

    def handle_error(self, *_: object) -> None:
        """Say nothing: a reader of a stream goes when it likes."""

    def times(self, path: str) -> int:
        return [asked for asked, _ in self.asked].count(path)


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        if "wait=" in self.path:
            self.server.over.wait()
        if self.path.startswith(f"{OPEN}/v3/changes/stream"):
            return self._stream()
        found = self.server.answers.get(self.path, Answer("text/plain", {}, 404, "Nothing"))
        return self._send(found.status, found.kind, found.headers, found.body.encode())

    def _stream(self) -> None:
        self._send(200, "text/event-stream", {"Connection": "close"}, EVENT, length=None)
        self.wfile.flush()
        self.server.over.wait()

    def _send(self, status: int, kind: str, headers: dict[str, str], body: bytes, length: int | None = 0) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind} | headers).items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Behind:
    """The gateway, what lies behind it, and somebody who asks through it."""

    service: Service
    snapshot: Path
    http: httpx.Client

    def get(self, path: str, takes: str = "identity", **headers: str) -> httpx.Response:
        given = {"Accept-Encoding": takes} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(path, headers=given)

    def file(self, name: str, text: str = TEXT) -> None:
        """Lay a file of the snapshot down, below the open APIs' address."""
        path = self.snapshot / OPEN.removeprefix("/") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@contextmanager
def gateway(home: Path, changes: dict[str, str] | None = None) -> Iterator[Behind]:
    """Run the gateway before a service, as in earnest; `changes`: words of its configuration, and what they become."""
    with Service() as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        places = settings.native({name: free_port() for name in settings.PORTS}, home)
        places = replace(places, services=dict.fromkeys(settings.SERVICES, f"127.0.0.1:{service.server_port}"))
        snapshots = Path(places.snapshots)
        (snapshots / SNAPSHOT).mkdir(parents=True)
        (snapshots / "current").symlink_to(SNAPSHOT)
        running = Gateway(home / "gateway", places, free_port(), demo=False)
        running.prepare()
        _change(running.folder / "nginx.conf", changes or {})
        running.process.start()
        running.process.wait_until(running.is_ready)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=30) as http:
                yield Behind(service, snapshots / SNAPSHOT, http)
        finally:
            service.over.set()
            running.stop()
            service.shutdown()


def _change(configuration: Path, changes: dict[str, str]) -> None:
    text = configuration.read_text()
    for words, others in changes.items():
        assert words in text
        text = text.replace(words, others)
    configuration.write_text(text)
