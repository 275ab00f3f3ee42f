"""The page of the mails that were caught."""

from pathlib import Path

import httpx

from deploy.stack.mailcatcher import Mails, in_frame, pages, shown_time, with_links

LINK = "http://localhost:8080/inbjudan/a_b-c?x=1&y=2"


def test_the_links_of_a_text_can_be_followed_and_nothing_else_in_it_is_obeyed() -> None:
    html = with_links(f"Öppna <b>länken</b>: {LINK}.")

    assert f'<a href="{LINK.replace("&", "&amp;")}" target="_blank" rel="noopener">' in html
    assert html.startswith("Öppna &lt;b&gt;länken&lt;/b&gt;: ")
    assert html.endswith("</a>.")


def test_the_links_of_a_mail_open_in_a_tab_of_their_own() -> None:
    assert in_frame("<!doctype html><html><head><title>x") == (
        '<!doctype html><html><head><base target="_blank"><title>x'
    )
    assert in_frame("<p>x") == '<base target="_blank"><p>x'


async def test_a_caught_mail_is_listed_with_its_time_and_read(tmp_path: Path) -> None:
    mails = Mails(tmp_path)
    mails.keep(f"Subject: Inbjudan\r\n\r\n{LINK}\r\n".encode(), "a@example.org", ["b@example.org"])
    (mail,) = mails.all()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(pages(mails)), base_url="http://mail") as browser:
        inbox, read = await browser.get("/"), await browser.get(f"/mail/{mail['id']}")

    assert f"<time>{shown_time(mail['at'])}</time>" in inbox.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in read.text
    assert shown_time("20261124T083000123456") == "2026-11-24 08:30:00"
