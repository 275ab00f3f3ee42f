"""Together: the hint that somebody else has the same unit's form open, and the small script that keeps it true."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import JSONResponse

from services.eservice import account_texts, texts
from services.eservice.cookies import SESSION
from services.eservice.pages.doors import Visit, sessions
from services.eservice.presence import Other, Presence
from services.eservice.rendering import acting_for
from services.eservice.sealing import hashed

router = APIRouter()
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$")]
ADMINISTRATION = "register-administration"


def presence(request: Request) -> Presence:
    """Who is there."""
    found: Presence = request.app.state.presence
    return found


async def others_at(request: Request, visit: Visit, code: str, organizer: str) -> list[str]:
    """Sentences about the others who have the unit's form open, now that this person has too."""
    found = await presence(request).begin(visit.session, code, _name(visit, organizer))
    return _told(request, found)


@router.post("/enheter/{code}/narvaro")
async def still_there(
    request: Request, code: Code, left: Annotated[bool, Form(alias="lamnar")] = False
) -> JSONResponse:
    """A form that is open says so, or that it is left. It is no use of the session: that ends as if nobody asked."""
    here = presence(request)
    session_hash = hashed(request.cookies.get(SESSION, ""))
    if left or await sessions(request).left(request) is None:
        await here.leave(session_hash, code)
        return JSONResponse({"others": []})
    return JSONResponse({"others": _told(request, await here.still(session_hash, code))})


def _name(visit: Visit, organizer: str) -> str:
    """How others at the unit see the person: the administration by its role, a protected person without the name."""
    if acting_for(visit.person, organizer, "")["role"] == ADMINISTRATION:
        return texts.ROLES[ADMINISTRATION]
    return texts.person({"name": None if visit.person["protected"] else visit.person["name"]})


def _told(request: Request, found: list[Other]) -> list[str]:
    zone = request.app.state.settings.time_zone
    return [f"{name} redigerar också just nu, sedan kl. {account_texts.clock(began, zone)}." for name, began in found]
