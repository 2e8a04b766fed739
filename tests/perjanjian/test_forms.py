"""Fields take what civil servants type, ask where it is doubtful, and lose nothing that was typed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django import forms
from django.db import models
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from perjanjian.forms import IndonesianDateField, MoneyField, NipField, NumeralField
from perjanjian.numerals import AmbiguousNumeral, parse

NIP = "198001012005011001"


class TargetForm(forms.Form):
    name = forms.CharField(required=False)
    target = NumeralField(decimal_places=4)
    budget = MoneyField(required=False)


class Tags(HTMLParser):
    """The start tags of a page, each as its name and attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, tag):
        return [attrs for found, attrs in self.found if found == tag]


def readings(html):
    """Name and value of each button that offers a reading."""
    return [(button["name"], button["value"]) for button in Tags(html).named("button") if "name" in button]


class TestNumeralField:
    @pytest.mark.parametrize(
        ("typed", "value"),
        [
            ("1.250,5", "1250.5"),
            ("1.250", "1250"),
            (" 2,50 ", "2.5"),
            ("0.338", "0.338"),
            ("-3", "-3"),
            ("80 %", "80"),
        ],
    )
    def test_it_reads_indonesian(self, typed, value):
        assert NumeralField().clean(typed) == Decimal(value)

    @pytest.mark.parametrize("typed", ["", "   ", "\u00a0", None])
    def test_nothing_typed_is_unknown_and_not_zero(self, typed):
        assert NumeralField(required=False).clean(typed) is None

    @pytest.mark.parametrize("typed", ["", "   ", None])
    def test_a_required_field_says_so(self, typed):
        with pytest.raises(forms.ValidationError, match="tidak boleh kosong"):
            NumeralField().clean(typed)

    @pytest.mark.parametrize(
        ("limits", "typed", "sentence"),
        [
            ({}, "banyak", "Tulis hanya angka 0–9"),
            ({"decimal_places": 2}, "1,234", "paling banyak 2 angka di belakang koma"),
            ({"decimal_places": 0}, "1,5", "bukan bilangan bulat"),
            ({"max_digits": 6, "decimal_places": 2}, "10.000", "paling banyak 4 angka di depan koma"),
            ({"min_value": 0}, "-1", "Isi angka paling sedikit 0"),
            ({"max_value": Decimal("1000.5")}, "1.001", "Isi angka paling banyak 1.000,5"),
        ],
    )
    def test_what_does_not_fit_gets_a_sentence(self, limits, typed, sentence):
        with pytest.raises(forms.ValidationError, match=sentence):
            NumeralField(**limits).clean(typed)

    @pytest.mark.parametrize(
        ("limits", "typed"),
        [
            ({"max_digits": 6, "decimal_places": 2}, "9.999,99"),
            ({"min_value": 0}, "0"),
            ({"max_value": 100}, "100"),
        ],
    )
    def test_the_limits_themselves_fit(self, limits, typed):
        assert NumeralField(**limits).clean(typed) is not None

    @pytest.mark.parametrize(
        ("initial", "typed", "changed"),
        [
            (Decimal("2.5"), "2,50", False),
            (Decimal("80.0000"), "80", False),
            (Decimal(1250), "1.250", False),
            (1250, "1250", False),
            ("2,5", "2,50", False),
            (None, "", False),
            (None, "  ", False),
            (None, "0", True),
            (Decimal(0), "", True),
            (Decimal("2.5"), "2,51", True),
            (Decimal("2.5"), "dua", True),
            (Decimal("1.5"), "1.5", True),
        ],
    )
    def test_only_another_number_is_a_change(self, initial, typed, changed):
        assert NumeralField().has_changed(initial, typed) is changed

    def test_a_disabled_field_never_changes_and_keeps_its_figure(self):
        class Fixed(forms.Form):
            target = NumeralField(disabled=True, initial=Decimal("1250.5"))

        form = Fixed({"target": "9"})
        assert form.is_valid()
        assert form.cleaned_data == {"target": Decimal("1250.5")}
        assert not form.has_changed()

    @pytest.mark.parametrize(
        ("value", "shown"),
        [(Decimal("1250.50"), "1.250,5"), (Decimal("1E+3"), "1.000"), (7, "7"), (None, None), ("1.5", "1.5")],
    )
    def test_figures_are_shown_in_indonesian_and_typed_text_as_typed(self, value, shown):
        assert NumeralField().prepare_value(value) == shown

    def test_a_figure_far_from_its_reference_is_shown_so_that_it_reads_back(self):
        field = NumeralField(reference=Decimal("1.25"))
        assert field.prepare_value(Decimal(1250)) == "1250"
        assert field.clean("1250") == 1250

    @given(
        st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
        st.integers(min_value=0, max_value=8),
        st.decimals(min_value=-1000000, max_value=1000000, places=3),
    )
    def test_a_shown_figure_sent_back_is_the_same_figure(self, digits, places, reference):
        figure = Decimal(digits).scaleb(-places)
        field = NumeralField(reference=reference)
        assert field.clean(field.prepare_value(figure)) == figure
        assert not field.has_changed(figure, field.prepare_value(figure))

    def test_it_takes_the_place_of_a_model_fields_own(self):
        column = models.DecimalField("Target", max_digits=15, decimal_places=4, blank=True, null=True)
        field = column.formfield(form_class=NumeralField)
        assert (field.label, field.required, field.decimal_places) == ("Target", False, 4)
        assert field.clean("12.345.678.901,2345") == Decimal("12345678901.2345")
        with pytest.raises(forms.ValidationError, match="paling banyak 11 angka di depan koma"):
            field.clean("123.456.789.012")

    def test_the_input_brings_up_the_number_keys_and_keeps_no_history(self):
        (attrs,) = Tags(TargetForm(initial={"target": Decimal("1250.5")})["target"]).named("input")
        assert attrs["value"] == "1.250,5"
        assert attrs["inputmode"] == "decimal"
        assert attrs["autocomplete"] == "off"
        assert attrs["class"] == "form-control"
        assert "style" not in attrs

    def test_unreadable_text_stays_as_typed(self):
        form = TargetForm({"target": "seribu <b>", "name": "Angka kemiskinan"})
        assert not form.is_valid()
        page = Tags(form.as_div())
        assert [attrs.get("value") for attrs in page.named("input")] == [
            "Angka kemiskinan",
            "seribu <b>",
            None,
        ]
        assert page.named("button") == []


class TestTwoReadings:
    def test_the_sentence_and_a_button_for_each_reading(self):
        form = TargetForm({"target": "1.5"})
        assert form.errors == {"target": ["Angka “1.5” bisa dibaca dua cara. Pilih yang dimaksud."]}
        assert form.errors.as_data()["target"][0].code == "ambiguous"
        assert readings(form["target"]) == [("target__reading", "1,5"), ("target__reading", "15")]
        assert readings(form["budget"]) == []

    def test_a_percent_sign_in_the_text_does_not_break_the_sentence(self):
        assert TargetForm({"target": "1.5%"}).errors["target"] == [
            "Angka “1.5%” bisa dibaca dua cara. Pilih yang dimaksud."
        ]

    def test_the_buttons_need_no_script_and_do_not_stop_at_other_fields(self):
        buttons = Tags(TargetForm({"target": "1.5"})["target"]).named("button")
        assert all(button["type"] == "submit" and "formnovalidate" in button for button in buttons)
        assert not any(name.startswith("on") or name == "style" for button in buttons for name in button)

    def test_the_enter_key_chooses_nothing(self):
        first, *rest = Tags(TargetForm({"target": "1.5"})["target"]).named("button")
        assert "name" not in first
        assert first["aria-hidden"] == "true"
        assert first["tabindex"] == "-1"
        # A button that is not laid out would be passed over by some browsers.
        assert first["class"] == "visually-hidden"
        assert all("aria-hidden" not in button for button in rest)

    def test_the_group_of_buttons_has_a_name_and_escapes_what_was_typed(self):
        form = TargetForm({"target": "1.5 "})
        group = next(attrs for attrs in Tags(form["target"]).named("div") if attrs.get("role") == "group")
        assert group["aria-label"] == "Angka yang dimaksud dengan “1.5 ”"
        widget = form.fields["target"].widget
        assert "&quot;&gt;&lt;b&gt;" in widget.render("target", '"><b>', {})

    @pytest.mark.parametrize(("chosen", "value"), [("1,5", "1.5"), ("15", "15")])
    def test_a_pressed_button_counts_before_the_text(self, chosen, value):
        form = TargetForm(QueryDict(f"name=A&target=1.5&budget=2.000&target__reading={chosen}"))
        assert form.is_valid()
        assert form.cleaned_data == {"name": "A", "target": Decimal(value), "budget": Decimal(2000)}

    def test_every_offered_reading_is_taken_without_another_question(self):
        for typed, reference in [
            ("1.250", "1.2"),
            ("1.5", None),
            ("1,250.5", "1"),
            ("1.250.50", "3"),
            ("-12.34", "12"),
        ]:
            field = NumeralField(reference=reference and Decimal(reference))
            with pytest.raises(forms.ValidationError):
                field.clean(typed)
            offered = readings(field.widget.render("target", typed))
            assert len(offered) == 2
            with pytest.raises(AmbiguousNumeral) as caught:
                parse(typed, reference=field.reference)
            assert [field.clean(value) for _, value in offered] == list(caught.value.readings)

    def test_the_chosen_number_stays_when_another_field_is_wrong(self):
        data = QueryDict("target=1.250&target__reading=1250&budget=mahal")
        form = TargetForm(data)
        form.fields["target"].reference = Decimal("1.25")
        assert list(form.errors) == ["budget"]
        (attrs,) = Tags(form["target"]).named("input")
        assert attrs["value"] == "1250"
        form = TargetForm({"target": attrs["value"], "budget": "1"})
        form.fields["target"].reference = Decimal("1.25")
        assert form.is_valid()

    def test_the_reference_of_one_form_is_not_anothers(self):
        asking, plain = TargetForm({"target": "1.250"}), TargetForm({"target": "1.250"})
        asking.fields["target"].reference = Decimal("1.25")
        assert not asking.is_valid()
        assert plain.is_valid()
        assert plain.cleaned_data["target"] == 1250
        assert readings(plain["target"]) == []

    def test_the_question_goes_when_the_text_is_clear(self):
        field = NumeralField()
        with pytest.raises(forms.ValidationError):
            field.clean("1.5")
        field.clean("1,5")
        assert readings(field.widget.render("target", "1,5")) == []

    def test_in_a_formset_each_row_asks_for_itself(self):
        formset_class = forms.formset_factory(TargetForm, extra=2)
        management = {"tw-TOTAL_FORMS": "2", "tw-INITIAL_FORMS": "0"}
        typed = {"tw-0-target": "1.5", "tw-1-target": "12.34"}
        formset = formset_class(management | typed, prefix="tw")
        assert not formset.is_valid()
        offered = [readings(form["target"]) for form in formset]
        assert offered == [
            [("tw-0-target__reading", "1,5"), ("tw-0-target__reading", "15")],
            [("tw-1-target__reading", "12,34"), ("tw-1-target__reading", "1234")],
        ]
        formset = formset_class(management | typed | {"tw-1-target__reading": "12,34"}, prefix="tw")
        assert [list(form.errors) for form in formset] == [["target"], []]
        assert formset.forms[1].cleaned_data["target"] == Decimal("12.34")

    def test_drawn_by_crispy_the_field_is_marked_and_its_message_shown(self):
        form = TargetForm({"target": "1.5"})
        html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))
        page = Tags(html)
        field = next(attrs for attrs in page.named("input") if attrs["name"] == "target")
        assert {"form-control", "is-invalid"} <= set(field["class"].split())
        assert field["aria-invalid"] == "true"
        # Bootstrap shows .invalid-feedback beside an invalid sibling only: the input must not be wrapped.
        message = next(attrs for attrs in page.named("div") if attrs.get("class") == "invalid-feedback")
        assert message["id"] == field["aria-describedby"]
        assert readings(html) == [("target__reading", "1,5"), ("target__reading", "15")]


class TestMoneyField:
    @pytest.mark.parametrize(
        ("typed", "value"),
        [
            ("Rp1.250.000", "1250000"),
            ("Rp 1.250.000,50", "1250000.5"),
            ("1.250.000,-", "1250000"),
            ("9.999.999.999.999,99", "9999999999999.99"),
        ],
    )
    def test_rupiah_as_officials_write_them(self, typed, value):
        assert MoneyField().clean(typed) == Decimal(value)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("80%", "bukan persen"),
            ("1,234", "paling banyak 2 angka di belakang koma"),
            ("10.000.000.000.000", "paling banyak 13 angka di depan koma"),
            ("1.5", "bisa dibaca dua cara"),
        ],
    )
    def test_what_is_no_amount_gets_a_sentence(self, typed, sentence):
        with pytest.raises(forms.ValidationError, match=sentence):
            MoneyField().clean(typed)

    @pytest.mark.parametrize(
        ("value", "shown"), [("1250000.00", "1.250.000"), ("1250000.50", "1.250.000,50"), ("0.00", "0")]
    )
    def test_sen_are_shown_where_there_are_some(self, value, shown):
        assert MoneyField().prepare_value(Decimal(value)) == shown


class TestIndonesianDateField:
    @pytest.mark.parametrize("typed", ["2026-08-17", "17/08/2026", "17-08-2026", " 17 Agustus 2026 "])
    def test_the_usual_ways_to_write_a_date(self, typed):
        assert IndonesianDateField().clean(typed) == date(2026, 8, 17)

    @pytest.mark.parametrize("typed", ["", "  ", None])
    def test_nothing_typed_is_no_date(self, typed):
        assert IndonesianDateField(required=False).clean(typed) is None
        with pytest.raises(forms.ValidationError, match="tidak boleh kosong"):
            IndonesianDateField().clean(typed)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("17.08", "tidak terbaca"),
            ("2026-02-30", "tidak ada di kalender"),
            ("1900-01-01", "1945 dan 2100"),
        ],
    )
    def test_anything_else_gets_a_sentence(self, typed, sentence):
        with pytest.raises(forms.ValidationError, match=sentence):
            IndonesianDateField().clean(typed)

    @pytest.mark.parametrize(
        ("value", "shown"),
        [(date(2026, 8, 17), "2026-08-17"), ("17 Agustus 2026", "2026-08-17"), ("besok", "besok")],
    )
    def test_the_browser_gets_iso_whatever_was_typed(self, value, shown):
        class DateForm(forms.Form):
            signed_on = IndonesianDateField()

        form = (
            DateForm({"signed_on": value})
            if isinstance(value, str)
            else DateForm(initial={"signed_on": value})
        )
        (attrs,) = Tags(form["signed_on"]).named("input")
        assert (attrs["type"], attrs["value"], attrs["class"]) == ("date", shown, "form-control")

    @pytest.mark.parametrize(
        ("typed", "changed"), [("2026-08-17", False), ("17/08/2026", False), ("2026-08-18", True)]
    )
    def test_only_another_day_is_a_change(self, typed, changed):
        assert IndonesianDateField().has_changed(date(2026, 8, 17), typed) is changed


class TestNipField:
    @pytest.mark.parametrize(
        "typed", [NIP, "19800101 200501 1 001", f" {NIP} ", "19800101\u00a0200501\u00a01\u00a0001"]
    )
    def test_spaces_are_dropped(self, typed):
        assert NipField().clean(typed) == NIP

    def test_the_number_of_a_pppk_has_its_work_agreement_in_place_of_a_month(self):
        assert NipField().clean("19900312 202321 2 014") == "199003122023212014"

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("19800101200501100", "terdiri atas 18 angka.*ada 17 tanda"),
            ("19800101200501100A", "terdiri atas 18 angka"),
            ("\uff11" * 18, "terdiri atas 18 angka"),
            ("19801301 200501 1 001", "Tanggal lahir dalam NIP .19801301. tidak ada"),
            ("19800230 200501 1 001", "Tanggal lahir"),
            ("19800101 200500 1 001", "Bulan pengangkatan dalam NIP .00. tidak ada"),
            ("19800101 200513 1 001", "Bulan pengangkatan"),
        ],
    )
    def test_an_impossible_number_gets_a_sentence(self, typed, sentence):
        with pytest.raises(forms.ValidationError, match=sentence):
            NipField().clean(typed)

    def test_it_may_be_left_empty_where_that_is_allowed(self):
        assert NipField(required=False).clean("  ") == ""

    def test_a_models_length_leaves_room_for_the_spaces(self):
        field = models.CharField("NIP", max_length=18).formfield(form_class=NipField)
        assert "maxlength" not in field.widget.attrs
        assert field.clean("19800101 200501 1 001") == NIP

    def test_it_is_shown_in_groups_and_reads_back_unchanged(self):
        field = NipField()
        assert field.prepare_value(NIP) == "19800101 200501 1 001"
        assert not field.has_changed(NIP, field.prepare_value(NIP))


class TestFilters:
    @pytest.mark.parametrize(
        ("expression", "value", "shown"),
        [
            ("value|numeral", Decimal("1250.50"), "1.250,5"),
            ("value|numeral:2", Decimal("2.345"), "2,35"),
            ("value|numeral", 0, "0"),
            ("value|percent", Decimal(80), "80,00\u00a0%"),
            ("value|percent:0", Decimal("79.5"), "80\u00a0%"),
            ("value|rupiah", Decimal(1250000), "Rp1.250.000,00"),
            ("value|rupiah:False", Decimal(-1250000), "-Rp1.250.000"),
            ("value|nip", NIP, "19800101 200501 1 001"),
            ("value|tanggal", date(2026, 8, 17), "17 Agustus 2026"),
            ("value|roman", 4, "IV"),
            *(
                (f"value|{name}", None, "–")
                for name in ("numeral", "percent", "rupiah", "nip", "tanggal", "roman")
            ),
            ("value|nip", "", "–"),
        ],
    )
    def test_templates_print_the_indonesian_way(self, expression, value, shown):
        page = Template("{% load numerals %}{{ " + expression + " }}")
        assert page.render(Context({"value": value})) == shown

    def test_a_moment_is_printed_with_the_day_of_the_government(self):
        late = datetime(2026, 8, 16, 18, 30, tzinfo=UTC)
        with timezone.override("Asia/Jakarta"):
            page = Template("{% load numerals %}{{ moment|tanggal }}").render(Context({"moment": late}))
        assert page == "17 Agustus 2026"
