"""The pages for what went wrong; those of the machine ask neither session nor database."""

import sys

from django.http import HttpResponse
from django.shortcuts import render
from django.template import Context, Engine

from perjanjian import faults


def _plain(template: str, status: int, sentence: str = "") -> HttpResponse:
    """Rendered without the context processors: session and database may be what failed."""
    page = Engine.get_default().get_template(template).render(Context({"sentence": sentence}))
    return HttpResponse(page, status=status)


def bad_request(request, exception=None) -> HttpResponse:
    return _plain("400.html", 400)


def not_found(request, exception=None) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request, exception=None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def server_error(request) -> HttpResponse:
    """What nobody caught, wherever it was raised: in a view, a middleware, or while a page was written.

    Django calls this from within `except`, so the error is at hand.
    """
    error = sys.exc_info()[1]
    template, status = faults.page_of(error)
    return _plain(template, status, str(error) if isinstance(error, faults.Damaged) else "")


def too_large(request) -> HttpResponse:
    return _plain("413.html", 413)


def csrf_failure(request, reason: str = "") -> HttpResponse:
    return render(request, "csrf.html", status=403)
