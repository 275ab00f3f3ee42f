"""Logs and traces as a process gives them out."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.integration.kernel.helpers import worker


class Collector:
    """An OTLP collector as far as receiving goes."""

    def __init__(self) -> None:
        self.received: list[ExportTraceServiceRequest] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/v1/traces":
                    collector.received.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.http.server_address[1]}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    Thread(target=made.http.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.http.shutdown()
    made.http.server_close()


async def test_spans_go_to_the_collector_and_the_log_line_has_their_trace(collector: Collector) -> None:
    async with worker("traced", collector.endpoint) as process:
        line = json.loads(await process.all_it_says())

    (request,) = collector.received
    (resource,) = request.resource_spans
    (span,) = resource.scope_spans[0].spans
    assert span.name == "click"
    assert span.trace_id.hex() == line["trace_id"] == line["traced"].split("-")[1]
    assert ("service.name", "traced") in {(a.key, a.value.string_value) for a in resource.resource.attributes}


async def test_without_a_collector_traces_are_made_all_the_same(collector: Collector) -> None:
    async with worker("traced", "") as process:
        line = json.loads(await process.all_it_says())

    assert line["trace_id"] == line["traced"].split("-")[1]
    assert collector.received == []


async def test_a_log_line_is_json_with_its_service_and_without_personal_data() -> None:
    async with worker("traced", "") as process:
        line = json.loads(await process.all_it_says())

    assert (line["event"], line["service"], line["level"]) == ("clicked", "traced", "info")
    assert line["email"] == "[hidden]"
