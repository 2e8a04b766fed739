"""What a performance report still lacks, and where each lack is mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from agreements.models import Agreement, Benchmark, Indicator, IndicatorTarget
from evaluations.enums import OBJECTIVE_SECTIONS, SETTLED, CellState, Section
from evaluations.models import EarlierYear, Realisation
from evaluations.money import BudgetAccount, BudgetLine
from evaluations.results import AgreementResult, Cell, RowResult
from evaluations.spending import DECEMBER
from evaluations.years_before import years_before
from perjanjian.numerals import MONTHS, format_date
from reports.contexts.lkjip_organisation import Person
from reports.contexts.lkjip_rows import UNFILLED, missing_words

Texts = Mapping[tuple[str, int | None], str]


@dataclass(frozen=True)
class Item:
    """One thing that lacks. `unit_id` and `number`: whose facts of which quarter; `fact` the fact itself;
    `section` and `objective_id`: which written part; `indicator_id`: whose catalogue entry; `agreement_id`: which agreement."""

    text: str
    unit_id: int | None = None
    number: int | None = None
    fact: int | None = None
    indicator_id: int | None = None
    agreement_id: int | None = None
    section: str = ""
    objective_id: int | None = None


@dataclass(frozen=True)
class Gap:
    """Something the report lacks; `items` say where.

    `blocking`: the report is not finished without it; others are hints. `figures`: the report itself says
    that these data are not there, so that nobody takes them for zero.
    """

    key: str
    sentence: str
    items: tuple[Item, ...] = ()
    blocking: bool = True
    figures: bool = True


@dataclass(frozen=True)
class Known:
    """What there is to compare an indicator with."""

    earlier: bool
    horizon: bool
    benchmark: bool


@dataclass(frozen=True)
class Lacking:
    """All that is looked at for what lacks. `pending`: an agreement of the year that is not in force yet."""

    year: int
    head: Person
    pending: Agreement | None
    result: AgreementResult | None
    account: BudgetAccount
    texts: Texts
    known: Mapping[int, Known]


def known_of(indicators: Iterable[int], year: int) -> dict[int, Known]:
    """What there is to compare each indicator with, in one query."""
    years = years_before(year)
    facts = Realisation.objects.filter(indicator=OuterRef("pk"), period__year__in=years).reported()
    typed = EarlierYear.objects.filter(indicator=OuterRef("pk"), year__in=years)
    ahead = IndicatorTarget.objects.filter(indicator=OuterRef("pk"), year__gte=year)
    others = Benchmark.objects.filter(indicator=OuterRef("pk"), year__lte=year)
    rows = (
        Indicator.objects.filter(pk__in=list(indicators))
        .order_by()
        .values_list("pk", Exists(facts), Exists(typed), Exists(ahead), Exists(others))
    )
    return {pk: Known(fact or known, *rest) for pk, fact, known, *rest in rows}


def gaps(lacking: Lacking) -> tuple[Gap, ...]:
    """Everything that lacks: what blocks first, hints last. No queries."""
    found = [
        *_agreement(lacking),
        *_facts(lacking),
        *_money(lacking.account),
        *_head(lacking.head),
        *_narratives(lacking),
        *_hints(lacking),
    ]
    return tuple(sorted(found, key=lambda gap: not gap.blocking))


def _agreement(lacking: Lacking) -> Iterable[Gap]:
    if lacking.result is None:
        pending = lacking.pending
        if pending is None:
            yield Gap("agreement", "Belum ada Perjanjian Kinerja yang berlaku untuk tahun ini")
        else:
            status = pending.get_status_display().lower()
            item = Item(str(pending), agreement_id=pending.pk)
            yield Gap("agreement", f"Perjanjian Kinerja tahun ini belum berlaku, statusnya {status}", (item,))


def numbered(result: AgreementResult | None) -> Iterable[tuple[str, RowResult]]:
    """The promises with their numbers as the report prints them: “2.1”."""
    for at, objective in enumerate(result.objectives if result else (), start=1):
        for number, row in enumerate(objective.rows, start=1):
            yield f"{at}.{number}", row


def unfilled(row: RowResult) -> tuple[Cell, ...]:
    """The cells that were due and that others cannot count with."""
    return tuple(cell for cell in row.cells if cell.state in UNFILLED)


def unverified(row: RowResult) -> tuple[Cell, ...]:
    """The reported cells nobody has verified."""
    return tuple(
        cell
        for cell in row.cells
        if cell.provisional and cell.realisation and cell.realisation.status not in SETTLED
    )


def _facts(lacking: Lacking) -> Iterable[Gap]:
    rows = list(numbered(lacking.result))
    missing = [
        _item(number, row, missing_words(row), unfilled(row)[0]) for number, row in rows if unfilled(row)
    ]
    if missing:
        yield Gap("missing", f"Realisasi {len(missing)} indikator belum lengkap", tuple(missing))
    waiting = [(number, row, unverified(row)) for number, row in rows]
    items = tuple(
        _item(number, row, ", ".join(cell.period.short_name for cell in cells), cells[0])
        for number, row, cells in waiting
        if cells
    )
    if items:
        yield Gap("unverified", f"Nilai {len(items)} indikator belum diverifikasi", items)
    late = tuple(
        _item(number, row, _release(row), row.cells[-1])
        for number, row in rows
        if row.year.reading.state == "not_published"
    )
    if late:
        yield Gap("not_published", f"Data {len(late)} indikator belum rilis", late, blocking=False)
    source = tuple(
        _item(number, row, "", row.latest or row.cells[-1])
        for number, row in rows
        if row.provisional and row.latest and not unverified(row)
    )
    if source:
        sentence = f"Nilai {len(source)} indikator masih angka sementara menurut sumbernya"
        yield Gap("provisional", sentence, source, blocking=False)


def _item(number: str, row: RowResult, said: str, cell: Cell) -> Item:
    name = f"{number} {row.promise.name}"
    return Item(
        f"{name}: {said}" if said else name,
        unit_id=row.promise.indicator.unit_id,
        number=cell.period.number,
        fact=cell.realisation.pk if cell.realisation else None,
    )


def _release(row: RowResult) -> str:
    facts = [
        cell.realisation for cell in row.cells if cell.state == CellState.NOT_PUBLISHED and cell.realisation
    ]
    expected = facts[-1].expected_on if facts else None
    return f"perkiraan rilis {format_date(expected)}" if expected else ""


def _money(account: BudgetAccount) -> Iterable[Gap]:
    if not account.lines:
        yield Gap("budget", "Pagu anggaran tahun ini belum dicatat")
        return
    items = tuple(
        Item(f"{line.code} {line.name}".strip() + f": {said}") for line, said in open_lines(account)
    )
    if items:
        sentence = f"Realisasi anggaran {len(items)} program belum lengkap sampai Desember"
        yield Gap("spending", sentence, items)


def open_lines(account: BudgetAccount) -> list[tuple[BudgetLine, str]]:
    """The programmes whose spending is not known up to December, and what of it lacks."""
    said = ((line, _until(line)) for line in account.lines)
    return [(line, words) for line, words in said if words]


def _until(line: BudgetLine) -> str:
    """What lacks of the spending of a programme; "" when it is known up to December."""
    if line.spent is None or line.month is None:
        return "belum dicatat"
    if line.month < DECEMBER:
        return f"baru sampai {MONTHS[line.month - 1]}"
    return "belum lengkap" if line.partial else ""


def _head(head: Person) -> Iterable[Gap]:
    if not head.name:
        yield Gap("head", f"Pejabat untuk jabatan {head.title} belum dicatat")


def _narratives(lacking: Lacking) -> Iterable[Gap]:
    unwritten = tuple(
        Item(label, section=key[0], objective_id=key[1])
        for label, key in sections(lacking.result)
        if key not in lacking.texts
    )
    if unwritten:
        yield Gap("narratives", f"{len(unwritten)} bagian narasi belum ditulis", unwritten, figures=False)


HINTS = {
    "earlier": "Realisasi tahun sebelumnya {count} indikator belum tercatat",
    "benchmark": "Pembanding {count} indikator belum tercatat",
    "horizon": "Target akhir periode {count} indikator belum tercatat",
}


def _hints(lacking: Lacking) -> Iterable[Gap]:
    rows = list(numbered(lacking.result))
    for key, sentence in HINTS.items():
        items = tuple(
            Item(f"{number} {row.promise.name}", indicator_id=row.promise.indicator_id)
            for number, row in rows
            if not getattr(lacking.known[row.promise.indicator_id], key)
        )
        if items:
            yield Gap(key, sentence.format(count=len(items)), items, blocking=False, figures=False)


OBJECTIVE_LABELS = {
    Section.OBJECTIVE: "Analisis sasaran {number}: {text}",
    Section.EFFICIENCY: "Efisiensi sumber daya sasaran {number}: {text}",
    Section.PROGRAMMES: "Program dan kegiatan sasaran {number}: {text}",
}


def sections(result: AgreementResult | None) -> list[tuple[str, tuple[str, int | None]]]:
    """The written parts of a report in their order: label, then section and objective."""
    found: list[tuple[str, tuple[str, int | None]]] = []
    for section in Section:
        if section == Section.OBJECTIVE:
            for number, each in enumerate(result.objectives if result else (), start=1):
                found += [
                    (
                        OBJECTIVE_LABELS[part].format(number=number, text=each.objective.text),
                        (part.value, each.objective.objective_id),
                    )
                    for part in OBJECTIVE_SECTIONS
                ]
        elif section not in OBJECTIVE_SECTIONS:
            found.append((str(section.label), (section.value, None)))
    return found
