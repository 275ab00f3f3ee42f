"""What a spreadsheet or a terminal would take for something else than text."""

import pytest
from skolregister.show import CHANGE, UNIT, Form, show


@pytest.mark.parametrize(
    ("name", "cell"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("+4", "'+4"), ("-2.5", "-2.5"), ("-a", "'-a"), ("a\x1b[2J\tb", "a [2J b")],
)
def test_a_cell_is_text(capsys: pytest.CaptureFixture[str], name: str, cell: str) -> None:
    show([{"displayName": name}], {"displayName": UNIT["displayName"]}, Form.CSV)

    assert capsys.readouterr().out.splitlines()[1] == cell


def test_no_sign_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"id": "\x1b[31m\x9b5m"}], {"id": CHANGE["id"]}, Form.TABLE)

    assert capsys.readouterr().out.splitlines()[1] == " [31m 5m"
