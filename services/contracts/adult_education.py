"""What the registry says of komvux on contract: education providers and contracts (openapi-v2.md)."""

from datetime import date

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC, Address, CompanyForm, Fact, OrganizerEmail, OrganizerPhone
from services.contracts.vocabulary import ContractStatus, EducationProviderCode, OrganizationNumber, SchoolTypePart


class PublicProvider(Wire):
    """An education provider's public state. `grading_rights`: whether they hold on the day it is told."""

    education_provider_code: EducationProviderCode
    organization_number: OrganizationNumber
    display_name: str
    folk_highschool_name: str | None = None
    address: Address | None = None
    email: tuple[OrganizerEmail, ...] = ()
    phone_number: tuple[OrganizerPhone, ...] = ()
    company_form: CompanyForm | None = None
    grading_rights: bool = False
    grading_rights_from: date | None = None
    grading_rights_to: date | None = None
    school_type_parts: tuple[SchoolTypePart, ...] = ()


class ContractPart(Wire):
    """One part of adult education, from its first day to its last; none: until further notice."""

    school_type_part: SchoolTypePart
    valid_from: date
    valid_to: date | None = None


class PublicContract(Wire):
    """What an organizer has let a provider do. The names of both stand with themselves."""

    organization_number: OrganizationNumber
    education_provider_code: EducationProviderCode
    status: ContractStatus
    school_type_parts: tuple[ContractPart, ...]


class ProviderFact(Fact):
    """A provider as it stands after the change."""

    education_provider_code: EducationProviderCode
    provider: PublicProvider


class EducationProviderRegistered(
    ProviderFact, Event, type="education-provider.registered", version=1, topic=TOPIC, key="education_provider_code"
):
    """An education provider entered the register."""


class EducationProviderEdited(
    ProviderFact, Event, type="education-provider.edited", version=1, topic=TOPIC, key="education_provider_code"
):
    """An education provider's data or grading rights changed, or the rights began or ended."""


class ContractFact(Fact):
    """A contract as it stands after the change. `contract_id`: organization number/education provider code."""

    contract_id: str
    contract: PublicContract
    provider_name: str


class ContractRegistered(ContractFact, Event, type="contract.registered", version=1, topic=TOPIC, key="contract_id"):
    """A contract was registered."""


class ContractEdited(ContractFact, Event, type="contract.edited", version=1, topic=TOPIC, key="contract_id"):
    """A contract changed, or became active or inactive."""
