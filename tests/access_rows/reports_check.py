"""Who may check a printed document: everybody, signed in or not."""

from agreements.models import Issue
from tests.access import Row
from tests.agreements.steps import in_signing


def _code(g) -> dict:
    return {"code": Issue.objects.get(agreement=in_signing(g)).code}


ROWS = [
    Row("reports:check", public=True),
    Row("reports:check_code", _code, public=True),
]
