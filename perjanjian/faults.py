"""What may go wrong on the machine itself, and the page that says so."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError


class Damaged(Exception):
    """Something kept for good is gone or changed; its text is a sentence for the reader."""


def page_of(error: BaseException | None) -> tuple[str, int]:
    """Template and status of the page for an error nobody caught."""
    if _disk_is_full(error):
        return "507.html", 507
    if isinstance(error, OperationalError | InterfaceError):
        return "503.html", 503
    if isinstance(error, Damaged):
        return "damaged.html", 500
    return "500.html", 500


def _disk_is_full(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    cause = getattr(error, "__cause__", None)
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_FULL
