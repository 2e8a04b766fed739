"""What pages over master data share: refusing, and choosing a row by searching for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, render

from perjanjian.paging import searched

FOUND_AT_MOST = 30


def demand(allowed: bool, sentence: str) -> None:
    """Answer 403 with the sentence unless allowed."""
    if not allowed:
        raise PermissionDenied(sentence)


@dataclass(frozen=True)
class Found:
    """One row to choose."""

    label: str
    note: str
    value: int


@dataclass(frozen=True)
class Question:
    """What is asked on a page where one row is searched for and chosen.

    `parameter` is what the chosen row is sent on as, to the same address.
    """

    title: str
    lead: str
    parameter: str
    search_label: str
    none_found: str = "Tidak ada yang cocok. Coba kata lain."
    new_label: str = ""
    new_address: str = ""
    back: str = ""
    back_label: str = ""


def choose(request, question: Question, rows: Iterable[Found]):
    """The page that asks; `rows` holds at most FOUND_AT_MOST."""
    kept = {key: value for key, value in request.GET.items() if key not in ("cari", question.parameter)}
    context = {"question": question, "rows": rows, "kept": kept, "query": query_of(request)}
    return render(request, "agreements/choose.html", context)


def query_of(request) -> str:
    return searched(request)


def number_in(text: str) -> int | None:
    """A row's number as it was sent; None when it cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def numbers_in(texts: Iterable[str]) -> set[int]:
    """Rows' numbers as they were sent; what cannot be one is passed over."""
    return {number for text in texts if (number := number_in(text)) is not None}


def number_of(request, parameter: str) -> int | None:
    """A row's number from the address; None when it is absent or not one."""
    return number_in(request.GET.get(parameter, ""))


def named_in(request, parameter: str, rows: QuerySet) -> Any:
    """The row the address names; None when it names none, 404 when there is no such row."""
    number = number_of(request, parameter)
    return None if number is None else get_object_or_404(rows, pk=number)
