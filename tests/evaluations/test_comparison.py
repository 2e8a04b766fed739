"""Data to compare with: years before and benchmarks, typed on one page by whom they concern."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements.enums import BenchmarkKind, Status
from agreements.models import Benchmark, Scale, ScaleStep
from evaluations import years_before
from evaluations.models import EarlierYear
from records.history import Actor
from records.models import Event
from tests.factories import add_promise, make_agreement, make_indicator, put_into
from tests.reports.cases import fact, signed_kesehatan

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(government):
    signed_kesehatan(government)
    return reverse("evaluations:comparison", args=(2026, government.kesehatan.pk))


def filled(client, page: str, indicator, **typed) -> dict:
    """What the page would send back, with some fields typed otherwise."""
    data = {}
    for entry in client.get(page).context["entries"]:
        for form in entry.forms:
            for field in form:
                value = field.value()
                data[field.html_name] = "" if value is None else str(value).replace(".", ",")
            if form is entry.source:
                data |= {f"{form.prefix}-{name}": form.initial[name] for name in ("seen", "seen_others")}
    return data | {f"i{indicator.pk}-{name.replace('_', '-')}": value for name, value in typed.items()}


def test_a_unit_types_its_years_before_with_one_line_of_history(client, government, page):
    client.force_login(government.users.operator_kesehatan)
    sent = filled(
        client,
        page,
        government.stunting,
        **{"2024_value": "17,5", "2024_target_value": "17", "source": "LKjIP 2024"},
    )
    answer = client.post(page, sent)
    assert answer.status_code == 302
    row = EarlierYear.objects.get()
    assert (row.year, row.reached_value, row.value, row.source) == (
        2024,
        Decimal("17.5"),
        Decimal(17),
        "LKjIP 2024",
    )
    assert row.recorded_by == government.users.operator_kesehatan
    event = Event.objects.order_by("-number").first()
    assert (event.action, event.capacity) == ("mengubah realisasi tahun sebelumnya", "Operator PD")
    assert "LKjIP 2024" in event.after


def test_saving_what_stands_there_writes_nothing(client, government, page):
    EarlierYear.objects.create(
        indicator=government.stunting, year=2023, reached_value=Decimal("19.2"), source="LKjIP 2023"
    )
    client.force_login(government.users.operator_kesehatan)
    before = Event.objects.count()
    assert client.post(page, filled(client, page, government.stunting)).status_code == 302
    assert Event.objects.count() == before
    assert EarlierYear.objects.get().reached_value == Decimal("19.2")


def test_a_figure_without_its_source_is_asked_about_and_nothing_is_lost(client, government, page):
    client.force_login(government.users.operator_kesehatan)
    answer = client.post(page, filled(client, page, government.stunting, **{"2024_value": "17,5"}))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Tulis sumbernya" in text
    assert 'value="17,5"' in text
    assert not EarlierYear.objects.exists()


def test_a_doubtful_number_is_asked_about(client, government, page):
    client.force_login(government.users.operator_kesehatan)
    answer = client.post(
        page, filled(client, page, government.stunting, **{"2024_value": "1,250.5", "source": "x"})
    )
    assert answer.status_code == 200
    assert "1,250.5" in answer.content.decode()
    assert not EarlierYear.objects.exists()


def test_a_year_measured_here_has_no_field_and_what_is_sent_for_it_is_not_kept(client, government, page):
    fact(government, government.stunting, "16.2", year=2025)
    client.force_login(government.users.operator_kesehatan)
    text = client.get(page).content.decode()
    assert "Diukur di aplikasi ini." in text
    assert f"i{government.stunting.pk}-2025-value" not in text
    client.post(page, filled(client, page, government.stunting, **{"2025_value": "9", "source": "x"}))
    assert not EarlierYear.objects.exists()


def test_a_year_measured_meanwhile_is_refused(government):
    fact(government, government.stunting, "16.2", year=2025)
    row = EarlierYear(indicator=government.stunting, year=2025, reached_value=Decimal(9), source="x")
    seen = years_before.mark_of(government.stunting, [])
    with pytest.raises(years_before.Measured, match="Tahun 2025 sudah diukur"):
        years_before.save(government.stunting, {2025: row}, seen, Actor(None, "Uji"))
    assert not EarlierYear.objects.exists()


def test_two_people_at_once_both_see_what_stands_there(client, government, page):
    client.force_login(government.users.operator_kesehatan)
    mine = filled(client, page, government.stunting, **{"2024_value": "17,5", "source": "LKjIP 2024"})
    EarlierYear.objects.create(
        indicator=government.stunting, year=2024, reached_value=Decimal(18), source="Dokumen lain"
    )
    answer = client.post(page, mine)
    text = answer.content.decode()
    assert "orang lain menyimpan data ini" in text
    assert "Dokumen lain" in text
    assert 'value="17,5"' in text
    assert EarlierYear.objects.get().reached_value == Decimal(18)
    entry = answer.context["entries"][0]
    again = mine | {f"i{government.stunting.pk}-seen": entry.source["seen"].value()}
    assert client.post(page, again).status_code == 302
    assert EarlierYear.objects.get().reached_value == Decimal("17.5")


def test_an_emptied_year_is_taken_away(client, government, page):
    for year in (2023, 2024):
        EarlierYear.objects.create(
            indicator=government.stunting, year=year, reached_value=Decimal(18), source="LKjIP"
        )
    client.force_login(government.users.operator_kesehatan)
    client.post(page, filled(client, page, government.stunting, **{"2023_value": ""}))
    assert [row.year for row in EarlierYear.objects.all()] == [2024]


def test_years_of_several_documents_keep_theirs(client, government, page):
    for year in (2023, 2024):
        EarlierYear.objects.create(
            indicator=government.stunting, year=year, reached_value=Decimal(18), source=f"LKjIP {year}"
        )
    client.force_login(government.users.operator_kesehatan)
    client.post(
        page, filled(client, page, government.stunting, **{"2022_value": "20", "source": "LKjIP 2022"})
    )
    found = {row.year: row.source for row in EarlierYear.objects.all()}
    assert found == {2022: "LKjIP 2022", 2023: "LKjIP 2023", 2024: "LKjIP 2024"}


def test_dates_and_steps_have_their_own_fields(client, government):
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("Wajar Dengan Pengecualian", "Wajar Tanpa Pengecualian"), start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    opinion = make_indicator(government.kesehatan, "Opini BPK", kind="scale", scale=scale)
    bylaw = make_indicator(government.kesehatan, "Penetapan Perda", kind="date")
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, opinion, government.sasaran, step=2)
    add_promise(agreement, bylaw, government.sasaran, date=date(2026, 11, 30))
    put_into(agreement, Status.IN_FORCE)
    page = reverse("evaluations:comparison", args=(2026, government.kesehatan.pk))
    client.force_login(government.users.perencana)
    sent = filled(client, page, opinion, **{"2024_step": "2", "source": "LHP BPK"})
    sent |= {f"i{bylaw.pk}-2024-date": "2024-11-28", f"i{bylaw.pk}-source": "LKjIP 2024"}
    assert client.post(page, sent).status_code == 302
    assert EarlierYear.objects.get(indicator=opinion).reached_step == 2
    assert EarlierYear.objects.get(indicator=bylaw).reached_date == date(2024, 11, 28)


def test_who_plans_types_benchmarks_on_the_same_page(client, government, page):
    client.force_login(government.users.perencana)
    sent = filled(client, page, government.stunting, national_value="19,8", national_source="SSGI 2026")
    assert client.post(page, sent).status_code == 302
    row = Benchmark.objects.get()
    assert (row.kind, row.name, row.year, row.value) == (
        BenchmarkKind.NATIONAL, "Indonesia", 2026, Decimal("19.8"),
    )  # fmt: skip
    assert Event.objects.order_by("-number").first().action == "mengubah pembanding"


def test_benchmarks_are_not_the_units_to_write(client, government, page):
    client.force_login(government.users.operator_kesehatan)
    assert "national" not in client.get(page).content.decode()
    sent = filled(
        client, page, government.stunting, national_value="19,8", national_source="SSGI", national_name="x"
    )
    client.post(page, sent)
    assert not Benchmark.objects.exists()


def test_benchmarks_not_asked_for_on_the_page_stay(client, government, page):
    Benchmark.objects.create(
        indicator=government.stunting, year=2025, kind=BenchmarkKind.NEIGHBOUR, name="Kota Seberang",
        value=Decimal(15), source="SSGI",
    )  # fmt: skip
    client.force_login(government.users.perencana)
    sent = filled(client, page, government.stunting, national_value="19,8", national_source="SSGI 2026")
    client.post(page, sent)
    assert {row.name for row in Benchmark.objects.all()} == {"Kota Seberang", "Indonesia"}


def test_indicators_of_another_unit_are_that_units_to_write(client, government):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.literasi, government.sasaran)
    put_into(agreement, Status.IN_FORCE)
    page = reverse("evaluations:comparison", args=(2026, government.kesehatan.pk))
    client.force_login(government.users.operator_kesehatan)
    text = client.get(page).content.decode()
    assert "diisi oleh PD pengampunya, Dinas Pendidikan dan Kebudayaan" in text
    client.post(page, filled(client, page, government.literasi, **{"2024_value": "60", "source": "x"}))
    assert not EarlierYear.objects.exists()


def test_one_indicator_has_its_own_page(client, government):
    page = reverse("evaluations:earlier_years", args=(2026, government.stunting.pk))
    client.force_login(government.users.operator_kesehatan)
    sent = filled(client, page, government.stunting, **{"2022_value": "21", "source": "LKjIP 2022"})
    answer = client.post(page, sent)
    assert answer.url == reverse("agreements:indicator_detail", args=(2026, government.stunting.pk))
    assert EarlierYear.objects.get().reached_value == Decimal(21)


def test_a_refused_attempt_is_written(client, government, page):
    client.force_login(government.users.bupati)
    assert client.post(page, {}).status_code == 403
    assert Event.objects.order_by("-number").first().refused


@pytest.mark.parametrize("count", [2, 12])
def test_the_page_asks_no_more_for_more_indicators(count, client, government, django_assert_max_num_queries):
    agreement = make_agreement(government.kadinkes)
    for number in range(count):
        indicator = make_indicator(government.kesehatan, f"Indikator {number}")
        add_promise(agreement, indicator, government.sasaran)
        EarlierYear.objects.create(indicator=indicator, year=2024, reached_value=Decimal(1), source="LKjIP")
        Benchmark.objects.create(
            indicator=indicator, year=2025, name="Indonesia", value=Decimal(2), source="BPS"
        )
    put_into(agreement, Status.IN_FORCE)
    client.force_login(government.users.perencana)
    client.get(reverse("reports:guide"))
    with django_assert_max_num_queries(20):
        answer = client.get(reverse("evaluations:comparison", args=(2026, government.kesehatan.pk)))
    assert len(answer.context["entries"]) == count
