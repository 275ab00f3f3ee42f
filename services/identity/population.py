"""The population register as identity asks it: a file, or a service behind a published contract (ADR 9).

Names come from here and from nowhere else. The contract for the service is docs/api/population-register.json.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Protocol

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from services.contracts.vocabulary import PersonalIdentityNumber
from services.identity.domain.citizens import Citizen
from services.identity.settings import IdentitySettings

log = structlog.get_logger(__name__)

FIND = "/citizens/find"
TRIES = 3
PAUSE_SECONDS = 0.2
"""Before the second try; twice that before the third."""


class PopulationAwayError(Exception):
    """The population register cannot be asked now, or does not answer as agreed. Never says whom it was asked about."""


class PopulationFileError(ValueError):
    """The population file is not as it should be: says where, and repeats nothing of it."""


class PopulationRegister(Protocol):
    """Whoever knows people's names."""

    async def find(self, number: PersonalIdentityNumber) -> Citizen | None:
        """The person with this number; None when the register has nobody. Raises PopulationAwayError."""


class _Wire(BaseModel):
    # An error must not carry what was read: it ends up in logs.
    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True, hide_input_in_errors=True)


class _Entry(_Wire):
    """A person as the file and the contract write one."""

    personal_identity_number: PersonalIdentityNumber
    given_names: list[str]
    preferred_given_name: int | None
    middle_name: str | None
    surname: str
    protected: bool

    def citizen(self) -> Citizen:
        return Citizen(
            self.personal_identity_number, tuple(self.given_names), self.preferred_given_name, self.middle_name,
            self.surname, self.protected,
        )  # fmt: skip


class _Answer(_Wire):
    citizen: _Entry | None


ENTRIES = TypeAdapter(list[_Entry], config=ConfigDict(hide_input_in_errors=True))


class _Stamp(NamedTuple):
    """What changes with a file."""

    inode: int
    modified_ns: int
    size: int


class FilePopulation:
    """The register in a file. Raises PopulationFileError when it is made with one that is missing or malformed.

    The file is read again when it has changed; from one that has become malformed nobody is found, as names and
    protection of yesterday are not to be trusted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = self._read()

    async def find(self, number: PersonalIdentityNumber) -> Citizen | None:
        """The person with this number. Raises PopulationAwayError."""
        try:
            people = await asyncio.to_thread(self._people)
        except PopulationFileError as error:
            raise _broken(str(error)) from error
        return people.get(number)

    def _people(self) -> Mapping[str, Citizen]:
        seen = self._seen
        if self._stamp() != seen[0]:
            self._seen = seen = self._read()
        return seen[1]

    def _stamp(self) -> _Stamp:
        try:
            status = self.path.stat()
        except OSError as error:
            raise PopulationFileError(f"{self.path}: {error.strerror}") from error
        return _Stamp(status.st_ino, status.st_mtime_ns, status.st_size)

    def _read(self) -> tuple[_Stamp, Mapping[str, Citizen]]:
        stamp = self._stamp()  # before reading: what is written meanwhile is read the next time
        try:
            entries = ENTRIES.validate_json(self.path.read_bytes())
        except OSError as error:
            raise PopulationFileError(f"{self.path}: {error.strerror}") from error
        except ValidationError as error:
            raise PopulationFileError(f"{self.path}: {_first(error)}") from None
        people: dict[str, Citizen] = {}
        for place, entry in enumerate(entries):
            if entry.personal_identity_number in people:
                raise PopulationFileError(f"{self.path}: entry {place} has the number of an entry before it")
            try:
                people[entry.personal_identity_number] = entry.citizen()
            except ValueError as error:
                raise PopulationFileError(f"{self.path}: entry {place}: {error}") from error
        return stamp, people


class HttpPopulation:
    """The register behind the contract. The number is sent in a body, as addresses are kept in logs.

    Each of the tries gets its part of `timeout` (seconds); all together never take longer. An address that is wrong, a
    token that is refused and an answer that breaks the contract are the operator's to mend: they are logged as errors,
    not tried again.
    """

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self.url, self.timeout = url.rstrip("/") + FIND, timeout
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    async def find(self, number: PersonalIdentityNumber) -> Citizen | None:
        """The person with this number. Raises PopulationAwayError."""
        try:
            # A client for each question: they are few, and so it need not be closed by anybody.
            async with (
                asyncio.timeout(self.timeout),
                httpx.AsyncClient(timeout=self.timeout / TRIES, headers=self._headers) as http,
            ):
                answer = await self._ask(http, number)
        except TimeoutError as error:
            raise PopulationAwayError(f"no answer within {self.timeout} seconds") from error
        return _citizen_in(answer, number)

    async def _ask(self, http: httpx.AsyncClient, number: PersonalIdentityNumber) -> httpx.Response:
        for attempt in range(1, TRIES + 1):
            try:
                answer = await http.post(self.url, json={"personalIdentityNumber": number})
                reason = f"answered {answer.status_code}"
            except httpx.HTTPError as error:
                answer, reason = None, type(error).__name__
            if answer is not None and not _is_passing(answer.status_code):
                return answer
            log.warning("population-register-away", attempt=attempt, reason=reason)
            if attempt < TRIES:
                await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise PopulationAwayError(f"{TRIES} tries, the last: {reason}")


def population_from(settings: IdentitySettings) -> PopulationRegister:
    """The population register that the settings name. Raises PopulationFileError when its file is malformed."""
    if settings.population_url and settings.population_token:
        token = settings.population_token.get_secret_value()
        return HttpPopulation(settings.population_url, token, settings.population_timeout_seconds)
    return FilePopulation(settings.population_file)


def _is_passing(status: int) -> bool:
    """Whether the same question may be answered a moment later."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS


def _citizen_in(answer: httpx.Response, number: PersonalIdentityNumber) -> Citizen | None:
    """What the register said, if it said it as agreed. Raises PopulationAwayError."""
    if answer.status_code != HTTPStatus.OK:
        raise _broken(f"answered {answer.status_code}")
    try:
        entry = _Answer.model_validate_json(answer.content).citizen
        citizen = entry.citizen() if entry else None
    except ValidationError as error:
        raise _broken(_first(error)) from None
    except ValueError as error:
        raise _broken(str(error)) from error
    if citizen and citizen.personal_identity_number != number:
        raise _broken("answered with another person")
    return citizen


def _broken(reason: str) -> PopulationAwayError:
    log.error("population-register-not-as-agreed", reason=reason)
    return PopulationAwayError(reason)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where, without what stands there."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in found["loc"])
    return f"at {place}: {found['msg']}" if place else found["msg"]
