"""Programmes and the budgets of units, with their cash and physical plan; also from exports of SIPD shape."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from import_export import widgets as base
from import_export.fields import Field

from accounts.permissions import Capability
from agreements.enums import BudgetDetail, BudgetVersion
from agreements.forms.budgets import DETAILED, WHOLE
from agreements.imports import spec
from agreements.imports.budget_columns import COLUMNS, MONTH_NUMBERS, VERSIONS
from agreements.imports.budget_rows import AMOUNTS, FACT, Fact, Place, Reading, What, reading_of
from agreements.imports.lookups import fold, no_units, short, units_of
from agreements.imports.resources import Row, Said, SheetResource, Work
from agreements.imports.spec import SheetSpec, Subject
from agreements.imports.widgets import MoneyWidget, NumberWidget, is_empty
from agreements.models import Budget, BudgetPlan, BudgetTotal, Programme, Unit
from agreements.models.planning import PROGRAMME_CODE
from agreements.nomenclature import CODE, at_detail, codes_above
from perjanjian.numerals import MONTHS, format_rupiah

DEFAULT_SOURCE = "APBD"
LONGEST_NAME = 400
ZERO = Decimal(0)
# What the preview calls the columns of a plan, by month: every row of a workbook has twelve.
PLAN_WORDS = {
    month: {"cash": f"Kas s.d. {name}", "physical": f"Fisik {name}"}
    for month, name in enumerate(MONTHS, start=1)
}


class _Told(base.Widget):
    """What sorting the rows found out, whatever cell it came from; `show` writes it for people."""

    def __init__(self, name: str, show: Callable[[Any], str]):
        super().__init__()
        self.name, self.show = name, show

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return getattr(row[FACT], self.name)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.show(value)


class _Pagu(MoneyWidget):
    """Rupiah; in brackets they are less than nothing, which a budget cannot be."""

    def number(self, value: Any, dialect: str) -> Decimal | int:
        text = value.strip() if isinstance(value, str) else ""
        if text.startswith("(") and text.endswith(")"):
            raise ValueError(f"“{short(text)}” dalam kurung berarti kurang dari nol. Pagu paling sedikit 0.")
        return super().number(value, dialect)


class Nomenclature:
    """Programmes, stored and new in the workbook: by code the newest, without code by name."""

    def __init__(self, year: int, rows: Iterable[Programme]) -> None:
        self.year = year
        self.by_pk = {row.pk: row for row in rows}
        self.by_code: dict[str, Programme] = {}
        self.by_name: dict[str, list[Programme]] = defaultdict(list)
        for row in sorted(self.by_pk.values(), key=lambda row: (row.nomenclature_year, -row.pk)):
            self._know(row)

    def _know(self, row: Programme) -> None:
        if row.code:
            self.by_code[row.code] = row
        self.by_name[fold(row.name)].append(row)

    def new(self, code: str, name: str) -> Programme:
        row = Programme(code=code, name=" ".join(name.split()), nomenclature_year=self.year)
        self._know(row)
        return row

    def named(self, name: str, unit: Unit) -> Programme | None:
        """The one of that name: of several codes that of the office's own urusan, else the one without a code."""
        rows = self.by_name.get(fold(name), [])
        codes = {row.code for row in rows}
        if len(codes) > 1:
            own = [row for row in rows if row.code and unit.code and row.code.startswith(f"{unit.code[:4]}.")]
            rows = own if len({row.code for row in own}) == 1 else [row for row in rows if not row.code]
        return rows[-1] if rows else None


Spot = tuple[int, str, str]


class BudgetResource(SheetResource):
    """Budgets found by unit, version, code and fund source; rows that are sums become `BudgetTotal`."""

    unit = Field("unit", "unit", _Told("unit", str))
    name = Field("programme", "name", _Told("programme", lambda programme: programme.name))
    fund_source = Field("fund_source", "fund_source", _Told("source", str))
    version = Field("version", "version", _Told("version", lambda value: BudgetVersion(value).label))
    amount = Field("amount", "amount", _Pagu(), saves_null_values=False)

    also_writes = (Programme, BudgetTotal, BudgetPlan)
    key_columns = ("code", "name")

    class Meta:
        model = Budget
        fields = ("unit", "name", "fund_source", "version", "amount")

    # --- what is stored -------------------------------------------------------------------------

    @property
    def year(self) -> int:
        return self.context.year or self.context.day.year

    def preload(self) -> None:
        self.units = units_of(self.context)
        self.programmes = Nomenclature(self.year, Programme.objects.all())
        self.budgets: dict[tuple[Spot, str], Budget] = {}
        # Of what is stored: sources of a code, codes, and codes something lies within.
        self.sources: dict[tuple[int, str, str], list[str]] = defaultdict(list)
        self.above: dict[Spot, dict[str, Programme]] = defaultdict(dict)
        self.detailed: set[tuple[int, str, str]] = set()
        # By row: in which column of the file its amount stands.
        self.amount_at: dict[int, str] = {}
        for budget in Budget.objects.filter(year=self.year).order_by("pk"):
            programme = budget.programme = self.programmes.by_pk[budget.programme_id]
            spot, key = (budget.unit_id, budget.version, budget.fund_source), _key(programme)
            self.budgets.setdefault((spot, key), budget)
            self.sources[budget.unit_id, budget.version, key].append(budget.fund_source)
            for code in codes_above(programme.code):
                self.above[spot].setdefault(code, programme)
                self.detailed.add((budget.unit_id, budget.version, code))
        self.totals = {
            (total.unit_id, total.version, total.programme_id): total
            for total in BudgetTotal.objects.filter(year=self.year)
        }
        self._reading = Reading()
        self._is_read = False
        self._units: dict[tuple[str, str], Unit | str] = {}

    def _stored_plans(self) -> dict[int, dict[int, BudgetPlan]]:
        """Read only where the workbook has a plan."""

        def read() -> dict[int, dict[int, BudgetPlan]]:
            found: dict[int, dict[int, BudgetPlan]] = defaultdict(dict)
            for plan in BudgetPlan.objects.filter(budget__year=self.year).order_by().iterator(2000):
                found[plan.budget_id][plan.month] = plan
            return found

        return self.context.once("budgets.plans", read)

    # --- which row is what ----------------------------------------------------------------------

    def prepared(self, rows: Iterable[tuple[int, Row]]) -> Iterable[tuple[int, Row]]:
        if not self._is_read:
            self._is_read = True
            words = {fold(label): value for value, label in BudgetVersion.choices} | VERSIONS
            self._reading = reading_of(rows, self.above_heading, words)
            kept: dict[Hashable, Any] = {}
            self._reading.rows = [each for each in self._reading.rows if self._resolve(each[1], kept)]
        return self._reading.rows

    def _resolve(self, row: Row, kept: dict[Hashable, Any]) -> bool:
        """Find the unit and the programme; False for a sum that stands in the file a second time, unchanged."""
        fact: Fact = row[FACT]
        for name in ("unit", "name", "fund_source", "version"):
            row.setdefault(name, None)
        fact.unit = self._unit_of(fact)
        if fact.unit is None:
            return True
        if fact.what == What.UNIT_TOTAL:
            fact.source = ""
        elif not self._find_programme(fact):
            return True
        if self._is_sum_of_stored(fact):
            fact.what = What.TOTAL
        if fact.what == What.BUDGET:
            return True
        key = (fact.unit.pk, fact.version, _key(fact.programme) if fact.programme else "")
        again = key in kept and kept[key] == row["amount"]
        kept.setdefault(key, row["amount"])
        return not again

    def _is_sum_of_stored(self, fact: Fact) -> bool:
        """A program without a source of its own whose kegiatan are stored already."""
        if fact.what != What.BUDGET or fact.source_told or not fact.programme.code:
            return False
        place = fact.unit.pk, fact.version
        return (*place, fact.programme.code) in self.detailed and not self.sources.get(
            (*place, _key(fact.programme))
        )

    def _unit_of(self, fact: Fact) -> Unit | None:
        place = fact.place
        key = fold(place.code), fold(place.name)
        if key not in self._units:
            self._units[key] = self._read_unit(place)
        found = self._units[key]
        if isinstance(found, Unit):
            return found
        fact.faults.append(("unit", found))
        return None

    def _read_unit(self, place: Place) -> Unit | str:
        """The unit of a code or, where nobody has it, of a name; else the sentence."""
        if not place:
            return "Perangkat daerah kosong. Isi kolomnya, atau tulis sekali di atas baris-barisnya."
        codes = [place.code, self._reading.aliases.get(fold(place.name), "")]
        for code in filter(None, codes):
            if known := [unit for unit in self.units.all(code) if unit.code == code]:
                return known[0]
        try:
            return self.units.find(place.name or place.code)
        except ValueError as error:
            return str(error)

    def _find_programme(self, fact: Fact) -> bool:
        if fact.code and not CODE.match(fact.code):
            fact.faults.append(("code", f"“{short(fact.code)}”: {PROGRAMME_CODE.message}"))
            return False
        if len(fact.name) > LONGEST_NAME:
            fact.faults.append(("name", f"Nama paling panjang {LONGEST_NAME} karakter. Singkatkan."))
            return False
        if not fact.code and not fact.name:
            fact.faults.append(("name", "Isi kode atau nama program, kegiatan, atau sub kegiatannya."))
            return False
        if fact.code:
            self._by_code(fact)
        else:
            fact.programme = self.programmes.named(fact.name, fact.unit)
            if fact.programme is None and fact.what == What.BUDGET:
                fact.programme = self.programmes.new("", fact.name)
        if fact.programme is None:
            return False
        if not fact.source:
            own = self.sources.get((fact.unit.pk, fact.version, _key(fact.programme)), [])
            fact.source = own[0] if len(own) == 1 else DEFAULT_SOURCE
        return True

    def _by_code(self, fact: Fact) -> None:
        fact.programme = self.programmes.by_code.get(fact.code)
        if fact.programme is None and fact.name:
            fact.programme = self.programmes.new(fact.code, fact.name)
        elif fact.programme is None:
            fact.faults.append(
                ("name", f"Kode {fact.code} belum ada di nomenklatur. Isi nama program atau kegiatannya.")
            )

    def natural_key(self, row: Row) -> Hashable | None:
        fact: Fact = row[FACT]
        if fact.unit is None or (fact.programme is None and fact.what != What.UNIT_TOTAL):
            return None
        return fact.what == What.BUDGET, self._spot(fact), _key(fact.programme) if fact.programme else ""

    def _spot(self, fact: Fact) -> Spot:
        return fact.unit.pk, fact.version, fact.source if fact.what == What.BUDGET else ""

    def find(self, row: Row) -> Budget | BudgetTotal | None:
        fact: Fact = row[FACT]
        if fact.unit is None or (fact.programme is None and fact.what != What.UNIT_TOTAL):
            return None
        if fact.what != What.BUDGET:
            programme = fact.programme.pk if fact.programme else None
            if fact.programme and programme is None:
                return None
            return self.totals.get((fact.unit.pk, fact.version, programme))
        found = self.budgets.get((self._spot(fact), _key(fact.programme)))
        if found is not None:
            # Of two nomenclature years with one code the budget keeps its own.
            fact.programme = found.programme
        return found

    def begin(self, row: Row) -> Budget | BudgetTotal:
        model = Budget if row[FACT].what == What.BUDGET else BudgetTotal
        return model(year=self.year)

    def label(self, row: Row) -> str:
        fact: Fact = row[FACT]
        what = str(fact.programme or f"{fact.code} {fact.name}".strip())
        if fact.what != What.BUDGET:
            what = f"Jumlah {what}" if fact.what == What.TOTAL else "Jumlah seluruhnya"
        return f"{what} – {fact.unit or fact.place.name or fact.place.code}"

    # --- rules ----------------------------------------------------------------------------------

    def fault_of(self, work: Work, column: str, sentence: str) -> None:
        """Of an amount in a column of its version the fault stands there."""
        if column == "amount":
            column = self.amount_at.get(id(work), column) or column
        super().fault_of(work, column, sentence)

    def import_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        self.amount_at[id(self._at)] = row[FACT].amount_column
        super().import_instance(instance, row, **kwargs)

    def check(self, instance: Any, row: Row) -> None:
        fact: Fact = row[FACT]
        for column, sentence in fact.faults:
            self.fault(column, sentence)
        if is_empty(row.get("amount")) and not self.is_faulty(*AMOUNTS):
            self.fault("amount", "“Pagu (Rp)” kosong. Isi jumlahnya; 0 bila memang tidak ada.")
        if fact.programme is None or fact.unit is None or fact.what != What.BUDGET:
            return
        if instance.pk is None:
            self._refuse_two_levels(fact)
        if not fact.code and not fact.programme.code:
            self.remark("code", "Tanpa kode: dikenali dari namanya. Lengkapi kodenya bila ada.")
        elif fact.name and fold(fact.name) != fold(fact.programme.name) and fact.programme.pk:
            self.remark(
                "name", f"Di nomenklatur bernama “{short(fact.programme.name)}”; nama itu yang dipakai."
            )

    def _refuse_two_levels(self, fact: Fact) -> None:
        spot, code = self._spot(fact), fact.programme.code
        if not code:
            return
        if below := self.above.get(spot, {}).get(code):
            self.fault("code", DETAILED.format(above=fact.programme, below=below))
        for above in codes_above(code):
            if whole := self.budgets.get((spot, above)):
                self.fault("code", WHOLE.format(above=whole.programme, below=f"{code} {fact.name}".strip()))

    def companions(self, instance: Any, row: Row) -> None:
        fact: Fact = row[FACT]
        if fact.programme is not None and fact.programme.pk is None:
            self.take(fact.programme)
        if fact.unit is not None and fact.programme is not None:
            for code, name in self._names_around(fact):
                parent: Any = self.programmes.by_code.get(code) or self.programmes.new(code, name)
                if parent.pk is None:
                    self.take(parent)
        if fact.what == What.BUDGET:
            self._plan(instance, row)

    def _names_around(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """The program and kegiatan that the row, or any row of the file, has a name for."""
        told = dict(fact.parents)
        names = self._reading.names
        for detail in (BudgetDetail.PROGRAMME, BudgetDetail.ACTIVITY):
            code = at_detail(fact.programme.code, detail)
            name = told.get(code) or names.get(code, "")
            if code and code != fact.programme.code and name:
                yield code, name

    # --- the plan of cash and work ----------------------------------------------------------------

    def _plan(self, budget: Budget, row: Row) -> None:
        """Month amounts become running totals; a row without any leaves the stored plan as it is."""
        cash = {
            m: self.read(row, f"cash_{m}", MoneyWidget()) for m in MONTH_NUMBERS if _has(row, f"cash_{m}")
        }
        work = {
            m: self.read(row, f"physical_{m}", NumberWidget(2, 0, 100))
            for m in MONTH_NUMBERS
            if _has(row, f"physical_{m}")
        }
        if not cash and not work:
            return
        self._check_plan(budget, cash, work)
        if self._at.faults:
            return
        stored = self._stored_plans().get(budget.pk, {}) if budget.pk else {}
        running = ZERO
        for month in MONTH_NUMBERS:
            running += cash.get(month) or ZERO
            plan = stored.get(month) or BudgetPlan(budget=budget, month=month)
            if cash or month in work or plan.pk:
                self.take(plan, PLAN_WORDS[month])
                plan.cash = running if cash else plan.cash
                plan.physical = work.get(month) if work else plan.physical

    def _check_plan(self, budget: Budget, cash: dict[int, Any], work: dict[int, Any]) -> None:
        total = sum((amount or ZERO for amount in cash.values()), ZERO)
        if cash and budget.amount is not None and total > budget.amount:
            self.fault(
                f"cash_{max(cash)}",
                f"Jumlah rencana kas {format_rupiah(total)} melebihi pagu {format_rupiah(budget.amount)}. Kurangi.",
            )
        elif cash and budget.amount is not None and total < budget.amount:
            rest = format_rupiah(budget.amount - total)
            self.remark(f"cash_{max(cash)}", f"{rest} dari pagu belum direncanakan.")
        known = [(month, percent) for month, percent in sorted(work.items()) if percent is not None]
        for (_, before), (month, percent) in pairwise(known):
            if percent < before:
                self.fault(f"physical_{month}", "Fisik dihitung sejak Januari, jadi tidak boleh turun.")

    # --- sums -------------------------------------------------------------------------------------

    def check_all(self, works: Sequence[Work]) -> None:
        """A sum that is not what its details come to is kept and remarked: a document may be wrong."""
        totals = [
            (work, work.instance)
            for work in works
            if isinstance(work.instance, BudgetTotal) and not work.faults
        ]
        if not totals:
            return
        wanted = {(total.unit_id, total.version) for _, total in totals}
        sums: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
        for budget in self._as_it_will_be(works):
            if (budget.unit_id, budget.version) in wanted:
                programme = budget.programme
                for key in {"", *codes_above(programme.code), _key(programme)}:
                    sums[budget.unit_id, budget.version, key] += budget.amount
        for work, total in totals:
            key = _key(total.programme) if total.programme else ""
            details = sums[total.unit_id, total.version, key]
            if details != total.amount:
                work.remarks.append(
                    Said(
                        "amount",
                        f"Menurut berkas {format_rupiah(total.amount)}, rincian {format_rupiah(details)}, selisih "
                        f"{format_rupiah(total.amount - details)}. Dicatat sebagai jumlah menurut dokumen.",
                    )
                )

    def _as_it_will_be(self, works: Sequence[Work]) -> Iterable[Budget]:
        """The stored budgets with what the accepted rows make of them, and the new ones."""
        found = {id(budget): budget for budget in self.budgets.values()}
        found |= {
            id(w.instance): w.instance for w in works if isinstance(w.instance, Budget) and not w.faults
        }
        return found.values()

    # --- exporting --------------------------------------------------------------------------------

    def stored(self) -> Iterable[Budget]:
        self.plans = self._stored_plans()
        units = {unit.pk: unit for unit in Unit.objects.all()}
        rows = list(self.budgets.values())
        for budget in rows:
            budget.unit = units[budget.unit_id]
        return sorted(
            rows, key=lambda b: (b.unit.order, b.unit_id, b.version, b.programme.code, b.programme.name)
        )

    def cell(self, instance: Any, name: str) -> Any:
        code = instance.programme.code
        if name == "unit_code":
            return instance.unit.code
        if name == "code":
            return code
        if name in ("programme_name", "activity_name"):
            detail = BudgetDetail.PROGRAMME if name == "programme_name" else BudgetDetail.ACTIVITY
            above = at_detail(code, detail)
            parent = self.programmes.by_code.get(above) if above != code else None
            return parent.name if parent else None
        kind, _, month = name.partition("_")
        if kind in ("cash", "physical"):
            return self._planned(instance.pk, kind, int(month))
        return None

    def _planned(self, budget: int, kind: str, month: int) -> Decimal | None:
        """What the month alone is to pay, or percent by its end; None where nothing is planned."""
        plans = self.plans.get(budget, {})
        if month not in plans or kind == "physical":
            return plans[month].physical if month in plans else None
        before = [plans[m].cash for m in plans if m < month and plans[m].cash is not None]
        cash = plans[month].cash
        return None if cash is None else cash - max(before, default=ZERO)


def _key(programme: Programme) -> str:
    return programme.code or f"={fold(programme.name)}"


def _has(row: Row, name: str) -> bool:
    return not is_empty(row.get(name))


BUDGETS = Subject(
    "budgets",
    "Program & Anggaran",
    "Pagu per program, kegiatan, atau sub kegiatan, termasuk ekspor SIPD; boleh dengan rencana kas dan fisik.",
    Capability.BUDGET,
    (SheetSpec("budgets", "Program & Anggaran", lambda year: COLUMNS, BudgetResource),),
    needs_year=True,
    waits_for=lambda year: no_units(),
    shown_at=("agreements:budget_list", "Lihat Program & Anggaran"),
)
spec.register(BUDGETS)
