"""The sheets “Isi PK” and “Anggaran PK” of signed papers: what is promised, and with which money."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

from django.db.models import Model
from import_export.fields import Field

from agreements.budgets import BudgetLine
from agreements.content import target_text
from agreements.copying import TARGET_COLUMNS, copied, promised_budget
from agreements.imports.catalogue import indicator_named, steps_of, stored_indicators
from agreements.imports.lookups import fold, short
from agreements.imports.objectives import objective_named, objectives_of, stored_objectives
from agreements.imports.resources import Row, SheetResource, Work, Write
from agreements.imports.signed_cells import (
    agreements_of,
    programmes_of,
    year_of,
)
from agreements.imports.signed_papers import PaperSheet
from agreements.imports.targets import PERCENT, Measure, read_target, reference_of
from agreements.imports.widgets import (
    MoneyWidget,
    is_empty,
    text_of,
)
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    Objective,
    Position,
    Programme,
)

PLAN_FIRST = "Impor dahulu Tujuan, Sasaran & Indikator, atau tulis kode atau rumusannya seperti di sana."
BUDGETS_FIRST = "Impor dahulu Program & Anggaran, atau tulis kode atau namanya seperti di sana."
LONGEST_FUND = 60


# --- table A ----------------------------------------------------------------------------------


class ContentResource(PaperSheet):
    """Promises, found by post and indicator."""

    also_writes = (AgreementObjective,)
    grouped = ("objective",)
    key_columns = ("indicator", "title")

    class Meta(SheetResource.Meta):
        model = AgreementIndicator
        fields = ()

    def preload(self) -> None:
        super().preload()
        every, objectives = stored_indicators(self.context), stored_objectives(self.context)
        objectives_of(self.context)
        drafts = {each.pk: each for each in agreements_of(self.context).values() if each.pk and each.is_draft}
        its = {"agreement__year": year_of(self.context), "agreement__status": "draft"}
        # By agreement and objective of the plan, by identity of the agreement: also those new in the file.
        self.rows: dict[tuple[int, int], AgreementObjective] = {}
        self.count: dict[int, int] = defaultdict(int)
        by_pk = {}
        for row in AgreementObjective.objects.filter(**its).order_by("order", "pk"):
            if row.agreement_id in drafts:
                agreement = row.agreement = drafts[row.agreement_id]
                row.objective = objectives[row.objective_id]
                by_pk[row.pk] = row
                self.rows[id(agreement), row.objective_id] = row
                self.count[id(agreement)] = max(self.count[id(agreement)], row.order)
        self.promises = self.context.once("signed.promises", dict)
        self.named = self.context.once("signed.named", lambda: defaultdict(set))
        for promise in AgreementIndicator.objects.filter(objective__in=list(by_pk)).order_by("order", "pk"):
            promise.objective, promise.indicator = by_pk[promise.objective_id], every[promise.indicator_id]
            self.promises[id(promise.objective.agreement), promise.indicator_id] = promise
            self.count[promise.objective_id] = max(self.count[promise.objective_id], promise.order)

    def label(self, row: Row) -> str:
        return f"{text_of(row.get('title'))}: {text_of(row.get('indicator'))}"

    def _indicator(self, row: Row) -> Indicator | None:
        position = self.position(row)
        if position is None or is_empty(row.get("indicator")):
            return None
        try:
            return indicator_named(self.context, text_of(row["indicator"]), position.unit)
        except ValueError:
            return None

    def natural_key(self, row: Row) -> Hashable | None:
        position, indicator = self.position(row), self._indicator(row)
        return (id(position), indicator.pk) if position and indicator else None

    def find(self, row: Row) -> Model | None:
        agreement, indicator = self.agreement(row), self._indicator(row)
        found = self.promises.get((id(agreement), indicator.pk)) if agreement and indicator else None
        return found if found is not None and not found._state.adding else None

    def companions(self, instance: AgreementIndicator, row: Row) -> None:
        agreement = self.drafted(row)
        near = self.position(row)
        objective = self._objective(row, near)
        indicator = self._named(row, near)
        if indicator is not None:
            self._check_measure(indicator, row)
            self._take_target(instance, indicator, row)
        if agreement is None or objective is None or indicator is None or self.policy is None:
            return
        if instance._state.adding:
            self._begin_promise(instance, agreement, objective, indicator)
        elif instance.objective.objective_id != objective.pk:
            self.fault(
                "objective",
                f"Di draf, indikator ini berada di bawah sasaran “{short(instance.objective.text)}”. "
                "Hapus dahulu dari drafnya, atau samakan sasarannya.",
            )
        if fold(text_of(row["indicator"])) == fold(indicator.name):
            instance.name = " ".join(text_of(row["indicator"]).split())
        self.named[id(agreement)].add(id(instance))
        self.touch(agreement)

    def _objective(self, row: Row, position: Position | None) -> Objective | None:
        if position is None or is_empty(row.get("objective")):
            return None
        text = text_of(row["objective"])
        try:
            return objective_named(self.context, text, position.unit)
        except ValueError as error:
            known = objectives_of(self.context).all(text)
            self.fault(
                "objective", str(error) if known else f"“{short(text)}” tidak ada di rencana. {PLAN_FIRST}"
            )
            return None

    def _named(self, row: Row, position: Position | None) -> Indicator | None:
        if position is None or is_empty(row.get("indicator")):
            return None
        try:
            return indicator_named(self.context, text_of(row["indicator"]), position.unit)
        except ValueError as error:
            self.fault("indicator", str(error))
            return None

    def _check_measure(self, indicator: Indicator, row: Row) -> None:
        printed, known = fold(text_of(row.get("measure"))), fold(indicator.unit_of_measure)
        if printed and printed != known and not {printed, known} <= PERCENT:
            self.fault(
                "measure",
                f"Satuan di Kamus Indikator “{indicator.unit_of_measure}”, di kertas “{short(row['measure'])}”. "
                "Pastikan indikatornya sama, lalu perbaiki di kamus atau kosongkan sel ini.",
            )

    def _take_target(self, promise: AgreementIndicator, indicator: Indicator, row: Row) -> None:
        measure = Measure(
            indicator.kind,
            indicator.unit_of_measure,
            steps_of(indicator),
            reference_of(indicator.baseline),
            self.context.dialect,
        )
        try:
            target = read_target(row.get("target"), measure)
        except ValueError as error:
            self.fault("target", str(error))
            return
        if target is None:
            if not is_empty(row.get("target")):
                self.fault("target", "Target belum ada. Isi seperti tercetak di PK.")
            return
        for sentence in target.remarks:
            self.remark("target", sentence)
        for name in TARGET_COLUMNS:
            setattr(promise, name, target.columns.get(name))

    def _begin_promise(
        self, promise: AgreementIndicator, agreement: Agreement, objective: Objective, indicator: Indicator
    ) -> None:
        key = (id(agreement), objective.pk)
        if key not in self.rows:
            self.count[id(agreement)] += 1
            self.rows[key] = AgreementObjective(
                agreement=agreement, objective=objective, text=objective.text, order=self.count[id(agreement)]
            )
        above = self.rows[key]
        if above._state.adding:
            self.take(above)
        promise.objective, promise.indicator = above, indicator
        place = above.pk or id(above)
        self.count[place] += 1
        promise.order = self.count[place]
        for name, value in copied(indicator, self.policy).items():
            setattr(promise, name, value)
        self.promises[id(agreement), indicator.pk] = promise

    def differences(self, work: Work) -> list[tuple[str, str, str]]:
        found = []
        for write in work.writes:
            if isinstance(write.instance, AgreementIndicator):
                now = target_text(write.instance)
                before = "" if write.before is None else target_text(_as_before(write))
                found += [("Target", before, now)] if before != now else []
        return found


def _as_before(write: Write) -> AgreementIndicator:
    promise, before = write.instance, write.before or {}
    names: Sequence[str] = (*TARGET_COLUMNS, "kind", "unit_of_measure", "scale_steps", "decimals")
    return AgreementIndicator(indicator=promise.indicator, **{name: before[name] for name in names})  # type: ignore[attr-defined]


# --- table B ----------------------------------------------------------------------------------


class MoneyResource(PaperSheet):
    """Lines of table B, found by post, programme and source of funds."""

    grouped = ("fund",)
    key_columns = ("name", "code", "title")
    amount = Field("amount", "amount", widget=MoneyWidget(), saves_null_values=False)

    class Meta(SheetResource.Meta):
        model = AgreementBudget
        fields = ("amount",)

    def preload(self) -> None:
        super().preload()
        self.lines: dict[tuple[int, int, str], AgreementBudget] = {}
        self.count: dict[int, int] = defaultdict(int)
        drafts = {each.pk: each for each in agreements_of(self.context).values() if each.pk and each.is_draft}
        its = {"agreement__year": year_of(self.context), "agreement__status": "draft"}
        programmes = programmes_of(self.context)
        for line in AgreementBudget.objects.filter(**its).order_by("order", "pk"):
            if line.agreement_id in drafts:
                agreement = line.agreement = drafts[line.agreement_id]
                line.programme = programmes.by_pk[line.programme_id]
                self.lines[id(agreement), line.programme_id, fold(line.fund_source)] = line
                self.count[id(agreement)] = max(self.count[id(agreement)], line.order)

    def label(self, row: Row) -> str:
        named = text_of(row.get("name")) or text_of(row.get("code"))
        return f"{text_of(row.get('title'))}: {named}"

    def _programme(self, row: Row) -> Programme | None:
        position = self.position(row)
        code, name = text_of(row.get("code")).strip(), text_of(row.get("name"))
        programmes = programmes_of(self.context)
        if code:
            return programmes.by_code.get(code)
        return programmes.named(name, position.unit) if position and name.strip() else None

    def _fund(self, row: Row) -> str:
        return " ".join(text_of(row.get("fund")).split()) or "APBD"

    def natural_key(self, row: Row) -> Hashable | None:
        position, programme = self.position(row), self._programme(row)
        return (id(position), programme.pk, fold(self._fund(row))) if position and programme else None

    def find(self, row: Row) -> Model | None:
        agreement, programme = self.agreement(row), self._programme(row)
        if agreement is None or programme is None:
            return None
        return self.lines.get((id(agreement), programme.pk, fold(self._fund(row))))

    def companions(self, instance: AgreementBudget, row: Row) -> None:
        agreement, programme = self.drafted(row), self._programme(row)
        self.doubt_figure(row, "code")
        if is_empty(row.get("code")) and is_empty(row.get("name")):
            self.fault("name", "“Program” kosong. Isi kode atau nama programnya.")
        elif programme is None:
            column = "name" if is_empty(row.get("code")) else "code"
            self.fault(column, f"“{short(text_of(row[column]))}” tidak ada di Anggaran. {BUDGETS_FIRST}")
        if len(self._fund(row)) > LONGEST_FUND:
            self.fault(
                "fund", f"Sumber dana terlalu panjang: paling banyak {LONGEST_FUND} huruf. Singkatkan."
            )
        if agreement is None or programme is None or self._at.faults:
            return
        if instance._state.adding:
            self.count[id(agreement)] += 1
            line = BudgetLine(programme, self._fund(row), instance.amount)
            fresh = promised_budget(agreement, line, self.count[id(agreement)])
            instance.agreement, instance.programme = agreement, programme
            for name in ("order", "code", "name", "fund_source"):
                setattr(instance, name, getattr(fresh, name))
        self.touch(agreement)
