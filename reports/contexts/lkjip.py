"""The performance report (LKjIP) of a unit as data: everything the document and its page say.

Order and content follow PermenPAN-RB 53/2014, Lampiran II. What is not there is a sentence, never a zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agreements.content import target_text
from agreements.enums import Level, Status
from agreements.models import Agreement, Assignment, Issue, Position, Region, Unit, YearPolicy
from agreements.querysets import valid_on
from agreements.scope import UnitTree
from evaluations import money, readings
from evaluations.efficiency import efficiency_sentence
from evaluations.enums import Section
from evaluations.models import Narrative
from evaluations.money import BudgetAccount
from evaluations.results import AgreementResult, results_of
from perjanjian.numerals import MONTHS
from records.models import StoredFile
from reports.contexts import lkjip_objectives, lkjip_words
from reports.contexts.lkjip_objectives import EARLIER_YEARS, Caption, Captions, ObjectiveChapter, Source

# Posts printed one by one; what lies below is only counted.
PRINTED_LEVELS = (Level.REGIONAL_HEAD, Level.II, Level.III)
MOST_POSTS = 60


@dataclass(frozen=True)
class Person:
    """Who holds a post; an empty `name` is a post nobody holds on the day."""

    title: str
    name: str = ""
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True)
class Structure:
    """The posts of the unit on `day`, its own first, and how many of each level there are."""

    day: date
    posts: tuple[Person, ...]
    counts: tuple[tuple[str, int], ...]
    left_out: int
    caption: Caption | None


@dataclass(frozen=True)
class PlanRow:
    """A sasaran of the agreement with its indicators and targets, as the signed annex has them."""

    number: int
    text: str
    indicators: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plan:
    """The agreement the report is about. `issue` None: the application has no printed paper of it."""

    agreement: Agreement
    rows: tuple[PlanRow, ...]
    budgets: tuple
    budget_total: Decimal
    issue: Issue | None
    caption: Caption
    budget_caption: Caption | None

    @property
    def name(self) -> str:
        return "Perjanjian Kinerja Perubahan" if self.agreement.amends_id else "Perjanjian Kinerja"


@dataclass(frozen=True)
class Money:
    """What was spent, and the sentences about it. Percentages unrounded."""

    account: BudgetAccount
    efficiency: Decimal | None
    sentence: str
    efficiency_sentence: str
    caption: Caption | None

    @property
    def month_name(self) -> str:
        return MONTHS[self.account.month - 1] if self.account.month else ""


@dataclass(frozen=True)
class Gap:
    """Something the report lacks; `items` say where. `blocking`: the figures are not whole without it."""

    key: str
    sentence: str
    items: tuple[str, ...] = ()
    blocking: bool = True


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
    def provisional(self) -> bool:
        return bool(self.result and self.result.provisional)

    @property
    def earlier_years(self) -> tuple[int, ...]:
        return tuple(range(self.year - EARLIER_YEARS, self.year))

    @property
    def missing_figures(self) -> tuple[Gap, ...]:
        """What of the data is not there: printed in the summary, so that nobody takes it for zero."""
        return tuple(gap for gap in self.gaps if gap.key not in ("narratives",))


def lkjip(unit: Unit, year: int, day: date) -> Lkjip:
    """Everything the report says. The only queries; their number does not grow with the report.

    Args:
        day: the day the report is made: who signs it, which periods are due, the date printed. The posts
            are those of 31 December of the year, or of this day when it is earlier.
    """
    region = Region.objects.select_related("emblem").get()
    scale = readings.scale_of(YearPolicy.objects.get(year=year))
    below = UnitTree().below([unit.pk])
    captions = Captions()
    head, structure = _organisation(unit, below, year, day, captions)
    agreement, previous = agreements_of(unit, year)
    found = results_of([each for each in (agreement, previous) if each], day)
    result = found[agreement.pk] if agreement else None
    source = Source(year)
    if result:
        source.read(result, found[previous.pk] if previous else None)
    plan = _plan(agreement, captions) if agreement else None
    texts = texts_of(unit, year)
    summary_caption = captions.table(3, "Ringkasan capaian kinerja") if result else None
    objectives = lkjip_objectives.chapters(result, source, scale, texts, captions)
    spent = _money(money.account_of(below, year), result, captions)
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
        money=spent,
        texts={section: texts.get((section, None), "") for section in Section.values},
        sentences=lkjip_words.sentences(unit.name, year, result),
        gaps=_gaps(head, agreement, objectives, spent.account, texts),
        tables=captions.tables,
        figures=captions.figures,
        emblem=region.emblem,
    )


@dataclass(frozen=True)
class Standing:
    """How far a report is, for its pages. `written`: the parts that say something."""

    unit: Unit
    year: int
    agreement: Agreement | None
    result: AgreementResult | None
    objectives: tuple[ObjectiveChapter, ...]
    written: Mapping[tuple[str, int | None], str]


def standing(unit: Unit, year: int, day: date) -> Standing:
    """The year of a report in seven queries: without earlier years, posts, factors and money."""
    agreement = agreements_of(unit, year)[0]
    result = results_of([agreement], day)[agreement.pk] if agreement else None
    texts = texts_of(unit, year)
    objectives = lkjip_objectives.chapters(result, Source(year), None, texts, Captions())
    return Standing(unit, year, agreement, result, objectives, texts)


def gaps_of(state: Standing, head: Person) -> tuple[Gap, ...]:
    """What the report lacks, as its document says it; three more queries."""
    account = money.account_of(UnitTree().below([state.unit.pk]), state.year)
    return _gaps(head, state.agreement, state.objectives, account, state.written)


def agreements_of(unit: Unit, year: int) -> tuple[Agreement | None, Agreement | None]:
    """The agreement of the unit's head in force in the year, and that of the year before."""
    rows = Agreement.objects.filter(
        unit=unit, position__heads_unit=True, year__in=(year, year - 1), status=Status.IN_FORCE
    ).select_related("unit", "position")
    by_year = {agreement.year: agreement for agreement in rows}
    return by_year.get(year), by_year.get(year - 1)


def texts_of(unit: Unit, year: int) -> dict[tuple[str, int | None], str]:
    """The written parts of the report that say something, by section and objective."""
    rows = Narrative.objects.filter(report__unit=unit, report__year=year)
    return {(row.section, row.objective_id): row.text for row in rows if row.text.strip()}


# --- parts --------------------------------------------------------------------------------------


def _organisation(
    unit: Unit, below: frozenset[int], year: int, day: date, captions: Captions
) -> tuple[Person, Structure]:
    """The head on the day, who signs, and the posts as they were at the end of the year reported on."""
    until = min(day, date(year, 12, 31))
    known = list(
        Position.objects.filter(valid_on(day) | valid_on(until), unit_id__in=below).order_by(
            "unit__order", "unit_id", "-heads_unit", "pk"
        )
    )
    known.sort(key=lambda position: position.unit_id != unit.pk)
    held = list(
        Assignment.objects.filter(
            valid_on(day, "starts", "ends") | valid_on(until, "starts", "ends"),
            position__in=[position.pk for position in known],
        )
        .select_related("official", "position")
        .order_by("-holding", "starts")
    )
    heads = [p for p in known if p.unit_id == unit.pk and p.heads_unit and _lasts(p, day)]
    head = _person(heads[0], _holders(held, day)) if heads else Person(f"Kepala {unit.name}")
    positions = [position for position in known if _lasts(position, until)]
    printed = [p for p in positions if p.level in PRINTED_LEVELS]
    counts = [(level.label, sum(p.level == level for p in positions)) for level in Level]
    holders = _holders(held, until)
    structure = Structure(
        day=until,
        posts=tuple(_person(p, holders) for p in printed[:MOST_POSTS]),
        counts=tuple((label, count) for label, count in counts if count),
        left_out=max(0, len(printed) - MOST_POSTS),
        caption=captions.table(1, "Jabatan dan pejabat") if printed else None,
    )
    return head, structure


def _lasts(position: Position, day: date) -> bool:
    return position.valid_from <= day and (position.valid_to is None or position.valid_to >= day)


def _holders(held: list[Assignment], day: date) -> dict[int, Assignment]:
    """Who holds each post on the day; a definitive holder before any other."""
    holders: dict[int, Assignment] = {}
    for assignment in held:
        if assignment.starts > day or (assignment.ends is not None and assignment.ends < day):
            continue
        known = holders.get(assignment.position_id)
        if known is None or known.holding != "definitive":
            holders[assignment.position_id] = assignment
    return holders


def _person(position: Position, holders: Mapping[int, Assignment]) -> Person:
    holder = holders.get(position.pk)
    if holder is None:
        return Person(position.title)
    official = holder.official
    return Person(holder.title, official.name, official.rank, official.nip or "")


def _plan(agreement: Agreement, captions: Captions) -> Plan:
    rows = tuple(
        PlanRow(
            number,
            objective.text,
            tuple((row.name, target_text(row)) for row in objective.indicators.all()),
        )
        for number, objective in enumerate(agreement.objectives.all(), start=1)
    )
    budgets = tuple(agreement.budgets.all())
    issue = Issue.objects.filter(agreement=agreement).select_related("pdf").order_by("-sequence").first()
    return Plan(
        agreement=agreement,
        rows=rows,
        budgets=budgets,
        budget_total=sum((row.amount for row in budgets), Decimal(0)),
        issue=issue,
        caption=captions.table(2, f"Sasaran, indikator, dan target {agreement.year}"),
        budget_caption=captions.table(2, "Program dan anggaran dalam Perjanjian Kinerja")
        if budgets
        else None,
    )


def _money(account: BudgetAccount, result: AgreementResult | None, captions: Captions) -> Money:
    efficiency = account.efficiency(result.mean if result else None)
    return Money(
        account=account,
        efficiency=efficiency,
        sentence=lkjip_words.budget_sentence(account),
        efficiency_sentence=efficiency_sentence(result, account),
        caption=captions.table(3, "Realisasi anggaran") if account.lines else None,
    )


# --- what is lacking ----------------------------------------------------------------------------


def _gaps(
    head: Person,
    agreement: Agreement | None,
    objectives: tuple[ObjectiveChapter, ...],
    account: BudgetAccount,
    texts: Mapping[tuple[str, int | None], str],
) -> tuple[Gap, ...]:
    rows = [row for chapter in objectives for row in chapter.rows]
    gaps = []
    if agreement is None:
        gaps.append(Gap("agreement", "Belum ada Perjanjian Kinerja yang berlaku untuk tahun ini"))
    unfilled = tuple(f"{row.number} {row.name}: {row.missing}" for row in rows if row.missing)
    if unfilled:
        gaps.append(Gap("missing", f"Realisasi {len(unfilled)} indikator belum lengkap", unfilled))
    late = tuple(f"{row.number} {row.name}: {row.absent}" for row in rows if row.state == "not_published")
    if late:
        gaps.append(Gap("not_published", f"Data {len(late)} indikator belum rilis", late))
    unverified = tuple(f"{row.number} {row.name}" for row in rows if row.provisional)
    if unverified:
        sentence = f"Nilai {len(unverified)} indikator masih sementara"
        gaps.append(Gap("provisional", sentence, unverified))
    if not account.lines:
        gaps.append(Gap("budget", "Pagu anggaran tahun ini belum dicatat"))
    elif account.missing:
        lines = tuple(f"{line.code} {line.name}".strip() for line in account.missing)
        gaps.append(Gap("spending", f"Realisasi anggaran {len(lines)} program belum lengkap", lines))
    if not head.name:
        gaps.append(Gap("head", f"Pejabat untuk jabatan {head.title} belum dicatat"))
    unwritten = tuple(label for label, key in sections(objectives) if key not in texts)
    if unwritten:
        gaps.append(
            Gap("narratives", f"{len(unwritten)} bagian narasi belum ditulis", unwritten, blocking=False)
        )
    return tuple(gaps)


def sections(objectives: tuple[ObjectiveChapter, ...]) -> list[tuple[str, tuple[str, int | None]]]:
    """The written parts of a report in their order: label, then section and objective."""
    found: list[tuple[str, tuple[str, int | None]]] = []
    for section in Section:
        if section == Section.OBJECTIVE:
            found += [
                (f"Analisis sasaran {chapter.number}: {chapter.text}", (section.value, chapter.objective_id))
                for chapter in objectives
            ]
        else:
            found.append((section.label, (section.value, None)))
    return found
