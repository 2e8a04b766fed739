"""What a report lacks, where it is mended, and who is late with it."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from agreements.enums import Status
from agreements.models import Assignment, YearPolicy
from agreements.scope import UnitTree, scope_of
from agreements.years import open_year
from evaluations.enums import OBJECTIVE_SECTIONS, RealisationStatus, Section
from evaluations.models import BudgetRealisation, Narrative, Realisation
from reports.contexts import lkjip_list
from reports.contexts.lkjip import gaps_of, lkjip, standing
from tests.factories import make_agreement, put_into
from tests.reports import cases
from tests.reports.cases import AFTER, fact, signed_kesehatan, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(government):
    """Dinas Kesehatan with one indicator, verified in four quarters, its money and all its texts."""
    agreement = signed_kesehatan(government)
    for number in range(1, 5):
        fact(government, government.stunting, "13", number=number)
    budget = cases.make_budget(government.kesehatan)
    BudgetRealisation.objects.create(budget=budget, month=12, spent=Decimal(900000000))
    for section in Section:
        objective = government.sasaran if section in OBJECTIVE_SECTIONS else None
        write(government.kesehatan, section, "Tertulis.", objective)
    return agreement


def blocking(government, day: date = AFTER) -> list[str]:
    state = standing(government.kesehatan, 2026, day)
    found = gaps_of(state, lkjip(government.kesehatan, 2026, day).head, UnitTree())
    return [gap.key for gap in found if gap.blocking]


def line_of(government, user: str = "bagian_organisasi"):
    account = getattr(government.users, user)
    units = lkjip_list.reporting_units(scope_of(account), 2026, AFTER).filter(pk=government.kesehatan.pk)
    return lkjip_list.lines(list(units), 2026, AFTER, account.pk)[0]


def spend_until(month: int) -> None:
    BudgetRealisation.objects.update(month=month)


def leave_out(section: str) -> None:
    Narrative.objects.filter(section=section).update(text="")


def return_last() -> None:
    Realisation.objects.filter(period__number=4).update(status=RealisationStatus.RETURNED)


def leave() -> None:
    Assignment.objects.filter(position__title="Kepala Dinas Kesehatan").update(ends=date(2027, 1, 31))


def wait_for_verification() -> None:
    Realisation.objects.filter(period__number=4).update(status=RealisationStatus.SUBMITTED)


def test_a_report_with_everything_is_finished(government, finished):
    assert blocking(government) == []
    assert line_of(government).finished


@pytest.mark.parametrize(
    ("spoil", "gap", "words"),
    [
        (lambda: spend_until(11), "spending", "realisasi anggaran 1 program belum lengkap"),
        (lambda: leave_out(Section.CLOSING), "narratives", "1 bagian narasi belum ditulis"),
        (lambda: leave_out(Section.EFFICIENCY), "narratives", "1 bagian narasi belum ditulis"),
        (return_last, "missing", "1 indikator belum terisi lengkap"),
        (leave, "head", "pejabat untuk jabatan Kepala Dinas Kesehatan belum dicatat"),
        (wait_for_verification, "unverified", "1 indikator belum diverifikasi"),
    ],
)
def test_the_list_and_the_page_agree_on_what_lacks(spoil, gap, words, government, finished):
    spoil()
    assert blocking(government) == [gap]
    assert line_of(government).open_points == (words,)


def test_a_figure_its_source_calls_provisional_is_a_hint(government, finished):
    Realisation.objects.filter(period__number=4).update(source_status="provisional")
    keys = {gap.key: gap.blocking for gap in lkjip(government.kesehatan, 2026, AFTER).gaps}
    assert keys["provisional"] is False
    assert line_of(government).finished


def test_an_agreement_that_is_not_in_force_is_named_with_its_state(government):
    agreement = put_into(make_agreement(government.kadinkes), Status.READY)
    gap = next(g for g in lkjip(government.kesehatan, 2026, AFTER).gaps if g.key == "agreement")
    assert gap.sentence == "Perjanjian Kinerja tahun ini belum berlaku, statusnya siap ditandatangani"
    assert gap.items[0].agreement_id == agreement.pk


def test_the_document_and_the_page_say_the_same(government):
    cases.three_indicators(government)
    report = lkjip(government.kesehatan, 2026, AFTER)
    state = standing(government.kesehatan, 2026, AFTER)
    assert [gap.sentence for gap in gaps_of(state, report.head, UnitTree())] == [
        gap.sentence for gap in report.gaps
    ]


# --- where it is mended ---------------------------------------------------------------------------------


def page_text(client, user, government) -> str:
    with time_machine.travel("2027-02-03 09:00:00+07:00"):
        client.force_login(user)
        return client.get(reverse("reports:lkjip", args=(2026, government.kesehatan.pk))).content.decode()


def test_each_lack_leads_to_where_it_is_mended(client, government, finished):
    return_last()
    leave_out(Section.PROGRAMMES)
    text = page_text(client, government.users.bagian_organisasi, government)
    unit = government.kesehatan.pk
    assert reverse("evaluations:entry", args=(2026, unit, 4)) in text
    assert reverse("reports:lkjip_objective", args=(2026, unit, "program", government.sasaran.pk)) in text
    assert reverse("evaluations:comparison", args=(2026, unit)) in text
    assert reverse("agreements:indicator_targets", args=(2026, government.stunting.pk)) in text


def test_a_verifier_goes_to_the_verification_and_a_reader_to_the_fact(client, government, finished):
    wait_for_verification()
    waiting = Realisation.objects.get(status=RealisationStatus.SUBMITTED)
    verify = reverse("evaluations:verify", args=(2026, government.kesehatan.pk, 4))
    detail = reverse("evaluations:realisation_detail", args=(2026, waiting.pk))
    assert verify in page_text(client, government.users.bagian_organisasi, government)
    read = page_text(client, government.users.bupati, government)
    assert detail in read
    assert verify not in read


# --- who is late ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "due", "word"),
    [
        ("2027-02-28 23:30:00+07:00", None, "Belum selesai"),
        ("2027-03-01 00:30:00+07:00", None, "Terlambat"),
        ("2027-02-16 00:30:00+07:00", date(2027, 2, 15), "Terlambat"),
        ("2027-03-05 00:30:00+07:00", date(2027, 3, 10), "Belum selesai"),
    ],
)
def test_late_begins_the_day_after_the_due_date_of_the_region(now, due, word, client, government, finished):
    YearPolicy.objects.filter(year=2026).update(report_due=due)
    leave_out(Section.CLOSING)
    with time_machine.travel(now):
        client.force_login(government.users.bagian_organisasi)
        text = client.get(reverse("reports:lkjip_list", args=(2026,))).content.decode()
    assert f"{word}: 3" in text
    assert ("LKjIP 3 perangkat daerah belum selesai pada batasnya" in text) == (word == "Terlambat")


def test_each_count_leads_to_its_rows(client, government, finished):
    address = reverse("reports:lkjip_list", args=(2026,))
    with time_machine.travel("2027-02-03 09:00:00+07:00"):
        client.force_login(government.users.bagian_organisasi)
        for wanted, names in (
            ("selesai", {"Dinas Kesehatan"}),
            ("belum", {"Sekretariat Daerah", "Dinas Pendidikan dan Kebudayaan"}),
        ):
            answer = client.get(address, {"keadaan": wanted})
            assert {line.unit.name for line in answer.context["lines"]} == names
        assert len(client.get(address, {"keadaan": "lain"}).context["lines"]) == 3


def test_a_new_year_has_its_own_due_date(government):
    YearPolicy.objects.filter(year=2026).update(
        report_due=date(2027, 2, 15), amendment_due=date(2026, 10, 31)
    )
    policy = open_year(2027)
    assert (policy.report_due, policy.amendment_due) == (date(2028, 2, 28), None)


def test_the_due_date_is_set_with_the_policy(client, government):
    client.force_login(government.users.bagian_organisasi)
    address = reverse("evaluations:policy_edit", args=(2026, "batas-waktu"))
    form = client.get(address).context["form"]
    data = {field.html_name: "" if field.value() is None else str(field.value()) for field in form}
    data |= {name: "on" for name, value in data.items() if value == "True"}
    data = {name: value for name, value in data.items() if value != "False"}
    data |= {"report_due": "2027-02-20"}
    data["dilihat"] = client.post(address, data).context["mark"]
    assert client.post(address, data).status_code == 302
    assert YearPolicy.objects.get(year=2026).report_due == date(2027, 2, 20)
