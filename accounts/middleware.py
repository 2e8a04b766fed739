"""Ends sessions that were idle too long or are too old, and those of closed accounts."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
# The time of the last page is written at most this often: reading a page need not write.
TOUCH_EVERY_SECONDS = 60


class SessionAgeMiddleware:
    """Idle limit SESSION_IDLE_SECONDS, absolute limit SESSION_COOKIE_AGE, by the server's clock."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = int(time.time())
            session = request.session
            signed_in, seen = session.get(SIGNED_IN_AT, now), session.get(SEEN_AT, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - signed_in > settings.SESSION_COOKIE_AGE:
                logout(request)
                return redirect(
                    f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.path, 'habis': 1})}"
                )
            if SIGNED_IN_AT not in session or now - seen >= TOUCH_EVERY_SECONDS:
                session[SIGNED_IN_AT], session[SEEN_AT] = signed_in, now
        return self.get_response(request)
