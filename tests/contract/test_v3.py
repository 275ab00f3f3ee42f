"""The open API v3 and the day's files through the gateway, with the real register."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.system import wait_for

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def public(stack: Stack) -> Iterator[httpx.Client]:
    """Somebody who reads the open API."""
    with httpx.Client(base_url=f"{stack.url}/skolenhetsregistret/", timeout=20) as client:
        yield client


def test_a_list_is_kept_by_the_gateway_and_its_other_form_is_not_given_in_its_place(public: httpx.Client) -> None:
    asked = "v3/school-units?q=svaleboskolan&limit=1"
    first, again = public.get(asked), public.get(asked)
    on_map = public.get(asked, headers={"Accept": "application/geo+json"})

    assert first.json()["data"][0]["displayName"] == "Svaleboskolan"
    assert first.content == again.content
    assert "ratelimit-policy" in first.headers
    assert on_map.headers["content-type"] == "application/geo+json"
    assert on_map.json()["type"] == "FeatureCollection"
    assert public.get(asked).headers["content-type"] == "application/json"
    assert public.get(asked, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_every_unit_can_be_had_page_by_page(public: httpx.Client) -> None:
    page, codes = public.get("v3/school-units?limit=1000&fields=schoolUnitCode&total=true").json(), list[str]()
    while True:
        codes += [unit["schoolUnitCode"] for unit in page["data"]]
        if "next" not in page["links"]:
            break
        page = public.get(page["links"]["next"]).json()

    assert len(codes) == len(set(codes)) == page["meta"]["total"] >= 1751


def test_a_problem_is_as_the_process_writes_it(public: httpx.Client) -> None:
    answer = public.get("v3/school-units?near=55")

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["pointer"] == "/query/near"


def test_the_feed_is_streamed_as_it_comes(public: httpx.Client) -> None:
    last = public.get("v3/changes?after=0&limit=1").json()["meta"]["lastSeq"]
    with public.stream("GET", f"v3/changes/stream?after={last - 1}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = next(line for line in stream.iter_lines() if line.startswith("data: "))

    assert json.loads(told.removeprefix("data: "))["seq"] == last
    assert public.get(f"v3/changes?after={last}").json()["data"] == []


def test_a_webhook_is_pinged_and_managed_by_its_token(public: httpx.Client) -> None:
    heard = list[str]()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        hook = public.post("v3/webhooks", json={"url": f"http://127.0.0.1:{server.server_port}/"}).json()
        at, token = f"v3/webhooks/{hook['id']}", {"Authorization": f"Bearer {hook['token']}"}
        wait_for(lambda: public.get(at, headers=token).json()["state"] == "active")
        server.shutdown()

    assert len(heard) == 1
    assert "access-control-allow-origin" not in public.get(at, headers=token).headers
    assert public.get(at).status_code == 404
    assert public.delete(at, headers=token).status_code == 204


def test_files_are_served_by_their_name_and_by_their_day(public: httpx.Client) -> None:
    index = public.get("extract/index.json").json()
    for told in index["files"]:
        latest = public.get(told["latest"])
        dated = public.get(told["dated"])
        assert latest.status_code == dated.status_code == 200, told["name"]
        assert hashlib.sha256(latest.content).hexdigest() == told["sha256"]
        assert latest.content == dated.content
        assert latest.headers["content-type"].partition(";")[0] == told["mediaType"], told["name"]
        assert latest.headers["content-disposition"].startswith("attachment")
        assert "immutable" in dated.headers["cache-control"]
        assert "immutable" not in latest.headers["cache-control"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("dcat.rdf", "application/rdf+xml"), ("dcat.ttl", "text/turtle"), ("dcat.jsonld", "application/ld+json"),
     ("extract/", "application/json"), ("v1/openapi.json", "application/json"),
     ("v3/openapi.json", "application/json")],
)  # fmt: skip
def test_programs_find_what_describes_it(public: httpx.Client, name: str, kind: str) -> None:
    answer = public.get(name)

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)


@pytest.mark.parametrize("name", ["extract/nothing.csv", "extract/1999-01-01/skolenheter.csv", "dcat.exe"])
def test_what_is_not_there_is_told_in_the_contracts_form(public: httpx.Client, name: str) -> None:
    answer = public.get(name)

    assert (answer.status_code, answer.json()["status"]) == (404, "404")
