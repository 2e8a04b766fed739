"""The pages for what went wrong; none of them asks the database."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template import Context, Engine


def _plain(request, template: str, status: int) -> HttpResponse:
    """Rendered without the context processors: session and database may be what failed."""
    return HttpResponse(Engine.get_default().get_template(template).render(Context({})), status=status)


def not_found(request, exception=None) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request, exception=None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def server_error(request) -> HttpResponse:
    return _plain(request, "500.html", 500)


def unavailable(request) -> HttpResponse:
    return _plain(request, "503.html", 503)


def too_large(request) -> HttpResponse:
    return _plain(request, "413.html", 413)


def csrf_failure(request, reason: str = "") -> HttpResponse:
    return render(request, "csrf.html", status=403)
