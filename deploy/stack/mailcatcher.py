"""A mail server that keeps what it gets and shows it on a page: for development, tests and the demo.

A mail is on disk before it is acknowledged, and is there again after a restart.
"""

import argparse
import asyncio
import email
import email.policy
import html
import os
import re
import signal
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse

PAGE = """<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body{{font:16px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}}
table{{border-collapse:collapse;width:100%}}th,td{{text-align:left;padding:.4rem;border-bottom:1px solid #bbb}}
time{{white-space:nowrap}}iframe{{box-sizing:border-box;width:100%;height:40rem;border:1px solid #888}}
pre{{white-space:pre-wrap}}
@media(max-width:40em){{tr,td{{display:block}}th{{display:none}}td{{border:0;padding:.1rem 0}}
tr{{border-bottom:1px solid #bbb;padding:.5rem 0}}}}</style>
<h1>{title}</h1>{body}</html>"""
BASE = '<base target="_blank">'
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""A mail's links open in a tab of their own, where the e-service works as ever; the mail itself may run nothing."""
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


def shown_time(at: str) -> str:
    """A mail's time of arrival as people read it: 20261124T083000123456 is 2026-11-24 08:30:00."""
    return f"{datetime.strptime(at[:15], '%Y%m%dT%H%M%S').replace(tzinfo=UTC):%Y-%m-%d %H:%M:%S}"


def in_frame(markup: str) -> str:
    """A mail's HTML with all its links going to a tab of their own."""
    head, found, rest = markup.partition("<head>")
    return f"{head}{found}{BASE}{rest}" if found else BASE + markup


def with_links(text: str) -> str:
    """A mail's text as HTML, where its addresses can be followed."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = html.escape(found[0])
        parts += [html.escape(text[end : found.start()])]
        parts += [f'<a href="{address}" target="_blank" rel="noopener">{address}</a>']
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


class Mails:
    """The mails in a folder, newest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, sender: str, recipients: list[str]) -> None:
        """Write a mail and make sure that it stays written."""
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode()
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        half = self.folder / f"{name}.half"
        with half.open("wb") as file:
            file.write(envelope + content)
            file.flush()
            os.fsync(file.fileno())
        half.rename(self.folder / f"{name}.eml")

    def all(self) -> list[dict[str, Any]]:
        return [self.read(path) for path in sorted(self.folder.glob("*.eml"), reverse=True)]

    def read(self, path: Path) -> dict[str, Any]:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101 - what the policy makes
        text, markup = (message.get_body((kind,)) for kind in ("plain", "html"))
        return {
            "id": path.stem,
            "at": path.stem[:22],
            "from": message["X-Envelope-From"],
            "to": str(message["X-Envelope-To"]).split(", "),
            "subject": message["Subject"],
            "messageId": message["Message-ID"],
            "text": text.get_content() if text else None,
            "html": markup.get_content() if markup else None,
            "headers": {name: str(value) for name, value in message.items()},
        }

    def one(self, mail_id: str) -> dict[str, Any]:
        path = self.folder / f"{Path(mail_id).name}.eml"
        if not path.exists():
            raise HTTPException(404)
        return self.read(path)

    def clear(self) -> None:
        for path in self.folder.glob("*.eml"):
            path.unlink()


class Receiver:
    """What aiosmtpd calls."""

    def __init__(self, mails: Mails) -> None:
        self.mails = mails

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        await asyncio.to_thread(self.mails.keep, content, envelope.mail_from or "", list(envelope.rcpt_tos))
        return "250 OK"


def pages(mails: Mails) -> FastAPI:
    """The web page and the JSON list of the mails."""
    app = FastAPI(openapi_url=None)
    _add_pages(app, mails)
    _add_list(app, mails)
    return app


def _add_pages(app: FastAPI, mails: Mails) -> None:
    @app.get("/", response_class=HTMLResponse)
    def inbox() -> str:
        rows = "".join(
            f'<tr><td><a href="/mail/{m["id"]}">{html.escape(m["subject"] or "(utan ämne)")}</a>'
            f"<td>{html.escape(', '.join(m['to']))}<td><time>{shown_time(m['at'])}</time>"
            for m in mails.all()
        )
        head = '<tr><th scope="col">Ämne<th scope="col">Till<th scope="col">Mottaget (UTC)'
        return PAGE.format(title="Mottagen e-post", body=f"<table>{head}{rows}</table>")

    @app.get("/mail/{mail_id}", response_class=HTMLResponse)
    def mail(mail_id: str) -> str:
        found = mails.one(mail_id)
        framed = html.escape(in_frame(found["html"] or ""))
        body = (
            f'<p><a href="/">Alla mejl</a><p>Till: {html.escape(", ".join(found["to"]))}'
            f'<iframe title="Mejlet" sandbox="{SANDBOX}" srcdoc="{framed}"></iframe>'
            f"<h2>Som text</h2><pre>{with_links(found['text'] or '')}</pre>"
        )
        return PAGE.format(title=html.escape(found["subject"] or ""), body=body)


def _add_list(app: FastAPI, mails: Mails) -> None:
    @app.get("/api/messages")
    def messages() -> list[dict[str, Any]]:
        return mails.all()

    @app.delete("/api/messages")
    def clear() -> Response:
        mails.clear()
        return Response(status_code=204)


async def serve(folder: Path, smtp_port: int, http_port: int) -> None:
    mails = Mails(folder)
    smtp = UnthreadedController(Receiver(mails), hostname="127.0.0.1", port=smtp_port, loop=asyncio.get_running_loop())
    smtp.server = await asyncio.get_running_loop().create_server(smtp._factory_invoker, "127.0.0.1", smtp_port)  # noqa: SLF001
    server = uvicorn.Server(uvicorn.Config(pages(mails), host="127.0.0.1", port=http_port, log_level="warning"))
    await server.serve()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    asyncio.run(serve(given.folder, given.smtp_port, given.http_port))


if __name__ == "__main__":
    main()
