"""A whole import of the companies register in one go, as an operator asks for it: taken in, compared, applied, told."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from services.kernel.problems import Problem
from services.registry.commands.command import rules_problem
from services.registry.commands.companies import Choice, Upload, apply_as_operator, upload_as_operator
from services.registry.commands.companies_job import advance
from services.registry.domain.companies import KINDS
from services.registry.domain.rules import RulesBrokenError
from services.registry.queries import companies as queries
from services.registry.register import Register


async def run(register: Register, file: Upload, kinds: Sequence[str]) -> AsyncIterator[str]:
    """Import a file and apply the differences of some kinds; gives lines that tell of it. Raises Problem."""
    if unknown := set(kinds) - set(KINDS):
        raise Problem(422, "malformed", f"There is no kind {', '.join(sorted(unknown))}")
    try:
        import_id = await upload_as_operator(register, file)
    except RulesBrokenError as error:
        raise rules_problem(error) from error
    await _to_its_end(register, import_id)
    found = await queries.one(register.pool, import_id)
    for refused in found["refused"]["rows"]:
        yield f"row {refused['row']} {refused['organizationNumber']} refused {refused['code']}: {refused['reason']}"
    async for line in _told(register, import_id):
        yield line
    if any(found["differences"][kind]["found"] for kind in kinds):
        await apply_as_operator(register, import_id, Choice(kinds))
        await _to_its_end(register, import_id)
    yield _summary(await queries.one(register.pool, import_id))


async def _to_its_end(register: Register, import_id: UUID) -> None:
    """Take every step here: where the service takes one too, one of them waits for the other's lock."""
    while await advance(register, import_id):
        pass


async def _told(register: Register, import_id: UUID) -> AsyncIterator[str]:
    page = pages = 1
    while page <= pages:
        answer = await queries.differences(register.pool, import_id, "", page)
        for each in answer["differences"]:
            fields = ", ".join(change["field"] for change in each["changed"])
            yield f"{each['organizationNumber']} {each['displayName']} {each['kind']} {fields}"
        page, pages = page + 1, answer["pages"]


def _summary(found: dict[str, dict[str, dict[str, int]]]) -> str:
    counts = found["differences"]
    told = [f"{count['found']} {kind} ({count['applied']} applied)" for kind, count in counts.items()]
    return ", ".join([*told, f"{found['refused']['count']} refused"]) + f". Import {found['importId']}."
