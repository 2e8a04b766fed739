"""The guard around every request: a body that is too large."""

from django.conf import settings

from perjanjian import views

# Room for the other fields of a form that carries the largest allowed file.
BODY_LIMIT = 1024 * 1024 + settings.UPLOAD_LIMIT_BYTES


class BodyLimitMiddleware:
    """Refuses a body by its announced length, before any of it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return views.too_large(request)
        return self.get_response(request)
