"""A unit is replaced, merged or split: what ends, what moves on, what stays what it was."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements import reorganising
from agreements.enums import Level, Status, UnitKind
from agreements.models import Assignment, HandOver, Position, Unit
from records.models import Event
from tests.agreements.steps import in_force
from tests.factories import make_agreement, make_assignment, make_official, make_position, make_unit, put_into

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel("2026-06-20 03:00+00:00", tick=False):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def page_of(unit, existing=None) -> str:
    address = reverse("agreements:unit_reorganise", args=(unit.pk,))
    return f"{address}?pengganti={existing.pk}" if existing else address


def data(**fields) -> dict:
    ticks = {"moves_below": "on", "copies": "on", "holders": "on"}
    return {"day": "2026-07-01", "reason": "Perda Nomor 3 Tahun 2026"} | ticks | fields


def reform(client, unit, existing=None, **fields):
    sent = data(**fields)
    looked = client.post(page_of(unit, existing), sent | {"lihat": "1"})
    assert looked.status_code == 200, looked.context["form"].errors
    sent |= {"simpan": "1", "mark": looked.context["preview"].mark}
    answer = client.post(page_of(unit, existing), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    return looked


def test_a_unit_is_replaced_by_a_new_one_with_its_people(bureau, government):
    agreement = in_force(government)
    looked = reform(bureau, government.kesehatan, name_1="Dinas Kesehatan dan KB", short_name_1="Dinkes KB")
    shown = {part.label: part.count for part in looked.context["preview"].touched}
    assert shown["PK yang berlaku"] == 1
    assert shown["Unit yang pindah ke unit pengganti"] == 1
    new = Unit.objects.get(short_name="Dinkes KB")
    old = Unit.objects.get(pk=government.kesehatan.pk)
    assert (old.valid_to, new.valid_from, new.signs_with_head) == (date(2026, 6, 30), date(2026, 7, 1), True)
    assert list(new.predecessors.all()) == [old]
    assert Unit.objects.get(pk=government.bidang.pk).parent == new
    head = new.positions.get()
    assert (head.title, head.superior, head.heads_unit) == (
        "Kepala Dinas Kesehatan dan KB",
        government.regent,
        True,
    )
    assert Position.objects.get(pk=government.kadinkes.pk).valid_to == date(2026, 6, 30)
    terms = government.official_kadinkes.assignments.order_by("starts").values_list(
        "position", "starts", "ends"
    )
    assert list(terms) == [
        (government.kadinkes.pk, date(2022, 1, 3), date(2026, 6, 30)),
        (head.pk, date(2026, 7, 1), None),
    ]
    assert Position.objects.get(pk=government.kabid.pk).superior == head
    agreement.refresh_from_db()
    assert (agreement.status, agreement.unit) == (Status.IN_FORCE, old)
    event = Event.objects.latest("number")
    assert (event.action, event.reason) == (reorganising.ACTION, "Perda Nomor 3 Tahun 2026")


def test_a_unit_is_merged_into_one_that_has_a_head(bureau, government):
    staff = make_position(
        government.kesehatan, "Analis Gizi", Level.FUNCTIONAL, government.kadinkes, heads=False
    )
    held = make_assignment(make_official("Dewi"), staff)
    reform(bureau, government.kesehatan, government.pendidikan)
    successor = Unit.objects.get(pk=government.pendidikan.pk)
    assert list(successor.predecessors.all()) == [government.kesehatan]
    assert set(successor.positions.values_list("title", flat=True)) == {
        "Kepala Dinas Pendidikan dan Kebudayaan",
        "Analis Gizi",
    }
    held.refresh_from_db()
    assert held.ends == date(2026, 6, 30)
    assert Assignment.objects.get(position__unit=successor, official=held.official).starts == date(2026, 7, 1)


def test_who_answered_to_a_head_that_is_not_copied_answers_to_the_one_that_is_there(bureau, government):
    staff = make_position(government.kesehatan, "Analis Gizi", Level.FUNCTIONAL, government.kadinkes, False)
    reform(bureau, government.kesehatan, government.pendidikan)
    copy = government.pendidikan.positions.get(title=staff.title)
    government.kabid.refresh_from_db()
    assert (copy.superior, government.kabid.superior) == (government.kadikbud, government.kadikbud)


def test_a_head_whose_end_is_known_gets_no_second_beside_it(bureau, government):
    Position.objects.filter(pk=government.kadikbud.pk).update(valid_to=date(2026, 12, 31))
    reform(bureau, government.kesehatan, government.pendidikan)
    assert [row.title for row in government.pendidikan.positions.filter(heads_unit=True)] == [
        government.kadikbud.title
    ]


def test_a_copy_ends_when_the_original_would_have(bureau, government):
    staff = make_position(government.kesehatan, "Analis Gizi", Level.FUNCTIONAL, government.kadinkes, False)
    Position.objects.filter(pk=staff.pk).update(valid_to=date(2026, 12, 31))
    reform(bureau, government.kesehatan, government.pendidikan)
    assert government.pendidikan.positions.get(title=staff.title).valid_to == date(2026, 12, 31)


def test_a_unit_is_not_merged_into_one_that_ends(bureau, government):
    Unit.objects.filter(pk=government.pendidikan.pk).update(valid_to=date(2026, 12, 31))
    response = bureau.post(page_of(government.kesehatan, government.pendidikan), data() | {"lihat": "1"})
    assert "sendiri berakhir 31 Desember 2026" in response.content.decode()


def test_a_title_that_grows_too_long_is_a_sentence_and_nothing_is_saved(bureau, government):
    Position.objects.filter(pk=government.kadinkes.pk).update(title="Kepala Dinas Kesehatan " + "x" * 230)
    sent = data(name_1="Dinas Kesehatan dan Keluarga Berencana", short_name_1="DKKB")
    mark = bureau.post(page_of(government.kesehatan), sent | {"lihat": "1"}).context["preview"].mark
    response = bureau.post(page_of(government.kesehatan), sent | {"simpan": "1", "mark": mark})
    assert response.status_code == 422
    assert not Unit.objects.filter(short_name="DKKB").exists()


def test_nobody_gives_themselves_a_post_by_a_reorganisation(client, government, kepegawaian):
    """Who heads a small unit and keeps the organisation would head the unit it is merged into."""
    own = make_official("Pegawai", kepegawaian)
    make_assignment(own, make_position(government.bureau, "Kepala Bagian Organisasi", Level.III))
    client.force_login(kepegawaian)
    Position.objects.filter(pk=government.kadikbud.pk).update(heads_unit=False)
    page = page_of(government.bureau, government.pendidikan)
    assert client.post(page, data() | {"lihat": "1"}).status_code == 403
    assert own.assignments.count() == 1


def test_an_open_hand_over_is_among_what_is_touched(bureau, government):
    agreement = in_force(government)
    HandOver.objects.create(
        position=government.kadinkes,
        day=date(2026, 6, 1),
        outgoing=government.official_kadinkes.assignments.get(),
        agreement=agreement,
        follow_up="wait",
        recorded_by=government.users.bagian_organisasi,
    )
    looked = bureau.post(page_of(government.kesehatan), data(name_1="Dinas Baru") | {"lihat": "1"})
    assert "Serah terima yang belum selesai" in [part.label for part in looked.context["preview"].touched]


def test_a_unit_is_split_into_two(bureau, government):
    reform(
        bureau,
        government.kesehatan,
        name_1="Dinas Kesehatan Masyarakat",
        name_2="Dinas Pengendalian Penyakit",
        holders="",
    )
    successors = Unit.objects.get(pk=government.kesehatan.pk).successors.order_by("name")
    assert [each.name for each in successors] == ["Dinas Kesehatan Masyarakat", "Dinas Pengendalian Penyakit"]
    assert [each.positions.count() for each in successors] == [1, 0]
    assert not Assignment.objects.filter(position__unit__in=successors).exists()


def test_units_below_may_end_with_it(bureau, government):
    reform(bureau, government.kesehatan, name_1="Dinas Baru", moves_below="", copies="")
    for row in (government.bidang, government.kabid):
        row.refresh_from_db()
        assert row.valid_to == date(2026, 6, 30)
    assert government.official_kabid.assignments.get().ends == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "name_1", "Isi nama unit pengganti"),
        ({"name_1": "Baru", "day": "2021-01-01"}, "day", "baru berlaku sejak 1 Januari 2021"),
        ({"name_1": "Baru", "day": "2022-01-03"}, "day", "baru mulai 3 Januari 2022"),
        ({"name_1": "Baru", "code_1": "1.A"}, "code_1", "angka dan titik"),
        ({"short_name_2": "Baru"}, "name_2", "Isi nama unit kerja barunya"),
        ({"name_1": "Baru", "reason": ""}, "reason", "tidak boleh kosong"),
    ],
)
def test_what_cannot_be_is_a_sentence_beside_the_field(bureau, government, fields, field, sentence):
    response = bureau.post(page_of(government.kesehatan), data(**fields) | {"lihat": "1"})
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    assert Unit.objects.get(pk=government.kesehatan.pk).valid_to is None


def test_a_unit_is_not_merged_into_what_is_below_it(bureau, government):
    response = bureau.post(page_of(government.kesehatan, government.bidang), data() | {"lihat": "1"})
    assert "berada di bawah unit ini" in response.content.decode()


def test_what_changed_since_one_looked_is_shown_again(bureau, government):
    sent = data(name_1="Dinas Baru")
    mark = bureau.post(page_of(government.kesehatan), sent | {"lihat": "1"}).context["preview"].mark
    make_position(government.kesehatan, "Analis Gizi", Level.FUNCTIONAL, heads=False)
    response = bureau.post(page_of(government.kesehatan), sent | {"simpan": "1", "mark": mark})
    assert reorganising.CHANGED in response.content.decode()
    assert not Unit.objects.filter(name="Dinas Baru").exists()


def test_a_successor_is_searched_for(bureau, government):
    asked = bureau.get(page_of(government.kesehatan), {"pilih": "1", "cari": "pendidikan"})
    assert [row.value for row in asked.context["rows"]] == [government.pendidikan.pk]


# --- ending by hand ------------------------------------------------------------------------------


def unit_data(unit, **fields) -> dict:
    return {
        "parent": unit.parent_id,
        "kind": unit.kind,
        "name": unit.name,
        "short_name": unit.short_name,
        "order": unit.order,
        "valid_from": "2021-01-01",
    } | fields


def test_a_unit_with_holders_and_work_does_not_end_and_says_what_is_open(bureau, government):
    make_agreement(government.kadinkes)
    page = reverse("agreements:unit_edit", args=(government.kesehatan.pk,))
    response = bureau.post(page, unit_data(government.kesehatan, valid_to="2026-06-30"))
    said = " ".join(response.context["form"].errors["valid_to"])
    for part in (
        "dr. Ratna Dewi",
        "Kepala Dinas Kesehatan",
        "Bidang Kesehatan Masyarakat",
        "PK yang belum selesai",
    ):
        assert part in said
    assert Unit.objects.get(pk=government.kesehatan.pk).valid_to is None


def test_an_empty_unit_ends(bureau, government):
    unit = make_unit("Seksi Kosong", government.bidang, UnitKind.SECTION)
    page = reverse("agreements:unit_edit", args=(unit.pk,))
    assert bureau.post(page, unit_data(unit, valid_to="2026-06-30")).status_code == 302


@pytest.mark.parametrize("what", ["agreement", "hand_over"])
def test_a_position_with_open_work_does_not_end(bureau, government, what):
    post = make_position(government.bidang, "Analis Gizi", Level.FUNCTIONAL, government.kabid, heads=False)
    if what == "agreement":
        put_into(make_agreement(post), Status.SUBMITTED)
    else:
        held = make_assignment(make_official("Dewi"), post, ends=date(2026, 6, 1))
        by = government.users.bagian_organisasi
        HandOver.objects.create(
            position=post, day=date(2026, 6, 2), outgoing=held, follow_up="wait", recorded_by=by
        )
    page = reverse("agreements:position_edit", args=(post.pk,))
    sent = {"title": post.title, "level": post.level, "valid_from": "2021-01-01", "valid_to": "2026-06-30"}
    response = bureau.post(page, sent)
    assert "belum selesai" in " ".join(response.context["form"].errors["valid_to"])


def test_a_position_lives_within_its_unit(bureau, government):
    unit = make_unit("Bidang Baru", government.kesehatan, UnitKind.DIVISION, valid_from=date(2026, 1, 1))
    page = reverse("agreements:position_create", args=(unit.pk,))
    sent = {"title": "Kepala Bidang Baru", "level": Level.III, "heads_unit": "on", "valid_from": "2025-12-31"}
    assert "baru berlaku sejak 1 Januari 2026" in " ".join(
        bureau.post(page, sent).context["form"].errors["valid_from"]
    )
    Unit.objects.filter(pk=unit.pk).update(valid_to=date(2026, 12, 31))
    late = bureau.post(page, sent | {"valid_from": "2026-01-01"})
    assert "Unitnya berakhir 31 Desember 2026" in " ".join(late.context["form"].errors["valid_to"])


def test_nobody_leads_two_posts_by_definitive_appointment(bureau, government):
    Assignment.objects.filter(position=government.kabid).update(ends=date(2026, 6, 1))
    address = reverse("agreements:assignment_create")
    asked = f"{address}?jabatan={government.kabid.pk}&pejabat={government.official_kadikbud.pk}"
    response = bureau.post(asked, {"holding": "definitive", "starts": "2026-06-02"})
    said = " ".join(response.context["form"].errors["starts"])
    assert "memegang jabatan Kepala Dinas Pendidikan dan Kebudayaan secara definitif" in said
    assert bureau.post(asked, {"holding": "plt", "starts": "2026-06-02"}).status_code == 302
