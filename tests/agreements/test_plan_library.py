"""The library of common indicators: sound rows, found by words, copied once."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agreements import library
from agreements.enums import Accumulation, Calendar, Kind, Polarity
from agreements.models import Indicator, Scale
from agreements.models.planning import MEASURE_PLACES
from records.history import SYSTEM
from records.models import Event
from tests.factories import make_indicator, make_objective

pytestmark = pytest.mark.django_db

SHELF = reverse("agreements:library", args=(2026,))
COPY = reverse("agreements:library_copy", args=(2026,))


def named(name: str) -> library.Template:
    return next(template for template in library.templates() if template.name == name)


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


def test_the_shelf_holds_sixty_to_a_hundred_without_twins():
    names = [template.name.casefold() for template in library.templates()]
    assert 60 <= len(names) <= 100
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("template", library.templates(), ids=lambda t: t.name)
def test_every_row_would_pass_the_form(template):
    assert template.kind in Kind.values
    assert template.polarity in Polarity.values
    assert template.accumulation in Accumulation.values
    assert template.calendar in Calendar.values
    assert all((template.field, template.name, template.unit_of_measure, template.source))
    assert template.definition.endswith(".")
    assert template.formula_words.endswith(".")
    assert 0 <= template.decimals <= MEASURE_PLACES
    assert template.release_month is None or 1 <= template.release_month <= 12
    assert (template.kind == Kind.SCALE) == bool(template.scale)
    assert bool(template.scale) == (len(template.steps) > 1)
    assert template.factor == 100 or template.kind == Kind.RATIO
    assert not template.part_of_whole or template.kind == Kind.RATIO
    assert (template.accumulation == Accumulation.ANNUAL) <= (template.calendar == Calendar.ANNUAL)
    scale = Scale(pk=1) if template.scale else None
    fields = {name: getattr(template, name) for name in library.COPIED}
    Indicator(**fields, scale=scale).clean()
    for name in library.COPIED:
        most = Indicator._meta.get_field(name).max_length
        assert most is None or len(str(fields[name])) <= most


@pytest.mark.parametrize(
    ("words", "field", "found"),
    [
        ("STUNTING", "", {"Prevalensi stunting"}),
        ("kematian mpdn", "", {"Angka kematian ibu", "Angka kematian bayi"}),
        ("rekomendasi bpk", "Pengawasan", {"Persentase rekomendasi BPK yang ditindaklanjuti"}),
        ("opini", "Pengawasan", set()),
        ("tidak ada kata ini", "", set()),
    ],
)
def test_it_is_found_by_words_and_field(planner, words, field, found):
    answer = planner.get(SHELF, {"cari": words, "urusan": field})
    assert {row.name for row in answer.context["page"]} == found


def test_ticked_ones_are_copied_whole_and_known_ones_skipped(planner, perencana, government):
    ibu, stunting = named("Angka kematian ibu"), named("Prevalensi stunting")
    make_indicator(government.pendidikan, ibu.name)
    address = f"{COPY}?pilih={ibu.number}&pilih={stunting.number}&unit={government.kesehatan.pk}"
    shown = planner.get(address).context["chosen"]
    assert [(row.name, known) for row, known in shown] == [(ibu.name, False), (stunting.name, True)]
    answer = planner.post(address, {"objective": government.sasaran.pk}, follow=True)
    text = answer.content.decode()
    assert "1 indikator disalin ke Dinas Kesehatan" in text
    assert "sudah ada di Dinas Kesehatan: Prevalensi stunting" in text
    made = Indicator.objects.get(unit=government.kesehatan, name=ibu.name)
    assert (made.kind, made.factor, made.polarity) == (Kind.RATIO, Decimal(100000), Polarity.LOWER)
    assert (made.objective, made.source, made.definition) == (government.sasaran, ibu.source, ibu.definition)
    assert [label.name for label in made.labels.all()] == ["IKU PD"]
    event = Event.objects.get()
    assert (event.actor, event.action) == (perencana, "menyalin indikator dari pustaka")


def test_copying_twice_makes_nothing_new(government):
    chosen = [named("Angka kematian ibu")]
    assert len(library.copy(chosen, government.kesehatan, None, SYSTEM).made) == 1
    again = library.copy(chosen, government.kesehatan, None, SYSTEM)
    assert (again.made, again.skipped) == ((), ("Angka kematian ibu",))


def test_a_scale_comes_along_and_the_governments_own_is_kept(government):
    opinion = [named("Opini BPK atas laporan keuangan daerah")]
    (first,) = library.copy(opinion, government.kesehatan, None, SYSTEM).made
    assert [step.name for step in first.scale.steps.all()] == ["TMP", "TW", "WDP", "WTP"]
    (second,) = library.copy(opinion, government.pendidikan, None, SYSTEM).made
    assert second.scale == first.scale
    assert first.scale.steps.count() == 4


def test_nothing_ticked_or_a_unit_that_is_none_leads_back(planner, government):
    for asked in ({"unit": government.kesehatan.pk}, {"pilih": "1"}, {"pilih": "x", "unit": "y"}):
        answer = planner.get(COPY, asked, follow=True)
        assert answer.redirect_chain[-1][0] == SHELF
        assert "Tandai paling sedikit satu" in answer.content.decode()
    assert planner.get(COPY, {"pilih": "1", "unit": 999999}).status_code == 404


def test_only_objectives_that_stand_and_are_above_are_offered(planner, government):
    ended = make_objective(government.kesehatan, "Lama", last_year=2025)
    other = make_objective(government.pendidikan, "Meningkatnya literasi")
    form = planner.get(f"{COPY}?pilih=1&unit={government.kesehatan.pk}").context["form"]
    offered = form.fields["objective"].queryset
    assert government.sasaran in offered
    assert ended not in offered
    assert other not in offered
