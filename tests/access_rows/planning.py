"""Who may do what with the plan: objectives, the catalogue, budgets."""

from agreements.models import Scale
from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row
from tests.factories import make_budget, make_planning_period, make_revision

NO_VIEW = frozenset({"administrator", "orang_luar"})
READERS = READ_ALL | OF_KESEHATAN
PLANNERS = frozenset({"bagian_organisasi", "perencana"})
BUDGETERS = frozenset({"bagian_organisasi", "anggaran"})


def year(g) -> dict:
    return {"year": 2026}


def closed_year(g) -> dict:
    return {"year": 2031}


def objective(g) -> dict:
    return {"year": 2026, "pk": g.sasaran.pk}


def indicator(g) -> dict:
    return {"year": 2026, "pk": g.stunting.pk}


def period(g) -> dict:
    return {"year": 2026, "pk": make_planning_period().pk}


def revision(g) -> dict:
    return {"year": 2026, "pk": make_revision().pk}


def revision_of_sasaran(g) -> dict:
    return {**revision(g), "objective": g.sasaran.pk}


def ended_sasaran(g) -> dict:
    kwargs = revision_of_sasaran(g)
    g.sasaran.last_year, g.sasaran.ended_by_id = 2026, kwargs["pk"]
    g.sasaran.save()
    return kwargs


def unit(g) -> dict:
    g.stunting.labels.create(name="IKU PD")
    return {"year": 2026, "unit": g.kesehatan.pk}


def budget(g) -> dict:
    return {"year": 2026, "pk": make_budget(g.kesehatan).pk}


def programme(g) -> dict:
    return {"year": 2026, "pk": make_budget(g.kesehatan).programme_id}


def scale(g) -> dict:
    return {"pk": Scale.objects.create(name="Opini BPK").pk}


ROWS = [
    *(
        Row(f"agreements:{name}", year, ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW)
        for name in ("objective_list", "indicator_list", "budget_list", "plan_checks")
    ),
    *(
        Row(f"agreements:{name}", closed_year, note="tahun tidak dibuka")
        for name in (
            "objective_list",
            "indicator_list",
            "budget_list",
            "plan_checks",
            "indicator_create",
            "budget_create",
            "library",
        )
    ),
    *(
        Row(f"agreements:{name}", year, ok=PLANNERS, forbidden=EVERYONE - PLANNERS)
        for name in ("objective_create", "period_create", "indicator_create", "library", "library_copy")
    ),
    Row("agreements:objective_edit", objective, ok=PLANNERS, forbidden=READERS - PLANNERS),
    Row("agreements:period_detail", period, ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW),
    Row("agreements:revision_detail", revision, ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW),
    Row("agreements:revision_create", period, ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row("agreements:revision_edit", revision, ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row("agreements:revision_replace", revision_of_sasaran, ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row(
        "agreements:revision_end",
        revision_of_sasaran,
        ok=PLANNERS,
        forbidden=EVERYONE - PLANNERS,
        method="post",
    ),
    Row(
        "agreements:revision_restore",
        ended_sasaran,
        ok=PLANNERS,
        forbidden=EVERYONE - PLANNERS,
        method="post",
    ),
    Row("reports:indicator_card", indicator, ok=READERS),
    Row("reports:iku_table", unit, ok=READERS),
    Row("reports:indicator_cards", year, ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW),
    Row("agreements:period_edit", period, ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row("agreements:indicator_detail", indicator, ok=READERS),
    Row(
        "agreements:indicator_detail",
        lambda g: {**indicator(g), "year": 2025},
        ok=READERS | {"tamu"},
        note="tahun tamu",
    ),
    Row("agreements:indicator_edit", indicator, ok=PLANNERS, forbidden=READERS - PLANNERS),
    Row("agreements:indicator_edit", indicator, ok=PLANNERS, forbidden=READERS - PLANNERS, method="post"),
    Row("agreements:indicator_targets", indicator, ok=PLANNERS, forbidden=READERS - PLANNERS),
    Row(
        "agreements:indicator_targets",
        indicator,
        ok=PLANNERS,
        forbidden=READERS - PLANNERS,
        method="post",
        data={"2026-value": "5"},
    ),
    Row("agreements:indicator_benchmarks", indicator, ok=PLANNERS, forbidden=READERS - PLANNERS),
    Row(
        "agreements:indicator_benchmarks", indicator, ok=PLANNERS, forbidden=READERS - PLANNERS, method="post"
    ),
    Row("agreements:scale_list", ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row("agreements:scale_create", ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row("agreements:scale_edit", scale, ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    *(
        Row(f"agreements:{name}", year, ok=BUDGETERS, forbidden=EVERYONE - BUDGETERS)
        for name in ("budget_create", "programme_create")
    ),
    Row("agreements:budget_edit", budget, ok=BUDGETERS, forbidden=READERS - BUDGETERS),
    Row(
        "agreements:budget_edit",
        budget,
        ok=BUDGETERS,
        forbidden=READERS - BUDGETERS,
        method="post",
        data={"version": "original", "fund_source": "APBD", "amount": "5"},
    ),
    Row("agreements:programme_edit", programme, ok=BUDGETERS, forbidden=EVERYONE - BUDGETERS),
]
