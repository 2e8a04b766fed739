"""The paper of an action plan: first as data, then as the PDF that is printed."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from django.urls import reverse

from agreements.models import ActionPlan
from records.enums import JobState
from records.models import Job
from reports import jobs as makers
from reports.action_plan import plan_html, plan_pdf
from reports.contexts.action_plan import KEPT_LINES, action_plan_paper
from reports.jobs import order_plan
from reports.views import action_plan as view
from tests.agreements.plans import add_step, begun, complete, in_force
from tests.reports.plan_papers import LONG, STEP, plan_paper

DAY = date(2026, 4, 5)


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def paper(plan: ActionPlan):
    return action_plan_paper(ActionPlan.objects.select_related("agreement").get(pk=plan.pk), DAY)


def address(plan: ActionPlan) -> str:
    return reverse("reports:plan_pdf", args=(2026, plan.agreement_id, plan.number))


def texts(content: bytes) -> list[str]:
    """The words of each page, spaces as they come made one."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


# --- as data ----------------------------------------------------------------------------------------


def test_every_column_holds_what_the_plan_says(government):
    draft = begun(government)
    line = draft.agreement.budgets.get()
    add_step(
        draft,
        government,
        person_in_charge=government.kabid,
        budget_line=line,
        amount=Decimal("150000000"),
        first_month=4,
        last_month=4,
    )
    said = paper(draft)
    (row,) = said.rows
    assert (row.number, row.objective, row.name) == (1, government.sasaran.text, "Prevalensi stunting")
    assert (row.unit, row.annual, row.quarters) == ("%", "10,00", ("", "", "", ""))
    (step,) = row.steps
    assert (step.text, step.schedule) == ("Kunjungan rumah balita", "Apr")
    assert (step.programme, step.amount) == (line.name, "Rp150.000.000")
    assert step.person == "Kepala Bidang Kesehatan Masyarakat"
    assert said.amount_total == "Rp150.000.000"


def test_steps_that_cost_nothing_are_summed_too(government):
    draft = begun(government)
    assert paper(draft).amount_total == ""
    add_step(draft, government, amount=Decimal(0))
    assert paper(draft).amount_total == "Rp0"


def test_quarters_without_measuring_are_marked_and_open_ones_are_not_zero(government):
    indicator = government.stunting
    indicator.calendar = "semester"
    indicator.save()
    assert paper(complete(government)).rows[0].quarters == ("×", "", "×", "10,00")


def test_the_head_signs_on_the_day_of_approval(government):
    said = paper(in_force(government))
    block = said.signature
    assert (block.post, block.name) == ("Kepala Dinas Kesehatan,", "dr. Ratna Dewi, M.Kes.")
    assert block.nip.startswith("NIP. 19750101")
    assert said.place_and_date == "Contoh Kota, 5\xa0April\xa02026"
    assert (said.draft, said.version) == (False, "Versi 1, berlaku sejak 5 April 2026")


def test_a_draft_has_no_date_and_says_what_it_is(government):
    said = paper(complete(government))
    assert (said.draft, said.created) == (True, None)
    assert said.version == "Versi 1, draf, belum disahkan"
    assert said.place_and_date.endswith(" 2026")


def test_a_replaced_version_says_so_and_is_no_draft(government):
    plan = in_force(government)
    ActionPlan.objects.filter(pk=plan.pk).update(status="superseded")
    said = paper(plan)
    assert (said.draft, said.version) == (False, "Versi 1, sudah digantikan versi baru")


def test_an_indicator_with_many_steps_is_named_again_in_each_piece(government):
    draft = complete(government)
    for number in range(20):
        add_step(draft, government, f"{STEP} {number}")
    rows = paper(draft).rows
    assert len(rows) > 1
    assert [row.same_indicator for row in rows] == [False] + [True] * (len(rows) - 1)
    assert sum(len(row.steps) for row in rows) == 21
    assert all(row.lines <= KEPT_LINES for row in rows)


def test_printing_asks_the_database_nothing(government, django_assert_num_queries):
    said = paper(in_force(government))
    with django_assert_num_queries(0):
        assert "Kunjungan rumah balita" in plan_html(said)


def test_what_people_typed_is_never_markup(government):
    draft = complete(government)
    add_step(draft, government, "<script>alert(1)</script>")
    assert "<script>" not in plan_html(paper(draft))


# --- as PDF -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("indicators", "name", "steps"), [(1, "Stunting", 1), (12, "Stunting", 2), (40, LONG, 3)]
)
def test_every_page_repeats_the_head_and_nothing_is_left_out(indicators, name, steps):
    said = plan_paper(indicators, name, steps)
    pages = texts(plan_pdf(said))
    for number, page in enumerate(pages, start=1):
        assert f"Halaman {number} dari {len(pages)}" in page
        if "langkah" in page:
            assert all(head in page for head in ("Indikator", "Satuan", "Penanggung jawab", "TW IV"))
    whole = " ".join(pages)
    for number in range(1, indicators + 1):
        for order in range(1, steps + 1):
            assert f"(langkah {number}.{order})" in whole
    assert whole.count("Rp1.234.567.890.123") == indicators * steps
    assert "dr. Ratna Dewi, M.Kes." in pages[-1]
    assert abs(said.pages - len(pages)) <= max(2, len(pages) // 4)


@pytest.mark.slow
def test_a_sasaran_cut_by_a_page_is_named_again():
    pages = texts(plan_pdf(plan_paper(12, LONG, 3)))
    # The first row under the head of every page names its sasaran.
    following = [page.split("TW IV", 1)[1] for page in pages if "(langkah" in page]
    assert all("Meningkatnya" in page.split("Persentase")[0] for page in following)
    assert any("(lanjutan)" in page for page in pages)


@pytest.mark.slow
def test_the_paper_is_tagged_landscape_and_the_same_each_time():
    said = plan_paper(2)
    content = plan_pdf(said)
    assert content == plan_pdf(said)
    reader = pypdf.PdfReader(io.BytesIO(content))
    page = reader.pages[0].mediabox
    assert round(page.width / 72 * 25.4) == 297
    assert round(page.height / 72 * 25.4) == 210
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert (
        reader.metadata.title
        == "Rencana Aksi Perjanjian Kinerja Tahun 2026 – DINAS KESEHATAN – KABUPATEN CONTOH"
    )


@pytest.mark.slow
def test_only_what_is_not_approved_carries_the_watermark():
    assert "DRAF" not in texts(plan_pdf(plan_paper(1)))[0]
    assert "DRAF" in texts(plan_pdf(replace(plan_paper(1), draft=True)))[0]


@pytest.mark.slow
def test_a_short_plan_is_printed_in_the_request(client, government, operator_kesehatan):
    plan = in_force(government)
    client.force_login(operator_kesehatan)
    answer = client.get(address(plan))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Prevalensi stunting" in texts(answer.content)[0]


@pytest.mark.slow
def test_a_long_plan_is_a_job(client, government, operator_kesehatan, monkeypatch):
    plan = in_force(government)
    monkeypatch.setattr(view, "MOST_PAGES", 0)
    client.force_login(operator_kesehatan)
    assert "Unduhan" in client.get(address(plan)).content.decode()
    assert not Job.objects.exists()
    answer = client.post(address(plan))
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("reports:job", args=(job.pk,))
    makers.jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result.original_name) == (JobState.DONE, f"{plan}.pdf")


def test_who_lost_the_unit_gets_no_paper(government):
    plan = in_force(government)
    job = order_plan(plan, DAY, government.users.operator_pendidikan.pk)
    makers.jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert "kewenangan" in job.message
