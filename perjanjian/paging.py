"""Paging that keeps the rest of the address: filters stay when the page turns."""

from django.core.paginator import Paginator
from django.http import HttpRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 100


def page_of(request: HttpRequest, rows, size: int = PAGE_SIZE) -> dict:
    """Context of `includes/pagination.html`: the page asked for and the other parts of the address."""
    others = request.GET.copy()
    others.pop("hal", None)
    return {
        "page": Paginator(rows, size).get_page(request.GET.get("hal")),
        "query": f"{others.urlencode()}&" if others else "",
    }


def searched(request: HttpRequest) -> str:
    """The words typed in ?cari=, at most 100 letters, spaces folded; without NUL, which PostgreSQL refuses."""
    return " ".join(request.GET.get("cari", "").replace("\0", " ").split())[:LONGEST_SEARCH]
