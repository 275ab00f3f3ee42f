"""One trace, from the click in the browser to the mail and to the event's use by publication."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Thread
from uuid import uuid4

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from deploy.stack.stack import Service, Stack
from tests.integration.kernel.test_telemetry import Collector
from tests.system import Person, wait_for

pytestmark = pytest.mark.stack

UNIT = "27508103"
CLICK = ("eservice", "POST /enheter/{code}/andra/spara")
COMMAND = ("registry", "PUT /school-units/{code}")


@dataclass(frozen=True)
class Spot:
    """A span as the collector got it."""

    service: str
    name: str
    trace: bytes
    id: bytes
    parent: bytes


def spots(collector: Collector) -> set[Spot]:
    """All spans, each once: an exporter sends again when it heard no answer."""
    return {
        Spot(service_of(resource), span.name, span.trace_id, span.span_id, span.parent_span_id)
        for request in collector.received
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


def service_of(spans: ResourceSpans) -> str:
    facts: dict[str, str] = {fact.key: fact.value.string_value for fact in spans.resource.attributes}
    return facts["service.name"]


def start_again(service: Service) -> None:
    service.process.stop()
    service.process.start()
    service.process.wait_until(service.is_ready)


@pytest.fixture
def collector(stack: Stack) -> Iterator[Collector]:
    """A collector that all services send their spans to."""
    made = Collector()
    Thread(target=made.http.serve_forever, args=(0.01,), daemon=True).start()
    services = [stack.services[name] for name in ("eservice", "registry", "notifications", "publication")]
    usual = {service.name: dict(service.process.env) for service in services}
    for service in services:
        service.process.env[f"{service.name.upper()}_OTLP_ENDPOINT"] = made.endpoint
        service.process.env["OTEL_BSP_SCHEDULE_DELAY"] = "100"
    with ThreadPoolExecutor() as threads:
        list(threads.map(start_again, services))
        yield made
        for service in services:
            service.process.env = usual[service.name]
        list(threads.map(start_again, services))
    made.http.shutdown()
    made.http.server_close()


def test_one_trace_spans_the_click_the_commit_the_mail_and_publication(stack: Stack, collector: Collector) -> None:
    with Person.log_in(stack.url, "karin.kontakt") as karin:
        karin.save(UNIT, schoolName=f"Spårad {uuid4().hex[:6]}")

    def of_the_click() -> set[Spot] | None:
        found = spots(collector)
        clicks = {spot.trace for spot in found if (spot.service, spot.name) == CLICK}
        traced = {spot for spot in found if spot.trace in clicks}
        heard = {(spot.service, spot.name) for spot in traced}
        wanted = {CLICK, COMMAND, ("notifications", "school-unit.edited.v1"), ("publication", "events")}
        mails = sum(spot.name == "send mail" for spot in traced)
        return traced if wanted <= heard and mails >= 2 else None

    traced = wait_for(of_the_click)
    (click,) = [spot for spot in traced if (spot.service, spot.name) == CLICK]
    (command,) = [spot for spot in traced if (spot.service, spot.name) == COMMAND]
    followed = {spot for spot in traced if spot.service in {"notifications", "publication"}}
    assert click.parent == b"", "the click begins the trace"
    assert command.parent == click.id
    assert {spot.parent for spot in followed} == {command.id}, "what follows from the commit hangs on it"
