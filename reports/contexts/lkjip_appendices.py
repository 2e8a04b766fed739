"""The appendices of a performance report that are tables: indicators, revisions by the source, evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evaluations import readings
from evaluations.achievement import Reading
from evaluations.enums import RealisationStatus
from evaluations.models import VALUE_COLUMNS, EvidenceUse
from evaluations.results import AgreementResult, RowResult
from reports.contexts.lkjip_captions import Caption, Captions
from reports.contexts.lkjip_gaps import numbered
from reports.contexts.lkjip_source import Source


@dataclass(frozen=True)
class IndicatorCard:
    """An indicator as the table of IKU asks (PER/20/M.PAN/11/2008): why, how, whence, who."""

    number: str
    name: str
    labels: str
    purpose: str
    formula: str
    source: str
    person: str


@dataclass(frozen=True)
class RevisionRow:
    """A figure its source changed after it was final."""

    number: str
    name: str
    period: str
    before: str
    after: str
    announced_on: date
    source: str
    reason: str


@dataclass(frozen=True)
class EvidenceRow:
    """`place` is the name of the file with the beginning of its SHA-256, or the address."""

    number: str
    period: str
    title: str
    place: str
    page: str


@dataclass(frozen=True)
class Appendices:
    """Captions are None where the table has no row."""

    cards: tuple[IndicatorCard, ...] = ()
    revisions: tuple[RevisionRow, ...] = ()
    evidence: tuple[EvidenceRow, ...] = ()
    measurement_caption: Caption | None = None
    cards_caption: Caption | None = None
    targets_caption: Caption | None = None
    steps_caption: Caption | None = None
    revisions_caption: Caption | None = None
    evidence_caption: Caption | None = None


def appendices(result: AgreementResult | None, source: Source, captions: Captions) -> Appendices:
    """What the appendices say. No queries."""
    rows = list(numbered(result))
    revisions, evidence = tuple(_revisions(rows, source)), tuple(_evidence(rows, source))
    return Appendices(
        cards=tuple(_card(number, row, source) for number, row in rows),
        revisions=revisions,
        evidence=evidence,
        measurement_caption=captions.table_if(rows, "L.2", "Pengukuran kinerja"),
        cards_caption=captions.table_if(rows, "L.3", "Indikator kinerja"),
        targets_caption=captions.table_if(source.period_targets, "L.4", "Target triwulan Rencana Aksi"),
        steps_caption=captions.table_if(source.steps, "L.4", "Langkah Rencana Aksi"),
        revisions_caption=captions.table_if(revisions, "L.5", "Angka yang direvisi sumbernya"),
        evidence_caption=captions.table_if(evidence, "L.6", "Data dukung"),
    )


def _card(number: str, row: RowResult, source: Source) -> IndicatorCard:
    indicator = source.catalogue[row.promise.indicator_id]
    person = indicator.person_in_charge
    return IndicatorCard(
        number=number,
        name=row.promise.name,
        labels=", ".join(sorted(str(label) for label in indicator.labels.all())),
        purpose=indicator.purpose,
        formula=indicator.formula_words,
        source=indicator.source,
        person=person.title if person else indicator.unit.name,
    )


def _revisions(rows: Iterable[tuple[str, RowResult]], source: Source) -> Iterable[RevisionRow]:
    by_fact = {
        cell.realisation.pk: (number, row)
        for number, row in rows
        for cell in row.cells
        if cell.realisation is not None
    }
    before: dict[int, Reading] = {}
    for revision in source.revisions:
        number, row = by_fact[revision.realisation_id]
        rule = row.rule
        fact = revision.realisation
        which = readings.COUNTED.get(RealisationStatus(fact.status))
        first = readings.reading_of(fact, which) if which else None
        after = Reading(**{column: getattr(revision, column) for column in VALUE_COLUMNS})
        was = before.get(fact.pk, first)
        before[fact.pk] = after
        yield RevisionRow(
            number=number,
            name=row.promise.name,
            period=fact.period.short_name,
            before=readings.reading_text(was, rule),
            after=readings.reading_text(after, rule),
            announced_on=revision.announced_on,
            source=revision.source,
            reason=revision.reason,
        )


def _evidence(rows: Iterable[tuple[str, RowResult]], source: Source) -> Iterable[EvidenceRow]:
    """In the order of the indicators, then of the quarters."""
    for number, row in rows:
        for use in source.evidence.get(row.promise.indicator_id, ()):
            yield _proof(number, use)


def _proof(number: str, use: EvidenceUse) -> EvidenceRow:
    evidence, stored = use.evidence, use.evidence.file
    place = f"{stored.original_name} (SHA-256 {stored.sha256[:12]}…)" if stored else evidence.link
    period = use.realisation.period.short_name if use.realisation else ""
    return EvidenceRow(number, period, evidence.title, place, use.page)
