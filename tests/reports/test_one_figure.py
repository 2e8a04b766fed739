"""The same unit and period say the same wherever they stand: overviews, agreement, money beside it, report."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from pypdf import PdfReader

from agreements.models import ActionPlan, ActionPlanTarget
from evaluations.enums import RevisionStatus
from evaluations.models import BudgetRealisation, SourceRevision
from evaluations.results import AgreementResult
from perjanjian.numerals import format_percent
from reports.contexts.lkjip import lkjip
from reports.lkjip import report_html, report_pdf
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_period,
    make_realisation,
    put_into,
    spend,
)
from tests.reports.cases import fact
from tests.reports.figures import amended, put_plan_into
from tests.reports.full_year import full_year

pytestmark = pytest.mark.django_db
RUNNING, OVER = date(2026, 7, 20), date(2027, 2, 3)


def running_year(g) -> None:
    """July: an amended agreement, sums with and without a plan, a zero target, a gap, data not published, a
    figure its source revised, and money of two fund sources."""
    quarterly = {"accumulation": "sum", "unit_of_measure": "orang", "polarity": "higher", "decimals": 0}
    made = {
        "planned": make_indicator(g.kesehatan, "Direncanakan", **quarterly),
        "early": make_indicator(g.kesehatan, "Terlalu dini", **quarterly),
        "partial": make_indicator(g.kesehatan, "Ada yang belum diisi", **quarterly),
        "zero": make_indicator(g.kesehatan, "Kematian rabies", polarity="lower"),
        "unpublished": make_indicator(g.kesehatan, "Menunggu BPS", polarity="higher"),
    }
    before = make_agreement(g.kadinkes)
    add_promise(before, g.stunting, g.sasaran, value=Decimal(20))
    for name, indicator in made.items():
        add_promise(before, indicator, g.sasaran, value=Decimal(0 if name == "zero" else 100))
    after = amended(g, put_into(before, "in_force"), date(2026, 5, 4), Decimal(100))
    rows = {row.indicator_id: row for each in after.objectives.all() for row in each.indicators.all()}
    plan = ActionPlan.objects.create(agreement=after)
    for quarter, value in ((1, 20), (2, 30)):
        promise = rows[made["planned"].pk]
        ActionPlanTarget.objects.create(plan=plan, promise=promise, quarter=quarter, value=value)
    put_plan_into(plan, "in_force")
    for number, value in ((1, "15"), (2, "25")):
        fact(g, made["planned"], value, number=number)
        fact(g, made["early"], value, number=number)
        fact(g, made["zero"], "0", number=number)
    fact(g, made["partial"], "60", number=2)
    make_realisation(
        made["unpublished"], make_period(number=2), None, status="submitted", state="not_published"
    )
    revised = fact(g, g.stunting, "30", number=2)
    SourceRevision.objects.create(
        realisation=revised, status=RevisionStatus.VERIFIED, announced_on=date(2026, 7, 15), source="BPS",
        reason="Pembobotan ulang", value=Decimal(60), submitted_by=g.users.operator_kesehatan,
        decided_by=g.users.bagian_organisasi,
    )  # fmt: skip
    spend(make_budget(g.kesehatan, amount="1000"), "400", 6)
    spend(make_budget(g.kesehatan, amount="500", fund_source="DAK"), "100", 6)


def whole_year(g) -> None:
    """February: everything that `full_year` knows, and a second fund source."""
    full_year(g)
    dak = make_budget(g.kesehatan, amount="300000000", fund_source="DAK", version="revised")
    BudgetRealisation.objects.create(budget=dak, month=12, spent=Decimal(290000000))


def said(result: AgreementResult) -> tuple:
    """What a place says of a unit: the whole, then each promise."""
    rows = {
        row.promise.name: (row.result.raw, row.result.used, row.result.reached, row.used_value_text)
        for row in result.rows
    }
    counts = result.headline
    return result.mean, result.rating, counts, result.provisional, rows


CASES = pytest.mark.parametrize(("day", "make"), [(RUNNING, running_year), (OVER, whole_year)])


@CASES
def test_a_unit_fares_the_same_wherever_it_is_shown(client, government, bupati, day, make):
    make(government)
    unit = government.kesehatan
    with time_machine.travel(f"{day} 09:00:00+07:00", tick=False):
        client.force_login(bupati)

        def page(path: str):
            answer = client.get(f"/2026/{path}")
            assert answer.status_code == 200, path
            return answer.context

        home, worst = page("")["home"].overview, page("terendah/")
        mapped = next(row for row in page("peta/")["page"] if row.unit == unit)
        own = page(f"capaian/{unit.pk}/")["result"]
        quarter = own.until.number
        places = {
            "beranda": next(each.latest for each in home.units if each.unit == unit),
            "peta": mapped.latest,
            "triwulan di peta": mapped.cells[quarter - 1].result,
            "halaman unit": own,
            "halaman triwulan": page(f"capaian/{unit.pk}/tw/{quarter}/")["result"],
            "capaian": next(r for r in page("capaian/")["page"] if r.agreement == own.agreement),
            "PK": page(f"perjanjian/{own.agreement.pk}/")["result"],
            "serapan": next(r.efficiency.result for r in page("serapan/")["page"] if r.unit == unit),
            "anggaran unit": page(f"realisasi-anggaran/{unit.pk}/")["money"].efficiency.result,
            "daftar LKjIP": next(line.result for line in page("lkjip/")["lines"] if line.unit == unit),
            "LKjIP": lkjip(unit, 2026, day).result,
        }
        listed = {row.row.promise.name: row.row.result for row, *_ in worst["lines"] if row.unit == unit}
    assert {place: said(result) for place, result in places.items()} == dict.fromkeys(places, said(own))
    assert own.mean is not None
    rated = {row.promise.name: row.result.used for row in own.rows if row.result.used is not None}
    assert {name: result.used for name, result in listed.items()} == rated
    assert [row.row.promise.name for row in home.lowest if row.unit == unit] == [
        name for name, result in listed.items() if not result.reached
    ][: len(home.lowest)]


@CASES
def test_its_money_is_the_same_wherever_it_is_shown(client, government, bupati, day, make):
    make(government)
    unit = government.kesehatan
    with time_machine.travel(f"{day} 09:00:00+07:00", tick=False):
        client.force_login(bupati)
        listed = client.get("/2026/serapan/").context["page"]
        accounts = [
            next(row.account for row in listed if row.unit == unit),
            client.get(f"/2026/realisasi-anggaran/{unit.pk}/").context["money"].account,
            next(
                row.account
                for row in client.get("/2026/realisasi-anggaran/").context["page"]
                if row.unit == unit
            ),
            lkjip(unit, 2026, day).money.account,
        ]
    assert {(each.ceiling, each.spent, each.absorption, each.month) for each in accounts} == {
        (accounts[0].ceiling, accounts[0].spent, accounts[0].absorption, accounts[0].month)
    }
    assert accounts[0].absorption is not None


@pytest.mark.slow
@CASES
def test_the_printed_report_says_what_the_screen_says(client, government, bupati, day, make, tmp_path):
    make(government)
    with time_machine.travel(f"{day} 09:00:00+07:00", tick=False):
        client.force_login(bupati)
        own = client.get(f"/2026/capaian/{government.kesehatan.pk}/").context["result"]
        report = lkjip(government.kesehatan, 2026, day)
    paper = tmp_path / "lkjip.pdf"
    paper.write_bytes(report_pdf(report))
    printed = " ".join(" ".join(page.extract_text() for page in PdfReader(paper).pages).split())
    for row in own.rows:
        if row.result.raw is not None:
            assert " ".join(format_percent(row.result.raw).split()) in printed
    assert f"Rata-rata capaian {' '.join(format_percent(own.mean).split())} ({own.rating}" in printed


def test_before_the_year_is_over_every_place_says_what_a_percentage_compares_with(client, government, bupati):
    running_year(government)
    unit = government.kesehatan
    with time_machine.travel(f"{RUNNING} 09:00:00+07:00", tick=False):
        client.force_login(bupati)
        own = client.get(f"/2026/capaian/{unit.pk}/")
        agreement = own.context["result"].agreement
        pages = [
            own.text,
            client.get(f"/2026/perjanjian/{agreement.pk}/").text,
            report_html(lkjip(unit, 2026, RUNNING)),
        ]
        worst = client.get("/2026/terendah/").text
    for text in (*pages, worst):
        assert "s.d. TW II 50\xa0orang" in text
    for text in pages:
        assert "dibanding target setahun, belum dinilai" in text
