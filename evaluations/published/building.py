"""Builds a government out of its published rows: as much as they allow, the rest by name and reason.

What exists is never changed: rows are found again by their names, so that building twice makes nothing
new, and an agreement that is there is left as people made it. All of it is one transaction and one event
of the history. No official is invented, so agreements stay drafts: there is nobody to sign them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from agreements.budgets import lines_for
from agreements.copying import promise, promised_budget
from agreements.enums import Accumulation, Calendar, Form
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Budget,
    Indicator,
    IndicatorTarget,
    Objective,
    PlanningPeriod,
    Position,
    Programme,
    Scale,
    ScaleStep,
    Unit,
    YearPolicy,
)
from agreements.years import open_year
from evaluations.models import BudgetRealisation, Period, Realisation
from evaluations.published.declarations import SCALES, Declarations
from evaluations.published.drafts import BudgetDraft, Drafts, IndicatorDraft, draft
from evaluations.published.organisation import (
    make_heads,
    make_region,
    make_units,
    told_places,
    untold,
)
from evaluations.published.places import squashed
from evaluations.published.reading import Row
from evaluations.published.tally import BuildRefused, Built
from evaluations.years import make_periods
from records.history import SYSTEM, Act, record

LAST_QUARTER = 4
AgreementKey = tuple[int, int]


@transaction.atomic
def build(
    name: str, rows: Mapping[str, Sequence[Row]], declared: Declarations, titles: Mapping[str, str]
) -> Built:
    """Make the government `name` (“Kabupaten Banyuwangi”) and what its rows by file say.

    `titles` names the document of each source_id. Raises `BuildRefused` for a government without rows, for
    a province, and where another government already lives in this database.
    """
    own = _rows_of(name, rows)
    drafts = draft(own, declared)
    built = Built(leftovers=drafts.leftovers)
    region = make_region(own, built)
    told = told_places(own, drafts, built)
    _drop_homeless(drafts, told)
    _drop_other_scales(drafts)
    years = {drafted.year for drafted in drafts.all}
    started = date(min(years, default=timezone.localdate().year), 1, 1)
    units = make_units(region, told, started, built)
    heads = make_heads(region, told, units, started, built)
    policies, quarters = _open_years(years, built)
    catalogue = _catalogue(drafts.indicators, units, titles, built)
    _budgets(drafts.budgets, units, built)
    _agreements(drafts, catalogue, heads, policies, built)
    _realisations(drafts.indicators, catalogue, quarters, built)
    if any(built.new.values()):
        record(SYSTEM, Act("impor data terbit", region, after={"baru": built.new}))
    return built


def _rows_of(name: str, rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    wanted = squashed(name)
    own = {file: [row for row in lines if squashed(row["region"]) == wanted] for file, lines in rows.items()}
    if not wanted or not any(own.values()):
        known = sorted({row["region"] for lines in rows.values() for row in lines if row["region"]})
        raise BuildRefused(
            f"Tidak ada baris untuk “{name[:80]}”. Yang ada: {', '.join(known) or 'tidak satu pun'}."
        )
    return own


def _drop_homeless(drafts: Drafts, told: Mapping[str, Sequence[object]]) -> None:
    """Leave over what belongs to a unit whose name tells no kind."""
    for drafted in drafts.all:
        if drafted.unit and not told[drafted.unit]:
            drafts.leave(drafted.row, drafted.name, untold(drafted.unit))
    drafts.indicators = [row for row in drafts.indicators if not row.unit or told[row.unit]]
    drafts.budgets = [row for row in drafts.budgets if not row.unit or told[row.unit]]


def _open_years(years: set[int], built: Built) -> tuple[dict[int, YearPolicy], dict[int, Period]]:
    """The policy of each year, and its last quarter: annual figures stand there."""
    known = set(YearPolicy.objects.values_list("year", flat=True))
    policies = {year: open_year(year) for year in sorted(years)}
    built.count("Tahun", len(years - known), len(years & known))
    quarters = {}
    for year, policy in policies.items():
        before = Period.objects.of_indicators(year).count()
        periods = make_periods(policy)
        built.count("Periode", len(periods) - before, before)
        quarters[year] = next(period for period in periods if period.number == LAST_QUARTER)
    return policies, quarters


# --- plan -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Catalogue:
    """The plan's rows as the drafts name them."""

    units: Mapping[str, Unit]
    objectives: Mapping[tuple[int, str], Objective]
    indicators: Mapping[tuple[int, str], Indicator]

    def objective(self, drafted: IndicatorDraft) -> Objective:
        return self.objectives[self.units[drafted.unit].pk, drafted.objective]

    def indicator(self, drafted: IndicatorDraft) -> Indicator:
        return self.indicators[self.units[drafted.unit].pk, drafted.name.casefold()]


def _catalogue(
    drafts: Sequence[IndicatorDraft], units: Mapping[str, Unit], titles: Mapping[str, str], built: Built
) -> Catalogue:
    """Objectives, indicators by unit and name, and the plan's targets."""
    objectives = _objectives(drafts, units, built)
    scales = {name: _scale(name, built) for name in {drafted.scale for drafted in drafts} if name}
    existing = {
        (found.unit_id, found.name.casefold()): found
        for found in Indicator.objects.select_related("scale").prefetch_related("scale__steps")
    }
    wanted: dict[tuple[int, str], Indicator] = {}
    for drafted in drafts:
        unit = units[drafted.unit]
        fresh = Indicator(
            unit=unit,
            objective=objectives[unit.pk, drafted.objective],
            name=drafted.name,
            unit_of_measure=drafted.unit_of_measure,
            kind=drafted.kind,
            polarity=drafted.polarity,
            lower_method=drafted.method,
            accumulation=Accumulation.ANNUAL,
            calendar=Calendar.ANNUAL,
            decimals=drafted.decimals,
            scale=scales.get(drafted.scale),
            source=titles.get(drafted.row["source_id"], drafted.row["source_id"])[:200],
        )
        kept = wanted.setdefault((unit.pk, drafted.name.casefold()), fresh)
        kept.decimals = max(kept.decimals, fresh.decimals)
    indicators = built.ensure("Indikator", Indicator, existing, wanted)
    catalogue = Catalogue(units, objectives, indicators)
    _planned(drafts, catalogue, built)
    return catalogue


def _objectives(
    drafts: Sequence[IndicatorDraft], units: Mapping[str, Unit], built: Built
) -> dict[tuple[int, str], Objective]:
    if not drafts:
        return {}
    years = [drafted.year for drafted in drafts]
    name = f"Rencana menurut dokumen terbit {min(years)}–{max(years)}"
    existing = PlanningPeriod.objects.filter(name=name).first()
    fresh = PlanningPeriod(name=name, first_year=min(years), last_year=max(years))
    period = built.ensure(
        "Periode perencanaan", PlanningPeriod, {name: existing} if existing else {}, {name: fresh}
    )[name]
    wanted: dict[tuple[int, str], Objective] = {}
    for drafted in drafts:
        unit, text = units[drafted.unit], drafted.objective
        wanted.setdefault(
            (unit.pk, text), Objective(period=period, unit=unit, text=text, order=len(wanted) + 1)
        )
    known = {(found.unit_id, found.text): found for found in Objective.objects.all()}
    return built.ensure("Sasaran", Objective, known, wanted)


def _drop_other_scales(drafts: Drafts) -> None:
    """Leave over predicates of a scale that people here have made with other steps."""
    other = set()
    for scale in Scale.objects.filter(name__in=SCALES).prefetch_related("steps"):
        if tuple(step.name for step in scale.steps.all()) != SCALES[scale.name]:
            other.add(scale.name)
    for drafted in drafts.indicators:
        if drafted.scale in other:
            reason = (
                f"skala “{drafted.scale}” di sini punya tingkat lain dari {' < '.join(SCALES[drafted.scale])}"
            )
            drafts.leave(drafted.row, drafted.name, reason)
    drafts.indicators = [drafted for drafted in drafts.indicators if drafted.scale not in other]


def _scale(name: str, built: Built) -> Scale:
    scale = Scale.objects.filter(name=name).first()
    built.count("Skala predikat", int(scale is None), int(scale is not None))
    if scale is None:
        scale = Scale.objects.create(name=name)
        ScaleStep.objects.bulk_create(
            ScaleStep(scale=scale, rank=rank, name=step) for rank, step in enumerate(SCALES[name], start=1)
        )
    return scale


def _planned(drafts: Sequence[IndicatorDraft], catalogue: Catalogue, built: Built) -> None:
    wanted = {}
    for drafted in drafts:
        if drafted.target:
            indicator = catalogue.indicator(drafted)
            wanted[indicator.pk, drafted.year] = IndicatorTarget(
                indicator=indicator, year=drafted.year, **drafted.target
            )
    existing = {(found.indicator_id, found.year): found for found in IndicatorTarget.objects.all()}
    built.ensure("Target rencana", IndicatorTarget, existing, wanted)


# --- budgets ----------------------------------------------------------------------------------


def _budgets(drafts: Sequence[BudgetDraft], units: Mapping[str, Unit], built: Built) -> None:
    """Programmes without a code (none is published), ceilings, and what was spent of them."""
    known = {(found.name, found.nomenclature_year): found for found in Programme.objects.filter(code="")}
    programmes = built.ensure(
        "Program",
        Programme,
        known,
        {(row.name, row.year): Programme(name=row.name, nomenclature_year=row.year) for row in drafts},
    )
    wanted = {}
    for row in drafts:
        unit, programme = units[row.unit], programmes[row.name, row.year]
        wanted[unit.pk, programme.pk, row.year] = Budget(
            unit=unit, programme=programme, year=row.year, amount=row.amount
        )
    existing = {(found.unit_id, found.programme_id, found.year): found for found in Budget.objects.all()}
    budgets = built.ensure("Pagu", Budget, existing, wanted)
    done = {(found.budget_id, found.month): found for found in BudgetRealisation.objects.all()}
    spent = {}
    for row in drafts:
        if row.spent is not None:
            budget = budgets[units[row.unit].pk, programmes[row.name, row.year].pk, row.year]
            spent[budget.pk, row.month] = BudgetRealisation(budget=budget, month=row.month, spent=row.spent)
    built.ensure("Realisasi anggaran", BudgetRealisation, done, spent)


# --- promise and fact -------------------------------------------------------------------------


def _agreements(
    drafts: Drafts,
    catalogue: Catalogue,
    heads: Mapping[int, Position],
    policies: Mapping[int, YearPolicy],
    built: Built,
) -> None:
    """A draft per unit and year with a target; one that is there is not touched."""
    promises: dict[AgreementKey, list[IndicatorDraft]] = {}
    for drafted in drafts.indicators:
        if drafted.target:
            promises.setdefault((catalogue.units[drafted.unit].pk, drafted.year), []).append(drafted)
    posts = {post.pk: unit for unit, post in heads.items()}
    current = Agreement.objects.current().filter(position_id__in=posts)
    existing = {(posts[found.position_id], found.year): found for found in current.select_related("position")}
    agreements = built.ensure(
        "PK (draf)",
        Agreement,
        existing,
        {(unit, year): _agreement(heads[unit], year) for unit, year in promises},
    )
    fresh = {agreements[key]: rows for key, rows in promises.items() if key not in existing}
    _promise(fresh, catalogue, policies, built)
    if promises:
        built.remarks.append("PK dibuat sebagai draf: sumber tidak menyebut pejabat yang menandatangani.")
    _leave_unpromised(
        {existing[key]: promises[key] for key in existing if key in promises}, catalogue, drafts
    )


def _agreement(post: Position, year: int) -> Agreement:
    form = Form.TWO_PARTY if post.superior_id else Form.SINGLE_PARTY
    return Agreement(year=year, position=post, unit=post.unit, form=form, second_position=post.superior)


def _leave_unpromised(
    promises: Mapping[Agreement, Sequence[IndicatorDraft]], catalogue: Catalogue, drafts: Drafts
) -> None:
    rows = AgreementIndicator.objects.filter(objective__agreement__in=list(promises))
    already = set(rows.values_list("objective__agreement_id", "indicator_id"))
    for agreement, drafted_rows in promises.items():
        for drafted in drafted_rows:
            if (agreement.pk, catalogue.indicator(drafted).pk) not in already:
                drafts.leave(drafted.row, drafted.name, f"{agreement} sudah ada dan tidak diubah")


def _promise(
    promises: Mapping[Agreement, Sequence[IndicatorDraft]],
    catalogue: Catalogue,
    policies: Mapping[int, YearPolicy],
    built: Built,
) -> None:
    """Objectives, indicators and table B of new agreements."""
    texts: dict[tuple[int, int], AgreementObjective] = {}
    budgets: dict[tuple[int, str], AgreementBudget] = {}
    for agreement, drafted_rows in promises.items():
        plans = dict.fromkeys(catalogue.objective(drafted) for drafted in drafted_rows)
        for order, plan in enumerate(plans, start=1):
            texts[agreement.pk, plan.pk] = AgreementObjective(
                agreement=agreement, objective=plan, text=plan.text, order=order
            )
        for order, line in enumerate(lines_for(agreement), start=1):
            budgets[agreement.pk, line.key] = promised_budget(agreement, line, order)
    objectives = built.ensure("Sasaran PK", AgreementObjective, {}, texts)
    lines: dict[tuple[int, int], AgreementIndicator] = {}
    for agreement, drafted_rows in promises.items():
        for order, drafted in enumerate(drafted_rows, start=1):
            indicator = catalogue.indicator(drafted)
            objective = objectives[agreement.pk, catalogue.objective(drafted).pk]
            promised = promise(objective, indicator, policies[drafted.year], **drafted.target)
            promised.order = order
            lines[agreement.pk, indicator.pk] = promised
    built.ensure("Indikator PK", AgreementIndicator, {}, lines)
    built.ensure("Anggaran PK", AgreementBudget, {}, budgets)


def _realisations(
    drafts: Sequence[IndicatorDraft],
    catalogue: Catalogue,
    quarters: Mapping[int, Period],
    built: Built,
) -> None:
    """What the source says was reached, as the unit's claim in the last quarter; drafts to be submitted."""
    wanted = {}
    for drafted in drafts:
        if drafted.state:
            indicator, period = catalogue.indicator(drafted), quarters[drafted.year]
            claimed = {f"claimed_{column}": value for column, value in (drafted.claimed or {}).items()}
            wanted[indicator.pk, period.pk] = Realisation(
                indicator=indicator, period=period, state=drafted.state, **claimed
            )
    existing = {(found.indicator_id, found.period_id): found for found in Realisation.objects.all()}
    built.ensure("Realisasi indikator", Realisation, existing, wanted)
