"""Where addresses lead, and what each answer has by https."""

import pytest

from tests.integration.gateway.behind import OPEN, Answer, Behind

EVERYWHERE = (
    "/", "/register", "/robots.txt", f"{OPEN}/v3/school-units", f"{OPEN}/v3/changes", f"{OPEN}/v3/webhooks",
    f"{OPEN}/v2/api-info", f"{OPEN}/extract/skolenheter.csv", OPEN, "/api/registry/x", f"{OPEN}/v3/x?\u00e5",
)  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_browser_that_came_by_https_comes_so_again(behind: Behind, path: str) -> None:
    behind.file("v2/api-info.json")
    behind.file("extract/skolenheter.csv")

    by_https, by_http = behind.get(path, X_Forwarded_Proto="https"), behind.get(path)

    assert by_https.headers.get_list("strict-transport-security") == ["max-age=31536000"]
    assert "strict-transport-security" not in by_http.headers


@pytest.mark.parametrize(
    ("path", "leads"),
    [(OPEN, "/register/api"), (f"{OPEN}/", "/register/api"), (f"{OPEN}/extract", "/register/filer")],
)
def test_a_shortened_address_leads_to_the_sites_page(behind: Behind, path: str, leads: str) -> None:
    answer = behind.get(path)

    assert (answer.status_code, answer.headers["location"]) == (302, leads)


@pytest.mark.parametrize("path", [f"{OPEN}/v3", f"{OPEN}/v3/", f"{OPEN}/v3/changes/", f"{OPEN}/v3/webhookses"])
def test_the_process_answers_at(behind: Behind, path: str) -> None:
    behind.service.answers[path] = Answer(body=path)

    answer = behind.get(path)

    assert (answer.text, answer.headers["ratelimit-policy"]) == (path, '"open";q=1000;w=1')


@pytest.mark.parametrize(
    ("asked", "told"),
    [("webhooks", "/webhooks"), ("webhooks/", "/webhooks"), ("webhooks/a%20b/", "/webhooks/a%20b"),
     ("webhooks/a-1/deliveries?x=/", "/webhooks/a-1/deliveries?x=/")],
)  # fmt: skip
def test_webhooks_are_the_same_with_a_slash_too_many(behind: Behind, asked: str, told: str) -> None:
    behind.service.answers[told] = Answer(body=told)

    answer = behind.get(f"{OPEN}/v3/{asked}")

    assert (answer.status_code, answer.text) == (200, told)


def test_a_search_engine_is_told_what_to_read(behind: Behind) -> None:
    answer = behind.get("/robots.txt", Host="register.example", X_Forwarded_Proto="https")

    lines = answer.text.splitlines()
    assert answer.headers["content-type"] == "text/plain"
    assert {"Allow: /register", "Disallow: /", "Sitemap: https://register.example/register/sitemap.xml"} <= set(lines)
    assert lines[0] == "User-agent: *"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/health/ready", "text/html; charset=utf-8"), ("/auth/admin/", "text/html; charset=utf-8"),
     ("/api/registry/metrics", "application/problem+json")],
)  # fmt: skip
def test_what_is_inside_is_not_there_for_others(behind: Behind, path: str, kind: str) -> None:
    answer = behind.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, kind)
    assert "Sidan finns inte" in answer.text or answer.json()["code"] == "not-found"
