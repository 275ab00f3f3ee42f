"""Activation codes and link tokens: what people may type, and what is kept."""

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import NotACodeError
from services.identity.domain import codes

TEN_BYTES = st.binary(min_size=10, max_size=10)
LETTER = UUID("0190f6a0-0000-7000-8000-000000000001")


@given(TEN_BYTES)
def test_a_code_is_four_groups_of_four_without_letters_that_are_misread(random: bytes) -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", codes.new_code(random))


@given(TEN_BYTES)
def test_a_code_holds_all_its_random_bits(random: bytes) -> None:
    number = 0
    for character in codes.normalised(codes.new_code(random)):
        number = number * 32 + codes.ALPHABET.index(character)

    assert number.to_bytes(10) == random


@given(TEN_BYTES, st.data())
def test_a_code_may_be_typed_in_many_ways(random: bytes, data: st.DataObject) -> None:
    code = codes.new_code(random)
    misread = {"0": "0Oo", "1": "1IiLl"}
    between = st.text(" \t-–\u00a0\u2011", max_size=2)
    typed = data.draw(between)
    for character in code.replace("-", ""):
        typed += data.draw(st.sampled_from(misread.get(character, character + character.lower()))) + data.draw(between)

    assert codes.normalised(typed) == code.replace("-", "")
    assert codes.is_code_of(typed, LETTER, codes.code_hash(code, LETTER))


@given(TEN_BYTES, st.integers(0, 15), st.integers(1, 31))
def test_one_wrong_character_is_another_code(random: bytes, place: int, step: int) -> None:
    right = codes.normalised(codes.new_code(random))
    other = codes.ALPHABET[(codes.ALPHABET.index(right[place]) + step) % 32]

    assert not codes.is_code_of(right[:place] + other + right[place + 1 :], LETTER, codes.code_hash(right, LETTER))


@given(TEN_BYTES)
def test_a_code_is_good_for_its_own_letter_alone(random: bytes) -> None:
    code = codes.new_code(random)

    assert not codes.is_code_of(code, uuid4(), codes.code_hash(code, LETTER))


@given(st.text())
def test_whatever_is_typed_is_a_code_or_refused(typed: str) -> None:
    kept = codes.code_hash("0000-0000-0000-0000", LETTER)
    try:
        code = codes.normalised(typed)
    except NotACodeError:
        assert not codes.is_code_of(typed, LETTER, kept)
    else:
        assert set(code) <= set(codes.ALPHABET)
        assert len(code) == 16


@pytest.mark.parametrize(
    "typed", ["", "ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN-PQRST", "UUUU-UUUU-UUUU-UUUU", "ÅÄÖÅ-ABCD-EFGH-JKMN"]
)
def test_too_short_too_long_and_foreign_letters_are_no_code(typed: str) -> None:
    with pytest.raises(NotACodeError) as caught:
        codes.normalised(typed)

    assert str(caught.value) == "not an activation code"


@pytest.mark.parametrize("length", [0, 9, 11, 16])
def test_fewer_or_more_random_bytes_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        codes.new_code(bytes(length))
    with pytest.raises(ValueError, match="32 random bytes"):
        codes.new_link_token(bytes(length))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_link_token_fits_an_address_and_is_found_by_its_hash(one: bytes, other: bytes) -> None:
    token = codes.new_link_token(one)

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert len(codes.link_token_hash(token)) == 32
    assert (codes.link_token_hash(token) == codes.link_token_hash(codes.new_link_token(other))) is (one == other)


@given(st.text(st.characters(codec=None)))
def test_any_text_that_comes_with_an_address_has_a_hash(token: str) -> None:
    assert len(codes.link_token_hash(token)) == 32
