"""The tones of a region's colour: read on white or refused, with a darker one that can be read."""

import pytest

from perjanjian import colours


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#ffffff", 1.0), ("#000000", 21.0), ("#777777", 4.48), ("#767676", 4.54)],
)
def test_contrast_is_that_of_wcag(colour, contrast):
    assert round(colours.contrast_with_white(colour), 2) == contrast


@pytest.mark.parametrize("colour", ["#ffffff", "#f2a900", "#00ff00", "#ffff00", "#66ccff"])
def test_the_darker_one_named_can_be_read_and_is_the_lightest_such(colour):
    found = colours.readable(colour)
    assert colours.contrast_with_white(found) >= colours.LEAST_CONTRAST
    assert colours.contrast_with_white(found) < 4.8


def test_a_colour_that_can_be_read_is_itself_the_answer():
    assert colours.readable("#0b5394") == "#0b5394"


def test_tones_are_derived_and_text_on_the_soft_one_can_be_read():
    sheet = colours.stylesheet("#7a1f1f")
    assert "--primary: #7a1f1f;" in sheet
    assert f"--primary-dark: {colours.darker('#7a1f1f')};" in sheet
    assert "--bs-link-color-rgb: 122, 31, 31;" in sheet
    dark, soft = (colours.contrast_with_white(tone("#7a1f1f")) for tone in (colours.darker, colours.softer))
    assert dark / soft >= colours.LEAST_CONTRAST
