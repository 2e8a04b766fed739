"""Which agreements in force need a PK Perubahan, and drafts for many of them at once."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import amending
from agreements.amendable import Need, amendable
from agreements.drafting import DraftError
from agreements.enums import BudgetVersion, Status
from agreements.models import Agreement, YearPolicy
from records.models import Event
from tests.agreements.steps import in_force
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_official,
    make_position,
    put_into,
)

DAY = date(2026, 10, 5)
LIST = "/2026/perjanjian/perubahan/"
BASIS = {"ground": "strategy", "reason": "DPPA disahkan 30 September 2026."}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-10-05 09:00", tick=False):
        yield


@pytest.fixture
def kesehatan(government) -> Agreement:
    return in_force(government)


@pytest.fixture
def pendidikan(government) -> Agreement:
    agreement = make_agreement(government.kadikbud)
    add_promise(agreement, government.literasi)
    add_budget(agreement, make_budget(government.pendidikan, code="1.01.02", amount="500"))
    return put_into(agreement, Status.IN_FORCE)


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


@pytest.fixture
def operator(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    return client


def row_of(agreement, due=None, day=DAY):
    fresh = Agreement.objects.select_related("position__unit", "unit").get(pk=agreement.pk)
    return amendable([fresh], 2026, day, due)[0]


def shown(client, **asked) -> list[Agreement]:
    return [row.agreement for row in client.get(LIST, asked).context["page"]]


# --- what differs ---------------------------------------------------------------------------------


def test_nothing_differs_on_the_day_of_signing(kesehatan):
    row = row_of(kesehatan)
    assert (row.budget, row.head, row.amendment, row.differs) == (None, None, None, False)


def test_a_revised_budget_of_another_amount_differs(kesehatan, government):
    make_budget(government.kesehatan, amount="1200000000", version="revised")
    budget = row_of(kesehatan).budget
    assert (budget.version, budget.signed, budget.now, budget.same_total) == (
        BudgetVersion.REVISED,
        Decimal("1000000000"),
        Decimal("1200000000"),
        False,
    )


def test_a_revised_budget_of_the_same_amount_does_not(kesehatan, government):
    make_budget(government.kesehatan, amount="1000000000", version="revised")
    assert row_of(kesehatan).budget is None


def test_a_corrected_original_budget_is_no_ground(kesehatan, government):
    government.kesehatan.budgets.update(amount=7)
    assert row_of(kesehatan).budget is None


def test_a_programme_that_is_gone_counts_with_nothing(kesehatan, government):
    make_budget(government.kesehatan, amount="300", code="1.02.09", version="revised")
    assert row_of(kesehatan).budget.now == 0


def test_a_shift_between_programmes_differs_though_the_total_stays(government):
    agreement = make_agreement(government.kadinkes)
    for code, amount in (("1.02.02", "600"), ("1.02.03", "400")):
        add_budget(agreement, make_budget(government.kesehatan, code=code, amount=amount))
    put_into(agreement, Status.IN_FORCE)
    for code, amount in (("1.02.02", "500"), ("1.02.03", "500")):
        make_budget(government.kesehatan, code=code, amount=amount, version="shift")
    budget = row_of(agreement).budget
    assert (budget.version, budget.same_total) == (BudgetVersion.SHIFT, True)


def test_another_head_differs_from_the_day_of_the_mutation(kesehatan, government):
    government.official_kadinkes.assignments.update(ends=date(2026, 7, 13))
    make_assignment(make_official("drg. Surya Lestari"), government.kadinkes, date(2026, 7, 14))
    assert row_of(kesehatan, day=date(2026, 7, 13)).head is None
    head = row_of(kesehatan, day=date(2026, 7, 14)).head
    assert head.signed == "dr. Ratna Dewi, M.Kes., Kepala Dinas Kesehatan"
    assert head.now == "drg. Surya Lestari, Kepala Dinas Kesehatan"


def test_a_plh_is_nobody_to_sign(kesehatan, government):
    government.official_kadinkes.assignments.update(ends=date(2026, 7, 13))
    make_assignment(government.official_kabid, government.kadinkes, date(2026, 7, 14), holding="plh")
    assert row_of(kesehatan).head.now == ""


def test_a_new_regent_leaves_the_agreements_as_they_are(kesehatan, government):
    government.official_regent.assignments.update(ends=date(2026, 7, 13))
    make_assignment(make_official("Hj. Sri Mulyani", nip=None), government.regent, date(2026, 7, 14))
    assert not row_of(kesehatan).differs


@pytest.mark.parametrize(
    ("due", "late"),
    [(date(2026, 10, 4), True), (date(2026, 10, 5), False), (None, False)],
)
def test_late_is_who_still_differs_after_the_due_day(due, late, kesehatan, government):
    assert not row_of(kesehatan, due).late
    make_budget(government.kesehatan, amount="7", version="revised")
    assert row_of(kesehatan, due).late == late


# --- the list -------------------------------------------------------------------------------------


def test_the_list_shows_what_the_account_may_draft(operator, kesehatan, pendidikan):
    assert shown(operator) == [kesehatan]


def test_only_agreements_in_force_of_the_year_are_listed(bureau, government, kesehatan):
    make_agreement(government.kadikbud)
    put_into(make_agreement(government.sekda, 2025), Status.IN_FORCE)
    assert shown(bureau) == [kesehatan]


def test_every_count_shows_exactly_its_rows(bureau, government, kesehatan, pendidikan):
    YearPolicy.objects.filter(year=2026).update(amendment_due=date(2026, 10, 1))
    make_budget(government.kesehatan, amount="7", version="revised")
    make_agreement(government.kadikbud, amends=pendidikan, ground="priority", ground_reason="Asumsi berubah")
    page = bureau.get(LIST)
    assert {need: count for need, _, count in page.context["needs"]} == {
        Need.WANTED: 1,
        Need.UNDER_WAY: 1,
        Need.LATE: 1,
    }
    assert shown(bureau, saring="perlu") == [kesehatan]
    assert shown(bureau, saring="proses") == [pendidikan]
    assert shown(bureau, saring="terlambat") == [kesehatan]
    assert set(shown(bureau, saring="apa saja")) == {kesehatan, pendidikan}
    assert "1 Oktober 2026" in page.content.decode()


def test_the_list_is_searched(bureau, kesehatan, pendidikan):
    assert shown(bureau, cari="pendidikan") == [pendidikan]


def test_the_menu_leads_to_it_for_those_who_draft(bureau, government, client, kesehatan):
    home = reverse("reports:year_home", args=(2026,))
    assert LIST in bureau.get(home).content.decode()
    client.force_login(government.users.inspektorat)
    assert LIST not in client.get(home).content.decode()


def test_the_list_keeps_its_queries(bureau, government, kesehatan, django_assert_max_num_queries):
    bureau.get(LIST)
    with django_assert_max_num_queries(20) as one:
        bureau.get(LIST)
    for number in range(60):
        position = make_position(
            government.bidang, f"Kepala Seksi {number}", "iv", government.kabid, heads=False
        )
        agreement = make_agreement(position)
        add_promise(agreement, make_indicator(government.kesehatan, f"I{number}"), government.sasaran)
        put_into(agreement, Status.IN_FORCE)
    with django_assert_max_num_queries(20) as many:
        page = bureau.get(LIST)
    assert len(many) == len(one)
    assert len(page.context["page"].object_list) == 50
    assert page.context["page"].paginator.count == 61


# --- many at once ---------------------------------------------------------------------------------


def test_each_ticked_agreement_gets_its_draft(bureau, kesehatan, pendidikan):
    answer = bureau.post(LIST, {"pk": [kesehatan.pk, pendidikan.pk], **BASIS})
    drafts = Agreement.objects.filter(amends__in=[kesehatan, pendidikan])
    assert [(draft.ground, draft.ground_reason) for draft in drafts] == [("strategy", BASIS["reason"])] * 2
    page = answer.content.decode()
    assert "2 dari 2 draf PK Perubahan dibuat" in page
    assert all(draft.get_absolute_url() in page for draft in drafts)


def test_one_refusal_does_not_undo_the_others(bureau, government, kesehatan, pendidikan):
    make_agreement(government.kadinkes, amends=kesehatan, ground="priority", ground_reason="Asumsi berubah")
    answer = bureau.post(LIST, {"pk": [kesehatan.pk, pendidikan.pk], **BASIS})
    page = answer.content.decode()
    assert "1 dari 2 draf PK Perubahan dibuat" in page
    assert "sedang atau sudah diubah" in page
    assert pendidikan.amendments.get().ground == "strategy"
    assert kesehatan.amendments.get().ground == "priority"


def test_a_failure_on_the_way_leaves_nothing_of_that_one(bureau, kesehatan, pendidikan, monkeypatch):
    copy = amending._copy_budgets

    def broken(amended, draft, offered):
        if amended.pk == kesehatan.pk:
            raise DraftError("Anggaran sedang diperbarui.")
        return copy(amended, draft, offered)

    monkeypatch.setattr(amending, "_copy_budgets", broken)
    answer = bureau.post(LIST, {"pk": [kesehatan.pk, pendidikan.pk], **BASIS})
    assert "Anggaran sedang diperbarui." in answer.content.decode()
    assert not kesehatan.amendments.exists()
    assert pendidikan.amendments.exists()


def test_what_one_may_read_but_not_draft_is_refused_and_written(client, government, kesehatan, pendidikan):
    """Two posts of the regent's house: a leader reads all and drafts for one office only."""
    government.official_kadinkes.account = government.users.pimpinan
    government.official_kadinkes.save()
    client.force_login(government.users.pimpinan)
    answer = client.post(LIST, {"pk": [kesehatan.pk, pendidikan.pk], **BASIS})
    assert "1 dari 2 draf PK Perubahan dibuat" in answer.content.decode()
    assert kesehatan.amendments.exists()
    assert not pendidikan.amendments.exists()
    assert Event.objects.filter(refused=True, subject_id=str(pendidikan.pk)).count() == 1


def test_what_one_may_not_see_is_not_even_named(operator, kesehatan, pendidikan):
    answer = operator.post(LIST, {"pk": [kesehatan.pk, pendidikan.pk], **BASIS})
    page = answer.content.decode()
    assert "1 dari 1 draf PK Perubahan dibuat" in page
    assert not pendidikan.amendments.exists()


def test_nothing_ticked_is_a_sentence_and_keeps_what_was_typed(bureau, kesehatan):
    answer = bureau.post(LIST, BASIS)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Centang paling sedikit satu" in page
    assert BASIS["reason"] in page


def test_a_missing_reason_keeps_the_ticks(bureau, kesehatan):
    answer = bureau.post(LIST, {"pk": kesehatan.pk, "ground": "strategy"})
    assert answer.status_code == 422
    assert f'value="{kesehatan.pk}" id="p{kesehatan.pk}"' in answer.content.decode()
    assert answer.context["ticked"] == {kesehatan.pk}
    assert not kesehatan.amendments.exists()


@pytest.mark.parametrize("bad", ["0", "abc", "9" * 30, "-1", "²"])
def test_a_number_that_is_none_is_nothing(bad, bureau, kesehatan):
    bureau.post(LIST, {"pk": bad, **BASIS})
    assert not Agreement.objects.filter(amends__isnull=False).exists()


def test_many_drafts_read_the_budgets_once(bureau, government, kesehatan, pendidikan):
    with CaptureQueriesContext(connection) as queries:
        bureau.post(LIST, {"pk": [kesehatan.pk, pendidikan.pk], **BASIS})
    assert sum('FROM "agreements_budget"' in query["sql"] for query in queries) == 1
