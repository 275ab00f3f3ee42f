"""Education providers and their grading rights (domain.md, section 3; docs/adr/0017)."""

import re
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ConfigDict

from services.contracts.adult_education import PublicProvider
from services.contracts.event import Wire
from services.contracts.registry import Address, CompanyForm, FieldChange, OrganizerEmail, OrganizerPhone
from services.contracts.vocabulary import (
    AddressType,
    EducationProviderCode,
    OrganizationNumber,
    ProviderType,
    SchoolTypePart,
)
from services.registry.domain.changes import differences
from services.registry.domain.checks import (
    BAD_CHARACTERS,
    CONTROL,
    EMAIL,
    EMAIL_FORM,
    NAME_NEEDED,
    PHONE,
    PHONE_FORM,
    POSTAL_CODE_FORM,
    TOO_LONG,
)
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.validity import LAST_BEFORE_FIRST, SOURCE, day_after, next_turn

RIGHTS_PARTS_NEEDED = Rule("rights-part-needed", "Grading rights are for at least one part", SOURCE)
DECISION_NEEDED = Rule("decision-needed", "Say which decision the rights come from", SOURCE)
LONGEST_NAME, LONGEST_LINE = 200, 100


class ProviderFields(Wire):
    """What is said of a provider beside its grading rights."""

    model_config = ConfigDict(extra="forbid")

    display_name: str
    folk_highschool_name: str | None = None
    care_of_address: str | None = None
    street_address: str | None = None
    postal_code: str | None = None
    locality: str | None = None
    email: str | None = None
    phone_number: str | None = None


class GradingRights(Wire):
    """From the state school inspectorate's decision; the administration registers them."""

    model_config = ConfigDict(extra="forbid")

    valid_from: date
    valid_to: date | None = None
    school_type_parts: tuple[SchoolTypePart, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class Provider:
    """An education provider as the register holds it."""

    code: str
    organization_number: str
    fields: ProviderFields
    rights: GradingRights | None
    company_form: CompanyForm | None
    version: int

    @property
    def aggregate(self) -> str:
        return f"provider/{self.code}"

    def has_rights(self, day: date) -> bool:
        """Whether its grading rights hold on a day."""
        rights = self.rights
        return rights is not None and rights.valid_from <= day and (rights.valid_to is None or day <= rights.valid_to)


EditedProvider = tuple[Provider, tuple[FieldChange, ...]]


def named(code: str, number: str, fields: ProviderFields) -> Provider:
    """A new provider without grading rights. Raises RulesBrokenError."""
    return Provider(code, number, _checked(fields), None, None, version=1)


def edit_provider(provider: Provider, fields: ProviderFields, day: date) -> EditedProvider:
    """What is said of it, as it shall be. Raises RulesBrokenError."""
    return provider_changed(provider, replace(provider, fields=_checked(fields)), day)


def grant(provider: Provider, rights: GradingRights, day: date) -> EditedProvider:
    """Its grading rights, as they shall be. Raises RulesBrokenError."""
    broken = []
    if not rights.school_type_parts:
        broken.append(RIGHTS_PARTS_NEEDED.broken_at("/schoolTypeParts"))
    if not rights.decision.strip():
        broken.append(DECISION_NEEDED.broken_at("/decision"))
    broken += _text("/decision", rights.decision, LONGEST_LINE)
    if rights.valid_to is not None and rights.valid_to < rights.valid_from:
        broken.append(LAST_BEFORE_FIRST.broken_at("/validTo"))
    if broken:
        raise RulesBrokenError(broken)
    parts = tuple(part for part in SchoolTypePart if part in rights.school_type_parts)
    tidy = rights.model_copy(update={"school_type_parts": parts, "decision": rights.decision.strip()})
    return provider_changed(provider, replace(provider, rights=tidy), day)


def provider_changed(before: Provider, after: Provider, day: date, *, since: date | None = None) -> EditedProvider:
    """The provider one version on with what differs on the day; `since`: what it was told as before."""
    changed = differences(_flat_provider(before, since or day), _flat_provider(after, day))
    return (replace(after, version=before.version + 1), changed) if changed else (before, ())


def introduced(provider: Provider, day: date) -> tuple[FieldChange, ...]:
    """All that a new provider says, as changes from nothing."""
    return differences({}, _flat_provider(provider, day))


def provider_turns_on(provider: Provider, day: date) -> date | None:
    """The next day after one on which its rights begin or end."""
    rights = provider.rights
    return next_turn((rights.valid_from, day_after(rights.valid_to)), day) if rights else None


def public_provider(provider: Provider, day: date) -> PublicProvider:
    """What the public view has of it."""
    fields, rights = provider.fields, provider.rights
    address = {"care_of_address": fields.care_of_address, "street_address": fields.street_address,
               "postal_code": fields.postal_code, "locality": fields.locality}  # fmt: skip
    ours = ProviderType.SKOLVERKET
    return PublicProvider(
        education_provider_code=EducationProviderCode(provider.code),
        organization_number=OrganizationNumber(provider.organization_number),
        display_name=fields.display_name, folk_highschool_name=fields.folk_highschool_name,
        address=Address(type=AddressType.POSTADRESS, **address) if any(address.values()) else None,
        email=(OrganizerEmail(provider_type=ours, email=fields.email),) if fields.email else (),
        phone_number=(OrganizerPhone(provider_type=ours, phone=fields.phone_number),) if fields.phone_number else (),
        company_form=provider.company_form, grading_rights=provider.has_rights(day),
        grading_rights_from=rights.valid_from if rights else None,
        grading_rights_to=rights.valid_to if rights else None,
        school_type_parts=rights.school_type_parts if rights else (),
    )  # fmt: skip


def _flat_provider(provider: Provider, day: date) -> dict[str, object]:
    rights = provider.rights
    return provider.fields.model_dump(mode="json", by_alias=True, exclude_none=True) | {
        "gradingRights": provider.has_rights(day),
        "gradingRightsFrom": rights and rights.valid_from.isoformat(),
        "gradingRightsTo": rights and rights.valid_to and rights.valid_to.isoformat(),
        "gradingRightsParts": list(rights.school_type_parts) if rights else None,
        "decision": rights and rights.decision,
    }


def _checked(fields: ProviderFields) -> ProviderFields:
    """The fields, each value written the one way. Raises RulesBrokenError."""
    tidy = {name: " ".join(text.split()) or None for name, text in fields if text is not None}
    tidy["postal_code"] = re.sub(r"\s", "", tidy.get("postal_code") or "") or None
    made = fields.model_copy(update=tidy | {"display_name": tidy.get("display_name") or ""})
    broken = [] if made.display_name else [NAME_NEEDED.broken_at("/displayName")]
    for name, text in made:
        most = LONGEST_NAME if name.endswith("name") else LONGEST_LINE
        broken += _text("/" + (ProviderFields.model_fields[name].alias or name), text, most)
    if made.email and not EMAIL.fullmatch(made.email):
        broken.append(EMAIL_FORM.broken_at("/email"))
    if made.phone_number and not PHONE.fullmatch(made.phone_number):
        broken.append(PHONE_FORM.broken_at("/phoneNumber"))
    if made.postal_code and not re.fullmatch(r"[0-9]{5}", made.postal_code, re.ASCII):
        broken.append(POSTAL_CODE_FORM.broken_at("/postalCode"))
    if broken:
        raise RulesBrokenError(broken)
    return made


def _text(pointer: str, text: str | None, most: int) -> list[Broken]:
    if text and len(text) > most:
        return [TOO_LONG.broken_at(pointer, most=most)]
    return [BAD_CHARACTERS.broken_at(pointer)] if text and CONTROL.search(text) else []
