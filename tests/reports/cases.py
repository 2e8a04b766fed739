"""Units with a year behind them, for reports: a signed agreement, facts, money and written parts."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from agreements import workflow
from agreements.enums import ActionPlanStatus, BenchmarkKind, Status
from agreements.models import ActionPlan, ActionPlanTarget, ActionStep, Agreement, Benchmark, Unit
from evaluations.enums import RealisationStatus, Section
from evaluations.models import BudgetRealisation, EarlierYear, Narrative, Realisation, Report
from tests.agreements.steps import ink, take
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_objective,
    make_period,
    put_into,
)

AFTER = date(2027, 2, 3)


def sign(g, agreement: Agreement) -> Agreement:
    """A draft taken to in force through the workflow, printed and all."""
    take("submit", agreement, g.users.kepala_kesehatan)
    take("declare", agreement, g.users.bagian_organisasi)
    facts = workflow.IssueFacts("Contoh Kota", date(agreement.year, 1, 20), paper="a4")
    take("issue", agreement, g.users.bagian_organisasi, facts=facts)
    return take("sign", agreement, g.users.bagian_organisasi, facts=ink(g, agreement.year))


def signed_kesehatan(g) -> Agreement:
    """An agreement of Dinas Kesehatan in force, with one promise; nothing printed."""
    agreement = make_agreement(g.kadinkes)
    add_promise(agreement, g.stunting, g.sasaran, value=Decimal(14))
    put_into(agreement, Status.IN_FORCE)
    return agreement


def fact(g, indicator, value: str, year: int = 2026, number: int = 4, verified: bool = True, **fields):
    """A reported figure; verified as claimed unless said otherwise."""
    if verified:
        fields |= {
            "status": RealisationStatus.VERIFIED,
            "verified_by": g.users.bagian_organisasi,
            "verified_value": Decimal(value),
        }
    else:
        fields |= {"status": RealisationStatus.SUBMITTED}
    return Realisation.objects.create(
        indicator=indicator, period=make_period(year, number), claimed_value=Decimal(value), **fields
    )


def write(unit: Unit, section: str, text: str, objective=None, year: int = 2026) -> Narrative:
    report = Report.objects.get_or_create(year=year, unit=unit)[0]
    return Narrative.objects.create(report=report, section=section, objective=objective, text=text)


def three_indicators(g) -> SimpleNamespace:
    """Dinas Kesehatan in 2026: one indicator reached, one missed and provisional, one without a figure."""
    case = SimpleNamespace()
    case.second = make_objective(g.kesehatan, "Meningkatnya mutu pelayanan kesehatan rujukan", order=2)
    case.accreditation = make_indicator(
        g.kesehatan,
        "Persentase puskesmas terakreditasi paripurna",
        objective=g.sasaran,
        decimals=1,
        source="Bidang Pelayanan Kesehatan",
    )
    case.satisfaction = make_indicator(
        g.kesehatan, "Indeks kepuasan masyarakat", unit_of_measure="Indeks", objective=case.second
    )
    case.stunting = g.stunting
    agreement = make_agreement(g.kadinkes)
    add_promise(agreement, g.stunting, g.sasaran, value=Decimal(14))
    add_promise(agreement, case.accreditation, g.sasaran, value=Decimal(80))
    add_promise(agreement, case.satisfaction, case.second, value=Decimal("86.5"))
    case.budget = make_budget(g.kesehatan, amount="2000000000", name="Program Pemenuhan Upaya Kesehatan")
    case.other_budget = make_budget(
        g.kesehatan, amount="500000000", code="1.02.03", name="Program SDM Kesehatan"
    )
    add_budget(agreement, case.budget)
    add_budget(agreement, case.other_budget)
    case.agreement = sign(g, agreement)
    for number, value in ((1, "15.8"), (2, "15.1"), (3, "14.4"), (4, "13.6")):
        fact(g, g.stunting, value, number=number)
    fact(g, g.stunting, "16.2", year=2025)
    fact(
        g,
        case.accreditation,
        "72",
        verified=False,
        supporting="Pendampingan tim mutu di tiap puskesmas.",
        inhibiting="Dua puskesmas sedang direhabilitasi.",
        follow_up="Survei ulang setelah rehabilitasi selesai.",
    )
    BudgetRealisation.objects.create(budget=case.budget, month=12, spent=Decimal(1850000000))
    BudgetRealisation.objects.create(budget=case.other_budget, month=12, spent=Decimal(480000000))
    write(
        g.kesehatan,
        Section.FOREWORD,
        "Puji syukur ke hadirat Tuhan Yang Maha Esa.\n\nLaporan ini kami susun.",
    )
    write(g.kesehatan, Section.OBJECTIVE, "Penurunan stunting didorong layanan posyandu.", g.sasaran)
    return case


LONG = (
    "Persentase pemenuhan pelayanan kesehatan ibu hamil, ibu bersalin, bayi baru lahir, balita, anak usia "
    "pendidikan dasar, usia produktif, dan usia lanjut sesuai standar pelayanan minimal pada wilayah kerja"
)


def many_indicators(g, count: int = 60, a_sasaran: int = 6) -> SimpleNamespace:
    """A large report: long names, four quarters each, years before, benchmarks, steps, factors beside every
    fourth."""
    case = SimpleNamespace(indicators=[], promised=[])
    agreement = make_agreement(g.kadinkes)
    for at in range(count):
        if at % a_sasaran == 0:
            objective = make_objective(
                g.kesehatan,
                f"Meningkatnya kualitas pelayanan kesehatan bidang {at // a_sasaran + 1}",
                order=at,
            )
        indicator = make_indicator(
            g.kesehatan,
            f"{LONG} puskesmas {at + 1}",
            objective=objective,
            polarity="lower" if at % 5 == 4 else "higher",
        )
        case.promised.append(add_promise(agreement, indicator, objective, value=Decimal(80)))
        case.indicators.append(indicator)
        EarlierYear.objects.create(
            indicator=indicator, year=2024, reached_value=Decimal(66), value=Decimal(70), source="LKjIP 2024"
        )
        for kind, name in (
            (BenchmarkKind.NATIONAL, "Indonesia"),
            (BenchmarkKind.PROVINCE, "Provinsi Contoh"),
        ):
            Benchmark.objects.create(
                indicator=indicator,
                year=2026,
                kind=kind,
                name=name,
                value=Decimal(78),
                source="Profil Kesehatan 2026",
            )
    case.lines = []
    for at in range(12):
        budget = make_budget(g.kesehatan, amount=f"{at + 1}234567890", code=f"1.02.{at + 10}")
        case.lines.append(add_budget(agreement, budget))
        BudgetRealisation.objects.create(budget=budget, month=12, spent=budget.amount * 9 / 10)
    case.agreement = sign(g, agreement)
    _steps(case)
    for at, indicator in enumerate(case.indicators):
        fact(g, indicator, "70.25", year=2025)
        for number in range(1, 5):
            words = (
                {"inhibiting": "Kekurangan tenaga.", "follow_up": "Redistribusi tenaga."}
                if at % 4 == 0
                else {}
            )
            fact(g, indicator, f"{60 + 6 * number + at % 7}.5", number=number, **words)
    return case


def _steps(case) -> None:
    """An action plan in force with a step and four targets for each promise."""
    plan = ActionPlan.objects.create(agreement=case.agreement)
    for at, promised in enumerate(case.promised):
        ActionStep.objects.create(
            plan=plan, promise=promised, text=f"Pembinaan puskesmas tahap {at + 1}", first_month=2, last_month=11,
            budget_line=case.lines[at % len(case.lines)],
        )  # fmt: skip
        ActionPlanTarget.objects.bulk_create(
            ActionPlanTarget(plan=plan, promise=promised, quarter=quarter, value=Decimal(60 + 5 * quarter))
            for quarter in range(1, 5)
        )
    for status in (ActionPlanStatus.SUBMITTED, ActionPlanStatus.IN_FORCE):
        ActionPlan.objects.filter(pk=plan.pk).update(status=status)
