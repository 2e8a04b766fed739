"""Finds indicators of the catalogue by what people write for them; every subject that names indicators asks here."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from agreements.imports.lookups import Lookup, fold, short, stored_units
from agreements.imports.objectives import stored_objectives
from agreements.imports.positions import nearest, stored_positions
from agreements.imports.spec import Context
from agreements.models import Indicator, Scale, Unit


def stored_scales(context: Context) -> dict[int, Scale]:
    """Scales with their steps at hand, the lowest first."""
    return context.once(
        "scales.stored", lambda: {scale.pk: scale for scale in Scale.objects.prefetch_related("steps")}
    )


def stored_indicators(context: Context) -> dict[int, Indicator]:
    """The whole catalogue with what it leads to at hand, in one query a pass."""

    def read() -> dict[int, Indicator]:
        units, positions = stored_units(context), stored_positions(context)
        objectives, scales = stored_objectives(context), stored_scales(context)
        found = {}
        for indicator in Indicator.objects.order_by("unit__order", "unit_id", "pk"):
            indicator.unit = units[indicator.unit_id]
            if indicator.objective_id is not None:
                indicator.objective = objectives[indicator.objective_id]
            if indicator.scale_id is not None:
                indicator.scale = scales[indicator.scale_id]
            if indicator.person_in_charge_id is not None:
                indicator.person_in_charge = positions[indicator.person_in_charge_id]
            found[indicator.pk] = indicator
        return found

    return context.once("indicators.stored", read)


class OwnIndicators:
    """The indicators of each unit, by code, else by name."""

    def __init__(self, indicators: Iterable[Indicator]):
        self.by_code: dict[tuple[int, str], Indicator] = {}
        self.by_name: dict[tuple[int, str], list[Indicator]] = defaultdict(list)
        for indicator in indicators:
            if indicator.code:
                self.by_code[id(indicator.unit), fold(indicator.code)] = indicator
            self.by_name[id(indicator.unit), fold(indicator.name)].append(indicator)

    def find(self, unit: Unit | None, code: str, name: str) -> Indicator | None:
        """That of the unit with the code, else with the name (both folded); those still used first."""
        if code and (found := self.by_code.get((id(unit), code))):
            return found
        # Another of that name that has a code of its own is another indicator.
        same = [each for each in self.by_name.get((id(unit), name), ()) if not code or not each.code]
        used = [each for each in same if not each.archived]
        return next(iter(used or same), None)


def own_indicators(context: Context) -> OwnIndicators:
    return context.once("indicators.own", lambda: OwnIndicators(stored_indicators(context).values()))


def indicators_of(context: Context) -> Lookup[Indicator]:
    """Indicators by code or name, whatever their unit."""

    def make() -> Lookup[Indicator]:
        return Lookup(
            "indikator",
            stored_indicators(context).values(),
            lambda each: (each.code, each.name),
            lambda each: each.archived,
            "Impor dahulu Tujuan, Sasaran & Indikator, atau tulis kode atau namanya seperti di Kamus Indikator.",
        )

    return context.once("indicators", make)


def indicator_named(context: Context, text: Any, near: Unit | None) -> Indicator:
    """The indicator meant by a code or name: of the unit, else of the nearest above it, else the only one there is.

    Raises ValueError with a sentence.
    """
    known = indicators_of(context)
    found = known.all(text)
    if near is not None:
        found = nearest(found, near) or found
    if len(found) > 1:
        found = [each for each in found if not each.archived] or found
    if len(found) > 1:
        where = ", ".join(sorted({str(each.unit) for each in found})[:3])
        raise ValueError(f"Ada {len(found)} indikator “{short(text)}” ({where}). Tulis kodenya.")
    return found[0] if found else known.find(text)


def steps_of(indicator: Indicator) -> tuple[str, ...]:
    """Names of the steps of the indicator's scale, the lowest first; read once with the scales."""
    return tuple(step.name for step in indicator.scale.steps.all()) if indicator.scale else ()
