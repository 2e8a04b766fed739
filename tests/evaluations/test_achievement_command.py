"""The command `achievement`: three lines, numbers as people type them, exit code 2 for what cannot be read."""

import pytest
from django.core.management import CommandError, call_command


def lines(capsys, *arguments):
    call_command("achievement", *arguments)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "raw", "used"),
    [
        (("--target", "10", "--actual", "12", "--polarity", "lower"), "80,00 %", "80,00 %"),
        (("--target", "2,5", "--actual", "2,5"), "100,00 %", "100,00 %"),
        (("--target", "1.250", "--actual", "625"), "50,00 %", "50,00 %"),
        (("--target", "10", "--actual", "5", "--polarity", "lower", "--method", "invers"), "200,00 %", "200,00 %"),
        (("--target", "10", "--actual", "20", "--cap", "120"), "200,00 %", "120,00 %"),
        (("--target", "10", "--actual", "-2,5"), "-25,00 %", "0,00 %"),
        (("--target", "0", "--actual", "3"), "tidak dapat dihitung", "tidak dapat dihitung"),
        (("--kind", "range", "--low", "2", "--high", "8", "--actual", "5"), "100,00 %", "100,00 %"),
        (("--kind", "scale", "--target", "4", "--actual", "3"), "75,00 %", "75,00 %"),
        (("--kind", "date", "--target", "31/3/2026", "--actual", "1 Maret 2026"), "100,00 %", "100,00 %"),
        (("--kind", "ratio", "--target", "90", "--actual", "45/50"), "100,00 %", "100,00 %"),
        (("--target", "10", "--actual", "2", "3", "-", "--accumulation", "sum"), "50,00 %", "tidak dapat dihitung"),
    ],
)  # fmt: skip
def test_three_lines(capsys, arguments, raw, used):
    found = lines(capsys, *arguments)
    assert found[:2] == [raw, used]
    assert len(found) == 3


def test_the_third_line_is_the_sentence(capsys):
    assert lines(capsys, "--target", "10", "--actual", "12", "--polarity", "lower")[2] == (
        "Realisasi 12 dari target 10, makin rendah makin baik, rumus selisih (2 × 10 − 12) ÷ 10 = 80,00 %"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--target", "sepuluh", "--actual", "1"), "Angka “sepuluh” tidak terbaca"),
        (("--target", "1.5", "--actual", "1"), "Tulis 1,5 atau 15"),
        (("--actual", "1"), "Tulis targetnya"),
        (("--kind", "date", "--target", "30/2/2026", "--actual", "1/1/2026"), "tidak ada di kalender"),
        (("--kind", "scale", "--target", "A", "--actual", "1"), "Tingkat “A” tidak terbaca"),
        (("--kind", "ratio", "--target", "90", "--actual", "45/x"), "Angka “x” tidak terbaca"),
    ],
)
def test_what_cannot_be_read_is_said_and_ends_with_two(arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as error:
        call_command("achievement", *arguments)
    assert error.value.returncode == 2
