"""What a letter says, put together for the printer."""

from zoneinfo import ZoneInfo

from services.contracts.vocabulary import OrganizationNumber
from services.identity.directory import Directory
from services.identity.domain.invitations import Letter
from services.identity.letter import LetterContent
from services.identity.store import organizers


async def content_of(directory: Directory, letter: Letter, code: str) -> LetterContent:
    """The letter's words: to the address of the request, else as the companies register has it."""
    zone = ZoneInfo(directory.settings.time_zone)
    organizer = await organizers.get(directory.pool, letter.organization_number)
    name = organizer["display_name"] if organizer else letter.organization_number
    return LetterContent(
        organizer_name=name,
        organization_number=OrganizationNumber(letter.organization_number),
        address=tuple(letter.address) or _lines((organizer["address"] if organizer else None) or {}),
        requested_by=letter.requested_by,
        request_reference=letter.request_reference,
        requested_on=letter.requested_on,
        letter_reference=f"{str(letter.letter_id)[:8]}-{letter.version}",
        issued_on=letter.issued_at.astimezone(zone).date(),
        code=code,
        public_base_url=directory.settings.public_base_url,
        expires_at=letter.expires_at.astimezone(zone),
        contact=directory.settings.contact,
        names_person=letter.national_id_index is not None,
    )


def _lines(address: dict[str, str | None]) -> tuple[str, ...]:
    place = " ".join(filter(None, (address.get("postalCode"), address.get("locality"))))
    care_of = f"c/o {address['careOfAddress']}" if address.get("careOfAddress") else None
    return tuple(filter(None, (care_of, address.get("streetAddress"), place, address.get("country"))))
