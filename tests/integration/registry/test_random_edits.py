"""Whatever is edited, in whatever order: the unit is what its history adds up to, and each version was said once."""

from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from services.contracts.registry import PublicUnit
from services.registry.commands.register_day import move_clock_past_midnight
from services.registry.domain.changes import flat
from services.registry.register import Register
from tests.integration.registry.helpers import NUMBER, WORK_EMAIL, Person, assert_days_add_up, facts
from tests.units import CODE

NAMES = st.sampled_from(["Svaleboskolan", "  Nya   skolan ", "Skolan vid ån", "Ekskolan", ""])
ADDRESS = st.fixed_dictionaries(
    {"type": st.sampled_from(["BESOKSADRESS", "POSTADRESS"])},
    optional={
        "streetAddress": st.sampled_from(["Gatan 1", "Gatan 2", " "]),
        "postalCode": st.sampled_from(["222 22", "22222", "12"]),
        "locality": st.sampled_from(["Lund", "Malmö"]),
        "geoCoordinates": st.sampled_from(
            [{"latitude": "55,7", "longitude": "13.2"}, {"latitude": "", "longitude": ""}]
        ),
    },
)
CHANGES = st.fixed_dictionaries(
    {"displayName": NAMES},
    optional={
        "url": st.sampled_from(["https://a.example", "https://b.example", "", "c.example"]),
        "headMaster": st.sampled_from(["Rut Rektor", "", None]),
        "headMasterWorkEmail": st.sampled_from([WORK_EMAIL, "", None]),
        "headMasterPersonalIdentityNumber": st.sampled_from([NUMBER, "", None]),
        "schoolTypes": st.sampled_from([["GR"], ["GY", "GR"], ["FTH"]]),
        "schoolTypeProperties": st.sampled_from([{}, {"gr": {"grades": ["9", "7"]}}, {"gy": {"programmes": ["na"]}}]),
        "addresses": st.lists(ADDRESS, max_size=2),
        "specialSupportSchool": st.sampled_from([True, False, None]),
    },
)
Step = tuple[str, dict[str, Any]]
STEP: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.sampled_from(["edit", "edit", "stale", "twice"]), CHANGES), st.just(("close", {}))
)


async def state(register: Register) -> dict[str, Any]:
    """The unit as paths and values, its version, and which private fields are held."""
    row = await register.pool.fetchrow("SELECT * FROM school_unit WHERE code = $1", CODE)
    assert row
    held = {
        "headMasterPersonalIdentityNumber": row["head_teacher_number"],
        "headMasterWorkEmail": row["head_teacher_work_email"],
    }
    return {"version": row["version"], "fields": flat(PublicUnit.model_validate(row["body"])),
            "held": {name for name, value in held.items() if value}, "body": row["body"]}  # fmt: skip


async def take(register: Register, karin: Person, version: int, kind: str, changes: dict[str, Any], key: str) -> int:
    """One step; returns the version that the unit has after it."""
    if kind == "close":
        await move_clock_past_midnight(register)
        return version
    if kind == "stale":
        assert (await karin.edit(version + 7, key=key, **changes)).status_code == 412
        return version
    answer = await karin.edit(version, key=key, **changes)
    event(f"{kind}: {answer.status_code}")
    if answer.status_code != 200:
        assert answer.json()["code"] == "rules-broken"
        return version
    if kind == "twice":
        assert (await karin.edit(version, key=key, **changes)).content == answer.content
    after: int = answer.json()["version"]
    assert after == version + bool(answer.json()["changed"])
    return after


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
async def test_a_unit_is_what_its_history_adds_up_to(register: Register, karin: Person, steps: list[Step]) -> None:
    before = await state(register)
    said_before = len(await facts(register))
    version = before["version"]

    for kind, changes in steps:
        version = await take(register, karin, version, kind, changes, str(uuid4()))

    after = await state(register)
    history = await register.pool.fetch(
        "SELECT version, changed FROM audit WHERE aggregate = $1 AND version > $2 ORDER BY version",
        CODE,
        before["version"],
    )
    accepted = list(range(before["version"] + 1, version + 1))
    assert after["version"] == version
    assert [row["version"] for row in history] == accepted
    assert folded(before, [row["changed"] for row in history]) == after["fields"]
    named = {change["field"] for row in history for change in row["changed"] if change["protected"]}
    assert before["held"] ^ after["held"] <= named
    said = (await facts(register))[said_before:]
    assert [fact.body["version"] for fact in said] == accepted
    assert all(fact.body["unit"] == after["body"] for fact in said[-1:])
    await assert_days_add_up(register)


def folded(before: dict[str, Any], history: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """The fields after all these changes, each of which began where the one before it ended."""
    fields = dict(before["fields"])
    for change in (change for row in history for change in row if not change["protected"]):
        assert fields.pop(change["field"], None) == change["before"]
        if change["after"] is not None:
            fields[change["field"]] = change["after"]
    return fields
