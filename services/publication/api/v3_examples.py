"""Answers of the open API v3 as they look, for its OpenAPI document.

They are told of two made-up days, by the functions that tell of real ones.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.publication.domain import v3
from services.publication.domain.history import Seen

BASE = "https://register.example"
FEED = f"{BASE}{v3.PATH}/changes"
DAY, NEXT, VIEW = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
PLACES = {"1281": "Lund"}
CODE, NUMBER = "27508103", "2120001132"
OWNER = {"organizationNumber": NUMBER, "displayName": "Lunds kommun", "organizerType": "KOMMUN"}
BODY = {
    "schoolUnitCode": CODE, "displayName": "Svaleboskolan", "organizationNumber": NUMBER, "status": "AKTIV",
    "schoolUnitType": "SKOLENHET", "municipalityCode": "1281", "headMaster": "Rut Rektor",
    "url": "https://www.lund.se/svaleboskolan", "email": "svaleboskolan@lund.se", "phoneNumber": "046-3590000",
    "schoolTypes": ["GR"], "schoolTypeProperties": {"gr": {"grades": ["7", "8", "9"]}},
    "addresses": [{"type": "BESOKSADRESS", "streetAddress": "Exempelgatan 1", "postalCode": "222 22",
                   "locality": "Lund", "geoCoordinates": {"latitude": "55.7", "longitude": "13.19"}}],
}  # fmt: skip
OLD, NEW = Seen(CODE, 1, DAY, DAY, BODY), Seen(CODE, 2, DAY, NEXT, BODY | {"headMaster": "Rolf Rektor"})
SNAPSHOT = {"snapshot": VIEW.isoformat(), "extractDate": "2026-11-26T00:00:01.00+01:00"}
SAID = v3.unit(NEW, Seen(NUMBER, 1, DAY, DAY, OWNER), PLACES, BASE)
CHANGED = v3.compared("unit", OLD, NEW, PLACES, BASE)


def _page(path: str, data: Any, **meta: Any) -> dict[str, Any]:
    return {"meta": {**SNAPSHOT, **meta}, "links": {"self": f"{BASE}{v3.PATH}{path}"}, "data": data}


ANSWERS: Mapping[str, dict[str, Any]] = {
    "root": {"name": "skolenhetsregistret", "title": "Open register of school units", "version": "3.0.0", **SNAPSHOT,
             "links": v3.places_to_go(BASE)},
    "school_units": _page("/school-units?municipalityCode=1281", [SAID]),
    "school_unit": _page(f"/school-units/{CODE}", SAID | {"predecessors": [], "successors": []}),
    "unit_history": _page(
        f"/school-units/{CODE}/history",
        v3.history([v3.state("unit", seen, PLACES, BASE) for seen in (OLD, NEW)],
                   [(DAY, DAY, NEXT), (NEXT, None, VIEW)]),
    ),
    "municipalities": _page("/municipalities?countyCode=12", [v3.municipality("1281", "Lund", 77, BASE)]),
    "differences": _page("/differences?from=2026-11-25", [CHANGED], **{"from": "2026-11-25"}),
    "feed": {
        "meta": {**SNAPSHOT, "lastSeq": 2390},
        "links": {"self": f"{FEED}?after=2389", "next": f"{FEED}?after=2390"},
        "data": [{"seq": 2390, "publicFrom": VIEW.isoformat(), "fields": ["headMaster"],
                  **{name: CHANGED[name] for name in ("type", "id", "what", "links")}}],
    },
}  # fmt: skip
"""By the operation's id."""
PROBLEM = {
    "type": "/docs/problems/invalid-parameter", "title": "A parameter is not right", "status": 400,
    "code": "invalid-parameter", "detail": "See: status",
    "errors": [{"pointer": "/query/status/0", "code": "enum",
                "detail": "Input should be 'AKTIV', 'VILANDE', 'UPPHORT' or 'PLANERAD'"}],
}  # fmt: skip
