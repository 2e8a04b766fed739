"""Small functions that make one row each, without surprises."""

from datetime import date
from decimal import Decimal
from itertools import count

from accounts.models import User
from agreements.copying import promise
from agreements.enums import Form, Holding, Level, Paper, UnitKind
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Assignment,
    Budget,
    Indicator,
    Issue,
    Membership,
    Objective,
    Official,
    PlanningPeriod,
    PlanRevision,
    Position,
    Programme,
    Unit,
    YearPolicy,
)
from evaluations.enums import Subject
from evaluations.models import BudgetRealisation, Period, Realisation
from records import files

SINCE = date(2021, 1, 1)
_numbers = count(1)


def make_user(username: str, name: str = "") -> User:
    user = User(username=username, name=name or username.replace("_", " ").title())
    user.set_unusable_password()
    user.save()
    return user


def make_unit(name: str, parent: Unit | None = None, kind: str = UnitKind.OFFICE, **fields) -> Unit:
    fields.setdefault("short_name", name[:60])
    fields.setdefault("valid_from", SINCE)
    return Unit.objects.create(name=name, parent=parent, kind=kind, **fields)


def make_position(
    unit: Unit,
    title: str,
    level: str = Level.II,
    superior: Position | None = None,
    heads: bool = True,
    **fields,
) -> Position:
    fields.setdefault("valid_from", SINCE)
    return Position.objects.create(
        unit=unit, title=title, level=level, superior=superior, heads_unit=heads, **fields
    )


def make_official(name: str, account: User | None = None, nip: str | None = "", **fields) -> Official:
    if nip == "":
        nip = f"19750101200003{next(_numbers):04d}"
    fields.setdefault("rank", "Pembina Utama Muda (IV/c)" if nip else "")
    return Official.objects.create(name=name, account=account, nip=nip, **fields)


def make_assignment(
    official: Official,
    position: Position,
    starts: date = date(2022, 1, 3),
    ends: date | None = None,
    holding: str = Holding.DEFINITIVE,
) -> Assignment:
    return Assignment.objects.create(
        official=official, position=position, starts=starts, ends=ends, holding=holding
    )


def make_membership(account: User, role: str, *units: Unit, **fields) -> Membership:
    fields.setdefault("starts", SINCE)
    membership = Membership.objects.create(account=account, role=role, **fields)
    membership.units.set(units)
    return membership


def make_planning_period() -> PlanningPeriod:
    return PlanningPeriod.objects.get_or_create(
        name="RPJMD 2025–2029", defaults={"first_year": 2025, "last_year": 2029}
    )[0]


def make_revision(first_year: int = 2027, number: int = 1, **fields) -> PlanRevision:
    """A revision of the planning period, decided late in the year before it counts."""
    fields.setdefault("regulation", f"Perda Nomor {number} Tahun {first_year - 1}")
    fields.setdefault("decided_on", date(first_year - 1, 9, 1))
    fields.setdefault("reason", "Penyesuaian dengan RPJMN")
    return PlanRevision.objects.create(
        period=make_planning_period(), number=number, first_year=first_year, **fields
    )


def make_objective(
    unit: Unit, text: str = "Meningkatnya derajat kesehatan masyarakat", **fields
) -> Objective:
    return Objective.objects.create(period=make_planning_period(), unit=unit, text=text, **fields)


def make_indicator(unit: Unit, name: str = "Prevalensi stunting", **fields) -> Indicator:
    fields.setdefault("unit_of_measure", "%")
    return Indicator.objects.create(unit=unit, name=name, **fields)


def make_budget(
    unit: Unit, year: int = 2026, amount: str = "1000000000", code: str = "1.02.02", **fields
) -> Budget:
    programme = Programme.objects.get_or_create(
        code=code, name=fields.pop("name", f"Program {code}"), nomenclature_year=2025
    )[0]
    return Budget.objects.create(unit=unit, programme=programme, year=year, amount=Decimal(amount), **fields)


def make_agreement(
    position: Position, year: int = 2026, second: Position | None = None, **fields
) -> Agreement:
    """A draft; take it further with `agreements.workflow`."""
    if position.level == Level.REGIONAL_HEAD:
        fields.setdefault("form", Form.SINGLE_PARTY)
    else:
        fields.setdefault("second_position", second or position.superior)
    return Agreement.objects.create(position=position, unit=position.unit, year=year, **fields)


def put_into(agreement: Agreement, status: str) -> Agreement:
    """Walk an agreement on to a state as the database allows, without what the steps would write."""
    way = ["draft", "submitted", "ready", "in_signing", "in_force", "superseded"]
    agreement.refresh_from_db()
    for state in way[way.index(agreement.status) + 1 : way.index(status) + 1]:
        Agreement.objects.filter(pk=agreement.pk).update(status=state)
    agreement.refresh_from_db()
    return agreement


def make_issue(agreement: Agreement, day: date, by: User) -> Issue:
    """A paper that carries the date and nothing else of interest: for an agreement already put into force."""
    return Issue.objects.create(
        agreement=agreement,
        place="Contoh Kota",
        document_date=day,
        paper=Paper.A4,
        code=f"T{agreement.pk}",
        canonical="{}",
        content_sha256="0" * 64,
        pdf=files.store(b"%PDF-", "pk.pdf", "application/pdf", by.pk),
        issued_by=by,
    )


def add_promise(
    agreement: Agreement, indicator: Indicator, objective: Objective | None = None, **target
) -> AgreementIndicator:
    """An objective with one promised indicator on a draft."""
    objective = objective or make_objective(agreement.unit)
    row, _ = AgreementObjective.objects.get_or_create(
        agreement=agreement, objective=objective, defaults={"text": objective.text}
    )
    target = target or {"value": Decimal("10")}
    promised = promise(row, indicator, YearPolicy.objects.get(year=agreement.year), **target)
    promised.save()
    return promised


def add_budget(agreement: Agreement, budget: Budget) -> AgreementBudget:
    return AgreementBudget.objects.create(
        agreement=agreement,
        programme=budget.programme,
        code=budget.programme.code,
        name=budget.programme.name,
        amount=budget.amount,
        fund_source=budget.fund_source,
    )


def make_period(year: int = 2026, number: int = 1) -> Period:
    return Period.objects.get(year=year, subject=Subject.INDICATORS, number=number)


def make_month(year: int = 2026, number: int = 1) -> Period:
    return Period.objects.get(year=year, subject=Subject.BUDGET, number=number)


def spend(budget: Budget, spent: str, month: int = 12, **fields) -> BudgetRealisation:
    """A running total recorded for a month; `physical` in percent, as text or None."""
    physical = fields.pop("physical", None)
    fields["physical"] = None if physical is None else Decimal(physical)
    return BudgetRealisation.objects.create(budget=budget, month=month, spent=Decimal(spent), **fields)


def make_realisation(indicator: Indicator, period: Period, value: str | None = "8", **fields) -> Realisation:
    if value is not None:
        fields.setdefault("claimed_value", Decimal(value))
    return Realisation.objects.create(indicator=indicator, period=period, **fields)
