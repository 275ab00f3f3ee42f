"""Every command, query and page of all services, tried by those who may not: routes are enumerated, none forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.stack.stack import Stack
from services.contracts.vocabulary import Role
from services.identity.commands.authority import OPERATOR
from services.identity.commands.memberships import end_membership
from services.registry.domain.state import EditableFields
from tests.house.code import SERVICES, Route, routes
from tests.house.test_services import PUBLIC, PUBLIC_SERVICES
from tests.integration.authority.conftest import FRIDASKOLORNA, LUND, UNIT, Books, Door, NewDoor, program_token
from tests.provider import NUMBERS, AtProvider
from tests.system import Person, csrf, wait_for

pytestmark = pytest.mark.stack

UNKNOWN = {
    "number": "5560360793", "code": "99999999", "school_year": "2025-26", "provider": "99999999",
    "provider_code": "99999999", "day": "2026-01-01",
}  # fmt: skip
"""A number and a code that nothing has; other names stand for random ids."""
MALMO = "2120001124"

OF_AN_ORGANIZER = {
    "eservice": ("/huvudman/{number}/", "/enheter/{code}", "/planerat/{plan}", "/omorganisationer/", "/byten/"),
    "identity": ("/organizers/{number}/", "/invitations/{invitation_id}", "/memberships/", "/credentials/"),
    "registry": (
        "/organizers/{number}", "/school-units", "/planned-changes/{plan_id}", "/activities/", "/reorganisations/",
        "/transfers/", "/contracts/", "/bulk-uploads/",
    ),
    "notifications": ("/organizers/{number}/",),
}  # fmt: skip
OF_THE_ADMINISTRATION = {
    "eservice": ("/forvaltning",),
    "identity": ("/letters", "/people"),
    "registry": ("/clock/", "/companies-imports", "/transfers", "/education-providers"),
}
ONES_OWN = {
    "eservice": (
        "/hem", "/karta", "/ingen-behorighet", "/villkor", "/inbjudan", "/valkommen/", "/aktivera", "/mina-uppgifter",
        "/epost",
    ),
    "identity": ("/me", "/terms/", "/persons", "/invitations/look", "/invitations/accept", "/activations"),
    "registry": ("/organizers", "/register-day", "/reference/", "/me/"),
    "notifications": ("/mails/mine", "/preferences", "/me/"),
}  # fmt: skip
"""What shows the caller's own alone, or what every user may read; it asks who somebody is all the same."""

ACTIVITY = {"activityType": "ANNAN", "displayName": "Öppen förskola", "municipalityCode": "1281"}
PARTS = {"schoolTypeParts": [{"schoolTypePart": "VUXGY", "validFrom": "2026-01-01"}]}
PROVIDER = {"organizationNumber": "5569813594", "provider": {"displayName": "Provanordnaren AB"}}
RIGHTS = {"validFrom": "2026-01-01", "schoolTypeParts": ["VUXGY"], "decision": "1"}
BODIES: dict[str, Any] = {
    "POST /organizers/{number}/invitations": {"email": "x@example.org", "role": "data-reporter"},
    "POST /organizers/{number}/reviews": {"memberships": [{"membershipId": str(uuid4()), "version": 1}]},
    "POST /organizers/{number}/credentials": {"label": "Program", "days": 1},
    "PATCH /memberships/{membership_id}": {"role": "contact-person"},
    "POST /letters": {"organizationNumber": LUND, "requestedBy": "X", "requestReference": "1",
                      "requestedOn": "2026-01-01"},
    "POST /people/{person_id}/lock": {"reason": "X"},
    "PUT /organizers/{number}": {"url": "https://example.org"},
    "POST /companies-imports": [{"organizationNumber": LUND, "displayName": "Lunds kommun"}],
    "POST /companies-imports/{import_id}/application": {"kinds": ["new"]},
    "POST /organizers/{number}/bulk-uploads": [{"schoolUnitCode": UNIT, "version": 1}],
    "POST /organizers/{number}/activities": {"activity": ACTIVITY},
    "PUT /activities/{activity_id}": ACTIVITY,
    "POST /activities/{activity_id}/end": {"on": "2035-12-31"},
    "POST /organizers/{number}/approvals": {"items": [LUND], "versions": {LUND: 1}},
    "PUT /reorganisations/{reorganisation_id}": {"effectiveDate": "2035-01-01"},
    "POST /organizers/{number}/reorganisations": None,
    "POST /organizers/{number}/transfers": {"receiver": MALMO, "schoolUnitCodes": [UNIT], "day": "2031-01-01"},
    "POST /transfers/{transfer_id}/refusal": {"reason": "X"},
    "POST /organizers/{number}/education-providers": PROVIDER,
    "POST /education-providers": PROVIDER,
    "PUT /education-providers/{provider_code}": PROVIDER["provider"],
    "PUT /education-providers/{provider_code}/grading-rights": RIGHTS,
    "POST /organizers/{number}/contracts": PARTS | {"educationProviderCode": "99999999"},
    "PUT /contracts/{number}/{provider_code}": PARTS,
    "POST /contracts/{number}/{provider_code}/end": {"on": "2035-12-31"},
    "PUT /school-units/{code}": None,
    "POST /school-units/{code}/status": {"to": "VILANDE"},
    "POST /school-units/{code}/withdrawal": {"reason": "X"},
    "POST /school-units/{code}/correction": {"reason": "X"},
    "PUT /school-units/{code}/start-date": {"startdate": "2030-08-01"},
    "PUT /planned-changes/{plan_id}": {"on": "2030-08-01"},
    "POST /school-units": None,
}  # fmt: skip

TWO_DAYS = "?from=2026-01-01&to=2026-01-02"
QUERIES = {
    "/people": "?q=a",
    "/companies-imports": "?fileName=foretag.json&asOf=2026-01-01",
    "/organizers/{number}/bulk-uploads": "?fileName=enheter.json",
    "/school-units/{code}/compare": TWO_DAYS, "/organizers/{number}/compare": TWO_DAYS,
    "/activities/{activity_id}/compare": TWO_DAYS, "/contracts/{number}/{provider_code}/compare": TWO_DAYS,
    "/education-providers/{provider_code}/compare": TWO_DAYS,
}  # fmt: skip
"""What a path cannot do without."""


def kind_of(route: Route) -> str:
    """Whose a route is: what a path begins with says it. A route that nothing is said of fails here."""
    for kind, table in (
        ("organizer", OF_AN_ORGANIZER), ("administration", OF_THE_ADMINISTRATION), ("own", ONES_OWN),
    ):  # fmt: skip
        if route.path.startswith(table.get(route.service, ())):
            return kind
    raise AssertionError(f"{route}: say in this file whose it is")


GUARDED = [
    route
    for service in SERVICES
    if service not in PUBLIC_SERVICES
    for route in routes(service)
    if (route.service, route.method, route.path) not in PUBLIC
]
APIS = [route for route in GUARDED if route.service != "eservice"]
PAGES = [route for route in GUARDED if route.service == "eservice"]
INTRUDERS = (
    "foreign contact person", "foreign data reporter", "ended user", "locked user", "foreign program",
    "revoked program", "account of nobody",
)  # fmt: skip


@dataclass
class World:
    """Lund's things by the names that paths have, who may see them, and the tokens of those who may not."""

    things: dict[str, str]
    bodies: dict[str, Any]
    allowed: dict[str, str]
    intruders: dict[str, str]

    def path(self, route: Route, things: dict[str, str] | None = None) -> str:
        path = route.path
        for name, value in (self.things if things is None else things).items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def body(self, route: Route) -> Any:
        return self.bodies.get(f"{route.method} {route.path}")


@pytest.fixture(scope="session")
def world(stack: Stack, books: Books) -> World:
    with httpx.Client(timeout=30) as http:
        return made(stack, books, lambda token: Door(http, stack.url, token))


def made(stack: Stack, books: Books, door: NewDoor) -> World:
    """Everything there is to be kept from others, made as its owners make it."""

    def token(user_name: str) -> str:
        with AtProvider(stack.url, stack.secret["client_secret"]) as provider:
            back = provider.with_password(user_name, acr_values="2" if user_name == "anna.admin" else "")
            return str(provider.tokens(back)["access_token"])

    target, membership = books.user("malte", LUND, Role.DATA_REPORTER)
    owner, foreign = (
        books.user("olga", LUND, Role.CONTACT_PERSON)[0],
        books.user("fatima", FRIDASKOLORNA, Role.CONTACT_PERSON),
    )
    reporter = books.user("felix", FRIDASKOLORNA, Role.DATA_REPORTER)[0]
    (ended, its_membership), (locked, _) = [books.user(n, LUND, Role.CONTACT_PERSON) for n in ("erik", "lova")]
    tokens = {name: token(name) for name in (owner, foreign[0], reporter, ended, locked, "anna.admin")}
    karin, anna = door(tokens[owner]), door(tokens["anna.admin"])
    anna.knock("identity", "POST", "/me/terms", {"version": 1})
    address = {"email": f"inbjuden-{uuid4().hex[:6]}@example.org", "role": "data-reporter"}
    invitation = karin.knock("identity", "POST", f"/organizers/{LUND}/invitations", address).json()
    issue = {"label": "Program", "days": 1}
    credential, to_revoke = [
        karin.knock("identity", "POST", f"/organizers/{LUND}/credentials", issue).json() for _ in range(2)
    ]
    foreign_program = door(tokens[foreign[0]]).knock(
        "identity", "POST", f"/organizers/{FRIDASKOLORNA}/credentials", issue
    )
    programs = [program_token(stack, made) for made in (foreign_program.json(), to_revoke)]
    an_import = anna.knock(
        "registry", "POST", "/companies-imports" + QUERIES["/companies-imports"], BODIES["POST /companies-imports"]
    ).json()
    letter = anna.knock("identity", "POST", "/letters", BODIES["POST /letters"]).json()
    activity = karin.knock("registry", "POST", f"/organizers/{LUND}/activities", {"activity": ACTIVITY}).json()
    provider = _contracted(karin)
    bulk = karin.knock(
        "registry", "POST", f"/organizers/{LUND}/bulk-uploads" + QUERIES["/organizers/{number}/bulk-uploads"],
        BODIES["POST /organizers/{number}/bulk-uploads"],
    ).json()  # fmt: skip
    unit = wait_for(lambda: _seen(karin.knock("registry", "GET", f"/school-units/{UNIT}")))

    ours = {field.alias or name for name, field in EditableFields.model_fields.items()}
    fields = {name: value for name, value in unit["unit"].items() if name in ours}
    planned = karin.knock(
        "registry", "PUT", f"/school-units/{UNIT}?on=2031-{1 + uuid4().int % 12:02}-{1 + uuid4().int % 28:02}",
        fields | {"schoolName": uuid4().hex}, {"If-Match": f'"{unit["version"]}"'},
    ).json()  # fmt: skip
    to_give = {"organizationNumber": LUND, "startdate": "2031-01-01", "unit": fields}
    given = karin.knock("registry", "POST", "/school-units", to_give).json()["schoolUnitCode"]
    proposal = BODIES["POST /organizers/{number}/transfers"] | {"schoolUnitCodes": [given]}
    transfer = karin.knock("registry", "POST", f"/organizers/{LUND}/transfers", proposal).json()["transferId"]

    books.run(end_membership(books.directory, OPERATOR, UUID(its_membership), 1, str(uuid4())))
    victim = books.person_of(locked)
    anna.knock("identity", "POST", f"/people/{victim['person_id']}/lock", {"reason": "Prov"})
    karin.knock("identity", "DELETE", f"/credentials/{to_revoke['credentialId']}")
    for gone in (tokens[ended], tokens[locked], programs[1]):
        wait_for(lambda gone=gone: door(gone).knock("registry", "GET", f"/organizers/{LUND}").status_code == 404)  # type: ignore[misc]

    with AtProvider(stack.url, stack.secret["client_secret"]) as by_eid:
        back = by_eid.with_e_legitimation(NUMBERS["not in the population register"])
        nobody = by_eid.tokens(back)["access_token"]
    parts = [{"unit": fields | {"displayName": f"Del {n} {uuid4().hex[:6]}"}} for n in range(2)]
    free = _free_unit(karin)
    split = {"effectiveDate": "2035-01-01", "sources": [free["schoolUnitCode"]], "results": parts,
             "versions": {free["schoolUnitCode"]: free["version"]}}  # fmt: skip
    reorganisation = karin.knock("registry", "POST", f"/organizers/{LUND}/reorganisations", split).json()[
        "reorganisationId"
    ]
    # Undone at once: other tests may want the unit.
    karin.knock("registry", "DELETE", f"/reorganisations/{reorganisation}")
    return World(
        things={
            "number": LUND, "code": UNIT, "membership_id": membership, "membership": membership,
            "invitation_id": invitation["invitationId"], "invitation": invitation["invitationId"],
            "credential_id": credential["credentialId"], "credential": credential["credentialId"],
            "import_id": an_import["importId"], "upload": an_import["importId"],
            "upload_id": bulk["uploadId"], "bulk": bulk["uploadId"],
            "plan_id": planned["id"], "plan": planned["id"],
            "activity_id": activity["activityId"], "activity": activity["activityId"],
            "provider_code": provider, "provider": provider,
            "letter_id": letter["letterId"], "letter": letter["letterId"],
            "reorganisation_id": reorganisation, "reorganisation": reorganisation,
            "person_id": str(books.person_of(target)["person_id"]),
            "person": str(books.person_of(target)["person_id"]), "version": "1",
            "school_year": approved_year(karin),
            "day": "2026-01-01",
            "transfer_id": transfer, "transfer": transfer, "receiver": MALMO, "step": "dra-tillbaka",
        },
        bodies=BODIES | {
            "PUT /school-units/{code}": fields,
            "POST /organizers/{number}/reorganisations": split,
            "POST /school-units": {"organizationNumber": LUND, "startdate": "2030-08-01", "unit": fields},
        },
        allowed={"organizer": tokens[owner], "administration": tokens["anna.admin"]},
        intruders={
            "foreign contact person": tokens[foreign[0]], "foreign data reporter": tokens[reporter],
            "ended user": tokens[ended], "locked user": tokens[locked], "foreign program": programs[0],
            "revoked program": programs[1], "account of nobody": str(nobody),
        },
    )  # fmt: skip


def approved_year(karin: Door) -> str:
    """The school year that Lund has approved something for, as it stands in addresses."""
    state = karin.knock("registry", "GET", f"/organizers/{LUND}/approval").json()
    if not state["version"]:
        body = {"items": [LUND], "versions": {one["aggregate"]: one["version"] for one in state["items"]}}
        assert karin.knock("registry", "POST", f"/organizers/{LUND}/approvals", body).status_code == 201
    return str(state["schoolYear"]).replace("/", "-")


def _free_unit(karin: Door) -> dict[str, Any]:
    """An active unit of Lund that is in no undertaking."""
    path = f"/organizers/{LUND}/school-units?status=AKTIV&sort=name&order=desc"
    for unit in karin.knock("registry", "GET", path).json()["schoolUnits"]:
        links = karin.knock("registry", "GET", f"/school-units/{unit['schoolUnitCode']}/links").json()
        if not links["successors"] and unit["schoolUnitCode"] != UNIT:
            return dict(unit)
    raise AssertionError("no unit of Lund is free")


def _contracted(karin: Door) -> str:
    """The code of a provider that Lund has a contract with."""
    named = karin.knock("registry", "POST", f"/organizers/{LUND}/education-providers", PROVIDER).json()
    code = str(named.get("educationProviderCode") or named["provider"]["educationProviderCode"])
    karin.knock("registry", "POST", f"/organizers/{LUND}/contracts", PARTS | {"educationProviderCode": code})
    return code


def _seen(answer: httpx.Response) -> dict[str, Any] | None:
    return dict(answer.json()) if answer.status_code == 200 else None


def knock(world: World, door: Door, route: Route, things: dict[str, str] | None = None) -> httpx.Response:
    path = world.path(route, things) + QUERIES.get(route.path, "")
    return door.knock(route.service, route.method, path, world.body(route))


def unknown_things(world: World) -> dict[str, str]:
    return {name: UNKNOWN.get(name, str(uuid4())) for name in world.things}


def test_every_route_is_somebodys() -> None:
    assert {kind_of(route) for route in GUARDED} == {"organizer", "administration", "own"}


@pytest.mark.parametrize("route", APIS, ids=str)
def test_who_has_no_token_is_asked_for_one(world: World, door: NewDoor, route: Route) -> None:
    answer = knock(world, door(None), route)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", [r for r in APIS if kind_of(r) != "own"], ids=str)
@pytest.mark.parametrize("intruder", INTRUDERS)
def test_who_may_not_is_refused_and_learns_nothing(world: World, door: NewDoor, route: Route, intruder: str) -> None:
    caller = door(world.intruders[intruder])

    answer = knock(world, caller, route)

    refused = {"account of nobody": 401}.get(intruder, 404)
    is_told_of_lock = intruder == "locked user" and answer.json().get("code") == "account-locked"
    assert answer.status_code == refused or is_told_of_lock, answer.text
    elsewhere = knock(world, caller, route, unknown_things(world))
    assert (elsewhere.status_code, elsewhere.content) == (answer.status_code, answer.content), (
        "what is there looks alike"
    )


@pytest.mark.parametrize("route", [r for r in APIS if kind_of(r) != "own" and r.method == "GET"], ids=str)
def test_who_may_is_let_in_by_the_same_doors(world: World, door: NewDoor, route: Route) -> None:
    answer = knock(world, door(world.allowed[kind_of(route)]), route)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("route", [r for r in APIS if kind_of(r) == "administration"], ids=str)
def test_an_organizers_contact_person_is_no_administrator(world: World, door: NewDoor, route: Route) -> None:
    assert knock(world, door(world.allowed["organizer"]), route).status_code == 404


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_who_is_not_logged_in_is_sent_to_the_login(world: World, stack: Stack, route: Route) -> None:
    path = world.path(route)

    answer = httpx.request(route.method, stack.url + path, timeout=30, headers={"Origin": stack.url})

    assert answer.status_code == 303, answer.text
    assert "/logga-in" in answer.headers["location"] or answer.headers["location"] == "/"


@pytest.fixture(scope="module")
def stranger(stack: Stack, books: Books) -> Iterator[Person]:
    """A contact person of another organizer, at the e-service."""
    with Person.log_in(stack.url, books.user("frans", FRIDASKOLORNA, Role.CONTACT_PERSON)[0]) as frans:
        yield frans


@pytest.mark.parametrize("route", [r for r in PAGES if kind_of(r) != "own"], ids=str)
def test_a_page_of_another_organizer_is_not_there(
    world: World, stranger: Person, find_csrf: Callable[[Person], str], route: Route
) -> None:
    def ask(things: dict[str, str]) -> httpx.Response:
        path = world.path(route, things)
        if route.method == "GET":
            return stranger.get(path + ("?version=1" if path.endswith("/kvitto") else ""))
        return stranger.post(path, {"csrf": find_csrf(stranger), "key": str(uuid4()), "version": "1"})

    answer, elsewhere = ask(world.things), ask(unknown_things(world))

    assert answer.status_code in {403, 404}, answer.text
    assert answer.status_code == elsewhere.status_code
    assert "Lunds kommun" not in answer.text
    assert "Malte Provsson" not in answer.text


@pytest.fixture(scope="module")
def find_csrf() -> Callable[[Person], str]:
    """The form token of somebody's session, looked up once."""
    known: dict[int, str] = {}

    def find(person: Person) -> str:
        return known.setdefault(id(person), csrf(person.get("/").text))

    return find
