"""The stories the example government tells, and every rule of the application it keeps."""

import io
import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Max, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from agreements.budgets import latest_budgets
from agreements.enums import BudgetVersion, Form, Ground, Holding, Level, Party, Status, UnitKind
from agreements.models import (
    ActionPlan,
    Agreement,
    AgreementBudget,
    AgreementIndicator,
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
from evaluations.demo.organisation import PASSWORD
from evaluations.enums import RealisationStatus, RevisionStatus, Section, ValueState
from evaluations.models import (
    VALUE_COLUMNS,
    BudgetRealisation,
    EvidenceUse,
    Narrative,
    Realisation,
    SourceRevision,
    StepProgress,
)
from evaluations.money import account_of
from evaluations.readings import is_due_in
from evaluations.results import results_of
from records.files import read
from records.history import first_broken_link
from records.models import Event
from tests.demo.conftest import LAST, THIS, TODAY

pytestmark = pytest.mark.slow
SKPD_CODE = re.compile(r"\d\.\d{2}\.\d\.\d{2}\.\d\.\d{2}\.\d{2}\.\d{4}")


@pytest.fixture(scope="module")
def results(answer):
    """Result by title of the position, of what was in force at the end of last year."""
    agreements = list(Agreement.objects.in_force().filter(year=LAST).with_parties())
    judged = results_of(agreements, TODAY)
    return {agreement.position.title: judged[agreement.pk] for agreement in agreements}


def unit(short_name: str) -> Unit:
    return Unit.objects.get(short_name=short_name)


def absorbed(short_name: str) -> Decimal:
    return account_of(UnitTree().below([unit(short_name).pk]), LAST).absorption


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


def test_the_listed_accounts_can_sign_in_and_those_who_left_cannot(answer):
    said = io.StringIO()
    call_command("demo", "--accounts", stdout=said)
    lines = said.getvalue().splitlines()
    listed = [line.split()[0] for line in lines]
    active = set(User.objects.filter(is_active=True).values_list("username", flat=True))
    assert set(listed) < active
    assert len(listed) <= 55
    assert {u for u in User.objects.values_list("username", flat=True) if u.startswith("mantan.")}.isdisjoint(
        active
    )
    assert all(PASSWORD in line and "–" in line for line in lines)
    assert User.objects.get(username=listed[0]).check_password(PASSWORD)
    assert len(set(User.objects.values_list("password", flat=True))) == 1


def test_an_account_of_the_list_signs_in(answer, client):
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
    assert on_map.count() == 41
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


def test_last_year_all_are_signed_and_this_year_some_are_not_yet(answer):
    count = {
        year: Counter(Agreement.objects.filter(year=year).values_list("status", flat=True))
        for year in (LAST, THIS)
    }
    assert set(count[LAST]) == {Status.IN_FORCE, Status.SUPERSEDED}
    assert count[THIS][Status.IN_FORCE] > 60
    # One of each is an agreement of January, the other an amendment.
    assert count[THIS][Status.IN_SIGNING] == count[THIS][Status.SUBMITTED] == 2
    drafts = Agreement.objects.filter(year=THIS, status=Status.DRAFT)
    assert sorted(bool(draft.return_reason) for draft in drafts) == [False, True]


def test_every_agreement_in_force_is_signed_by_all_its_parties(answer, stored):
    for agreement in Agreement.objects.signed():
        issue = agreement.issues.get()
        parties = 1 if agreement.form == Form.SINGLE_PARTY else 2
        signatures = list(issue.signatures.select_related("file"))
        assert len(signatures) == issue.parties.count() == parties, agreement
        assert all(issue.document_date <= s.signed_on < TODAY for s in signatures), agreement
    assert read(signatures[0].file) == read(issue.pdf)


def test_one_agreement_was_signed_five_weeks_late(answer):
    due = YearPolicy.objects.get(year=THIS).agreement_due
    late = Agreement.objects.signed().filter(year=THIS, amends=None, issues__document_date__gt=due)
    assert [str(a.position) for a in late] == ["Kepala Dinas Pekerjaan Umum dan Penataan Ruang"]
    assert 30 <= (late.get().issues.get().document_date - due).days <= 40


def test_heads_amend_after_the_budget_was_changed(answer):
    amendments = Agreement.objects.filter(year=LAST, issues__document_date__month=10).exclude(amends=None)
    assert amendments.count() == 15
    assert set(amendments.values_list("ground", flat=True)) == {Ground.STRATEGY, Ground.PRIORITY}
    for amendment in amendments.select_related("amends"):
        assert amendment.amends.status == Status.SUPERSEDED
        before, after = (
            list(each.budgets.values_list("code", "amount")) for each in (amendment.amends, amendment)
        )
        assert before != after, amendment


def test_a_new_head_amended_and_the_fact_stayed_one(answer):
    chain = Agreement.objects.filter(year=LAST, position__title__startswith="Kepala Dinas Pendidikan")
    first, second, third = chain.order_by("pk")
    assert (third.amends, second.amends, first.amends) == (second, first, None)
    assert (second.ground, third.ground) == (Ground.OFFICIAL, Ground.STRATEGY)
    heads = [each.issues.get().parties.get(party=Party.FIRST).name for each in (first, second, third)]
    assert heads[0] != heads[1] == heads[2]
    indicators = {
        frozenset(each.objectives.values_list("indicators__indicator", flat=True)) for each in chain
    }
    assert len(indicators) == 1


def test_an_amendment_set_another_target(answer):
    changed = AgreementIndicator.objects.filter(objective__agreement__year=LAST).exclude(continues=None)
    told = {
        (row.name, row.continues.value, row.value)
        for row in changed.select_related("continues")
        if row.value != row.continues.value
    }
    assert ("Produksi perikanan tangkap", Decimal(18500), Decimal(18000)) in told
    assert len(told) == 2


def test_one_fact_is_promised_many_times(answer):
    stunting = Indicator.objects.get(name="Prevalensi stunting")
    in_force = Agreement.objects.in_force().filter(year=LAST)
    titles = stunting.promises.filter(objective__agreement__in=in_force).values_list(
        "objective__agreement__position__title", flat=True
    )
    assert sorted(titles) == [
        "Bupati Arunika",
        "Kepala Bidang Kesehatan Masyarakat",
        "Kepala Dinas Kesehatan",
    ]


def test_numbers_of_indicators_are_believable(answer):
    for agreement in Agreement.objects.filter(year=LAST).select_related("position", "unit"):
        count = sum(o.indicators.count() for o in agreement.objectives.all())
        low, high = believable(agreement)
        assert low <= count <= high, agreement


def believable(agreement) -> tuple[int, int]:
    """How many indicators such an agreement has in practice."""
    if agreement.position.level == Level.REGIONAL_HEAD:
        return 12, 16
    if agreement.unit.kind == UnitKind.SECRETARIAT:
        return 8, 8
    if agreement.unit.kind == UnitKind.DISTRICT:
        return 2, 4
    if agreement.unit.on_map:
        # One head promises nine: the story of the mean that hides what was missed.
        return (9, 9) if agreement.unit.short_name == "DPMPTSP" else (3, 6)
    return 1, 3


def test_every_kind_of_official_has_an_agreement(answer):
    in_force = Agreement.objects.in_force().filter(year=LAST)
    levels = Counter(in_force.values_list("position__level", flat=True))
    assert levels[Level.REGIONAL_HEAD] == 1
    assert levels[Level.II] + levels[Level.III] > 60
    assert levels[Level.IV] == 4
    assert levels[Level.FUNCTIONAL] == 2


def test_who_manages_no_budget_says_why(answer):
    without = Agreement.objects.filter(year=LAST).exclude(budget_waiver="")
    assert sorted(without.values_list("unit__short_name", flat=True)) == [
        "Asisten I",
        "Asisten II",
        "Asisten III",
        "Staf Ahli I",
        "Staf Ahli II",
        "Staf Ahli III",
    ]
    assert not AgreementBudget.objects.filter(agreement__in=without).exists()


def test_who_holds_the_post_of_the_superior_too_signs_with_the_next_one(answer):
    secretary = "Sekretaris Badan Penanggulangan Bencana Daerah"
    of_both = Agreement.objects.filter(position__title=secretary)
    last, this = of_both.get(year=LAST), of_both.get(year=THIS)
    assert str(last.second_position) == "Kepala Pelaksana Badan Penanggulangan Bencana Daerah"
    assert str(this.second_position) == "Bupati Arunika"
    assert "memegang kedua jabatan" in this.second_reason


def test_heads_follow_an_action_plan_and_say_how_far_they_are(answer):
    plans = ActionPlan.objects.in_force().filter(agreement__year=THIS)
    assert plans.count() > 30
    assert not plans.filter(agreement__unit__signs_with_head=False).exists()
    latest = StepProgress.objects.filter(step__plan__agreement__year=THIS, period__number=3)
    assert latest.filter(percent=100).exists()
    assert latest.filter(percent__lt=100).exists()
    assert set(StepProgress.objects.values_list("invented", flat=True)) == {True}


def test_what_was_to_follow_is_a_step_of_the_running_year(answer):
    told = Realisation.objects.get(
        indicator__name="Jumlah kematian ibu", period__year=LAST, period__number=4
    ).follow_up
    planned = ActionPlan.objects.filter(agreement__year=THIS).values_list("steps__text", flat=True)
    assert told.rstrip(".") in set(planned)


def test_some_papers_were_recorded_later(answer):
    recorded = Agreement.objects.filter(recorded_later=True)
    assert recorded.count() == 3
    for agreement in recorded:
        issue = agreement.issues.get()
        assert issue.issued_at.date() > issue.document_date


# --- money ------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [LAST, THIS])
def test_the_regional_heads_budget_is_the_sum_of_all(answer, year):
    regents = Agreement.objects.filter(year=year, position__level=Level.REGIONAL_HEAD).order_by("pk")
    first, amended = (each.budgets.aggregate(sum=Sum("amount"))["sum"] for each in regents)
    original = Budget.objects.filter(year=year, version=BudgetVersion.ORIGINAL)
    everywhere = frozenset(Unit.objects.values_list("pk", flat=True))
    assert first == original.aggregate(sum=Sum("amount"))["sum"]
    assert amended == sum(budget.amount for budget in latest_budgets(year, everywhere))
    assert Decimal("1.85e12") < first < amended < Decimal("1.96e12")


def test_each_head_promises_what_the_unit_has(answer):
    tree = UnitTree()
    for agreement in Agreement.objects.in_force().filter(unit__on_map=True).select_related("unit"):
        budgets = latest_budgets(agreement.year, tree.below([agreement.unit_id]))
        programmes = {budget.programme.code for budget in budgets}
        assert 2 <= len(programmes) <= 7, agreement
        assert len([code for code in programmes if code.endswith(".01")]) == 1, agreement
        promised = agreement.budgets.aggregate(sum=Sum("amount"))["sum"]
        assert promised == sum(budget.amount for budget in budgets) or not agreement.amends_id, agreement


def test_spending_never_falls_and_stays_below_the_ceiling(answer):
    rows = BudgetRealisation.objects.select_related("budget").order_by("budget_id", "month")
    before = None
    for row in rows:
        assert row.invented
        assert row.spent <= row.budget.amount
        if before and before.budget_id == row.budget_id:
            assert row.month == before.month + 1
            assert row.spent >= before.spent, row
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
