"""The drawn performance tree on screen, and its PDF: in the request when it is short, else as a job."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from agreements import tree as trees
from agreements.models import TreeNode
from agreements.views.common import number_of
from agreements.views.tree import Ground, address_of, first_levels, ground_of, seen_nodes, tabs
from reports import jobs, tree_drawing
from reports.contexts.tree import (
    MOST_AT_ONCE,
    MOST_PAGES,
    MOST_PRINTED,
    SIZES,
    chart,
    nodes_on_paper,
    tree_paper,
)
from reports.tree import tree_pdf


@require_safe
def tree_chart(request, year: int, unit: int | None = None):
    """Three levels of a tree as a drawing, from its tops or from the node in `simpul`."""
    ground = ground_of(request, year, unit)
    if ground is None:
        return redirect("agreements:tree", year=year)
    number = number_of(request, "simpul")
    top, page = None, None
    if number is None:
        page, branches = first_levels(request, ground)
    else:
        rows = trees.readable(TreeNode.objects.visible_to(request.scope, year))
        top = get_object_or_404(rows.filter(period=ground.period), pk=number)
        branches = trees.grown([top], rows, year)
    context = {
        "year": year,
        "ground": ground,
        "tabs": tabs(ground),
        "top": top,
        "page": page,
        "drawing": chart(branches, ground.unit, year) if branches else "",
        "legend": tree_drawing.legend("keterangan"),
        "hidden": [branch for branch in _all(branches) if branch.hidden],
        "chart_address": address_of(ground.unit, year, "reports:tree_chart"),
    }
    return render(request, "reports/tree/chart.html", context)


def _all(branches):
    for branch in branches:
        yield branch
        yield from _all(branch.below)


@require_http_methods(["GET", "HEAD", "POST"])
def tree_print(request, year: int, unit: int | None = None):
    """Asks for the size of the paper and gives the PDF; a long one is ordered and fetched from Unduhan."""
    ground = ground_of(request, year, unit)
    if ground is None:
        return redirect("agreements:tree", year=year)
    seen = seen_nodes(request, ground)
    count = nodes_on_paper(seen, ground.units, ground.is_region)
    size = request.GET.get("kertas", "") or request.POST.get("kertas", "")
    if size not in SIZES or not count or count > MOST_PRINTED:
        context = {
            "year": year,
            "ground": ground,
            "tabs": tabs(ground),
            "count": count,
            "sizes": SIZES.items(),
            "most": MOST_PRINTED,
            "long": count > MOST_AT_ONCE or "panjang" in request.GET,
        }
        return render(request, "reports/tree/print.html", context)
    day = timezone.localdate()
    said = None
    if count <= MOST_AT_ONCE:
        said = tree_paper(seen, ground.unit, ground.units, ground.period, year, size, day)
    if said is None or len(said.sheets) > MOST_PAGES:
        return _ordered(request, ground, size)
    answer = HttpResponse(tree_pdf(said), content_type="application/pdf")
    name = f"{said.file_title}.pdf".replace("/", "-")
    answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _ordered(request, ground: Ground, size: str):
    """A long paper is made behind the scenes; only a form that was sent orders it."""
    if request.method != "POST":
        messages.info(request, "Pohon ini panjang, jadi dibuat di latar belakang. Tekan “Buat PDF”.")
        return redirect(address_of(ground.unit, ground.year, "reports:tree_print") + "?panjang=1")
    day = timezone.localdate()
    return redirect("reports:job", jobs.order_tree(ground.unit, ground.year, size, day, request.user.pk).pk)
