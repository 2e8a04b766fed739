"""Guards around every request: a body that is too large, a database that is away."""

import logging

from django.conf import settings
from django.db import InterfaceError, OperationalError

from perjanjian import views

log = logging.getLogger(__name__)
# Room for the other fields of a form that carries the largest allowed file.
BODY_LIMIT = 1024 * 1024 + settings.UPLOAD_LIMIT_BYTES


class DatabaseDownMiddleware:
    """A database that cannot be reached is a sentence with status 503, not a crash."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("Basis data tidak dapat dihubungi: %s", exception)
            return views.unavailable(request)
        return None


class BodyLimitMiddleware:
    """Refuses a body by its announced length, before any of it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return views.too_large(request)
        return self.get_response(request)
