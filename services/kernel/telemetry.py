"""Logs as facts in JSON lines, traces, and figures; never personal data."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import Counter, Gauge

OUTBOX_UNSENT_AGE = Gauge("outbox_unsent_age_seconds", "Age of the oldest event that Kafka has not confirmed")
OUTBOX_SENT = Counter("outbox_sent_total", "Events that Kafka has confirmed")
CONSUMER_LAG = Gauge("consumer_lag_events", "Events behind the end of the topic", ["topic", "partition"])
CONSUMED = Counter("consumed_total", "Events handled", ["topic"])
DEAD_LETTERS = Counter("dead_letters_total", "Events put aside as unreadable or failing", ["topic"])
JOB_RESTARTS = Counter("job_restarts_total", "Times a job failed and was started again", ["job"])

PERSONAL_KEYS = frozenset({"name", "email", "phone", "password", "token", "personal_identity_number", "work_email"})
PERSONAL_PATTERN = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b(?:19|20)?\d{6}[-+]\d{4}\b|\b(?:19|20)\d{10}\b")
HIDDEN = "[hidden]"


def configure(service: str, *, level: str = "INFO", otlp_endpoint: str | None = None) -> None:
    """Set up logs and traces for this process. Spans are made in any case, so that the trace id travels."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            add_trace,
            structlog.processors.format_exc_info,
            scrub,
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if otlp_endpoint:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    trace.set_tracer_provider(provider)


class _Forward(logging.Handler):
    """Libraries' own log records go the same way, scrubbed like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        logger.log(record.levelno, "library_log", message=record.getMessage(), exc_info=record.exc_info)


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide personal data: by the key's name, and by its look in any text (e-mail address, identity number)."""
    return {key: HIDDEN if key in PERSONAL_KEYS else _scrubbed(value) for key, value in event.items()}


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return PERSONAL_PATTERN.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return scrub(None, "", dict(value))
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value


def add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the trace's id on the line, so that one edit can be followed through all services."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event


@contextmanager
def span(name: str, carrier: Mapping[str, str] | None = None, **attributes: str | int) -> Iterator[trace.Span]:
    """A span; where `carrier` has a `traceparent` (HTTP header, event header), its child (W3C Trace Context)."""
    parent = propagate.extract(carrier) if carrier else None
    with trace.get_tracer("register").start_as_current_span(name, context=parent, attributes=attributes) as current:
        yield current


def current_trace() -> dict[str, str]:
    """The current trace as headers to send on."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier
