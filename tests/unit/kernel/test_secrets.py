"""Sealed values."""

import pytest
from cryptography.exceptions import InvalidTag

from services.kernel.secrets import Vault

NUMBER = "19640823-3234"


def test_what_is_sealed_opens_with_its_key_and_context() -> None:
    vault = Vault.from_passphrase("a long secret")

    assert vault.open(vault.seal(NUMBER, "row 1"), "row 1") == NUMBER


def test_a_sealed_value_cannot_be_moved_to_another_row() -> None:
    vault = Vault.from_passphrase("a long secret")

    with pytest.raises(InvalidTag):
        vault.open(vault.seal(NUMBER, "row 1"), "row 2")


def test_another_key_opens_nothing() -> None:
    sealed = Vault.from_passphrase("a long secret").seal(NUMBER, "row 1")

    with pytest.raises(InvalidTag):
        Vault.from_passphrase("another secret").open(sealed, "row 1")


def test_the_same_value_never_looks_the_same() -> None:
    vault = Vault(b"k" * 32)

    assert vault.seal(NUMBER, "row 1") != vault.seal(NUMBER, "row 1")
    assert NUMBER.encode() not in vault.seal(NUMBER, "row 1")
