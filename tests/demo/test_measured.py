"""What was measured in the example government, what it came to, and the history of all of it."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Max, Min, Q

from agreements.models import (
    Indicator,
    Region,
    Unit,
)
from agreements.scope import UnitTree
from evaluations.checks import has_figure
from evaluations.enums import RealisationStatus, RevisionStatus, Section, ValueState
from evaluations.models import (
    VALUE_COLUMNS,
    BudgetRealisation,
    EvidenceUse,
    Narrative,
    Realisation,
    SourceRevision,
)
from evaluations.money import account_of
from evaluations.readings import is_due_in
from records.history import first_broken_link
from records.models import Event
from tests.demo.conftest import LAST, THIS, TODAY

pytestmark = pytest.mark.slow


def unit(short_name: str) -> Unit:
    return Unit.objects.get(short_name=short_name)


def absorbed(short_name: str) -> Decimal:
    return account_of(UnitTree().below([unit(short_name).pk]), LAST).absorption


# --- facts ------------------------------------------------------------------------------------


def test_every_figure_fits_its_kind_and_is_marked_as_invented(answer):
    columns = {"number": {"value"}, "range": {"value"}, "ratio": {"numerator", "denominator"}}
    columns |= {"scale": {"step"}, "date": {"date"}}
    for row in Realisation.objects.select_related("indicator", "period"):
        filled = {column for column in VALUE_COLUMNS if getattr(row, f"claimed_{column}") is not None}
        measured = row.state == ValueState.MEASURED
        assert row.invented, row
        assert filled == (columns[row.indicator.kind] if measured else set()), row
        assert has_figure(row, "claimed") == measured, row
        assert is_due_in(row.indicator, row.period.number), row


def test_last_year_is_final_and_only_one_district_never_filled(answer):
    assert set(Realisation.objects.filter(period__year=LAST).values_list("status", flat=True)) == {
        RealisationStatus.FINAL
    }
    known = set(Realisation.objects.filter(period__year=LAST).values_list("indicator_id", "period__number"))
    due = {
        (indicator.pk, number): indicator.unit.short_name
        for indicator in Indicator.objects.select_related("unit")
        for number in range(1, 5)
        if is_due_in(indicator, number)
    }
    assert {name for key, name in due.items() if key not in known} == {"Kec. Muara Sumping"}


def test_the_region_is_between_94_and_98_percent_with_some_below(results):
    heads = [r for r in results.values() if r.agreement.unit.on_map and r.mean is not None]
    mean = sum(r.mean for r in heads) / len(heads)
    assert 94 < mean < 98
    ratings = Counter(r.rating for r in heads)
    assert ratings["Sedang"] + ratings["Rendah"] in (5, 6)
    assert ratings["Rendah"] >= 1


def test_one_head_has_118_percent_and_misses_four_of_nine(results):
    result = results["Kepala Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"]
    assert 117 < result.mean < 119
    assert (result.headline.reached, result.headline.total) == (5, 9)


def test_money_and_performance_part_in_both_directions(results):
    assert 61 <= results["Kepala Dinas Lingkungan Hidup"].mean < 62
    assert 95 < absorbed("DLH") < 97
    assert 104 <= results["Kepala Dinas Pekerjaan Umum dan Penataan Ruang"].mean < 105
    assert 57 < absorbed("Dinas PUPR") < 59


def test_work_was_finished_and_not_paid(answer):
    december = BudgetRealisation.objects.get(
        budget__unit__short_name="Disperkim", budget__year=LAST, spent=0, month=12
    )
    assert december.physical == 100
    assert "tunda bayar" in december.note


def test_money_of_the_centre_stood_at_four_percent_at_mid_year(answer):
    june = BudgetRealisation.objects.get(
        budget__unit__short_name="Dinas PUPR", budget__fund_source="DAK Fisik", budget__year=LAST, month=6
    )
    assert 3.5 < june.spent / june.budget.amount * 100 < 4.5
    assert "gagal" in june.note


def test_one_figure_was_returned_twice(answer):
    returned = Event.objects.filter(action="meminta perbaikan realisasi")
    assert Counter(Counter(returned.values_list("subject_id", flat=True)).values())[2] == 1


def test_a_target_of_no_case_is_met_by_one_and_missed_by_another(results):
    raw = {
        row.promise.name: row.result.raw
        for result in results.values()
        for row in result.rows
        if row.promise.value == 0
    }
    assert sorted(raw.values()) == [0, 100]


def test_stories_of_verification_are_told(answer):
    running = Realisation.objects.filter(period__year=THIS)
    assert running.get(state=ValueState.NOT_PUBLISHED).expected_on == date(THIS, 12, 15)
    assert running.get(status=RealisationStatus.RETURNED).return_reason
    unverified = running.filter(status=RealisationStatus.SUBMITTED)
    assert set(unverified.values_list("indicator__unit__short_name", flat=True)) == {"BPBD"}
    corrected = Realisation.objects.exclude(correction_reason="")
    assert {row.period.year for row in corrected} == {LAST, THIS}
    assert all(row.values("claimed") != row.values("verified") for row in corrected)


def test_sources_revised_figures_that_were_final(answer):
    told = SourceRevision.objects.order_by("announced_on")
    assert list(told.values_list("realisation__indicator__name", "status", "value", "invented")) == [
        ("Persentase penduduk miskin", RevisionStatus.VERIFIED, Decimal("10.36"), True),
        ("Pertumbuhan ekonomi", RevisionStatus.SUBMITTED, Decimal("5.04"), True),
    ]


def test_two_units_are_late_in_the_latest_quarter(answer):
    quarter = Realisation.objects.filter(period__year=THIS, period__number=3, return_reason="")
    late = quarter.filter(submitted_at__date__gt=date(THIS, 10, 10))
    assert set(late.values_list("indicator__unit__short_name", flat=True)) == {"BPBD", "Disdukcapil"}


def test_one_file_proves_two_quarters(answer):
    spans = EvidenceUse.objects.values("evidence").annotate(
        first=Min("realisation__period__number"), last=Max("realisation__period__number")
    )
    assert [(s["first"], s["last"]) for s in spans if s["first"] != s["last"]] == [(1, 2)]
    without = Realisation.objects.filter(evidence_uses=None)
    assert not without.exists()


def test_all_reports_are_written_but_one_that_is_half(answer):
    units = Unit.objects.filter(writes_report=True)
    closed = Narrative.objects.filter(section=Section.CLOSING).values_list("report__unit", flat=True)
    assert [u.short_name for u in units if u.pk not in set(closed)] == ["BPBD"]

    written = Counter(Narrative.objects.values_list("report__unit__short_name", "section"))
    assert written["Dinkes", "objective"] == 3
    assert {section for name, section in written if name == "Dinkes"} == set(Section.values)
    assert {section for name, section in written if name == "BPBD"} < set(Section.values)
    assert not Narrative.objects.filter(Q(text__contains="{") | Q(text="")).exists()


# --- the history ------------------------------------------------------------------------------


def test_the_chain_is_unbroken_and_runs_forward_in_time(answer):
    assert first_broken_link() is None
    moments = list(Event.objects.order_by("number").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1].date() < TODAY
    assert not Event.objects.filter(refused=True).exists()


def test_the_history_says_that_its_times_are_staged(answer):
    first = Event.objects.get(number=1)
    assert "diperagakan" in first.after
    assert first.subject_type == Region._meta.label_lower


def test_nobody_verified_or_declared_what_they_submitted(answer):
    assert not Realisation.objects.filter(verified_own=True).exists()
    setda = Realisation.objects.filter(indicator__unit__short_name="Setda")
    assert set(setda.values_list("verified_by__username", flat=True)) == {"perencana"}
