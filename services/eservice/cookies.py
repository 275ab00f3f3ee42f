"""Our cookies: for this host, over TLS (or localhost), not for scripts."""

import base64
import binascii

from starlette.requests import Request
from starlette.responses import Response

from services.eservice.sealing import Sealed

SESSION, LOGIN, DRAFT = "__Host-session", "__Host-login", "__Host-draft"
INVITATION, EMAIL = "__Host-invitation", "__Host-email"
LINK_SECONDS = 3600


def set_cookie(response: Response, name: str, secret: str, *, seconds: int | None = None) -> None:
    """Set one of our cookies."""
    response.set_cookie(name, secret, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def keep_link(response: Response, sealed: Sealed, name: str, token: str) -> None:
    """Keep a mailed link's token in a sealed cookie, so that no page's address has it: no Referer, history or log."""
    kept = sealed.seal({"token": token}, name, "link")
    set_cookie(response, name, base64.urlsafe_b64encode(kept).decode(), seconds=LINK_SECONDS)


def link_token(request: Request, sealed: Sealed, name: str) -> str | None:
    """The token of the link that this browser came by; None when there is none, or not of our making."""
    try:
        kept = base64.urlsafe_b64decode(request.cookies.get(name, ""))
    except (binascii.Error, ValueError):
        return None
    opened = sealed.open(kept, name, "link") if kept else None
    return str(opened["token"]) if opened else None


def safe_path(wanted: str | None) -> str:
    """The path to go to after login: on this site only, never another's (CWE-601)."""
    path = wanted or "/"
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"
