"""Who may knock: what our own records say of the caller."""

from services.kernel.database import Pool
from services.kernel.identity import Subject, require_assurance
from services.kernel.problems import Problem
from services.notifications.settings import NotificationsSettings
from services.notifications.store import people

ADMINISTRATION, CONTACT_PERSON = "register-administration", "contact-person"


async def require_unlocked(pool: Pool, who: Subject) -> None:
    """Raise Problem 403 for somebody whom the register administration has locked; 404 for a program."""
    if who.machine:
        raise not_found()
    if await people.is_locked(pool, who.person_id):
        raise Problem(403, "account-locked", "The register administration has locked this account")


async def require_mails_of(pool: Pool, settings: NotificationsSettings, who: Subject, organizer: str) -> None:
    """Raise Problem 404 unless a contact person of the organizer or the administration asks; 403 when not surely."""
    if await people.role_in(pool, who.person_id, organizer) == CONTACT_PERSON:
        require_assurance(who, settings.assurance_contact_person)
    elif ADMINISTRATION in who.roles and await people.is_administrator(pool, who.person_id):
        require_assurance(who, settings.assurance_administration)
    else:
        raise not_found()


def not_found() -> Problem:
    """What a stranger is told, whether it is there or not."""
    return Problem(404, "not-found", "There is no such thing, or you may not see it")
