"""Small enough to be read: files below 300 lines, functions below 30 (house.md, convention 20)."""

import ast
from pathlib import Path

import pytest

from tests.house.code import short, sources, tree

LONGEST_FILE, LONGEST_FUNCTION = 300, 30
CODE = sources("services", "deploy")


@pytest.mark.parametrize("path", CODE, ids=short)
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text().splitlines()) < LONGEST_FILE


@pytest.mark.parametrize("path", CODE, ids=short)
def test_a_function_fits_a_screen(path: Path) -> None:
    """Statements count, and comments between them; the signature and the docstring do not."""
    too_long = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines >= LONGEST_FUNCTION:
                too_long[node.name] = lines

    assert too_long == {}
