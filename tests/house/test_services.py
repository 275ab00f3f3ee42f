"""Every door has a guard, every topic two ends, every setting a description, every code a page."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.contracts.topics import TOPICS, Topic
from services.eservice.texts import ERRORS
from services.kernel.problems import TITLES
from services.kernel.settings import ServiceSettings
from services.registry.domain.rules import ALL
from tests.house.code import (
    ROOT,
    SERVICES,
    SERVICES_FOLDER,
    Route,
    is_secret,
    problem_codes,
    routes,
    settings_class,
    sources,
    tree,
)

AUTHORITIES = {"subject", "anyone", "logged_in", "known", "accepted", "Authenticator"}
PUBLIC = {
    ("eservice", "GET", "/"): "explains the register and how to log in",
    ("eservice", "GET", "/logga-in"): "begins the login",
    ("eservice", "GET", "/logga-in/retur"): "ends it; checks state, nonce and PKCE",
    ("eservice", "POST", "/logga-ut"): "ends the session, if there is one",
    ("eservice", "GET", "/utloggad"): "where the identity provider sends people after logging out",
    ("eservice", "GET", "/handbok"): "the users' manual",
    ("eservice", "GET", "/handbok/{name}"): "its chapters and pictures",
    ("eservice", "GET", "/docs/problems/{code}"): "explains an error code to those who write programs",
    ("eservice", "GET", "/inbjudan/{token}"): "takes a mailed token out of the address; it is asked later",
    ("eservice", "GET", "/inbjudan"): "tells the invited to log in; shows to what after the login alone",
    ("eservice", "GET", "/epost/{token}"): "takes a mailed token out of the address; it is asked later",
    ("eservice", "GET", "/aktivera"): "tells who has a letter to log in; the form comes after the login",
    ("eservice", "GET", "/kontot-gors-i-ordning"): "waits for the caller's own session to get its person",
    ("eservice", "GET", "/session/kvar"): "how long the caller's own session lasts, or that there is none",
    ("eservice", "POST", "/session/forlang"): "makes the caller's own session longer; checks its form",
    ("eservice", "POST", "/enheter/{code}/narvaro"): "keeps open what the session's own form began; else says nothing",
    ("notifications", "POST", "/webhooks"): "anybody may be told of open data; the address must answer a signed ping",
    **{
        ("notifications", method, f"/webhooks/{{webhook_id}}{path}"): "asks for the webhook's own token"
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/ping"),
                             ("GET", "/deliveries"))
    },
    ("eservice", "POST", "/logga-ut/bakkanal"): "the identity provider ends sessions; checks its signed token",
}  # fmt: skip
PUBLIC_SERVICES = {"publication"}
"""Open data: no door asks who knocks."""

ALL_ROUTES = [route for service in SERVICES for route in routes(service)]


@pytest.mark.parametrize("route", ALL_ROUTES, ids=str)
def test_no_door_stands_open(route: Route) -> None:
    public = route.service in PUBLIC_SERVICES or (route.service, route.method, route.path) in PUBLIC

    assert public or route.dependencies & AUTHORITIES, f"{route} asks nobody: add an authority, or list it as public"


@pytest.mark.parametrize("place", PUBLIC, ids=" ".join)
def test_the_public_list_names_doors_that_exist(place: tuple[str, str, str]) -> None:
    assert place in {(route.service, route.method, route.path) for route in ALL_ROUTES}


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_says_what_it_is_for(service: str) -> None:
    for name, field in settings_class(service).model_fields.items():
        assert field.description, f"{service}: {name} has no description"


@pytest.mark.parametrize("service", SERVICES)
def test_secrets_do_not_show_when_settings_are_printed(service: str) -> None:
    for name, field in settings_class(service).model_fields.items():
        if re.search(r"password|secret|_key$|token$", name):
            assert is_secret(field.annotation) or field.repr is False, f"{service}: {name} would show"


@pytest.mark.parametrize("service", SERVICES)
def test_settings_are_frozen_and_have_the_services_prefix(service: str) -> None:
    config = settings_class(service).model_config

    assert config.get("frozen")
    assert config.get("env_prefix") == f"{service.upper()}_"


def test_the_environment_is_read_by_settings_alone() -> None:
    readers = [
        path.name
        for path in sources("services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]

    assert readers == []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: str(topic.name))
def test_every_event_of_a_topic_is_produced(topic: Topic) -> None:
    words = _names_used_in(topic.producer)
    silent = {event.__name__ for event in topic.events if event.__name__ not in words}

    assert silent == set()


@pytest.mark.parametrize(
    ("topic", "consumer"),
    [(topic, consumer) for topic in TOPICS for consumer in topic.consumers],
    ids=lambda value: value if isinstance(value, str) else str(value.name),
)
def test_every_topic_is_heard_by_those_it_names(topic: Topic, consumer: str) -> None:
    heard = (SERVICES_FOLDER / consumer / "consumers.py").read_text()

    assert re.search(rf"\.on(_batch)?\(\s*{topic.producer}(_contract|_events)?\.TOPIC\b", heard)


def _names_used_in(service: str) -> set[str]:
    nodes = [node for path in sources(f"services/{service}") for node in ast.walk(tree(path))]
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize("code", sorted(problem_codes()))
def test_every_problem_has_its_heading(code: str) -> None:
    page = ROOT / "docs" / "api" / "problems.md"

    assert f"\n### {code}\n" in page.read_text(), f"{problem_codes()[code]} answers {code}: no page"


def test_no_heading_is_about_a_problem_that_nobody_has() -> None:
    headings = re.findall(r"^### (\S+)$", (ROOT / "docs" / "api" / "problems.md").read_text(), re.MULTILINE)

    assert sorted(headings) == sorted({*problem_codes(), *_http_codes()})


def _http_codes() -> set[str]:
    return {code for code, _ in TITLES.values()}


def test_every_rule_has_a_swedish_text() -> None:
    for module in sorted((SERVICES_FOLDER / "registry" / "domain").glob("*.py")):
        __import__(f"services.registry.domain.{module.stem}")
    assert sorted(set(ALL) - set(ERRORS)) == []


def test_imports_keep_to_the_borders() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_shared_settings_are_documented_too() -> None:
    assert all(field.description for field in ServiceSettings.model_fields.values())
    assert inspect.getdoc(ServiceSettings)
