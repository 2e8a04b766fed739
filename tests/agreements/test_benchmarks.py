"""Benchmarks of an indicator: any number, each with its source, saved together."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agreements.models import Benchmark
from records.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(government):
    return reverse("agreements:indicator_benchmarks", args=(2026, government.stunting.pk))


@pytest.fixture
def known(government):
    return Benchmark.objects.create(
        indicator=government.stunting, year=2025, name="Indonesia", value=Decimal("19.8"), source="SSGI"
    )


def sent(client, page: str, **typed) -> dict:
    context = client.get(page).context
    data = {"seen": context["seen"]}
    for form in context["forms"]:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else str(value).replace(".", ",")
    return data | {name.replace("__", "-"): value for name, value in typed.items()}


NEIGHBOUR = {
    "baru-1-kind": "neighbour", "baru-1-name": "Kota Seberang", "baru-1-year": "2026",
    "baru-1-value": "12,9", "baru-1-source": "SSGI 2026",
}  # fmt: skip


def test_a_new_one_stands_beside_the_known(client, government, page, known):
    client.force_login(government.users.perencana)
    assert (
        client.post(
            page, sent(client, page) | {k.replace("-1-", "-2-"): v for k, v in NEIGHBOUR.items()}
        ).status_code
        == 302
    )
    found = [(row.kind, row.name, row.value) for row in Benchmark.objects.order_by("pk")]
    assert found == [
        ("national", "Indonesia", Decimal("19.8")),
        ("neighbour", "Kota Seberang", Decimal("12.9")),
    ]
    event = Event.objects.order_by("-number").first()
    assert event.action == "mengubah pembanding"
    assert "Kota Seberang" in event.after
    assert "Indonesia" not in event.after


def test_one_without_its_figure_is_taken_away(client, government, page, known):
    client.force_login(government.users.perencana)
    client.post(page, sent(client, page) | {f"{known.pk}-value": ""})
    assert not Benchmark.objects.exists()


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("kind", "Pilih jenis pembandingnya."),
        ("name", "Tulis siapa pembandingnya"),
        ("year", "Isi tahun datanya."),
        ("source", "Tulis sumbernya"),
    ],
)
def test_what_a_figure_needs_is_asked_beside_its_field(left_out, sentence, client, government, page):
    client.force_login(government.users.perencana)
    typed = {k.replace("-1-", "-0-"): v for k, v in NEIGHBOUR.items()} | {f"baru-0-{left_out}": ""}
    answer = client.post(page, sent(client, page) | typed)
    assert sentence in answer.content.decode()
    assert not Benchmark.objects.exists()


def test_the_same_twice_is_refused(client, government, page):
    client.force_login(government.users.perencana)
    first = {k.replace("-1-", "-0-"): v for k, v in NEIGHBOUR.items()}
    answer = client.post(page, sent(client, page) | first | NEIGHBOUR)
    assert "sudah ada di atas" in answer.content.decode()
    assert not Benchmark.objects.exists()


def test_what_another_saved_meanwhile_is_shown_and_kept(client, government, page, known):
    client.force_login(government.users.perencana)
    mine = sent(client, page) | {f"{known.pk}-value": "20,1"}
    Benchmark.objects.filter(pk=known.pk).update(value=Decimal(21))
    answer = client.post(page, mine)
    assert answer.context["clash"]
    assert Benchmark.objects.get().value == Decimal(21)
    assert client.post(page, mine | {"seen": answer.context["seen"]}).status_code == 302
    assert Benchmark.objects.get().value == Decimal("20.1")


def test_the_page_of_the_indicator_shows_them(client, government, known):
    client.force_login(government.users.operator_kesehatan)
    address = reverse("agreements:indicator_detail", args=(2026, government.stunting.pk))
    text = client.get(address).content.decode()
    assert "Nasional: Indonesia" in text
    assert reverse("agreements:indicator_benchmarks", args=(2026, government.stunting.pk)) not in text
    assert reverse("evaluations:earlier_years", args=(2026, government.stunting.pk)) in text
