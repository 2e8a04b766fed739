"""Ends sessions that were idle too long or are too old, and leads back to where the person was."""

import inspect
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
# The time of the last page is written at most this often: reading a page need not write.
TOUCH_EVERY_SECONDS = 60
SAFE = ("GET", "HEAD")


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
                return to_sign_in(request)
            if SIGNED_IN_AT not in session or now - seen >= TOUCH_EVERY_SECONDS:
                session[SIGNED_IN_AT], session[SEEN_AT] = signed_in, now
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Nobody signed in: to the sign-in page; a form that was sent is not taken for a page to come back to."""

    def handle_no_permission(self, request, view_func):
        if request.method in SAFE:
            return super().handle_no_permission(request, view_func)
        return to_sign_in(request)


def to_sign_in(request) -> HttpResponseRedirect:
    """To the sign-in page, which says what happened and leads back to the page or the form."""
    if request.method in SAFE:
        question = {"next": request.get_full_path(), "habis": 1}
    else:
        question = {"next": _page_behind(request), "habis": 1, "isian": 1}
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode(question)}")


def _page_behind(request) -> str:
    """The page of our own the form was sent from, as far as it can be asked for; else the Beranda."""
    referrer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(referrer)
    if not (ours and parts.netloc and _can_be_asked_for(parts.path)):
        return reverse(settings.LOGIN_REDIRECT_URL)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _can_be_asked_for(path: str) -> bool:
    """Whether the address answers GET: a page shown as the answer to a form may stand at one that does not."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return False
    while view is not None:
        methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if methods is not None and "GET" not in methods:
            return False
        view = getattr(view, "__wrapped__", None)
    return True
