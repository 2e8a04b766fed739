"""What people type is read as they mean it, and what is printed reads back as the same number."""

from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perjanjian import numerals
from perjanjian.numerals import AmbiguousNumeral, NumeralError, parse

NBSP = "\u00a0"


@st.composite
def figures(draw):
    """Every decimal of at most 15 digits, also in the short form 1E+3."""
    digits = draw(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
    figure = Decimal(digits).scaleb(-draw(st.integers(min_value=0, max_value=15)))
    return figure.normalize() if draw(st.booleans()) else figure


class TestRounding:
    @pytest.mark.parametrize(
        ("value", "places", "rounded"),
        [
            ("2.345", 2, "2.35"),
            ("2.335", 2, "2.34"),
            ("0.5", 0, "1"),
            ("1.5", 0, "2"),
            ("-2.345", 2, "-2.35"),
            ("79.995", 2, "80.00"),
            ("79.99499", 2, "79.99"),
            ("1E+3", 1, "1000.0"),
            ("1250", -2, "1.3E+3"),
        ],
    )
    def test_halves_go_away_from_zero(self, value, places, rounded):
        assert str(numerals.round_half_up(Decimal(value), places)) == rounded

    @pytest.mark.parametrize("value", ["-0.001", "-0", "-0.00"])
    def test_zero_loses_its_sign(self, value):
        assert str(numerals.round_half_up(Decimal(value), 2)) == "0.00"

    def test_the_precision_of_the_thread_does_not_matter(self):
        with localcontext() as context:
            context.prec = 3
            assert numerals.round_half_up(Decimal("123456.785"), 2) == Decimal("123456.79")
            assert numerals.format_number(Decimal("123456.785")) == "123.456,785"

    @given(figures(), st.integers(min_value=0, max_value=6))
    def test_rounding_moves_a_figure_by_half_a_step_at_most(self, figure, places):
        assert abs(numerals.round_half_up(figure, places) - figure) <= Decimal(5).scaleb(-places - 1)


class TestPrinting:
    @pytest.mark.parametrize(
        ("value", "decimals", "text"),
        [
            ("1234.5", None, "1.234,5"),
            ("2.50", None, "2,5"),
            ("2.00", None, "2"),
            ("1E+3", None, "1.000"),
            ("1E-7", None, "0,0000001"),
            ("999", None, "999"),
            ("1234567", None, "1.234.567"),
            ("-1234567.25", None, "-1.234.567,25"),
            ("-0", None, "0"),
            ("0.00", None, "0"),
            ("2.5", 2, "2,50"),
            ("2.345", 2, "2,35"),
            ("1234.5", 0, "1.235"),
            ("999.995", 2, "1.000,00"),
            ("-0.001", 2, "0,00"),
        ],
    )
    def test_a_number_is_written_the_indonesian_way(self, value, decimals, text):
        assert numerals.format_number(Decimal(value), decimals) == text

    def test_a_whole_number_may_be_an_int(self):
        assert numerals.format_number(-1250) == "-1.250"

    def test_without_grouping_only_the_comma_stays(self):
        assert numerals.format_number(Decimal("1234567.5"), 2, grouping=False) == "1234567,50"

    @pytest.mark.parametrize("value", [1.5, True, "1", None])
    def test_what_is_no_exact_figure_is_refused(self, value):
        with pytest.raises(TypeError):
            numerals.format_number(value)

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "sNaN"])
    def test_what_is_not_finite_is_refused(self, value):
        with pytest.raises(ValueError, match="finite"):
            numerals.format_number(Decimal(value))

    @pytest.mark.parametrize(
        ("value", "decimals", "text"),
        [("80", 2, f"80,00{NBSP}%"), ("101.255", 2, f"101,26{NBSP}%"), ("-3.5", 1, f"-3,5{NBSP}%")],
    )
    def test_percent(self, value, decimals, text):
        assert numerals.format_percent(Decimal(value), decimals) == text

    @pytest.mark.parametrize(
        ("value", "sen", "text"),
        [
            ("1234567", True, "Rp1.234.567,00"),
            ("1234567", False, "Rp1.234.567"),
            ("1234567.00", False, "Rp1.234.567"),
            ("1234567.5", False, "Rp1.234.567,50"),
            ("1234567.996", False, "Rp1.234.568"),
            ("-1500.5", True, "-Rp1.500,50"),
            ("-0.001", True, "Rp0,00"),
        ],
    )
    def test_rupiah(self, value, sen, text):
        assert numerals.format_rupiah(Decimal(value), sen) == text

    @pytest.mark.parametrize(
        ("nip", "text"),
        [
            ("198001012005011001", "19800101 200501 1 001"),
            ("19800101200501100", "19800101200501100"),
            ("19800101 200501 1 001", "19800101 200501 1 001"),
            ("", ""),
        ],
    )
    def test_nip(self, nip, text):
        assert numerals.format_nip(nip) == text

    def test_every_month_has_its_name(self):
        printed = [numerals.format_date(date(2026, month, 17)) for month in range(1, 13)]
        assert printed == [f"17 {name} 2026" for name in numerals.MONTHS]
        assert printed[7] == "17 Agustus 2026"

    @pytest.mark.parametrize(
        ("number", "text"),
        [(1, "I"), (2, "II"), (3, "III"), (4, "IV"), (9, "IX"), (14, "XIV"), (1994, "MCMXCIV")],
    )
    def test_roman(self, number, text):
        assert numerals.roman(number) == text

    @pytest.mark.parametrize("number", [0, -1, 4000])
    def test_roman_numerals_end_somewhere(self, number):
        with pytest.raises(ValueError, match="1 to 3999"):
            numerals.roman(number)


class TestReading:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("0", "0"),
            ("12", "12"),
            ("12,5", "12.5"),
            ("12,50", "12.5"),
            ("1250", "1250"),
            ("1250,5", "1250.5"),
            ("1.250", "1250"),
            ("1.250,5", "1250.5"),
            ("1.234.567,89", "1234567.89"),
            ("100.000", "100000"),
            ("0.338", "0.338"),
            ("0.5", "0.5"),
            ("-0.5", "-0.5"),
            ("0,338", "0.338"),
            ("1,250", "1.25"),
            ("007", "7"),
            ("-12,5", "-12.5"),
            ("\u2212" + "12,5", "-12.5"),
            ("+12,5", "12.5"),
            ("  12,5\t", "12.5"),
            (f"{NBSP}12,5{NBSP}", "12.5"),
            ("80%", "80"),
            (f"80,5{NBSP}%", "80.5"),
            ("Rp1.250.000", "1250000"),
            ("rp 1.250.000,50", "1250000.5"),
            (f"Rp.{NBSP}1.250.000,-", "1250000"),
            ("-Rp1.500", "-1500"),
            ("Rp-1.500", "-1500"),
            ("-0", "0"),
            ("-0,00", "0"),
            ("000.000", "0"),
            ("999999999999999", "999999999999999"),
            ("0,123456789012345", "0.123456789012345"),
        ],
    )
    def test_what_can_be_read_one_way_is_read(self, text, number):
        parsed = parse(text)
        assert str(parsed) == str(Decimal(number))

    @pytest.mark.parametrize(
        ("text", "readings"),
        [
            ("1.5", ("1.5", "15")),
            ("12.34", ("12.34", "1234")),
            ("1.2500", ("1.25", "12500")),
            ("1250.5", ("1250.5", "12505")),
            ("1.250.5", ("1250.5", "12505")),
            ("1,250.5", ("1250.5", "1.2505")),
            ("-1.5", ("-1.5", "-15")),
            ("Rp 12.50", ("12.5", "1250")),
            ("00.5", ("0.5", "5")),
        ],
    )
    def test_what_can_be_read_two_ways_is_asked_about(self, text, readings):
        with pytest.raises(AmbiguousNumeral) as caught:
            parse(text)
        assert caught.value.readings == tuple(Decimal(reading) for reading in readings)
        assert caught.value.message == f"Angka “{text}” bisa dibaca dua cara. Pilih yang dimaksud."
        assert str(caught.value) == caught.value.message

    @pytest.mark.parametrize(
        "text",
        [
            "abc",
            "-",
            "%",
            "Rp",
            "5,",
            ",5",
            ".5",
            "5.",
            "1.25.000",
            "1.250,5,0",
            "1.25,5",
            "1.250,500.5",
            "0.250.000",
            "0.250,5",
            "--5",
            "-Rp-5",
            "1 250",
            "1'250",
            "1e5",
            "1E+5",
            "NaN",
            "Infinity",
            "-inf",
            "1_000",
            "0x10",
            "\uff11\uff12",
            "\u0661\u0662",
            "½",
            "12 buah",
            "80 %%",
            "1\x00",
        ],
    )
    def test_what_cannot_be_read_gets_a_sentence_with_the_remedy(self, text):
        with pytest.raises(NumeralError, match=r"tidak terbaca\. Tulis hanya angka 0–9") as caught:
            parse(text)
        assert not isinstance(caught.value, AmbiguousNumeral)

    @pytest.mark.parametrize(
        ("text", "meant"),
        [("1,250,000", "1.250.000"), ("1,250,000.5", "1.250.000,5"), ("-1,250,000", "1.250.000")],
    )
    def test_commas_for_thousands_are_named(self, text, meant):
        with pytest.raises(NumeralError, match=f"memakai koma untuk ribuan. Tulis {meant} bila"):
            parse(text)

    @pytest.mark.parametrize(
        "text", ["1234567890123456", "1.234.567.890.123.456", "0,1234567890123456", "9" * 5000]
    )
    def test_more_than_fifteen_digits_are_refused(self, text):
        with pytest.raises(NumeralError, match="paling banyak 15 angka seluruhnya") as caught:
            parse(text)
        assert len(caught.value.message) < 200

    def test_zeros_without_meaning_do_not_count_as_digits(self):
        assert parse("000000123456789012345,000") == 123456789012345

    @pytest.mark.parametrize(
        ("text", "reference", "readings"),
        [
            ("1.250", "1.3", ("1.25", "1250")),
            ("1.250", "25", ("1.25", "1250")),  # 1,25 is exactly 20 times away, which is not more
            ("1.250", "25.1", None),  # both readings are far: nothing to prefer
            ("1.250", "62.4", None),
            ("1.250", "-1.3", ("1.25", "1250")),
            ("-1.250", "-1.3", ("-1.25", "-1250")),
            ("1.250", "1300", None),
            ("1.250", "0", None),
            ("1.250", "30000", None),  # far below, and the decimal reading further still
            ("1.250.000", "1.25", None),  # only one reading exists
            ("1.250,5", "1.25", None),
            ("1250", "1.25", None),
            ("0.338", "338", None),
        ],
    )
    def test_thousands_far_from_the_reference_are_asked_about(self, text, reference, readings):
        if readings is None:
            assert parse(text, reference=Decimal(reference)) == parse(text)
        else:
            with pytest.raises(AmbiguousNumeral) as caught:
                parse(text, reference=Decimal(reference))
            assert caught.value.readings == tuple(Decimal(reading) for reading in readings)

    @pytest.mark.parametrize(
        ("text", "decimals", "sentence"),
        [
            ("12,345", 2, "paling banyak 2 angka di belakang koma"),
            ("12,5", 0, "bukan bilangan bulat"),
            ("1.5", 0, "bukan bilangan bulat"),
            ("0.338", 2, "paling banyak 2 angka di belakang koma"),
        ],
    )
    def test_more_decimals_than_allowed_are_refused(self, text, decimals, sentence):
        with pytest.raises(NumeralError, match=sentence) as caught:
            parse(text, decimals=decimals)
        assert not isinstance(caught.value, AmbiguousNumeral)

    @pytest.mark.parametrize(("text", "decimals"), [("12,50", 1), ("12,00", 0), ("12,5", 1), ("12", 0)])
    def test_zeros_behind_the_comma_are_no_decimals(self, text, decimals):
        assert parse(text, decimals=decimals) == parse(text)

    def test_a_reading_with_too_many_decimals_is_not_offered(self):
        assert parse("1.253", reference=Decimal("1.2"), decimals=2) == 1253

    @pytest.mark.parametrize(
        ("text", "dialect", "number"),
        [
            ("1,234.56", "en", "1234.56"),
            ("1234.56", "en", "1234.56"),
            ("1.250", "en", "1.25"),
            ("1,250", "en", "1250"),
            ("80.5%", "en", "80.5"),
            ("12.5", "plain", "12.5"),
            ("1.250", "plain", "1.25"),
            ("1234.56", "plain", "1234.56"),
            ("-3", "plain", "-3"),
        ],
    )
    def test_published_files_are_read_in_their_dialect(self, text, dialect, number):
        assert parse(text, dialect=dialect, reference=Decimal(1)) == Decimal(number)

    @pytest.mark.parametrize(
        ("text", "dialect"),
        [
            ("1.234,56", "en"),
            ("1,23", "en"),
            ("12,34,567", "en"),
            ("0,250", "en"),
            ("1,234", "plain"),
            ("1.234.567", "plain"),
            ("1e5", "plain"),
        ],
    )
    def test_a_dialect_takes_nothing_else(self, text, dialect):
        with pytest.raises(NumeralError, match="Berkas ini memakai"):
            parse(text, dialect=dialect)


class TestThereAndBack:
    @given(figures())
    def test_what_is_printed_reads_back_the_same(self, figure):
        assert parse(numerals.format_number(figure)) == figure

    @given(figures())
    def test_a_figure_equal_to_its_reference_is_never_asked_about(self, figure):
        assert parse(numerals.format_number(figure), reference=figure) == figure

    @given(figures(), figures())
    def test_without_points_no_reference_raises_a_question(self, figure, reference):
        assert parse(numerals.format_number(figure, grouping=False), reference=reference) == figure

    @given(figures())
    def test_the_dialects_of_files_read_back_the_same(self, figure):
        assert parse(f"{figure:,f}", dialect="en") == figure
        assert parse(f"{figure:f}", dialect="plain") == figure

    @given(figures().filter(lambda figure: figure >= 0))
    def test_rupiah_and_percent_read_back_as_shown(self, figure):
        shown = numerals.round_half_up(figure, 2)
        if len(shown.normalize().as_tuple().digits) <= 15 and shown < 10**15:
            assert parse(numerals.format_rupiah(figure)) == shown
            assert parse(numerals.format_percent(figure)) == shown

    @given(st.text(alphabet="0123456789.,-+ %Rpe\u00a0", max_size=12), st.sampled_from(["id", "en", "plain"]))
    def test_any_text_is_a_number_or_a_sentence(self, text, dialect):
        try:
            outcome = parse(text, dialect=dialect, reference=Decimal("1.5"))
        except NumeralError as error:
            outcome = error
        assert isinstance(outcome, Decimal) or outcome.message.endswith(".")


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "17/08/2026",
            "17-08-2026",
            "17/8/2026",
            "17 Agustus 2026",
            "17 agustus 2026",
            f" 17{NBSP}Agustus 2026 ",
            "2026-08-17",
        ],
    )
    def test_the_usual_ways_to_write_a_date(self, text):
        assert numerals.parse_date(text) == date(2026, 8, 17)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("17/08-2026", "tidak terbaca"),
            ("17.08.2026", "tidak terbaca"),
            ("17/08/26", "tidak terbaca"),
            ("17 August 2026", "tidak terbaca"),
            ("besok", "tidak terbaca"),
            ("31/11/2026", "tidak ada di kalender"),
            ("29 Februari 2026", "tidak ada di kalender"),
            ("08/17/2026", "tidak ada di kalender"),
            ("2026-00-10", "tidak ada di kalender"),
            ("17/08/1944", "antara 1945 dan 2100"),
            ("2101-01-01", "antara 1945 dan 2100"),
            ("0000-01-01", "antara 1945 dan 2100"),
        ],
    )
    def test_anything_else_gets_a_sentence(self, text, sentence):
        with pytest.raises(NumeralError, match=sentence):
            numerals.parse_date(text)

    @given(st.dates(min_value=date(1945, 1, 1), max_value=date(2100, 12, 31)))
    def test_a_printed_date_reads_back_the_same(self, day):
        assert numerals.parse_date(numerals.format_date(day)) == day
        assert numerals.parse_date(day.isoformat()) == day
