"""What an organizer may edit of itself, and what changed between two of its states (spec/domain.md, Huvudman)."""

from typing import Any

from pydantic import ConfigDict

from services.contracts.event import Wire
from services.contracts.registry import FieldChange, OrganizerEmail, OrganizerPhone, PublicOrganizer
from services.contracts.vocabulary import ProviderType
from services.registry.domain.checks import EMAIL, EMAIL_FORM, LONGEST, PHONE, PHONE_FORM, URL, URL_FORM, text_rules
from services.registry.domain.normal import phone
from services.registry.domain.rules import Broken, RulesBrokenError

Edited = tuple[PublicOrganizer, tuple[FieldChange, ...]]
"""An organizer as it shall be, and what changes by that."""


class ContactValues(Wire):
    """An organizer's own contact values; its base data are the companies register's. None: it has none."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = None
    email: str | None = None
    phone_number: str | None = None


def contact_of(organizer: PublicOrganizer) -> ContactValues:
    """The organizer's own values, without those of the companies register."""
    own = ProviderType.SKOLVERKET
    return ContactValues(
        url=organizer.url,
        email=next((each.email for each in organizer.email if each.provider_type is own), None),
        phone_number=next((each.phone for each in organizer.phone_number if each.provider_type is own), None),
    )


def edit(organizer: PublicOrganizer, contact: ContactValues) -> Edited:
    """The organizer with other contact values, and what changes. Raises RulesBrokenError."""
    said = _normalised(contact)
    if broken := _broken(said):
        raise RulesBrokenError(broken)
    after = with_values(organizer.model_copy(update={"url": said.url}), ProviderType.SKOLVERKET, said)
    return after, changes_between(organizer, after)


def with_values(organizer: PublicOrganizer, provider: ProviderType, said: ContactValues) -> PublicOrganizer:
    """The organizer with the e-mail and telephone of one provider; the other's stay."""
    emails = [each for each in organizer.email if each.provider_type is not provider]
    phones = [each for each in organizer.phone_number if each.provider_type is not provider]
    if said.email:
        emails.append(OrganizerEmail(provider_type=provider, email=said.email))
    if said.phone_number:
        phones.append(OrganizerPhone(provider_type=provider, phone=said.phone_number))
    update = {
        "email": tuple(sorted(emails, key=lambda each: each.provider_type)),
        "phone_number": tuple(sorted(phones, key=lambda each: each.provider_type)),
    }
    return organizer.model_copy(update=update)


def changes_between(before: PublicOrganizer, after: PublicOrganizer) -> tuple[FieldChange, ...]:
    """Each changed field, by its path: `address/locality`, `email/SCB`."""
    old, new = flat(before), flat(after)
    return tuple(
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def values_of(new: PublicOrganizer) -> tuple[FieldChange, ...]:
    """What a new organizer has, as changes from nothing; its number is no value of it."""
    values = flat(new)
    del values["organizationNumber"]
    return tuple(FieldChange(field=name, after=value) for name, value in values.items())


def flat(organizer: PublicOrganizer) -> dict[str, Any]:
    """The organizer as paths and plain values; municipalities and regions as lists of code and name."""
    body = organizer.model_dump(mode="json", by_alias=True, exclude_none=True)
    body["email"] = {each["providerType"]: each["email"] for each in body["email"]}
    body["phoneNumber"] = {each["providerType"]: each["phone"] for each in body["phoneNumber"]}
    body["municipalities"] = [f"{each['municipalityCode']} {each['displayName']}" for each in body["municipalities"]]
    body["regions"] = [f"{each['regionCode']} {each['displayName']}" for each in body["regions"]]
    body.get("address", {}).pop("type", None)
    found: dict[str, Any] = {}
    for name, value in body.items():
        parts = {f"{name}/{inner}": item for inner, item in value.items()} if isinstance(value, dict) else {name: value}
        found |= {path: item for path, item in parts.items() if item not in (None, "", [])}
    return found


def _normalised(contact: ContactValues) -> ContactValues:
    trimmed = {name: " ".join((value or "").split()) or None for name, value in contact}
    return ContactValues(url=trimmed["url"], email=trimmed["email"], phone_number=phone(trimmed["phone_number"]))


def _broken(said: ContactValues) -> list[Broken]:
    found: list[Broken] = []
    forms = (("url", said.url, URL, URL_FORM), ("email", said.email, EMAIL, EMAIL_FORM),
             ("phone_number", said.phone_number, PHONE, PHONE_FORM))  # fmt: skip
    for name, text, form, rule in forms:
        pointer = "/phoneNumber" if name == "phone_number" else f"/{name}"
        found += text_rules(text, pointer, LONGEST[name])
        if text and not form.fullmatch(text):
            found.append(rule.broken_at(pointer))
    return found
