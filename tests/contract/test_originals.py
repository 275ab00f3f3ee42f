"""Programs written as for the original, through the gateway and its plain files, with the register's real data."""

import pytest

from deploy.stack.stack import Stack
from tests.originals import LANGUAGES, read_by

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def first(stack: Stack) -> list[str]:
    """What Python's client reads."""
    return read_by("Python", f"{stack.url}/skolenhetsregistret")


def test_a_client_of_the_original_reads_the_register(first: list[str]) -> None:
    words = [line.split() for line in first]

    assert int(words[0][2]) == int(words[0][3]) > 1000
    assert words[1][:3] + words[1][-2:] == ["v2", "unit", "10023937", "organizer", "ENSKILD"]
    assert words[4] == ["v2", "wrong", "404", "400"]
    assert words[6][:4] == ["v1", "unit", "Mimerskolan", "Enskild"]
    assert words[8][-1] == "404"
    assert int(words[9][2]) == 290


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "Python"])
def test_every_language_reads_the_same(stack: Stack, first: list[str], language: str) -> None:
    assert read_by(language, f"{stack.url}/skolenhetsregistret") == first
