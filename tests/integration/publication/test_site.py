"""The public site: what each page says, what it leads to, and that nothing on it comes from elsewhere."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from services.publication.pages.places import months_back
from tests.builders import A_DAY, LUND
from tests.integration.publication.helpers import BASE, Publication
from tests.integration.publication.test_v3 import a_register

HOSTILE = '</script><script>alert("x")</script>'
PAGES = ["", "?q=skola", "?skolform=GY", "/skolenheter/10000002", f"/huvudman/{LUND}", "/kommuner", "/kommuner/1281",
         "/lan/12", "/andrat", "/andrat/manad", "/filer", "/api"]  # fmt: skip
SIZE = 100_000


@pytest_asyncio.fixture
async def site(publication: Publication) -> AsyncIterator[httpx.AsyncClient]:
    story = a_register()
    story.register("10000007", municipality_code="1281")
    story.edit("10000007", display_name=HOSTILE, url="javascript:alert(1)")
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    async with publication.api() as client:
        client.base_url = httpx.URL(f"{BASE}/register")
        yield client


def links(text: str) -> set[str]:
    return set(re.findall(r'(?:href|src)="([^"]+)"', text))


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_is_light_titled_and_takes_nothing_from_elsewhere(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path)

    assert answer.status_code == 200
    assert len(answer.content) < SIZE
    assert len(re.findall("<h1", answer.text)) == 1
    assert re.search("<title>.+ – Skolenhetsregistret</title>", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r'<script(?! src="/register/static/| type="application/ld\+json")', answer.text)
    assert " style=" not in answer.text
    assert 'src="http' not in answer.text


async def test_every_link_within_the_site_leads_somewhere(site: httpx.AsyncClient) -> None:
    found = {link for path in PAGES for link in links((await site.get(path)).text)}
    own = {link.replace("&amp;", "&") for link in found if link.startswith(("/register", "/skolenhetsregistret"))}
    for link in sorted(own):
        answer = await site.get(f"{BASE}{link}", follow_redirects=True)
        assert answer.status_code == 200, link

    assert len(own) > 40


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("?q=katedarlskolan", ["Inget hittades på ”katedarlskolan”", "Katedralskolan i Lund"]),
        ("?q=finnsinte", ["Inga skolenheter hittades", "välja en kommun"]),
        ("?q=lund", ["Huvudmän", "Lunds kommun", "Östra Torns skola"]),
        ("?q=%C3%85ker%C3%B6", ["Inga skolenheter"]),
        ("?q=%C3%85ker%C3%B6&upphorda=ja", ["En skolenhet", "Upphört"]),
        ("/skolenheter/10000002", ["Katedralskolan i Lund", "Skåne län", "årskurser", "/register/karta/10000002.svg"]),
        (f"/huvudman/{LUND}", ["Lunds kommun", "2120001132", "Grundskola", "3 skolenheter"]),
        ("/kommuner/1281", ["Skolor i Lund", "Katedralskolan i Lund", "Förskoleklass"]),
        ("/andrat/manad", ["Ändrad", "Upphörd", "namn"]),
        ("/filer", ["skolenheter.parquet", "SHA-256", "DCAT-AP-SE"]),
    ],
)
async def test_a_page_says_what_it_is_for(site: httpx.AsyncClient, path: str, said: list[str]) -> None:
    text = (await site.get(path)).text

    assert [word for word in said if word not in text] == []


async def test_what_somebody_wrote_is_text_and_nothing_else(site: httpx.AsyncClient) -> None:
    unit = (await site.get("/skolenheter/10000007")).text
    search = (await site.get("", params={"q": HOSTILE})).text

    about = re.search(r'<script type="application/ld\+json">(.*?)</script>', unit, re.DOTALL)
    assert about
    assert json.loads(about[1])["name"] == HOSTILE
    assert "<script>alert" not in unit + search
    assert 'href="javascript:' not in unit


@pytest.mark.parametrize(
    "path",
    ["/skolenheter/99999999", "/huvudman/5560743089", "/kommuner/9999", "/lan/99", "/karta/99999999.svg",
     "/diagram/9.svg", "/finns/inte", "/skolenheter"],
)  # fmt: skip
async def test_what_is_not_there_leads_on(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path)

    assert answer.status_code == 404
    assert 'href="/register"' in answer.text


async def test_a_slash_too_many_is_forgiven(site: httpx.AsyncClient) -> None:
    answer = await site.get("/filer/")
    assert (answer.status_code, answer.headers["location"]) == (308, "/register/filer")


@pytest.mark.parametrize("path", ["/karta/10000002.svg", "/diagram/1281.svg", "/diagram/12.svg"])
async def test_pictures_are_svg(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "NaN" not in answer.text
    assert answer.text.startswith("<svg ")


async def test_a_page_of_the_same_day_is_not_sent_again(site: httpx.AsyncClient) -> None:
    first = await site.get("/kommuner/1281")
    again = await site.get("/kommuner/1281", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_months_lie_before_the_day() -> None:
    days = months_back(A_DAY)

    assert (str(days[0]), str(days[-1]), len(days)) == ("2025-11-01", "2026-11-01", 13)
    assert str(months_back(days[-1])[-1]) == "2026-10-01"
