"""“Salin dari tahun lalu”: last year's content under this year's plan, catalogue, policy and budget."""

import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import last_year, readiness
from agreements.drafting import DraftError
from agreements.enums import Status
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Budget,
    IndicatorTarget,
    PlanningPeriod,
    Programme,
    YearPolicy,
)
from agreements.parties import parties_on
from agreements.scope import scope_of
from records.history import SYSTEM, Act, history_of, record
from tests.agreements.steps import actor, complete_draft
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_membership,
    make_objective,
    make_user,
    put_into,
)

DAY = date(2026, 1, 8)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-01-08 09:00", tick=False):
        yield


@pytest.fixture
def before(government) -> Agreement:
    """What the head of Dinas Kesehatan signed in 2025: stunting 10 %, one programme."""
    return put_into(complete_draft(government, 2025), "in_force")


@pytest.fixture
def operator(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    return client


def copied(g, source) -> tuple[Agreement, last_year.Copied]:
    return last_year.create_copy(g.kadinkes, 2026, source, DAY, actor(g.users.operator_kesehatan))


def promises(agreement) -> dict[str, AgreementIndicator]:
    rows = AgreementIndicator.objects.filter(objective__agreement=agreement)
    return {row.name: row for row in rows}


def hints(agreement) -> list[str]:
    fresh = Agreement.objects.with_content().get(pk=agreement.pk)
    found = readiness.checks(fresh, parties_on(fresh, DAY))
    return [each.text for each in found if "masih sama dengan tahun lalu" in each.text]


def test_objectives_and_indicators_come_along_and_say_what_they_continue(government, before):
    draft, said = copied(government, before)
    old, new = promises(before)["Prevalensi stunting"], promises(draft)["Prevalensi stunting"]
    assert (draft.year, draft.status, draft.amends, draft.ground) == (2026, Status.DRAFT, None, "")
    assert (new.continues, new.indicator, new.value) == (old, government.stunting, 10)
    assert (said.objectives, said.indicators, said.left_out) == (1, 1, ())


def test_the_plans_target_of_the_year_is_taken(government, before):
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=Decimal("8.5"))
    draft, _ = copied(government, before)
    assert promises(draft)["Prevalensi stunting"].value == Decimal("8.5")
    assert hints(draft) == []


def test_last_years_target_is_a_hint_until_somebody_changes_it(government, before):
    draft, _ = copied(government, before)
    assert hints(draft) == [
        "Target “Prevalensi stunting” masih sama dengan tahun lalu: 10,00\xa0%. Periksa apakah masih menantang."
    ]
    AgreementIndicator.objects.filter(objective__agreement=draft).update(value=9)
    assert hints(draft) == []


def test_a_target_the_plan_repeats_is_no_hint(government, before):
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=Decimal(10))
    draft, _ = copied(government, before)
    assert hints(draft) == []


def test_the_same_target_typed_into_an_empty_draft_is_no_hint(government, before):
    draft = make_agreement(government.kadinkes)
    add_promise(draft, government.stunting, government.sasaran)
    assert hints(draft) == []


def test_a_day_of_last_year_is_never_a_target(government):
    agreement = make_agreement(government.kadinkes, 2025)
    indicator = make_indicator(government.kesehatan, "Laporan selesai", kind="date")
    add_promise(agreement, indicator, government.sasaran, date=date(2025, 11, 30))
    draft, _ = copied(government, put_into(agreement, "in_force"))
    assert promises(draft)["Laporan selesai"].date is None


def test_a_successor_takes_the_place_of_its_predecessor_without_its_target(government, before):
    middle = make_indicator(
        government.kesehatan, "Stunting balita", successor_of=government.stunting, archived=True
    )
    last = make_indicator(government.kesehatan, "Stunting baduta", successor_of=middle)
    government.stunting.archived = True
    government.stunting.save()
    draft, _ = copied(government, before)
    (row,) = promises(draft).values()
    assert (row.indicator, row.value, row.continues.indicator) == (last, None, government.stunting)


def test_a_successor_brings_its_planned_target(government, before):
    successor = make_indicator(government.kesehatan, "Stunting baduta", successor_of=government.stunting)
    IndicatorTarget.objects.create(indicator=successor, year=2026, value=Decimal(7))
    draft, _ = copied(government, before)
    assert promises(draft)["Stunting baduta"].value == 7


def test_two_that_are_said_to_succeed_each_other_are_no_endless_line(government, before):
    other = make_indicator(
        government.kesehatan, "Stunting balita", successor_of=government.stunting, archived=True
    )
    government.stunting.archived, government.stunting.successor_of = True, other
    government.stunting.save()
    draft, said = copied(government, before)
    assert (promises(draft), said.left_out) == ({}, ("Prevalensi stunting",))


def test_what_is_archived_without_a_successor_stays_behind_and_is_named(government, before):
    government.stunting.archived = True
    government.stunting.save()
    draft, said = copied(government, before)
    assert promises(draft) == {}
    assert said.left_out == ("Prevalensi stunting",)
    assert draft.objectives.count() == 1


def test_two_indicators_merged_into_one_are_promised_once(government):
    agreement = make_agreement(government.kadinkes, 2025)
    merged = make_indicator(government.kesehatan, "Gabungan")
    for name in ("Satu", "Dua"):
        old = make_indicator(government.kesehatan, name)
        add_promise(agreement, old, government.sasaran)
        if name == "Satu":
            merged.successor_of = old
            merged.save()
    add_promise(agreement, merged, government.sasaran)
    draft, _ = copied(government, put_into(agreement, "in_force"))
    assert sorted(promises(draft)) == ["Dua", "Gabungan"]


def test_the_promise_follows_the_policy_and_the_catalogue_of_the_new_year(government, before):
    YearPolicy.objects.filter(year=2026).update(cap=Decimal(120), lower_method="invers")
    government.stunting.name = "Prevalensi stunting balita"
    government.stunting.decimals = 1
    government.stunting.save()
    draft, _ = copied(government, before)
    row = promises(draft)["Prevalensi stunting balita"]
    assert (row.cap, row.lower_method, row.decimals) == (120, "invers", 1)


def test_objectives_of_a_plan_that_ended_stay_behind(government):
    old_plan = PlanningPeriod.objects.create(name="RPJMD 2021–2025", first_year=2021, last_year=2025)
    agreement = make_agreement(government.kadinkes, 2025)
    ended = make_objective(government.kesehatan, "Sasaran rencana lama")
    ended.period = old_plan
    ended.save()
    add_promise(agreement, government.stunting, ended)
    draft, said = copied(government, put_into(agreement, "in_force"))
    assert not draft.objectives.exists()
    assert said.left_out == ("Sasaran rencana lama",)


def test_an_objective_is_worded_as_the_plan_words_it_now(government, before):
    government.sasaran.text = "Meningkatnya derajat kesehatan seluruh warga"
    government.sasaran.save()
    draft, _ = copied(government, before)
    assert draft.objectives.get().text == "Meningkatnya derajat kesehatan seluruh warga"


def test_budget_lines_are_those_of_the_new_year_for_the_same_programmes(government, before):
    make_budget(government.kesehatan, 2026, "750", code="1.02.02")
    make_budget(government.kesehatan, 2026, "999", code="1.02.09")
    draft, said = copied(government, before)
    assert [(row.code, row.amount) for row in draft.budgets.all()] == [("1.02.02", 750)]
    assert said.budgets == 1


def test_a_programme_is_known_by_its_code_in_a_newer_nomenclature(government, before):
    renamed = Programme.objects.create(
        code="1.02.02", name="Program dengan nama baru", nomenclature_year=2026
    )
    Budget.objects.create(unit=government.kesehatan, programme=renamed, year=2026, amount=800)
    draft, _ = copied(government, before)
    assert [row.programme for row in draft.budgets.all()] == [renamed]


def test_without_a_budget_of_the_year_table_b_is_empty_and_a_waiver_comes_along(government):
    agreement = make_agreement(government.kadinkes, 2025, budget_waiver="Tidak mengelola anggaran.")
    draft, said = copied(government, put_into(agreement, "in_force"))
    assert (said.budgets, draft.budget_waiver) == (0, "Tidak mengelola anggaran.")


def test_one_line_of_the_history_says_from_where(government, before):
    draft, _ = copied(government, before)
    events = history_of(draft).order_by("number")
    assert [event.action for event in events] == ["Buat draf", "Salin dari tahun lalu"]
    assert json.loads(events[1].after)["indikator"] == ["Prevalensi stunting"]


def test_only_what_was_in_force_and_may_be_read_can_be_copied(government, before):
    def offered(user, year=2026):
        return list(last_year.signed_last_year(scope_of(user), year))

    assert offered(government.users.operator_kesehatan) == [before]
    assert offered(government.users.operator_pendidikan) == []
    assert offered(government.users.operator_kesehatan, 2027) == []
    newcomer = make_user("operator_baru")
    make_membership(newcomer, "operator", government.kesehatan, first_year=2026)
    assert offered(newcomer) == []
    put_into(before, "superseded")
    assert offered(government.users.operator_kesehatan) == []


# --- the page --------------------------------------------------------------------------------------


def address() -> str:
    return reverse("agreements:create", args=(2026,))


def test_the_page_offers_it_where_there_is_something_to_copy(operator, government, before):
    page = operator.get(address()).content.decode()
    assert "Salin dari tahun lalu" in page
    assert "Kepala Dinas Kesehatan – Dinas Kesehatan (ada PK 2025)" in page
    assert "Kepala Bidang Kesehatan Masyarakat – Bidang Kesehatan Masyarakat<" in page


def test_without_a_signed_agreement_it_is_not_offered(operator, government):
    complete_draft(government, 2025)
    assert "Salin dari tahun lalu" not in operator.get(address()).content.decode()


def test_the_copy_opens_with_a_sentence_of_what_came_along(operator, government, before):
    answer = operator.post(address(), {"position": government.kadinkes.pk, "copy": "on"}, follow=True)
    draft = Agreement.objects.get(year=2026)
    assert answer.redirect_chain[0][0] == reverse("agreements:compose", args=(2026, draft.pk))
    assert "Disalin dari PK 2025: 1 sasaran, 1 indikator, dan 0 program." in answer.content.decode()


def test_without_the_tick_the_draft_is_empty(operator, government, before):
    operator.post(address(), {"position": government.kadinkes.pk})
    assert not Agreement.objects.get(year=2026).objectives.exists()


def test_a_position_without_last_years_agreement_is_told_so(operator, government, before):
    answer = operator.post(address(), {"position": government.kabid.pk, "copy": "on"})
    assert answer.status_code == 422
    assert "tidak punya PK 2025 yang ditandatangani" in answer.content.decode()
    assert not Agreement.objects.filter(year=2026).exists()


def test_a_second_draft_is_refused_and_copies_nothing(government, before):
    copied(government, before)
    with pytest.raises(DraftError, match="sudah ada"):
        copied(government, before)
    assert Agreement.objects.filter(year=2026).count() == 1


def test_copying_thirty_indicators_takes_as_many_queries_as_three(government):
    record(SYSTEM, Act("Mulai", government.region))  # the first line of a history makes its head
    counts = []
    for position, number in ((government.kadinkes, 3), (government.sekda, 30)):
        agreement = make_agreement(position, 2025)
        for each in range(number):
            add_promise(
                agreement,
                make_indicator(position.unit, f"I{each}"),
                make_objective(position.unit, f"S{each}"),
            )
        add_budget(agreement, make_budget(position.unit, 2025, code=f"1.0{number}"))
        source = put_into(agreement, "in_force")
        with CaptureQueriesContext(connection) as queries:
            last_year.create_copy(position, 2026, source, DAY, actor(government.users.bagian_organisasi))
        counts.append(len(queries))
    assert counts[0] == counts[1]
