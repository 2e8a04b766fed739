"""A year in which everything happened that a report must say: for its tables, its paper and its texts.

The head of Dinas Kesehatan changed on 14 July, the agreement was amended in October, a figure was revised by
its source; every kind of indicator is promised, one of them with a target of zero.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from agreements import workflow
from agreements.enums import (
    ActionPlanStatus,
    BenchmarkKind,
    BudgetVersion,
    Ground,
    Kind,
    ObjectiveKind,
    Status,
)
from agreements.models import (
    ActionPlan,
    ActionPlanTarget,
    ActionStep,
    Agreement,
    AgreementIndicator,
    Benchmark,
    IndicatorTarget,
    Label,
    Scale,
    ScaleStep,
)
from evaluations.enums import RealisationStatus, RevisionStatus, Section
from evaluations.models import (
    BudgetRealisation,
    EarlierYear,
    Evidence,
    EvidenceUse,
    Realisation,
    SourceRevision,
    StepProgress,
)
from tests.agreements.steps import ink, take
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_objective,
    make_official,
    make_period,
    put_into,
)
from tests.reports.cases import fact, write

CHANGED, AMENDED = date(2026, 7, 14), date(2026, 10, 5)
OPINIONS = (
    "Tidak Memberikan Pendapat",
    "Tidak Wajar",
    "Wajar Dengan Pengecualian",
    "Wajar Tanpa Pengecualian",
)


def full_year(g) -> SimpleNamespace:
    """Dinas Kesehatan in 2026, as its report is written in February 2027."""
    case = SimpleNamespace(government=g)
    _plan(g, case)
    _new_head(g, case)
    _promises(g, case)
    _facts(g, case)
    _compared(case)
    _action_plan(case)
    _money(case)
    return case


def _plan(g, case) -> None:
    goal = make_objective(g.kesehatan, "Terwujudnya masyarakat sehat", kind=ObjectiveKind.GOAL)
    g.sasaran.parent = goal
    g.sasaran.save()
    case.first = g.sasaran
    case.second = make_objective(g.kesehatan, "Meningkatnya tata kelola kesehatan", order=2, parent=goal)
    case.stunting = g.stunting
    case.stunting.source = "Survei Status Gizi Indonesia"
    case.stunting.formula_words = "Balita stunting ÷ balita yang diukur × 100"
    case.stunting.save()
    case.stunting.labels.add(Label.objects.create(name="IKU PD"))
    case.deaths = make_indicator(
        g.kesehatan, "Kematian akibat rabies", objective=g.sasaran, polarity="lower", accumulation="sum",
        decimals=0, unit_of_measure="kasus",
    )  # fmt: skip
    case.beds = make_indicator(
        g.kesehatan, "Pemakaian tempat tidur", objective=g.sasaran, kind=Kind.RANGE, polarity="exact"
    )
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(OPINIONS, start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    case.opinion = make_indicator(
        g.kesehatan, "Opini atas laporan keuangan", objective=case.second, kind=Kind.SCALE, scale=scale,
        calendar="annual", unit_of_measure="Opini",
    )  # fmt: skip
    case.bylaw = make_indicator(
        g.kesehatan, "Penetapan Peraturan Daerah KTR", objective=case.second, kind=Kind.DATE,
        calendar="annual", unit_of_measure="tanggal",
    )  # fmt: skip
    case.dropped = make_indicator(
        g.kesehatan, "Jumlah kader terlatih", objective=case.second, unit_of_measure="orang"
    )


def _new_head(g, case) -> None:
    held = g.official_kadinkes.assignments.get()
    held.ends = date(2026, 7, 13)
    held.save()
    case.successor = make_official("drg. Dian Lestari, M.K.M.")
    make_assignment(case.successor, g.kadinkes, CHANGED)


def _promises(g, case) -> None:
    before = make_agreement(g.kadinkes)
    first = add_promise(before, case.stunting, case.first, value=Decimal(14))
    add_promise(before, case.dropped, case.second, value=Decimal(100))
    case.budget = make_budget(g.kesehatan, amount="2000000000", name="Program Pemenuhan Upaya Kesehatan")
    case.other_budget = make_budget(
        g.kesehatan, amount="500000000", code="1.02.03", name="Program SDM Kesehatan"
    )
    add_budget(before, case.budget)
    case.before = put_into(before, Status.IN_FORCE)
    case.revised = make_budget(
        g.kesehatan,
        amount="2400000000",
        name="Program Pemenuhan Upaya Kesehatan",
        version=BudgetVersion.REVISED,
    )
    case.other_revised = make_budget(
        g.kesehatan,
        amount="450000000.50",
        code="1.02.03",
        name="Program SDM Kesehatan",
        version=BudgetVersion.REVISED,
    )
    amended = make_agreement(
        g.kadinkes,
        amends=before,
        ground=Ground.STRATEGY,
        ground_reason="Pagu bertambah sesudah APBD perubahan",
    )
    case.promised = {
        "stunting": add_promise(amended, case.stunting, case.first, value=Decimal("13.5")),
        "deaths": add_promise(amended, case.deaths, case.first, value=Decimal(0)),
        "beds": add_promise(amended, case.beds, case.first, low=Decimal(60), high=Decimal(85)),
        "opinion": add_promise(amended, case.opinion, case.second, step=4),
        "bylaw": add_promise(amended, case.bylaw, case.second, date=date(2026, 11, 30)),
    }
    AgreementIndicator.objects.filter(pk=case.promised["stunting"].pk).update(continues=first)
    case.lines = [add_budget(amended, case.revised), add_budget(amended, case.other_revised)]
    case.agreement = signed_on(g, amended, AMENDED)


def signed_on(g, agreement: Agreement, day: date) -> Agreement:
    """Through the workflow to in force, with a paper of the day."""
    put_into(agreement, Status.SUBMITTED)
    take("declare", agreement, g.users.bagian_organisasi)
    take(
        "issue",
        agreement,
        g.users.bagian_organisasi,
        facts=workflow.IssueFacts("Contoh Kota", day, paper="a4"),
    )
    return take("sign", agreement, g.users.bagian_organisasi, facts=replace(ink(g), signed_on=day))


def verified(g, indicator, number: int = 4, **values) -> Realisation:
    """A verified fact in any column."""
    columns = {
        f"{which}_{name}": value for name, value in values.items() for which in ("claimed", "verified")
    }
    return Realisation.objects.create(
        indicator=indicator, period=make_period(2026, number), status=RealisationStatus.VERIFIED,
        verified_by=g.users.bagian_organisasi, **columns,
    )  # fmt: skip


def _facts(g, case) -> None:
    for number, value in ((1, "15.8"), (2, "15.1"), (3, "14.4")):
        fact(g, case.stunting, value, number=number)
    case.revised_fact = fact(
        g, case.stunting, "13.6", supporting="Kader aktif.", inhibiting="Stok makanan tambahan terlambat.",
        follow_up="Pengadaan dimulai Januari.",
    )  # fmt: skip
    for number in range(1, 5):
        fact(g, case.deaths, "0", number=number)
        fact(g, case.beds, "88.5" if number == 4 else "82", number=number)
    verified(g, case.opinion, step=3)
    verified(g, case.bylaw, date=date(2026, 12, 10))
    SourceRevision.objects.create(
        realisation=case.revised_fact, status=RevisionStatus.VERIFIED, announced_on=date(2027, 1, 25),
        source="Rilis SSGI Januari 2027", reason="Pembobotan ulang", value=Decimal("13.2"),
        submitted_by=g.users.operator_kesehatan, decided_by=g.users.bagian_organisasi,
    )  # fmt: skip
    proof = Evidence.objects.create(
        unit=g.kesehatan, year=2026, title="Laporan SSGI 2026", link="https://contoh.go.id/ssgi",
        added_by=g.users.operator_kesehatan,
    )  # fmt: skip
    EvidenceUse.objects.create(evidence=proof, realisation=case.revised_fact, page="12")
    write(g.kesehatan, Section.SUMMARY, "Tahun ini pelayanan gizi diperluas.")
    write(g.kesehatan, Section.EFFICIENCY, "Belanja gizi dihemat lewat pengadaan bersama.", case.first)


def _compared(case) -> None:
    for year, value, target in ((2022, "21", "20"), (2023, "19.2", "18"), (2024, "17.5", "17")):
        EarlierYear.objects.create(
            indicator=case.stunting, year=year, reached_value=Decimal(value), value=Decimal(target),
            source=f"LKjIP {year}",
        )  # fmt: skip
    EarlierYear.objects.create(
        indicator=case.opinion, year=2025, reached_step=4, step=4, source="LHP BPK 2025"
    )
    EarlierYear.objects.create(
        indicator=case.bylaw,
        year=2025,
        reached_date=date(2025, 11, 28),
        date=date(2025, 11, 30),
        source="LKjIP 2025",
    )
    fact(case.government, case.stunting, "16.2", year=2025)
    IndicatorTarget.objects.create(indicator=case.stunting, year=2029, value=Decimal(10))
    for kind, name, value in (
        (BenchmarkKind.NATIONAL, "Indonesia", "19.8"),
        (BenchmarkKind.PROVINCE, "Provinsi Contoh", "12.9"),
    ):
        Benchmark.objects.create(
            indicator=case.stunting, year=2026, kind=kind, name=name, value=Decimal(value), source="SSGI 2026"
        )
    Benchmark.objects.create(
        indicator=case.opinion, year=2025, kind=BenchmarkKind.NEIGHBOUR, name="Kabupaten Tetangga", step=4,
        source="IHPS BPK",
    )  # fmt: skip
    Benchmark.objects.create(
        indicator=case.bylaw, year=2025, kind=BenchmarkKind.NEIGHBOUR, name="Kota Seberang", date=date(2025, 12, 20),
        source="JDIH",
    )  # fmt: skip


def _action_plan(case) -> None:
    plan = ActionPlan.objects.create(agreement=case.agreement)
    for quarter, value in ((1, "16"), (2, "15"), (3, "14.2"), (4, "13.5")):
        ActionPlanTarget.objects.create(
            plan=plan, promise=case.promised["stunting"], quarter=quarter, value=Decimal(value)
        )
    step = ActionStep.objects.create(
        plan=plan, promise=case.promised["stunting"], text="Makanan tambahan bagi balita gizi kurang", first_month=2,
        last_month=11, budget_line=case.lines[0], amount=Decimal(900000000), person_in_charge=case.government.kabid,
    )  # fmt: skip
    ActionStep.objects.create(
        plan=plan,
        promise=case.promised["opinion"],
        text="Rekonsiliasi aset tiap bulan",
        first_month=1,
        last_month=12,
    )
    for status in (ActionPlanStatus.SUBMITTED, ActionPlanStatus.IN_FORCE):
        ActionPlan.objects.filter(pk=plan.pk).update(status=status)
    StepProgress.objects.create(
        step=step, period=make_period(2026, 4), percent=Decimal("92.5"), note="11 puskesmas"
    )


def _money(case) -> None:
    BudgetRealisation.objects.create(
        budget=case.revised, month=12, spent=Decimal(2280000000), physical=Decimal(97)
    )
    BudgetRealisation.objects.create(budget=case.other_revised, month=12, spent=Decimal("441000000.25"))
