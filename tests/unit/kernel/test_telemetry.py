"""Logs have no personal data, whoever forgot it."""

import json
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from services.kernel.telemetry import HIDDEN, add_trace, scrub, span, traceparent


def scrubbed(**event: Any) -> dict[str, Any]:
    return dict(scrub(None, "info", event))


@pytest.mark.parametrize(
    "key",
    ["email", "Email", "phone_number", "head_master", "password", "personal_identity_number", "name", "authorization"],
)
def test_a_value_is_hidden_by_its_key(key: str) -> None:
    assert scrubbed(**{key: "whatever it is"}) == {key: HIDDEN}


@pytest.mark.parametrize(
    "text",
    [
        "karin.kontakt@example.org",
        "could not send to <karin.kontakt+skola@sub.example.org>: 550",
        "number 19640823-3234 is taken",
        "640823-3234",
        "6408233234",
        "196408233234",
        "640823+3234",
        "coordination 701063-2391",
        "key (personal_number)=(196408233234) already exists",
    ],
)
def test_personal_data_are_hidden_in_any_text(text: str) -> None:
    found = scrubbed(event="failed", reason=text)["reason"]

    assert HIDDEN in found
    assert "example" not in found
    assert "3234" not in found
    assert "2391" not in found


@pytest.mark.parametrize(
    "text",
    [
        "2120001132",
        "5568097405",
        "10035236",
        "3f6c1f0e-8a52-4d7c-9a0e-52d1b7c0f001",
        "2026-11-23T23:34:49.120000Z",
        "registry.events partition 3 offset 1234567",
        "6562397, 679180",
    ],
)
def test_codes_of_the_register_stay_readable(text: str) -> None:
    assert scrubbed(code=text) == {"code": text}


def test_what_lies_deep_is_hidden_too() -> None:
    assert scrubbed(changed=[{"field": "email", "after": "a@example.org"}], at={"email": "x"}) == {
        "changed": [{"field": "email", "after": HIDDEN}],
        "at": {"email": HIDDEN},
    }


def test_an_exceptions_text_is_hidden() -> None:
    assert "@" not in str(scrubbed(error=ValueError("no mail to a@example.org")))


PLAIN = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_is_logged_becomes_json(value: Any) -> None:
    json.dumps(scrubbed(value=value))


def test_a_span_with_a_traceparent_is_its_child_and_is_what_is_sent_on() -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    trace.set_tracer_provider(TracerProvider())

    with span("consume", parent, kind=SpanKind.CONSUMER):
        line = add_trace(None, "info", {"event": "handled"})
        onward = traceparent()

    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert onward is not None
    assert onward.split("-")[1] == "0af7651916cd43dd8448eb211c80319c"
    assert onward != parent


def test_without_a_span_nothing_is_sent_on() -> None:
    assert traceparent() is None
    assert structlog.contextvars.get_contextvars() == {}
