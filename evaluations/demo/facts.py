"""What was measured in the demo's quarters: typed by the units, verified, returned, corrected, made final."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from accounts.permissions import Capability
from agreements.models import Indicator, Unit
from evaluations import calendar
from evaluations.changes import TYPED
from evaluations.demo import paper, source
from evaluations.demo.days import moment, working_day
from evaluations.demo.world import PLANNER, VERIFIER, Scene, World
from evaluations.enums import SourceStatus, ValueState
from evaluations.evidence import Proof, attach
from evaluations.filling import Typed, fill
from evaluations.locking import finalise_locked
from evaluations.models import Evidence, Period, Realisation
from evaluations.workflow import Who, perform, perform_all
from records import history
from records.uploads import Checked

C = Capability
# Days after the end of a quarter; the windows of the policy are 10, 20, 25 and 31.
FILLED, SPREAD, FILLED_LATE, VERIFIED, MENDED, VERIFIED_AGAIN = 5, 4, 14, 16, 21, 23
RETURNED_AGAIN, MENDED_AGAIN = 22, 24
A_DAY = timedelta(days=1)
MORE_TIME = timedelta(days=30)
# A figure that says when its data will be out: `belum-rilis:T@12-15:sebabnya`.
NOT_PUBLISHED = "belum-rilis"


@dataclass(frozen=True)
class Figure:
    """One cell of realisations.csv with the words beside it."""

    key: str
    indicator: Indicator
    text: str
    words: dict[str, str]


@dataclass
class Quarter:
    """One unit in one quarter: its figures, and the stories told of it."""

    unit: Unit
    period: Period
    figures: list[Figure] = field(default_factory=list)
    stories: set[str] = field(default_factory=set)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)


def scenes(world: World, year: int) -> Iterator[Scene]:
    """Every filling, verification and lock of a year."""
    plot = _Plot(world, year)
    for number, quarter in enumerate(plot.quarters()):
        yield from _Measuring(world, plot, quarter, FILLED + number % SPREAD).scenes()
    for period in plot.periods.values():
        yield Scene(period.locks, partial(_lock, period.locks), hour=1)


def _lock(day: date) -> None:
    finalise_locked(moment(day, 1))


def give_time(world: World) -> None:
    """Whenever the demo is loaded there is something to type: past a lock some units get more time.

    Needed only between two windows; then the units of extensions.csv may still fill the last quarter.
    """
    today = world.years.today
    if Period.objects.for_indicators().filter(opens__lte=today, locks__gt=today).exists():
        return
    period = Period.objects.for_indicators().filter(locks__lte=today).order_by("locks").last()
    if period is None:
        return
    yesterday = today - A_DAY
    for row in source.rows("extensions"):
        unit = world.units[row["unit"]]
        person = world.person(VERIFIER, yesterday, C.SETTINGS, unit)
        calendar.give_time(period, unit, row["reason"], today + MORE_TIME, person.actor)


class _Plot:
    """The rows of the data, put together by unit and quarter."""

    def __init__(self, world: World, year: int) -> None:
        self.world, self.year = world, year
        self.periods = {period.number: period for period in Period.objects.of_indicators(year)}
        self.evidence: dict[tuple[int, int], Evidence] = {}
        over = (p.ends + timedelta(days=VERIFIED + 2) < world.years.today for p in self.periods.values())
        # The last quarter whose verification is over by now; 0 when none is.
        self.latest = sum(over)

    def quarters(self) -> list[Quarter]:
        found: dict[tuple[int, int], Quarter] = {}
        for row in self._rows("realisations"):
            indicator = self.world.indicators[row["indicator"]]
            words = {name: row[name] for name in ("supporting", "inhibiting", "follow_up")}
            for number in (number for number in self.periods if row[f"q{number}"]):
                key = indicator.unit_id, number
                quarter = found.setdefault(key, Quarter(indicator.unit, self.periods[number]))
                quarter.figures.append(Figure(row["indicator"], indicator, row[f"q{number}"], words))
        for row in self._rows("quarters"):
            key = self.world.units[row["unit"]].pk, self._number(row)
            if key in found:
                found[key].stories |= set(source.words(row["story"]))
        for row in self._rows("cells"):
            key = self.world.indicators[row["indicator"]].unit_id, self._number(row)
            if key in found:
                found[key].cells[row["indicator"]] = row
        return sorted(found.values(), key=lambda quarter: (quarter.period.number, quarter.unit.order))

    def _rows(self, name: str) -> list[dict[str, str]]:
        return source.rows_of(name, self.year, self.world.years)

    def _number(self, row: dict[str, str]) -> int:
        """The quarter a story is told of: its number, or the latest one."""
        return self.latest if row["quarter"] == "latest" else int(row["quarter"])


class _Measuring:
    """One unit through one quarter."""

    def __init__(self, world: World, plot: _Plot, quarter: Quarter, filled: int) -> None:
        self.world, self.plot, self.quarter, self.filled = world, plot, quarter, filled
        self.unit, self.period = quarter.unit, quarter.period
        self.made: dict[int, Realisation] = {}

    def scenes(self) -> Iterator[Scene]:
        late = "late" in self.quarter.stories
        yield self._on(FILLED_LATE if late else self.filled, 10, self._fill)
        if "unverified" in self.quarter.stories:
            return
        yield self._on(VERIFIED, 14, self._verify)
        for figure in self._told("returned-fixed"):
            yield self._on(MENDED, 9, partial(self._mend, figure))
            yield self._on(VERIFIED_AGAIN, 9, partial(self._accept, figure))
        for figure in self._told("returned-twice"):
            yield self._on(MENDED, 9, partial(self._mend, figure))
            yield self._on(RETURNED_AGAIN, 9, partial(self._return, figure))
            yield self._on(MENDED_AGAIN, 9, partial(self._mend, figure))
            yield self._on(MENDED_AGAIN, 14, partial(self._accept, figure))
        for figure in self._told("released"):
            out = self._expected(figure.text)
            figure = replace(figure, text=self.quarter.cells[figure.key]["value"])
            yield Scene(out + A_DAY, partial(self._release, figure, out + A_DAY))
            yield Scene(out + 2 * A_DAY, partial(self._accept, figure, out + 2 * A_DAY))

    def _on(self, days: int, hour: int, do: Callable[[date], None]) -> Scene:
        day = working_day(self.period.ends + timedelta(days=days))
        return Scene(day, partial(do, day), hour)

    def _told(self, story: str) -> list[Figure]:
        return [
            figure
            for figure in self.quarter.figures
            if self.quarter.cells.get(figure.key, {}).get("story") == story
        ]

    # --- who ---

    def _unit_itself(self, day: date) -> Who:
        username = self.world.operator_of(self.unit, day)
        person = self.world.person(username, day, C.ENTER, self.unit)
        return Who(person.scope, person.actor, moment(day, 10))

    def _verifier(self, day: date) -> Who:
        """The bureau; its own unit is verified by the planners."""
        person = self.world.person(VERIFIER, day, C.VERIFY, self.unit)
        if self.unit.pk in person.scope.bureau_units:
            person = self.world.person(PLANNER, day, C.VERIFY_BUREAU, self.unit)
        return Who(person.scope, person.actor, moment(day, 14))

    # --- what ---

    def _fill(self, day: date) -> None:
        self._typed(self.quarter.figures, day)
        self._prove(day)

    def _typed(self, figures: list[Figure], day: date) -> None:
        """Typed and submitted in one act; marked as invented, which no form can do."""
        typed = [Typed(f.indicator, self._version(f), self._values(f)) for f in figures]
        submit = {each.indicator.pk: each.version for each in typed}
        written = fill(self.period, typed, self._unit_itself(day), submit)
        Realisation.objects.filter(pk__in=[row.pk for row in written.values()]).update(invented=True)
        self.made |= written

    def _version(self, figure: Figure) -> int:
        row = self.made.get(figure.indicator.pk)
        return row.version if row else 0

    def _values(self, figure: Figure) -> dict:
        values: dict = dict.fromkeys(TYPED, "") | {name: None for name in TYPED if "claimed_" in name}
        values |= {"state": ValueState.MEASURED, "expected_on": None, "source_status": SourceStatus.FINAL}
        values |= figure.words
        if figure.text.startswith(NOT_PUBLISHED):
            reason = figure.text.split(":", 2)[2]
            expected = self._expected(figure.text)
            return values | {
                "state": ValueState.NOT_PUBLISHED,
                "state_reason": reason,
                "expected_on": expected,
            }
        reading = source.reading(figure.indicator, figure.text, self.period.year)
        return values | {f"claimed_{column}": value for column, value in reading.items()}

    def _expected(self, text: str) -> date:
        """The day on which the figure says its data will be out."""
        return self.world.years.day(text.split(":", 2)[1])

    def _prove(self, day: date) -> None:
        """One file for all figures of the unit in the quarter; a figure may rest on the file before it."""
        who = self._unit_itself(day)
        title = f"Rekapitulasi kinerja {self.unit.short_name} {self.period}"
        lines = [title, "Pemerintah contoh: angka dan berkas ini rekaan.", ""]
        lines += [f"{number}. {f.indicator.name}" for number, f in enumerate(self.quarter.figures, start=1)]
        new = Proof((Checked(paper.note(lines), "application/pdf", f"{title}.pdf"),), title=title, page="1")
        before = self.plot.evidence.get((self.unit.pk, self.period.number - 1))
        again = {figure.indicator.pk for figure in self._told("same-evidence")}
        acts = []
        for pk, row in self.made.items():
            proof = Proof(existing=before, page="1") if before and pk in again else new
            acts += attach(row, proof, who.actor.account_id)
            if proof is new:
                # The file is stored with the first figure; the others rest on the same evidence.
                evidence = row.evidence_uses.get().evidence
                self.plot.evidence[self.unit.pk, self.period.number] = evidence
                new = Proof(existing=evidence, page="1")
        history.record_all(who.actor, acts)

    def _verify(self, day: date) -> None:
        who = self._verifier(day)
        special = {
            f.indicator.pk: f
            for story in ("correct", "returned", "returned-fixed", "returned-twice")
            for f in self._told(story)
        }
        plain = [row for pk, row in self.made.items() if pk not in special]
        if plain:
            perform_all("verify", plain, who)
        for pk, figure in special.items():
            told = self.quarter.cells[figure.key]
            if told["story"] == "correct":
                values = source.reading(figure.indicator, told["value"], self.period.year)
                perform("correct", self.made[pk], who, values=values, reason=told["reason"])
            else:
                self._return(figure, day)

    def _return(self, figure: Figure, day: date) -> None:
        reason = self.quarter.cells[figure.key]["reason"]
        pk = figure.indicator.pk
        self.made[pk] = perform("return", self.made[pk], self._verifier(day), reason=reason)

    def _mend(self, figure: Figure, day: date) -> None:
        self._typed([figure], day)

    def _accept(self, figure: Figure, day: date) -> None:
        perform("verify", self.made[figure.indicator.pk], self._verifier(day))

    def _release(self, figure: Figure, day: date) -> None:
        """The data are out: the figure takes the place of the announcement, past the lock."""
        self.made[figure.indicator.pk] = Realisation.objects.get(
            indicator=figure.indicator, period=self.period
        )
        self._typed([figure], day)
