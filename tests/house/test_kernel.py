"""The kernel stays tiny, and knows nothing of the field."""

import re
from pathlib import Path

import pytest

from tests.house.code import SERVICES_FOLDER, imports, short, sources

KERNEL = sources("services/kernel")
MOST_FILES, MOST_LINES = 15, 1590
FIELD_WORDS = re.compile(r"\b(school|unit|organi[sz]er|municipality|skol\w*|huvudman\w*|enhet\w*)s?\b", re.IGNORECASE)
ONLY_THE_KERNEL = {"aiokafka", "faststream"}
ALSO = {"services/contracts/documents.py"}


def code_lines(path: Path) -> int:
    return sum(1 for line in path.read_text().splitlines() if line.strip())


def test_the_kernel_keeps_its_budget() -> None:
    code = [path for path in KERNEL if path.name != "__init__.py"]

    assert len(code) <= MOST_FILES
    assert sum(map(code_lines, code)) <= MOST_LINES


@pytest.mark.parametrize("path", KERNEL, ids=short)
def test_the_kernel_has_no_word_of_the_field(path: Path) -> None:
    assert FIELD_WORDS.findall(path.read_text()) == []


@pytest.mark.parametrize("path", [p for p in sources("services") if p not in KERNEL], ids=short)
def test_kafka_is_reached_through_the_kernel_alone(path: Path) -> None:
    """What FastStream's defaults get wrong for us is set there, in one place, and tested by killing."""
    used = {name.split(".")[0] for name in imports(path)} & ONLY_THE_KERNEL

    assert not used or short(path) in ALSO


@pytest.mark.parametrize("path", sources("services"), ids=short)
def test_a_service_imports_no_other_service(path: Path) -> None:
    own = path.relative_to(SERVICES_FOLDER).parts[0]
    others = {name.split(".")[1] for name in imports(path) if name.startswith("services.")}

    assert others <= {own, "kernel", "contracts"}
