"""What the gateway packs, for whom, and that nothing else is another for it."""

import pytest

from tests.integration.gateway.behind import EVENT, OF_IT, OPEN, TEXT, Answer, Behind

PAGES = {
    f"{OPEN}/v3/school-units?limit=2": Answer(headers=OF_IT | {"ETag": '"a"', "Vary": "Accept"}),
    f"{OPEN}/v3/changes?after=1": Answer(headers={"ETag": '"a"', "Vary": "Accept"}),
    f"{OPEN}/v2/school-units?status=AKTIV": Answer(headers=OF_IT | {"ETag": '"a"'}),
    f"{OPEN}/v1/kommun/1281": Answer("application/xml; charset=utf-8", OF_IT | {"ETag": '"a"', "Vary": "Accept"}),
    f"{OPEN}/docs/static/docs.css": Answer("text/css; charset=utf-8", {"ETag": '"a"'}),
    "/register": Answer("text/html; charset=utf-8", OF_IT | {"ETag": '"a"'}),
}
FILES = (
    "extract/skolenheter.csv", "extract/andringar.jsonl", "extract/skolenheter.geojson", "extract/datapackage.json",
    "dcat.ttl", "dcat.rdf", "dcat.jsonld",
)  # fmt: skip
NEVER = ("extract/skolenheter.xlsx", "extract/skolenheter.parquet", "extract/skolenheter.jsonl.gz")


def lay(behind: Behind) -> None:
    behind.service.answers |= PAGES
    for name in (*FILES, *NEVER):
        behind.file(name)


def varies(path: str) -> str:
    return "Accept, Accept-Encoding" if "Vary" in PAGES.get(path, Answer()).headers else "Accept-Encoding"


@pytest.mark.parametrize("path", [*PAGES, *(f"{OPEN}/{name}" for name in FILES)])
def test_text_is_packed_for_who_takes_it_and_is_the_same(behind: Behind, path: str) -> None:
    lay(behind)

    plain, packed = behind.get(path), behind.get(path, "gzip, deflate, br")
    again = behind.get(path, "gzip", If_None_Match=packed.headers["etag"])
    head = behind.http.head(path, headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert (packed.status_code, packed.headers["content-encoding"], packed.text) == (200, "gzip", TEXT)
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert packed.num_bytes_downloaded < len(TEXT) / 10
    assert [one.headers.get_list("vary") for one in (plain, packed, head)] == [[varies(path)]] * 3
    assert (head.status_code, head.headers["content-encoding"], head.content) == (200, "gzip", b"")
    if "changes" not in path:  # which the process itself tells
        assert (again.status_code, again.content, again.headers.get_list("vary")) == (304, b"", [varies(path)])


@pytest.mark.parametrize("name", NEVER)
def test_what_is_packed_in_itself_is_sent_as_it_lies(behind: Behind, name: str) -> None:
    lay(behind)

    answer = behind.get(f"{OPEN}/{name}", "gzip")

    assert (answer.status_code, answer.text) == (200, TEXT)
    assert not {"content-encoding", "vary"} & set(answer.headers)


def test_a_part_of_a_file_can_be_had(behind: Behind) -> None:
    lay(behind)

    part = behind.get(f"{OPEN}/extract/skolenheter.csv", Range="bytes=3-10")
    none = behind.get(f"{OPEN}/extract/skolenheter.csv", Range="bytes=999999-")

    assert (part.status_code, part.text) == (206, TEXT[3:11])
    assert (none.status_code, none.headers["content-range"]) == (416, f"bytes */{len(TEXT)}")
    assert none.json()["status"] == "416"


def test_an_answer_is_kept_unpacked_for_all(behind: Behind) -> None:
    path = f"{OPEN}/v3/organizers"
    behind.service.answers[path] = PAGES[f"{OPEN}/v3/school-units?limit=2"]

    answers = [behind.get(path, takes) for takes in ("gzip", "identity", "br", "gzip")]

    assert [answer.headers.get("content-encoding") for answer in answers] == ["gzip", None, None, "gzip"]
    assert {answer.text for answer in answers} == {TEXT}
    [asked] = [headers for asked, headers in behind.service.asked if asked == path]
    assert "Accept-Encoding" not in asked


def test_a_problem_is_packed_too(behind: Behind) -> None:
    behind.service.answers[f"{OPEN}/v3/nothing"] = Answer("application/problem+json", {"Vary": "Accept"}, 404)

    answer = behind.get(f"{OPEN}/v3/nothing", "gzip")

    assert (answer.status_code, answer.headers["content-encoding"], answer.text) == (404, "gzip", TEXT)
    assert answer.headers.get_list("vary") == ["Accept, Accept-Encoding"]


def test_a_page_with_a_form_is_not_packed_but_the_e_services_files_are(behind: Behind) -> None:
    behind.service.answers |= {"/enheter": Answer("text/html"), "/static/a.css": Answer("text/css")}

    page, file = (behind.get(path, "gzip") for path in ("/enheter", "/static/a.css"))

    assert "content-encoding" not in page.headers
    assert file.headers["content-encoding"] == "gzip"


def test_events_are_neither_packed_nor_gathered(behind: Behind) -> None:
    with behind.http.stream("GET", f"{OPEN}/v3/changes/stream", headers={"Accept-Encoding": "gzip"}) as stream:
        assert "content-encoding" not in stream.headers
        assert next(stream.iter_raw()) == EVENT
