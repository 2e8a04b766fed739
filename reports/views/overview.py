"""What is wrong, why, and who acts: the map, a unit's page, the lowest indicators, who is late, compliance."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.enums import UnitKind
from agreements.models import Unit, YearPolicy
from agreements.years import policy_or_404
from evaluations import achievement, attention, mapping, readings
from evaluations.mapping import Standing
from evaluations.models import Period
from perjanjian.exporting import show
from perjanjian.paging import page_of
from reports import duties, tables
from reports.forms import UNRATED, LateForm, MapForm, WorstForm

# As many units as a page of the map or of the table of compliance holds.
UNITS_A_PAGE = 100
ROWS_A_PAGE = 25


def _policy(request, year: int) -> YearPolicy:
    """The policy of an open year, for who reads figures at all."""
    policy = policy_or_404(request, year)
    if not request.scope.reads_something():
        raise PermissionDenied("Halaman ini hanya untuk yang membaca data kinerja.")
    return policy


def _units(request, year: int) -> QuerySet[Unit]:
    """The units on the map that the account sees."""
    return Unit.objects.visible_to(request.scope, year=year).in_year(year).on_map()


def _rating_rule(policy: YearPolicy) -> str:
    return achievement.rule_sentence(readings.scale_of(policy))


@require_safe
def achievement_map(request, year: int):
    """Peta Capaian: units by quarters, each cell a door to the unit's page up to that quarter."""
    policy = _policy(request, year)
    periods = list(Period.objects.of_indicators(year))
    units = mapping.with_progress(_units(request, year), periods)
    found = mapping.standings(units, policy, periods, timezone.localdate())
    form = MapForm(policy, request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("predikat"):
        found = [each for each in found if _rated(each, asked["predikat"])]
    if asked.get("urut"):
        found.sort(key=lambda standing: standing.order)
    context = {
        "year": year,
        "policy": policy,
        "periods": periods,
        "page": page_of(request, found, UNITS_A_PAGE),
        "form": form,
        "words": list(enumerate(mapping.words_of(policy), start=1)),
        "rating_rule": _rating_rule(policy),
    }
    return show(request, "reports/map.html", context, tables.achievement_map)


def _rated(standing: Standing, word: str) -> bool:
    """Whether a unit has this word up to now; the region itself is no unit."""
    own = standing.latest.rating if standing.latest else None
    return standing.unit.kind != UnitKind.REGION and (own or UNRATED) == word


@require_safe
def unit(request, year: int, unit: int, number: int | None = None):
    """Capaian of one unit up to a quarter, by default as far as the year has come; row by row, who acts."""
    policy = _policy(request, year)
    periods = list(Period.objects.of_indicators(year))
    units = mapping.with_progress(Unit.objects.visible_to(request.scope, year=year), periods)
    found = get_object_or_404(units, pk=unit)
    period = next((each for each in periods if each.number == number), None)
    if number is not None and period is None:
        raise Http404("Jadwal pengukuran tahun ini belum dibuat.")
    day = timezone.localdate()
    standing = mapping.standings([found], policy, periods, day, words=True)[0]
    result = standing.at(period) if period else standing.latest
    rows = attention.of_result(found, result) if result else []
    by_promise = {row.row.promise.pk: row for row in attention.explained(rows, day)}
    context = {
        "year": year,
        "unit": found,
        "period": period or (result.until if result else None),
        "chosen": period,
        "standing": standing,
        "result": result,
        "agreement": result.agreement if result else standing.agreement,
        "band": mapping.band_of(result, policy),
        "groups": _groups(result, by_promise),
        "owed": sum(mapping.is_missing(row.row, row.until.number) for row in rows),
    }
    return show(request, "reports/unit.html", context, tables.unit)


def _groups(result, rows) -> list:
    """Each objective of a result with its rows as they were explained."""
    if result is None or result.until is None:
        return []
    return [(objective, [rows[row.promise.pk] for row in objective.rows]) for objective in result.objectives]


@require_safe
def worst(request, year: int):
    """Indikator Terendah: what was judged, the lowest first; what owes a figure stands in a list of its own."""
    policy = _policy(request, year)
    units = list(_units(request, year))
    periods = list(Period.objects.of_indicators(year))
    form = WorstForm(units, periods, policy, request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    day = timezone.localdate()
    standings = _narrowed(mapping.standings(units, policy, periods, day), asked)
    number = asked.get("triwulan")
    period = next((each for each in periods if str(each.number) == number), None)
    found = attention.ranking(standings, period)
    scale = readings.scale_of(policy)
    missing_only, word = bool(asked.get("belum")), asked.get("predikat")
    rows = found.missing if missing_only else found.judged
    if word:
        rows = tuple(row for row in rows if achievement.rating(row.row.result.used, scale) == word)
    page = page_of(request, rows, ROWS_A_PAGE)
    rated = [
        (row, achievement.rating(row.row.result.used, scale)) for row in attention.explained(list(page), day)
    ]
    lines = [(row, word, mapping.band(word, policy)) for row, word in rated]
    context = {
        "year": year,
        "form": form,
        "page": page,
        "lines": lines,
        "missing": len(found.missing),
        "missing_only": missing_only,
        "rating_rule": _rating_rule(policy),
    }
    return show(request, "reports/worst.html", context, tables.lowest)


def _narrowed(standings: Sequence[Standing], asked) -> Sequence[Standing]:
    """Those of the unit asked for; of the region too, none but its own."""
    wanted = asked.get("unit")
    return [each for each in standings if str(each.unit.pk) == wanted] if wanted else standings


@require_safe
def late(request, year: int):
    """Yang Terlambat: every duty past its day, the latest first, with counts by kind that lead to their rows."""
    policy = _policy(request, year)
    day = timezone.localdate()
    found = duties.duties_of(request.scope, policy, day)
    form = LateForm(request.GET or None)
    kind = form.cleaned_data["jenis"] if form.is_valid() else ""
    rows = found.of(form.states, kind)
    context = {
        "year": year,
        "policy": policy,
        "day": day,
        "form": form,
        "stages": [stage for stage in found.stages if stage.late],
        "kind": kind,
        "only_late": form.states == ("late",),
        "page": page_of(request, rows),
    }
    return show(request, "reports/late.html", context, tables.late)


@require_safe
def compliance(request, year: int):
    """Kepatuhan: what every unit owes in the year, and how far it is with each."""
    policy = _policy(request, year)
    day = timezone.localdate()
    found = duties.duties_of(request.scope, policy, day)
    rows = [
        (unit, [duty for duty in each if duty.kind in duties.OF_UNITS])
        for unit, each in found.rows
        if unit.signs_with_head or unit.on_map or unit.writes_report
    ]
    context = {
        "year": year,
        "policy": policy,
        "labels": [duties.SHORT.get(kind, duties.KINDS[kind]) for kind in duties.OF_UNITS],
        "page": page_of(request, rows, UNITS_A_PAGE),
    }
    return show(request, "reports/compliance.html", context, tables.compliance)
