"""The stories the example government tells, and every rule of the application it keeps."""

import io
import re
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Max, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from agreements.budgets import latest_of
from agreements.enums import (
    BudgetDetail,
    BudgetVersion,
    FollowUp,
    Form,
    Ground,
    Holding,
    Level,
    Party,
    Status,
    UnitKind,
)
from agreements.models import (
    ActionPlan,
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    Assignment,
    Budget,
    HandOver,
    Indicator,
    Objective,
    Official,
    PlanRevision,
    Position,
    Unit,
    YearPolicy,
)
from agreements.nomenclature import at_detail
from agreements.scope import UnitTree
from evaluations.demo.organisation import PASSWORD
from evaluations.models import (
    BudgetRealisation,
    Realisation,
    StepProgress,
)
from records.files import read
from records.models import Event
from tests.demo.conftest import LAST, THIS, TODAY

pytestmark = pytest.mark.slow
SKPD_CODE = re.compile(r"\d\.\d{2}\.\d\.\d{2}\.\d\.\d{2}\.\d{2}\.\d{4}")


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
    days = (date(LAST, 6, 22), date(LAST, 6, 23), date(LAST, 7, 13), date(LAST, 7, 14))
    old, first, last, new = (Assignment.objects.party_of(head.pk, day) for day in days)
    assert old.ends == days[0]
    assert not old.official.account.is_active
    assert first == last
    assert (first.holding, first.ends) == (Holding.PLT, days[2])
    assert (new.holding, new.ends) == (Holding.DEFINITIVE, None)
    assert len({old.official, first.official, new.official}) == 3


def test_hand_overs_were_settled_by_a_new_agreement_and_one_still_waits(answer):
    acting, definitive, open_now = HandOver.objects.with_outcome().order_by("day")
    assert str(acting.position) == str(definitive.position) == "Kepala Dinas Pendidikan dan Kebudayaan"
    assert (acting.follow_up, definitive.follow_up) == (FollowUp.WAIT, FollowUp.NEW)
    assert acting.settled_note.startswith("Dilanjutkan dengan serah terima 14 Juli")
    assert definitive.signed
    assert list(HandOver.objects.open()) == [open_now]
    assert (open_now.day, open_now.follow_up) == (TODAY - timedelta(days=12), FollowUp.NEW)
    assert open_now.agreement.status == Status.IN_FORCE


def test_a_revision_of_the_plan_changes_only_years_to_come(answer):
    revision = PlanRevision.objects.get()
    assert revision.first_year == THIS + 1
    new = revision.objectives.get()
    assert new.text != new.successor_of.text
    assert (new.first_year, new.successor_of.last_year) == (THIS + 1, THIS)
    assert new.code == new.successor_of.code
    revised = revision.revised_targets.all()
    assert [row.indicator.targets.get(year=row.year).value - row.value for row in revised] == [4, 6]
    assert {row.year for row in revised} == {revision.period.last_year}


def test_objectives_and_what_is_an_iku_have_codes(answer):
    region = Unit.objects.get(kind=UnitKind.REGION)
    codes = list(region.objectives.values_list("code", flat=True))
    assert codes[:4] == ["T1", "S1.1", "S1.2", "T2"]
    assert not Objective.objects.filter(code="").exists()
    iku = Indicator.objects.filter(labels__name__startswith="IKU")
    assert iku.exists()
    assert not iku.exclude(code__startswith="IKU-").exists()


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
    assert amended == sum(budget.amount for budget in latest_of(Budget.objects.of_units(everywhere, year)))
    assert Decimal("1.85e12") < first < amended < Decimal("1.96e12")


def test_each_head_promises_what_the_unit_has(answer):
    tree = UnitTree()
    for agreement in Agreement.objects.in_force().filter(unit__on_map=True).select_related("unit"):
        own = Budget.objects.of_units(tree.below([agreement.unit_id]), agreement.year)
        budgets = latest_of(own.select_related("programme"))
        programmes = {at_detail(budget.programme.code, BudgetDetail.PROGRAMME) for budget in budgets}
        assert set(agreement.budgets.values_list("code", flat=True)) <= programmes, agreement
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
