"""Results of agreements: facts read by every promise, provisional until verified, in few queries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.enums import Accumulation, ActionPlanStatus, Calendar, Ground, Kind, Status
from agreements.models import ActionPlan, ActionPlanTarget, Agreement, YearPolicy
from evaluations.enums import CellState, RealisationStatus, ValueState
from evaluations.results import result_of, results_of
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_issue,
    make_period,
    make_position,
    make_realisation,
    put_into,
)

AFTER_TW1 = date(2026, 4, 30)
AFTER_THE_YEAR = date(2027, 2, 1)


def set_status(agreement, status):
    put_into(agreement, status)


@pytest.fixture
def pk_kadinkes(government):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal("10"))
    return agreement


def submitted(indicator, number, value, **fields):
    fields.setdefault("status", RealisationStatus.SUBMITTED)
    return make_realisation(indicator, make_period(number=number), value, **fields)


def verified(indicator, number, claimed, value, user, **fields):
    return submitted(
        indicator,
        number,
        claimed,
        status=RealisationStatus.VERIFIED,
        verified_value=Decimal(value),
        verified_by=user,
        verified_at=timezone.now(),
        **fields,
    )


def only_row(agreement, day=AFTER_THE_YEAR, **more):
    return result_of(agreement, day, **more).rows[0]


def test_nothing_is_measured_before_the_first_period_is_due(pk_kadinkes):
    result = result_of(pk_kadinkes, date(2026, 2, 1))
    assert result.until is None
    assert [cell.state for cell in result.rows[0].cells] == [CellState.NOT_DUE] * 4
    assert (result.mean, result.rating) == (None, None)
    assert result.headline.sentence == "0 dari 1 indikator tercapai"


def test_a_period_whose_filling_day_passed_is_missing_and_later_ones_are_not_due(pk_kadinkes):
    row = only_row(pk_kadinkes, AFTER_TW1)
    assert [cell.state for cell in row.cells] == [CellState.MISSING] + [CellState.NOT_DUE] * 3
    assert row.result.raw is None
    assert row.used_value_text == "–"


def test_a_submitted_value_counts_and_is_provisional(pk_kadinkes, government):
    fact = submitted(government.stunting, 1, "12")
    result = result_of(pk_kadinkes, date(2026, 4, 2))
    row = result.rows[0]
    assert result.until == make_period(number=1)
    assert (row.cells[0].state, row.cells[0].provisional) == (CellState.SUBMITTED, True)
    assert row.result.raw == Decimal(80)
    assert row.provisional
    assert result.provisional
    assert (row.used_value_text, row.target_text) == ("12,00\xa0%", "10,00\xa0%")
    assert "(2 × 10,00 − 12,00) ÷ 10,00 = 80,00\xa0%" in row.result.sentence
    assert row.latest.realisation == fact


def test_a_verified_value_counts_instead_of_the_claimed_one(pk_kadinkes, government, bagian_organisasi):
    verified(government.stunting, 1, "9", "11", bagian_organisasi)
    result = result_of(pk_kadinkes, AFTER_TW1)
    assert result.rows[0].result.raw == Decimal(90)
    assert not result.provisional
    assert result.rating == "Tinggi"
    assert "Sangat Tinggi di atas 90" in result.rating_rule


def test_a_final_value_counts_last(pk_kadinkes, government, bagian_organisasi):
    verified(government.stunting, 1, "9", "11", bagian_organisasi)
    government.stunting.realisations.update(status=RealisationStatus.FINAL, final_value=Decimal("12"))
    row = only_row(pk_kadinkes, AFTER_TW1)
    assert (row.cells[0].state, row.result.raw) == (CellState.FINAL, Decimal(80))


@pytest.mark.parametrize(
    ("status", "state"),
    [(RealisationStatus.DRAFT, CellState.DRAFT), (RealisationStatus.RETURNED, CellState.RETURNED)],
)
def test_others_do_not_count_with_a_draft_or_a_returned_value(pk_kadinkes, government, status, state):
    submitted(government.stunting, 1, "12", status=status)
    row = only_row(pk_kadinkes, AFTER_TW1)
    assert (row.cells[0].state, row.cells[0].reading) == (state, None)
    assert "missing" in row.result.marks


def test_what_does_not_apply_counts_nowhere(pk_kadinkes, government):
    literasi = add_promise(pk_kadinkes, government.literasi, value=Decimal("50"))
    submitted(government.stunting, 4, "8")
    for number in (1, 2, 3, 4):
        why = {"state": ValueState.NOT_APPLICABLE, "state_reason": "Tidak ada SMP"}
        submitted(literasi.indicator, number, None, **why)
    result = result_of(pk_kadinkes, AFTER_THE_YEAR)
    assert result.headline.sentence == "1 dari 1 indikator tercapai"
    assert result.rows[1].cells[0].state == CellState.NOT_APPLICABLE
    assert result.mean == Decimal(120)


def test_what_is_not_published_is_unmeasured_and_stays_in_the_total(pk_kadinkes, government):
    submitted(government.stunting, 1, None, state=ValueState.NOT_PUBLISHED)
    result = result_of(pk_kadinkes, AFTER_TW1)
    assert result.rows[0].cells[0].state == CellState.NOT_PUBLISHED
    assert result.headline.sentence == "0 dari 1 indikator tercapai"
    assert result.headline.unmeasured == 1


def test_an_annual_indicator_is_measured_in_the_fourth_quarter_alone(government):
    annual = make_indicator(government.kesehatan, calendar=Calendar.ANNUAL, accumulation=Accumulation.ANNUAL)
    semester = make_indicator(government.kesehatan, "Cakupan", calendar=Calendar.SEMESTER)
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, annual)
    add_promise(agreement, semester)
    states = [[cell.state for cell in row.cells] for row in result_of(agreement, AFTER_THE_YEAR).rows]
    not_due, missing = CellState.NOT_DUE, CellState.MISSING
    assert states == [[not_due, not_due, not_due, missing], [not_due, missing, not_due, missing]]


def test_a_sum_that_lacks_a_period_is_partial_and_in_no_mean(government):
    births = make_indicator(
        government.kesehatan, "Persalinan", accumulation=Accumulation.SUM, unit_of_measure="orang", decimals=0
    )
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, births, value=Decimal("100"))
    submitted(births, 1, "30")
    submitted(births, 3, "40")
    result = result_of(agreement, date(2026, 11, 1))
    row = result.rows[0]
    assert row.year.partial
    assert (row.result.raw, row.result.used, result.mean) == (Decimal(70), None, None)
    assert row.used_value_text == "70\xa0orang"


def test_until_asks_for_an_earlier_period(pk_kadinkes, government):
    submitted(government.stunting, 1, "12")
    submitted(government.stunting, 2, "8")
    assert only_row(pk_kadinkes).result.raw == Decimal(120)
    earlier = only_row(pk_kadinkes, until=make_period(number=1))
    assert earlier.result.raw == Decimal(80)
    assert earlier.cells[1].state == CellState.NOT_DUE


def amend(government, agreement, document_date, **target):
    """The amendment in force and the agreement it superseded."""
    set_status(agreement, Status.SUPERSEDED)
    amendment = make_agreement(
        agreement.position, amends=agreement, ground=Ground.PRIORITY, ground_reason="Prioritas berubah"
    )
    add_promise(amendment, government.stunting, government.sasaran, **target)
    set_status(amendment, Status.IN_FORCE)
    make_issue(amendment, document_date, government.users.bagian_organisasi)
    return amendment


def test_an_amendment_reads_the_same_facts_and_the_superseded_one_ends_before_it(pk_kadinkes, government):
    for number, value in ((1, "12"), (2, "11"), (3, "10"), (4, "9")):
        submitted(government.stunting, number, value)
    amendment = amend(government, pk_kadinkes, date(2026, 8, 15), value=Decimal("20"))
    results = results_of([pk_kadinkes, amendment], AFTER_THE_YEAR)
    old, new = results[pk_kadinkes.pk], results[amendment.pk]
    assert (old.until.number, old.rows[0].result.raw) == (2, Decimal(90))
    assert (new.until.number, new.rows[0].result.raw) == (4, Decimal(155))
    assert new.rows[0].cells[0].realisation.pk == old.rows[0].cells[0].realisation.pk


def test_an_amendment_of_the_first_quarter_leaves_the_old_agreement_unmeasured(pk_kadinkes, government):
    submitted(government.stunting, 1, "12")
    amend(government, pk_kadinkes, date(2026, 3, 31), value=Decimal("20"))
    assert result_of(pk_kadinkes, AFTER_THE_YEAR).until is None


def test_kinds_are_written_as_people_write_them(government):
    ratio = make_indicator(government.kesehatan, "Cakupan", kind=Kind.RATIO, decimals=1)
    span = make_indicator(government.kesehatan, "Suhu", kind=Kind.RANGE, unit_of_measure="°C", decimals=0)
    day = make_indicator(government.kesehatan, "Tepat waktu", kind=Kind.DATE, unit_of_measure="tanggal")
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, ratio, value=Decimal("90"))
    add_promise(agreement, span, low=Decimal(2), high=Decimal(8))
    add_promise(agreement, day, date=date(2026, 3, 31))
    submitted(ratio, 1, None, claimed_numerator=Decimal(2), claimed_denominator=Decimal(3))
    submitted(span, 1, "5")
    submitted(day, 1, None, claimed_date=date(2026, 3, 20))
    rows = result_of(agreement, AFTER_TW1).rows
    assert [row.target_text for row in rows] == ["90,0\xa0%", "2 sampai 8\xa0°C", "31 Maret 2026"]
    assert [row.used_value_text for row in rows] == ["66,7\xa0%", "5\xa0°C", "20 Maret 2026"]


def test_the_mean_follows_the_policy_of_the_year(pk_kadinkes, government):
    other = make_indicator(government.kesehatan, "Cakupan")
    third = make_indicator(government.kesehatan, "Kepuasan")
    add_promise(pk_kadinkes, other, government.sasaran, value=Decimal("10"))
    add_promise(pk_kadinkes, third, value=Decimal("10"))
    for indicator, value in ((government.stunting, "10"), (other, "5"), (third, "15")):
        submitted(indicator, 1, value)
    assert result_of(pk_kadinkes, AFTER_TW1).mean == Decimal("112.5")
    YearPolicy.objects.filter(year=2026).update(unit_mean="mean_of_indicators")
    assert result_of(pk_kadinkes, AFTER_TW1).mean == Decimal(100)


def many_agreements(government, count, promises):
    agreements = []
    for number in range(count):
        position = make_position(
            government.bidang, f"Kepala Seksi {number}", superior=government.kabid, heads=False
        )
        agreement = make_agreement(position)
        for each in range(promises):
            indicator = make_indicator(government.kesehatan, f"Indikator {number}.{each}")
            add_promise(agreement, indicator, government.sasaran, value=Decimal("10"))
            submitted(indicator, 1, "8")
        agreements.append(agreement)
    return agreements


def queries_for(agreements):
    fresh = list(Agreement.objects.filter(pk__in=[agreement.pk for agreement in agreements]))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        results_of(fresh, AFTER_TW1)
    return len(captured)


def test_thirty_agreements_take_as_many_queries_as_one(government):
    agreements = many_agreements(government, 30, 1)
    assert queries_for(agreements[:1]) == queries_for(agreements) <= 7


def test_superseded_agreements_take_one_query_more(pk_kadinkes, government):
    amendment = amend(government, pk_kadinkes, date(2026, 8, 15), value=Decimal("20"))
    assert queries_for([amendment, pk_kadinkes]) == queries_for([amendment]) + 1 <= 8


def test_agreements_of_two_years_are_read_with_their_own_periods(government, pk_kadinkes):
    last_year = make_agreement(government.kadinkes, 2025)
    add_promise(last_year, government.stunting, government.sasaran, value=Decimal("14"))
    make_realisation(government.stunting, make_period(2025, 4), "14", status=RealisationStatus.SUBMITTED)
    results = results_of([last_year, pk_kadinkes], date(2026, 2, 1) + timedelta(days=1))
    assert results[last_year.pk].rows[0].result.raw == Decimal(100)
    assert results[pk_kadinkes.pk].until is None


# --- before the year is over ------------------------------------------------------------------


def births(government, agreement, target="100"):
    indicator = make_indicator(
        government.kesehatan, "Persalinan", accumulation=Accumulation.SUM, unit_of_measure="orang", decimals=0
    )
    return indicator, add_promise(agreement, indicator, value=Decimal(target))


def plan(agreement, promise, *values, status=ActionPlanStatus.IN_FORCE, number=1):
    """A version of the agreement's action plan with a target for each quarter; None leaves one empty."""
    found = ActionPlan.objects.create(agreement=agreement, number=number)
    for quarter, value in enumerate(values, start=1):
        if value is not None:
            ActionPlanTarget.objects.create(
                plan=found, promise=promise, quarter=quarter, value=Decimal(value)
            )
    way = [ActionPlanStatus.SUBMITTED, ActionPlanStatus.IN_FORCE, ActionPlanStatus.SUPERSEDED]
    for state in way[: way.index(status) + 1] if status in way else ():
        ActionPlan.objects.filter(pk=found.pk).update(status=state)
    return found


def test_a_sum_of_the_first_quarter_is_not_rated_against_the_whole_year(pk_kadinkes, government):
    indicator, _ = births(government, pk_kadinkes)
    submitted(government.stunting, 1, "10")
    submitted(indicator, 1, "25")
    result = result_of(pk_kadinkes, AFTER_TW1)
    row = result.rows[1]
    assert (row.result.raw, row.result.used, row.is_too_early, row.running_text) == (25, None, True, "")
    assert row.of_year == row.result
    assert (result.mean, result.headline.sentence) == (100, "1 dari 2 indikator tercapai")
    assert result.headline.unmeasured == 1
    for number in (2, 3, 4):
        submitted(indicator, number, "30")
    over = result_of(pk_kadinkes, AFTER_THE_YEAR).rows[1]
    assert (over.result.raw, over.result.used, over.is_too_early) == (115, 115, False)


def test_the_plans_quarters_are_what_a_sum_is_rated_against_before_the_year_is_over(pk_kadinkes, government):
    indicator, promise = births(government, pk_kadinkes)
    plan(pk_kadinkes, promise, "20", "20", "30", "30")
    submitted(indicator, 1, "18")
    submitted(indicator, 2, "26")
    row = only_row_of(pk_kadinkes, indicator, date(2026, 7, 20))
    assert (row.result.raw, row.result.used, row.result.reached) == (110, 110, True)
    assert (row.running_text, row.target_text) == ("s.d. TW II 40\xa0orang", "100\xa0orang")
    assert (row.of_year.raw, row.of_year.used) == (44, None)
    for number in (3, 4):
        submitted(indicator, number, "20")
    over = only_row_of(pk_kadinkes, indicator, AFTER_THE_YEAR)
    assert (over.result.raw, over.running_text, over.of_year) == (84, "", over.result)


def only_row_of(agreement, indicator, day, **more):
    rows = result_of(agreement, day, **more).rows
    return next(row for row in rows if row.promise.indicator_id == indicator.pk)


@pytest.mark.parametrize(
    "status", [ActionPlanStatus.DRAFT, ActionPlanStatus.SUBMITTED, ActionPlanStatus.SUPERSEDED]
)
def test_only_a_plan_in_force_says_what_a_quarter_should_reach(pk_kadinkes, government, status):
    indicator, promise = births(government, pk_kadinkes)
    plan(pk_kadinkes, promise, "20", status=status)
    submitted(indicator, 1, "18")
    assert only_row_of(pk_kadinkes, indicator, AFTER_TW1).is_too_early


def test_a_mapping_given_takes_the_place_of_the_plans(pk_kadinkes, government):
    indicator, promise = births(government, pk_kadinkes)
    submitted(indicator, 1, "18")
    planned = {(promise.pk, 1): ActionPlanTarget(value=Decimal("20"))}
    found = results_of([pk_kadinkes], AFTER_TW1, planned=planned)[pk_kadinkes.pk]
    assert found.rows[1].result.raw == 90
    assert results_of([pk_kadinkes], AFTER_TW1, planned={})[pk_kadinkes.pk].rows[1].is_too_early


def test_an_agreement_that_ended_in_the_year_is_not_rated_against_all_of_it(pk_kadinkes, government):
    """Its sum stops where the amendment begins; the amendment is what is rated at the end."""
    indicator, _ = births(government, pk_kadinkes)
    for number in (1, 2, 3, 4):
        submitted(indicator, number, "25")
    amend(government, pk_kadinkes, date(2026, 8, 15), value=Decimal("20"))
    pk_kadinkes.refresh_from_db()
    row = only_row_of(pk_kadinkes, indicator, AFTER_THE_YEAR)
    assert (row.result.raw, row.is_too_early) == (50, True)


def test_the_plan_is_asked_for_once_and_not_at_all_when_the_year_is_over(pk_kadinkes, government):
    indicator, promise = births(government, pk_kadinkes)
    plan(pk_kadinkes, promise, "20", "20", "30", "30")
    submitted(indicator, 1, "18")

    def asked(day):
        fresh = Agreement.objects.get(pk=pk_kadinkes.pk)
        with CaptureQueriesContext(connection) as captured:
            result_of(fresh, day)
        return sum("actionplantarget" in query["sql"] for query in captured.captured_queries)

    assert (asked(AFTER_TW1), asked(AFTER_THE_YEAR)) == (1, 0)
