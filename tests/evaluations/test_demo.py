"""The example government: it loads on any day, tells its stories, and keeps every rule of the application."""

import io
import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max, Min, Q, Sum
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from agreements.enums import Form, Holding, Level, Status
from agreements.models import (
    Agreement,
    AgreementBudget,
    Assignment,
    Budget,
    Indicator,
    Official,
    Position,
    Region,
    Unit,
    YearPolicy,
)
from agreements.scope import UnitTree
from evaluations.checks import has_figure
from evaluations.demo import source
from evaluations.demo.days import Years, working_day
from evaluations.demo.loading import load
from evaluations.demo.organisation import PASSWORD
from evaluations.enums import RealisationStatus, ValueState
from evaluations.models import (
    VALUE_COLUMNS,
    BudgetRealisation,
    EvidenceUse,
    Extension,
    Narrative,
    Period,
    Realisation,
)
from evaluations.money import account_of
from evaluations.readings import is_due_in
from evaluations.results import results_of
from records.files import read
from records.history import first_broken_link
from records.models import Event

pytestmark = pytest.mark.slow
TODAY = date(2026, 11, 22)
LAST, THIS = 2025, 2026
SKPD_CODE = re.compile(r"\d\.\d{2}\.\d\.\d{2}\.\d\.\d{2}\.\d{2}\.\d{4}")


def print_quickly(content, *, code, content_sha256, draft, paper) -> bytes:
    """Instead of the real printer, which has tests of its own and takes most of the time."""
    return f"%PDF-1.7 {code} {content_sha256}".encode()


def quickly(folder):
    return override_settings(AGREEMENT_PRINTER=f"{__name__}.print_quickly", FILES_DIR=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo-files")


@pytest.fixture(scope="module")
def answer(django_db_setup, django_db_blocker, folder):
    """The demo as the command loads it, once for this module; what the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        said = io.StringIO()
        with quickly(folder):
            call_command("demo", today=TODAY, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def undone(answer):
    """What the test changes is taken back: the others read the same demo."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def results(answer):
    """Result by title of the position, of last year."""
    agreements = list(Agreement.objects.filter(year=LAST).with_parties())
    judged = results_of(agreements, TODAY)
    return {agreement.position.title: judged[agreement.pk] for agreement in agreements}


def unit(short_name: str) -> Unit:
    return Unit.objects.get(short_name=short_name)


def absorbed(short_name: str) -> Decimal:
    return account_of(UnitTree().below([unit(short_name).pk]), LAST).absorption


# --- any day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "last", "this"),
    [
        (date(2026, 1, 5), 2024, 2025),
        (date(2026, 1, 31), 2024, 2025),
        (date(2026, 2, 1), 2025, 2026),
        (date(2026, 11, 22), 2025, 2026),
        (date(2028, 2, 29), 2027, 2028),
    ],
)
def test_a_year_is_finished_when_its_last_quarter_has_locked(today, last, this):
    assert (Years(today).last, Years(today).this) == (last, this)


def test_days_of_the_data_are_counted_from_the_two_years():
    years = Years(TODAY)
    assert years.day("L@07-14") == date(2025, 7, 14)
    assert years.day("L-2@01-09") == date(2023, 1, 9)
    assert years.day("T@12-31") == date(2026, 12, 31)
    assert years.day("2017-01-02") == date(2017, 1, 2)
    assert years.end("") is None


def test_acts_of_a_weekend_wait_for_monday():
    assert [working_day(date(2026, 11, day)).day for day in (20, 21, 22, 23)] == [20, 23, 23, 23]


# A few units are enough to try a day: the regional head's promises rest on many of them.
FEW = {
    "promises": ("position", {"kadis-dinkes", "kabid-kesmas", "kadis-dlh", "kasat-satpol", "camat-selasih"}),
    "budgets": ("unit", {"dinkes", "dlh", "satpol", "kec-selasih"}),
    "realisations": ("indicator", {"stunting", "maternal", "waste", "bylaw"}),
}


@pytest.mark.parametrize("today", [date(2026, 1, 5), date(2026, 7, 20), date(2028, 2, 29)])
def test_it_loads_on_any_day(db, today, tmp_path, monkeypatch):
    all_rows = source.rows

    def few_rows(name):
        column, kept = FEW.get(name, ("", set()))
        return [row for row in all_rows(name) if not kept or row[column] in kept]

    monkeypatch.setattr(source, "rows", few_rows)
    with quickly(tmp_path):
        load(today)
    years = Years(today)
    of_last_year = Realisation.objects.filter(period__year=years.last)
    assert set(of_last_year.values_list("status", flat=True)) == {RealisationStatus.FINAL}
    assert set(Agreement.objects.filter(year=years.last).values_list("status", flat=True)) == {
        Status.IN_FORCE
    }
    closed = [p for p in range(1, 5) if date(years.this, p * 3, 28) < today and p * 3 < 12]
    measured = Realisation.objects.filter(period__year=years.this, indicator__name="Prevalensi stunting")
    assert sorted(measured.values_list("period__number", flat=True)) == [
        number for number in closed if (today - date(years.this, number * 3, 28)).days > 14
    ]
    assert Event.objects.aggregate(last=Max("at"))["last"].date() < today
    assert something_can_be_typed(today)
    assert first_broken_link() is None


def something_can_be_typed(today) -> bool:
    return (
        Period.objects.for_indicators().filter(opens__lte=today, locks__gt=today).exists()
        or Extension.objects.filter(expires__gt=today).exists()
    )


# --- the command ------------------------------------------------------------------------------


def test_the_command_says_what_it_made_and_the_clock_runs_again(answer):
    assert answer.startswith("Pemerintah contoh siap: Kabupaten Arunika")
    assert timezone.datetime is datetime
    assert abs((timezone.now() - datetime.now(tz=timezone.get_current_timezone())).total_seconds()) < 5


def test_loading_again_changes_nothing(answer):
    before = Event.objects.count(), User.objects.count(), Agreement.objects.count()
    said = io.StringIO()
    call_command("demo", stdout=said)
    assert said.getvalue() == "Kabupaten Arunika sudah ada di basis data ini; tidak ada yang diubah.\n"
    assert (Event.objects.count(), User.objects.count(), Agreement.objects.count()) == before


def test_without_demo_it_refuses(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_the_listed_accounts_are_all_that_can_sign_in(answer):
    said = io.StringIO()
    call_command("demo", "--accounts", stdout=said)
    lines = said.getvalue().splitlines()
    listed = [line.split()[0] for line in lines]
    assert sorted(listed) == sorted(User.objects.filter(is_active=True).values_list("username", flat=True))
    assert all(PASSWORD in line and "–" in line for line in lines)
    assert User.objects.get(username=listed[0]).check_password(PASSWORD)
    assert len(set(User.objects.values_list("password", flat=True))) == 1


@pytest.mark.usefixtures("undone")
def test_an_account_of_the_list_signs_in(client):
    page = client.post(reverse("account_login"), {"login": "bupati", "password": PASSWORD})
    assert page.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(username="bupati").pk)


# --- people -----------------------------------------------------------------------------------


def test_every_nip_is_one_that_could_be(answer):
    for official in Official.objects.exclude(nip=None):
        born, entered, sex = official.nip[:8], official.nip[8:14], official.nip[14]
        birth = date(int(born[:4]), int(born[4:6]), int(born[6:]))
        assert 18 <= int(entered[:4]) - birth.year <= 35, official
        assert 1 <= int(entered[4:]) <= 12, official
        assert sex in "12", official
        assert len(official.nip) == 18, official
        assert official.rank, official


def test_regent_and_deputy_have_neither_nip_nor_rank(answer):
    elected = Official.objects.filter(
        assignments__position__level__in=(Level.REGIONAL_HEAD, Level.DEPUTY_HEAD)
    ).distinct()
    assert {(o.nip, o.rank) for o in elected} == {(None, "")}


def test_every_unit_on_the_map_has_a_head_and_a_national_code(answer):
    on_map = Unit.objects.filter(on_map=True)
    assert on_map.count() >= 8
    for each in on_map:
        assert SKPD_CODE.fullmatch(each.code), each
        head = Position.objects.get(unit=each, heads_unit=True)
        assert Assignment.objects.party_of(head.pk, TODAY), each
    assert len(set(on_map.values_list("code", flat=True))) == on_map.count()


def test_a_head_was_replaced_on_14_july_of_last_year(answer):
    head = Position.objects.get(title="Kepala Dinas Pendidikan dan Kebudayaan")
    old, new = (Assignment.objects.party_of(head.pk, date(LAST, 7, day)) for day in (13, 14))
    assert old.official != new.official
    assert old.ends == date(LAST, 7, 13)
    assert not old.official.account.is_active


def test_one_acting_head_comes_from_elsewhere_and_one_from_below(answer):
    acting = Assignment.objects.filter(holding=Holding.PLT).on(TODAY).select_related("position")
    own = {
        a.position.title: set(
            Assignment.objects.filter(official=a.official, holding=Holding.DEFINITIVE)
            .on(TODAY)
            .values_list("position__title", flat=True)
        )
        for a in acting
    }
    assert own == {
        "Kepala Dinas Lingkungan Hidup": {"Kepala Dinas Pekerjaan Umum dan Penataan Ruang"},
        "Kepala Pelaksana Badan Penanggulangan Bencana Daerah": {
            "Sekretaris Badan Penanggulangan Bencana Daerah"
        },
    }


# --- agreements -------------------------------------------------------------------------------


def test_last_year_all_are_in_force_and_this_year_some_are_not_yet(answer):
    count = {
        year: Counter(Agreement.objects.filter(year=year).values_list("status", flat=True))
        for year in (LAST, THIS)
    }
    assert set(count[LAST]) == {Status.IN_FORCE}
    assert count[THIS][Status.IN_FORCE] > 10
    assert count[THIS][Status.IN_SIGNING] == count[THIS][Status.SUBMITTED] == 1
    drafts = Agreement.objects.filter(year=THIS, status=Status.DRAFT)
    assert sorted(bool(draft.return_reason) for draft in drafts) == [False, True]


def test_every_agreement_in_force_is_signed_by_all_its_parties(answer, folder):
    for agreement in Agreement.objects.in_force():
        issue = agreement.issues.get()
        parties = 1 if agreement.form == Form.SINGLE_PARTY else 2
        signatures = list(issue.signatures.select_related("file"))
        assert len(signatures) == issue.parties.count() == parties, agreement
        assert all(issue.document_date <= s.signed_on < TODAY for s in signatures), agreement
    with override_settings(FILES_DIR=folder):
        assert read(signatures[0].file) == read(issue.pdf)


def test_one_agreement_was_signed_five_weeks_late(answer):
    due = YearPolicy.objects.get(year=THIS).agreement_due
    late = Agreement.objects.in_force().filter(year=THIS, issues__document_date__gt=due)
    assert [str(a.position) for a in late] == ["Kepala Dinas Pekerjaan Umum dan Penataan Ruang"]
    assert 30 <= (late.get().issues.get().document_date - due).days <= 40


def test_one_fact_is_promised_many_times(answer):
    stunting = Indicator.objects.get(name="Prevalensi stunting")
    titles = stunting.promises.filter(objective__agreement__year=LAST).values_list(
        "objective__agreement__position__title", flat=True
    )
    assert sorted(titles) == [
        "Bupati Arunika",
        "Kepala Bidang Kesehatan Masyarakat",
        "Kepala Dinas Kesehatan",
    ]


def test_numbers_of_indicators_are_believable(answer):
    for agreement in Agreement.objects.filter(year=LAST).select_related("position"):
        count = sum(o.indicators.count() for o in agreement.objectives.all())
        low, high = (8, 12) if agreement.position.level == Level.REGIONAL_HEAD else (2, 9)
        assert low <= count <= high, agreement


# --- money ------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [LAST, THIS])
def test_the_regional_heads_budget_is_the_sum_of_all(answer, year):
    total = Budget.objects.filter(year=year).aggregate(sum=Sum("amount"))["sum"]
    own = AgreementBudget.objects.filter(
        agreement__year=year, agreement__position__level=Level.REGIONAL_HEAD
    ).aggregate(sum=Sum("amount"))["sum"]
    assert own == total
    assert Decimal("1.85e12") < total < Decimal("1.95e12")


def test_each_head_promises_what_the_unit_has(answer):
    for agreement in Agreement.objects.filter(unit__on_map=True).select_related("unit"):
        budgets = Budget.objects.filter(year=agreement.year, unit=agreement.unit)
        assert 2 <= budgets.values("programme").distinct().count() <= 7, agreement
        assert budgets.filter(programme__code__endswith=".01").count() == 1, agreement
        promised = agreement.budgets.aggregate(sum=Sum("amount"))["sum"]
        assert promised == budgets.aggregate(sum=Sum("amount"))["sum"], agreement


def test_spending_never_falls_and_stays_below_the_ceiling(answer):
    rows = BudgetRealisation.objects.select_related("budget").order_by("budget_id", "month")
    before = None
    for row in rows:
        assert row.invented
        assert row.spent <= row.budget.amount
        if before and before.budget_id == row.budget_id:
            assert row.month == before.month + 1
            assert row.spent >= before.spent
        before = row
    months = rows.values("budget__year").annotate(last=Max("month")).values_list("budget__year", "last")
    assert dict(months) == {LAST: 12, THIS: 10}


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
    assert ratings["Sedang"] >= 1
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


def test_one_report_is_written_and_another_half(answer):
    written = Counter(Narrative.objects.values_list("report__unit__short_name", "section"))
    assert written["Dinkes", "objective"] == 3
    assert len([key for key in written if key[0] == "Dinkes"]) == 6
    assert 0 < len([key for key in written if key[0] == "BPBD"]) < 6
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
