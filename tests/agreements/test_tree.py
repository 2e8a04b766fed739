"""The performance tree: reading it, writing its nodes, what must hold, what is missing."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import tree as trees
from agreements import tree_rules
from agreements.enums import Kind, TreeLevel, UnitKind
from agreements.models import PlanningPeriod, Programme, Scale, TreeNode, Unit
from records.models import Event
from tests.agreements.trees import ask, make_node
from tests.factories import make_indicator, make_objective, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


@pytest.fixture
def operator(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    return client


@pytest.fixture
def top(government) -> TreeNode:
    """The region's result on which all others of these tests stand."""
    make_objective(government.root, "Meningkatnya derajat kesehatan")
    return make_node(government.root, "Masyarakat hidup sehat", level=TreeLevel.FINAL)


def page(name: str, *args, year: int = 2026) -> str:
    return reverse(f"agreements:{name}", args=(year, *args))


def body(response) -> str:
    return response.content.decode()


def errors_of(response) -> str:
    return " ".join(sentence for found in response.context["form"].errors.values() for sentence in found)


def queries_of(client, address: str) -> int:
    """Queries of a page opened by who just came in: the session is written too."""
    session = client.session
    session.pop("signed_in_at", None)
    session.save()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def node_data(**fields) -> dict:
    return {"level": TreeLevel.IMMEDIATE, "text": "Ibu hamil diperiksa enam kali"} | fields


# --- reading ----------------------------------------------------------------------------------------


def test_three_levels_are_shown_and_the_fourth_is_opened_on_demand(planner, government, top):
    second = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    third = make_node(government.kesehatan, "Ibu hamil diperiksa", second)
    fourth = make_node(government.bidang, "Bidan menetap di desa", third)
    content = body(planner.get(page("tree")))
    assert all(node.text in content for node in (top, second, third))
    assert fourth.text not in content
    address = page("tree_branch", third.pk)
    assert address in content
    assert fourth.text in body(planner.get(address))


def test_a_branch_opened_in_place_is_only_its_piece_of_the_outline(planner, government, top):
    make_node(government.kesehatan, "Ibu dan anak sehat", top)
    content = body(planner.get(page("tree_branch", top.pk), headers={"HX-Request": "true"}))
    assert "Ibu dan anak sehat" in content
    assert "<html" not in content


def test_the_tree_of_a_unit_begins_with_its_own_nodes(operator, government, top):
    own = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    part = make_node(government.bidang, "Balita ditimbang", own)
    apart = make_node(government.bidang, "Kader terlatih")
    make_node(government.pendidikan, "Anak bersekolah", top)
    response = operator.get(page("tree_of", government.kesehatan.pk))
    branches = response.context["branches"]
    assert [branch.node for branch in branches] == [own, apart]
    assert [branch.node for branch in branches[0].below] == [part]
    assert "Anak bersekolah" not in body(response)


def test_what_one_does_not_see_is_missing_from_the_regions_tree(operator, government, top):
    make_node(government.kesehatan, "Ibu dan anak sehat", top)
    hidden = make_node(government.pendidikan, "Anak bersekolah", top)
    content = body(operator.get(page("tree")))
    assert "Ibu dan anak sehat" in content
    assert "Anak bersekolah" not in content
    assert "1 simpul di bawahnya" in content
    assert operator.get(page("tree_node", hidden.pk)).status_code == 404
    assert operator.get(page("tree_of", government.pendidikan.pk)).status_code == 404


def test_a_node_stands_with_its_indicators_and_the_target_of_the_year(planner, government, top):
    scale = Scale.objects.create(name="Opini")
    for rank, name in enumerate(("WDP", "WTP"), start=1):
        scale.steps.create(rank=rank, name=name)
    opinion = make_indicator(government.kesehatan, "Opini BPK", kind=Kind.SCALE, scale=scale)
    opinion.targets.create(year=2026, step=2)
    government.stunting.targets.create(year=2026, value="15.8")
    government.stunting.targets.create(year=2027, value="14")
    unset = make_indicator(government.kesehatan, "Angka kematian ibu")
    top.indicators.set([opinion, government.stunting, unset])
    trees.dress([top], 2026)
    assert [(str(each), text) for each, text in top.measured] == [
        ("Angka kematian ibu", "–"),
        ("Opini BPK", "WTP"),
        ("Prevalensi stunting", "15,8\u00a0%"),
    ]
    assert "15,8" in body(planner.get(page("tree")))
    assert "14" not in body(planner.get(page("tree_node", top.pk))).split("Prevalensi stunting")[1][:80]


def test_the_year_picks_the_period_and_a_year_without_one_says_so(planner, government, top):
    assert top.text in body(planner.get(page("tree", year=2025)))
    PlanningPeriod.objects.update(first_year=2026)
    assert planner.get(page("tree_node", top.pk, year=2025)).status_code == 404
    content = body(planner.get(page("tree", year=2025)))
    assert "Belum ada periode perencanaan" in content
    assert planner.get(page("tree_node_create", year=2025)).url == page("tree", year=2025)


def test_before_the_region_has_a_unit_the_page_says_what_to_do(planner, government, bagian_organisasi):
    make_objective(government.root)
    Unit.objects.filter(kind=UnitKind.REGION).update(kind=UnitKind.OFFICE)
    content = body(planner.get(page("tree")))
    assert "Unit pemerintah daerah, puncak pohon kinerja, belum dicatat. Unit ditambahkan oleh" in content
    planner.force_login(bagian_organisasi)
    assert f'href="{reverse("agreements:unit_create")}"' in body(planner.get(page("tree")))


def test_a_crowded_branch_shows_fifty_and_leads_to_the_others(planner, government, top):
    mother = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    for number in range(1, 53):
        make_node(government.kesehatan, f"Kondisi nomor {number:02d}", mother)
    content = body(planner.get(page("tree_of", government.kesehatan.pk)))
    assert ("Kondisi nomor 50" in content, "Kondisi nomor 51" in content) == (True, False)
    assert "2 simpul lainnya" in content
    rest = body(planner.get(page("tree_branch", mother.pk) + "?hal=2"))
    assert ("Kondisi nomor 50" in rest, "Kondisi nomor 52" in rest) == (False, True)


def test_a_page_reads_as_little_of_a_large_tree_as_of_a_small_one(planner, government, top):
    addresses = [page("tree"), page("tree_branch", top.pk), page("tree_node", top.pk)]
    addresses.append(page("tree_of", government.kesehatan.pk))
    counts = []
    for many in (2, 14):
        for each in range(many):
            second = make_node(government.kesehatan, f"Hasil {many}.{each}", top, owner=government.kadinkes)
            second.indicators.add(government.stunting)
            for under in range(many):
                make_node(government.bidang, f"Kondisi {many}.{each}.{under}", second)
        counts.append([queries_of(planner, address) for address in addresses])
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 20
    branches = planner.get(page("tree")).context["branches"]
    shown = sum(1 + len(branch.below) + sum(len(each.below) for each in branch.below) for branch in branches)
    assert 40 < shown <= 1 + trees.MOST_SHOWN


def test_other_pages_of_the_tree_stay_few_queries(planner, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    link = ask(government, node, government.pendidikan)
    for address in (
        page("tree_units"),
        page("tree_links"),
        page("tree_link", link.pk),
        page("tree_node_edit", node.pk),
        page("tree_node_move", node.pk),
        page("tree_node_owner", node.pk),
        page("tree_node_attach", node.pk, "indikator"),
        page("tree") + "?kurang=tanpa-pemilik",
    ):
        assert queries_of(planner, address) <= 20, address


# --- adding and changing ----------------------------------------------------------------------------


def test_a_node_is_added_below_another_and_the_history_says_so(operator, operator_kesehatan, government, top):
    address = page("tree_node_create") + f"?induk={top.pk}"
    form = operator.get(address).context["form"]
    assert form.initial["level"] == TreeLevel.INTERMEDIATE
    assert set(form.fields["owner"].queryset) == {government.kadinkes, government.kabid}
    data = node_data(level=TreeLevel.INTERMEDIATE, critical="on", owner=government.kadinkes.pk)
    response = operator.post(address, data)
    made = TreeNode.objects.get(parent=top)
    assert response.url == page("tree_node", made.pk)
    assert (made.unit, made.critical, made.owner) == (government.kesehatan, True, government.kadinkes)
    event = Event.objects.get()
    assert (event.actor, event.action) == (operator_kesehatan, "menambah simpul pohon kinerja")
    assert (event.unit_name, event.capacity) == ("Dinas Kesehatan", "Operator PD")


def test_who_plans_adds_a_top_of_the_region_and_of_a_unit(planner, government, top):
    address = page("tree_node_create")
    assert planner.get(address).context["question"].parameter == "unit"
    planner.post(f"{address}?unit={government.pendidikan.pk}", node_data(text="Anak bersekolah"))
    planner.post(
        f"{address}?unit={government.root.pk}", node_data(level=TreeLevel.FINAL, text="Warga cerdas")
    )
    made = TreeNode.objects.exclude(pk=top.pk).order_by("pk")
    assert [(node.unit, node.parent) for node in made] == [
        (government.pendidikan, None),
        (government.root, None),
    ]
    assert TreeNode.objects.get(text="Warga cerdas").order == top.order + 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "tidak boleh kosong"),
        ({"text": "x" * 501}, "Paling panjang 500 huruf; ini 501"),
        ({"level": TreeLevel.FINAL}, "Hasil akhir tidak dapat berada di bawah hasil antara"),
    ],
)
def test_a_faulty_node_is_refused_with_the_remedy_and_keeps_what_was_typed(
    operator, government, top, fields, sentence
):
    parent = make_node(government.kesehatan, "Ibu dan anak sehat", top, level=TreeLevel.INTERMEDIATE)
    data = node_data(**fields)
    response = operator.post(page("tree_node_create") + f"?induk={parent.pk}", data)
    assert sentence in errors_of(response)
    assert data["text"] in body(response)
    assert not parent.children.exists()
    assert not Event.objects.exists()


def test_a_level_does_not_fall_below_what_hangs_there(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    make_node(government.kesehatan, "Ibu hamil diperiksa", node, level=TreeLevel.IMMEDIATE)
    response = operator.post(page("tree_node_edit", node.pk), node_data(level=TreeLevel.OUTPUT))
    assert "Di bawah simpul ini ada hasil langsung" in errors_of(response)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Program Pemenuhan Upaya Kesehatan", True),
        ("Sub  kegiatan Pengadaan Obat", True),
        ("Pengelolaan Pelayanan Kesehatan Ibu", True),
        ("Programmer tersedia di setiap puskesmas", False),
        ("Terlaksananya program gizi di semua desa", False),
    ],
)
def test_the_name_of_a_programme_is_hinted_at_and_saved(operator, government, top, text, is_one):
    Programme.objects.create(code="1.02", name="Pengelolaan Pelayanan Kesehatan Ibu", nomenclature_year=2025)
    response = operator.post(
        page("tree_node_create") + f"?induk={top.pk}",
        node_data(level=TreeLevel.INTERMEDIATE, text=text),
        follow=True,
    )
    assert TreeNode.objects.filter(parent=top).exists()
    assert ("terbaca sebagai nama program" in body(response)) == is_one


def test_what_another_saved_meanwhile_is_shown_and_not_overwritten(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    seen = operator.get(page("tree_node_edit", node.pk)).context["form"].initial["seen"]
    TreeNode.objects.filter(pk=node.pk).update(text="Ibu, bayi, dan anak sehat")
    response = operator.post(page("tree_node_edit", node.pk), node_data(text="Ibu sehat", seen=seen))
    assert "Ibu, bayi, dan anak sehat" in errors_of(response)
    node.refresh_from_db()
    assert node.text == "Ibu, bayi, dan anak sehat"


# --- where a node hangs -----------------------------------------------------------------------------


def test_a_node_moves_with_all_below_it(operator, government, top):
    old = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    new = make_node(government.kesehatan, "Pelayanan bermutu", top)
    node = make_node(government.bidang, "Balita ditimbang", old)
    child = make_node(government.bidang, "Kader terlatih", node)
    offered = [row.value for row in operator.get(page("tree_node_move", node.pk)).context["rows"]]
    assert offered == [top.pk, new.pk]
    address = page("tree_node_move", node.pk) + f"?induk={new.pk}"
    assert operator.get(address).status_code == 200
    operator.post(address, {"parent": new.pk})
    node.refresh_from_db()
    assert (node.parent, child.parent_id) == (new, node.pk)
    event = Event.objects.get()
    assert (event.action, event.changes) == (
        "memindahkan simpul pohon kinerja",
        (("mendukung", "Ibu dan anak sehat", "Pelayanan bermutu"),),
    )
    operator.post(page("tree_node_move", node.pk) + "?puncak=1", {"parent": ""})
    node.refresh_from_db()
    assert node.parent is None


def test_no_node_stands_on_what_stands_on_it(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    child = make_node(government.kesehatan, "Ibu hamil diperiksa", node)
    low = make_node(government.kesehatan, "Bidan menetap", child)
    assert low.pk not in [row.value for row in operator.get(page("tree_node_move", node.pk)).context["rows"]]
    response = operator.post(page("tree_node_move", node.pk) + f"?induk={low.pk}", {"parent": low.pk})
    assert "tidak dapat mendukung dirinya sendiri" in errors_of(response)
    node.refresh_from_db()
    assert node.parent == top
    assert not Event.objects.exists()


def test_a_node_does_not_hang_below_that_of_another_office(planner, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    other = make_node(government.pendidikan, "Anak bersekolah", top)
    address = page("tree_node_move", node.pk) + f"?induk={other.pk}"
    assert planner.post(address, {"parent": other.pk}).status_code == 404
    node.parent = other
    with pytest.raises(tree_rules.TreeError, match="lintas perangkat daerah"):
        tree_rules.check_place(node)


def test_parts_of_one_office_may_support_each_other(government, top):
    section = make_unit("Puskesmas Contoh", government.kesehatan)
    node = make_node(government.bidang, "Balita ditimbang", top)
    tree_rules.check_place(make_node(section, "Kader terlatih", node))


def test_a_tree_has_a_bottom(government, top):
    at = top
    for depth in range(2, tree_rules.DEEPEST + 1):
        at = make_node(government.kesehatan, f"Kondisi {depth}", at)
        tree_rules.check_place(at)
    with pytest.raises(tree_rules.TreeError, match="paling banyak 10 tingkat"):
        tree_rules.check_place(make_node(government.kesehatan, "Terlalu dalam", at))
    other = make_node(government.kesehatan, "Cabang lain")
    below = make_node(government.kesehatan, "Di bawah cabang lain", other)
    assert below.parent == other
    other.parent = at.parent
    other.save()
    with pytest.raises(tree_rules.TreeError, match="paling banyak 10 tingkat"):
        tree_rules.check_place(other)


def test_siblings_change_places_and_those_of_other_units_do_not(operator, government, top):
    first = make_node(government.kesehatan, "Satu", top, order=7)
    second = make_node(government.kesehatan, "Dua", top, order=7)
    other = make_node(government.pendidikan, "Lain", top, order=3)
    operator.post(page("tree_node_shift", second.pk), {"arah": "naik"})
    assert list(TreeNode.objects.siblings_of(first)) == [second, first]
    operator.post(page("tree_node_shift", second.pk), {"arah": "naik"})
    operator.post(page("tree_node_shift", second.pk), {"arah": "turun"})
    assert list(TreeNode.objects.siblings_of(first)) == [first, second]
    other.refresh_from_db()
    assert other.order == 3
    assert Event.objects.filter(action="menggeser simpul pohon kinerja").count() == 2


def test_a_node_goes_only_when_nothing_hangs_on_it(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    child = make_node(government.kesehatan, "Ibu hamil diperiksa", node)
    asked = ask(government, child, government.pendidikan)
    address = page("tree_node_delete", node.pk)
    assert "Masih ada 1 simpul di bawahnya" in body(operator.post(address, follow=True))
    low = page("tree_node_delete", child.pk)
    assert "Tarik permintaannya dahulu" in body(operator.post(low, follow=True))
    asked.delete()
    school = make_node(government.pendidikan, "Anak bersekolah", top)
    link = ask(government, school, government.kesehatan)
    link.answering_node = child
    link.save()
    assert "ditunjuk menyumbang" in body(operator.post(low, follow=True))
    link.delete()
    assert operator.post(low).url == page("tree_node", node.pk)
    event = Event.objects.order_by("-number").first()
    assert (event.action, event.subject) == ("menghapus simpul pohon kinerja", "Ibu hamil diperiksa")
    assert operator.post(address).url == page("tree_node", top.pk)
    assert not TreeNode.objects.filter(unit=government.kesehatan).exists()


# --- owner, indicators, programmes ------------------------------------------------------------------


def test_any_post_one_sees_is_found_as_owner(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    address = page("tree_node_owner", node.pk)
    suggested = {row.value for row in operator.get(address).context["rows"]}
    assert suggested == {government.kadinkes.pk, government.kabid.pk}
    assert not operator.get(address, {"cari": "pendidikan"}).context["rows"]
    assert operator.get(f"{address}?jabatan={government.kadikbud.pk}").status_code == 404
    operator.post(f"{address}?jabatan={government.kabid.pk}", {"owner": government.kabid.pk})
    node.refresh_from_db()
    assert node.owner == government.kabid
    operator.post(f"{address}?kosong=1", {"owner": ""})
    node.refresh_from_db()
    assert node.owner is None
    assert Event.objects.count() == 2


def test_indicators_are_searched_attached_and_let_go(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    address = page("tree_node_attach", node.pk, "indikator")
    assert [row.value for row in operator.get(address).context["found"]] == [government.stunting.pk]
    assert not operator.get(address, {"cari": "literasi"}).context["found"]
    operator.post(address, {"pilihan": [government.stunting.pk, government.literasi.pk, "x"]})
    assert list(node.indicators.all()) == [government.stunting]
    assert not operator.get(address).context["found"]
    leave = page("tree_node_detach", node.pk, "indikator")
    assert operator.post(leave, {"baris": government.literasi.pk}).status_code == 404
    operator.post(leave, {"baris": government.stunting.pk})
    assert not node.indicators.exists()
    assert [event.action for event in Event.objects.order_by("number")] == [
        "menambah indikator simpul pohon kinerja",
        "melepas indikator simpul pohon kinerja",
    ]


def test_programmes_are_attached_to_nodes_and_are_none_themselves(operator, government, top):
    node = make_node(government.kesehatan, "Ibu dan anak sehat", top)
    programme = Programme.objects.create(code="1.02.02", name="Program Kesehatan", nomenclature_year=2025)
    address = page("tree_node_attach", node.pk, "program")
    assert [row.value for row in operator.get(address, {"cari": "1.02"}).context["found"]] == [programme.pk]
    operator.post(address, {"pilihan": programme.pk})
    assert list(node.programmes.all()) == [programme]
    assert "Program Kesehatan" in body(operator.get(page("tree_node", node.pk)))
    assert operator.get(page("tree_node_attach", node.pk, "anggaran")).status_code == 404


# --- the first tree ---------------------------------------------------------------------------------


def test_a_first_tree_comes_of_the_objectives_with_their_indicators(operator, government, top):
    goal = make_objective(government.kesehatan, "Terwujudnya warga sehat", kind="goal", parent=None)
    government.sasaran.parent = goal
    government.sasaran.save()
    above = top.period.objectives.get(unit=government.root)
    goal.parent, top.objective = above, above
    goal.save()
    top.save()
    address = page("tree_start_of", government.kesehatan.pk)
    proposed = operator.get(address).context["proposed"]
    assert [(each.objective, each.depth) for each in proposed] == [(goal, 0), (government.sasaran, 1)]
    assert operator.post(address).url == page("tree_of", government.kesehatan.pk)
    first = TreeNode.objects.get(objective=goal)
    second = TreeNode.objects.get(objective=government.sasaran)
    assert (first.parent, second.parent) == (top, first)
    assert (first.level, first.owner) == (TreeLevel.INTERMEDIATE, government.kadinkes)
    assert list(second.indicators.all()) == [government.stunting]
    assert Event.objects.get().action == "memulai pohon kinerja"
    assert "sudah berisi" in body(operator.post(address, follow=True))
    assert TreeNode.objects.filter(unit=government.kesehatan).count() == 2


def test_without_objectives_there_is_nothing_to_begin_with(planner, government):
    make_objective(government.kesehatan)
    address = page("tree_start_of", government.pendidikan.pk)
    assert "Belum ada tujuan atau sasaran" in body(planner.get(address))
    assert "Belum ada tujuan atau sasaran" in body(planner.post(address, follow=True))
    assert "Mulai dari tujuan" in body(planner.get(page("tree")))


# --- what is missing --------------------------------------------------------------------------------


def test_each_gap_is_a_door_to_exactly_its_nodes(planner, government, top):
    owned = {"owner": government.kadinkes}
    top.owner = government.regent
    top.indicators.add(government.stunting)
    top.save()
    carried = make_node(government.kesehatan, "Didukung unit lain", top, **owned)
    carried.indicators.add(government.stunting)
    link = ask(government, carried, government.pendidikan)
    link.state = "accepted"
    link.save()
    bare = make_node(government.kesehatan, "Belum didukung", top, **owned)
    lonely = make_node(government.kesehatan, "Tidak dipikul", None)
    lonely.indicators.add(government.stunting)
    output = make_node(
        government.kesehatan, "Keluaran", carried, level=TreeLevel.OUTPUT, critical=True, **owned
    )
    output.indicators.add(government.stunting)
    process = make_node(government.kesehatan, "Proses", output, level=TreeLevel.PROCESS, **owned)
    expected = {
        "tanpa-indikator": [bare],
        "tanpa-pemilik": [lonely],
        "csf-belum-ditandai": [output],
        "belum-didukung": [bare],
        "tidak-dipikul": [lonely],
        "belum-terhubung": [lonely],
    }
    address = page("tree_of", government.kesehatan.pk)
    found = {key: count for key, _, count in planner.get(address).context["gaps"]}
    assert found == {key: len(rows) for key, rows in expected.items()}
    for key, rows in expected.items():
        assert list(planner.get(address, {"kurang": key}).context["page"]) == rows, key
    assert process.parent == output
    region = {key: count for key, _, count in planner.get(page("tree")).context["gaps"]}
    assert region == {"csf-belum-ditandai": 1}


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["bupati", "inspektorat", "pimpinan", "kepala_pendidikan"])
def test_who_only_reads_the_regions_tree_changes_nothing(client, government, top, who):
    client.force_login(getattr(government.users, who))
    assert client.get(page("tree_node", top.pk)).status_code == 200
    for name in ("tree_node_edit", "tree_node_move", "tree_node_shift", "tree_node_delete", "tree_link_ask"):
        assert client.post(page(name, top.pk), {"arah": "naik"}).status_code == 403, name
    assert client.post(page("tree_start")).status_code == 403
    assert not Event.objects.exists()


def test_an_operator_hangs_own_nodes_below_the_regions_and_never_a_node_of_the_region(
    operator, government, top
):
    address = page("tree_node_create") + f"?induk={top.pk}"
    assert operator.post(f"{address}&unit={government.root.pk}", node_data()).status_code == 403
    assert operator.post(f"{address}&unit={government.pendidikan.pk}", node_data()).status_code == 404
    operator.post(f"{address}&unit={government.kesehatan.pk}", node_data(level=TreeLevel.INTERMEDIATE))
    assert TreeNode.objects.get(parent=top).unit == government.kesehatan
