"""What has a past: how each kind of thing is called, where its pages and answers are, and its fields in words."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.eservice import organizer_texts, texts
from services.eservice.forms import activities as activity_forms
from services.eservice.forms import adult_education as contract_forms
from services.eservice.pages import activities, contracts, organizer, providers
from services.eservice.pages.administration import Administrator
from services.eservice.pages.doors import Accepted
from services.eservice.pages.places import municipality_names, with_places
from services.eservice.pages.steps import Id, Number, acting_of
from services.eservice.pages.units import Code, acting_at
from services.eservice.rendering import acting_for

SHOWN_ABOVE = frozenset({"schoolUnitCode", "status"})
"""What the page's head tells already."""
Changes = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing. `told`: its changes with their values in words; `kind`: what a sentence about it begins with."""

    kind: str
    name: str
    caption: str
    section: str
    at: str
    history: str
    api: str
    told: Callable[[Changes], list[dict[str, Any]]]
    acting: Mapping[str, str] | None
    is_public: bool = True

    def rows(self, past: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """A past state's fields and values in words."""
        fields = flat(past["unit"] or {}) if "unit" in past else past["fields"] or {}
        told = self.told([
            {"field": name, "before": None, "after": value, "protected": False}
            for name, value in fields.items() if name not in SHOWN_ABOVE
        ])  # fmt: skip
        return [(change["field"], change["after"]) for change in told]


async def of_unit(visit: Accepted, code: Code) -> Thing:
    """A school unit."""
    found = await visit.services.registry.unit(code)
    places, owner = await municipality_names(visit), found["organizer"]

    def told(changed: Changes) -> list[dict[str, Any]]:
        return [_unit_words(change, owner) for change in with_places(changed, places)]

    at = f"/enheter/{code}"
    return Thing(
        "Skolenheten", found["unit"]["displayName"], f"{found['unit']['displayName']} ({code})", "units", at,
        f"{at}/historik", f"/school-units/{code}", told, acting_at(visit, found),
    )  # fmt: skip


async def of_organizer(visit: Accepted, number: Number) -> Thing:
    """An organizer."""
    name = (await visit.services.organizers.one(number))["organizer"]["displayName"]
    return Thing(
        "Huvudmannen", name, f"{name} ({texts.number(number)})", "organizer", organizer.home(number),
        f"/huvudman/{number}/historik", f"/organizers/{number}", organizer_texts.told,
        acting_for(visit.person, number, name),
    )  # fmt: skip


async def of_activity(visit: Accepted, number: Number, activity: Id) -> Thing:
    """An other activity."""
    found, acting = await activities.one_of(visit, number, activity)
    name, at = found["activity"]["displayName"], f"{activities.home(number)}/{activity}"
    places = await municipality_names(visit)
    return Thing(
        "Verksamheten", name, name, "activities", at, f"{at}/historik", f"/activities/{activity}",
        lambda changed: [_days(change) for change in activity_forms.told(changed, places)], acting, is_public=False,
    )  # fmt: skip


async def of_contract(visit: Accepted, number: Number, provider: contracts.Code) -> Thing:
    """A contract."""
    name = contracts.name_of(await visit.services.adult_education.contract(number, provider))
    at = f"{contracts.home(number)}/{provider}"
    return Thing(
        "Avtalet", name, name, "contracts", at, f"{at}/historik", f"/contracts/{number}/{provider}",
        contract_forms.told, await acting_of(visit, number),
    )  # fmt: skip


async def of_provider(visit: Administrator, provider: contracts.Code) -> Thing:
    """An education provider, for the administration."""
    name = contracts.name_of(await visit.services.adult_education.provider_with_decision(provider))
    at = f"{providers.HOME}/{provider}"
    return Thing(
        "Utbildningsanordnaren", name, name, "administration", at, f"{at}/historik",
        f"/education-providers/{provider}", contract_forms.told, None,
    )  # fmt: skip


THINGS: Mapping[str, Callable[..., Awaitable[Thing]]] = {
    "/enheter/{code}": of_unit, "/huvudman/{number}/uppgifter": of_organizer, activities.ONE: of_activity,
    contracts.ONE: of_contract, providers.ONE: of_provider,
}  # fmt: skip
"""Each kind of thing by where its pages are."""


def _unit_words(change: dict[str, Any], owner: Mapping[str, Any]) -> dict[str, Any]:
    if change["field"] != "organizationNumber":
        return _days(change)
    names = {owner["organizationNumber"]: owner["displayName"]}
    return change | {side: _owner(change[side], names) for side in ("before", "after")}


def _owner(number: str | None, names: Mapping[str, str]) -> str | None:
    if number is None:
        return None
    return f"{names[number]} ({texts.number(number)})" if number in names else texts.number(number)


def _days(change: dict[str, Any]) -> dict[str, Any]:
    if change["field"] not in {"startdate", "endDate"}:
        return change
    return change | {side: texts.day(change[side]) if change[side] else None for side in ("before", "after")}


def flat(unit: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """A unit's fields by their paths, as the history names them: `addresses/BESOKSADRESS/streetAddress`."""
    found: dict[str, Any] = {}
    for name, value in unit.items():
        if name == "addresses":
            found |= flat({address["type"]: {**address, "type": None} for address in value}, "addresses/")
        elif isinstance(value, dict):
            found |= flat(value, f"{path}{name}/")
        elif value not in (None, "", []):
            found[f"{path}{name}"] = value
    return found
