"""Lists as files: what a page of a list shows, all its pages at once, as XLSX or CSV.

A view answers with ``show`` in place of ``render`` and names a function that makes a ``Table`` of the page's own
context. With ``?unduh=xlsx`` or ``csv`` in its address the same view runs with the same filters and for the same
person, only with all rows on one page (``perjanjian.paging``), and the table is sent: so a file never holds a row
that the list would not show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from perjanjian import sheets
from perjanjian.numerals import format_date, format_number
from perjanjian.paging import CSV, DOWNLOAD, EXPORT_ROWS, PAGE, download_of
from perjanjian.sheets import Cell, Heading

TYPES = {"xlsx": sheets.XLSX_TYPE, CSV: sheets.CSV_TYPE}
# What parameters of addresses are called on the pages, where no form names them.
FILTERS = {
    "cari": "Pencarian",
    "status": "Status",
    "keadaan": "Keadaan",
    "batas": "Batas",
    "milik": "Milik",
    "saring": "Saringan",
    "jabatan": "Jabatan",
    "bulan": "Sampai bulan ke-",
    "urut": "Urutan",
    "tanggal": "Tanggal dokumen",
    "lewat": "Melewati kunci",
    "belum": "Belum diisi",
    "terlambat": "Terlambat",
    "tahun": "Tahun",
    "versi": "Versi",
    "berubah": "Berubah",
    "jenis": "Yang diperiksa",
    "kurang": "Kekurangan",
    "jawaban": "Jawaban",
    "untuk": "Untuk",
    "hasil": "Hasil",
    "bagian": "Bagian",
}


@dataclass(frozen=True)
class Column:
    """A column of a list: its label, what it says of a row, its width in characters.

    Figures are given as they are known, not as they are printed: a percentage is the exact ``Decimal`` (82.5 means
    82.5 %), what is unknown is ``None`` and stays an empty cell.
    """

    label: str
    value: Callable[[Any], Cell]
    width: int = 18


@dataclass(frozen=True)
class Table:
    """A list to be sent: what it is, its columns, its rows; ``words`` say what codes in its address mean."""

    title: str
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Cell]]
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, title: str, rows: Iterable[Any], *columns: Column, words: Mapping[str, str] | None = None
    ) -> "Table":
        headings = tuple(Heading(column.label, width=column.width) for column in columns)
        return cls(title, headings, ([column.value(row) for column in columns] for row in rows), words or {})


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    table: Callable[[dict[str, Any]], Table],
    status: int = 200,
) -> HttpResponse:
    """The page with its two links, or the file that was asked for.

    Args:
        table: makes the table of the context; called only where a file is asked for.
    """
    wanted = download_of(request)
    if wanted is None:
        return render(request, template, {"exports": "daftar ini"} | context, status=status)
    longer = next((each for each in context.values() if isinstance(each, Page) and each.has_next()), None)
    if longer is not None:
        messages.warning(
            request,
            f"Daftar ini memuat {format_number(longer.paginator.count)} baris; yang dapat diunduh sekaligus paling "
            f"banyak {format_number(EXPORT_ROWS)}. Persempit daftarnya dahulu, lalu unduh lagi.",
        )
        return redirect(_address_without_download(request))
    made = table(context)
    return _file(request, wanted, made, _filters(request, context, made.words))


def local(moment: datetime | None) -> str | None:
    """A moment in regional time as text that sorts, since a cell holds no time of day: “2026-07-14 09.30”."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H.%M}" if moment else None


def yes(answer: object) -> str:
    return "Ya" if answer else "Tidak"


# --- pieces -------------------------------------------------------------------------------------


def _address_without_download(request: HttpRequest) -> str:
    rest = request.GET.copy()
    rest.pop(DOWNLOAD, None)
    return f"{request.path}?{rest.urlencode()}" if rest else request.path


def _file(request: HttpRequest, wanted: str, table: Table, filters: list[str]) -> HttpResponse:
    now = timezone.localtime()
    page = sheets.Page(table.title, table.headings, table.rows)
    if wanted == CSV:
        content = sheets.csv(page)
    else:
        about = [
            table.title,
            f"Diunduh oleh {request.user} pada {format_date(now.date())} pukul {now:%H.%M}.",
            *(filters or ["Tanpa saringan: semua baris yang dapat dilihat akun ini."]),
            "Sel kosong berarti belum diketahui atau tidak ada, bukan nol. Persen ditulis sebagai angka: 80 berarti 80 %.",
        ]
        content = sheets.xlsx([page], about)
    answer = HttpResponse(content, content_type=TYPES[wanted])
    name = f"{slugify(table.title)}-per-{now:%Y-%m-%d}.{wanted}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _filters(request: HttpRequest, context: dict[str, Any], codes: Mapping[str, str]) -> list[str]:
    """What the list was narrowed by, in the words of its form."""
    narrowed = getattr(context.get("filter"), "form", None) or context.get("form")
    fields = getattr(narrowed, "fields", {})
    found = []
    for name in request.GET:
        value = request.GET.get(name, "")
        if name in (DOWNLOAD, PAGE) or not value.strip():
            continue
        label, words = FILTERS.get(name, name), codes.get(value, value)
        if name in fields:
            label = fields[name].label or label
            words = codes.get(value) or _chosen(narrowed, name, value)
        found.append(f"{label}: {words[:200]}")
    return found


def _chosen(form: Any, name: str, value: str) -> str:
    choices = getattr(form.fields[name], "choices", ())
    if chosen := {str(key): str(label) for key, label in choices if isinstance(label, str)}.get(value):
        return chosen
    cleaned = getattr(form, "cleaned_data", {}).get(name)
    return str(cleaned) if cleaned not in (None, "") else value
