"""The drawn map: what lies where, and that nothing typed becomes markup."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.eservice.maps import LARGEST, SIZE, SMALLEST, STEPS, SWEDEN, Place, Sheet, drawn, of_municipality

LUND = Place(6_175_500, 386_500)
SHEETS = st.builds(
    Sheet, st.floats(6.1e6, 7.7e6), st.floats(2.4e5, 9.4e5), st.floats(SMALLEST, LARGEST)
)  # fmt: skip


@given(SHEETS, st.floats(0, SIZE), st.floats(0, SIZE))
def test_a_pixel_is_a_place_and_the_place_is_drawn_at_the_pixel(sheet: Sheet, x: float, y: float) -> None:
    place = sheet.at(x, y)

    assert sheet.pixel(place.north, place.east) == pytest.approx((x, y), abs=1e-3)


def test_north_is_up_and_east_is_right() -> None:
    sheet = Sheet(LUND.north, LUND.east, 1000)

    assert sheet.at(SIZE / 2, 0).north > LUND.north
    assert sheet.at(SIZE, SIZE / 2).east > LUND.east
    assert sheet.moved("norr").north > LUND.north
    assert sheet.moved("vaster").east < LUND.east


def test_a_municipalitys_sheet_shows_it_and_no_code_shows_the_country() -> None:
    sheet = of_municipality("1281")

    assert all(0 <= pixel <= SIZE for pixel in sheet.pixel(LUND.north, LUND.east))
    assert 20_000 < sheet.metres < 60_000
    assert of_municipality("0000") == SWEDEN


@given(SHEETS, st.sampled_from([0.001, 0.5, 2.0, 1e6]))
def test_no_sheet_is_smaller_or_larger_than_can_be_used(sheet: Sheet, factor: float) -> None:
    assert SMALLEST <= sheet.zoomed(factor).metres <= LARGEST


def test_every_step_moves_and_two_opposite_ones_come_back() -> None:
    sheet = Sheet(LUND.north, LUND.east, 900)

    assert len({sheet.moved(step) for step in STEPS} | {sheet}) == 5
    back = sheet.moved("norr").moved("soder").moved("oster").moved("vaster")
    assert (back.north, back.east) == pytest.approx((sheet.north, sheet.east))


def test_the_sheet_is_svg_with_the_outline_the_others_and_the_place() -> None:
    sheet = Sheet(LUND.north, LUND.east, 4000)
    svg = drawn(sheet, "1281", [Place(LUND.north + 100, LUND.east, "<b>Å & B</b>"), Place(0, 0, "Far")], LUND)

    root = ET.fromstring(svg)  # noqa: S314 - our own
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[-2:] == ["<b>Å & B</b>", "1 km"]
    assert "Lund" in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 1
    assert "#d4351c" in svg
    assert 'fill="#ffffff"' in svg
