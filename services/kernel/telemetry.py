"""Logs as facts in JSON lines, traces, and figures; never personal data."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import Counter, Gauge, Histogram

from services.kernel.settings import ServiceSettings

OUTBOX_AGE = Gauge("outbox_age_seconds", "Age of the oldest event that Kafka has not confirmed")
OUTBOX_UNSENT = Gauge("outbox_unsent_events", "Events that Kafka has not confirmed")
OUTBOX_SENT = Counter("outbox_sent_events_total", "Events that Kafka has confirmed")
CONSUMER_LAG = Gauge("consumer_lag_events", "Events between the group's offset and the topic's end", ["topic"])
CONSUMED = Counter("consumed_events_total", "Events handled or put aside", ["topic"])
CONSUMER_RESTARTS = Counter("consumer_restarts_total", "Times a consumer that stood still was made anew")
DEAD_LETTERS = Counter("dead_letters_total", "Events put aside as unreadable or failing", ["topic"])
JOB_FAILURES = Counter("job_failures_total", "Times a job failed and was started again", ["job"])
REQUESTS = Histogram("http_request_seconds", "Time to answer", ["method", "route", "status"])

PERSONAL_KEYS = frozenset({
    "name", "person_name", "head_master", "email", "e_mail", "recipient_email", "work_email", "head_master_work_email",
    "phone", "phone_number", "password", "token", "access_token", "refresh_token", "secret", "authorization", "cookie",
    "personal_identity_number", "head_master_personal_identity_number", "personnummer",
})  # fmt: skip
EMAIL = r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
IDENTITY_NUMBER = r"(?<![\w-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])[-+ ]?\d{4}(?![\w-])"
"""Birth day (a coordination number has 60 added to its day) and four digits; no organization number looks like this."""
PERSONAL = re.compile(f"{EMAIL}|{IDENTITY_NUMBER}")
HIDDEN = "[hidden]"
TRACER = trace.get_tracer("register")
"""Asked for once: the SDK looks at its warnings each time."""


def configure(service: str, settings: ServiceSettings) -> None:
    """Set up logs and traces for this process. Spans are made in any case, so that the trace id travels."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            add_trace,
            structlog.processors.format_exc_info,
            scrub,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if settings.otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint.rstrip("/") + "/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


class _Forward(logging.Handler):
    """Libraries' own log records go the same way, scrubbed like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        logger.log(record.levelno, "library", logger=record.name, said=record.getMessage(), exc_info=record.exc_info)


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide personal data: by the key's name, and by its look in any text (e-mail address, identity number)."""
    return {key: HIDDEN if str(key).lower() in PERSONAL_KEYS else _scrubbed(value) for key, value in event.items()}


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return PERSONAL.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return scrub(None, "", dict(value))
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return PERSONAL.sub(HIDDEN, str(value))


def add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the trace's id on the line, so that one edit can be followed through all services."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event


def route_of(scope: Mapping[str, Any]) -> str:
    """A request's path as its route has it, for logs and figures: without the values, of which some are secrets."""
    return str(getattr(scope.get("route"), "path", "unknown"))


@contextmanager
def span(
    name: str,
    traceparent: str | None = None,
    *,
    kind: trace.SpanKind = trace.SpanKind.INTERNAL,
    links: Sequence[str | None] = (),
    **attributes: str | int,
) -> Iterator[trace.Span]:
    """A span: a child of `traceparent` (W3C Trace Context) where that is given, else of the current one."""
    parent = _extracted(traceparent) if traceparent else None
    others = [trace.Link(trace.get_current_span(_extracted(other)).get_span_context()) for other in links if other]
    with TRACER.start_as_current_span(name, context=parent, kind=kind, links=others, attributes=attributes) as current:
        yield current


def _extracted(parent: str) -> Context:
    return propagate.extract({"traceparent": parent})


def traceparent() -> str | None:
    """The current trace, as it is sent on: in an event, in an HTTP header."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")
