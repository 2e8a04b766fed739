"""Who may do what with the performance tree: the region's, a unit's, its nodes, requests between units."""

from tests.access import EVERYONE, OF_KESEHATAN, OF_PENDIDIKAN, READ_ALL, Row
from tests.agreements.trees import ask, make_node
from tests.factories import make_objective

NO_VIEW = frozenset({"administrator", "orang_luar"})
# The guest may read the year 2025 only.
READERS = READ_ALL | OF_KESEHATAN
PLANNERS = frozenset({"bagian_organisasi", "perencana"})
SHAPERS = PLANNERS | OF_KESEHATAN
# Who reads something in 2026 sees the region's own nodes.
OF_REGION = EVERYONE - NO_VIEW - {"tamu"}


def year(g) -> dict:
    make_objective(g.kesehatan)
    return {"year": 2026}


def closed_year(g) -> dict:
    return {"year": 2031}


def unit(g) -> dict:
    return {**year(g), "unit": g.kesehatan.pk}


def node(g) -> dict:
    return {"year": 2026, "pk": make_node(g.kesehatan).pk}


def node_of_region(g) -> dict:
    return {"year": 2026, "pk": make_node(g.root).pk}


def with_indicators(g) -> dict:
    return {**node(g), "what": "indikator"}


def link(g) -> dict:
    return {"year": 2026, "pk": ask(g, make_node(g.kesehatan), g.pendidikan).pk}


def answer(g) -> dict:
    return {**link(g), "action": "accept"}


# Who writes the tree of some unit.
WRITERS = SHAPERS | OF_PENDIDIKAN | {"sekda"}
ASKED = PLANNERS | OF_PENDIDIKAN
CONCERNED = READERS | OF_PENDIDIKAN
PEOPLE_OF_TREE = EVERYONE - NO_VIEW

ROWS = [
    *(
        Row(name, year, ok=PEOPLE_OF_TREE, forbidden=NO_VIEW)
        for name in (
            "agreements:tree",
            "agreements:tree_units",
            "agreements:tree_links",
            "reports:tree_chart",
            "reports:tree_print",
        )
    ),
    *(
        Row(name, closed_year, note="tahun tidak dibuka")
        for name in ("agreements:tree", "agreements:tree_units", "reports:tree_chart", "reports:tree_print")
    ),
    *(
        Row(name, unit, ok=READERS, forbidden=NO_VIEW)
        for name in ("agreements:tree_of", "reports:tree_chart_of", "reports:tree_print_of")
    ),
    Row("agreements:tree_start", year, ok=PLANNERS, forbidden=EVERYONE - PLANNERS),
    Row("agreements:tree_start", year, ok=PLANNERS, forbidden=EVERYONE - PLANNERS, method="post"),
    Row("agreements:tree_start_of", unit, ok=SHAPERS, forbidden=(READERS | NO_VIEW) - SHAPERS),
    Row("agreements:tree_start_of", unit, ok=SHAPERS, forbidden=(READERS | NO_VIEW) - SHAPERS, method="post"),
    *(Row(f"agreements:{name}", node, ok=READERS) for name in ("tree_node", "tree_branch")),
    *(
        Row(f"agreements:{name}", node_of_region, ok=OF_REGION, note="simpul daerah")
        for name in ("tree_node", "tree_branch")
    ),
    *(
        Row(f"agreements:{name}", node, ok=SHAPERS, forbidden=READERS - SHAPERS)
        for name in (
            "tree_node_edit",
            "tree_node_move",
            "tree_node_delete",
            "tree_node_owner",
            "tree_link_ask",
        )
    ),
    *(
        Row(
            f"agreements:{name}",
            node_of_region,
            ok=PLANNERS,
            forbidden=OF_REGION - PLANNERS,
            note="simpul daerah",
        )
        for name in ("tree_node_edit", "tree_node_move", "tree_node_delete", "tree_link_ask")
    ),
    *(
        Row(
            f"agreements:{name}",
            node,
            ok=SHAPERS,
            forbidden=READERS - SHAPERS,
            method="post",
            data={"arah": "naik"},
        )
        for name in ("tree_node_edit", "tree_node_shift", "tree_node_delete")
    ),
    Row("agreements:tree_node_attach", with_indicators, ok=SHAPERS, forbidden=READERS - SHAPERS),
    Row(
        "agreements:tree_node_attach", with_indicators, ok=SHAPERS, forbidden=READERS - SHAPERS, method="post"
    ),
    Row(
        "agreements:tree_node_detach", with_indicators, ok=SHAPERS, forbidden=READERS - SHAPERS, method="post"
    ),
    Row("agreements:tree_node_create", year, ok=WRITERS, forbidden=EVERYONE - WRITERS),
    Row("agreements:tree_link", link, ok=CONCERNED),
    Row("agreements:tree_link_node", link, ok=ASKED, forbidden=CONCERNED - ASKED),
    Row(
        "agreements:tree_link_action",
        answer,
        ok=ASKED,
        forbidden=CONCERNED - ASKED,
        method="post",
        data={"note": "Disepakati pada forum."},
    ),
    Row("agreements:tree_link_withdraw", link, ok=SHAPERS, forbidden=CONCERNED - SHAPERS, method="post"),
]
