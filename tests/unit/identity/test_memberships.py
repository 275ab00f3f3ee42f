"""Authority, persons and terms."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.contracts.vocabulary import Role
from services.identity.domain import persons, reviews, terms
from services.identity.domain.memberships import (
    LastContactPersonError,
    Membership,
    RoleUnchangedError,
    change_role,
    end,
)
from services.identity.domain.persons import NotChangedError, Person
from services.identity.domain.terms import TermsError


def a_membership(role: Role) -> Membership:
    return Membership(uuid4(), uuid4(), "2120001132", role, version=1)


def a_person(**other: object) -> Person:
    values = {"name": "Hemlig Person", "email": "p@x.se", "protected": True, "register_administration": False}
    return Person(uuid4(), "p", version=1, **values | other)  # type: ignore[arg-type]


def test_the_last_contact_person_stays() -> None:
    with pytest.raises(LastContactPersonError):
        end(a_membership(Role.CONTACT_PERSON), [a_membership(Role.DATA_REPORTER)])


def test_the_last_contact_person_keeps_the_role() -> None:
    with pytest.raises(LastContactPersonError):
        change_role(a_membership(Role.CONTACT_PERSON), Role.DATA_REPORTER, [a_membership(Role.DATA_REPORTER)])


def test_one_of_two_contact_persons_may_go_or_be_lowered() -> None:
    other = [a_membership(Role.CONTACT_PERSON)]

    assert end(a_membership(Role.CONTACT_PERSON), other).version == 2
    assert change_role(a_membership(Role.CONTACT_PERSON), Role.DATA_REPORTER, other).role is Role.DATA_REPORTER


def test_a_data_reporter_may_always_go_and_be_raised() -> None:
    assert end(a_membership(Role.DATA_REPORTER), []).version == 2
    assert change_role(a_membership(Role.DATA_REPORTER), Role.CONTACT_PERSON, []).version == 2


def test_the_same_role_is_no_change() -> None:
    with pytest.raises(RoleUnchangedError):
        change_role(a_membership(Role.DATA_REPORTER), Role.DATA_REPORTER, [])


def test_a_protected_persons_name_and_address_are_shown_to_nobody() -> None:
    person = a_person()

    assert person.contact().name is None
    assert (person.shown_name, person.shown_email) == (None, None)
    assert person.reference == str(person.person_id)[:4].upper()


def test_a_person_is_locked_and_unlocked_once() -> None:
    locked = persons.lock(a_person(), datetime(2026, 11, 24, tzinfo=UTC))

    assert (locked.locked, locked.version) == (True, 2)
    assert persons.unlock(locked).version == 3
    with pytest.raises(NotChangedError):
        persons.lock(locked, datetime(2026, 11, 24, tzinfo=UTC))
    with pytest.raises(NotChangedError):
        persons.unlock(a_person())


def test_the_newest_terms_that_are_published_are_the_ones_to_accept() -> None:
    text = "published: {}\n\n# Villkor {}\n"
    files = {f"{n}.sv.md": text.format(day, n) for n, day in ((2, "2026-06-01"), (1, "2026-01-01"), (10, "2027-01-01"))}

    versions = terms.in_order(files)

    assert [version.version for version in versions] == [1, 2, 10]
    assert terms.current(versions, date(2026, 12, 31)).title == "Villkor 2"
    assert terms.current(versions, date(2027, 1, 1)).version == 10
    with pytest.raises(TermsError, match="no terms are published"):
        terms.current(versions, date(2025, 12, 31))


@pytest.mark.parametrize("text", ["# Villkor", "published: soon\n# Villkor", ""])
def test_terms_without_a_day_are_refused_by_name(text: str) -> None:
    with pytest.raises(TermsError, match=r"3\.sv\.md"):
        terms.in_order({"3.sv.md": text})


def test_users_are_looked_over_a_period_after_the_last_time() -> None:
    year = timedelta(days=365)

    assert reviews.due_on(None, date(2026, 1, 1), year) == date(2027, 1, 1)
    assert reviews.due_on(date(2026, 11, 24), date(2020, 1, 1), year) == date(2027, 11, 24)


def test_a_confirmed_list_is_current_when_it_names_each_as_they_are_now() -> None:
    one, two = a_membership(Role.CONTACT_PERSON), a_membership(Role.DATA_REPORTER)

    assert reviews.is_current([(two.membership_id, 1), (one.membership_id, 1)], [one, two])
    assert not reviews.is_current([(one.membership_id, 1)], [one, two])
    assert not reviews.is_current([(one.membership_id, 2), (two.membership_id, 1)], [one, two])
