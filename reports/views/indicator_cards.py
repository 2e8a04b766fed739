"""Manual Indikator and the table of key indicators: printed in the request when short, else as a job."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import Indicator, Unit
from agreements.views.indicators import narrowed_indicators, visible_indicator
from agreements.views.planning import reader
from agreements.years import policy_or_404
from reports import jobs
from reports.contexts.indicator_cards import cards_paper, key_indicators, key_table, with_card
from reports.indicator_cards import cards_html, cards_pdf, table_pdf

MOST_PAGES = 20
# One file for a whole region would be thousands of pages.
MOST_CARDS = 200


@require_safe
def indicator_card(request, year: int, pk: int):
    """The manual of one indicator; with ?html the document itself, for reading on screen."""
    indicator = visible_indicator(request, year, pk)
    rows = list(with_card(Indicator.objects.filter(pk=indicator.pk)))
    said = cards_paper(rows, year, timezone.localdate())
    if "html" in request.GET:
        return HttpResponse(cards_html(said))
    return _pdf(cards_pdf(said), f"Manual Indikator {indicator.code or indicator.name[:80]}")


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_cards(request, year: int):
    """The manuals of all indicators that the filter of the catalogue leaves; many are ordered by a button."""
    reader(request, year)
    rows = Indicator.objects.visible_to(request.scope, year)
    found = narrowed_indicators(request, year, rows).qs
    count, back = found.count(), reverse("agreements:indicator_list", args=(year,))
    back = f"{back}?{request.GET.urlencode()}"
    if not count or count > MOST_CARDS:
        messages.error(
            request,
            f"{count} indikator terlalu banyak untuk satu berkas. Pilih satu perangkat daerah dahulu, paling banyak "
            f"{MOST_CARDS}."
            if count
            else "Tidak ada indikator yang cocok untuk dicetak.",
        )
        return redirect(back)
    day = timezone.localdate()
    said = cards_paper(list(with_card(found)), year, day) if count <= MOST_PAGES else None
    if said is None or said.pages > MOST_PAGES:
        if request.method == "POST":
            pks = list(found.order_by("pk").values_list("pk", flat=True))
            return redirect("reports:job", jobs.order_cards(pks, year, day, request.user.pk).pk)
        return render(request, "reports/indicators/many.html", {"year": year, "count": count, "back": back})
    return _pdf(cards_pdf(said), f"Manual Indikator {year}")


@require_safe
def iku_table(request, year: int, unit: int):
    """The standard table of key indicators of a unit or of the region."""
    policy_or_404(request, year)
    found = get_object_or_404(Unit.objects.visible_to(request.scope, year=year), pk=unit)
    rows = key_indicators(found)
    if not rows.exists():
        messages.error(
            request, f"Belum ada indikator {found} yang berlabel IKU. Beri labelnya di Kamus Indikator."
        )
        return redirect(reverse("agreements:indicator_list", args=(year,)) + f"?unit={found.pk}")
    said = key_table(found, list(with_card(rows)), year, timezone.localdate())
    return _pdf(table_pdf(said), f"IKU {found.short_name} {year}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = (
        content_disposition_header(False, f"{name}.pdf".replace("/", "-")) or "inline"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
