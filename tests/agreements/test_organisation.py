"""Units, positions, officials, and who held what: pages, rules, and who may change them."""

import contextlib
import threading
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import changes
from agreements.enums import Holding, Level, UnitKind
from agreements.models import Assignment, Official, Position, Unit
from records import triggers
from records.models import Event
from tests.factories import make_assignment, make_official, make_position, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
TODAY = "2026-07-20 09:00"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def unit_data(**fields):
    return {
        "kind": UnitKind.OFFICE,
        "name": "Dinas Perhubungan",
        "short_name": "Dishub",
        "order": 9,
        "valid_from": "2026-01-01",
    } | fields


def assignment_data(**fields):
    return {"holding": Holding.DEFINITIVE, "starts": "2026-07-01"} | fields


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def assign(client, position, official, **fields):
    address = reverse("agreements:assignment_create") + f"?jabatan={position.pk}&pejabat={official.pk}"
    return client.post(address, assignment_data(**fields))


def queries_of(client, address) -> int:
    """Queries of a page opened by who just came in: the session is written too."""
    session = client.session
    session.pop("signed_in_at", None)
    session.save()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- reading --------------------------------------------------------------------------------


def test_the_outline_shows_each_unit_under_its_own_with_who_heads_it(bureau, government):
    content = bureau.get(reverse("agreements:unit_list")).content.decode()
    assert "dr. Ratna Dewi, M.Kes." in content
    assert content.index("Dinas Kesehatan</a>") > content.index("Bidang Kesehatan Masyarakat</a>")
    tops = [branch.unit for branch in bureau.get(reverse("agreements:unit_list")).context["branches"]]
    assert tops == [government.setda, government.kesehatan, government.pendidikan]


def test_an_operator_sees_the_own_units_only(client, operator_kesehatan, government):
    client.force_login(operator_kesehatan)
    response = client.get(reverse("agreements:unit_list"))
    assert [branch.unit for branch in response.context["branches"]] == [government.kesehatan]
    assert "Tambah unit" not in response.content.decode()
    assert client.get(reverse("agreements:unit_detail", args=(government.bidang.pk,))).status_code == 200
    assert client.get(reverse("agreements:unit_detail", args=(government.pendidikan.pk,))).status_code == 404


def test_units_are_found_by_part_of_the_name(bureau, government):
    page = bureau.get(reverse("agreements:unit_list"), {"cari": "masyarakat"})
    assert [unit for unit, _ in page.context["found"]] == [government.bidang]
    assert "Dinas Kesehatan" in page.content.decode()


def test_a_search_finds_nothing_outside_what_one_sees(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    page = client.get(reverse("agreements:unit_list"), {"cari": "pendidikan"})
    assert page.context["found"] == []


def test_an_ended_unit_leaves_the_outline_and_stays_in_the_archive(bureau, government):
    Unit.objects.filter(pk=government.pendidikan.pk).update(valid_to=date(2025, 12, 31))
    tops = [branch.unit for branch in bureau.get(reverse("agreements:unit_list")).context["branches"]]
    assert government.pendidikan not in tops
    assert list(bureau.get(reverse("agreements:unit_ended")).context["page"]) == [government.pendidikan]


def test_an_acting_holder_is_printed_with_the_prefix_and_a_plh_as_no_party(bureau, government):
    Assignment.objects.filter(position=government.kabid).update(ends=date(2026, 6, 30))
    make_assignment(make_official("Rudi Hartono"), government.kabid, date(2026, 7, 1), holding=Holding.PLT)
    make_assignment(make_official("Sri Lestari"), government.kabid, date(2026, 7, 10), holding=Holding.PLH)
    content = bureau.get(reverse("agreements:unit_detail", args=(government.bidang.pk,))).content.decode()
    assert "Plt. Rudi Hartono" in content
    assert "Plh. Sri Lestari" in content
    assert content.count("tidak menjadi pihak dalam PK") == 1


@pytest.mark.parametrize("name", ["unit_list", "official_list"])
def test_lists_take_as_many_queries_for_thirty_rows_as_for_three(bureau, government, name):
    def filled(number):
        for n in range(number):
            unit = make_unit(f"Badan {number}-{n}", government.root, UnitKind.AGENCY)
            below = make_unit(f"Bidang {number}-{n}", unit, UnitKind.DIVISION)
            for each in (unit, below):
                make_assignment(make_official(f"Pejabat {each}"), make_position(each, f"Kepala {each}"))
        return queries_of(bureau, reverse(f"agreements:{name}"))

    few, many = filled(3), filled(30)
    assert few == many <= 20


def test_a_unit_page_takes_as_many_queries_for_thirty_posts_as_for_three(bureau, government):
    def filled(number):
        for n in range(number):
            position = make_position(
                government.bidang, f"Ahli {number}-{n}", Level.FUNCTIONAL, government.kabid, False
            )
            make_assignment(make_official(f"Pejabat {number}-{n}"), position)
        return queries_of(bureau, reverse("agreements:unit_detail", args=(government.bidang.pk,)))

    few, many = filled(3), filled(30)
    assert few == many <= 20


# --- units ----------------------------------------------------------------------------------


def test_the_bureau_adds_a_unit_and_the_history_says_so(bureau, bagian_organisasi, government):
    response = bureau.post(
        reverse("agreements:unit_create"), unit_data(parent=government.root.pk, on_map="on")
    )
    unit = Unit.objects.get(short_name="Dishub")
    assert response.url == reverse("agreements:unit_detail", args=(unit.pk,))
    assert (unit.parent, unit.on_map, unit.signs_with_head) == (government.root, True, False)
    event = Event.objects.get()
    assert (event.actor, event.action, event.unit_name) == (
        bagian_organisasi,
        "menambah unit kerja",
        "Dinas Perhubungan",
    )
    assert "Dinas Perhubungan" in event.after
    assert event.capacity == "Admin Kabupaten (Bagian Organisasi)"


def test_an_edit_writes_only_what_changed(bureau, government):
    address = reverse("agreements:unit_edit", args=(government.kesehatan.pk,))
    data = bureau.get(address).context["form"].initial
    data = {k: v for k, v in data.items() if v not in (None, False)} | {"short_name": "Dinkes"}
    assert bureau.post(address, data).status_code == 302
    event = Event.objects.get()
    assert event.before == '{"nama pendek":"Dinas Kesehatan"}'
    assert event.after == '{"nama pendek":"Dinkes"}'


def test_a_unit_may_not_stand_below_itself(bureau, government):
    address = reverse("agreements:unit_edit", args=(government.kesehatan.pk,))
    data = unit_data(name="Dinas Kesehatan", parent=government.bidang.pk)
    assert "di bawah dirinya sendiri" in errors_of(bureau.post(address, data))["parent"]
    government.kesehatan.refresh_from_db()
    assert government.kesehatan.parent == government.root


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"parent": ""}, "parent", "Pilih yang membawahinya"),
        ({"kind": UnitKind.REGION}, "kind", "sudah ada dan hanya satu"),
        ({"valid_to": "2025-01-01"}, "valid_to", "lebih awal"),
        ({"valid_from": "31/02/2026"}, "valid_from", "tidak ada di kalender"),
        ({"code": "1.02.A"}, "code", "angka dan titik"),
        ({"name": ""}, "name", "tidak boleh kosong"),
    ],
)
def test_a_faulty_unit_is_refused_beside_the_field_and_nothing_typed_is_lost(
    bureau, government, fields, name, sentence
):
    response = bureau.post(reverse("agreements:unit_create"), unit_data(parent=government.root.pk) | fields)
    assert sentence in errors_of(response)[name]
    assert 'value="Dishub"' in response.content.decode()
    assert not Unit.objects.filter(short_name="Dishub").exists()


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(bureau, government):
    address = reverse("agreements:unit_edit", args=(government.kesehatan.pk,))
    seen = bureau.get(address).context["form"].initial["seen"]
    Unit.objects.filter(pk=government.kesehatan.pk).update(short_name="Dinkes")
    data = unit_data(name="Dinas Kesehatan", short_name="Kes", parent=government.root.pk, seen=seen)
    data["valid_from"] = "2021-01-01"
    response = bureau.post(address, data)
    assert "nama pendek: “Dinkes”" in errors_of(response)["__all__"]
    government.kesehatan.refresh_from_db()
    assert government.kesehatan.short_name == "Dinkes"
    again = data | {"seen": response.context["form"]["seen"].value()}
    assert bureau.post(address, again).status_code == 302
    government.kesehatan.refresh_from_db()
    assert government.kesehatan.short_name == "Kes"


# --- positions ------------------------------------------------------------------------------


def position_data(**fields):
    return {"title": "Kepala Seksi Gizi", "level": Level.IV, "valid_from": "2026-01-01"} | fields


def test_a_position_is_added_under_a_superior_of_the_own_line(bureau, government):
    address = reverse("agreements:position_create", args=(government.bidang.pk,))
    field = bureau.get(address).context["form"].fields["superior"]
    offered = {str(label) for _, label in field.choices} - {"– pilih –"}
    assert offered == {str(each) for each in (government.kabid, government.kadinkes, government.regent)}
    response = bureau.post(address, position_data(superior=government.kabid.pk))
    assert response.status_code == 302
    assert Position.objects.get(title="Kepala Seksi Gizi").superior == government.kabid


def test_a_unit_has_one_head(bureau, government):
    address = reverse("agreements:position_create", args=(government.bidang.pk,))
    response = bureau.post(address, position_data(heads_unit="on"))
    assert "sudah dipimpin Kepala Bidang Kesehatan Masyarakat" in errors_of(response)["heads_unit"]


def test_a_position_may_not_be_its_own_superior_through_others(bureau, government):
    address = reverse("agreements:position_edit", args=(government.kadinkes.pk,))
    response = bureau.post(address, position_data(title="Kadis", superior=government.kabid.pk))
    assert "bawahan dirinya sendiri" in errors_of(response)["superior"]


# --- officials and assignments --------------------------------------------------------------


def test_an_official_is_kept_with_a_plain_nip(bureau):
    response = bureau.post(
        reverse("agreements:official_create"),
        {"name": "Dewi Sartika, S.E.", "nip": "19800101 200501 1 001", "rank": "Penata (III/c)"},
    )
    official = Official.objects.get(name="Dewi Sartika, S.E.")
    assert official.nip == "198001012005011001"
    assert response.url == reverse("agreements:official_detail", args=(official.pk,))


def test_the_account_of_an_official_is_one_step_away(bureau, client, government, kepegawaian):
    address = reverse("agreements:official_detail", args=(government.official_kabid.pk,))
    creates = f"{reverse('agreements:account_create')}?pejabat={government.official_kabid.pk}"
    assert creates in bureau.get(address).content.decode()
    assert government.official_kabid.name in bureau.get(creates).content.decode()
    client.force_login(kepegawaian)
    assert creates not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("nip", "sentence"),
    [
        ("1980", "18 angka"),
        ("198013012005011001", "Tanggal lahir"),
        ("198001012005131001", "Bulan pengangkatan"),
    ],
)
def test_a_faulty_nip_is_refused(bureau, nip, sentence):
    response = bureau.post(reverse("agreements:official_create"), {"name": "Dewi", "nip": nip})
    assert sentence in errors_of(response)["nip"]


def test_a_nip_belongs_to_one_official(bureau, government):
    response = bureau.post(
        reverse("agreements:official_create"), {"name": "Dewi", "nip": government.official_kadinkes.nip}
    )
    assert "sudah dipakai pejabat lain" in errors_of(response)["nip"]


def test_several_officials_have_no_nip(bureau):
    for name in ("Wakil Bupati Satu", "Wakil Bupati Dua"):
        assert bureau.post(reverse("agreements:official_create"), {"name": name}).status_code == 302


@pytest.mark.parametrize("typed", ["ratna", "19750101 2000", "1975010120000"])
def test_officials_are_found_by_name_and_number(bureau, government, typed):
    found = list(bureau.get(reverse("agreements:official_list"), {"cari": typed}).context["page"])
    assert government.official_kadinkes in found


def test_position_and_official_are_chosen_by_searching(bureau, government):
    address = reverse("agreements:assignment_create")
    asked = bureau.get(address, {"cari": "kepala bidang"})
    assert [row.value for row in asked.context["rows"]] == [government.kabid.pk]
    asked = bureau.get(address, {"jabatan": government.kabid.pk, "cari": "joko"})
    assert [row.label for row in asked.context["rows"]] == ["Drs. Joko Purnomo, M.Pd."]
    assert f'name="jabatan" value="{government.kabid.pk}"' in asked.content.decode()
    assert bureau.get(address, {"jabatan": 999999}).status_code == 404


def test_two_definitive_holders_on_one_day_are_refused_with_the_remedy(bureau, government):
    response = assign(bureau, government.kadinkes, make_official("Dewi"))
    assert "dipegang dr. Ratna Dewi, M.Kes." in errors_of(response)["starts"]
    assert "Akhiri dulu masa tugasnya" in errors_of(response)["starts"]


def test_two_who_save_at_once_get_a_sentence_from_the_database(bureau, government, monkeypatch):
    monkeypatch.setattr(Assignment, "clean", lambda self: None)
    response = assign(bureau, government.kadinkes, make_official("Dewi"))
    assert response.status_code == 200
    assert errors_of(response)["__all__"] == (
        "Satu jabatan tidak dapat dipegang dua pejabat definitif pada hari yang sama."
    )
    assert Event.objects.count() == 0


def test_one_ends_and_the_next_begins(bureau, government):
    old = Assignment.objects.get(position=government.kadinkes)
    address = reverse("agreements:assignment_edit", args=(old.pk,))
    data = assignment_data(starts="2022-01-03", ends="2026-06-30")
    assert bureau.post(address, data).status_code == 302
    assert assign(bureau, government.kadinkes, make_official("Dewi"), decree="821.2/15").status_code == 302
    events = list(Event.objects.order_by("number").values_list("action", "unit_name"))
    assert events == [
        ("mengubah riwayat jabatan", "Dinas Kesehatan"),
        ("mencatat pejabat pada jabatan", "Dinas Kesehatan"),
    ]


def test_a_term_lies_within_the_life_of_the_position(bureau, government):
    response = assign(
        bureau, government.kabid, make_official("Dewi"), starts="2019-01-01", holding=Holding.PLT
    )
    assert "di dalam masa berlaku jabatan" in errors_of(response)["starts"]


def test_nobody_appoints_themselves(bureau, bagian_organisasi, government):
    own = make_official("Pegawai Bagian Organisasi", bagian_organisasi)
    response = assign(bureau, government.kabid, own, holding=Holding.PLT)
    assert response.status_code == 403
    row = make_assignment(own, government.kabid, holding=Holding.PLH)
    assert bureau.get(reverse("agreements:assignment_edit", args=(row.pk,))).status_code == 403


# --- who may change -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["bupati", "kepala_kesehatan", "operator_kesehatan", "perencana", "inspektorat"]
)
def test_who_only_reads_gets_403_on_every_page_of_change(client, government, who):
    client.force_login(getattr(government.users, who))
    assignment = Assignment.objects.get(position=government.kadinkes)
    for name, args in (
        ("unit_create", ()),
        ("unit_edit", (government.kesehatan.pk,)),
        ("position_create", (government.kesehatan.pk,)),
        ("position_edit", (government.kadinkes.pk,)),
        ("official_list", ()),
        ("official_create", ()),
        ("official_edit", (government.official_kadinkes.pk,)),
        ("assignment_create", ()),
        ("assignment_edit", (assignment.pk,)),
    ):
        address = reverse(f"agreements:{name}", args=args)
        assert client.get(address).status_code == 403, name
        assert client.post(address, unit_data()).status_code == 403, name


def test_what_one_does_not_see_is_404_even_to_change(client, operator_pendidikan, government):
    client.force_login(operator_pendidikan)
    for name, pk in (("unit_edit", government.kesehatan.pk), ("position_edit", government.kadinkes.pk)):
        assert client.get(reverse(f"agreements:{name}", args=(pk,))).status_code == 404


def test_who_has_no_role_sees_no_organisation(client, orang_luar):
    client.force_login(orang_luar)
    assert client.get(reverse("agreements:unit_list")).status_code == 403


def data_of(position, **fields):
    return {
        "title": position.title,
        "level": position.level,
        "superior": position.superior_id or "",
        "valid_from": "2021-01-01",
    } | fields


def test_a_position_somebody_holds_longer_does_not_end_before(bureau, government):
    address = reverse("agreements:position_edit", args=(government.kadinkes.pk,))
    response = bureau.post(address, data_of(government.kadinkes, valid_to="2026-07-31"))
    assert errors_of(response)["valid_to"] == (
        "dr. Ratna Dewi, M.Kes. memegang jabatan ini melewati tanggal itu. "
        "Akhiri dulu masa tugasnya di riwayat jabatan."
    )
    government.kadinkes.assignments.update(ends=date(2026, 7, 31))
    assert bureau.post(address, data_of(government.kadinkes, valid_to="2026-07-31")).status_code == 302
    government.kadinkes.refresh_from_db()
    assert government.kadinkes.valid_to == date(2026, 7, 31)


# --- two at the same moment -----------------------------------------------------------------


def test_who_writes_an_assignment_locks_its_position_first_on_postgresql():
    for name in ("assignment_clash_insert", "assignment_clash_update"):
        trigger = next(each for each in triggers.registered() if each.name == name)
        written = next(iter(trigger.statements("postgresql")))
        lock = "PERFORM 1 FROM agreements_position WHERE id = NEW.position_id FOR NO KEY UPDATE; "
        assert lock + "IF" in written


@pytest.mark.django_db(transaction=True)
def test_two_definitive_holders_at_the_same_moment_are_one(government):
    post = make_position(government.pendidikan, "Sekretaris Dinas", Level.III, heads=False)
    both_written = threading.Barrier(2)
    answers = []

    def appoint(official):
        try:
            with transaction.atomic():
                # What the form asked before, it asked when neither was there: SQL alone decides.
                make_assignment(official, post)
                with contextlib.suppress(threading.BrokenBarrierError):
                    both_written.wait(1)
            answers.append("saved")
        except IntegrityError as error:
            answers.append(changes.sentence_of(error))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=appoint, args=(make_official(name),)) for name in ("Rina, S.E.", "Budi, S.E.")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [
        "Satu jabatan tidak dapat dipegang dua pejabat definitif pada hari yang sama.",
        "saved",
    ]
    assert Assignment.objects.filter(position=post).count() == 1


# --- a large tree -------------------------------------------------------------------------------


def grown(root, widths):
    """Units below the root, level by level so many under each."""
    kinds = (UnitKind.OFFICE, UnitKind.DIVISION, UnitKind.SECTION, UnitKind.TECHNICAL, UnitKind.STAFF)
    parents = [root]
    for level, width in enumerate(widths):
        parents = [
            make_unit(f"Unit {level}-{parent.pk}-{n}", parent, kinds[level], order=n)
            for parent in parents
            for n in range(width)
        ]
    return parents


def test_three_levels_are_shown_and_the_rest_on_demand(bureau, government):
    (deepest, _) = grown(government.pendidikan, (1, 1, 1, 2))
    page = bureau.get(reverse("agreements:unit_list"))
    branch = next(each for each in page.context["branches"] if each.unit == government.pendidikan)
    third = branch.below[0].below[0]
    assert (third.below, third.count) == ((), 1)
    asked = f"{reverse('agreements:unit_list')}?di={third.key}"
    assert asked in page.content.decode()
    assert str(deepest) not in page.content.decode()
    below = bureau.get(asked)
    assert str(deepest) in below.content.decode()
    part = bureau.get(asked, headers={"hx-request": "true"}).content.decode()
    assert str(deepest) in part
    assert "<html" not in part


def test_what_is_below_another_office_is_not_asked_for(client, operator_kesehatan, government):
    client.force_login(operator_kesehatan)
    asked = reverse("agreements:unit_list")
    assert client.get(asked, {"di": government.kesehatan.pk}).status_code == 200
    assert client.get(asked, {"di": government.pendidikan.pk}).status_code == 404


def test_the_outline_holds_a_bounded_number_of_rows(bureau, government):
    grown(government.root, (30, 4))
    page = bureau.get(reverse("agreements:unit_list"))
    shown = [*page.context["branches"]]
    rows = len(shown) + sum(len(branch.below) for branch in shown)
    assert (len(shown), rows) == (20, 60)
    assert page.context["page"].paginator.num_pages == 2


def test_a_form_offers_few_units_of_many_and_takes_any(bureau, government):
    grown(government.root, (70, 1))
    section = Unit.objects.filter(kind=UnitKind.DIVISION).last()
    address = reverse("agreements:unit_create")
    field = bureau.get(address).context["form"].fields["parent"]
    assert len(list(field.choices)) <= 62
    asked = bureau.get(address, {"pilih": "induk", "cari": section.name})
    assert [row.value for row in asked.context["rows"]] == [section.pk]
    form = bureau.get(address, {"induk": section.pk}).context["form"]
    assert section.pk in [getattr(value, "value", value) for value, _ in form.fields["parent"].choices]
    assert bureau.post(address, unit_data(parent=section.pk)).status_code == 302


def test_the_capacity_stands_in_the_history_without_a_second_bracket(bureau, government):
    content = bureau.post(
        reverse("agreements:unit_create"), unit_data(parent=government.root.pk), follow=True
    )
    assert "selaku Admin Kabupaten (Bagian Organisasi)" in content.content.decode()
    assert "(Bagian Organisasi))" not in content.content.decode()


def test_nobody_raises_the_post_they_hold(bureau, government, bagian_organisasi):
    post = make_position(government.bureau, "Analis", Level.STAFF, government.sekda, heads=False)
    make_assignment(make_official("Pegawai", bagian_organisasi), post)
    address = reverse("agreements:position_edit", args=(post.pk,))
    stored = {"title": "Analis", "level": Level.STAFF, "superior": "", "valid_from": "2021-01-01"}
    for raised in ({"level": Level.REGIONAL_HEAD}, {"heads_unit": "on"}):
        errors = errors_of(bureau.post(address, stored | raised))
        assert "Anda pegang sendiri" in " ".join(errors.values())
    assert bureau.post(address, stored | {"title": "Analis Kinerja"}).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.level, post.heads_unit) == ("Analis Kinerja", Level.STAFF, False)


def test_unit_and_post_do_not_begin_after_what_lies_in_them(bureau, government):
    unit = reverse("agreements:unit_edit", args=(government.kesehatan.pk,))
    sent = unit_data(parent=government.root.pk, valid_from="2022-01-01")
    assert "sudah berlaku sejak 1 Januari 2021" in errors_of(bureau.post(unit, sent))["valid_from"]
    post = reverse("agreements:position_edit", args=(government.kadinkes.pk,))
    sent = position_data(title="Kepala Dinas Kesehatan", heads_unit="on", valid_from="2022-01-04")
    assert "sejak 3 Januari 2022. Majukan" in errors_of(bureau.post(post, sent))["valid_from"]
