"""What every list reads from its address: the page asked for, the words searched for, whether as a file."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 100
# Parameters of addresses: the page of a list, and the kind of file all its pages are sent as.
PAGE, DOWNLOAD = "hal", "unduh"
XLSX, CSV = "xlsx", "csv"
# A file holds at most so many rows; what is longer is narrowed first (perjanjian.exporting).
EXPORT_ROWS = 20_000


def page_of(request: HttpRequest, rows, size: int = PAGE_SIZE) -> Page:
    """The page of rows asked for in ?hal=; a number out of reach gives the nearest page.

    Where a file is asked for (?unduh=), all rows are one page, up to what a file holds.
    """
    return Paginator(rows, size_of(request, size)).get_page(number_of(request))


def size_of(request: HttpRequest, size: int = PAGE_SIZE) -> int:
    """How many rows a page of the list has: ``size``, or as many as a file holds."""
    return size if download_of(request) is None else EXPORT_ROWS


def number_of(request: HttpRequest) -> str | None:
    """The page asked for; of a file there is but one."""
    return request.GET.get(PAGE) if download_of(request) is None else None


def download_of(request: HttpRequest) -> str | None:
    """The kind of file the list is asked for as; None where it is asked for as a page."""
    wanted = request.GET.get(DOWNLOAD) if request.method in ("GET", "HEAD") else None
    return wanted if wanted in (XLSX, CSV) else None


def searched(request: HttpRequest) -> str:
    """The words typed in ?cari=, at most 100 letters, spaces folded; without NUL, which PostgreSQL refuses."""
    return " ".join(request.GET.get("cari", "").replace("\0", " ").split())[:LONGEST_SEARCH]
