"""Events against their schemas: every example ever published is read by today's code, and nothing changed unseen."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from services.contracts.__main__ import broken, made
from services.contracts.documents import EXAMPLES, SCHEMAS, asyncapi
from services.contracts.topics import EVENTS, TOPICS

ALL_EXAMPLES = sorted(EXAMPLES.glob("*/*.json"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", ALL_EXAMPLES, ids=name_of)
def test_todays_code_reads_every_example_ever_published(path: Path) -> None:
    event = EVENTS[path.parent.name].model_validate_json(path.read_bytes())

    assert event.key()


@pytest.mark.parametrize("path", ALL_EXAMPLES, ids=name_of)
def test_what_is_read_is_written_again_without_loss(path: Path) -> None:
    event = EVENTS[path.parent.name].model_validate_json(path.read_bytes())

    again = EVENTS[path.parent.name].model_validate_json(event.model_dump_json(by_alias=True, exclude_none=True))

    assert again == event


@pytest.mark.parametrize("path", ALL_EXAMPLES, ids=name_of)
def test_every_example_keeps_its_schema(path: Path) -> None:
    schema = json.loads((SCHEMAS / f"{path.parent.name}.json").read_text())

    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(path.read_text())
    )


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_has_an_example(name: str) -> None:
    assert list((EXAMPLES / name).glob("*.json"))


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda p: p.stem)
def test_every_schema_is_a_schema(path: Path) -> None:
    schema = json.loads(path.read_text())

    validator_for(schema).check_schema(schema)


def test_no_change_that_readers_could_not_read() -> None:
    assert broken() == []


def test_what_is_made_is_up_to_date() -> None:
    stale = [str(path) for path, text in made().items() if not path.exists() or path.read_text() != text]

    assert stale == [], "run ./dev contracts"


def test_the_asyncapi_document_names_each_topic_and_event() -> None:
    document = asyncapi()

    assert list(document["channels"]) == [str(topic.name) for topic in TOPICS]
    assert set(document["components"]["messages"]) == set(EVENTS)


def test_no_event_has_a_field_that_is_never_public() -> None:
    for path in SCHEMAS.glob("*.json"):
        assert "headMasterPersonalIdentityNumber" not in path.read_text()
        assert "headMasterWorkEmail" not in path.read_text()
