"""The sheet “Tujuan & Sasaran”: what region and units want to reach in the planning period of the year."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from import_export.fields import Field
from import_export.widgets import Widget

from agreements.enums import ObjectiveKind
from agreements.imports import words
from agreements.imports.lookups import Lookup, fold, short, stored_units, unit_choices
from agreements.imports.positions import UNIT, circles, nearest, quietly
from agreements.imports.resources import Row, SheetResource, Work
from agreements.imports.spec import Column, Context
from agreements.imports.widgets import ChoiceWidget, is_empty, text_of
from agreements.models import Objective, PlanningPeriod, Unit


def period_of(year: int | None) -> PlanningPeriod | None:
    """The planning period that covers the year, the latest of several."""
    if year is None:
        return None
    return PlanningPeriod.objects.filter(first_year__lte=year, last_year__gte=year).first()


def period(context: Context) -> PlanningPeriod | None:
    return context.once("plan.period", lambda: period_of(context.year))


def no_period(year: int | None) -> str:
    return f"Belum ada periode perencanaan yang memuat tahun {year}. Tambahkan dahulu di Tujuan & Sasaran."


def stored_objectives(context: Context) -> dict[int, Objective]:
    """All objectives with unit and what they support at hand, in one query a pass."""

    def read() -> dict[int, Objective]:
        units, found = stored_units(context), {}
        for objective in Objective.objects.order_by("unit__order", "unit_id", "order", "pk"):
            objective.unit = units[objective.unit_id]
            found[objective.pk] = objective
        for objective in found.values():
            if objective.parent_id is not None:
                objective.parent = found[objective.parent_id]
        return found

    return context.once("objectives.stored", read)


def is_over(context: Context, objective: Objective) -> bool:
    """Whether an objective belongs to another period, or ended before the year."""
    current = period(context)
    if current is None or objective.period_id not in (None, current.pk):
        return True
    return bool(objective.last_year and context.year and objective.last_year < context.year)


def objectives_of(context: Context) -> Lookup[Objective]:
    """Objectives by code, text, or text and unit: “Meningkatnya … / Dinas Kesehatan”; stored and new."""

    def make() -> Lookup[Objective]:
        return Lookup(
            "tujuan dan sasaran",
            stored_objectives(context).values(),
            lambda each: (each.code, each.text, f"{each.text} / {each.unit}"),
            lambda each: is_over(context, each),
            "Tambahkan di lembar Tujuan & Sasaran, atau tulis kode atau rumusannya seperti di sana.",
        )

    return context.once("objectives", make)


def objective_named(context: Context, text: Any, near: Unit | None) -> Objective:
    """The objective meant by a code or text: of the unit, else of the nearest above it, else the only one there is.

    An Asisten's objectives are carried by units beside the Asisten, so those of other units are found too.
    Raises ValueError with a sentence.
    """
    known = objectives_of(context)
    found = known.all(text)
    if near is not None:
        found = nearest(found, near) or found
    if len(found) > 1:
        found = [each for each in found if not known.ended(each)] or found
    if len(found) > 1:
        where = ", ".join(sorted({str(each.unit) for each in found})[:3])
        raise ValueError(
            f"Ada {len(found)} tujuan/sasaran “{short(text)}” ({where}). Tulis kodenya, atau rumusan / nama unit."
        )
    return found[0] if found else known.find(text)


class ObjectiveWidget(Widget):
    """An objective by code or text, seen from the unit of the row."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Objective | None:
        if is_empty(value):
            return None
        context, beside = kwargs["context"], (row or {}).get("unit")
        unit = quietly(UNIT, beside, context)
        if unit is None and not is_empty(beside):
            # Whose objective is meant cannot be told; that the unit is not known is said of its own cell.
            return None
        return objective_named(context, text_of(value), unit)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        known = objectives_of(kwargs["context"])
        for text in (value.code, value.text):
            # Of one code or text in several units the nearest would be meant.
            if text and [each for each in known.all(text) if not known.ended(each)] in ([value], []):
                return text
        return f"{value.text} / {value.unit}"


OBJECTIVE = ObjectiveWidget()
KIND = ChoiceWidget(ObjectiveKind, words.OBJECTIVES)


def objective_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        Column("unit", "Unit", ("perangkat daerah", "opd", "skpd", "pd", "kode unit", "kode skpd", "pemilik"), True,
               "Kode atau nama unit; untuk tujuan dan sasaran daerah: pemerintah daerah.", "Dinas Kesehatan",
               unit_choices, 34),
        Column("kind", "Jenis", ("jenis tujuan/sasaran", "tingkat"), False, "Tujuan atau Sasaran.",
               ObjectiveKind.OBJECTIVE.label, tuple(ObjectiveKind.labels), 12),
        Column("code", "Kode", ("no", "nomor", "kode sasaran", "kode tujuan/sasaran"), False,
               "Memudahkan lembar lain menunjuk baris ini.", "1.2", (), 10),
        Column("text", "Rumusan", ("tujuan/sasaran", "sasaran", "tujuan", "sasaran strategis", "uraian"), True,
               "Seperti di RPJMD atau Renstra.", "Meningkatnya derajat kesehatan masyarakat", (), 60),
        Column("parent", "Mendukung", ("induk", "mendukung tujuan/sasaran", "kode induk"), False,
               "Kode atau rumusan yang didukung, biasanya dari unit ini atau yang membawahinya.", "1", (), 40),
        Column("order", "Urutan", ("urut",), False, "Angka kecil lebih dahulu.", "1", (), 10),
    )  # fmt: skip


class ObjectiveResource(SheetResource):
    """Found by unit and code, else by unit and text."""

    key_columns = ("text", "unit")

    unit = Field("unit", "unit", widget=UNIT)
    kind = Field("kind", "kind", widget=KIND, saves_null_values=False)
    parent = Field("parent", "parent", widget=OBJECTIVE)

    class Meta(SheetResource.Meta):
        model = Objective
        fields = ("unit", "kind", "code", "text", "parent", "order")

    def preload(self) -> None:
        self.period = period(self.context)
        objectives_of(self.context)
        self.by_code: dict[tuple[int, str], Objective] = {}
        self.by_text: dict[tuple[int, str], list[Objective]] = defaultdict(list)
        for each in stored_objectives(self.context).values():
            if self.period is None or each.period_id != self.period.pk:
                continue
            if each.code:
                self.by_code[id(each.unit), fold(each.code)] = each
            self.by_text[id(each.unit), fold(each.text)].append(each)

    def label(self, row: Row) -> str:
        return text_of(row.get("text"))

    def _named(self, row: Row) -> tuple[Unit | None, str, str]:
        unit = quietly(UNIT, row.get("unit"), self.context)
        return unit, fold(text_of(row.get("code"))), fold(text_of(row.get("text")))

    def natural_key(self, row: Row) -> Hashable | None:
        unit, code, text = self._named(row)
        return (id(unit), code or text, bool(code)) if unit and (code or text) else None

    def find(self, row: Row) -> Objective | None:
        unit, code, text = self._named(row)
        if code and (found := self.by_code.get((id(unit), code))):
            return found
        same = self.by_text.get((id(unit), text), [])
        # Another of the same words that has a code of its own is another objective.
        same = [each for each in same if not code or not each.code]
        running = [each for each in same if not is_over(self.context, each)]
        return next(iter(running or same), None)

    def begin(self, row: Row) -> Objective:
        unit, _, _ = self._named(row)
        code, text = (" ".join(text_of(row.get(name)).split()) for name in ("code", "text"))
        objective = Objective(code=code, text=text, period=self.period)
        if unit is not None:
            objective.unit = unit
            objectives_of(self.context).add(objective)
        return objective

    def check(self, instance: Objective, row: Row) -> None:
        if self.period is None:
            self.fault("", no_period(self.context.year))
        if self._at.new and is_empty(row.get("kind")):
            self.remark("kind", f"Kosong: dicatat sebagai {ObjectiveKind(instance.kind).label}.")

    def check_all(self, works: Sequence[Work]) -> None:
        alive = {id(work.instance): work for work in works if not work.faults}
        for circle in circles([work.instance for work in alive.values()], lambda each: each.parent):
            names = " → ".join(f"“{short(each.text, 40)}”" for each in (*circle, circle[0]))
            for objective in circle:
                if id(objective) in alive and alive[id(objective)].writes:
                    self.fault_of(
                        alive[id(objective)],
                        "parent",
                        f"Tujuan/sasaran ini mendukung dirinya sendiri: {short(names, 200)}. Perbaiki salah satunya.",
                    )

    def stored(self) -> Iterable[Objective]:
        return [each for each in stored_objectives(self.context).values() if not is_over(self.context, each)]
