"""The paper of a performance tree: as data, as PDF over several pages, in the request or as a job; its drawing on screen."""

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import LinkState, TreeLevel
from agreements.models import Membership, TreeNode
from records import jobs
from records.enums import JobState
from records.models import Job
from reports import tree
from reports.contexts.tree import A3, A4, cut, tree_paper
from reports.jobs import order_tree
from reports.tree import tree_html, tree_pdf
from reports.tree_drawing import Box
from reports.views import tree as view
from tests.agreements.trees import ask, make_node

pytestmark = [pytest.mark.django_db]
DAY = date(2026, 7, 20)


@pytest.fixture(autouse=True)
def _in_july(time_machine):
    time_machine.move_to("2026-07-20 05:00Z", tick=False)


@pytest.fixture
def small(government) -> TreeNode:
    """Three levels across the region, an office and its division, with a request to another office."""
    top = make_node(government.root, "Masyarakat hidup sehat", level=TreeLevel.FINAL, owner=government.regent)
    second = make_node(
        government.kesehatan, "Ibu dan anak sehat", top, critical=True, owner=government.kadinkes
    )
    second.indicators.add(government.stunting)
    government.stunting.targets.create(year=2026, value="15.8")
    third = make_node(government.bidang, "Balita ditimbang", second)
    link = ask(government, third, government.pendidikan, "Mengukur anak PAUD")
    link.state, link.answering_node = (
        LinkState.ACCEPTED,
        make_node(government.pendidikan, "PAUD holistik", top),
    )
    link.save()
    return top


def paper(government, size: str = A4, seen=None):
    seen = TreeNode.objects.all() if seen is None else seen
    root, period = government.root, TreeNode.objects.first().period
    return tree_paper(seen, root, frozenset({root.pk}), period, 2026, size, DAY)


def texts(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def big(width: int, levels: int, key: str = "s") -> Box:
    below = tuple(big(width, levels - 1, f"{key}{n}") for n in range(width)) if levels else ()
    long = "Terpenuhinya kondisi yang diperlukan masyarakat kepulauan terpencil " * 3
    return Box(
        key, TreeLevel.OUTPUT, long, owner="Kepala Bidang", measures=("Cakupan: 90 %",), children=below
    )


def large(government, size: str = A4):
    sheets = tuple(cut(big(4, 3), size))
    return replace(paper(government, size), sheets=sheets, pages=len(sheets))


def test_the_paper_says_whose_tree_of_when_and_everything_in_it(government, small):
    said = paper(government)
    assert (said.title, said.unit, said.period) == ("Pohon Kinerja", "Kabupaten Contoh", "RPJMD 2025–2029")
    (page,) = texts(tree_pdf(said))
    for words in (
        "Masyarakat hidup sehat",
        "Pemilik: Kepala Dinas Kesehatan",
        "Prevalensi stunting: 15,8",
        "Bidang Kesehatan Masyarakat",
        "Mengukur anak PAUD (disanggupi)",
        "Menyumbang ke Bidang Kesehatan Masyarakat",
        "CSF",
        "Target indikator tahun 2026",
        "Dicetak 20 Juli 2026",
        "Halaman 1 dari 1",
        "dukungan lintas perangkat daerah",
    ):
        assert words in page, words


def test_the_paper_shows_what_its_reader_may_see(government, small):
    make_node(government.pendidikan, "Anak tetap bersekolah", small)
    assert "Anak tetap bersekolah" in texts(tree_pdf(paper(government)))[0]
    seen = TreeNode.objects.exclude(unit=government.pendidikan)
    page = texts(tree_pdf(paper(government, seen=seen)))[0]
    assert "Ibu dan anak sehat" in page
    assert "Anak tetap bersekolah" not in page


@pytest.mark.parametrize("size", [A4, A3])
def test_a_large_tree_takes_as_many_pages_as_it_was_cut_into_with_marks(government, small, size):
    said = large(government, size)
    pages = texts(tree_pdf(said))
    assert len(pages) == len(said.sheets) > 2
    assert "lanjut hal. 2 (A)" in pages[0]
    assert "lanjutan dari hal. 1 (A)" in pages[1]
    for number, page in enumerate(pages, start=1):
        assert f"Halaman {number} dari {len(pages)}" in page
        assert "Kabupaten Contoh" in page
        assert "Hasil antara" in page
    box = pypdf.PdfReader(io.BytesIO(tree_pdf(said))).pages[0].mediabox
    assert round(float(box.width) / 72 * 25.4) == {A4: 297, A3: 420}[size]


def test_a_paper_too_long_to_be_laid_out_at_once_is_joined_of_parts(government, small, monkeypatch):
    """Page by page it says what it would in one piece, and how many pages the whole has."""
    said = large(government)
    at_once = texts(tree_pdf(said))
    monkeypatch.setattr(tree, "LAID_OUT_AT_ONCE", 2 * len(said.sheets[0].drawing))
    printed = []
    monkeypatch.setattr(tree, "_printed", lambda part, of=tree._printed: printed.append(part) or of(part))
    content = tree_pdf(said)
    assert len(printed) > 2
    assert texts(content) == at_once
    file = pypdf.PdfReader(io.BytesIO(content))
    assert file.metadata.title == "Pohon Kinerja – Kabupaten Contoh"
    assert tree_pdf(said) == content


def test_a_tree_beyond_any_paper_is_printed_unit_by_unit(client, government, small, monkeypatch):
    monkeypatch.setattr(view, "MOST_PRINTED", 2)
    client.force_login(government.users.perencana)
    said = client.post(address("tree_print"), {"kertas": "a3"}).content.decode()
    assert "Cetaklah per perangkat daerah" in said
    assert not Job.objects.exists()
    answer = client.get(address("tree_print_of", government.kesehatan.pk), {"kertas": "a4"})
    assert answer["Content-Type"] == "application/pdf"


def test_printing_asks_nothing_and_gives_the_same_bytes(government, small):
    said = paper(government)
    with CaptureQueriesContext(connection) as queries:
        assert tree_pdf(said) == tree_pdf(said)
        assert "gambar" not in tree_html(said)
    assert len(queries) == 0


def test_reading_for_paper_takes_the_same_queries_for_more_nodes(government, small):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            paper(government)
        counts.append(len(queries))
        for number in range(9):
            node = make_node(government.kesehatan, f"Hasil {number}", small, owner=government.kadinkes)
            make_node(government.bidang, f"Kondisi {number}", node)
    assert counts[0] == counts[1] <= 6


def address(name: str, *args) -> str:
    return reverse(f"reports:{name}", args=(2026, *args))


def test_the_paper_is_chosen_and_comes_as_pdf(client, government, small):
    client.force_login(government.users.operator_kesehatan)
    page = client.get(address("tree_print_of", government.kesehatan.pk))
    assert "A3 mendatar" in page.content.decode()
    answer = client.get(address("tree_print_of", government.kesehatan.pk), {"kertas": "a4"})
    assert answer["Content-Type"] == "application/pdf"
    (text,) = texts(answer.content)
    assert "Pohon Kinerja Dinas Kesehatan" in text
    assert "Ibu dan anak sehat" in text
    assert client.get(address("tree_print"), {"kertas": "a5"})["Content-Type"].startswith("text/html")


def test_a_long_paper_becomes_a_job_of_who_may_still_read(client, government, small, monkeypatch):
    monkeypatch.setattr(view, "MOST_AT_ONCE", 1)
    client.force_login(government.users.operator_kesehatan)
    where = address("tree_print_of", government.kesehatan.pk)
    assert "latar belakang" in client.get(where, {"kertas": "a3"}, follow=True).content.decode()
    assert not Job.objects.exists()
    ordered = client.post(where, {"kertas": "a3"})
    job = Job.objects.get()
    assert ordered.url == reverse("reports:job", args=(job.pk,))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.title) == (JobState.DONE, "Pohon Kinerja Dinas Kesehatan 2026")
    Membership.objects.filter(account=government.users.operator_kesehatan).delete()
    late = order_tree(government.kesehatan, 2026, A4, DAY, government.users.operator_kesehatan.pk)
    jobs.run(late.pk)
    late.refresh_from_db()
    assert (late.state, "tidak lagi termasuk kewenangan" in late.message) == (JobState.FAILED, True)


def test_few_nodes_on_many_pages_are_ordered_too(client, government, small, monkeypatch):
    monkeypatch.setattr(view, "MOST_PAGES", 0)
    client.force_login(government.users.operator_kesehatan)
    where = address("tree_print_of", government.kesehatan.pk)
    offered = client.get(where, {"kertas": "a3"}, follow=True).content.decode()
    assert '<form method="post"' in offered.replace(' action="" ', " ")
    client.post(where, {"kertas": "a3"})
    assert Job.objects.count() == 1


def test_nothing_is_printed_of_an_empty_tree(client, government, small):
    client.force_login(government.users.perencana)
    TreeNode.objects.filter(unit=government.setda).delete()
    where = address("tree_print_of", government.setda.pk)
    assert "belum berisi" in client.get(where, {"kertas": "a4"}).content.decode()
    assert "belum berisi" in client.get(address("tree_chart_of", government.setda.pk)).content.decode()


def test_the_chart_links_every_box_and_opens_further_branches(client, government, small):
    fourth = make_node(government.bidang, "Kader terlatih", TreeNode.objects.get(text="Balita ditimbang"))
    make_node(government.bidang, "Kader terdaftar", fourth)
    client.force_login(government.users.perencana)
    content = client.get(address("tree_chart")).content.decode()
    assert reverse("agreements:tree_node", args=(2026, small.pk)) in content
    assert "Balita ditimbang" in content
    assert "Kader terlatih" not in content
    node = TreeNode.objects.get(text="Balita ditimbang")
    further = f"{address('tree_chart')}?simpul={node.pk}"
    assert further in content
    below = client.get(further).content.decode()
    assert "Kader terlatih" in below
    assert client.get(f"{address('tree_chart')}?simpul=999999").status_code == 404
