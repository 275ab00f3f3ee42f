"""What the registry answers and refuses stands in its manual."""

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from services.registry.api import companies, organizers, planned_changes, register_day, status, units

ROOT = Path(__file__).parents[3]
API, IMPORTING = (ROOT / "docs" / page for page in ("api/registry.md", "operating/import.md"))
ROOMS = (organizers, units, status, planned_changes, register_day, companies)
ROUTES = [route for room in ROOMS for route in room.router.routes]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.methods} {route.path}")
def test_every_route_is_in_the_manual(route: APIRoute) -> None:
    [method] = route.methods or set()

    assert f"| `{method} {route.path}` |" in API.read_text()


def test_every_reason_to_refuse_an_imported_row_is_in_the_manual() -> None:
    code = "".join(path.read_text() for path in (ROOT / "services" / "registry").rglob("importing.py"))
    reasons = set(re.findall(r'RefusedError\("([a-z-]+)"', code)) | set(re.findall(r'code="([a-z-]+)"', code))

    assert reasons == {"form-unknown", "malformed", "organizer-unknown", "code-twice", "code-taken"}
    assert [reason for reason in reasons if f"| `{reason}` |" not in IMPORTING.read_text()] == []


def test_every_reason_to_refuse_a_row_of_the_companies_register_is_in_its_manual() -> None:
    code = "".join(path.read_text() for path in (ROOT / "services" / "registry").rglob("companies*.py"))
    reasons = set(re.findall(r'RowError\("([a-z-]+)"', code))

    assert {"number-form", "older-extract"} <= reasons
    page = (ROOT / "docs" / "api" / "companies-register.md").read_text()
    assert [reason for reason in reasons if f"| `{reason}` |" not in page] == []
