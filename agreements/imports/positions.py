"""The sheet “Jabatan”: positions of units, with who stands above them."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from import_export.fields import Field
from import_export.widgets import Widget

from agreements import endings
from agreements.enums import Level, UnitKind
from agreements.forms.organisation import BEGUN_HOLDING, ENDS_BEFORE, OWN_POST
from agreements.imports import words
from agreements.imports.lookups import (
    Lookup,
    ended_on,
    fold,
    short,
    stored_units,
    unit_choices,
    unit_reference,
    units_of,
)
from agreements.imports.resources import Row, Said, SheetResource, Work
from agreements.imports.spec import Column, Context
from agreements.imports.widgets import ChoiceWidget, DateWidget, ReferenceWidget, is_empty, text_of
from agreements.models import Assignment, Official, Position, Unit
from agreements.superiors import AtHand, Rule, by_rule, experts_under_secretary
from agreements.workflow import SHORTEST_REASON
from perjanjian.numerals import format_date

FOREVER = date.max
# The rule of who stands above is asked once these cells are clear.
RULE_COLUMNS = frozenset({"unit", "title", "level", "heads_unit", "superior", "superior_unit"})
NOBODY_YET = "menurut aturan belum ada yang dapat diusulkan. Isi bila jabatan ini punya atasan."


def span(row: Any, start: str = "valid_from", end: str = "valid_to") -> tuple[date, date]:
    """A stretch of time with an end, for comparing; one without a start yet counts from the beginning of time."""
    return getattr(row, start) or date.min, getattr(row, end) or FOREVER


def held_before(row: Assignment, day: date) -> bool:
    """Whether a term was over before the day."""
    return row.ends is not None and row.ends < day


def overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def quietly(widget: Widget, cell: Any, context: Context, row: Row | None = None) -> Any:
    """What a cell says, or None where it cannot be read: the fault is told when the row is examined."""
    try:
        return widget.clean(cell, row=row, context=context)
    except ValueError:
        return None


# --- finding positions ------------------------------------------------------------------------


def stored_positions(context: Context) -> dict[int, Position]:
    """All positions with unit and superior at hand, in one query a pass."""

    def read() -> dict[int, Position]:
        units = stored_units(context)
        positions = {position.pk: position for position in Position.objects.order_by("pk")}
        for position in positions.values():
            position.unit = units[position.unit_id]
            if position.superior_id is not None:
                position.superior = positions[position.superior_id]
        return positions

    return context.once("positions.stored", read)


def assignments_of(context: Context) -> dict[int, list[Assignment]]:
    """Who holds and held each position, by its identity, stored and new; two queries a pass."""

    def read() -> dict[int, list[Assignment]]:
        positions = stored_positions(context)
        officials = stored_officials(context)
        found: dict[int, list[Assignment]] = defaultdict(list)
        for row in Assignment.objects.order_by("pk"):
            row.official, row.position = officials[row.official_id], positions[row.position_id]
            found[id(row.position)].append(row)
        return found

    return context.once("assignments", read)


def stored_officials(context: Context) -> dict[int, Official]:
    return context.once(
        "officials.stored", lambda: {each.pk: each for each in Official.objects.order_by("pk")}
    )


def positions_of(context: Context) -> Lookup[Position]:
    """Positions by title, stored and new in the workbook."""

    def make() -> Lookup[Position]:
        return Lookup(
            "jabatan",
            stored_positions(context).values(),
            lambda position: (position.title,),
            lambda position: ended_on(position, context.day),
            "Tambahkan jabatannya di lembar Jabatan, atau tulis seperti di daftar jabatan.",
        )

    return context.once("positions", make)


def position_named(context: Context, title: Any, unit: Unit | None, near: Unit | None = None) -> Position:
    """The position meant by a title: in `unit` where that is told, else the nearest to `near`, upwards.

    Raises ValueError with a sentence.
    """
    known = positions_of(context)
    found = known.all(title)
    if unit is not None:
        inside = [each for each in found if each.unit is unit]
        if not inside and found:
            where = ", ".join(sorted({each.unit.name for each in found})[:3])
            raise ValueError(
                f"“{short(title)}” tidak ada di {unit}, tetapi di {where}. Perbaiki jabatan atau unitnya."
            )
        found = inside
    elif len(found) > 1 and near is not None:
        found = nearest(found, near) or found
    if len(found) > 1:
        found = [each for each in found if not known.ended(each)] or found
    if len(found) > 1:
        raise ValueError(f"Ada {len(found)} jabatan bernama “{short(title)}”. Tulis juga unitnya.")
    return found[0] if found else known.find(title)


def nearest(rows: Iterable[Any], near: Unit) -> list[Any]:
    """Those of the rows that belong to the unit, else to the next above it that has any."""
    by_unit = defaultdict(list)
    for row in rows:
        by_unit[id(row.unit)].append(row)
    at: Unit | None = near
    while at is not None:
        if id(at) in by_unit:
            return by_unit[id(at)]
        at = at.parent
    return []


class SuperiorWidget(Widget):
    """The superior by title, and by the unit beside it where that is written."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Position | None:
        if is_empty(value):
            return None
        context = kwargs["context"]
        row = row or {}
        beside = row.get("superior_unit")
        unit = None if is_empty(beside) else units_of(context).find(text_of(beside))
        near = quietly(UNIT, row.get("unit"), context)
        return position_named(context, text_of(value), unit, near)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else value.title


UNIT = ReferenceWidget(units_of, unit_reference)
DAY = DateWidget()


# --- the sheet --------------------------------------------------------------------------------


def position_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        Column("unit", "Unit", ("perangkat daerah", "opd", "skpd", "unit kerja", "kode unit", "kode skpd"), True,
               "Kode atau nama unit seperti di daftar unit.", "Dinas Kesehatan", unit_choices, 34),
        Column("title", "Jabatan", ("nama jabatan", "nomenklatur jabatan"), True,
               "Seperti tercetak di PK.", "Kepala Dinas Kesehatan", (), 44),
        Column("level", "Tingkat", ("eselon", "tingkat jabatan", "jenjang"), True,
               "Tingkat atau eselonnya.", Level.II.label, tuple(Level.labels), 26),
        Column("heads_unit", "Memimpin unit", ("pimpinan unit", "kepala unit", "pimpinan"), False,
               "ya bila jabatan ini memimpin unitnya; satu unit satu pemimpin.", "ya", ("ya", "tidak"), 14),
        Column("superior", "Atasan langsung", ("atasan", "jabatan atasan", "pihak kedua"), False,
               "Menjadi Pihak Kedua pada PK. Kosong pada jabatan baru: diusulkan menurut aturan.",
               "Bupati Contoh", (), 44),
        Column("superior_unit", "Unit atasan", ("unit atasan langsung", "opd atasan"), False,
               "Perlu bila beberapa unit punya jabatan atasan dengan nama yang sama.", "", unit_choices, 34),
        Column("superior_reason", "Alasan atasan lain", ("alasan atasan lain dari aturan",), False,
               "Wajib bila atasannya bukan yang diusulkan menurut aturan.", "", (), 30),
        Column("valid_from", "Berlaku sejak", ("mulai berlaku", "berlaku mulai", "tmt"), False,
               "Kosong pada jabatan baru: sejak unitnya berlaku.", "4 Januari 2021", (), 16),
        Column("valid_to", "Berlaku sampai", ("berakhir", "sampai dengan"), False,
               "Hari terakhir; kosong bila masih berlaku.", "", (), 16),
    )  # fmt: skip


class PositionResource(SheetResource):
    """Positions, found by unit and title; of several with one title by the day they begin."""

    key_columns = ("title", "unit")

    unit = Field("unit", "unit", widget=UNIT)
    level = Field("level", "level", widget=ChoiceWidget(Level, words.LEVELS), saves_null_values=False)
    superior = Field("superior", "superior", widget=SuperiorWidget(), saves_null_values=False)
    valid_from = Field("valid_from", "valid_from", widget=DAY, saves_null_values=False)

    class Meta(SheetResource.Meta):
        model = Position
        fields = (
            "unit",
            "title",
            "level",
            "heads_unit",
            "superior",
            "superior_reason",
            "valid_from",
            "valid_to",
        )

    def preload(self) -> None:
        positions_of(self.context)
        self.by_unit: dict[int, list[Position]] = defaultdict(list)
        for position in stored_positions(self.context).values():
            self.by_unit[id(position.unit)].append(position)

    def label(self, row: Row) -> str:
        return text_of(row.get("title"))

    def _named(self, row: Row) -> tuple[Unit | None, str, date | None]:
        unit = quietly(UNIT, row.get("unit"), self.context)
        return unit, fold(text_of(row.get("title"))), quietly(DAY, row.get("valid_from"), self.context)

    def natural_key(self, row: Row) -> Hashable | None:
        unit, title, start = self._named(row)
        return (id(unit), title, start) if unit and title else None

    def find(self, row: Row) -> Position | None:
        unit, title, start = self._named(row)
        same = [each for each in self.by_unit.get(id(unit), ()) if fold(each.title) == title and each.pk]
        exact = [each for each in same if each.valid_from == start]
        going = [each for each in same if each.valid_to is None]
        if exact or (len(same) > 1 and start is not None and not going):
            return exact[0] if exact else None
        # A start that lies behind the end of all of that name is another position, not a correction.
        if same and start is not None and all(each.valid_to and each.valid_to < start for each in same):
            return None
        return next(iter(going or same), None)

    def begin(self, row: Row) -> Position:
        unit, _, start = self._named(row)
        position = Position(title=" ".join(text_of(row.get("title")).split()))
        if start is not None:
            position.valid_from = start
        if unit is not None:
            position.unit = unit
            self.by_unit[id(unit)].append(position)
            positions_of(self.context).add(position)
        return position

    def check(self, instance: Position, row: Row) -> None:
        if not instance.unit_id or self.is_faulty("valid_from", "valid_to"):
            return
        if cast("date | None", instance.valid_from) is None:
            instance.valid_from = instance.unit.valid_from
            since = format_date(instance.valid_from)
            self.remark("valid_from", f"Kosong: dicatat berlaku sejak {since}, sama dengan unitnya.")
        if instance.valid_to and instance.valid_to < instance.valid_from:
            self.fault("valid_to", ENDS_BEFORE)
            return
        self._within_unit(instance)

    def _within_unit(self, position: Position) -> None:
        unit = position.unit
        if position.valid_from < unit.valid_from:
            since = format_date(unit.valid_from)
            self.fault("valid_from", f"{unit} baru berlaku sejak {since}. Isi tanggal itu atau sesudahnya.")
        if unit.valid_to and span(position)[1] > unit.valid_to:
            last = format_date(unit.valid_to)
            self.fault("valid_to", f"{unit} berakhir pada {last}. Isi tanggal itu atau sebelumnya.")

    def check_together(self, works: Sequence[Work]) -> None:
        """A position lasts as long as it is held; holders may end in the other sheet of the same file."""
        assignments = assignments_of(self.context)
        changed = [work for work in works if work.writes and not work.new]
        for work in changed:
            for held in assignments.get(id(work.instance), ()):
                if held.pk is not None:
                    self._around_holder(work, cast(Position, work.instance), held)
        ending = {cast(int, work.instance.pk): work for work in changed if work.writes_column("valid_to")}
        for number, found in endings.work_of_positions(ending).items() if ending else ():
            last = cast(Position, ending[number].instance).valid_to
            if last:
                sentence = endings.refusal("Jabatan ini", last, found)
                self.fault_of(ending[number], "valid_to", sentence)

    def _refuse_own(self, work: Work) -> None:
        """Nobody gives themselves more rights by raising the post they hold: see `permissions.may_assign`."""
        me, instance = self.context.scope.account_id, cast(Position, work.instance)
        rows = assignments_of(self.context).get(id(instance), ()) if me is not None else ()
        if any(each.official.account_id == me and not held_before(each, self.context.day) for each in rows):
            for column in ("unit", "level", "heads_unit"):
                if work.writes_column(column):
                    self.fault_of(work, column, OWN_POST)

    def _around_holder(self, work: Work, position: Position, held: Assignment) -> None:
        if held.starts < position.valid_from:
            sentence = BEGUN_HOLDING.format(held.official, format_date(held.starts))
            self.fault_of(work, "valid_from", sentence)
        if position.valid_to and span(held, "starts", "ends")[1] > position.valid_to:
            sentence = (
                f"{held.official} memegang jabatan ini melewati tanggal itu. "
                "Akhiri dulu masa tugasnya di riwayat jabatan, atau di lembar Pejabat."
            )
            self.fault_of(work, "valid_to", sentence)

    # --- rules over all rows ------------------------------------------------------------------

    def check_all(self, works: Sequence[Work]) -> None:
        at_hand = posts_at_hand(self.context, self.by_unit)
        self._propose_superiors(works, at_hand)
        for work in works:
            if not work.new:
                self._refuse_own(work)
        alive = {id(work.instance): work for work in works if not work.faults}
        for unit_positions in self.by_unit.values():
            self._one_head(unit_positions, alive)
            self._one_of_a_name(unit_positions, alive)
        self._one_regional_head(alive)
        self._no_circles(alive)
        self._demand_reasons(works, at_hand)

    def _ruled(self, works: Sequence[Work], at_hand: AtHand) -> Iterable[tuple[Work, Position, Rule]]:
        """Positions whose superior this sheet decides, with what the rule says."""
        for work in works:
            unclear = any(each.column in RULE_COLUMNS for each in work.faults)
            decides = work.new or work.writes_column("superior", "superior_reason")
            if work.writes and not unclear and decides:
                position = cast(Position, work.instance)
                yield work, position, by_rule(position, self.context.day, at_hand)

    def _propose_superiors(self, works: Sequence[Work], at_hand: AtHand) -> None:
        for work, position, rule in self._ruled(works, at_hand):
            if position.superior is not None:
                continue
            if rule.proposed:
                position.superior = rule.proposed
                sentence = f"Kosong: diusulkan {rule.proposed} menurut aturan. Isi bila atasannya lain."
                work.remarks.append(Said("superior", sentence))
            elif rule.others:
                named = _titles(rule)
                self.fault_of(work, "superior", f"{rule.sentence} Isi salah satu: {named}.")
            elif position.level != Level.REGIONAL_HEAD:
                work.remarks.append(Said("superior", f"Kosong: {NOBODY_YET}"))

    def _demand_reasons(self, works: Sequence[Work], at_hand: AtHand) -> None:
        """Another superior than the one by rule needs its reason, as on the form."""
        for work, position, rule in self._ruled(works, at_hand):
            chosen, reason = position.superior, position.superior_reason.strip()
            if chosen is None or rule.allows(chosen) or len(reason) >= SHORTEST_REASON:
                continue
            who = f"atasannya {_titles(rule)}" if _titles(rule) else "jabatan ini tanpa atasan"
            self.fault_of(
                work,
                "superior_reason",
                f"Menurut aturan {who}, bukan {chosen.title}. Isi alasannya, paling sedikit {SHORTEST_REASON} huruf, "
                "atau kosongkan Atasan langsung.",
            )

    def _one_head(self, positions: list[Position], alive: dict[int, Work]) -> None:
        heads = [each for each in positions if each.heads_unit]
        for position, other in clashes(heads, alive, span):
            self.fault_of(
                alive[id(position)],
                "heads_unit",
                f"{position.unit} sudah dipimpin {other.title} pada masa itu. Satu unit satu pemimpin: "
                "akhiri jabatan itu dahulu, atau isi tidak.",
            )

    def _one_of_a_name(self, positions: list[Position], alive: dict[int, Work]) -> None:
        by_title = defaultdict(list)
        for position in positions:
            by_title[fold(position.title)].append(position)
        for same in by_title.values():
            for position, other in clashes(same, alive, span):
                work = alive[id(position)]
                if work.new:
                    since = format_date(span(other)[0])
                    self.fault_of(
                        work,
                        "title",
                        f"{position.title} sudah ada di unit ini sejak {since}. Samakan tanggal mulainya.",
                    )

    def _one_regional_head(self, alive: dict[int, Work]) -> None:
        everyone = [each for several in self.by_unit.values() for each in several]
        heads = [each for each in everyone if each.level == Level.REGIONAL_HEAD]
        for position, other in clashes(heads, alive, span):
            self.fault_of(
                alive[id(position)],
                "level",
                f"Kepala daerah sudah ada: {other.title}. Pilih tingkat yang lain.",
            )

    def _no_circles(self, alive: dict[int, Work]) -> None:
        for circle in circles([work.instance for work in alive.values()], lambda each: each.superior):
            names = " → ".join(each.title for each in (*circle, circle[0]))
            for position in circle:
                if id(position) in alive and alive[id(position)].writes:
                    self.fault_of(
                        alive[id(position)],
                        "superior",
                        f"Jabatan ini menjadi bawahan dirinya sendiri: {short(names, 200)}. Perbaiki salah satu atasannya.",
                    )

    # --- exporting ----------------------------------------------------------------------------

    def stored(self) -> Iterable[Position]:
        everyone = stored_positions(self.context).values()
        return [position for position in everyone if not ended_on(position, self.context.day)]

    def cell(self, instance: Position, name: str) -> Any:
        if name == "superior_unit" and instance.superior is not None:
            return unit_reference(self.context, instance.superior.unit)
        return None


def posts_at_hand(context: Context, by_unit: Mapping[int, Iterable[Position]]) -> AtHand:
    """Positions by the identity of their unit as the rule of who stands above looks at them."""
    children: dict[int, list[Unit]] = defaultdict(list)
    for unit in stored_units(context).values():
        children[id(unit.parent)].append(unit)

    def is_going(position: Position) -> bool:
        return bool(position.title) and not ended_on(position, context.day)

    every = (each for several in by_unit.values() for each in several)
    leading = [each for each in every if is_going(each) and _leads_all(each)]

    def posts(line: Sequence[Unit]) -> Iterable[Position]:
        around = [*line, *(child for unit in line for child in children[id(unit)])]
        near = (each for unit in around for each in by_unit.get(id(unit), ()))
        return {id(each): each for each in (*leading, *near) if is_going(each)}.values()

    return AtHand(posts, experts_under_secretary(context.day.year))


def _titles(rule: Rule) -> str:
    return " atau ".join(each.title for each in (rule.proposed, *rule.others) if each)


def _leads_all(position: Position) -> bool:
    in_secretariat = position.unit.kind == UnitKind.SECRETARIAT and position.heads_unit
    return position.level == Level.REGIONAL_HEAD or in_secretariat


def clashes(rows: Sequence[Any], alive: dict[int, Work], stretch: Any) -> Iterable[tuple[Any, Any]]:
    """Rows that this sheet changes and that share a day with another of the rows, each with one such other.

    Of a stored and a new one, the new one is at fault.
    """
    ordered = sorted(rows, key=stretch) if len(rows) > 1 else ()
    for row in ordered:
        work = alive.get(id(row))
        if work is None or not work.writes:
            continue
        others = (each for each in ordered if each is not row and (work.new or each.pk is not None))
        if other := next((each for each in others if overlap(stretch(row), stretch(each))), None):
            yield row, other


def circles(rows: Iterable[Any], above: Any) -> Iterable[list[Any]]:
    """Every circle that following `above` from the rows leads into, once."""
    done: set[int] = set()
    for row in rows:
        path: list[Any] = []
        on_path: dict[int, int] = {}
        at = row
        while at is not None and id(at) not in done and id(at) not in on_path:
            on_path[id(at)] = len(path)
            path.append(at)
            at = above(at)
        if at is not None and id(at) in on_path:
            yield path[on_path[id(at)] :]
        done |= {id(each) for each in path}
