"""Authority and terms."""

from uuid import uuid4

import pytest

from services.contracts.vocabulary import Role
from services.identity.domain import terms
from services.identity.domain.memberships import LastContactPersonError, Membership, end
from services.identity.domain.persons import Person


def a_membership(role: Role) -> Membership:
    return Membership(uuid4(), uuid4(), "2120001132", role, version=1)


def test_the_last_contact_person_stays() -> None:
    with pytest.raises(LastContactPersonError):
        end(a_membership(Role.CONTACT_PERSON), [a_membership(Role.DATA_REPORTER)])


def test_one_of_two_contact_persons_may_go() -> None:
    assert end(a_membership(Role.CONTACT_PERSON), [a_membership(Role.CONTACT_PERSON)]).version == 2


def test_a_data_reporter_may_always_go() -> None:
    assert end(a_membership(Role.DATA_REPORTER), []).version == 2


def test_a_protected_persons_name_is_told_to_nobody() -> None:
    person = Person(uuid4(), "p", "Hemlig Person", "p@x.se", protected=True, register_administration=False, version=1)

    assert person.contact().name is None


def test_the_newest_terms_are_the_ones_to_accept() -> None:
    versions = terms.published({"2.sv.md": "# Nya villkor\n", "1.sv.md": "# Villkor\n", "10.sv.md": "# Senaste\n"})

    assert [version.version for version in versions] == [1, 2, 10]
    assert versions[-1].title == "Senaste"
