"""The sheet “Indikator”: the catalogue, with a column of targets for every year of the planning period."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from import_export.fields import Field

from agreements.enums import FROZEN, Accumulation, Calendar, Kind, Method, Polarity
from agreements.imports import words
from agreements.imports.catalogue import own_indicators, steps_of, stored_indicators
from agreements.imports.indicator_cells import (
    TARGET,
    AnswerableWidget,
    BaselineWidget,
    MonthWidget,
    ScaleWidget,
)
from agreements.imports.lookups import fold, short
from agreements.imports.objectives import OBJECTIVE
from agreements.imports.positions import UNIT, quietly
from agreements.imports.resources import Row, SheetResource, Work, Write
from agreements.imports.targets import COLUMNS, Measure, is_blank, kind_of, read_target, reference_of, written
from agreements.imports.widgets import ChoiceWidget, NumberWidget, WholeNumberWidget, is_empty, text_of
from agreements.models import AgreementIndicator, Indicator, IndicatorTarget, Label, Unit
from agreements.models.planning import MEASURE_PLACES
from agreements.naming import UNKNOWN, plan_target

Labelled = Indicator.labels.through
# What an agreement rests on once it promises the indicator (`agreements.frozen.INDICATOR_COLUMNS`).
MEASURE = ("unit_of_measure", "kind", "polarity", "accumulation", "factor", "scale")
# How far behind the comma an indicator in percent is shown at least, whatever its targets.
PERCENT_DECIMALS = 2
LONGEST_LABEL = 60
PROMISED_TARGET = (
    "Target {} sudah diperjanjikan dalam PK. Kembalikan isinya, atau ubah di halaman target indikator dengan alasan "
    "koreksi atau perubahan rencananya."
)
SUCCESSOR = (
    "Indikator ini sudah diperjanjikan, jadi cara ukurnya tetap. Kembalikan isinya, atau buat indikator baru yang "
    "menggantikannya (isian “menggantikan” di Kamus Indikator)."
)


class IndicatorResource(SheetResource):
    """Found by unit and code, else by unit and name, whatever capitals and spaces."""

    also_writes = (IndicatorTarget, Label, Labelled)
    key_columns = ("name", "unit")

    unit = Field("unit", "unit", widget=UNIT)
    objective = Field("objective", "objective", widget=OBJECTIVE)
    kind = Field("kind", "kind", widget=ChoiceWidget(Kind, words.KINDS), saves_null_values=False)
    polarity = Field(
        "polarity", "polarity", widget=ChoiceWidget(Polarity, words.POLARITIES), saves_null_values=False
    )
    lower_method = Field(
        "lower_method", "lower_method", widget=ChoiceWidget(Method, words.METHODS), saves_null_values=False
    )
    accumulation = Field(
        "accumulation",
        "accumulation",
        widget=ChoiceWidget(Accumulation, words.ACCUMULATIONS),
        saves_null_values=False,
    )
    decimals = Field(
        "decimals", "decimals", widget=WholeNumberWidget(0, MEASURE_PLACES), saves_null_values=False
    )
    factor = Field("factor", "factor", widget=NumberWidget(0, 1, 999_999_999), saves_null_values=False)
    scale = Field("scale", "scale", widget=ScaleWidget())
    calendar = Field(
        "calendar", "calendar", widget=ChoiceWidget(Calendar, words.CALENDARS), saves_null_values=False
    )
    release_month = Field("release_month", "release_month", widget=MonthWidget())
    person_in_charge = Field("person_in_charge", "person_in_charge", widget=AnswerableWidget())
    baseline = Field("baseline", "baseline", widget=BaselineWidget())
    baseline_year = Field("baseline_year", "baseline_year", widget=WholeNumberWidget(1945, 2100))

    class Meta(SheetResource.Meta):
        model = Indicator
        fields = (
            "unit", "objective", "code", "name", "unit_of_measure", "kind", "polarity", "lower_method", "accumulation",
            "decimals", "factor", "scale", "calendar", "release_month", "reference_lag", "part_of_whole", "definition",
            "formula_words", "purpose", "source", "person_in_charge", "baseline", "baseline_year",
        )  # fmt: skip

    # --- what is stored -----------------------------------------------------------------------

    def preload(self) -> None:
        self.years = [int(name.removeprefix(TARGET)) for name in self.columns if name.startswith(TARGET)]
        self.every = stored_indicators(self.context)
        self.own = own_indicators(self.context)
        self.measured = {
            pk: {name: getattr(each, name) for name in MEASURE} for pk, each in self.every.items()
        }
        promises = AgreementIndicator.objects.filter(objective__agreement__status__in=FROZEN).order_by()
        # By number of the indicator: the years in which it is promised.
        self.promised: dict[int, set[int]] = defaultdict(set)
        for number, year in promises.values_list("indicator", "objective__agreement__year").distinct():
            self.promised[number].add(year)
        self.targets: dict[int, dict[int, IndicatorTarget]] = defaultdict(dict)
        for target in IndicatorTarget.objects.all():
            target.indicator = self.every[target.indicator_id]
            self.targets[target.indicator_id][target.year] = target
        self.labels = {fold(label.name): label for label in Label.objects.all()}
        names = {label.pk: label.name for label in self.labels.values()}
        self.labelled: dict[int, list[str]] = defaultdict(list)
        for pair in Labelled._default_manager.all():
            self.labelled[pair.indicator_id].append(names[pair.label_id])

    # --- which indicator ----------------------------------------------------------------------

    def label(self, row: Row) -> str:
        return text_of(row.get("name"))

    def _named(self, row: Row) -> tuple[Unit | None, str, str]:
        unit = quietly(UNIT, row.get("unit"), self.context)
        return unit, fold(text_of(row.get("code"))), fold(text_of(row.get("name")))

    def natural_key(self, row: Row) -> Hashable | None:
        unit, code, name = self._named(row)
        return (id(unit), code or name, bool(code)) if unit and (code or name) else None

    def find(self, row: Row) -> Indicator | None:
        unit, code, name = self._named(row)
        return self.own.find(unit, code, name)

    def begin(self, row: Row) -> Indicator:
        unit, _, _ = self._named(row)
        indicator = Indicator(name=" ".join(text_of(row.get("name")).split()))
        if unit is not None:
            indicator.unit = unit
        return indicator

    # --- one row ------------------------------------------------------------------------------

    def check(self, instance: Indicator, row: Row) -> None:
        if self._at.new:
            self._take_defaults(instance, row)
        elif instance.archived:
            self.remark("name", "Indikator ini ditandai tidak dipakai lagi; barisnya tetap dicatat.")
        self._check_scale(instance)
        self._check_accumulation(instance)
        if instance.pk in self.promised:
            self._refuse_change_of_measure(instance)
        elif not self._at.new:
            self._refuse_kind_against_targets(instance, row)

    def _cells(self, row: Row) -> dict[int, Any]:
        """The cells of targets by year; only the columns that the file has."""
        return {year: row[f"{TARGET}{year}"] for year in self.years if f"{TARGET}{year}" in row}

    def _take_defaults(self, indicator: Indicator, row: Row) -> None:
        """What the sheet leaves open, and one remark that says what was taken for it."""
        cells = list(self._cells(row).values())
        empty = {
            name
            for name in ("kind", "polarity", "accumulation", "decimals", "calendar")
            if is_empty(row.get(name))
        }
        if "kind" in empty:
            indicator.kind = kind_of(cells, indicator.scale is not None)
        if "polarity" in empty and indicator.kind == Kind.RANGE:
            indicator.polarity = Polarity.EXACT
        if "decimals" in empty:
            indicator.decimals = self._decimals(indicator, cells)
        shown = {
            "kind": f"jenis nilai {Kind(indicator.kind).label}",
            "polarity": Polarity(indicator.polarity).label.lower(),
            "accumulation": f"cara hitung setahun: {Accumulation(indicator.accumulation).label.lower()}",
            "decimals": f"{indicator.decimals} angka di belakang koma",
            "calendar": f"diukur {Calendar(indicator.calendar).label.lower()}",
        }
        taken = [words for name, words in shown.items() if name in empty and not self.is_faulty(name)]
        if taken:
            self.remark("", f"Tidak diisi, jadi dicatat: {'; '.join(taken)}.")

    def _decimals(self, indicator: Indicator, cells: Iterable[Any]) -> int:
        """As many as the targets have; of a percentage at least PERCENT_DECIMALS."""
        measure = Measure(
            indicator.kind, indicator.unit_of_measure, steps_of(indicator), dialect=self.context.dialect
        )
        places = [PERCENT_DECIMALS if measure.is_percent else 0]
        for cell in cells:
            try:
                target = read_target(cell, measure)
            except ValueError:
                continue
            figures = (
                [value for value in target.columns.values() if isinstance(value, Decimal)] if target else []
            )
            places += [max(0, -int(value.as_tuple().exponent)) for value in figures]
        return min(max(places), MEASURE_PLACES)

    def _check_scale(self, indicator: Indicator) -> None:
        if self.is_faulty("kind", "scale"):
            return
        if indicator.kind == Kind.SCALE and indicator.scale is None:
            self.fault(
                "scale", "Jenis nilainya Predikat / tingkat: isi skala predikatnya, misalnya Opini BPK."
            )
        if indicator.kind != Kind.SCALE and indicator.scale is not None:
            kind = Kind(indicator.kind).label
            self.fault(
                "scale",
                f"Skala hanya untuk jenis Predikat / tingkat, bukan {kind}. Kosongkan, atau ganti jenisnya.",
            )

    def _check_accumulation(self, indicator: Indicator) -> None:
        if self.is_faulty("kind", "accumulation"):
            return
        if indicator.accumulation == Accumulation.RATIO_OF_SUMS and indicator.kind != Kind.RATIO:
            self.fault(
                "accumulation",
                "Cara ini hanya untuk jenis Pembilang dan penyebut. Pilih cara lain, atau ganti jenisnya.",
            )
        if indicator.kind in (Kind.SCALE, Kind.DATE) and indicator.accumulation not in (
            Accumulation.LAST,
            Accumulation.ANNUAL,
        ):
            self.fault("accumulation", "Predikat dan tanggal tidak dapat dijumlahkan. Pilih Nilai terakhir.")

    def _refuse_change_of_measure(self, indicator: Indicator) -> None:
        for name, before in self.measured[indicator.pk].items():
            after = getattr(indicator, name)
            if after != before and not self.is_faulty(name):
                was, now = (self._worded(name, value) for value in (before, after))
                self.fault(name, f"“{was}” tidak dapat diganti “{now}”. {SUCCESSOR}")

    def _worded(self, name: str, value: Any) -> str:
        return str(self.fields[name].widget.render(value, context=self.context)) or "kosong"

    def _refuse_kind_against_targets(self, indicator: Indicator, row: Row) -> None:
        """Targets of another kind would stay behind, unless this row writes all of them anew."""
        before = self.measured[indicator.pk]
        changed = [name for name in ("kind", "scale") if getattr(indicator, name) != before[name]]
        rewritten = {year for year, cell in self._cells(row).items() if not is_blank(cell)}
        left = sorted(set(self.targets[indicator.pk]) - rewritten)
        if changed and left and not self.is_faulty(*changed):
            kind = Kind(before["kind"]).label.lower()
            self.fault(
                changed[0],
                f"Target {', '.join(map(str, left))} sudah dicatat sebagai {kind}. Isi juga target tahun itu di sini, "
                "atau kosongkan dahulu di Kamus Indikator.",
            )

    # --- what belongs to the row --------------------------------------------------------------

    def companions(self, instance: Indicator, row: Row) -> None:
        if not self.is_faulty("kind", "scale"):
            self._take_targets(instance, row)
        if "labels" in row:
            self._take_labels(instance, text_of(row["labels"]))

    def _take_targets(self, indicator: Indicator, row: Row) -> None:
        plain = Measure(
            indicator.kind,
            indicator.unit_of_measure,
            steps_of(indicator),
            reference_of(indicator.baseline),
            self.context.dialect,
        )
        for year, cell in self._cells(row).items():
            stored = self.targets[indicator.pk].get(year) if indicator.pk else None
            known = stored.value if stored else None
            column = f"{TARGET}{year}"
            try:
                target = read_target(cell, replace(plain, reference=known or plain.reference))
            except ValueError as error:
                self.fault(column, str(error))
                continue
            if target is None:
                if stored is not None and self._shown(stored) != UNKNOWN:
                    self.remark(
                        column,
                        f"Kosong: target {self._shown(stored)} yang tersimpan dibiarkan. Hapus di Kamus Indikator bila perlu.",
                    )
                continue
            for sentence in target.remarks:
                self.remark(column, sentence)
            if stored is not None and self._is_promised_otherwise(stored, target.columns):
                self.fault(column, PROMISED_TARGET.format(year))
                continue
            found = self.take(stored or IndicatorTarget(indicator=indicator, year=year))
            for name in COLUMNS:
                setattr(found, name, target.columns.get(name))

    def _is_promised_otherwise(self, stored: IndicatorTarget, columns: Mapping[str, Any]) -> bool:
        """Whether a target an agreement rests on would become another one; a file gives no reason for it."""
        differs = any(getattr(stored, name) != columns.get(name) for name in COLUMNS)
        return differs and stored.year in self.promised.get(stored.indicator_id, ())

    def _take_labels(self, indicator: Indicator, text: str) -> None:
        typed = {fold(name): " ".join(name.split()) for name in re.split(r"[,;\n]", text) if name.strip()}
        has = {fold(name): name for name in self.labelled.get(indicator.pk or 0, ())}
        for folded, name in typed.items():
            if len(name) > LONGEST_LABEL:
                self.fault(
                    "labels", f"Label “{short(name)}” terlalu panjang: paling banyak {LONGEST_LABEL} huruf."
                )
            elif folded not in has:
                label = self.labels.setdefault(folded, Label(name=name))
                if label._state.adding:
                    self.take(label)
                self.take(Labelled(indicator=indicator, label=label), {"label": "Label"})
        kept = [name for folded, name in has.items() if folded not in typed]
        if kept:
            self.remark(
                "labels",
                f"Label {', '.join(sorted(kept))} tetap ada: impor hanya menambah. Hapus di Kamus Indikator.",
            )

    # --- words and exports --------------------------------------------------------------------

    def differences(self, work: Work) -> list[tuple[str, str, str]]:
        found = super().differences(work)
        for write in work.writes:
            if isinstance(write.instance, IndicatorTarget):
                found.append(
                    (f"Target {write.instance.year}", *self._before_and_after(write, write.instance))
                )
        return found

    def _before_and_after(self, write: Write, target: IndicatorTarget) -> tuple[str, str]:
        if write.before is None:
            return "", self._shown(target)
        was = IndicatorTarget(indicator=target.indicator, **{name: write.before[name] for name in COLUMNS})
        before = self._shown(was)
        return "" if before == UNKNOWN else before, self._shown(target)

    def _shown(self, target: IndicatorTarget) -> str:
        return plan_target(target.indicator, target, steps_of(target.indicator))

    def stored(self) -> Iterable[Indicator]:
        return [indicator for indicator in self.every.values() if not indicator.archived]

    def cell(self, instance: Indicator, name: str) -> Any:
        if name == "labels":
            return ", ".join(sorted(self.labelled.get(instance.pk, ())))
        target = self.targets[instance.pk].get(int(name.removeprefix(TARGET)))
        if target is None:
            return None
        columns = {column: getattr(target, column) for column in COLUMNS}
        return written(columns, Measure(instance.kind, instance.unit_of_measure, steps_of(instance)))
