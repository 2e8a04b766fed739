"""Corrections by the source: recorded by the unit, decided by a verifier, counted once accepted."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.enums import Accumulation, Kind, Status
from agreements.models import YearPolicy
from evaluations import checks, revisions, workflow
from evaluations.enums import CellState, RevisionStatus, SourceStatus
from evaluations.models import Evidence, Realisation, SourceRevision
from evaluations.results import result_of
from evaluations.revisions import TRANSITIONS, decide, record
from evaluations.workflow import Refused, TransitionError, previous_of
from records.history import first_broken_link, history_of
from records.models import Event
from tests.evaluations.test_results import amend
from tests.evaluations.test_workflow import PEOPLE, REASON, at, fact, who
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_period,
    make_realisation,
    put_into,
)

ANNOUNCED = date(2026, 7, 15)
LATER = date(2026, 7, 20)
WHY = "Perhitungan ulang dengan sensus terbaru"


def final(government, value="8", **fields) -> Realisation:
    fields.setdefault("final_value", value and Decimal(value))
    return fact(government, "final", value=value, **fields)


def given(value="9", **more) -> dict:
    values = dict.fromkeys(("value", "numerator", "denominator", "step", "date"))
    values["value"] = value and Decimal(value)
    return values | {"announced_on": ANNOUNCED, "source": "BPS", "reason": WHY} | more


def nothing_else(row):
    return []


def recorded(row, person, value="9", day=LATER, **more) -> SourceRevision:
    return record(row, given(value, **more), who(person, day), nothing_else)


def accepted(government, row, value="9", **more) -> SourceRevision:
    revision = recorded(row, government.users.operator_kesehatan, value, **more)
    return decide("accept", revision, who(government.users.bagian_organisasi, LATER))


# --- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", PEOPLE)
def test_the_unit_records_a_revision_and_nobody_else(government, person):
    row, account = final(government), getattr(government.users, person)
    if person in {"operator_kesehatan", "kepala_kesehatan", "bagian_organisasi"}:
        assert recorded(row, account).status == RevisionStatus.SUBMITTED
        return
    with pytest.raises(Refused):
        recorded(row, account)
    assert not SourceRevision.objects.exists()
    event = Event.objects.get()
    assert (event.refused, event.action) == (True, revisions.RECORDED)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", TRANSITIONS)
def test_a_verifier_decides_and_nobody_else(government, action, person):
    revision = recorded(final(government), government.users.operator_kesehatan)
    actor = who(getattr(government.users, person), LATER)
    offered = action in revisions.available(revision, actor)
    if person == "bagian_organisasi":
        assert offered
        assert decide(action, revision, actor, REASON).status == TRANSITIONS[action].target
        return
    assert not offered
    with pytest.raises(Refused):
        decide(action, revision, actor, REASON)
    assert Event.objects.filter(refused=True, action=TRANSITIONS[action].deed).count() == 1
    assert SourceRevision.objects.get().status == RevisionStatus.SUBMITTED


def test_nobody_decides_on_what_they_recorded(government):
    bureau = government.users.bagian_organisasi
    revision = recorded(final(government), bureau)
    with pytest.raises(Refused):
        decide("accept", revision, who(bureau, LATER))
    YearPolicy.objects.filter(year=2026).update(tiny_office=True)
    assert decide("accept", revision, who(bureau, LATER)).status == RevisionStatus.VERIFIED


def test_the_revision_of_the_bureaus_own_figure_is_decided_by_the_planner(government):
    row = final(government, indicator=make_indicator(government.bureau, "Nilai SAKIP"))
    revision = recorded(row, government.users.bagian_organisasi)
    with pytest.raises(Refused):
        decide("accept", revision, who(government.users.bagian_organisasi, LATER))
    assert decide("accept", revision, who(government.users.perencana, LATER)).status == "verified"


# --- when and what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "day", "taken"),
    [
        ("draft", LATER, False),
        ("submitted", LATER, False),
        ("returned", LATER, False),
        ("verified", date(2026, 4, 30), False),
        ("verified", date(2026, 5, 1), True),
        ("final", date(2026, 5, 1), True),
    ],
)
def test_only_a_settled_fact_is_revised_and_a_verified_one_from_the_lock_on(government, status, day, taken):
    fields = {"final_value": Decimal(8)} if status == "final" else {}
    row = fact(government, status, **fields)
    announced = min(ANNOUNCED, day)
    if taken:
        assert recorded(row, government.users.operator_kesehatan, day=day, announced_on=announced)
    else:
        with pytest.raises(TransitionError, match="belum final"):
            recorded(row, government.users.operator_kesehatan, day=day, announced_on=announced)


def test_the_day_of_the_lock_is_the_regions_own(government, settings):
    """At 17.30 UTC of 30 April it is 1 May in Jakarta, and the period has locked."""
    row = fact(government, "verified")
    evening = timezone.datetime(2026, 4, 30, 17, 30, tzinfo=timezone.get_fixed_timezone(0))
    operator = who(government.users.operator_kesehatan)
    actor = workflow.Who(operator.scope, operator.actor, evening)
    assert record(row, given(announced_on=date(2026, 5, 1)), actor, nothing_else).pk


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"value": None}, "Isi nilai menurut revisi sumber"),
        ({"value": Decimal("8.00")}, "sama dengan yang sekarang dihitung"),
        ({"announced_on": LATER + timedelta(days=1)}, "belum tiba"),
        ({"announced_on": date(2025, 12, 31)}, "1 Januari 2026 atau sesudahnya"),
    ],
)
def test_a_revision_that_cannot_be_is_refused_with_a_sentence(government, values, sentence):
    with pytest.raises(TransitionError, match=sentence):
        record(
            final(government),
            given() | values,
            who(government.users.operator_kesehatan, LATER),
            nothing_else,
        )


def test_a_provisional_figure_may_be_confirmed_unchanged(government):
    row = final(government, source_status=SourceStatus.PROVISIONAL)
    assert accepted(government, row, "8").status == RevisionStatus.VERIFIED


def test_a_later_revision_is_not_announced_before_the_one_that_counts(government):
    row = final(government)
    accepted(government, row)
    fresh = Realisation.objects.get()
    with pytest.raises(TransitionError, match="15 Juli 2026 atau sesudahnya"):
        recorded(fresh, government.users.operator_kesehatan, "7", announced_on=date(2026, 7, 14))
    with pytest.raises(TransitionError, match="sama dengan yang sekarang dihitung"):
        recorded(fresh, government.users.operator_kesehatan, "9")
    assert recorded(fresh, government.users.operator_kesehatan, "8")


@pytest.mark.parametrize(
    ("above", "below", "sentence"),
    [("5", "0", "Penyebut tidak boleh nol"), ("7", "6", "bagian dari penyebut"), ("5", None, "Isi nilai")],
)
def test_a_ratio_is_revised_by_both_its_parts(government, above, below, sentence):
    ratio = make_indicator(government.kesehatan, "Cakupan", kind=Kind.RATIO, part_of_whole=True)
    parts = {"final_numerator": Decimal(1), "final_denominator": Decimal(2), "final_value": None}
    row = final(government, None, indicator=ratio, verified_value=None, **parts)
    operator = government.users.operator_kesehatan
    wrong = {"numerator": Decimal(above), "denominator": below and Decimal(below)}
    with pytest.raises(TransitionError, match=sentence):
        recorded(row, operator, None, **wrong)
    assert recorded(row, operator, None, numerator=Decimal(3), denominator=Decimal(4))


# --- two at once, and what stays --------------------------------------------------------------


def test_at_most_one_revision_waits(government):
    row, operator = final(government), government.users.operator_kesehatan
    recorded(row, operator)
    events = Event.objects.count()
    with pytest.raises(TransitionError, match="menunggu putusan"):
        recorded(row, operator, "7")
    assert (SourceRevision.objects.count(), Event.objects.count()) == (1, events)


def test_two_verifiers_decide_once(government):
    revision = recorded(final(government), government.users.operator_kesehatan)
    bureau = who(government.users.bagian_organisasi, LATER)
    decide("refuse", revision, bureau, REASON)
    with pytest.raises(TransitionError, match="sudah diputuskan"):
        decide("accept", revision, bureau)
    assert SourceRevision.objects.get().status == RevisionStatus.REFUSED


def test_a_refusal_needs_a_reason_and_leaves_the_figure(government):
    row = final(government)
    revision = recorded(row, government.users.operator_kesehatan)
    bureau = who(government.users.bagian_organisasi, LATER)
    with pytest.raises(TransitionError, match="paling sedikit 10 huruf"):
        decide("refuse", revision, bureau, " salah ")
    decide("refuse", revision, bureau, REASON)
    assert Realisation.objects.get().revision is None
    assert recorded(Realisation.objects.get(), government.users.operator_kesehatan, "7")


def test_what_was_decided_stays_and_the_history_tells_it(government):
    row = final(government)
    revision = accepted(government, row)
    with pytest.raises(DatabaseError), transaction.atomic():
        SourceRevision.objects.filter(pk=revision.pk).update(value=Decimal(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        SourceRevision.objects.filter(pk=revision.pk).delete()
    events = list(history_of(row))
    assert [event.action for event in events] == ["menerima revisi sumber", "mencatat revisi sumber"]
    assert '"nilai":"9"' in events[0].after
    assert '"nilai":"8"' in events[0].before
    assert first_broken_link() is None
    row.refresh_from_db()
    assert (row.final_value, row.version) == (Decimal(8), 1)


def test_a_decision_names_its_decider_in_the_database(government):
    revision = recorded(final(government), government.users.operator_kesehatan)
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceRevision.objects.filter(pk=revision.pk).update(status="verified")


# --- what counts ------------------------------------------------------------------------------

AFTER = date(2026, 8, 1)


def promised(government, indicator=None, value="10", position=None):
    agreement = make_agreement(position or government.kadinkes)
    add_promise(agreement, indicator or government.stunting, government.sasaran, value=Decimal(value))
    return put_into(agreement, Status.IN_FORCE)


def first_cell(agreement):
    result = result_of(agreement, AFTER, make_period(number=1))
    return result, result.rows[0], result.rows[0].cells[0]


def test_the_verified_revision_counts_and_the_cell_says_so(government):
    agreement = promised(government)
    row = final(government, "9.85")
    revision = recorded(row, government.users.operator_kesehatan, "12")
    result, found, cell = first_cell(agreement)
    assert (found.used_value_text, cell.revision, result.revised) == ("9,85\xa0%", "", 0)
    decide("accept", revision, who(government.users.bagian_organisasi, LATER))
    result, found, cell = first_cell(agreement)
    assert (found.result.raw, cell.state, cell.value_text) == (Decimal(80), CellState.FINAL, "12,00\xa0%")
    assert cell.revision == "direvisi BPS 15 Juli 2026, semula 9,85\xa0%"
    assert (found.revisions, result.revised) == ((cell,), 1)


def test_of_two_verified_revisions_the_latest_announced_counts(government):
    agreement, row = promised(government), final(government)
    accepted(government, row, "9")
    fresh = Realisation.objects.get()
    accepted(government, fresh, "11", announced_on=date(2026, 7, 18))
    _, found, cell = first_cell(agreement)
    assert found.result.raw == Decimal(90)
    assert cell.revision == "direvisi BPS 18 Juli 2026, semula 8,00\xa0%"


def test_a_refused_revision_counts_nowhere(government):
    agreement = promised(government)
    revision = recorded(final(government), government.users.operator_kesehatan, "12")
    decide("refuse", revision, who(government.users.bagian_organisasi, LATER), REASON)
    _, found, cell = first_cell(agreement)
    assert (found.result.raw, cell.revision) == (Decimal(120), "")


@pytest.mark.parametrize("source", [SourceStatus.PROVISIONAL, SourceStatus.PROJECTION])
def test_a_figure_its_source_calls_provisional_is_so_until_it_is_revised(government, source):
    agreement = promised(government)
    row = final(government, source_status=source)
    assert first_cell(agreement)[1].provisional
    accepted(government, row, "8")
    result, found, _ = first_cell(agreement)
    assert (found.provisional, result.provisional) == (False, False)


def test_a_revised_part_moves_the_sum_of_the_year_and_the_quotient_of_sums(government):
    births = make_indicator(government.kesehatan, "Persalinan", accumulation=Accumulation.SUM)
    ratio = make_indicator(
        government.kesehatan, "Cakupan", kind=Kind.RATIO, accumulation=Accumulation.RATIO_OF_SUMS
    )
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, births, government.sasaran, value=Decimal("100"))
    add_promise(agreement, ratio, government.sasaran, value=Decimal("50"))
    put_into(agreement, Status.IN_FORCE)
    first = final(government, "20", indicator=births)
    parts = {"final_numerator": Decimal(1), "final_denominator": Decimal(2), "verified_value": None}
    second = final(government, None, indicator=ratio, final_value=None, **parts)
    for number in (2, 3, 4):
        make_realisation(births, make_period(number=number), "20", status="submitted")
        more = {"claimed_numerator": Decimal(1), "claimed_denominator": Decimal(2)}
        make_realisation(ratio, make_period(number=number), None, status="submitted", **more)
    accepted(government, first, "40")
    accepted(government, second, None, numerator=Decimal(6), denominator=Decimal(6))
    rows = result_of(agreement, date(2027, 2, 1)).rows
    assert [row.result.raw for row in rows] == [Decimal(100), Decimal(150)]


def test_a_revision_counts_in_the_amendment_and_in_what_it_replaced(government):
    """The target changed in August; the first quarter was revised in July: each compares with its own target."""
    agreement = promised(government)
    row = final(government)
    make_realisation(government.stunting, make_period(number=4), "16", status="submitted")
    amendment = amend(government, agreement, date(2026, 8, 15), value=Decimal("20"))
    accepted(government, row, "12")
    agreement.refresh_from_db()
    old = result_of(agreement, date(2027, 2, 1), make_period(number=1)).rows[0]
    new = result_of(amendment, date(2027, 2, 1), make_period(number=1)).rows[0]
    assert [old.result.raw, new.result.raw] == [Decimal(80), Decimal(140)]
    assert old.cells[0].revision == new.cells[0].revision != ""


def test_what_was_revised_is_what_a_running_total_is_compared_with(government):
    running = make_indicator(government.kesehatan, "Kumulatif", accumulation=Accumulation.RUNNING_TOTAL)
    row = final(government, "100", indicator=running)
    accepted(government, row, "40")
    later = Realisation(indicator=running, period=make_period(number=2), claimed_value=Decimal(60))
    assert checks.problems(later, previous_of([later])[running.pk]) == {}
    later.claimed_value = Decimal(30)
    assert "turun dari 40" in checks.problems(later, previous_of([later])[running.pk])["state_reason"]


def test_thirty_revised_facts_take_as_many_queries_as_one(government):
    def queries(count):
        agreement = make_agreement(government.kadinkes, version=count)
        for number in range(count):
            indicator = make_indicator(government.kesehatan, f"Indikator {count}.{number}")
            add_promise(agreement, indicator, government.sasaran, value=Decimal("10"))
            accepted(government, final(government, indicator=indicator))
        agreement = type(agreement).objects.get(pk=agreement.pk)
        with CaptureQueriesContext(connection) as captured:
            result = result_of(agreement, AFTER)
            assert [cell.revision[:12] for cell in (row.cells[0] for row in result.rows)] == [
                "direvisi BPS"
            ] * count
        put_into(agreement, Status.SUPERSEDED)
        return len(captured)

    assert queries(1) == queries(30)


# --- the pages --------------------------------------------------------------------------------


@pytest.fixture
def _in_july(time_machine):
    time_machine.move_to("2026-07-20 05:00Z", tick=False)


def address(row):
    return reverse("evaluations:revision", args=(2026, row.pk))


def detail(row):
    return reverse("evaluations:realisation_detail", args=(2026, row.pk))


TYPED = {"r-value": "9", "r-announced_on": "15 Juli 2026", "r-source": "BPS", "r-reason": WHY}


@pytest.mark.usefixtures("_in_july")
def test_the_unit_records_it_and_the_verifier_finds_it_and_decides(
    client, government, operator_kesehatan, bagian_organisasi
):
    promised(government)
    row = final(government)
    client.force_login(operator_kesehatan)
    assert "Catat revisi sumber" in client.get(detail(row)).content.decode()
    link = {"r-link": "https://contoh.go.id/brs"}
    page = client.post(address(row), TYPED | link, follow=True).content.decode()
    assert "menunggu putusan verifikator" in page
    assert Evidence.objects.get().link == "https://contoh.go.id/brs"
    assert "menunggu putusan" in client.get(address(row)).content.decode()
    client.force_login(bagian_organisasi)
    home = client.get(reverse("reports:year_home", args=(2026,))).content.decode()
    assert "Revisi oleh sumber menunggu putusan" in home
    board = client.get(reverse("evaluations:verify_list", args=(2026,))).content.decode()
    assert address(row) in board
    page = client.post(address(row), {"accept": SourceRevision.objects.get().pk}, follow=True)
    assert "direvisi BPS 15 Juli 2026, semula 8,00\xa0%" in page.content.decode()
    assert address(row) not in client.get(reverse("evaluations:verify_list", args=(2026,))).content.decode()


@pytest.mark.usefixtures("_in_july")
def test_what_was_typed_wrong_stays_beside_its_sentence(client, government, operator_kesehatan):
    row = final(government)
    client.force_login(operator_kesehatan)
    page = client.post(address(row), TYPED | {"r-value": "8", "r-announced_on": "21/07/2026"})
    text = page.content.decode()
    assert "sama dengan yang sekarang dihitung" in text
    assert "belum tiba" in text
    assert WHY in text
    assert not SourceRevision.objects.exists()
    page = client.post(address(row), TYPED | {"r-source": "", "r-announced_on": ""}).content.decode()
    assert "Tanggal diumumkan sumber: Bidang ini tidak boleh kosong." in page
    assert "Sumber: Bidang ini tidak boleh kosong." in page
    assert "Penjelasan" in client.post(address(row), TYPED | {"r-reason": "x\x00"}).content.decode()


@pytest.mark.usefixtures("_in_july")
def test_a_refusal_without_a_reason_is_asked_for(client, government, bagian_organisasi):
    revision = recorded(final(government), government.users.operator_kesehatan)
    client.force_login(bagian_organisasi)
    at_page = address(revision.realisation)
    page = client.post(at_page, {"refuse": revision.pk, "d-decision_reason": "salah"}).content.decode()
    assert "paling sedikit 10 huruf" in page
    assert "salah</textarea>" in page
    client.post(at_page, {"refuse": revision.pk, "d-decision_reason": REASON})
    revision.refresh_from_db()
    assert (revision.status, revision.decision_reason) == ("refused", REASON)
    assert REASON in client.get(detail(revision.realisation)).content.decode()


@pytest.mark.usefixtures("_in_july")
def test_a_button_of_a_page_shown_before_decides_nothing(client, government, bagian_organisasi):
    """The verifier saw one revision; meanwhile it was refused and another one recorded."""
    row = final(government)
    seen = recorded(row, government.users.operator_kesehatan)
    other = government.users.perencana
    SourceRevision.objects.filter(pk=seen.pk).update(
        status="refused", decided_by=other, decided_at=at(LATER), decision_reason=REASON
    )
    recorded(row, government.users.operator_kesehatan, "7")
    client.force_login(bagian_organisasi)
    page = client.post(address(row), {"accept": seen.pk}).content.decode()
    assert "sudah diputuskan" in page
    assert not SourceRevision.objects.verified().exists()


@pytest.mark.usefixtures("_in_july")
def test_the_page_of_a_fact_takes_as_many_queries_for_ten_revisions_as_for_one(
    client, government, inspektorat
):
    promised(government)
    row = final(government)
    client.force_login(inspektorat)

    def count():
        client.get(detail(row))
        with CaptureQueriesContext(connection) as captured:
            client.get(detail(row))
        return len(captured)

    accepted(government, row)
    few = count()
    for value in range(10, 19):
        accepted(government, Realisation.objects.get(), str(value))
    assert count() == few <= 20
