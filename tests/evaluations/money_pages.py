"""What tests of the pages of money send and read."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def address(unit, number=3):
    return reverse("evaluations:money_entry", args=(2026, unit.pk, number))


def sent(response) -> dict[str, str]:
    """What a browser would send back of the page as it is shown, without pressing a named button."""
    data = {}
    for _, _, form in response.context["rows"]:
        for bound in form or ():
            value = bound.value()
            data[bound.html_name] = "" if value is None else str(bound.field.prepare_value(value))
    return data


def opened(client, account, unit, number=3) -> dict[str, str]:
    client.force_login(account)
    response = client.get(address(unit, number))
    assert response.status_code == 200
    return sent(response)


def typed(budget, spent=None, physical=None, note=None) -> dict[str, str]:
    given = {"spent": spent, "physical": physical, "note": note}
    return {f"b{budget.pk}-{name}": value for name, value in given.items() if value is not None}


def text_of(response) -> str:
    return response.content.decode()


def queries(client, url, method="get", data=None):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = getattr(client, method)(url, data or {})
    assert response.status_code in (200, 302)
    return [query["sql"] for query in captured]
