"""States of a realisation: every step, who may take it, when, and what it leaves behind."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.enums import Accumulation, Kind
from agreements.models import YearPolicy
from agreements.scope import scope_of
from evaluations import workflow
from evaluations.calendar import Windows
from evaluations.changes import TYPED, snapshot
from evaluations.enums import RealisationStatus, ValueState
from evaluations.filling import Conflict, Typed, fill
from evaluations.locking import finalise_locked
from evaluations.models import Extension, Realisation
from evaluations.workflow import TRANSITIONS, Refused, TransitionError, Who, perform, perform_all
from records.history import SYSTEM, Actor, first_broken_link, history_of
from records.models import Event
from tests.factories import make_indicator, make_period, make_realisation

OPEN = date(2026, 4, 5)
LOCKED = date(2026, 5, 20)
REASON = "Sesuai dokumen SSGI halaman 12"


def at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


def who(account, day=OPEN) -> Who:
    return Who(scope_of(account, day), Actor(account.pk, account.name), at(day))


def fact(government, status=RealisationStatus.DRAFT, **fields) -> Realisation:
    """A fact of Dinas Kesehatan in the first quarter, on the way to `status`."""
    users = government.users
    if status != RealisationStatus.DRAFT:
        fields.setdefault("submitted_by", users.operator_kesehatan)
        fields.setdefault("submitted_at", at(OPEN))
    if status in (RealisationStatus.VERIFIED, RealisationStatus.FINAL):
        fields.setdefault("verified_by", users.bagian_organisasi)
        fields.setdefault("verified_value", Decimal("8"))
    indicator = fields.pop("indicator", government.stunting)
    return make_realisation(
        indicator, make_period(number=1), fields.pop("value", "8"), status=status, **fields
    )


def typed(indicator, value="9", version=0, **fields) -> Typed:
    values = dict.fromkeys(TYPED, "") | {
        f"claimed_{c}": None for c in ("numerator", "denominator", "step", "date")
    }
    values |= {"claimed_value": value and Decimal(value), "state": "measured", "source_status": "final"}
    values |= {"expected_on": None} | fields
    return Typed(indicator, version, values)


# --- the table --------------------------------------------------------------------------------

PEOPLE = (
    "operator_kesehatan",
    "kepala_kesehatan",
    "operator_pendidikan",
    "bagian_organisasi",
    "perencana",
    "inspektorat",
    "pimpinan",
    "bupati",
    "administrator",
    "tamu",
)
MAY = {
    "submit": {"operator_kesehatan", "kepala_kesehatan", "bagian_organisasi"},
    "verify": {"bagian_organisasi"},
    "correct": {"bagian_organisasi"},
    "return": {"bagian_organisasi"},
    "withdraw": {"operator_kesehatan", "kepala_kesehatan", "bagian_organisasi"},
    "unverify": {"bagian_organisasi"},
    "release": {"operator_kesehatan", "kepala_kesehatan", "bagian_organisasi"},
    "finalise": set(),
}


def prepared(government, action, status=None):
    """A fact in a state from which the step can be taken."""
    fields = {"status": status or TRANSITIONS[action].sources[0]}
    if action == "release":
        fields |= {"state": ValueState.NOT_PUBLISHED, "expected_on": date(2026, 6, 1), "value": None}
    return fact(government, **fields)


def take(action, row, actor):
    values = {"value": Decimal("7")} if action == "correct" else None
    return perform(
        action, row, actor, values=values, reason=REASON if TRANSITIONS[action].needs_reason else ""
    )


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", sorted(TRANSITIONS))
def test_each_person_may_take_exactly_their_steps(government, action, person):
    row = prepared(government, action)
    actor = who(getattr(government.users, person))
    offered = action in workflow.available(row, actor, Windows(OPEN))
    if person in MAY[action]:
        assert take(action, row, actor).status == TRANSITIONS[action].target
        assert offered
    else:
        with pytest.raises(Refused):
            take(action, row, actor)
        assert not offered
        event = Event.objects.get()
        assert (event.refused, event.action) == (True, TRANSITIONS[action].deed)
        assert Realisation.objects.get().version == 1


@pytest.mark.parametrize("status", RealisationStatus.values)
@pytest.mark.parametrize(
    "action", ["submit", "verify", "correct", "return", "withdraw", "unverify", "finalise"]
)
def test_a_step_starts_from_its_own_states_alone(government, action, status):
    row = fact(government, status=status)
    actor = who(government.users.bagian_organisasi)
    if action == "finalise":
        actor = Who(actor.scope, SYSTEM, actor.now)
    if status in TRANSITIONS[action].sources:
        assert take(action, row, actor).status == TRANSITIONS[action].target
    else:
        with pytest.raises(TransitionError, match="sekarang berstatus"):
            take(action, row, actor)
        assert Realisation.objects.get().status == status


# --- what a step leaves behind ----------------------------------------------------------------


def test_the_three_sets_of_values_stay_apart(government):
    users = government.users
    row = perform("submit", fact(government), who(users.operator_kesehatan))
    row = perform(
        "correct", row, who(users.bagian_organisasi), values={"value": Decimal("9.5")}, reason=REASON
    )
    finalise_locked(at(LOCKED))
    row.refresh_from_db()
    assert (row.claimed_value, row.verified_value, row.final_value) == (
        Decimal(8),
        Decimal("9.5"),
        Decimal("9.5"),
    )
    assert (row.status, row.correction_reason) == ("final", REASON)
    assert (row.submitted_by, row.verified_by) == (users.operator_kesehatan, users.bagian_organisasi)
    assert [event.action for event in history_of(row)] == [
        "menetapkan realisasi final",
        "mengoreksi realisasi",
        "mengajukan realisasi",
    ]
    corrected = history_of(row)[1]
    assert '"nilai hasil verifikasi":"9,5"' in corrected.after
    assert corrected.reason == REASON
    assert first_broken_link() is None


def test_a_returned_value_comes_back_to_the_unit_with_the_reason(government):
    row = fact(government, RealisationStatus.SUBMITTED)
    row = perform("return", row, who(government.users.bagian_organisasi), reason=REASON)
    assert (row.status, row.return_reason) == ("returned", REASON)
    row = perform("submit", row, who(government.users.operator_kesehatan))
    assert (row.status, row.return_reason) == ("submitted", "")


@pytest.mark.parametrize("action", ["correct", "return", "unverify"])
def test_a_reason_has_ten_letters(government, action):
    row = fact(government, TRANSITIONS[action].sources[0])
    with pytest.raises(TransitionError, match="paling sedikit 10 huruf"):
        perform(
            action,
            row,
            who(government.users.bagian_organisasi),
            values={"value": Decimal(7)},
            reason=" salah ",
        )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({}, "Isi nilai koreksinya"), ({"value": Decimal("8.0")}, "sama dengan nilai menurut PD")],
)
def test_a_correction_has_another_value(government, values, sentence):
    row = fact(government, RealisationStatus.SUBMITTED)
    with pytest.raises(TransitionError, match=sentence):
        perform("correct", row, who(government.users.bagian_organisasi), values=values, reason=REASON)


def test_what_has_no_figure_cannot_be_corrected(government):
    row = fact(
        government, RealisationStatus.SUBMITTED, value=None, state="not_applicable", state_reason="Tidak ada"
    )
    with pytest.raises(TransitionError, match="tidak berupa angka"):
        perform(
            "correct",
            row,
            who(government.users.bagian_organisasi),
            values={"value": Decimal(1)},
            reason=REASON,
        )


# --- nobody verifies their own ----------------------------------------------------------------


def test_nobody_verifies_what_they_submitted(government):
    bureau = government.users.bagian_organisasi
    row = fact(government, RealisationStatus.SUBMITTED, submitted_by=bureau)
    with pytest.raises(Refused):
        perform("verify", row, who(bureau))


def test_a_tiny_office_may_and_it_is_marked(government):
    YearPolicy.objects.filter(year=2026).update(tiny_office=True)
    bureau = government.users.bagian_organisasi
    row = perform("verify", fact(government, RealisationStatus.SUBMITTED, submitted_by=bureau), who(bureau))
    assert row.verified_own
    assert '"diverifikasi pengaju sendiri":"ya"' in history_of(row)[0].after


def test_the_bureaus_own_unit_is_verified_by_the_planner(government):
    indicator = make_indicator(government.bureau, "Nilai SAKIP")
    row = fact(government, RealisationStatus.SUBMITTED, indicator=indicator)
    with pytest.raises(Refused):
        perform("verify", row, who(government.users.bagian_organisasi))
    assert perform("verify", row, who(government.users.perencana)).status == "verified"


# --- the moment -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2026, 3, 1), "baru dibuka pada 17 Maret 2026"), (LOCKED, "sudah dikunci sejak")],
)
@pytest.mark.parametrize("action", ["submit", "verify", "correct", "return", "withdraw", "unverify"])
def test_outside_the_window_nothing_moves(government, action, day, sentence):
    row = fact(government, TRANSITIONS[action].sources[0])
    with pytest.raises(TransitionError, match=sentence):
        take(action, row, who(government.users.bagian_organisasi, day))


@pytest.mark.parametrize("day", [date(2026, 3, 17), date(2026, 4, 30)])
def test_the_window_reaches_from_its_opening_to_the_day_before_the_lock(government, day):
    row = fact(government)
    assert perform("submit", row, who(government.users.operator_kesehatan, day)).status == "submitted"


def extend(government, unit, expires):
    return Extension.objects.create(
        period=make_period(number=1),
        unit=unit,
        reason=REASON,
        expires=expires,
        granted_by=government.users.bagian_organisasi,
    )


def test_an_extension_opens_the_period_for_its_unit_until_its_last_day(government):
    extend(government, government.kesehatan, LOCKED)
    row = fact(government)
    operator = government.users.operator_kesehatan
    with pytest.raises(TransitionError, match="sudah dikunci"):
        perform("submit", row, who(operator, date(2026, 5, 21)))
    assert perform("submit", row, who(operator, LOCKED)).status == "submitted"


def test_an_extension_opens_nothing_for_another_unit(government):
    extend(government, government.pendidikan, LOCKED)
    with pytest.raises(TransitionError, match="sudah dikunci"):
        perform("submit", fact(government), who(government.users.operator_kesehatan, LOCKED))


def test_data_reported_as_not_published_are_filled_past_the_lock(government):
    users = government.users
    operator, later = users.operator_kesehatan, date(2026, 8, 3)
    waiting = typed(government.stunting, None, state="not_published", expected_on=date(2026, 7, 31))
    period = make_period(number=1)
    row = fill(period, [waiting], who(operator), {government.stunting.pk: 0})[government.stunting.pk]
    perform("verify", row, who(users.bagian_organisasi))
    assert finalise_locked(at(LOCKED)).final == 0
    row.refresh_from_db()
    now_known = typed(government.stunting, "9", row.version)
    rows = fill(period, [now_known], who(operator, later))
    assert rows[government.stunting.pk].status == "draft"
    row.refresh_from_db()
    row = perform("submit", row, who(operator, later))
    row = perform("verify", row, who(users.bagian_organisasi, later))
    assert finalise_locked(at(later)).final == 1
    row.refresh_from_db()
    assert (row.status, row.final_value) == ("final", Decimal(9))


def test_a_draft_that_says_not_published_does_not_escape_the_lock(government):
    row = fact(government, value=None, state="not_published", expected_on=date(2026, 7, 31))
    with pytest.raises(TransitionError, match="sudah dikunci"):
        perform("submit", row, who(government.users.operator_kesehatan, LOCKED))


# --- the lock ---------------------------------------------------------------------------------


def test_at_the_lock_verified_values_become_final_and_submitted_ones_stay(government, capsys):
    fact(government, RealisationStatus.VERIFIED)
    other = fact(government, RealisationStatus.SUBMITTED, indicator=make_indicator(government.kesehatan, "B"))
    call_command("lock_periods", "--on", "2026-04-30")
    assert not Realisation.objects.filter(status="final").exists()
    call_command("lock_periods", "--on", "2026-05-01")
    assert Realisation.objects.get(status="final").final_value == Decimal(8)
    other.refresh_from_db()
    assert other.status == "submitted"
    assert capsys.readouterr().out.splitlines() == [
        "0 realisasi ditetapkan final.",
        "1 realisasi ditetapkan final.",
    ]
    assert Event.objects.get().actor_name == "Sistem"


# --- versions and many ------------------------------------------------------------------------


def test_a_row_changed_meanwhile_is_left_alone(government):
    row = fact(government, RealisationStatus.SUBMITTED)
    Realisation.objects.update(version=2)
    with pytest.raises(TransitionError, match="diubah orang lain"):
        perform("verify", row, who(government.users.bagian_organisasi))
    assert Realisation.objects.get().status == "submitted"


def test_a_write_meets_the_version_it_read_or_writes_nothing(government):
    row = fact(government)
    before = snapshot(row)
    Realisation.objects.update(version=2, claimed_value=Decimal(5))
    row.claimed_value = Decimal(6)
    with pytest.raises(TransitionError, match="diubah orang lain"):
        workflow.write([(before, row)])
    assert Realisation.objects.get().claimed_value == Decimal(5)


def test_many_are_verified_together_or_not_at_all(government):
    rows = [
        fact(government, RealisationStatus.SUBMITTED, indicator=make_indicator(government.kesehatan, f"I{n}"))
        for n in range(3)
    ]
    rows.append(fact(government, RealisationStatus.VERIFIED))
    bureau = who(government.users.bagian_organisasi)
    with pytest.raises(TransitionError):
        perform_all("verify", rows, bureau)
    assert Realisation.objects.filter(status="verified").count() == 1
    assert not Event.objects.exists()
    perform_all("verify", rows[:3], bureau)
    assert Realisation.objects.filter(status="verified", verified_value=8).count() == 4
    assert Event.objects.count() == 3


def test_thirty_rows_are_verified_in_as_many_queries_as_one(government):
    rows = [
        fact(government, RealisationStatus.SUBMITTED, indicator=make_indicator(government.kesehatan, f"I{n}"))
        for n in range(32)
    ]
    bureau = who(government.users.bagian_organisasi)
    counts = []
    for batch in (rows[:1], rows[1:2], rows[2:]):
        with CaptureQueriesContext(connection) as captured:
            perform_all("verify", batch, bureau)
        counts.append(len(captured))
    assert counts[1] == counts[2]  # the very first also makes the head of the chain


# --- what is typed ----------------------------------------------------------------------------


def test_typing_makes_a_draft_and_submitting_counts_it(government):
    operator = who(government.users.operator_kesehatan)
    period, indicator = make_period(number=1), government.stunting
    row = fill(period, [typed(indicator)], operator)[indicator.pk]
    assert (row.status, row.claimed_value, row.changed_by) == (
        "draft",
        Decimal(9),
        government.users.operator_kesehatan,
    )
    row = fill(period, [], operator, {indicator.pk: row.version})[indicator.pk]
    assert row.status == "submitted"
    assert [event.action for event in Event.objects.all()] == ["menyimpan realisasi", "mengajukan realisasi"]
    assert Event.objects.first().unit_name == "Dinas Kesehatan"


def test_a_stranger_types_nothing_and_leaves_a_line(government):
    with pytest.raises(Refused):
        fill(make_period(number=1), [typed(government.stunting)], who(government.users.operator_pendidikan))
    assert not Realisation.objects.exists()
    assert Event.objects.get().refused


def test_one_bad_row_saves_none(government):
    other = make_indicator(government.kesehatan, "Rasio", kind=Kind.RATIO, part_of_whole=True)
    wrong = typed(other, None, claimed_numerator=Decimal(5), claimed_denominator=Decimal(4))
    rows = [typed(government.stunting), wrong]
    submit = {row.indicator.pk: 0 for row in rows}
    with pytest.raises(TransitionError, match="tidak boleh lebih besar"):
        fill(make_period(number=1), rows, who(government.users.operator_kesehatan), submit)
    assert not Realisation.objects.exists()


def test_two_people_on_one_row_meet(government):
    operator = who(government.users.operator_kesehatan)
    period, indicator = make_period(number=1), government.stunting
    fill(period, [typed(indicator, "9")], operator)
    with pytest.raises(Conflict) as conflict:
        fill(period, [typed(indicator, "11")], who(government.users.kepala_kesehatan))
    assert conflict.value.rows[indicator.pk].claimed_value == Decimal(9)


@pytest.mark.parametrize("status", ["submitted", "verified", "final"])
def test_what_was_reported_is_not_typed_over(government, status):
    row = fact(government, status)
    with pytest.raises(Conflict):
        fill(
            row.period,
            [typed(row.indicator, "1", row.version)],
            who(government.users.operator_kesehatan),
        )


def test_the_bureau_says_why_it_fills_in_for_a_unit(government):
    bureau, period = who(government.users.bagian_organisasi), make_period(number=1)
    with pytest.raises(TransitionError, match="alasan mengisikan"):
        fill(period, [typed(government.stunting)], bureau)
    row = fill(period, [typed(government.stunting, filled_in_reason=REASON)], bureau)[government.stunting.pk]
    assert row.filled_in_reason == REASON
    row = fill(period, [typed(government.stunting, "7", 1)], who(government.users.operator_kesehatan))
    assert row[government.stunting.pk].filled_in_reason == ""


def test_the_bureau_needs_no_reason_for_its_own_unit(government):
    own = make_indicator(government.bureau, "Nilai SAKIP")
    row = fill(make_period(number=1), [typed(own)], who(government.users.bagian_organisasi))[own.pk]
    assert (row.claimed_value, row.filled_in_reason) == (Decimal(9), "")


def test_a_running_total_that_falls_wants_an_explanation(government):
    indicator = make_indicator(
        government.kesehatan, "Angka berjalan", accumulation=Accumulation.RUNNING_TOTAL
    )
    make_realisation(indicator, make_period(number=1), "50", status="submitted")
    operator = who(government.users.operator_kesehatan, date(2026, 7, 5))
    period = make_period(number=2)
    with pytest.raises(TransitionError, match="turun dari 50"):
        fill(period, [typed(indicator, "40")], operator, {indicator.pk: 0})
    explained = typed(indicator, "40", state_reason="Koreksi data ganda")
    assert fill(period, [explained], operator, {indicator.pk: 0})[indicator.pk].status == "submitted"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "not_applicable"}, "Beri alasan"),
        ({"state": "not_published"}, "perkiraan tanggal rilis"),
        ({}, "isi nilainya dulu"),
    ],
)
def test_submitting_wants_what_its_state_needs(government, fields, sentence):
    row = typed(government.stunting, None, **fields)
    with pytest.raises(TransitionError, match=sentence):
        fill(
            make_period(number=1),
            [row],
            who(government.users.operator_kesehatan),
            {government.stunting.pk: 0},
        )


def test_negative_values_are_taken(government):
    operator = who(government.users.operator_kesehatan)
    row = fill(
        make_period(number=1), [typed(government.stunting, "-2.5")], operator, {government.stunting.pk: 0}
    )
    assert row[government.stunting.pk].claimed_value == Decimal("-2.5")
