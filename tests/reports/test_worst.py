"""Indikator Terendah: the lowest first, what is owed apart, each with why and who acts; in few queries."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import add_promise, make_agreement, make_period, put_into
from tests.reports.figures import fared, office, promised, reported


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


def worst(client, person, query: str = ""):
    client.force_login(person)
    return client.get(f"/2026/terendah/{query}")


def names(answer) -> list[str]:
    return [row.row.promise.name for row, _, _ in answer.context["lines"]]


def test_the_lowest_stands_first_over_all_pages(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), *(f"Indikator {n:02}" for n in range(30)))
    for number, promise in enumerate(agreement.objectives.get().indicators.order_by("pk")):
        promise.indicator.realisations.create(
            period=make_period(), status="submitted", claimed_value=Decimal(90 - number)
        )
    pages = [worst(client, pimpinan, f"?hal={number}") for number in (1, 2)]
    used = [row.row.result.used for page in pages for row, _, _ in page.context["lines"]]
    assert len(used) == 30
    assert used == sorted(used)
    assert names(pages[0])[0] == "Indikator 29"


def test_a_missing_figure_is_no_zero(client, government, pimpinan):
    fared(government, "Dinas A", "60")
    fared(government, "Dinas B")
    answer = worst(client, pimpinan)
    assert names(answer) == ["Indikator Dinas A"]
    assert answer.context["missing"] == 1
    assert "1 indikator belum diisi" in answer.content.decode()
    owed = worst(client, pimpinan, "?belum=on")
    assert names(owed) == ["Indikator Dinas B"]
    assert 'class="number">–</td>' in owed.content.decode()
    assert 'class="number">belum diisi</td>' in owed.content.decode()


def test_the_count_of_what_is_owed_keeps_the_unit_asked_for(client, government, pimpinan):
    first = fared(government, "Dinas A")
    fared(government, "Dinas B")
    answer = worst(client, pimpinan, f"?unit={first.unit_id}&predikat=Rendah")
    assert answer.context["missing"] == 1
    assert f"?unit={first.unit_id}&amp;belum=on" in answer.content.decode()
    assert names(worst(client, pimpinan, f"?unit={first.unit_id}&belum=on")) == ["Indikator Dinas A"]


def test_a_measured_zero_is_the_lowest(client, government, pimpinan):
    fared(government, "Dinas A", "60")
    fared(government, "Dinas B", "0")
    assert names(worst(client, pimpinan)) == ["Indikator Dinas B", "Indikator Dinas A"]


def test_what_cannot_be_computed_or_is_not_published_stands_nowhere(client, government, pimpinan):
    no_target = promised(government, office(government, "Dinas A"), "Tanpa pembagi", target=Decimal(0))
    reported(no_target, 1, "5")
    reported(no_target, 2, "5")
    unpublished = promised(government, office(government, "Dinas B"), "Belum rilis")
    for number in (1, 2):
        reported(unpublished, number, None, state="not_published", expected_on=date(2026, 12, 1))
    answer = worst(client, pimpinan)
    assert (names(answer), answer.context["missing"]) == ([], 0)


def test_what_the_regent_promises_too_stands_once(client, government, pimpinan):
    own = fared(government, "Dinas A", "60")
    indicator = own.objectives.get().indicators.get().indicator
    regent = make_agreement(government.regent)
    add_promise(regent, indicator, value=Decimal(120))
    put_into(regent, "in_force")
    (line,) = worst(client, pimpinan).context["lines"]
    assert line[0].unit == own.unit
    asked = worst(client, pimpinan, f"?unit={government.root.pk}").context["lines"]
    assert [row.agreement for row, _, _ in asked] == [regent]


def test_a_row_says_why_what_follows_and_who_acts(client, government, pimpinan):
    fared(government, "Dinas A", "60", inhibiting="Alat rusak.", follow_up="Membeli alat.")
    page = worst(client, pimpinan).content.decode()
    for words in ("Alat rusak.", "Membeli alat.", "Pejabat Dinas A, Kepala Dinas A", "sementara"):
        assert words in page


def test_it_is_narrowed_by_unit_word_and_quarter(client, government, pimpinan):
    first = fared(government, "Dinas A", "60")
    reported(first, 2, "96")
    fared(government, "Dinas B", "97", number=2)
    assert names(worst(client, pimpinan, f"?unit={first.unit_id}")) == ["Indikator Dinas A"]
    assert names(worst(client, pimpinan, "?triwulan=1")) == ["Indikator Dinas A"]
    assert names(worst(client, pimpinan, "?triwulan=1&predikat=Rendah")) == ["Indikator Dinas A"]
    assert names(worst(client, pimpinan, "?predikat=Rendah")) == []


@pytest.mark.parametrize("query", ["unit=0", "unit=objective__pk", "triwulan=9", "predikat=Gemilang"])
def test_only_what_is_offered_narrows_it(client, government, pimpinan, query):
    fared(government, "Dinas A", "60")
    answer = worst(client, pimpinan, f"?{query}")
    assert set(answer.context["form"].errors) == {query.split("=")[0]}
    assert names(answer) == ["Indikator Dinas A"]


def test_a_unit_of_others_cannot_be_asked_for(client, government, kepala_kesehatan):
    other = fared(government, "Dinas A", "60")
    answer = worst(client, kepala_kesehatan, f"?unit={other.unit_id}")
    assert answer.context["form"].errors.keys() == {"unit"}
    assert "Indikator Dinas A" not in answer.content.decode()


def test_many_rows_take_no_more_queries(client, government, pimpinan):
    client.force_login(pimpinan)
    counts = []
    for start, end in ((0, 2), (2, 40)):
        for number in range(start, end):
            fared(government, f"Dinas {number:02}", "50", inhibiting="Alat rusak.")
        client.get("/2026/terendah/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/2026/terendah/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
