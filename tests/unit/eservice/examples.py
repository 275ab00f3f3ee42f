"""Identity's answers as its API gives them: what the pages about users are rendered from in tests."""

from typing import Any

Json = dict[str, Any]
LUND, SKURUP = "2120001132", "2120000712"
ONE, TWO, THREE = (f"{n}0000000-0000-4000-8000-000000000000" for n in "123")
AT = "2026-11-24T08:30:00+00:00"


def me(*roles: tuple[str, str, str], administration: bool = False, name: str = "Karin Kontakt") -> Json:
    """GET /me."""
    memberships = [
        {"membershipId": ONE, "organizationNumber": number, "organizerName": organizer, "role": role, "since": AT,
         "reviewDue": False}
        for number, organizer, role in roles
    ]  # fmt: skip
    return {"personId": ONE, "name": name, "email": "karin.kontakt@example.org", "phone": None,
            "protected": False, "registerAdministration": administration, "locked": False, "version": 1,
            "memberships": memberships}  # fmt: skip


KARIN = me((LUND, "Lunds kommun", "contact-person"))
BO = me((LUND, "Lunds kommun", "contact-person"), (SKURUP, "Skurups kommun", "data-reporter"), name="Bo Båda")
ANNA = me(administration=True, name="Anna Admin")


def user(name: str | None = "Ulf Uppgift", **changes: Any) -> Json:
    """One of GET /organizers/{n}/users."""
    return {
        "membershipId": TWO, "version": 1, "personId": TWO, "reference": "4F2A", "name": name,
        "protected": name is None, "email": "ulf.uppgift@example.org" if name else None, "role": "data-reporter",
        "since": "2026-01-02T09:00:00+00:00", "lastLoginAt": AT, "locked": False, "isMe": False,
        "isLastContactPerson": False,
    } | changes  # fmt: skip


INVITATION = {
    "invitationId": THREE, "version": 2, "email": "nina.ny@lund.example", "role": "data-reporter", "state": "open",
    "sentAt": AT, "timesSent": 2, "expiresAt": "2026-12-08T08:30:00+00:00", "invitedBy": ONE,
    "namesPerson": True,
}  # fmt: skip
USERS = {
    "organizer": {"organizationNumber": LUND, "displayName": "Lunds kommun"},
    "users": [
        user("Karin Kontakt", membershipId=ONE, role="contact-person", isMe=True, isLastContactPerson=True),
        user(), user(None, membershipId=THREE, lastLoginAt=None, locked=True),
    ],
    "ended": [{"membershipId": ONE, "reference": "9C01", "name": "Olle Obehörig", "protected": False,
               "role": "data-reporter", "since": AT, "endedAt": AT}],
    "invitations": [INVITATION, INVITATION | {"state": "expired", "email": "pia.protokoll@lund.example"}],
    "letters": [{"letterId": TWO, "version": 1, "state": "open", "issuedAt": AT, "expiresAt": AT}],
    "review": {"lastConfirmedAt": None, "confirmedBy": None, "dueOn": "2026-11-01", "isDue": True},
}  # fmt: skip
REVIEWS = [{"reviewId": ONE, "confirmedAt": AT, "confirmedBy": ONE, "confirmedByName": "Karin Kontakt",
            "users": [{"reference": "4F2A", "name": None, "role": "data-reporter"},
                      {"reference": "1000", "name": "Karin Kontakt", "role": "contact-person"}]}]  # fmt: skip
CREDENTIAL = {
    "credentialId": ONE, "version": 1, "label": "Skoladministrativa systemet", "clientId": "api-3f2a9c01b7d4",
    "issuedAt": AT, "issuedBy": ONE, "rotatedAt": AT, "expiresAt": "2027-05-23T08:30:00+00:00",
    "state": "active", "lastUsedAt": None,
}  # fmt: skip
TOKEN_URL = "http://localhost:8080/auth/realms/register/protocol/openid-connect/token"
CREDENTIALS = {"credentials": [CREDENTIAL, CREDENTIAL | {"state": "revoked", "lastUsedAt": AT}], "tokenUrl": TOKEN_URL}
LETTER = {
    "letterId": ONE, "version": 1, "organizationNumber": SKURUP, "organizerName": "Skurups kommun", "state": "open",
    "requestedBy": "Rut Rektor, skolchef", "requestReference": "2026:1234", "requestedOn": "2026-11-20",
    "namesPerson": False, "issuedAt": AT, "expiresAt": "2026-12-24T08:30:00+00:00", "printable": True,
    "isBlocked": False, "address": ["Skurups kommun", "274 80 Skurup"],
}  # fmt: skip
PERSON = {
    "personId": TWO, "name": "Ulf Uppgift", "reference": "2000", "protected": False,
    "email": "ulf.uppgift@example.org", "locked": False, "registerAdministration": False, "version": 3,
    "memberships": [{"organizationNumber": LUND, "organizerName": "Lunds kommun", "role": "data-reporter"}],
    "lastLoginAt": AT, "isMe": False, "lockedAt": None, "lockReason": None,
    "signIns": [
        {"at": AT, "succeeded": True, "method": "e-legitimation", "ipAddress": "192.0.2.7", "application": "eservice"},
        {"at": AT, "succeeded": False, "method": "password", "ipAddress": "192.0.2.8", "application": "eservice"},
    ],
}  # fmt: skip
LOCKED = PERSON | {"locked": True, "lockedAt": AT, "lockReason": "Har lånat ut sitt konto. Dnr 2026:99"}
