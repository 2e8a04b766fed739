"""Tujuan and sasaran as an outline, and the card and form of an indicator."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import Kind, Status, UnitKind
from agreements.models import Objective, Scale
from agreements.objective_tree import BELOW_SHOWN
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_objective,
    make_planning_period,
    make_unit,
    put_into,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


def page(name, *args, year=2026) -> str:
    return reverse(f"agreements:{name}", args=(year, *args))


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


@pytest.fixture
def tree(government):
    """Tujuan and sasaran of the region, tujuan and sasaran of an office, sasaran of its division."""
    goal = make_objective(government.root, "Terwujudnya masyarakat sehat", kind="goal", code="1")
    region = make_objective(government.root, "Meningkatnya umur harapan hidup", code="1.1", parent=goal)
    office = make_objective(government.kesehatan, "Masyarakat sehat", kind="goal", parent=region)
    Objective.objects.filter(pk=government.sasaran.pk).update(parent=office)
    division = make_objective(government.bidang, "Meningkatnya cakupan posyandu", parent=government.sasaran)
    return goal, region, office, government.sasaran, division


def flat(branches, level=1) -> list[tuple[int, str]]:
    found = []
    for branch in branches:
        found.append((level, branch.objective.text))
        found += flat(branch.below, level + 1)
    return found


def test_the_outline_goes_from_the_region_to_the_units(planner, tree):
    answer = planner.get(page("objective_list"))
    assert flat(answer.context["branches"]) == [
        (level, row.text) for level, row in enumerate(tree[:4], start=1)
    ]
    sasaran = answer.context["branches"][0].below[0].below[0].below[0]
    assert (sasaran.indicators, sasaran.hidden) == (1, 1)
    content = answer.content.decode()
    assert "1.1" in content
    deeper = planner.get(page("objective_list"), {"dari": tree[3].pk})
    assert flat(deeper.context["branches"]) == [(1, tree[4].text)]


def test_a_unit_has_its_own_outline_and_names_what_it_supports(planner, government, tree):
    answer = planner.get(page("objective_list"), {"unit": government.kesehatan.pk})
    assert flat(answer.context["branches"]) == [(1, tree[2].text), (2, tree[3].text)]
    assert answer.context["branches"][0].supports == tree[1]
    found = planner.get(page("objective_list"), {"cari": "posyandu"})
    assert flat(found.context["branches"]) == [(1, tree[4].text)]


def test_more_than_a_page_holds_has_a_page_of_its_own(planner, government, tree):
    for number in range(BELOW_SHOWN + 2):
        make_objective(
            government.kesehatan, f"Tujuan {number:02}", kind="goal", parent=tree[1], order=number + 1
        )
    region = planner.get(page("objective_list")).context["branches"][0].below[0]
    assert (len(region.below), region.hidden) == (BELOW_SHOWN, 3)
    assert planner.get(page("objective_list"), {"dari": tree[1].pk}).context["page"].paginator.count == 43


def test_an_operator_does_not_see_what_others_answer_with(client, operator_pendidikan, government, tree):
    client.force_login(operator_pendidikan)
    answer = client.get(page("objective_list"))
    assert flat(answer.context["branches"]) == [(1, tree[0].text), (2, tree[1].text)]
    assert answer.context["branches"][0].below[0].hidden == 0
    assert tree[3].text not in answer.content.decode()
    assert client.get(page("objective_list"), {"dari": tree[3].pk}).status_code == 404


def test_the_outline_takes_as_many_queries_for_thirty_as_for_three(planner, government, tree):
    def filled(number):
        for n in range(number):
            unit = make_unit(f"Badan {number}-{n}", government.root, UnitKind.AGENCY)
            goal = make_objective(unit, f"Tujuan {n}", kind="goal", parent=tree[1])
            make_indicator(unit, objective=make_objective(unit, f"Sasaran {n}", parent=goal))
        session = planner.session
        session.pop("signed_in_at", None)
        session.save()
        with CaptureQueriesContext(connection) as queries:
            assert planner.get(page("objective_list")).status_code == 200
        return len(queries)

    few, many = filled(3), filled(30)
    assert few == many <= 20


def test_a_code_is_given_once_in_a_unit_and_period(planner, government):
    make_objective(government.kesehatan, "Lain", code="2.1")
    data = {"period": make_planning_period().pk, "kind": "objective", "code": "2.1", "text": "x", "order": 0}
    response = planner.post(page("objective_edit", government.sasaran.pk), data)
    assert "sudah dipakai “Lain”" in errors_of(response)["code"]
    Objective.objects.filter(text="Lain").update(last_year=2025)
    assert planner.post(page("objective_edit", government.sasaran.pk), data).status_code == 302


# --- the form of an indicator ---------------------------------------------------------------------


def typed(indicator, **fields) -> dict:
    return {
        "unit": indicator.unit_id, "name": indicator.name, "unit_of_measure": indicator.unit_of_measure,
        "kind": indicator.kind, "polarity": indicator.polarity, "accumulation": indicator.accumulation,
        "decimals": 2, "factor": "100", "calendar": "quarterly", "reference_lag": 0,
    } | fields  # fmt: skip


def test_every_field_of_the_form_is_explained_by_a_sentence(planner, government):
    form = planner.get(page("indicator_edit", government.stunting.pk)).context["form"]
    assert [name for name, field in form.fields.items() if name != "seen" and not field.help_text] == []


def test_code_and_year_of_the_baseline_are_kept_and_shown(planner, government):
    address = page("indicator_edit", government.stunting.pk)
    planner.post(address, typed(government.stunting, code="IKU-1", baseline="21,6", baseline_year=2024))
    text = planner.get(page("indicator_detail", government.stunting.pk)).content.decode()
    assert "IKU-1" in text
    assert "21,6 (2024)" in text
    other = make_indicator(government.kesehatan, "Angka kematian ibu")
    response = planner.post(page("indicator_edit", other.pk), typed(other, code="IKU-1"))
    assert "sudah dipakai" in errors_of(response)["code"]


def test_successors_make_no_circle(planner, government):
    old = government.stunting
    new = make_indicator(government.kesehatan, "Stunting menurut cara baru", successor_of=old)
    newest = make_indicator(government.kesehatan, "Stunting terbaru", successor_of=new)
    for successor in (new, newest):
        response = planner.post(page("indicator_edit", old.pk), typed(old, successor_of=successor.pk))
        assert "saling menggantikan" in errors_of(response)["successor_of"], successor
    old.refresh_from_db()
    assert old.successor_of is None


def test_the_end_target_is_that_of_the_last_year(planner, government):
    government.stunting.targets.create(year=2029, value=9)
    government.stunting.targets.create(year=2028, value=10)
    text = planner.get(page("indicator_detail", government.stunting.pk)).content.decode()
    assert text.count("(target akhir)") == 1
    assert text.index("2028") < text.index("(target akhir)")


# --- scales ---------------------------------------------------------------------------------------


def test_a_scale_says_where_it_is_used_and_leads_there(planner, government):
    opinion = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("WDP", "WTP"), start=1):
        opinion.steps.create(rank=rank, name=name)
    Scale.objects.create(name="Tidak dipakai")
    one = make_indicator(government.kesehatan, "Opini", kind=Kind.SCALE, scale=opinion)
    make_indicator(government.pendidikan, "Opini juga", kind=Kind.SCALE, scale=opinion)
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, one, step=2)
    put_into(agreement, Status.READY)
    answer = planner.get(reverse("agreements:scale_list"))
    assert [(s.name, s.used, s.promised) for s in answer.context["page"]] == [
        ("Opini BPK", 2, 1),
        ("Tidak dipakai", 0, 0),
    ]
    listed = planner.get(page("indicator_list"), {"skala": opinion.pk}).context["rows"]
    assert {row.name for row, _ in listed} == {"Opini", "Opini juga"}
