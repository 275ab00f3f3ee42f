"""Education providers and contracts in the open API v2: as they stand, by filter, and as they were."""

import json
from datetime import date, timedelta
from typing import Any

from jsonschema import Draft4Validator

from services.contracts.adult_education import (
    ContractEdited,
    ContractPart,
    ContractRegistered,
    EducationProviderRegistered,
    PublicContract,
    PublicProvider,
)
from services.contracts.vocabulary import Cause
from tests.builders import LUND
from tests.contract.test_v2 import SCHEMAS
from tests.integration.publication.helpers import A_DAY_LATER, Publication, Story, contents

CODE, OTHER, COMPANY, SCHOOL = "12345678", "87654321", "5560743089", "27508103"


def a_provider(code: str = CODE, **values: Any) -> PublicProvider:
    said = {"education_provider_code": code, "organization_number": COMPANY, "display_name": "Kursbolaget AB"}
    return PublicProvider.model_validate(said | values)


def a_contract(status: str = "aktiv", last: date | None = None) -> PublicContract:
    part = {"school_type_part": "VUXSFI", "valid_from": date(2026, 1, 1), "valid_to": last}
    return PublicContract.model_validate(
        {"organization_number": LUND, "education_provider_code": CODE, "status": status,
         "school_type_parts": [ContractPart.model_validate(part)]}
    )  # fmt: skip


def told(story: Story, version: int = 1) -> dict[str, Any]:
    return {"version": version, "cause": Cause.EDIT, "register_day": story.day, "public_from": story.day + A_DAY_LATER}


def a_story() -> Story:
    """A school with adult education, two providers and a contract, which ends on the second day."""
    story = Story()
    story.register(SCHOOL, school_types=("VUX",))
    rights = {"grading_rights": True, "grading_rights_from": date(2026, 1, 1), "school_type_parts": ("VUXSFI",)}
    address = {"type": "POSTADRESS", "street_address": "Gatan 1", "postal_code": "22222", "locality": "Lund"}
    for provider in (
        a_provider(address=address, **rights),
        a_provider(OTHER, folk_highschool_name="Åsens folkhögskola"),
    ):
        story.say(EducationProviderRegistered(
            education_provider_code=provider.education_provider_code, provider=provider, changed=(), **told(story),
        ))  # fmt: skip
    whose = {"contract_id": f"{LUND}/{CODE}", "provider_name": "Kursbolaget AB"}
    story.say(ContractRegistered(contract=a_contract(), changed=(), **whose, **told(story)))
    story.close_day()
    ended = a_contract("inaktiv", story.day - timedelta(days=1))
    story.say(ContractEdited(contract=ended, changed=(), **whose, **told(story, 2)))
    story.close_day()
    return story


def check(answer: Any, name: str) -> None:
    validator = Draft4Validator({"$ref": f"urn:v2#/components/schemas/{name}"}, registry=SCHEMAS)
    assert [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(answer)] == []


async def test_providers_and_contracts_are_as_the_contract_has_them(publication: Publication) -> None:
    await publication.hear(a_story().said)
    await publication.publish_complete()

    async with publication.api() as api:
        asked = {
            "EducationProviderResponse": "v2/education-providers", "ContractResponse": "v2/contracts",
            "EducationProviderInfoResponse": f"v2/education-providers/{CODE}",
            "ContractInfoResponse": f"v2/contracts/{LUND}/{CODE}", "OrganizerInfoResponse": f"v2/organizers/{LUND}",
        }  # fmt: skip
        answers = {name: (await api.get(path)).json() for name, path in asked.items()}
        with_rights = (await api.get("v2/education-providers?grading_rights=true")).json()["data"]["attributes"]
        of_nobody = (await api.get(f"v2/contracts?education_provider_organization_number={LUND}")).json()
        of_both = (await api.get(
            f"v2/contracts?organizer_organization_number={LUND}&education_provider_organization_number={COMPANY}"
        )).json()  # fmt: skip

    for name, answer in answers.items():
        check(answer, name)
    provider, contract = answers["EducationProviderInfoResponse"]["data"], answers["ContractInfoResponse"]["data"]
    assert (provider["attributes"]["gradingRights"], "organizationNumber" in provider["attributes"]) == (True, False)
    assert provider["relationships"]["contract"]["links"]["href"].endswith(f"?education-provider-code={CODE}")
    assert list(contract["attributes"]) == [
        "organizerName", "educationProviderOrganizationNumber", "educationProviderName", "status", "schoolTypeParts",
    ]  # fmt: skip
    assert (contract["attributes"]["status"], contract["attributes"]["organizerName"]) == ("inaktiv", "Lunds kommun")
    assert contract["relationships"]["schoolUnit"]["data"] == [{"type": "schoolunit", "schoolUnitCode": SCHOOL}]
    assert [row["educationProviderCode"] for row in with_rights] == [CODE]
    assert with_rights[0]["gradingRight"] is True
    assert (of_nobody["data"]["attributes"], len(of_both["data"]["attributes"])) == ([], 1)
    related = answers["OrganizerInfoResponse"]["data"]["relationships"]["contract"]["data"]
    assert related == [{"type": "contract", "organizationNumber": LUND, "educationProviderCode": CODE}]


async def test_they_are_as_they_were_on_a_past_day(publication: Publication) -> None:
    story = a_story()
    await publication.hear(story.said)
    await publication.publish_complete()
    first = story.day - timedelta(days=2)

    async with publication.api() as api:
        path = f"v2/contracts/{LUND}/{CODE}?search_date="
        then, now = [(await api.get(f"{path}{day}")).json()["data"]["attributes"] for day in (first, story.day)]
        before = await api.get(f"{path}{first - timedelta(days=1)}")
        provider = (await api.get(f"v2/education-providers/{OTHER}?search_date={first}")).json()["data"]["attributes"]

    assert (then["status"], then["schoolTypeParts"][0]["validTo"], now["status"]) == ("aktiv", None, "inaktiv")
    assert (before.status_code, provider["folkHighschoolName"]) == (404, "Åsens folkhögskola")


async def test_a_ready_made_answer_is_the_one_that_the_past_gives_for_today(publication: Publication) -> None:
    story = a_story()
    await publication.hear(story.said)
    await publication.publish_complete()
    made = contents(publication.current)

    async with publication.api() as api:
        for path in (f"v2/contracts/{LUND}/{CODE}", f"v2/education-providers/{CODE}", f"v2/organizers/{LUND}"):
            assert (await api.get(f"{path}?search_date={story.day}")).content == made[f"{path}.json"], path
            assert json.loads(made[f"{path}.json"])["links"]["href"].endswith(path)
