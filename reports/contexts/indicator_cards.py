"""What a Manual Indikator and the table of Indikator Kinerja Utama say, as data; the templates only place it.

A manual keeps two people from reading an indicator differently (purpose of a manual IKU); the table has the
columns of PER/20/M.PAN/11/2008 with the unit of measure that most regions add.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from agreements.enums import Calendar, Kind, Level, Polarity, UnitKind
from agreements.lineage import Lineage
from agreements.models import (
    Assignment,
    Benchmark,
    Indicator,
    Objective,
    PlanningPeriod,
    Position,
    Region,
    Unit,
)
from agreements.naming import measured_text, step_names
from agreements.plan_targets import YearTarget, by_year, revisions_of
from perjanjian.numerals import MONTHS, format_date, format_number
from reports.documents import DOTTED, DOTTED_DATE, SignatureBlock
from reports.signatories import signature_block

NONE = "–"
IKU = "IKU"
IKU_REGION = "IKU daerah"
LETTERS_A_LINE = 75
LINES_A_PAGE = 62
# About how many letters a line of a column of the table holds, and how many lines a landscape page.
COLUMN_LETTERS = {"objective": 24, "name": 26, "purpose": 30, "formula": 34, "source": 20, "person": 20}
TABLE_LINES = 34


@dataclass(frozen=True)
class CardTarget:
    year: int
    text: str
    note: str
    is_last: bool


@dataclass(frozen=True)
class Card:
    """One indicator: labelled facts in the order of the form, its yearly targets, its benchmarks as rows of text."""

    anchor: str
    code: str
    name: str
    facts: tuple[tuple[str, str], ...]
    targets: tuple[CardTarget, ...]
    benchmarks: tuple[tuple[str, str, str, str], ...]

    @property
    def pages(self) -> int:
        """About how many pages it takes."""
        lines = sum(1 + len(text) // LETTERS_A_LINE for _, text in self.facts)
        return 1 + (lines + len(self.targets) + len(self.benchmarks)) // LINES_A_PAGE


@dataclass(frozen=True)
class CardsPaper:
    title: str
    subject: str
    government: str
    as_of: str
    created: date
    cards: tuple[Card, ...]

    @property
    def file_title(self) -> str:
        return " – ".join(part for part in (self.title, self.subject, self.government) if part)

    @property
    def pages(self) -> int:
        return sum(card.pages for card in self.cards)


@dataclass(frozen=True)
class KeyRow:
    """A row of the table of key indicators; `named`: the cells of number and sasaran are filled."""

    anchor: str
    number: int
    objective: str
    name: str
    unit_of_measure: str
    purpose: str
    formula: str
    source: str
    person: str
    named: bool
    continued: bool = False

    @property
    def lines(self) -> int:
        return max(1 + len(getattr(self, name)) // letters for name, letters in COLUMN_LETTERS.items())


@dataclass(frozen=True)
class KeyTable:
    title: str
    subject: tuple[str, ...]
    government: str
    period: str
    rows: tuple[KeyRow, ...]
    place_and_date: str
    signature: SignatureBlock
    dotted: str = DOTTED

    @property
    def file_title(self) -> str:
        return " – ".join((self.title, *self.subject))

    @property
    def pages(self) -> int:
        return 1 + sum(row.lines for row in self.rows) // TABLE_LINES


# --- manuals ----------------------------------------------------------------------------------------


def with_card(rows: QuerySet[Indicator]) -> QuerySet[Indicator]:
    """The indicators with all a card says of them, in the order of the catalogue."""
    related = ("unit", "objective__period", "scale", "person_in_charge", "successor_of")
    ordered = rows.select_related(*related).order_by("unit__order", "unit_id", "code", "name", "pk")
    benchmarks = Benchmark.objects.order_by("-year", "kind", "name")
    return ordered.prefetch_related(
        "labels", "targets", "scale__steps", Prefetch("benchmarks", queryset=benchmarks)
    )


def cards_paper(indicators: Sequence[Indicator], year: int, day: date, subject: str = "") -> CardsPaper:
    """The manuals of these indicators, read with `with_card`, in a fixed number of queries.

    Args:
        year: in whose wording the objectives stand.
        day: printed as the day the manual describes.
    """
    objectives = _objectives_in(indicators, year)
    revised = revisions_of(indicators)
    period = PlanningPeriod.objects.covering(year).first()
    cards = []
    for number, indicator in enumerate(indicators, start=1):
        own = indicator.objective.period if indicator.objective else period
        targets = by_year(
            indicator,
            {row.year: row for row in indicator.targets.all()},
            range(own.first_year, own.last_year + 1) if own else (),
            step_names(indicator.scale),
            revised.get(indicator.pk, ()),
        )
        cards.append(_card(number, indicator, objectives, targets, own.last_year if own else None))
    return CardsPaper(
        title="Manual Indikator Kinerja",
        subject=subject,
        government=Region.objects.get().government,
        as_of=f"Keadaan {format_date(day)}",
        created=day,
        cards=tuple(cards),
    )


def _card(
    number: int,
    indicator: Indicator,
    objectives: Mapping[int, Objective],
    targets: Sequence[YearTarget],
    last_year: int | None,
) -> Card:
    steps = step_names(indicator.scale)
    return Card(
        anchor=f"manual-{number}",
        code=indicator.code,
        name=indicator.name,
        facts=tuple((label, text or NONE) for label, text in _facts(indicator, objectives)),
        targets=tuple(
            CardTarget(
                said.year,
                said.text,
                "; ".join(str(each) for each in said.revised),
                said.year == last_year,
            )
            for said in targets
        ),
        benchmarks=tuple(
            (
                f"{row.get_kind_display()}: {row.name}",
                str(row.year),
                measured_text(indicator, row.value, row.step, row.date, steps),
                row.source,
            )
            for row in indicator.benchmarks.all()
        ),
    )


def _facts(indicator: Indicator, objectives: Mapping[int, Objective]) -> list[tuple[str, str]]:
    objective = objectives.get(indicator.objective_id) if indicator.objective_id else None
    sasaran = f"{objective.code} {objective}".strip() if objective else ""
    baseline = (
        f"{indicator.baseline} ({indicator.baseline_year})" if indicator.baseline_year else indicator.baseline
    )
    return [
        (objective.get_kind_display() if objective else "Sasaran", sasaran),
        ("Definisi operasional", indicator.definition),
        ("Alasan pemilihan", indicator.purpose),
        ("Satuan", indicator.unit_of_measure),
        ("Rumus perhitungan", indicator.formula_words),
        ("Jenis nilai", kind_text(indicator)),
        ("Arah", polarity_text(indicator)),
        ("Cara hitung setahun", indicator.get_accumulation_display()),
        ("Waktu pengukuran", calendar_text(indicator)),
        ("Sumber data", indicator.source),
        ("PD pengampu", indicator.unit.name),
        ("Penanggung jawab", indicator.person_in_charge.title if indicator.person_in_charge else ""),
        ("Label", ", ".join(str(label) for label in indicator.labels.all())),
        ("Kondisi awal", baseline),
        *([("Menggantikan", indicator.successor_of.name)] if indicator.successor_of else []),
    ]


def kind_text(indicator: Indicator) -> str:
    """“Pembilang ÷ penyebut × 100, paling tinggi 100 %”; a scale with its steps, the lowest first."""
    if indicator.kind == Kind.RATIO:
        most = ", pembilang bagian dari penyebut" if indicator.part_of_whole else ""
        return f"Pembilang ÷ penyebut × {format_number(indicator.factor)}{most}"
    if indicator.kind == Kind.SCALE:
        return f"Predikat {indicator.scale}: {' < '.join(step_names(indicator.scale))}"
    places = f", {indicator.decimals} angka di belakang koma" if indicator.kind == Kind.NUMBER else ""
    return f"{indicator.get_kind_display()}{places}"


def polarity_text(indicator: Indicator) -> str:
    if indicator.polarity != Polarity.LOWER:
        return indicator.get_polarity_display()
    method = (
        indicator.get_lower_method_display() if indicator.lower_method else "rumus menurut kebijakan tahun"
    )
    return f"{indicator.get_polarity_display()} ({method})"


def calendar_text(indicator: Indicator) -> str:
    """When it is measured, when its source publishes, and of which year its data are."""
    parts = [Calendar(indicator.calendar).label]
    if indicator.release_month:
        parts.append(f"data rilis bulan {MONTHS[indicator.release_month - 1]}")
    if indicator.reference_lag:
        parts.append(f"data tahun N−{indicator.reference_lag}")
    return "; ".join(parts)


def _objectives_in(indicators: Collection[Indicator], year: int) -> dict[int, Objective]:
    """By the objective an indicator names: the one that stands in the year in its place."""
    named = {row.objective_id for row in indicators if row.objective_id}
    lineage = Lineage(year)
    standing = {pk: lineage.standing(pk) for pk in named}
    rows = Objective.objects.select_related("unit").in_bulk(set(standing.values()))
    return {pk: rows[stands] for pk, stands in standing.items()}


# --- the table of key indicators --------------------------------------------------------------------


def key_indicators(unit: Unit) -> QuerySet[Indicator]:
    """Those labelled IKU: of the region whoever measures them, else the unit's own."""
    if unit.kind == UnitKind.REGION:
        labelled = Indicator.objects.filter(labels__name__istartswith=IKU_REGION)
    else:
        labelled = Indicator.objects.filter(unit=unit, labels__name__istartswith=IKU)
    return Indicator.objects.in_use().filter(pk__in=labelled.values("pk"))


def key_table(unit: Unit, indicators: Sequence[Indicator], year: int, day: date) -> KeyTable:
    """The table of a unit's key indicators, read with `with_card`.

    Args:
        day: who heads the unit on it is printed under the table.
    """
    objectives = _objectives_in(indicators, year)
    by_objective: dict[int | None, list[Indicator]] = defaultdict(list)
    for row in indicators:
        by_objective[objectives[row.objective_id].pk if row.objective_id else None].append(row)
    worded = {row.pk: row for row in objectives.values()}
    order = sorted(by_objective, key=lambda pk: _place(worded.get(pk) if pk else None))
    rows = [
        _key_row(number, at, worded[pk].text if pk else NONE, row)
        for number, pk in enumerate(order, start=1)
        for at, row in enumerate(by_objective[pk], start=1)
    ]
    region = Region.objects.get()
    period = PlanningPeriod.objects.covering(year).first()
    return KeyTable(
        title="Indikator Kinerja Utama",
        subject=_subject(unit, region),
        government=region.government,
        period=str(period) if period else str(year),
        rows=tuple(rows),
        place_and_date=f"{region.seat}, {DOTTED_DATE} {year}",
        signature=_head(unit, day),
    )


def _place(objective: Objective | None) -> tuple:
    """Where an objective stands in the table: as in the plan; indicators without one come last."""
    if objective is None:
        return (1, 0, 0, 0, "", 0)
    return (0, objective.unit.order, objective.unit_id, objective.order, objective.code, objective.pk)


def _key_row(number: int, at: int, objective: str, row: Indicator) -> KeyRow:
    return KeyRow(
        anchor=f"iku-{number}-{at}",
        number=number,
        objective=objective,
        name=row.name,
        unit_of_measure=row.unit_of_measure,
        purpose=row.purpose or NONE,
        formula=row.formula_words or NONE,
        source=row.source or NONE,
        person=row.person_in_charge.title if row.person_in_charge else row.unit.name,
        named=at == 1,
    )


def _subject(unit: Unit, region: Region) -> tuple[str, ...]:
    if unit.kind == UnitKind.REGION:
        return (str(region).upper(),)
    inside = str(region).lower() in unit.name.lower()
    return (unit.name.upper(),) if inside else (unit.name.upper(), str(region).upper())


def _head(unit: Unit, day: date) -> SignatureBlock:
    head = (
        Position.objects.on(day).filter(unit=unit, heads_unit=True).exclude(level=Level.DEPUTY_HEAD).first()
    )
    holder = Assignment.objects.party_of(head.pk, day) if head else None
    return signature_block(head.title if head else "", holder)
