"""The pages of performance reports: the list, the page of one, and how its texts are written."""

import re

import pytest
import time_machine
from django.urls import reverse

from evaluations.enums import Section
from evaluations.models import Narrative
from records.models import Event
from tests.factories import make_objective
from tests.reports import cases

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def case(government):
    return cases.three_indicators(government)


def flat(text: str) -> str:
    return " ".join(text.split())


# --- its page -------------------------------------------------------------------------------------


def page(client, user, name, **kwargs):
    client.force_login(user)
    return client.get(reverse(name, kwargs=kwargs))


@pytest.fixture(autouse=True)
def _in_february():
    with time_machine.travel("2027-02-03 09:00:00+07:00"):
        yield


def test_the_list_shows_headline_texts_and_the_agreement(client, government, case):
    answer = page(client, government.users.bagian_organisasi, "reports:lkjip_list", year=2026)
    text = flat(answer.content.decode())
    assert "1 dari 3" in text
    assert '2 dari 12<span class="visually-hidden"> bagian tertulis' in text
    assert "Belum ada PK" in text


def test_the_page_shows_what_is_missing_and_where_to_write(client, government, case):
    answer = page(
        client, government.users.operator_kesehatan, "reports:lkjip", year=2026, unit=government.kesehatan.pk
    )
    text = answer.content.decode()
    assert "Nilai 1 indikator belum diverifikasi" in text
    assert (
        reverse("reports:lkjip_objective", args=(2026, government.kesehatan.pk, "sasaran", case.second.pk))
        in text
    )
    assert reverse("evaluations:entry", args=(2026, government.kesehatan.pk, 1)) in text


def test_who_only_reads_gets_no_way_to_write(client, government, case):
    answer = page(client, government.users.bupati, "reports:lkjip", year=2026, unit=government.kesehatan.pk)
    assert "narasi/" not in answer.content.decode()
    assert "Buat PDF" in answer.content.decode()


def test_the_preview_is_the_document_without_inline_style_or_script(client, government, case):
    client.force_login(government.users.bupati)
    answer = client.get(reverse("reports:lkjip", args=(2026, government.kesehatan.pk)) + "?html")
    text = answer.content.decode()
    assert "BAB III" in text
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", text) == []


@pytest.mark.parametrize("name", ["reports:lkjip", "reports:lkjip_text", "reports:lkjip_objective"])
@pytest.mark.parametrize("count", [3, 12])
def test_pages_ask_at_most_twenty_questions(name, count, client, government, django_assert_max_num_queries):
    made = cases.many_indicators(government, count=count, a_sasaran=3)
    kwargs = {"year": 2026, "unit": government.kesehatan.pk}
    if name == "reports:lkjip_text":
        kwargs["part"] = "anggaran"
    if name == "reports:lkjip_objective":
        kwargs["part"] = "sasaran"
        kwargs["objective"] = made.agreement.objectives.first().objective_id
    client.force_login(government.users.operator_kesehatan)
    client.get(reverse("reports:guide"))  # the first visit also notes the time in the session
    with django_assert_max_num_queries(20):
        assert client.get(reverse(name, kwargs=kwargs)).status_code == 200


def test_the_list_asks_at_most_twenty_questions(client, government, case, django_assert_max_num_queries):
    client.force_login(government.users.bagian_organisasi)
    client.get(reverse("reports:guide"))
    with django_assert_max_num_queries(20):
        assert client.get(reverse("reports:lkjip_list", args=(2026,))).status_code == 200


# --- writing --------------------------------------------------------------------------------------


@pytest.fixture
def closing(government):
    return reverse("reports:lkjip_text", args=(2026, government.kesehatan.pk, "penutup"))


def test_a_text_is_kept_with_its_history(client, government, closing):
    client.force_login(government.users.operator_kesehatan)
    answer = client.post(closing, {"text": "Kinerja baik.\r\n\r\nAkan ditingkatkan. ", "version": 0})
    assert answer.status_code == 302
    stored = Narrative.objects.get(section=Section.CLOSING)
    assert (stored.text, stored.version) == ("Kinerja baik.\n\nAkan ditingkatkan.", 1)
    event = Event.objects.order_by("-number").first()
    assert (event.action, event.actor_name, event.capacity) == (
        "Menulis narasi LKjIP",
        "Operator Kesehatan",
        "Operator PD",
    )


def test_two_people_on_one_text_see_both(client, government, closing):
    client.force_login(government.users.operator_kesehatan)
    client.post(closing, {"text": "Tulisan operator.", "version": 0})
    client.force_login(government.users.kepala_kesehatan)
    answer = client.post(closing, {"text": "Tulisan kepala.", "version": 0})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Tulisan operator." in text
    assert "Tulisan kepala." in text
    assert "Operator Kesehatan" in text
    assert Narrative.objects.get(section=Section.CLOSING).text == "Tulisan operator."
    version = answer.context["form"]["version"].value()
    assert client.post(closing, {"text": "Gabungan.", "version": version}).status_code == 302
    assert Narrative.objects.get(section=Section.CLOSING).text == "Gabungan."


def test_the_same_text_twice_is_saved_once(client, government, closing):
    client.force_login(government.users.operator_kesehatan)
    for _ in range(2):
        assert client.post(closing, {"text": "Simpulan.", "version": 0}).status_code == 302
    assert Narrative.objects.get(section=Section.CLOSING).version == 1
    assert Event.objects.filter(action="Menulis narasi LKjIP").count() == 1


def test_a_proposal_is_added_below_what_was_typed_and_not_saved(client, government, case):
    client.force_login(government.users.operator_kesehatan)
    address = reverse(
        "reports:lkjip_objective", args=(2026, government.kesehatan.pk, "sasaran", case.second.pk)
    )
    answer = client.post(address, {"text": "Tulisan saya.", "version": 0, "propose": "1"})
    text = answer.context["form"]["text"].value()
    assert text.startswith("Tulisan saya.\n\nSasaran “Meningkatnya mutu pelayanan kesehatan rujukan”")
    assert not Narrative.objects.filter(objective=case.second).exists()


def test_saving_can_lead_to_the_next_part(client, government, case):
    client.force_login(government.users.operator_kesehatan)
    address = reverse("reports:lkjip_text", args=(2026, government.kesehatan.pk, "perencanaan"))
    answer = client.post(address, {"text": "Rencana.", "version": 0, "next": "1"})
    assert answer.url == reverse(
        "reports:lkjip_objective", args=(2026, government.kesehatan.pk, "sasaran", government.sasaran.pk)
    )


def test_too_long_a_text_keeps_what_was_typed(client, government, closing):
    client.force_login(government.users.operator_kesehatan)
    answer = client.post(closing, {"text": "a" * 20001, "version": 0})
    assert answer.status_code == 422
    assert "a" * 20001 in answer.content.decode()
    assert not Narrative.objects.exists()


@pytest.mark.parametrize("part", ["sasaran", "tidak-ada"])
def test_parts_that_are_none_are_not_found(client, government, part):
    client.force_login(government.users.operator_kesehatan)
    address = reverse("reports:lkjip_text", args=(2026, government.kesehatan.pk, part))
    assert client.get(address).status_code == 404


def test_a_sasaran_of_another_unit_is_not_found_and_nothing_is_written(client, government, case):
    other = make_objective(government.pendidikan, "Meningkatnya literasi")
    client.force_login(government.users.operator_kesehatan)
    address = reverse("reports:lkjip_objective", args=(2026, government.kesehatan.pk, "sasaran", other.pk))
    before = Narrative.objects.count()
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "x", "version": 0}).status_code == 404
    assert Narrative.objects.count() == before
