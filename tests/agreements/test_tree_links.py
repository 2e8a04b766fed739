"""Requests between units to contribute to a node: asked by one, answered by the other, shown on both trees."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements import tree_links
from agreements.enums import LinkState, TreeLevel
from agreements.models import TreeLink, TreeNode
from agreements.scope import scope_of
from agreements.tree_links import Word
from agreements.workflow import TransitionError
from records.models import Event
from tests.agreements.steps import actor
from tests.agreements.trees import ask, make_node
from tests.factories import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
ROLE = "Menyediakan air minum layak"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def sign_in(client, government):
    def as_person(name: str):
        client.force_login(getattr(government.users, name))
        return client

    return as_person


@pytest.fixture
def node(government) -> TreeNode:
    return make_node(government.kesehatan, "Keluarga memakai air bersih", level=TreeLevel.IMMEDIATE)


@pytest.fixture
def link(government, node) -> TreeLink:
    return ask(government, node, government.pendidikan)


def page(name: str, *args) -> str:
    return reverse(f"agreements:{name}", args=(2026, *args))


def body(response) -> str:
    return response.content.decode()


def answer(client, link: TreeLink, action: str, note: str = "", **more):
    return client.post(page("tree_link_action", link.pk, action), {"note": note, "dari": link.state, **more})


def test_a_unit_is_asked_and_finds_it_on_its_beranda_with_one_click(sign_in, government, node):
    client = sign_in("operator_kesehatan")
    address = page("tree_link_ask", node.pk)
    offered = {row.value for row in client.get(address).context["rows"]}
    assert offered == {government.setda.pk, government.bureau.pk, government.pendidikan.pk}
    client.post(f"{address}?unit={government.pendidikan.pk}", {"role": ROLE})
    link = TreeLink.objects.get()
    assert (link.node, link.unit, link.role, link.state) == (
        node,
        government.pendidikan,
        ROLE,
        LinkState.PROPOSED,
    )
    assert Event.objects.get().action == "meminta dukungan lintas perangkat daerah"
    home = body(sign_in("operator_pendidikan").get(reverse("reports:year_home", args=(2026,))))
    assert "permintaan dukungan pohon kinerja menunggu jawaban" in home
    assert page("tree_link", link.pk) in home
    assert ROLE in body(client.get(page("tree_link", link.pk)))
    assert page("tree_link", link.pk) not in body(
        sign_in("operator_kesehatan").get(reverse("reports:year_home", args=(2026,)))
    )


def test_several_requests_lead_from_the_beranda_to_their_list(sign_in, government, node, link):
    other = make_node(government.kesehatan, "Kader terlatih")
    ask(government, other, government.pendidikan)
    ask(government, other, government.setda)
    client = sign_in("operator_pendidikan")
    home = body(client.get(reverse("reports:year_home", args=(2026,))))
    listed = page("tree_links") + "?jawaban=proposed&untuk=saya"
    assert listed.replace("&", "&amp;") in home
    assert {each.node for each in client.get(listed).context["page"]} == {node, other}


def test_one_unit_is_asked_once_for_a_node(sign_in, government, node, link):
    client = sign_in("operator_kesehatan")
    address = page("tree_link_ask", node.pk)
    assert government.pendidikan.pk not in {row.value for row in client.get(address).context["rows"]}
    response = client.post(f"{address}?unit={government.pendidikan.pk}", {"role": ROLE})
    assert "sudah diminta" in str(response.context["form"].errors)
    assert client.post(f"{address}?unit={government.bidang.pk}", {"role": ROLE}).status_code == 404
    assert TreeLink.objects.count() == 1


def test_the_asked_unit_accepts_and_names_its_node_shown_on_both_trees(sign_in, government, node, link):
    own = make_node(government.pendidikan, "Sekolah sehat")
    client = sign_in("operator_pendidikan")
    chosen = client.get(page("tree_link_node", link.pk) + f"?simpul={own.pk}")
    assert chosen.url == page("tree_link", link.pk) + f"?simpul={own.pk}"
    assert "Sekolah sehat" in body(client.get(chosen.url))
    assert answer(client, link, "accept", simpul=own.pk).url == page("tree_link", link.pk)
    link.refresh_from_db()
    assert (link.state, link.answering_node) == (LinkState.ACCEPTED, own)
    assert link.answered_by == government.users.operator_pendidikan
    theirs = body(client.get(page("tree_of", government.pendidikan.pk)))
    assert "Menyumbang ke Dinas Kesehatan" in theirs
    ours = body(sign_in("operator_kesehatan").get(page("tree_of", government.kesehatan.pk)))
    assert "Dukungan Dinas Pendidikan dan Kebudayaan" in ours
    assert "disanggupi" in ours


def test_declining_needs_a_note_and_can_be_asked_again(sign_in, government, link):
    client = sign_in("kepala_pendidikan")
    refused = answer(client, link, "decline", "tidak")
    assert "paling sedikit 10 huruf" in str(refused.context["form"].errors)
    assert ">tidak</textarea>" in body(refused).replace("\n", "")
    answer(client, link, "decline", "Tidak ada anggarannya tahun ini.")
    link.refresh_from_db()
    assert (link.state, link.answer_note) == (LinkState.DECLINED, "Tidak ada anggarannya tahun ini.")
    assert answer(client, link, "ask_again", "Mohon ditinjau lagi.").status_code == 403
    assert Event.objects.filter(refused=True).count() == 1
    answer(sign_in("operator_kesehatan"), link, "ask_again", "Anggaran perubahan sudah tersedia.")
    link.refresh_from_db()
    assert link.state == LinkState.PROPOSED
    assert [event.action for event in Event.objects.filter(refused=False).order_by("number")] == [
        "meminta dukungan lintas perangkat daerah",
        "Tidak disanggupi",
        "Minta lagi",
    ]


def test_the_planner_answers_on_behalf_of_the_unit_visibly(sign_in, government, link):
    client = sign_in("perencana")
    assert "atas nama Dinas Pendidikan" in body(client.get(page("tree_link", link.pk)))
    assert "atas nama" in str(answer(client, link, "accept").context["form"].errors)
    answer(client, link, "accept", "Disepakati pada forum perangkat daerah.")
    event = Event.objects.order_by("-number").first()
    assert (event.capacity, event.unit_name) == ("Perencana", "Dinas Pendidikan dan Kebudayaan")
    assert '"atas nama"' in event.after
    shown = body(sign_in("operator_pendidikan").get(page("tree_link", link.pk)))
    assert "selaku Perencana" in shown


def test_who_asks_does_not_answer_and_strangers_do_not_see(sign_in, government, link):
    assert answer(sign_in("operator_kesehatan"), link, "accept").status_code == 403
    assert sign_in("operator_kesehatan").get(page("tree_link_node", link.pk)).status_code == 403
    assert answer(sign_in("inspektorat"), link, "accept").status_code == 403
    assert sign_in("sekda").get(page("tree_link", link.pk)).status_code == 404
    assert sign_in("operator_pendidikan").post(page("tree_link_withdraw", link.pk)).status_code == 403
    link.refresh_from_db()
    assert link.state == LinkState.PROPOSED


def test_an_answer_given_to_what_is_no_longer_so_is_refused(sign_in, government, link):
    client = sign_in("operator_pendidikan")
    TreeLink.objects.update(state=LinkState.ACCEPTED)
    response = client.post(
        page("tree_link_action", link.pk, "decline"), {"note": "Tidak ada anggarannya.", "dari": "proposed"}
    )
    assert "baru saja diubah orang lain" in str(response.context["form"].errors)
    user = government.users.operator_pendidikan
    with pytest.raises(TransitionError, match="baru saja diubah orang lain"):
        tree_links.perform("accept", link, scope_of(user), 2026, actor(user), Word())
    assert answer(client, link, "menolak").status_code == 404


def test_only_a_node_of_the_asked_unit_contributes(sign_in, government, node, link):
    answer(sign_in("operator_pendidikan"), link, "accept", simpul=node.pk)
    link.refresh_from_db()
    assert (link.state, link.answering_node) == (LinkState.ACCEPTED, None)
    own = make_node(government.pendidikan, "Sekolah sehat")
    answer(sign_in("operator_pendidikan"), link, "name", simpul=own.pk)
    link.refresh_from_db()
    assert link.answering_node == own


def test_a_request_is_withdrawn_and_the_history_keeps_it(sign_in, government, node, link):
    client = sign_in("operator_kesehatan")
    assert client.post(page("tree_link_withdraw", link.pk)).url == page("tree_node", node.pk)
    assert not TreeLink.objects.exists()
    event = Event.objects.order_by("-number").first()
    assert (event.action, ROLE in event.before) == ("menarik permintaan dukungan", True)


def test_an_ended_office_is_not_asked(sign_in, government, node):
    make_unit("Dinas Lama", government.root, valid_to=date(2025, 12, 31))
    rows = sign_in("operator_kesehatan").get(page("tree_link_ask", node.pk), {"cari": "Lama"}).context["rows"]
    assert not rows
