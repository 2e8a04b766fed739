"""The performance report (LKjIP) of a unit as data: everything the document and its page say.

Order and content follow PermenPAN-RB 53/2014, Lampiran II. What is not there is a sentence, never a zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agreements.enums import Status
from agreements.models import Agreement, Region, Unit, YearPolicy
from agreements.scope import UnitTree
from evaluations import money, readings
from evaluations.efficiency import efficiency_sentence
from evaluations.enums import Section
from evaluations.models import Narrative
from evaluations.money import BudgetAccount
from evaluations.results import AgreementResult, results_of
from evaluations.years_before import years_before
from perjanjian.numerals import MONTHS
from records.models import StoredFile
from reports.contexts import lkjip_objectives, lkjip_words
from reports.contexts.lkjip_appendices import Appendices, appendices
from reports.contexts.lkjip_captions import Caption, Captions
from reports.contexts.lkjip_gaps import Gap, Known, Lacking, gaps, known_of
from reports.contexts.lkjip_objectives import Around, ObjectiveChapter
from reports.contexts.lkjip_organisation import Person, Structure, organisation
from reports.contexts.lkjip_plan import Plan, plan_of
from reports.contexts.lkjip_resources import Resources, first_ceilings, resources_of
from reports.contexts.lkjip_source import Source


@dataclass(frozen=True)
class Money:
    """What was spent, and the sentences about it. Percentages unrounded."""

    account: BudgetAccount
    resources: Resources
    efficiency: Decimal | None
    sentence: str
    ceiling_sentence: str
    efficiency_sentence: str
    caption: Caption | None
    serving_caption: Caption | None

    @property
    def month_name(self) -> str:
        return MONTHS[self.account.month - 1] if self.account.month else ""


@dataclass(frozen=True)
class Lkjip:
    """One report. Percentages are unrounded Decimals, None where unknown."""

    region: Region
    unit: Unit
    year: int
    printed_on: date
    head: Person
    structure: Structure
    plan: Plan | None
    result: AgreementResult | None
    objectives: tuple[ObjectiveChapter, ...]
    summary_caption: Caption | None
    money: Money
    appendices: Appendices
    texts: Mapping[str, str]
    sentences: lkjip_words.Sentences
    gaps: tuple[Gap, ...]
    tables: tuple[Caption, ...]
    figures: tuple[Caption, ...]
    emblem: StoredFile | None

    @property
    def title(self) -> str:
        return f"Laporan Kinerja Instansi Pemerintah (LKjIP) {self.unit.name} Tahun {self.year}"

    @property
    def quarter_labels(self) -> tuple[str, ...]:
        """The quarters its tables have: those the rhythm of the year fills in."""
        rows = (row for chapter in self.objectives for row in chapter.rows)
        return next((tuple(quarter.label for quarter in row.quarters) for row in rows), ())

    @property
    def measured_columns(self) -> int:
        """How many columns of the measurement table stand beside the number: its quarters and seven others."""
        return len(self.quarter_labels) + 7

    @property
    def provisional(self) -> bool:
        return bool(self.result and self.result.provisional)

    @property
    def earlier_years(self) -> tuple[int, ...]:
        return tuple(years_before(self.year))

    @property
    def missing_figures(self) -> tuple[Gap, ...]:
        """What of the data is not there: printed in the summary, so that nobody takes it for zero."""
        return tuple(gap for gap in self.gaps if gap.figures)


def lkjip(unit: Unit, year: int, day: date) -> Lkjip:
    """Everything the report says. The only queries; their number does not grow with the report.

    Args:
        day: the day the report is made: who signs it, which periods are due, the date printed. The posts
            are those of 31 December of the year, or of this day when it is earlier.
    """
    region = Region.objects.select_related("emblem").get()
    policy = YearPolicy.objects.get(year=year)
    scale = readings.scale_of(policy)
    below = UnitTree().below([unit.pk])
    captions = Captions()
    head, structure = organisation(unit, below, year, day, captions)
    years = Years.of(unit, year)
    agreement = years.in_force.get(year)
    found = results_of(list(years.in_force.values()), day)
    result = found[agreement.pk] if agreement else None
    source = Source(year)
    if result:
        earlier = {each: found[row.pk] for each, row in years.in_force.items() if each != year}
        source.read(result, earlier, below)
    plan = plan_of(agreement, captions) if agreement else None
    texts = texts_of(unit, year)
    detail = policy.budget_detail_ii
    account = money.account_of(below, year, detail=detail)
    resources = resources_of(account, first_ceilings(below, year, detail), result, source)
    summary_caption = captions.table_if(result, 3, "Ringkasan capaian kinerja")
    objectives = lkjip_objectives.chapters(result, Around(source, texts, captions, scale, resources))
    rows = [row for chapter in objectives for row in chapter.rows]
    known = {
        row.indicator_id: Known(bool(row.earlier), row.horizon is not None, bool(row.comparisons))
        for row in rows
    }
    return Lkjip(
        region=region,
        unit=unit,
        year=year,
        printed_on=day,
        head=head,
        structure=structure,
        plan=plan,
        result=result,
        objectives=objectives,
        summary_caption=summary_caption,
        money=_money(account, resources, result, captions),
        appendices=appendices(result, source, captions),
        texts={section: texts.get((section, None), "") for section in Section.values},
        sentences=lkjip_words.sentences(unit.name, year, result),
        gaps=gaps(Lacking(year, head, years.pending, result, account, texts, known)),
        tables=captions.tables,
        figures=captions.figures,
        emblem=region.emblem,
    )


def _money(
    account: BudgetAccount, resources: Resources, result: AgreementResult | None, captions: Captions
) -> Money:
    return Money(
        account=account,
        resources=resources,
        efficiency=account.efficiency(result.mean if result else None),
        sentence=lkjip_words.budget_sentence(account),
        ceiling_sentence=lkjip_words.ceiling_sentence(resources, account),
        efficiency_sentence=efficiency_sentence(result, account),
        caption=captions.table_if(account.lines, 3, "Realisasi anggaran"),
        serving_caption=captions.table_if(
            account.lines, 3, "Program, kemajuan fisik, dan sasaran yang ditunjang"
        ),
    )


@dataclass(frozen=True)
class Standing:
    """How far a report is, for its pages. `written`: the parts that say something."""

    unit: Unit
    year: int
    agreement: Agreement | None
    pending: Agreement | None
    result: AgreementResult | None
    written: Mapping[tuple[str, int | None], str]
    day: date = field(compare=False)

    def objectives(self) -> tuple[ObjectiveChapter, ...]:
        """The sasaran with the figures of the year alone. No queries."""
        return lkjip_objectives.chapters(self.result, Around(Source(self.year), self.written, Captions()))


def standing(unit: Unit, year: int, day: date, policies: Iterable[YearPolicy] | None = None) -> Standing:
    """The year of a report in nine queries: without earlier years, posts, factors and money.

    `policies` are those of the open years, where they are at hand; else one query more.
    """
    years = Years.of(unit, year, earlier=False)
    agreement = years.in_force.get(year)
    result = results_of([agreement], day, policies=policies)[agreement.pk] if agreement else None
    return Standing(unit, year, agreement, years.pending, result, texts_of(unit, year), day)


def gaps_of(
    state: Standing, head: Person, tree: UnitTree, policies: Iterable[YearPolicy] | None = None
) -> tuple[Gap, ...]:
    """What the report lacks, as its document says it; four more queries, without the `policies` at hand five."""
    below, detail = tree.below([state.unit.pk]), money.detail_of_reports(state.year, policies)
    account = money.account_of(below, state.year, detail=detail)
    indicators = [row.promise.indicator_id for row in state.result.rows] if state.result else []
    known = known_of(indicators, state.year)
    return gaps(Lacking(state.year, head, state.pending, state.result, account, state.written, known))


@dataclass(frozen=True)
class Years:
    """The agreements of a unit's head in force, by year; `pending` is one of the year still on its way."""

    in_force: Mapping[int, Agreement]
    pending: Agreement | None

    @classmethod
    def of(cls, unit: Unit, year: int, earlier: bool = True) -> "Years":
        """Those of the year and, for comparing, of the years before it; in one query."""
        years = [*(years_before(year) if earlier else ()), year]
        rows = Agreement.objects.current().filter(unit=unit, position__heads_unit=True, year__in=years)
        in_force, pending = {}, None
        for agreement in rows.select_related("unit", "position", "amends").order_by("year", "pk"):
            if agreement.status == Status.IN_FORCE:
                in_force[agreement.year] = agreement
            elif agreement.year == year:
                pending = agreement
        return cls(in_force, pending)


def texts_of(unit: Unit, year: int) -> dict[tuple[str, int | None], str]:
    """The written parts of the report that say something, by section and objective."""
    rows = Narrative.objects.filter(report__unit=unit, report__year=year)
    return {(row.section, row.objective_id): row.text for row in rows if row.text.strip()}
