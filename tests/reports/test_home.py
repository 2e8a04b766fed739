"""Where the Beranda leads, and what it says of time, of what is wrong, and to whom."""

from datetime import date
from html.parser import HTMLParser

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Assignment, HandOver, YearPolicy
from evaluations.models import SourceRevision
from records import files
from tests.agreements.steps import in_force
from tests.agreements.trees import ask, make_node
from tests.conftest import PEOPLE
from tests.factories import (
    make_agreement,
    make_budget,
    make_indicator,
    make_period,
    make_realisation,
    make_unit,
    put_into,
)
from tests.reports.figures import fared, office


def test_a_guest_starts_in_a_year_they_may_read(client, tamu, government):
    client.force_login(tamu)
    with time_machine.travel("2026-06-01 03:00+00:00", tick=False):
        assert client.get(reverse("reports:home")).headers["Location"] == "/2025/"


def test_others_start_in_the_running_year(client, kepala_kesehatan, government):
    client.force_login(kepala_kesehatan)
    with time_machine.travel("2026-06-01 03:00+00:00", tick=False):
        assert client.get(reverse("reports:home")).headers["Location"] == "/2026/"


def test_what_is_overdue_says_so(client, kepala_kesehatan, government):
    make_agreement(government.kadinkes)
    for day, words in (
        ("2026-01-15 03:00+00:00", "batas 31 Januari 2026"),
        ("2026-02-15 03:00+00:00", "lewat batas 31 Januari 2026"),
    ):
        with time_machine.travel(day, tick=False):
            client.force_login(kepala_kesehatan)
            page = client.get(reverse("reports:year_home", args=(2026,))).content.decode()
        assert f">{words}<" in page


# --- the regent: what is wrong, why, who acts, and the paper --------------------------------------


class Doors(HTMLParser):
    """The links of a page, by what they say."""

    def __init__(self, answer) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.address, self.text = "", ""
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.address, self.text = dict(attrs).get("href", ""), ""

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "a":
            self.found[" ".join(self.text.split())] = self.address


def follow(client, answer, name: str):
    """One click on the link of this name."""
    return client.get(Doors(answer).found[name])


def low_and_signed(g):
    """An agreement of Dinas Kesehatan that was really printed and signed, with a low figure and its reason."""
    agreement = in_force(g)
    make_realisation(
        g.stunting,
        make_period(),
        "15",
        status="submitted",
        inhibiting="Posyandu kekurangan kader.",
        follow_up="Melatih 40 kader.",
    )
    return agreement


def test_the_regent_finds_what_is_wrong_why_and_who_acts_and_then_the_signed_paper(
    client, government, bupati
):
    agreement = low_and_signed(government)
    for number in range(4):
        fared(government, f"Dinas {number}", str(60 + number), inhibiting=f"Sebab {number}.")
    client.force_login(bupati)
    with time_machine.travel("2026-04-30 03:00+00:00", tick=False):
        start = client.get("/2026/")
        worst = [row.row.promise.name for row in start.context["home"].overview.lowest]
        assert worst == ["Prevalensi stunting", "Indikator Dinas 0", "Indikator Dinas 1"]
        page = start.content.decode()
        for words in ("Posyandu kekurangan kader.", "Melatih 40 kader.", "Sebab 0.", "Sebab 1."):
            assert words in page
        assert "dr. Ratna Dewi, M.Kes., Kepala Dinas Kesehatan" in page
        unit = follow(client, start, "Dinas Kesehatan")
        assert "Posyandu kekurangan kader." in unit.content.decode()
        paper = follow(client, unit, "Cetak PK (PDF)")
    assert paper.headers["Content-Type"] == "application/pdf"
    issue = agreement.issues.get()
    assert b"".join(paper.streaming_content if paper.streaming else [paper.content]) == files.read(issue.pdf)


def test_the_regent_comes_from_the_map_to_the_proof_of_a_figure_in_three_clicks(client, government, bupati):
    low_and_signed(government)
    client.force_login(bupati)
    with time_machine.travel("2026-04-30 03:00+00:00", tick=False):
        found = follow(client, client.get("/2026/"), "Peta Capaian")
        unit = follow(client, found, "Dinas Kesehatan")
        fact = follow(client, unit, "Prevalensi stunting")
    page = fact.content.decode()
    for words in ("Keterangan dan data dukung", "Posyandu kekurangan kader.", "rumus selisih"):
        assert words in page


# --- every count is a door ------------------------------------------------------------------------


def test_every_count_leads_to_exactly_its_rows(client, government, bupati):
    for number, value in enumerate(("95", "96", "60", None)):
        fared(government, f"Dinas {number}", value)
    client.force_login(bupati)
    with time_machine.travel("2026-07-25 03:00+00:00", tick=False):
        home = client.get("/2026/").context["home"]
        figures = [*home.overview.words, *home.late]
        assert len(figures) > 4
        for figure in figures:
            assert len(client.get(figure.address).context["page"].object_list) == figure.count
        missing = client.get("/2026/terendah/?belum=on").context["page"].object_list
        assert len(missing) == home.overview.missing


def test_the_bureau_sees_the_stages_of_the_year(client, government, bagian_organisasi):
    put_into(make_agreement(government.kadinkes), "in_force")
    make_agreement(government.kadikbud)
    client.force_login(bagian_organisasi)
    with time_machine.travel("2026-02-10 03:00+00:00", tick=False):
        home = client.get("/2026/").context["home"]
        stages = {stage.kind: stage for stage in home.stages}
        paper = stages["pk"]
        assert (paper.owed, paper.done, paper.late) == (4, 1, 3)
        for count, address in (
            (paper.owed, paper.address),
            (paper.done, paper.address_done),
            (paper.late, paper.address_late),
        ):
            assert len(client.get(address).context["page"].object_list) == count
    assert "tw-1" in stages


def test_many_units_that_still_have_to_fill_lead_to_exactly_those(client, government, bagian_organisasi):
    for number in range(10):
        make_indicator(make_unit(f"Dinas {number}", government.root), "I")
    done = make_indicator(make_unit("Dinas Rajin", government.root), "I")
    make_realisation(done, make_period(), "5", status="submitted")
    client.force_login(bagian_organisasi)
    with time_machine.travel("2026-04-05 03:00+00:00", tick=False):
        tasks = client.get("/2026/").context["home"].tasks
        task = next(task for task in tasks if "belum selesai mengisi" in task.text)
        assert len(client.get(task.address).context["page"].object_list) == task.count == 12


# --- each role ------------------------------------------------------------------------------------


def home_of(client, government, person: str, day: str = "2026-07-25"):
    client.force_login(getattr(government.users, person))
    with time_machine.travel(f"{day} 03:00+00:00", tick=False):
        return client.get("/2026/").context["home"]


def test_a_head_sees_the_quarters_of_the_own_unit(client, government):
    low_and_signed(government)
    fared(government, "Dinas A", "10")
    found = home_of(client, government, "kepala_kesehatan").overview
    assert [standing.unit for standing in found.shown] == [government.kesehatan]
    assert {row.unit for row in found.lowest} == {government.kesehatan}
    assert found.region is None


def test_what_reached_its_target_is_not_shown_as_low(client, government):
    put_into(make_agreement(government.regent), "in_force")
    fared(government, "Dinas A", "100")
    found = home_of(client, government, "pimpinan").overview
    assert (found.lowest, found.rated) == ((), 1)


@pytest.mark.parametrize(
    ("person", "kinds"),
    [
        ("perencana", {"pk"}),
        ("anggaran", {"anggaran"}),
        ("inspektorat", set()),
        ("kepala_kesehatan", set()),
    ],
)
def test_each_role_sees_the_stages_it_keeps_going(client, government, person, kinds):
    make_budget(government.kesehatan)
    found = home_of(client, government, person)
    assert {stage.kind for stage in found.stages} == kinds


def test_who_leads_sees_how_the_region_fares_first(client, government):
    leading = {name for name in PEOPLE if home_of(client, government, name).leads}
    assert leading == {"bupati", "pimpinan", "inspektorat"}


def test_personnel_sees_units_without_a_head(client, government):
    office(government, "Dinas A")
    vacant = office(government, "Dinas B")
    vacant.positions.get().assignments.update(ends=date(2026, 7, 1))
    assert home_of(client, government, "kepegawaian").vacant == (vacant,)
    assert home_of(client, government, "bupati").vacant is None


def test_an_administrator_sees_accounts_and_no_figures(client, government):
    low_and_signed(government)
    found = home_of(client, government, "administrator")
    assert (found.overview, found.late, found.tasks) == (None, (), ())
    with time_machine.travel("2026-07-25 03:00+00:00", tick=False):
        for figure in found.administration:
            page = client.get(figure.address).context["page"]
            assert page.paginator.count == figure.count


def test_who_has_no_role_is_told_whom_to_ask(client, government, orang_luar):
    client.force_login(orang_luar)
    assert "hubungi Bagian Organisasi" in client.get("/2026/").content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("person", ["bupati", "bagian_organisasi", "sekda", "operator_kesehatan"])
def test_many_units_take_no_more_queries(client, government, person):
    client.force_login(getattr(government.users, person))
    low_and_signed(government)
    counts = []
    with time_machine.travel("2026-07-25 03:00+00:00", tick=False):
        for start, end in ((0, 2), (2, 40)):
            for number in range(start, end):
                fared(government, f"Dinas {number:02}", "50", inhibiting="Alat rusak.")
            client.get("/2026/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/2026/")
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def everything_waits(g) -> None:
    """Something of every kind that the Beranda may ask for."""
    YearPolicy.objects.filter(year=2026).update(declared_below_by="secretariat", planner_checks=True)
    for position, status in ((g.sekda, "draft"), (g.kadikbud, "ready"), (g.kabid, "submitted")):
        put_into(make_agreement(position), status)
    low_and_signed(g)
    verified = {"verified_by": g.users.bagian_organisasi, "final_value": 8}
    died = make_indicator(g.kesehatan, "Kematian ibu")
    final = make_realisation(died, make_period(number=1), status="final", **verified)
    SourceRevision.objects.create(
        realisation=final, announced_on=date(2026, 6, 1), source="BPS", reason="Diperbaiki.", value=7,
        submitted_by=g.users.operator_kesehatan,
    )  # fmt: skip
    make_realisation(make_indicator(g.pendidikan, "Angka putus sekolah"), make_period(), status="submitted")
    leaves = Assignment.objects.get(position=g.kadikbud)
    by = g.users.bagian_organisasi
    HandOver.objects.create(
        position=g.kadikbud, day=date(2026, 7, 14), outgoing=leaves, follow_up="new", recorded_by=by
    )
    ask(g, make_node(g.root, "Anak sehat"), g.kesehatan)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_beranda_on_which_everything_waits_asks_few_questions(client, government, person):
    everything_waits(government)
    client.force_login(getattr(government.users, person))
    with time_machine.travel("2026-07-25 03:00+00:00", tick=False):
        client.get("/2026/")
        with CaptureQueriesContext(connection) as queries:
            home = client.get("/2026/").context["home"]
    assert len(queries) <= 20
    said = " ".join(task.text for task in home.tasks)
    for words, people in (
        ("serah terima jabatan perlu tindak lanjut", {"bagian_organisasi", "kepegawaian"}),
        ("Revisi oleh sumber menunggu putusan", {"bagian_organisasi"}),
        ("permintaan dukungan pohon kinerja menunggu jawaban", {"operator_kesehatan", "kepala_kesehatan"}),
        ("PK menunggu diperiksa", {"bagian_organisasi", "perencana"}),
    ):
        assert (words in said) == (person in people), words
