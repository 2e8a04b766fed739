"""What every list reads from its address: the page asked for, and the words searched for."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 100


def page_of(request: HttpRequest, rows, size: int = PAGE_SIZE) -> Page:
    """The page of rows asked for in ?hal=; a number out of reach gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("hal"))


def searched(request: HttpRequest) -> str:
    """The words typed in ?cari=, at most 100 letters, spaces folded; without NUL, which PostgreSQL refuses."""
    return " ".join(request.GET.get("cari", "").replace("\0", " ").split())[:LONGEST_SEARCH]
