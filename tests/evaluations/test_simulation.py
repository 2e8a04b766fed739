"""The simulation page: what typed figures come to, with the sentence and the rating."""

import pytest
from django.urls import reverse

from agreements.models import YearPolicy


@pytest.fixture
def asked(client, operator_kesehatan):
    client.force_login(operator_kesehatan)

    def ask(**typed):
        base = {"jenis": "number", "polarity": "higher", "method": "selisih", "accumulation": "last"}
        response = client.get(
            reverse("evaluations:simulation"), base | {"policy": "2026", "hitung": "1"} | typed
        )
        assert response.status_code == 200
        return response

    return ask


@pytest.mark.parametrize(
    ("typed", "raw", "used", "rating"),
    [
        ({"target": "10", "actual": "12", "polarity": "lower"}, "80,00\xa0%", "80,00\xa0%", "Tinggi"),
        (
            {"target": "10", "actual": "5", "polarity": "lower", "method": "invers", "cap": "120"},
            "200,00\xa0%",
            "120,00\xa0%",
            "Sangat Tinggi",
        ),
        ({"jenis": "range", "low": "2", "high": "8", "actual": "5"}, "100,00\xa0%", "100,00\xa0%", "Sangat Tinggi"),
        ({"jenis": "scale", "target": "4", "actual": "3"}, "75,00\xa0%", "75,00\xa0%", "Sedang"),
        ({"jenis": "date", "target": "31 Maret 2026", "actual": "31/3/2026"}, "100,00\xa0%", "100,00\xa0%", "Sangat Tinggi"),
        ({"target": "0", "actual": "3"}, "tidak dapat dihitung", "tidak dapat dihitung", None),
        (
            {"target": "100", "accumulation": "sum", "tw1": "30", "tw2": "40", "tw3": "20", "tw4": "10"},
            "100,00\xa0%",
            "100,00\xa0%",
            "Sangat Tinggi",
        ),
        (
            {"target": "100", "accumulation": "sum", "tw1": "30", "tw3": "20"},
            "50,00\xa0%",
            "tidak dapat dihitung",
            None,
        ),
    ],
)  # fmt: skip
def test_figures_are_judged_by_the_engine(asked, typed, raw, used, rating):
    context = asked(**typed).context
    assert (context["found"].raw_text, context["found"].used_text, context["rating"]) == (raw, used, rating)


def test_the_sentence_and_the_rule_are_shown(asked):
    page = asked(target="10", actual="12", polarity="lower").content.decode()
    assert "Realisasi 12 dari target 10, makin rendah makin baik" in page
    assert "Predikat menurut nilai yang belum dibulatkan" in page


def test_the_rating_follows_the_chosen_year(asked):
    YearPolicy.objects.filter(year=2025).update(bound_2="85", word_3="Cukup")
    assert asked(target="10", actual="8", policy="2025").context["rating"] == "Cukup"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"target": "10x", "actual": "1"}, "tidak terbaca"),
        ({"target": "10"}, "Isi realisasinya"),
        ({"target": "10", "actual": "1", "cap": "90"}, "paling sedikit 100"),
        ({"jenis": "scale", "target": "0", "actual": "1"}, "lebih besar"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(asked, typed, sentence):
    page = asked(**typed).content.decode()
    assert sentence in page
    assert f'value="{typed["target"]}"' in page


def test_a_doubtful_number_is_asked_about(asked):
    assert 'name="target__reading"' in asked(target="1.5", actual="1").content.decode()
    assert asked(target="1.5", target__reading="1,5", actual="1,5").context["found"].raw_text == "100,00\xa0%"


def test_an_unknown_kind_shows_the_plain_form(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    assert client.get(reverse("evaluations:simulation"), {"jenis": "aneh"}).context["kind"] == "number"


def test_quarters_without_a_way_to_add_them_take_the_last(client, kepala_kesehatan):
    client.force_login(kepala_kesehatan)
    page = client.get(
        reverse("evaluations:simulation"), {"hitung": "1", "polarity": "higher", "target": "1", "tw1": "2"}
    )
    assert page.status_code == 200
