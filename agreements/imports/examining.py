"""Takes a workbook through its resources: what each row would do, without writing anything."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import models

from agreements.enums import RowOutcome
from agreements.imports.lookups import short
from agreements.imports.reading import SheetPlan, letter, rows_of
from agreements.imports.resources import Said, SheetResource, Work
from agreements.imports.spec import Context, Subject
from agreements.imports.tables import at_hand, own_columns
from records.workbooks import Workbook

Report = Callable[[int, str], None]


@dataclass(frozen=True)
class Fault:
    """A fault or remark where the person finds it: letter of the column (empty: the row), heading, sentence."""

    column: str
    heading: str
    sentence: str


@dataclass(frozen=True)
class Finding:
    """What examining says of one row that is not the same as what is stored."""

    sheet: str
    row: int
    outcome: RowOutcome
    label: str
    differences: tuple[tuple[str, str, str], ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]


@dataclass
class Examined:
    """One sheet of the file with what its rows would do."""

    plan: SheetPlan
    resource: SheetResource
    works: list[Work]


@dataclass
class Examination:
    """What a whole workbook would do. `digest` is the same when examining it again would say the same."""

    sheets: list[Examined] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    digest: str = ""

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def findings(self) -> Iterator[Finding]:
        """Every row that is new, changed or refused, and those that are the same with a remark."""
        for sheet in self.sheets:
            for work in sheet.works:
                if work.outcome != RowOutcome.SAME or work.remarks:
                    yield self._finding(sheet, work)

    def _finding(self, sheet: Examined, work: Work) -> Finding:
        where = Places(sheet.plan, sheet.resource)
        return Finding(
            sheet.plan.sheet,
            work.number,
            work.outcome,
            work.label,
            tuple(sheet.resource.differences(work)),
            where.all_of(work.faults),
            where.all_of(work.remarks),
        )


@dataclass(frozen=True)
class Places:
    """Says where in the file a column of ours stands."""

    plan: SheetPlan
    resource: SheetResource

    def all_of(self, sentences: Sequence[Said]) -> tuple[Fault, ...]:
        """In the order of our columns; what is said of the whole row comes last."""
        order = {name: at for at, name in enumerate(self.resource.columns)}
        return tuple(
            self.of(each) for each in sorted(sentences, key=lambda s: order.get(s.column, len(order)))
        )

    def of(self, said: Said) -> Fault:
        place = self.plan.columns.get(said.column)
        if place is not None:
            return Fault(letter(place), self.plan.texts[place], said.sentence)
        column = self.resource.columns.get(said.column)
        return Fault("", column.label if column else "", said.sentence)


def examine(
    subject: Subject,
    context: Context,
    workbook: Workbook,
    plans: Sequence[SheetPlan],
    report: Report = lambda percent, message: None,
) -> Examination:
    """Every row of every sheet that is read, with all its faults; nothing is written."""
    examination = Examination()
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    read = [plan for plan in plans if plan.is_read and plan.sheet in sheets]
    for number, plan in enumerate(read):
        spec = subject.sheet(plan.key)
        resource = spec.resource(context, spec.columns(context.year))
        resource.above_heading = sheets[plan.sheet].rows[: plan.first - 1]
        progress = _told(report, plan.sheet, number, len(read))
        works = resource.examine(rows_of(sheets[plan.sheet], plan), progress)
        examination.sheets.append(Examined(plan, resource, works))
    for sheet in examination.sheets:
        sheet.resource.check_together(sheet.works)
    _refuse_what_hangs_on_refused(examination)
    _sum_up(examination)
    return examination


def _told(report: Report, sheet: str, number: int, sheets: int) -> Callable[[int, int], None]:
    """Says how far a sheet is as a share of the whole, from 10 to 70 %."""

    def progress(done: int, total: int) -> None:
        share = (number + done / max(total, 1)) / sheets
        report(10 + int(60 * share), f"Memeriksa lembar {sheet}, {done} dari {total} baris")

    return progress


@dataclass
class _Refusal:
    """Who makes and who needs the new rows of tables, by their identity."""

    made: Counter = field(default_factory=Counter)
    culprits: dict[int, Work] = field(default_factory=dict)
    needing: dict[int, list[tuple[Examined, Work, str]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, sheet: Examined, work: Work) -> None:
        if work.faults:
            work.writes = []
            self.culprits.setdefault(id(work.instance), work)
        for write in work.writes:
            self.made[id(write.instance)] += write.before is None
            for column, target in _new_relations(write.instance):
                self.needing[id(target)].append((sheet, work, column))

    def withdraw(self, work: Work) -> list[int]:
        """A row is refused: which new rows of tables nobody makes any more."""
        gone = []
        for write in work.writes:
            if write.before is None:
                self.made[id(write.instance)] -= 1
                if not self.made[id(write.instance)]:
                    self.culprits.setdefault(id(write.instance), work)
                    gone.append(id(write.instance))
        return gone


def _refuse_what_hangs_on_refused(examination: Examination) -> None:
    """A row that names a new row which is refused cannot be applied without it, nor what names that one."""
    refusal = _Refusal()
    for sheet in examination.sheets:
        for work in sheet.works:
            refusal.note(sheet, work)
    gone = [key for key in refusal.needing if not refusal.made[key]]
    while gone:
        key = gone.pop()
        for sheet, work, column in refusal.needing.pop(key, ()):
            if not work.faults:
                gone += refusal.withdraw(work)
            sentence = _hangs_on(refusal.culprits.get(key))
            sheet.resource.fault_of(work, _column_of(sheet.resource, column), sentence)
            work.writes = []


def _new_relations(instance: models.Model) -> Iterator[tuple[str, models.Model]]:
    for column in own_columns(instance):
        target = at_hand(instance, column)
        if target is not None and target.pk is None:
            yield column.name, target


def _column_of(resource: SheetResource, attribute: str) -> str:
    return next((name for name, each in resource.fields.items() if each.attribute == attribute), "")


def _hangs_on(culprit: Work | None) -> str:
    if culprit is None:
        return "Baris ini menunjuk data baru yang ditolak. Perbaiki data itu dahulu."
    return (
        f"Menunjuk “{short(culprit.label)}” (baris {culprit.number}) yang ditolak. Perbaiki baris itu dahulu."
    )


def _sum_up(examination: Examination) -> None:
    digest = hashlib.sha256()
    for sheet in examination.sheets:
        examination.counts.update(work.outcome for work in sheet.works)
    for finding in examination.findings():
        parts = (finding.sheet, finding.row, finding.outcome.value, finding.label, finding.differences)
        sentences = [each.sentence for each in (*finding.faults, *finding.remarks)]
        digest.update(json.dumps([*parts, sentences], default=str).encode())
    digest.update(str(sorted(examination.counts.items())).encode())
    examination.digest = digest.hexdigest()
