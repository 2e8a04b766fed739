"""Paging that keeps the rest of the address: filters stay when the page turns."""

from django.core.paginator import Paginator
from django.http import HttpRequest

PAGE_SIZE = 50


def page_of(request: HttpRequest, rows, size: int = PAGE_SIZE) -> dict:
    """Context of `includes/pagination.html`: the page asked for and the other parts of the address."""
    others = request.GET.copy()
    others.pop("hal", None)
    return {
        "page": Paginator(rows, size).get_page(request.GET.get("hal")),
        "query": f"{others.urlencode()}&" if others else "",
    }
