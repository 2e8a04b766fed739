"""Figures as printed, and files as people send them."""

from decimal import Decimal

import pytest

from evaluations.published.declarations import declarations
from evaluations.published.reading import (
    FILES,
    STYLES,
    FileRefused,
    NotPublished,
    Span,
    Unreadable,
    read_figure,
    read_number,
    read_rows,
    read_step,
)

BPK = ("TMP", "TW", "WDP", "WTP-DPP", "WTP")
HEADING = ",".join(FILES["opd_lists.csv"])


@pytest.mark.parametrize(
    ("text", "style", "unit", "value", "places"),
    [
        ("1.234,56", "koma", "", "1234.56", 2),
        ("1,234.56", "inggris", "", "1234.56", 2),
        ("1,004,422,800", "inggris", "", "1004422800", 0),
        ("12.5", "titik", "", "12.5", 1),
        ("12.5", "campuran", "", "12.5", 1),
        ("12,5", "campuran", "", "12.5", 1),
        ("24.738,28", "campuran", "", "24738.28", 2),
        ("11.713", "campuran", "", "11.713", 3),
        ("11.713", "koma", "", "11713", 0),
        ("85.00", "campuran", "", "85", 2),
        ("112%", "koma", "%", "112", 0),
        ("121 %", "koma", "%", "121", 0),
        ("109,337%", "koma", "%", "109.337", 3),
        ("137,28 persen", "koma", "%", "137.28", 2),
        ("-24,65", "campuran", "", "-24.65", 2),
        ("0,0", "koma", "", "0", 1),
        (".00", "titik", "", "0", 2),
        ("15 Nagari", "koma", "Nagari", "15", 0),
        ("12 orang/bulan", "titik", "Orang/bulan", "12", 0),
        ("Rp 4,2 triliun", "koma", "Rp", "4200000000000", 1),
        ("Rp. 22.275.313.470,-", "koma", "", "22275313470", 0),
        ("Rp5.294.655.000,00", "koma", "", "5294655000", 2),
        ("6.05", "titik_ragu", "", "6.05", 2),
    ],
)
def test_a_figure_is_read_as_its_source_prints_it(text, style, unit, value, places):
    figure = read_number(text, style, unit)
    assert (figure.value, figure.places) == (Decimal(value), places)


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("12,5", "0.05"),
        ("12,50", "0.005"),
        ("12", "0"),
        ("Rp 4,2 triliun", "50000000000"),
        ("5 juta", "500000"),
    ],
)
def test_what_is_printed_with_decimals_may_be_off_by_half_its_last_place(text, half):
    assert read_number(text, "koma", "").half == Decimal(half)


@pytest.mark.parametrize(
    ("text", "style", "low", "high"),
    [
        ("80-90", "koma", "80", "90"),
        ("69,1-69,5", "koma", "69.1", "69.5"),
        ("0.2755-0.2710", "titik", "0.271", "0.2755"),
        ("0.0273%-0.0344%", "titik", "0.0273", "0.0344"),
        ("7 s.d. 8", "koma", "7", "8"),
        ("7 sampai 8", "koma", "7", "8"),
    ],
)
def test_a_range_has_two_ends_whichever_stands_first(text, style, low, high):
    span = read_figure(text, style)
    assert isinstance(span, Span)
    assert (span.low.value, span.high.value) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("n/a", "koma"),
        ("-", "koma"),
        ("", "koma"),
        ("   ", "koma"),
        ("#DIV/0!", "koma"),
        ("#REF!", "titik"),
        ("WTP", "koma"),
        ("85.00", "koma"),
        ("1.234,56", "titik"),
        ("12,5", "titik"),
        ("1,234.56", "koma"),
        ("10,274,076", "campuran"),
        ("42.241", "titik_ragu"),
        ("1.528.85", "titik"),
        ("1 : 31:1 : 31", "titik"),
        ("65:66", "titik"),
        ("1e5", "titik"),
        ("NaN", "titik"),
        ("12 Nagari", "koma"),
        ("9" * 400, "koma"),
        ("1-2-3", "koma"),
    ],
)
def test_what_does_not_fit_the_declared_style_is_unreadable_and_not_guessed(text, style):
    with pytest.raises(Unreadable) as error:
        read_figure(text, style, "Desa")
    assert len(str(error.value)) < 250


@pytest.mark.parametrize("text", ["Belum Rilis", "belum rilis", "Data belum rilis"])
def test_a_figure_not_released_yet_says_so(text):
    with pytest.raises(NotPublished):
        read_figure(text, "koma")


def test_a_predicate_is_a_step_of_its_declared_scale():
    assert read_step("WTP", BPK) == 5
    assert read_step("wtp-dpp", BPK) == 4


@pytest.mark.parametrize(("text", "steps"), [("Baik", BPK), ("WTP", ()), ("n/a", BPK), ("", BPK)])
def test_a_predicate_without_its_scale_is_unreadable(text, steps):
    with pytest.raises(Unreadable):
        read_step(text, steps)


def test_every_declaration_names_a_known_style_and_says_why():
    assert {declared.style for declared in declarations().values()} == set(STYLES)
    assert all(declared.reason.endswith(".") for declared in declarations().values())


# --- files ------------------------------------------------------------------------------------


def written(tmp_path, content: bytes | str):
    path = tmp_path / "opd_lists.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "kosong"),
        ("region,opd_name\nKota A,Dinas B\n", "kolom type tidak ada"),
        (f"{HEADING}\nKota A,Dinas Caf\xe9,dinas\n".encode("latin-1"), "UTF-8"),
        ("\ufeffPK\x03\x04", "kolom region, opd_name, type tidak ada"),
        (f"{HEADING}\nKota A,{'x' * 200_000},dinas\n", "baris 2"),
        (f"{HEADING}\nKota A,Dinas \0B,dinas\n", "NUL"),
        (f'{HEADING}\nKota A,"Dinas B"x,dinas\n', "baris 2"),
        (f'{HEADING}\nKota A,"Dinas B,dinas\n', "baris 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path, content, said):
    with pytest.raises(FileRefused) as error:
        read_rows(written(tmp_path, content), "opd_lists.csv")
    assert str(error.value).startswith("opd_lists.csv: ")
    assert said in str(error.value)


def test_a_missing_file_and_a_folder_in_its_place_are_refused(tmp_path):
    with pytest.raises(FileRefused, match="tidak dapat dibuka"):
        read_rows(tmp_path, "opd_lists.csv")
    (tmp_path / "opd_lists.csv").mkdir()
    with pytest.raises(FileRefused, match="tidak dapat dibuka"):
        read_rows(tmp_path, "opd_lists.csv")


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("evaluations.published.reading.MOST_BYTES", 10)
    with pytest.raises(FileRefused, match="lebih besar"):
        read_rows(written(tmp_path, f"{HEADING}\n"), "opd_lists.csv")


def test_lines_are_counted_as_an_editor_counts_them_and_no_line_is_dropped(tmp_path):
    text = (
        f'\ufeff{HEADING},lain\r\nKota A,"Dinas\r\nB",dinas,x\r\n\r\n Kota C ,Dinas D\r\nKota E,F,G,H,I\r\n'
    )
    rows = read_rows(written(tmp_path, text), "opd_lists.csv")
    assert [(row.line, row["region"], bool(row.fault)) for row in rows] == [
        (2, "Kota A", False),
        (5, "Kota C", True),
        (6, "Kota E", True),
    ]
