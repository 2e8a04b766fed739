"""Yang Terlambat and Kepatuhan: who owes what since when, each count a door to exactly its rows."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.enums import Status
from agreements.models import ActionPlan, YearPolicy
from agreements.scope import scope_of
from evaluations.enums import OBJECTIVE_SECTIONS, Section
from evaluations.models import BudgetRealisation, Extension, Narrative, Period, Realisation
from reports import duties
from tests.agreements.steps import in_force
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_objective,
    make_period,
    put_into,
)
from tests.reports.cases import signed_kesehatan, write
from tests.reports.figures import amended, fared, office, promised, put_plan_into, reported
from tests.reports.full_year import signed_on

AFTER = "2026-04-15"


def owed(account, day: str | date) -> dict[tuple[str, str], duties.Duty]:
    """Every duty of the units the account sees, by unit and kind."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    found = duties.duties_of(scope_of(account, day), YearPolicy.objects.get(year=2026), day)
    return {(unit.name, duty.kind): duty for unit, each in found.rows for duty in each}


def said(duty) -> tuple[str, int]:
    return duty.state, duty.days_late


def policy(**days) -> None:
    YearPolicy.objects.filter(year=2026).update(**days)


# --- the agreement ----------------------------------------------------------------------------


def test_an_unsigned_agreement_is_late_from_the_day_after_its_due_day(government, pimpinan):
    make_agreement(government.kadinkes)
    key = "Dinas Kesehatan", "pk"
    assert said(owed(pimpinan, "2026-01-31")[key]) == ("open", 0)
    assert said(owed(pimpinan, "2026-02-01")[key]) == ("late", 1)
    # Nobody even began with this one.
    assert said(owed(pimpinan, "2026-02-03")["Dinas Pendidikan dan Kebudayaan", "pk"]) == ("late", 3)


def test_without_a_due_day_nobody_is_late(government, pimpinan):
    policy(agreement_due=None)
    assert owed(pimpinan, "2026-12-31")["Dinas Kesehatan", "pk"].state == "open"


def test_an_agreement_handed_in_waits_for_the_bureau(government, pimpinan):
    put_into(make_agreement(government.kadinkes), Status.SUBMITTED)
    found = owed(pimpinan, "2026-02-10")
    assert found["Dinas Kesehatan", "pk"].actor == "Bagian Organisasi"
    assert found["Sekretariat Daerah", "pk"].actor == "Ir. Bambang Wibowo, M.Si., Sekretaris Daerah"


def test_a_signed_agreement_is_done_and_says_how_late_it_was(government, pimpinan):
    policy(agreement_due=date(2026, 1, 11))
    in_force(government)  # signed on 21 January
    assert said(owed(pimpinan, "2026-06-01")["Dinas Kesehatan", "pk"]) == ("done", 10)


def test_a_division_owes_no_agreement_of_its_own_here(government, pimpinan):
    make_indicator(government.bidang, "Gizi")
    assert owed(pimpinan, AFTER)["Bidang Kesehatan Masyarakat", "pk"].state == "none"


def test_an_amendment_is_owed_once_it_was_begun(government, pimpinan):
    policy(amendment_due=date(2026, 10, 31))
    old = fared(government, "Dinas A", "60")
    key = "Dinas A", "perubahan"
    assert owed(pimpinan, "2026-11-05")[key].state == "none"
    make_agreement(old.position, amends=old, ground="priority", ground_reason="Prioritas berubah")
    assert said(owed(pimpinan, "2026-11-05")[key]) == ("late", 5)
    # The first agreement stays signed meanwhile.
    assert owed(pimpinan, "2026-11-05")["Dinas A", "pk"].state == "done"


def test_an_amendment_in_force_is_done(government, pimpinan):
    amended(government, fared(government, "Dinas A", "60"), date(2026, 9, 1), Decimal(90))
    found = owed(pimpinan, "2026-11-05")
    assert [found["Dinas A", kind].state for kind in ("pk", "perubahan")] == ["done", "done"]


@time_machine.travel("2026-11-05 09:00:00+07:00", tick=False)
def test_an_amendment_signed_late_says_so(government, pimpinan):
    policy(amendment_due=date(2026, 9, 1))
    old = in_force(government)
    amendment = make_agreement(
        government.kadinkes,
        amends=old,
        ground="priority",
        ground_reason="Prioritas berubah",
        budget_waiver="Tidak mengelola anggaran sendiri",
    )
    add_promise(amendment, government.stunting, government.sasaran)
    signed_on(government, amendment, date(2026, 9, 13))
    found = owed(pimpinan, "2026-11-05")
    assert said(found["Dinas Kesehatan", "perubahan"]) == ("done", 12)
    assert said(found["Dinas Kesehatan", "pk"]) == ("done", 0)


# --- the action plan --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state"),
    [(None, "late"), ("draft", "late"), ("submitted", "done"), ("in_force", "done")],
)
def test_an_action_plan_is_owed_once_the_agreement_is_signed(government, pimpinan, status, state):
    policy(action_plan_due=date(2026, 2, 28))
    agreement = fared(government, "Dinas A")
    if status:
        plan = ActionPlan.objects.create(agreement=agreement)
        put_plan_into(plan, status)
    found = owed(pimpinan, "2026-03-10")
    assert found["Dinas A", "rencana-aksi"].state == state
    assert found["Dinas Kesehatan", "rencana-aksi"].state == "none"


def test_a_new_version_under_way_does_not_undo_the_plan_in_force(government, pimpinan):
    policy(action_plan_due=date(2026, 2, 28))
    agreement = fared(government, "Dinas A")
    put_plan_into(ActionPlan.objects.create(agreement=agreement, number=1), "in_force")
    ActionPlan.objects.create(agreement=agreement, number=2)
    assert owed(pimpinan, "2026-03-10")["Dinas A", "rencana-aksi"].state == "done"


# --- figures ----------------------------------------------------------------------------------


def test_a_quarter_is_late_from_the_day_after_its_filling_day(government, pimpinan):
    key = "Dinas Kesehatan", "tw-1"
    assert owed(pimpinan, "2026-02-01")[key].state == "upcoming"
    assert said(owed(pimpinan, "2026-04-10")[key]) == ("open", 0)
    assert said(owed(pimpinan, "2026-04-11")[key]) == ("late", 1)
    assert owed(pimpinan, "2026-04-11")[key].text == "1 dari 1 belum diajukan"


def test_a_draft_is_not_yet_filled_and_a_submitted_figure_is(government, pimpinan):
    row = government.stunting.realisations.create(period=make_period(), claimed_value=9)
    assert owed(pimpinan, AFTER)["Dinas Kesehatan", "tw-1"].state == "late"
    Realisation.objects.filter(pk=row.pk).update(status="submitted")
    assert owed(pimpinan, AFTER)["Dinas Kesehatan", "tw-1"].state == "done"


def test_what_came_back_may_be_mended_until_its_own_day(government, pimpinan):
    government.stunting.realisations.create(period=make_period(), claimed_value=9, status="returned")
    key = "Dinas Kesehatan", "tw-1"
    assert owed(pimpinan, "2026-04-25")[key].state == "open"
    assert said(owed(pimpinan, "2026-04-26")[key]) == ("late", 1)


def test_time_given_past_the_lock_is_time(government, pimpinan):
    Extension.objects.create(
        period=make_period(),
        unit=government.kesehatan,
        reason="Banjir",
        expires=date(2026, 6, 30),
        granted_by=government.users.bagian_organisasi,
    )
    found = owed(pimpinan, "2026-06-15")
    assert found["Dinas Kesehatan", "tw-1"].state == "open"
    assert found["Dinas Pendidikan dan Kebudayaan", "tw-1"].state == "late"


def test_an_unverified_figure_is_the_verifiers_delay(government, pimpinan):
    government.stunting.realisations.create(period=make_period(), claimed_value=9, status="submitted")
    assert owed(pimpinan, "2026-04-20")["Dinas Kesehatan", "verifikasi-1"].state == "open"
    found = owed(pimpinan, "2026-04-23")
    assert said(found["Dinas Kesehatan", "verifikasi-1"]) == ("late", 3)
    assert found["Dinas Kesehatan", "verifikasi-1"].actor == duties.VERIFIER
    assert found["Dinas Kesehatan", "tw-1"].state == "done"


def test_figures_of_the_bureaus_own_unit_wait_for_another(government, pimpinan):
    own = make_indicator(government.bureau, "Nilai SAKIP")
    own.realisations.create(period=make_period(), claimed_value=9, status="submitted")
    duty = owed(pimpinan, "2026-04-23")["Bagian Organisasi", "verifikasi-1"]
    assert duty.actor == duties.VERIFIER_OF_BUREAU["planner"]


# --- money and the report ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said_then"),
    [
        ("2026-02-10", ("upcoming", 0)),
        ("2026-02-11", ("late", 1)),
        ("2026-12-31", ("late", 324)),
        ("2027-01-11", ("late", 335)),
    ],
)
def test_a_budget_nobody_typed_is_late_since_its_first_month(government, pimpinan, day, said_then):
    make_budget(government.kesehatan)
    assert said(owed(pimpinan, day)["Dinas Kesehatan", "anggaran"]) == said_then


def test_money_typed_up_to_the_month_is_done(government, pimpinan):
    first, second = (make_budget(government.kesehatan, code=code) for code in ("1.02.02", "1.02.03"))
    BudgetRealisation.objects.create(budget=first, month=3, spent=5)
    BudgetRealisation.objects.create(budget=second, month=2, spent=5)
    key = "Dinas Kesehatan", "anggaran"
    duty = owed(pimpinan, "2026-04-15")[key]
    assert (said(duty), duty.text) == (("late", 5), "s.d. Maret: 1 dari 2 program belum diisi")
    # A running total of a later month holds those before it.
    BudgetRealisation.objects.create(budget=second, month=4, spent=0)
    assert owed(pimpinan, "2026-04-15")[key].state == "done"
    assert owed(pimpinan, "2026-04-15")["Sekretariat Daerah", "anggaran"].state == "none"


def test_the_day_for_money_is_that_of_its_month_in_the_schedule(government, pimpinan):
    make_budget(government.kesehatan)
    later = dict.fromkeys(("fill_by", "verify_by", "fix_by"), date(2026, 2, 14))
    Period.objects.of_budget(2026).filter(number=1).update(**later)
    assert owed(pimpinan, "2026-02-14")["Dinas Kesehatan", "anggaran"].state == "upcoming"
    assert said(owed(pimpinan, "2026-02-15")["Dinas Kesehatan", "anggaran"]) == ("late", 1)


def test_a_month_of_money_with_more_time_is_not_late_for_that_unit_alone(government, pimpinan):
    for unit in (government.kesehatan, government.pendidikan):
        BudgetRealisation.objects.create(budget=make_budget(unit), month=1, spent=5)
    Extension.objects.create(
        period=Period.objects.of_budget(2026).get(number=2),
        unit=government.kesehatan,
        reason="Banjir",
        expires=date(2026, 4, 9),
        granted_by=government.users.bagian_organisasi,
    )
    found = owed(pimpinan, "2026-04-05")
    assert found["Dinas Kesehatan", "anggaran"].state == "done"
    assert said(found["Dinas Pendidikan dan Kebudayaan", "anggaran"]) == ("late", 26)


def test_only_the_latest_version_of_a_budget_is_asked_for(government, pimpinan):
    BudgetRealisation.objects.create(
        budget=make_budget(government.kesehatan, version="original"), month=3, spent=5
    )
    make_budget(government.kesehatan, code="1.02.09", version="original")
    make_budget(government.kesehatan, version="revised", amount="2000")
    assert owed(pimpinan, "2026-04-15")["Dinas Kesehatan", "anggaran"].state == "done"


def test_a_report_is_late_after_its_day_in_the_next_year(government, pimpinan):
    policy(report_due=date(2027, 2, 20))
    signed_kesehatan(government)
    key = "Dinas Kesehatan", "lkjip"
    assert owed(pimpinan, "2026-12-31")[key].state == "upcoming"
    assert owed(pimpinan, "2027-02-20")[key].state == "open"
    assert said(owed(pimpinan, "2027-02-22")[key]) == ("late", 2)
    # An empty day means the usual one.
    policy(report_due=None)
    assert owed(pimpinan, "2027-02-28")[key].state == "open"
    assert said(owed(pimpinan, "2027-03-02")[key]) == ("late", 2)
    make_indicator(government.bureau, "Nilai SAKIP")
    assert owed(pimpinan, "2027-03-02")["Bagian Organisasi", "lkjip"].state == "none"


def test_a_report_is_done_when_every_part_of_it_is_written(government, pimpinan):
    signed_kesehatan(government)
    key = "Dinas Kesehatan", "lkjip"
    other = make_objective(government.kesehatan, "Sasaran yang tidak diperjanjikan")
    write(government.kesehatan, Section.OBJECTIVE, "Sasaran lama.", other)
    for section in Section:
        write(
            government.kesehatan,
            section,
            "Uraian." if section != Section.CLOSING else "",
            government.sasaran if section in OBJECTIVE_SECTIONS else None,
        )
    duty = owed(pimpinan, "2027-03-02")[key]
    assert (said(duty), duty.text) == (("late", 2), "8 dari 9 bagian ditulis")
    Narrative.objects.filter(section=Section.CLOSING).update(text="Penutup.")
    assert said(owed(pimpinan, "2027-03-02")[key]) == ("done", 0)


def test_a_report_without_an_agreement_in_force_is_not_done(government, pimpinan):
    duty = owed(pimpinan, "2027-03-02")["Dinas Kesehatan", "lkjip"]
    assert (said(duty), duty.text) == (("late", 2), "PK belum berlaku")


# --- pages ------------------------------------------------------------------------------------


def busy(g) -> None:
    """Some of everything that can be late on 25 July 2026."""
    policy(action_plan_due=date(2026, 2, 28))
    for name in ("Dinas A", "Dinas B"):
        agreement = promised(g, office(g, name), "Satu", "Dua")
        reported(agreement, 1, "60")
        reported(agreement, 2, "70")
    make_budget(g.kesehatan)


def test_every_count_leads_to_exactly_its_rows(client, government, pimpinan):
    busy(government)
    client.force_login(pimpinan)
    with time_machine.travel("2026-07-25 09:00", tick=False):
        stages = client.get("/2026/terlambat/").context["stages"]
        assert {stage.kind for stage in stages} >= {"pk", "rencana-aksi", "tw-1", "verifikasi-1", "anggaran"}
        for stage in stages:
            for count, address in (
                (stage.late, stage.address_late),
                (stage.done, stage.address_done),
                (stage.owed, stage.address),
            ):
                page = client.get(address).context["page"]
                assert len(page.object_list) == count
                assert {duty.kind for duty in page} <= {stage.kind}


def test_the_longest_late_stands_first_with_its_days_and_who_acts(client, government, pimpinan):
    busy(government)
    client.force_login(pimpinan)
    with time_machine.travel("2026-07-25 09:00", tick=False):
        answer = client.get("/2026/terlambat/")
    days = [duty.days_late for duty in answer.context["page"]]
    assert days == sorted(days, reverse=True)
    assert days[0] == (date(2026, 7, 25) - date(2026, 1, 31)).days
    page = answer.content.decode()
    assert "dr. Ratna Dewi, M.Kes., Kepala Dinas Kesehatan" in page
    assert "175 hari" in page


def test_the_circular_is_named(client, government, pimpinan):
    policy(circular="SE Bupati Nomor 5 Tahun 2026")
    client.force_login(pimpinan)
    assert "SE Bupati Nomor 5 Tahun 2026" in client.get("/2026/terlambat/").content.decode()


def test_a_row_opens_where_its_reader_can_do_something(client, government, kepala_kesehatan, pimpinan):
    day = date.fromisoformat(AFTER)
    typed = owed(kepala_kesehatan, day)["Dinas Kesehatan", "tw-1"].address
    read = owed(pimpinan, day)["Dinas Kesehatan", "tw-1"].address
    assert typed == f"/2026/realisasi/{government.kesehatan.pk}/1/"
    assert read == f"/2026/capaian/{government.kesehatan.pk}/tw/1/"
    for person, address in ((kepala_kesehatan, typed), (pimpinan, read)):
        client.force_login(person)
        assert client.get(urlsplit(address).path).status_code == 200


def test_a_head_reads_of_the_own_unit_alone(client, government, kepala_kesehatan):
    client.force_login(kepala_kesehatan)
    with time_machine.travel("2026-07-25 09:00", tick=False):
        rows = client.get("/2026/terlambat/").context["page"]
        table = client.get("/2026/kepatuhan/").context["page"]
    assert {duty.unit for duty in rows} == {government.kesehatan}
    assert [unit for unit, _ in table] == [government.kesehatan]


def test_the_table_shows_the_year_of_each_office(client, government, pimpinan):
    busy(government)
    client.force_login(pimpinan)
    with time_machine.travel("2026-07-25 09:00", tick=False):
        answer = client.get("/2026/kepatuhan/")
    assert answer.context["labels"] == [
        "PK", "Perubahan", "Rencana Aksi", "TW I", "TW II", "TW III", "TW IV", "Anggaran", "LKjIP",
    ]  # fmt: skip
    units = [unit.name for unit, _ in answer.context["page"]]
    assert "Dinas A" in units
    assert "Bagian Organisasi" not in units


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/2026/terlambat/", "/2026/kepatuhan/"])
def test_many_units_take_no_more_queries(client, government, pimpinan, address):
    client.force_login(pimpinan)
    counts = []
    with time_machine.travel("2026-07-25 09:00", tick=False):
        for start, end in ((0, 2), (2, 40)):
            for number in range(start, end):
                fared(government, f"Dinas {number:02}", "50")
                make_budget(office(government, f"Badan {number:02}"))
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
