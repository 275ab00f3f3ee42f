"""Identity's answers and commands, for one person. What each call raises: services.eservice.clients.api."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.eservice import texts
from services.eservice.clients.api import Api

Json = dict[str, Any]


def command(key: str, version: int | str | None = None) -> dict[str, str]:
    """The headers of a command: its Idempotency-Key, and the version it was made from."""
    headers = {"Idempotency-Key": key}
    return headers if version is None else headers | {"If-Match": f'"{version}"'}


@dataclass(frozen=True, slots=True)
class Me:
    """What concerns the person who asks."""

    api: Api

    async def get(self) -> Json:
        """The person, and whether the terms are accepted; `personId` is None for an account without a person."""
        found: Json = await self.api.get("/me")
        return found

    async def link(self) -> None:
        """Let this account be the known person's with the same personal identity number."""
        await self.api.send("POST", "/me/link")

    async def accept_terms(self, version: int) -> None:
        """Accept the terms."""
        await self.api.send("POST", "/me/terms", body={"version": version})

    async def accepted_terms(self) -> list[Json]:
        """Which versions were accepted, and when."""
        return list((await self.api.get("/me/terms"))["accepted"])

    async def terms(self, version: int) -> Json:
        """One version of the terms."""
        found: Json = await self.api.get(f"/terms/{version}")
        return found

    async def data(self) -> Json:
        """Everything that identity stores about the person."""
        found: Json = await self.api.get("/me/data")
        return found

    async def change_contact(self, contact: Json, version: int | str, key: str) -> Json:
        """Change e-mail and telephone; a new e-mail waits for its confirmation."""
        changed: Json = await self.api.send("PUT", "/me/contact", body=contact, headers=command(key, version))
        return changed

    async def confirm_email(self, token: str) -> None:
        """Confirm a new e-mail address by the token of its link."""
        await self.api.send("POST", "/me/email-confirmations", body={"token": token})

    async def sign_out_everywhere(self, key: str) -> None:
        """End all sessions of the person."""
        await self.api.send("POST", "/me/sign-out-everywhere", headers=command(key))

    async def sign_ins(self) -> list[Json]:
        """The newest sign-ins, failed ones too."""
        return list((await self.api.get("/me/sign-ins"))["signIns"])


@dataclass(frozen=True, slots=True)
class Joining:
    """Invitations and letters as the invited sees them."""

    api: Api

    async def look_at_invitation(self, token: str) -> Json:
        """What the link is an invitation to."""
        found: Json = await self.api.send("POST", "/invitations/look", body={"token": token})
        return found

    async def accept_invitation(self, token: str, terms_version: int, key: str) -> Json:
        """Accept it, and the terms with it."""
        body = {"token": token, "termsVersion": terms_version}
        made: Json = await self.api.send("POST", "/invitations/accept", body=body, headers=command(key))
        return made

    async def look_at_letter(self, number: str, code: str) -> Json:
        """What the letter's code is an activation of."""
        body = {"organizationNumber": number, "code": code}
        found: Json = await self.api.send("POST", "/activations/look", body=body)
        return found

    async def activate(self, number: str, code: str, terms_version: int, key: str, email: str | None) -> Json:
        """Use the letter's code, and accept the terms with it; with an e-mail address for somebody new."""
        body = {"organizationNumber": number, "code": code, "termsVersion": terms_version, "email": email}
        made: Json = await self.api.send("POST", "/activations", body=body, headers=command(key))
        return made


@dataclass(frozen=True, slots=True)
class Users:
    """An organizer's users, for its contact persons."""

    api: Api

    async def of(self, number: str) -> Json:
        """Users, invitations, open letters, and when they were last looked over."""
        found: Json = await self.api.get(f"/organizers/{number}/users")
        return found

    async def invite(self, number: str, invitation: Json, key: str) -> Json:
        """Invite somebody by e-mail."""
        path = f"/organizers/{number}/invitations"
        made: Json = await self.api.send("POST", path, body=invitation, headers=command(key))
        return made

    async def resend(self, invitation_id: str, version: int | str, key: str) -> Json:
        """Send an invitation again, with a new link."""
        headers = command(key, version)
        sent: Json = await self.api.send("POST", f"/invitations/{invitation_id}/resend", headers=headers)
        return sent

    async def withdraw(self, invitation_id: str, version: int | str, key: str) -> None:
        """Withdraw an invitation."""
        await self.api.send("DELETE", f"/invitations/{invitation_id}", headers=command(key, version))

    async def change_role(self, membership_id: str, role: str, version: int | str, key: str) -> Json:
        """Give a user another role."""
        path = f"/memberships/{membership_id}"
        changed: Json = await self.api.send("PATCH", path, body={"role": role}, headers=command(key, version))
        return changed

    async def end(self, membership_id: str, version: int | str, key: str) -> None:
        """End a user's authority for the organizer."""
        await self.api.send("DELETE", f"/memberships/{membership_id}", headers=command(key, version))

    async def review(self, number: str, seen: list[Json], key: str) -> Json:
        """Confirm that those who were shown are the right ones."""
        path = f"/organizers/{number}/reviews"
        made: Json = await self.api.send("POST", path, body={"memberships": seen}, headers=command(key))
        return made

    async def reviews(self, number: str) -> list[Json]:
        """What was confirmed, by whom and when."""
        return list((await self.api.get(f"/organizers/{number}/reviews"))["reviews"])

    async def credentials(self, number: str) -> Json:
        """The programs that may act for the organizer."""
        found: Json = await self.api.get(f"/organizers/{number}/credentials")
        return found

    async def issue_credential(self, number: str, label: str, days: int, key: str) -> Json:
        """Let a program act for the organizer; the secret is in this answer alone."""
        body, path = {"label": label, "days": days}, f"/organizers/{number}/credentials"
        made: Json = await self.api.send("POST", path, body=body, headers=command(key))
        return made

    async def rotate_credential(self, credential_id: str, version: int | str, key: str) -> Json:
        """A new secret; the old one is dead."""
        headers = command(key, version)
        made: Json = await self.api.send("POST", f"/credentials/{credential_id}/rotate", headers=headers)
        return made

    async def revoke_credential(self, credential_id: str, version: int | str, key: str) -> None:
        """End a program's authority."""
        await self.api.send("DELETE", f"/credentials/{credential_id}", headers=command(key, version))


@dataclass(frozen=True, slots=True)
class Administration:
    """What only the register administration asks."""

    api: Api

    async def letters(self, number: str | None = None) -> list[Json]:
        """Letters to organizers, newest first."""
        params = {"organizationNumber": number} if number else None
        return list((await self.api.get("/letters", params))["letters"])

    async def letter(self, letter_id: str) -> Json:
        """One letter."""
        found: Json = await self.api.get(f"/letters/{letter_id}")
        return found

    async def letter_pdf(self, letter_id: str) -> bytes:
        """The letter to be printed."""
        return await self.api.get_bytes(f"/letters/{letter_id}/pdf")

    async def issue_letter(self, request: Json, key: str) -> Json:
        """Record an organizer's request and make its letter."""
        made: Json = await self.api.send("POST", "/letters", body=request, headers=command(key))
        return made

    async def reissue_letter(self, letter_id: str, version: int | str, key: str) -> Json:
        """Make a letter anew, with a new code."""
        made: Json = await self.api.send("POST", f"/letters/{letter_id}/reissue", headers=command(key, version))
        return made

    async def withdraw_letter(self, letter_id: str, version: int | str, key: str) -> None:
        """Withdraw a letter: its code is dead."""
        await self.api.send("DELETE", f"/letters/{letter_id}", headers=command(key, version))

    async def people(self, text: str) -> list[Json]:
        """Persons by name, e-mail or reference."""
        return list((await self.api.get("/people", {"q": text}))["people"])

    async def person(self, person_id: str) -> Json:
        """One person, with authority and sign-ins."""
        found: Json = await self.api.get(f"/people/{person_id}")
        return found

    async def lock(self, person_id: str, reason: str, version: int | str, key: str) -> Json:
        """Lock a person at once."""
        body, path = {"reason": reason}, f"/people/{person_id}/lock"
        changed: Json = await self.api.send("POST", path, body=body, headers=command(key, version))
        return changed

    async def unlock(self, person_id: str, version: int | str, key: str) -> Json:
        """Let a locked person act again."""
        changed: Json = await self.api.send("POST", f"/people/{person_id}/unlock", headers=command(key, version))
        return changed


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity, for one person."""

    api: Api

    @property
    def me(self) -> Me:
        return Me(self.api)

    @property
    def joining(self) -> Joining:
        return Joining(self.api)

    @property
    def users(self) -> Users:
        return Users(self.api)

    @property
    def administration(self) -> Administration:
        return Administration(self.api)

    async def names(self, entries: Iterable[Json]) -> dict[str, str]:
        """Names by id of those who did what a history tells; of a protected one, the reference. Others are absent."""
        wanted = [("id", person) for person in sorted({entry["actor"] for entry in entries if _by_person(entry)})]
        if not wanted:
            return {}
        found = (await self.api.get("/persons", wanted))["persons"]
        return {person["personId"]: texts.person(person) for person in found}


def _by_person(entry: Json) -> bool:
    return bool(entry["actor"] != entry["actorRole"])  # what the register does itself has its role for a name
