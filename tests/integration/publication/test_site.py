"""The public site: what each page says, what it leads to, and that nothing on it comes from elsewhere."""

import io
import json
import re
from collections.abc import AsyncIterator
from zipfile import ZipFile

import httpx
import pytest
import pytest_asyncio

from services.publication.pages import sitemap
from services.publication.pages.api import packed_client
from services.publication.pages.guides import GUIDES
from services.publication.pages.places import months_back
from tests.builders import A_DAY, LUND
from tests.integration.publication.helpers import BASE, Publication
from tests.integration.publication.test_v3 import a_register

HOSTILE = '</script><script>alert("x")</script>'
PAGES = ["", "?q=skola", "?skolform=GY", "/skolenheter/10000002", f"/huvudman/{LUND}", "/kommuner", "/kommuner/1281",
         "/lan/12", "/andrat", "/andrat/2026-11", "/andrat/2026-11-25", "/filer", "/filer/2026-11-26", "/api",
         *(f"/api/{name}" for name in GUIDES)]  # fmt: skip
SIZE = 100_000


@pytest_asyncio.fixture
async def site(publication: Publication) -> AsyncIterator[httpx.AsyncClient]:
    story = a_register()
    story.register("10000007", municipality_code="1281")
    only_a_place = {"type": "BESOKSADRESS", "geoCoordinates": {"latitude": "55.7", "longitude": "13.2"}}
    story.edit("10000007", display_name=HOSTILE, url="javascript:alert(1)", addresses=(only_a_place,),
               orientation_type="EJ_RELEVANT", head_master="Eva Ek")  # fmt: skip
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
        ("?q=angelhoms", ["Här visas träffar på ”Ängelholms”."]),
        ("?q=%26", ["Skriv minst en bokstav eller siffra"]),
        ("?q=!!&skolform=GY", ["Skriv minst en bokstav eller siffra"]),
        ("", ["Registret i dag", "<b>5</b> skolenheter"]),
        ("?q=skola&kommun=1281", ["Östra Torns skola", '<option value="1281" selected>Lund</option>']),
        ("?kommun=1281", ["Katedralskolan i Lund", "skolenheter</h2>"]),
        (
            "?q=katedral&kommun=1281&skolform=SAM",
            ["Bara det som du har valt ovan är med.", 'href="/register?q=katedral"'],
        ),
        ("?q=finnsinte", ["Inga skolenheter hittades", "välja en kommun"]),
        ("?q=lund", ["Huvudmän", "Lunds kommun", "Östra Torns skola"]),
        ("?q=%C3%85ker%C3%B6", ["Inga skolenheter"]),
        ("?q=%C3%85ker%C3%B6&upphorda=ja", ["En skolenhet", "Upphört"]),
        (
            "/skolenheter/10000002",
            [
                "Katedralskolan i Lund",
                "Skåne län",
                "årskurser",
                "/register/karta/10000002.svg",
                '<a href="/register/kommuner/1281">Lund</a>',
                "Gäller från 24 november 2026",
                'Publicerades <a href="/register/andrat/2026-11-25">25 november 2026</a>',
            ],
        ),
        (
            "/skolenheter/10000007",
            [
                "Latitud 55,7000, longitud 13,2000",
                "Eva Ek",
                "https://www.openstreetmap.org/?mlat=55.7&amp;mlon=13.2#map=16/55.7/13.2",
            ],
        ),
        (f"/huvudman/{LUND}", ["Lunds kommun", "212000-1132", "Grundskola", "3 skolenheter"]),
        ("/kommuner/1281", ["Skolor i Lund", "Katedralskolan i Lund", "Förskoleklass"]),
        ("/andrat/2026-11", ["Ändrad", "Upphörd", "namn"]),
        ("/andrat", ["Ändrat i dag", "Publicerat 26 november 2026", "/register/andrat/2026-11-25", "november 2026"]),
        ("/andrat/2026-11-25", ["<del>Aktiv</del>", "<ins>Upphört</ins>", "<dt>Namn</dt>"]),
        ("/andrat/2026-11-25", ["Ändrat den 25 november 2026", "/register/andrat/2026-11-24", "Nästa"]),
        ("/filer", ["skolenheter.parquet", "SHA-256", "DCAT-AP-SE", "/register/filer/2026-11-26"]),
        ("/filer/2026-11-26", ["Filerna från den 26 november 2026", "/extract/2026-11-26/skolenheter.csv"]),
        ("/api", ["/register/api/webhooks", "/v3/changes/stream", f"pip install {BASE}/register/api/skolregister.zip"]),
        (
            "/api/changes",
            [
                'lang="en"',
                '<pre tabindex="0">',
                f"{BASE}/skolenhetsregistret/v3/changes?after=0",
                '<a href="/register/api/v3">API v3</a>',
                "everywhere: decision 27.",
            ],
        ),
        ("/api/v2", ['<h2 id="the-extract">', '<a href="/skolenhetsregistret/v2/openapi.json">the file</a>']),
    ],
)
async def test_a_page_says_what_it_is_for(site: httpx.AsyncClient, path: str, said: list[str]) -> None:
    text = (await site.get(path)).text

    assert [word for word in said if word not in text] == []


async def test_a_row_that_says_nothing_is_not_there(site: httpx.AsyncClient) -> None:
    text = (await site.get("/skolenheter/10000007")).text

    assert [word for word in ("Besöksadress", "Ej relevant", "geo:") if word in text] == []


async def test_what_the_form_finds_while_it_is_filled_in_is_what_the_page_finds(site: httpx.AsyncClient) -> None:
    asked = {"q": "skola", "skolform": "GR", "upphorda": "ja"}
    part, whole = (await site.get("/forslag", params=asked)).text, (await site.get("", params=asked)).text

    assert "Östra Torns skola" in part
    assert part in whole


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-11-24", ["Ny"] * 7),
        ("2026-11-24?kommun=1281", ["Ny"] * 2),
        ("2026-11?typ=ended", ["Upphörd"]),
        ("2026-11?typ=ended&kommun=1281", []),
        ("2026-11-25?kommun=&typ=", ["Upphörd", "Ändrad"]),
        ("2026-11?kommun=1281&typ=changed&efter=0", ["Ändrad"]),
    ],
)
async def test_changes_of_a_day_or_a_month_are_chosen_by_place_and_kind(
    site: httpx.AsyncClient, asked: str, found: list[str]
) -> None:
    text = (await site.get(f"/andrat/{asked}")).text

    assert sorted(re.findall(r'<span class="tag">(\w+)</span>', text)) == found
    assert ("Inget ändrades." in text) == (not found)


async def test_what_is_chosen_goes_along_to_the_next_day(site: httpx.AsyncClient) -> None:
    found = links((await site.get("/andrat/2026-11-25?typ=ended&kommun=1281")).text)

    assert "/register/andrat/2026-11-26?kommun=1281&amp;typ=ended" in found
    assert "/skolenhetsregistret/v3/changes?from=2026-11-25&amp;municipalityCode=1281" in found


async def test_search_engines_get_a_map_of_every_page(site: httpx.AsyncClient) -> None:
    index, part = await site.get("/sitemap.xml"), await site.get("/sitemap-1.xml")
    found = re.findall("<loc>(.+?)</loc>", part.text)

    assert (index.headers["content-type"], part.headers["content-type"]) == ("application/xml", "application/xml")
    assert re.findall("<loc>(.+?)</loc>", index.text) == [f"{BASE}/register/sitemap-1.xml"]
    assert f"<loc>{BASE}/register/skolenheter/10000002</loc><lastmod>2026-11-24</lastmod>" in part.text
    assert len(found) == len(set(found)) > 40
    for address in [found[0], *found[-8:], f"{BASE}/register/kommuner/1281"]:
        assert address in found
        page = (await site.get(address)).text
        assert f'<link rel="canonical" href="{address}">' in page
        assert re.search('<meta name="description" content="[^"]{30,200}">', page)


async def test_a_large_register_is_mapped_in_parts(site: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = re.findall("<loc>(.+?)</loc>", (await site.get("/sitemap-1.xml")).text)
    monkeypatch.setattr(sitemap, "PART", 10)
    parts = re.findall("<loc>(.+?)</loc>", (await site.get("/sitemap.xml")).text)
    found = [at for part in parts for at in re.findall("<loc>(.+?)</loc>", (await site.get(part)).text)]

    assert len(parts) == len(whole) // 10 + 1
    assert found == whole


async def test_the_client_is_there_to_be_installed(site: httpx.AsyncClient) -> None:
    answer = await site.get("/api/skolregister.zip")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()

    assert {"skolregister/pyproject.toml", "skolregister/skolregister/client.py"} <= set(names)
    assert answer.content == packed_client()


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
     "/diagram/9.svg", "/finns/inte", "/skolenheter", "/andrat/2026-11-27", "/andrat/2026-10", "/andrat/2026-13",
     "/andrat/manad", "/filer/2026-11-01", "/api/adr", "/sitemap-0.xml", "/sitemap-2.xml", "/static/site.py",
     "/andrat/9999-12", "/andrat/0000-01", f"/sitemap-{'9' * 4400}.xml"],
)  # fmt: skip
async def test_what_is_not_there_leads_on(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path)

    assert answer.status_code == 404
    assert 'href="/register"' in answer.text
    assert "canonical" not in answer.text


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


async def test_what_cannot_be_done_is_said_on_a_page_in_swedish(site: httpx.AsyncClient) -> None:
    answer = await site.post("")

    assert (answer.status_code, answer.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert "Det går inte att göra så här" in answer.text


async def test_words_that_are_one_are_told_in_one_line(site: httpx.AsyncClient) -> None:
    page = (await site.get("?q=katedral+skolan")).text

    assert page.count("Här visas träffar på") == 1
    assert "Inget hittades på ”katedral skolan”. Här visas träffar på ”Katedralskolan”." in page
