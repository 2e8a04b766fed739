"""Serah terima jabatan: what it does in one act, what it shows before, what it refuses, the task it opens."""

import threading
from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import handing_over, touched
from agreements.enums import FollowUp, Holding, Level, Status
from agreements.models import Assignment, Delegation, HandOver, Official, YearPolicy
from agreements.tenure import doubles, span, stretches
from records.models import Event
from tests.agreements.hand_overs import address, handed_over, looked, saved, typed
from tests.agreements.steps import in_force, in_signing, submitted
from tests.factories import make_agreement, make_assignment, make_official, make_position, put_into

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel("2026-07-10 03:00+00:00", tick=False):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def terms(position) -> list[tuple]:
    rows = position.assignments.order_by("starts", "pk")
    return [(row.official.name, row.holding, row.starts, row.ends) for row in rows]


OLD = "dr. Ratna Dewi, M.Kes."


# --- the act ------------------------------------------------------------------------------------


def test_one_ends_the_day_before_the_other_begins_with_one_event(bureau, government):
    new = make_official("dr. Made Wirawan, M.P.H.")
    row = handed_over(bureau, government.kadinkes, new, "2026-07-14", decree="821.2/15/2026")
    assert terms(government.kadinkes) == [
        (OLD, "definitive", date(2022, 1, 3), date(2026, 7, 13)),
        (new.name, "definitive", date(2026, 7, 14), None),
    ]
    assert (row.outgoing.official.name, row.incoming.official, row.incoming.decree) == (
        OLD,
        new,
        "821.2/15/2026",
    )
    event = Event.objects.get()
    assert (event.action, event.subject, event.unit_name) == (
        "serah terima jabatan",
        "Kepala Dinas Kesehatan",
        "Dinas Kesehatan",
    )
    assert "dr. Made Wirawan, M.P.H. (Definitif)" in event.after


def test_nothing_is_saved_by_looking(bureau, government):
    looked(bureau, government.kadinkes, make_official("Made"), **typed("2026-07-14"))
    assert terms(government.kadinkes) == [(OLD, "definitive", date(2022, 1, 3), None)]
    assert not HandOver.objects.exists()


def test_a_position_is_left_vacant(bureau, government):
    row = handed_over(bureau, government.kadinkes, None, "2026-07-14")
    assert (row.incoming, row.outgoing.official.name) == (None, OLD)
    assert terms(government.kadinkes) == [(OLD, "definitive", date(2022, 1, 3), date(2026, 7, 13))]


def test_a_plh_stands_in_while_the_head_stays(bureau, government):
    in_force(government)
    new = make_official("Rudi Hartono")
    row = handed_over(bureau, government.kadinkes, new, "2026-07-14", "plh", leaves="tidak")
    assert terms(government.kadinkes)[0] == (OLD, "definitive", date(2022, 1, 3), None)
    assert (row.follow_up, row.outgoing) == (FollowUp.NONE, None)
    assert Assignment.objects.party_of(government.kadinkes.pk, date(2026, 7, 20)).official.name == OLD


def test_a_plt_becomes_definitive_in_the_same_post(bureau, government):
    new = make_official("Made")
    handed_over(bureau, government.kadinkes, new, "2026-07-14", "plt")
    handed_over(bureau, government.kadinkes, new, "2026-08-04")
    assert [row[1:] for row in terms(government.kadinkes)[1:]] == [
        ("plt", date(2026, 7, 14), date(2026, 8, 3)),
        ("definitive", date(2026, 8, 4), None),
    ]


def test_a_chain_is_one_act_after_another_without_a_state_in_between(bureau, government):
    """Head of education goes to health, whose head goes to education's division: no day with two heads."""
    a, b = government.official_kadikbud, government.official_kadinkes
    post_of_a = a.assignments.get()
    handed_over(bureau, government.kadinkes, a, "2026-07-14", former=[post_of_a.pk])
    post_of_a.refresh_from_db()
    assert post_of_a.ends == date(2026, 7, 13)
    assert terms(government.kadinkes)[-1] == (a.name, "definitive", date(2026, 7, 14), None)
    vacated = HandOver.objects.get(position=government.kadikbud)
    assert (vacated.outgoing, vacated.incoming) == (post_of_a, None)
    handed_over(bureau, government.kadikbud, b, "2026-07-14")
    assert terms(government.kadikbud)[-1] == (b.name, "definitive", date(2026, 7, 14), None)
    assert HandOver.objects.filter(position=government.kadikbud).latest("pk").outgoing == post_of_a


def test_a_former_post_that_is_over_before_the_day_keeps_its_last_day(bureau, government):
    new = make_official("Made")
    stands_in = make_assignment(new, government.kadikbud, holding=Holding.PLT)
    Assignment.objects.filter(pk=stands_in.pk).update(ends=date(2026, 7, 31))
    handed_over(bureau, government.kadinkes, new, "2027-01-01", former=[stands_in.pk])
    stands_in.refresh_from_db()
    assert stands_in.ends == date(2026, 7, 31)
    assert terms(government.kadinkes)[0][3] == date(2026, 12, 31)


def test_a_former_post_that_ended_since_an_earlier_day_can_still_be_ended_before_it(bureau, government):
    post = government.official_kadikbud.assignments.get()
    Assignment.objects.filter(pk=post.pk).update(ends=date(2026, 7, 5))
    handed_over(bureau, government.kadinkes, government.official_kadikbud, "2026-07-01", former=[post.pk])
    post.refresh_from_db()
    assert post.ends == date(2026, 6, 30)


# --- what it shows ------------------------------------------------------------------------------


def labels(response) -> dict[str, list[str]]:
    shown = response.context["preview"].touched
    return {part.label: [row.text for row in part.rows] for _, parts in shown for part in parts}


def test_what_is_touched_is_shown_before_saving(bureau, government, kepala_kesehatan, operator_kesehatan):
    in_signing(government)
    put_into(make_agreement(government.kadinkes, 2027), Status.SUBMITTED)
    below = make_agreement(government.kabid)
    put_into(below, Status.IN_FORCE)
    Delegation.objects.create(
        position=government.kadinkes,
        account=operator_kesehatan,
        named_by=kepala_kesehatan,
        starts=date(2026, 7, 1),
        ends=date(2026, 7, 31),
        reason="Dinas luar",
    )
    response = looked(bureau, government.kadinkes, make_official("Made"), **typed("2026-07-14"))
    found = labels(response)
    assert found["PK dalam penandatanganan"] == ["PK Kepala Dinas Kesehatan 2026"]
    assert found["PK diajukan"] == ["PK Kepala Dinas Kesehatan 2027"]
    assert found["PK bawahan yang berlaku"] == ["PK Kepala Bidang Kesehatan Masyarakat 2026"]
    assert found["Pendelegasian yang gugur"] == ["Operator Kesehatan sampai 31 Juli 2026"]
    assert "terbitkan ulang" in response.content.decode()


def test_unsubmitted_realisation_is_shown_by_the_room_that_knows_it(bureau, government):
    response = looked(bureau, government.kadinkes, make_official("Made"), **typed("2026-07-14"))
    assert labels(response)["Realisasi yang belum diajukan"] == ["Triwulan II 2026: 1 nilai belum diajukan"]


def test_the_second_post_of_who_comes_is_shown(bureau, government):
    response = looked(bureau, government.kadinkes, government.official_sekda, **typed("2026-07-14", "plt"))
    assert "memegang dua jabatan" in response.content.decode()


def test_an_agreement_between_one_person_and_themselves_is_pointed_out(bureau, government):
    make_agreement(government.kabid)
    response = looked(bureau, government.kadinkes, government.official_kabid, **typed("2026-07-14", "plt"))
    assert [str(row) for row in response.context["preview"].same_person] == [
        "PK Kepala Bidang Kesehatan Masyarakat 2026"
    ]
    assert "menjadi kedua pihaknya" in response.content.decode()


def test_a_change_of_regent_leaves_the_agreements_of_the_heads_in_force(bureau, government):
    agreement = in_force(government)
    new = make_official("Hj. Nurul Huda", nip=None)
    response = looked(bureau, government.regent, new, **typed("2026-07-14"))
    assert labels(response)["PK bawahan yang berlaku"] == ["PK Kepala Dinas Kesehatan 2026"]
    handed_over(bureau, government.regent, new, "2026-07-14")
    agreement.refresh_from_db()
    assert agreement.status == Status.IN_FORCE
    assert HandOver.objects.open().count() == 0


def test_looking_costs_the_same_for_many_papers(bureau, government):
    def asked(number):
        for n in range(number):
            post = make_position(
                government.kesehatan, f"Post {number}-{n}", Level.III, government.kadinkes, False
            )
            put_into(make_agreement(post), Status.IN_FORCE)
        looked(bureau, government.kadinkes, government.official_sekda, **typed("2026-07-14", "plt"))
        with CaptureQueriesContext(connection) as queries:
            looked(bureau, government.kadinkes, government.official_sekda, **typed("2026-07-14", "plt"))
        return len(queries)

    few, many = asked(1), asked(15)
    assert few == many <= 20


# --- what it refuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "data", "field", "sentence"),
    [
        ("new", typed("2020-12-31"), "day", "berlaku sejak 1 Januari 2021"),
        ("new", typed("2022-01-03"), "day", "sudah dicatat menjabat sejak 3 Januari 2022"),
        ("new", typed("2026-07-14", leaves="tidak"), "leaves", "secara definitif"),
        ("official_kadinkes", typed("2026-07-14"), "holding", "sudah memegang jabatan ini"),
        ("official_kadikbud", typed("2026-07-14"), "former", "Centang jabatan itu untuk mengakhirinya"),
        ("new", {"day": "2026-07-14", "holding": "plt"}, "leaves", "Pilih: masa tugas"),
        ("new", typed("14 Juli", None), "holding", "tidak boleh kosong"),
    ],
)
def test_what_cannot_be_is_a_sentence_beside_the_field(bureau, government, who, data, field, sentence):
    official = make_official("Made") if who == "new" else getattr(government, who)
    response = bureau.post(address(government.kadinkes, official), data | {"lihat": "1"})
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    assert len(terms(government.kadinkes)) == 1


def test_a_vacant_position_is_not_left_vacant_again(bureau, government):
    Assignment.objects.filter(position=government.kadinkes).update(ends=date(2026, 6, 30))
    response = bureau.post(address(government.kadinkes, None), {"day": "2026-07-14", "lihat": "1"})
    assert "sudah kosong" in response.content.decode()


def test_nobody_appoints_themselves_or_ends_the_own_term(bureau, client, government, kepegawaian):
    own = make_official("Pegawai", government.users.bagian_organisasi)
    assert bureau.get(address(government.kadinkes, own)).status_code == 403
    Official.objects.filter(pk=government.official_kadinkes.pk).update(account=kepegawaian)
    client.force_login(kepegawaian)
    data = typed("2026-07-14") | {"lihat": "1"}
    assert client.post(address(government.kadinkes, make_official("Made")), data).status_code == 403


def test_what_changed_since_one_looked_is_shown_again(bureau, government):
    new = make_official("Made")
    preview = looked(bureau, government.kadinkes, new, **typed("2026-07-14")).context["preview"]
    Assignment.objects.filter(position=government.kadinkes).update(ends=date(2026, 12, 31))
    sent = typed("2026-07-14") | {"simpan": "1", "mark": preview.mark, "follow_up": "none", "note": ""}
    response = bureau.post(address(government.kadinkes, new), sent)
    assert handing_over.CHANGED in response.content.decode()
    assert not HandOver.objects.exists()


def test_a_date_changed_after_looking_is_looked_at_again(bureau, government):
    new = make_official("Made")
    preview = looked(bureau, government.kadinkes, new, **typed("2026-07-14")).context["preview"]
    sent = typed("2026-07-15") | {"simpan": "1", "mark": preview.mark, "follow_up": "none", "note": ""}
    assert bureau.post(address(government.kadinkes, new), sent).status_code == 422
    assert not HandOver.objects.exists()


def test_a_position_that_a_reorganisation_just_ended_gets_no_new_holder(rf, government):
    wish = handing_over.Wish(government.kadinkes, date(2026, 7, 14), make_official("Made"))
    mark = handing_over.Preview(wish).mark
    type(government.kadinkes).objects.filter(pk=government.kadinkes.pk).update(valid_to=date(2026, 6, 30))
    with pytest.raises(ValidationError, match="sampai 30 Juni 2026"):
        handing_over.perform(rf.post("/"), wish, handing_over.Choice(FollowUp.NONE), mark)
    assert len(terms(government.kadinkes)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told(government):
    officials = [make_official(name) for name in ("Made", "Rina")]
    clients = [Client(), Client()]
    marks = []
    for client, official in zip(clients, officials, strict=True):
        client.force_login(government.users.bagian_organisasi)
        marks.append(
            looked(client, government.kadinkes, official, **typed("2026-07-14")).context["preview"].mark
        )
    start, answers = threading.Barrier(2), []

    def save(client, official, mark):
        sent = typed("2026-07-14") | {"simpan": "1", "mark": mark, "follow_up": "none", "note": ""}
        start.wait(5)
        answers.append(client.post(address(government.kadinkes, official), sent).status_code)
        connection.close()

    threads = [
        threading.Thread(target=save, args=each) for each in zip(clients, officials, marks, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 422]
    assert HandOver.objects.count() == 1


# --- who comes ----------------------------------------------------------------------------------


def test_a_new_official_is_added_on_the_way_and_the_position_stays_chosen(bureau, government):
    asked = bureau.get(reverse("agreements:hand_over", args=(government.kadinkes.pk,)))
    add = asked.context["question"].new_address
    answer = bureau.post(add, {"name": "dr. Made Wirawan, M.P.H."})
    new = Official.objects.get(name="dr. Made Wirawan, M.P.H.")
    assert answer.url == address(government.kadinkes, new)


def test_after_adding_an_official_for_a_term_the_position_stays_chosen(bureau, government):
    page = reverse("agreements:assignment_create")
    add = bureau.get(page, {"jabatan": government.kabid.pk}).context["question"].new_address
    answer = bureau.post(add, {"name": "Dewi"})
    new = Official.objects.get(name="Dewi")
    assert answer.url == f"{page}?jabatan={government.kabid.pk}&pejabat={new.pk}"
    assert "Dewi sebagai Kepala Bidang Kesehatan Masyarakat" in bureau.get(answer.url).content.decode()


# --- the task -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holding", "policy", "expected"),
    [
        ("definitive", {}, FollowUp.NEW),
        ("definitive", {"hand_over_definitive": FollowUp.CONTINUE}, FollowUp.CONTINUE),
        ("plt", {}, FollowUp.WAIT),
        ("pj", {"hand_over_acting": FollowUp.NEW}, FollowUp.NEW),
        ("plh", {}, FollowUp.WAIT),
    ],
)
def test_the_follow_up_is_by_the_policy_of_the_year(bureau, government, holding, policy, expected):
    in_force(government)
    YearPolicy.objects.filter(year=2026).update(**policy)
    row = handed_over(bureau, government.kadinkes, make_official("Made"), "2026-07-14", holding)
    assert row.follow_up == expected
    assert HandOver.objects.open().filter(pk=row.pk).exists()


def test_without_an_agreement_in_force_there_is_nothing_to_do(bureau, government):
    submitted(government)
    row = handed_over(bureau, government.kadinkes, make_official("Made"), "2026-07-14")
    assert (row.follow_up, HandOver.objects.open().count()) == (FollowUp.NONE, 0)


def test_another_follow_up_needs_a_note(bureau, government):
    in_force(government)
    data = typed("2026-07-14")
    refused = saved(bureau, government.kadinkes, make_official("Made"), "continue", **data)
    assert "Kebijakan tahun mengusulkan" in refused.content.decode()
    assert not HandOver.objects.exists()
    note = "Arahan Sekda: PK dilanjutkan sampai akhir tahun."
    assert (
        saved(bureau, government.kadinkes, make_official("Rina"), "continue", note, **data).status_code == 302
    )
    assert HandOver.objects.get().note == note


def test_open_tasks_stand_on_the_list_and_the_beranda(bureau, government, kepegawaian, client):
    in_force(government)
    handed_over(bureau, government.kadinkes, make_official("Made"), "2026-07-14")
    client.force_login(kepegawaian)
    home = client.get(reverse("reports:year_home", args=(2026,))).content.decode()
    assert "serah terima jabatan perlu tindak lanjut" in home
    listed = client.get(reverse("agreements:hand_over_list"))
    assert [row.position for row in listed.context["page"]] == [government.kadinkes]
    assert (
        not client.get(reverse("agreements:hand_over_list"), {"keadaan": "selesai"})
        .context["page"]
        .object_list
    )
    assert (
        not client.get(reverse("agreements:hand_over_list"), {"cari": "pendidikan"})
        .context["page"]
        .object_list
    )


def test_a_task_is_settled_with_a_note(bureau, government):
    in_force(government)
    row = handed_over(bureau, government.kadinkes, make_official("Made"), "2026-07-14")
    page = reverse("agreements:hand_over_detail", args=(row.pk,))
    assert bureau.post(page, {"note": "ya"}).status_code == 422
    assert bureau.post(page, {"note": "PK lama dilanjutkan."}).status_code == 302
    row.refresh_from_db()
    assert (row.settled_note, HandOver.objects.open().count()) == ("PK lama dilanjutkan.", 0)
    again = bureau.post(page, {"note": "PK lama dilanjutkan lagi."})
    assert "sudah selesai" in again.content.decode()
    assert Event.objects.latest("number").action == "menyelesaikan serah terima jabatan"


def test_another_follow_up_is_chosen_later_with_a_reason(bureau, government):
    in_force(government)
    row = handed_over(bureau, government.kadinkes, make_official("Made"), "2026-07-14")
    page = reverse("agreements:hand_over_detail", args=(row.pk,))
    sent = {"ubah": "1", "lain-follow_up": "continue", "lain-note": "Sisa tahun tinggal sebulan."}
    assert bureau.post(page, sent).status_code == 302
    row.refresh_from_db()
    assert (row.follow_up, row.note) == (FollowUp.CONTINUE, "Sisa tahun tinggal sebulan.")


def test_a_new_agreement_is_one_click_away_with_ground_and_reason(bureau, government):
    agreement = in_force(government)
    row = handed_over(bureau, government.kadinkes, make_official("Made"), "2026-07-10")
    listed = bureau.get(reverse("agreements:hand_over_list")).context["page"]
    click = listed[0].amend_address
    assert click == bureau.get(reverse("agreements:hand_over_detail", args=(row.pk,))).context["amend"]
    page = bureau.get(click)
    assert page.context["form"]["ground"].value() == "official"
    assert "Made menjabat Kepala Dinas Kesehatan sejak 10 Juli 2026." in page.content.decode()
    sent = {"ground": "official", "reason": "Made menjabat sejak 10 Juli 2026."}
    assert bureau.post(click, sent).status_code == 302
    assert agreement.amendments.get().ground == "official"


def test_lists_cost_the_same_for_many_rows(bureau, government):
    def asked(number):
        for n in range(number):
            post = make_position(
                government.kesehatan, f"Post {number}-{n}", Level.III, government.kadinkes, False
            )
            held = make_assignment(make_official(f"Pejabat {number}-{n}"), post)
            HandOver.objects.create(
                position=post,
                day=date(2026, 7, 14),
                outgoing=held,
                follow_up=FollowUp.WAIT,
                recorded_by=government.users.bagian_organisasi,
            )
        counts = []
        for page in (
            reverse("agreements:hand_over_list"),
            reverse("agreements:position_detail", args=(government.kadinkes.pk,)),
            reverse("agreements:official_detail", args=(government.official_kadinkes.pk,)),
        ):
            bureau.get(page)
            with CaptureQueriesContext(connection) as queries:
                bureau.get(page)
            counts.append(len(queries))
        return counts

    few, many = asked(1), asked(3)
    assert few == many
    assert max(many) <= 20


# --- through time -------------------------------------------------------------------------------


def test_an_acting_holder_without_an_end_beside_a_definitive_one_leaves_no_gap(bureau, government):
    make_assignment(make_official("Made"), government.kadinkes, date(2021, 6, 1), holding=Holding.PLT)
    found = stretches(government.kadinkes.assignments.select_related("official"), None)
    assert [(each.starts, each.ends) for each in found] == [
        (date(2022, 1, 3), None),
        (date(2021, 6, 1), None),
    ]
    page = reverse("agreements:position_detail", args=(government.kadinkes.pk,))
    assert bureau.get(page).status_code == 200


def test_a_position_through_time_shows_its_gaps(bureau, government):
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2026, 7, 13)
    held.save()
    plh = make_assignment(
        make_official("Harian"), government.kadinkes, date(2026, 7, 14), date(2026, 7, 31), Holding.PLH
    )
    new = make_assignment(make_official("Made"), government.kadinkes, date(2026, 8, 1))
    found = stretches([new, held, plh], None)
    assert [(each.days, each.assignment) for each in found] == [
        ("sejak 1 Agustus 2026", new),
        ("14–31 Juli 2026", plh),
        ("14–31 Juli 2026", None),
        ("3 Januari 2022 – 13 Juli 2026", held),
    ]
    content = bureau.get(
        reverse("agreements:position_detail", args=(government.kadinkes.pk,))
    ).content.decode()
    assert "tidak pernah menjadi pihak dalam PK" in content
    assert "<strong>Kosong</strong>" in content


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 7, 14), date(2026, 7, 14), "14 Juli 2026"),
        (date(2026, 7, 14), date(2026, 7, 31), "14–31 Juli 2026"),
        (date(2026, 7, 14), date(2026, 8, 3), "14 Juli – 3 Agustus 2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Desember 2025 – 2 Januari 2026"),
        (date(2026, 7, 14), None, "sejak 14 Juli 2026"),
    ],
)
def test_a_span_is_said_without_what_both_days_share(first, last, said):
    assert span(first, last) == said


def test_two_posts_at_once_are_said_on_the_page_of_the_official(bureau, government):
    make_assignment(
        government.official_sekda, government.kadinkes, date(2026, 7, 14), date(2026, 8, 3), Holding.PLT
    )
    rows = list(government.official_sekda.assignments.select_related("position"))
    assert [each.days for each in doubles(rows)] == ["14 Juli – 3 Agustus 2026"]
    page = bureau.get(reverse("agreements:official_detail", args=(government.official_sekda.pk,)))
    assert "Memegang dua jabatan" in page.content.decode()


def test_a_source_is_registered_once():
    before = len(touched._sources)
    touched.source(touched.papers)
    assert len(touched._sources) == before
