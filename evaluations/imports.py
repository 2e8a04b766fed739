"""The sheet “Realisasi Tahun Sebelumnya”: what indicators reached in years this application did not measure.

A file has one row for an indicator with columns for every year, or one row for an indicator and year; the rules
are those of the page that types these years (`evaluations.years_before`).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.permissions import Capability
from agreements.enums import Kind
from agreements.forms.benchmarks import NEEDS_SOURCE
from agreements.imports import spec
from agreements.imports.catalogue import indicators_of, own_indicators, steps_of, stored_indicators
from agreements.imports.lookups import fold, short, unit_choices, unit_reference
from agreements.imports.positions import UNIT, quietly
from agreements.imports.resources import Row, SheetResource, Work, Write
from agreements.imports.spec import Column, SheetSpec, Subject
from agreements.imports.tables import same
from agreements.imports.targets import COLUMNS, Measure, Target, is_blank, read_target, reference_of, written
from agreements.imports.widgets import WholeNumberWidget, is_empty, text_of
from agreements.models import Indicator, IndicatorTarget, Unit
from agreements.naming import UNKNOWN, measured_text, plan_target
from evaluations.models import EarlierYear
from evaluations.years_before import Measured, measured_years, years_before

LONGEST_SOURCE = 200
REACHED, TARGET, SOURCE = "reached", "target", "source"
REACHED_COLUMNS = ("value", "step", "date")
SHORT_FORM = "Untuk berkas yang barisnya satu per tahun."
YEAR = WholeNumberWidget(1945, 2100)


def earlier_columns(year: int | None = None) -> tuple[Column, ...]:
    years = years_before(year) if year else ()
    return (
        Column("unit", "PD pengampu", ("unit", "opd", "skpd", "perangkat daerah", "pd", "kode unit", "kode skpd"), True,
               "Kode atau nama unit yang mengampu indikator ini.", "Dinas Kesehatan", unit_choices, 34),
        Column("code", "Kode", ("kode indikator",), False, "Boleh kosong; indikator lalu dikenal dari namanya.",
               "IKU-1", (), 12),
        Column("name", "Indikator", ("indikator kinerja", "nama indikator", "iku", "indikator kinerja utama"), False,
               "Seperti di Kamus Indikator; wajib bila kodenya kosong.", "Prevalensi stunting", (), 50),
        *(column for each in years for column in _columns_of(each)),
        Column("source", "Sumber", ("sumber data", "sumber realisasi"), False,
               "Dokumen tempat angkanya tercantum; berlaku untuk tahun yang sumbernya kosong.", "LKjIP 2024", (), 24),
        Column("year", "Tahun", ("tahun realisasi",), False, SHORT_FORM, "", (), 10, found_only=True),
        Column("target", "Target", ("target kinerja",), False, SHORT_FORM, "", (), 14, found_only=True, figures=True),
        Column("reached", "Realisasi", ("realisasi kinerja",), False, SHORT_FORM, "", (), 14, found_only=True, figures=True),
    )  # fmt: skip


def _columns_of(year: int) -> tuple[Column, ...]:
    return (
        Column(f"{TARGET}_{year}", f"Target {year}", (f"target tahun {year}",), False,
               "Boleh kosong. Angka, rentang, predikat, atau tanggal, menurut jenis nilainya.", "", (), 14, figures=True),
        Column(f"{REACHED}_{year}", f"Realisasi {year}", (f"realisasi tahun {year}", f"capaian {year}", str(year)), False,
               "Angka, predikat, atau tanggal, menurut jenis nilainya.", "", (), 14, figures=True),
        Column(f"{SOURCE}_{year}", f"Sumber {year}", (), False, "Kosong: seperti di kolom Sumber.", "", (), 18),
    )  # fmt: skip


class EarlierYearResource(SheetResource):
    """Found by indicator, which each row names by unit and code, else by unit and name.

    The instance of a row with columns for every year is the indicator, which is never written; that of a
    row of one year is the year itself.
    """

    also_writes = (EarlierYear,)
    key_columns = ("name", "code", "unit")

    class Meta(SheetResource.Meta):
        model = EarlierYear
        fields = ()

    def preload(self) -> None:
        every = stored_indicators(self.context)
        self.years = years_before(self.context.year) if self.context.year else range(0)
        self.kept: dict[int, dict[int, EarlierYear]] = defaultdict(dict)
        for row in EarlierYear.objects.filter(year__in=self.years):
            row.indicator = every[row.indicator_id]
            self.kept[row.indicator_id][row.year] = row
        self.measured = measured_years(list(every), self.years)
        # What a doubtful thousands point is judged by: a target of the plan.
        self.planned: dict[int, Decimal] = {}
        for target in IndicatorTarget.objects.order_by("-year"):
            value = target.value if target.value is not None else target.high
            if value is not None:
                self.planned[target.indicator_id] = value

    # --- which indicator, which year ----------------------------------------------------------

    def label(self, row: Row) -> str:
        name = text_of(row.get("name")) or text_of(row.get("code"))
        return f"{name} {text_of(row.get('year'))}".strip()

    def _indicator(self, row: Row) -> Indicator | None:
        unit = quietly(UNIT, row.get("unit"), self.context)
        code, name = fold(text_of(row.get("code"))), fold(text_of(row.get("name")))
        return own_indicators(self.context).find(unit, code, name) if unit and (code or name) else None

    def natural_key(self, row: Row) -> Hashable | None:
        indicator = self._indicator(row)
        return (indicator.pk, quietly(YEAR, row.get("year"), self.context)) if indicator else None

    def find(self, row: Row) -> Model | None:
        indicator = self._indicator(row)
        if indicator is None or is_empty(row.get("year")):
            return indicator
        year = quietly(YEAR, row["year"], self.context)
        return self.kept[indicator.pk].get(year) if year else None

    def begin(self, row: Row) -> EarlierYear:
        found, year = EarlierYear(), quietly(YEAR, row.get("year"), self.context)
        if indicator := self._indicator(row):
            found.indicator = indicator
        if year:
            found.year = year
        return found

    # --- one row ------------------------------------------------------------------------------

    def companions(self, instance: Any, row: Row) -> None:
        indicator = self._indicator(row)
        if indicator is None:
            self._say_which_is_missing(row)
        elif isinstance(instance, Indicator):
            self._take_years(indicator, row)
        elif year := self._year(row):
            self._fill(instance, indicator, year, {name: name for name in (REACHED, TARGET, SOURCE)}, row)

    def _say_which_is_missing(self, row: Row) -> None:
        unit = self.read(row, "unit", UNIT)
        column = "name" if not is_empty(row.get("name")) else "code"
        if is_empty(row.get(column)):
            self.fault("name", "“Indikator” kosong. Isi kode atau nama indikatornya.")
        elif unit is not None:
            self.fault(column, self._elsewhere(unit, row[column]))

    def _elsewhere(self, unit: Unit, text: Any) -> str:
        try:
            others = indicators_of(self.context).all(text_of(text)) or [
                indicators_of(self.context).find(text_of(text))
            ]
        except ValueError as error:
            return str(error)
        where = ", ".join(sorted({str(each.unit) for each in others})[:3])
        return f"“{short(text)}” tidak ada di {unit}, tetapi di {where}. Perbaiki unitnya."

    def _year(self, row: Row) -> int | None:
        year = self.read(row, "year", YEAR)
        if year is not None and year not in self.years:
            self.fault(
                "year", f"Tahun {year} di luar pembanding: isi {self.years[0]} sampai {self.years[-1]}."
            )
            return None
        return year

    def _take_years(self, indicator: Indicator, row: Row) -> None:
        if not any(f"{REACHED}_{year}" in row or f"{TARGET}_{year}" in row for year in self.years):
            self.fault("year", "“Tahun” kosong. Isi tahunnya, atau cocokkan kolom Realisasi tiap tahun.")
            return
        found = []
        for year in self.years:
            places = {name: f"{name}_{year}" for name in (REACHED, TARGET, SOURCE)}
            if all(is_blank(row.get(places[name])) for name in (REACHED, TARGET)):
                self._say_what_stays(indicator, year, places, row)
                continue
            stored = self.kept[indicator.pk].get(year)
            found.append(self.take(stored or EarlierYear(indicator=indicator, year=year)))
            self._fill(found[-1], indicator, year, places, row)
        # An indicator is never new here; the row is, where it says something of new years only.
        self._at.new = bool(found) and all(each._state.adding for each in found)

    def _say_what_stays(self, indicator: Indicator, year: int, places: dict[str, str], row: Row) -> None:
        stored = self.kept[indicator.pk].get(year)
        if stored is not None and places[REACHED] in row:
            words = _reached(stored)
            self.remark(places[REACHED], f"Kosong: realisasi {words} yang tersimpan dibiarkan.")

    def _fill(
        self, earlier: EarlierYear, indicator: Indicator, year: int, places: dict[str, str], row: Row
    ) -> None:
        """Let the row of a year hold what the cells say; what they leave empty stays."""
        target = self._read(indicator, row, places[TARGET], indicator.kind)
        # A range is promised, a figure is reached.
        kind = Kind.NUMBER if indicator.kind in (Kind.RANGE, Kind.RATIO) else indicator.kind
        reached = self._read(indicator, row, places[REACHED], kind)
        wanted: dict[str, Any] = {}
        if target:
            wanted |= {name: target.columns.get(name) for name in COLUMNS}
        if reached:
            wanted |= {f"reached_{name}": reached.columns.get(name) for name in REACHED_COLUMNS}
        elif earlier._state.adding and not self.is_faulty(places[REACHED]):
            self.fault(
                places[REACHED], f"Realisasi {year} kosong. Isi realisasinya, atau kosongkan juga targetnya."
            )
        source = self._source(earlier, places[SOURCE], row)
        wanted |= {"source": source} if source else {}
        changed = {name: value for name, value in wanted.items() if not same(getattr(earlier, name), value)}
        if changed and (indicator.pk, year) in self.measured:
            self.fault(places[REACHED], f"{Measured(year)} Kosongkan sel tahun ini.")
        elif changed:
            changed |= {"recorded_by_id": self.context.scope.account_id, "recorded_at": timezone.now()}
        for name, value in changed.items():
            setattr(earlier, name, value)

    def _read(self, indicator: Indicator, row: Row, column: str, kind: str) -> Target | None:
        reference = self.planned.get(indicator.pk) or reference_of(indicator.baseline)
        measure = Measure(
            kind, indicator.unit_of_measure, steps_of(indicator), reference, self.context.dialect
        )
        try:
            found = read_target(row.get(column), measure)
        except ValueError as error:
            self.fault(column, str(error))
            return None
        for sentence in found.remarks if found else ():
            self.remark(column, sentence)
        return found

    def _source(self, earlier: EarlierYear, column: str, row: Row) -> str:
        own = " ".join(text_of(row.get(column)).split())
        column = column if own else "source"
        # What is stored stays where the file names no source of its own for the year.
        found = own or ("" if earlier.source else " ".join(text_of(row.get("source")).split()))
        if len(found) > LONGEST_SOURCE:
            self.fault(column, f"Sumber terlalu panjang: paling banyak {LONGEST_SOURCE} huruf. Singkatkan.")
            return ""
        if not found and not earlier.source:
            self.fault("source", NEEDS_SOURCE)
        return found

    # --- words and exports --------------------------------------------------------------------

    def differences(self, work: Work) -> list[tuple[str, str, str]]:
        found = []
        for write in work.writes:
            row = write.instance
            if isinstance(row, EarlierYear):
                was, now = _words(_before(write, row)), _words(row)
                found += [
                    (f"{label} {row.year}", was[label], now[label])
                    for label in now
                    if was[label] != now[label]
                ]
        return found

    def stored(self) -> Iterable[Indicator]:
        used = (each for each in stored_indicators(self.context).values() if not each.archived)
        return [each for each in used if self.kept.get(each.pk) or each.pk in self.planned]

    def cell(self, instance: Indicator, name: str) -> Any:
        if name == "unit":
            return unit_reference(self.context, instance.unit)
        if name in ("code", "name"):
            return getattr(instance, name)
        what, _, year = name.partition("_")
        earlier = self.kept[instance.pk].get(int(year)) if year else None
        if earlier is None:
            return None
        if what == SOURCE:
            return earlier.source
        columns = {column: getattr(earlier, column) for column in COLUMNS}
        kind = instance.kind
        if what == REACHED:
            columns = {column: getattr(earlier, f"reached_{column}") for column in REACHED_COLUMNS}
            kind = Kind.NUMBER if kind == Kind.RANGE else kind
        return written(columns, Measure(kind, instance.unit_of_measure, steps_of(instance)))


def _before(write: Write, row: EarlierYear) -> EarlierYear | None:
    if write.before is None:
        return None
    names: Sequence[str] = (*COLUMNS, *(f"reached_{name}" for name in REACHED_COLUMNS), "source")
    return EarlierYear(indicator=row.indicator, year=row.year, **{name: write.before[name] for name in names})


def _words(row: EarlierYear | None) -> dict[str, str]:
    """A year as the preview tells of it."""
    if row is None:
        return dict.fromkeys(("Target", "Realisasi", "Sumber"), "")
    target = plan_target(row.indicator, row, steps_of(row.indicator))
    return {"Target": "" if target == UNKNOWN else target, "Realisasi": _reached(row), "Sumber": row.source}


def _reached(row: EarlierYear) -> str:
    return measured_text(
        row.indicator, row.reached_value, row.reached_step, row.reached_date, steps_of(row.indicator)
    )


EARLIER = Subject(
    "earlier_years",
    "Realisasi Tahun Sebelumnya",
    "Target dan realisasi empat tahun sebelum tahun ini, yang tidak diukur di aplikasi ini.",
    Capability.PLAN,
    (SheetSpec("earlier", "Realisasi Tahun Sebelumnya", earlier_columns, EarlierYearResource),),
    needs_year=True,
)
spec.register(EARLIER)
