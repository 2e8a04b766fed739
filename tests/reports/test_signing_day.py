"""The bureau's signing day: many agreements issued on one date, at once or by the worker."""

import io
import json
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from agreements import workflow
from agreements.enums import Holding, Status
from agreements.models import Agreement, Issue, Membership
from agreements.scope import scope_of
from records import files, jobs
from records.enums import JobState
from records.models import Event, Job
from reports import signing_jobs
from tests.agreements.steps import SCAN, actor, in_force, many, many_in_signing, small_pdf, take
from tests.factories import make_assignment, make_official

DAY = "reports:signing_day"
SHARED = {"document_date": "2026-01-20", "place": "Contoh Kota", "paper": "a4"}


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel("2026-03-02 09:00:00+07:00", tick=True):
        yield


@pytest.fixture
def _quick(monkeypatch):
    """The paper itself is not what is tested here."""
    monkeypatch.setattr("reports.documents.agreement_pdf", lambda content, **more: small_pdf())


@pytest.fixture
def send(client, bagian_organisasi):
    def post(*rows: Agreement, everything: str = "", seen: tuple = (), **typed):
        client.force_login(bagian_organisasi)
        data = SHARED | {"pilih": [row.pk for row in rows]}
        data |= {f"v{row.pk}": row.version for row in (*rows, *seen)} | typed
        if everything:
            data["semua"] = everything
        return client.post(reverse(DAY, args=(2026,)), data)

    return post


def statuses(rows) -> list[str]:
    return [Agreement.objects.get(pk=row.pk).status for row in rows]


def said(client) -> str:
    return client.get(reverse(DAY, args=(2026,))).text


# --- what the page shows --------------------------------------------------------------------------


def test_the_parties_are_those_of_the_chosen_date(client, government, bagian_organisasi):
    row = many(government, 1)[0]
    row.position.assignments.update(ends=date(2026, 1, 31))
    make_assignment(make_official("Rina, S.K.M."), row.position, date(2026, 2, 1), holding=Holding.PLT)
    client.force_login(bagian_organisasi)
    january = client.get(reverse(DAY, args=(2026,)), {"tanggal": "2026-01-20"}).text
    february = client.get(reverse(DAY, args=(2026,)), {"tanggal": "2026-02-20"}).text
    assert "Pejabat 01" in january
    assert "Plt. Administrator 01" not in january
    assert "Pejabat 01" not in february
    assert "Plt. Administrator 01" in february


def test_what_stands_in_the_way_is_said_on_its_line(client, government, bagian_organisasi):
    row = many(government, 1)[0]
    row.position.assignments.all().delete()
    client.force_login(bagian_organisasi)
    assert "tidak ada pejabatnya" in said(client)


@pytest.mark.parametrize("day", ["2024-12-31", "2027-01-01"])
@pytest.mark.usefixtures("_quick")
def test_a_date_no_document_of_the_year_carries_is_refused(day, government, send):
    rows = many(government, 1)
    page = send(*rows, document_date=day)
    assert page.status_code == 422
    assert "harus di tahun 2025 atau 2026" in page.text
    assert statuses(rows) == [Status.READY]


def test_only_what_can_be_issued_is_listed(client, government, bagian_organisasi):
    many(government, 1, Status.SUBMITTED)
    (ready,) = many(government, 1)
    client.force_login(bagian_organisasi)
    page = client.get(reverse(DAY, args=(2026,)))
    assert [line["agreement"] for line in page.context["lines"]] == [ready]


def test_the_questions_of_the_page_do_not_grow(
    client, government, bagian_organisasi, django_assert_max_num_queries
):
    client.force_login(bagian_organisasi)
    many(government, 2)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse(DAY, args=(2026,)))
    many(government, 30, Status.IN_SIGNING)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(DAY, args=(2026,)))


def test_the_way_back_is_on_the_line(client, government, bagian_organisasi):
    (row,) = many(government, 1)
    client.force_login(bagian_organisasi)
    address = reverse("agreements:action", args=(2026, row.pk, "reopen"))
    assert f'formaction="{address}"' in said(client)
    asked = client.post(address, {"version": row.version, "pilih": row.pk})
    assert asked.status_code == 200
    assert "Alasan" in asked.text


# --- a few at once ---------------------------------------------------------------------------


def test_ticked_ones_are_issued_each_with_its_number_and_event(client, government, send):
    rows = many(government, 3)
    send(*rows[:2], **{f"n{rows[0].pk}": "001/PK/2026"})
    assert statuses(rows) == [Status.IN_SIGNING, Status.IN_SIGNING, Status.READY]
    issues = {issue.agreement_id: issue for issue in Issue.objects.all()}
    assert [issues[row.pk].document_number for row in rows[:2]] == ["001/PK/2026", ""]
    assert {issue.document_date for issue in issues.values()} == {date(2026, 1, 20)}
    assert Event.objects.filter(action="Terbitkan untuk ditandatangani").count() == 2
    text = said(client)
    for row in rows[:2]:
        assert f"{row}: PK diterbitkan" in text


@pytest.mark.usefixtures("_quick")
def test_the_second_click_issues_nothing_again(client, government, send):
    rows = many(government, 2)
    for _ in range(2):
        send(*rows)
    assert Issue.objects.count() == 2
    assert said(client).count("baru saja diubah orang lain") == 2


@pytest.mark.usefixtures("_quick")
def test_a_tick_without_the_version_its_line_showed_issues_nothing(client, government, send):
    rows = many(government, 1)
    send(*rows, **{f"v{rows[0].pk}": ""})
    client.post(reverse(DAY, args=(2026,)), SHARED | {"pilih": [rows[0].pk]})
    assert not Issue.objects.exists()


@pytest.mark.usefixtures("_quick")
def test_the_second_click_on_all_that_are_ready_finds_none(government, send):
    rows = many(government, 2)
    send(everything="ready", seen=tuple(rows))
    page = send(everything="ready", seen=tuple(rows))
    assert page.status_code == 422
    assert "Belum ada PK yang dipilih" in page.text
    assert Issue.objects.count() == 2


@pytest.mark.usefixtures("_quick")
def test_one_refused_in_the_middle_stops_none_of_the_others(client, government, send):
    rows = many(government, 3)
    rows[1].position.assignments.all().delete()
    send(*rows)
    assert statuses(rows) == [Status.IN_SIGNING, Status.READY, Status.IN_SIGNING]
    assert f"{rows[1]}: Jabatan {rows[1].position} tidak ada pejabatnya" in said(client)


@pytest.mark.usefixtures("_quick")
def test_an_agreement_changed_meanwhile_is_not_issued_unseen(client, government, send):
    rows = many(government, 2)
    for action, more in (
        ("reopen", {"reason": "Salah ketik pada target."}),
        ("cancel", {"reason": "Keliru sama sekali."}),
    ):
        take(action, rows[0], government.users.bagian_organisasi, **more)
    send(*rows)
    assert statuses(rows) == [Status.CANCELLED, Status.IN_SIGNING]
    assert "berstatus “Dibatalkan”" in said(client)


def test_issuing_all_again_keeps_the_old_bytes_and_the_numbers(client, government, send, bagian_organisasi):
    rows = many(government, 1)
    send(*rows, **{f"n{rows[0].pk}": "001/PK/2026"})
    old = Issue.objects.get()
    content = files.read(old.pdf)
    send(everything="in_signing", document_date="2026-01-26")
    first, second = Issue.objects.order_by("sequence")
    assert (first, files.read(first.pdf)) == (old, content)
    assert (second.document_date, second.document_number) == (date(2026, 1, 26), "001/PK/2026")
    client.logout()
    assert "sudah diterbitkan ulang" in client.get(reverse("reports:check_code", args=(old.code,))).text


def test_what_is_signed_is_not_issued_again(client, government, send):
    agreement = in_force(government)
    send(agreement)
    assert Issue.objects.count() == 1
    assert "berstatus “Berlaku”" in said(client)


def test_nothing_ticked_is_said_and_what_was_typed_stays(government, send):
    many(government, 1)
    page = send(place="Balai Kota")
    assert page.status_code == 422
    assert "Centang paling sedikit satu" in page.text
    assert "Balai Kota" in page.text


def test_a_number_too_long_is_said_and_stays(government, send):
    (row,) = many(government, 1)
    page = send(row, **{f"n{row.pk}": "9" * 81})
    assert "paling panjang 80 tanda" in page.text
    assert "9" * 81 in page.text
    assert "checked" in page.text


# --- many by the worker --------------------------------------------------------------------------


@pytest.mark.slow
def test_more_than_five_are_a_job_whose_file_has_them_all(government, send, bagian_organisasi):
    rows = many(government, 6)
    answer = send(everything="ready", seen=tuple(rows))
    job = Job.objects.get()
    assert answer.url == reverse("reports:job", args=(job.pk,))
    assert job.title == "Terbitkan 6 PK Tahun 2026, tanggal dokumen 20 Januari 2026"
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, statuses(rows)) == (JobState.DONE, [Status.IN_SIGNING] * 6)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files.read(job.result))).pages)
    for issue in Issue.objects.all():
        # Kerning of some pairs of letters is read back as a space.
        assert issue.code in text.replace(" ", "")
    event = Event.objects.order_by("-number").first()
    assert (event.actor, event.capacity) == (bagian_organisasi, "Admin Kabupaten (Bagian Organisasi)")


@pytest.mark.usefixtures("_quick")
def test_two_clicks_are_one_job(government, send):
    rows = many(government, 6)
    assert send(*rows).url == send(*rows).url
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("_quick")
def test_other_rows_of_the_same_number_are_another_job(government, send):
    rows = many(government, 7)
    assert send(*rows[:6]).url != send(*rows[1:]).url


@pytest.mark.usefixtures("_quick")
def test_the_second_of_two_jobs_issues_nothing_again(government, send):
    rows = many(government, 6)
    send(*rows)
    send(*rows, place="Balai Kota")
    first, second = Job.objects.order_by("created_at")
    jobs.run(first.pk)
    jobs.run(second.pk)
    second.refresh_from_db()
    assert Issue.objects.count() == 6
    assert (second.state, second.result) == (JobState.FAILED, None)
    assert second.message.startswith("Tidak ada PK yang diterbitkan.")


@pytest.mark.usefixtures("_quick")
def test_a_job_cut_off_half_way_ends_its_work_when_it_runs_again(client, government, send, monkeypatch):
    rows = many(government, 6)
    send(*rows)
    job = Job.objects.get()
    done = signing_jobs.batches.attempt

    def cut_off(action, agreement, *args, **given):
        if agreement.pk == rows[3].pk:
            raise OSError("stopped")
        return done(action, agreement, *args, **given)

    monkeypatch.setattr(signing_jobs.batches, "attempt", cut_off)
    jobs.run(job.pk)
    assert statuses(rows) == [Status.IN_SIGNING] * 3 + [Status.READY] * 3
    monkeypatch.setattr(signing_jobs.batches, "attempt", done)
    client.post(reverse("reports:job_retry", args=(job.pk,)))
    job = Job.objects.exclude(pk=job.pk).get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, statuses(rows)) == (JobState.DONE, [Status.IN_SIGNING] * 6)
    assert Issue.objects.count() == 6
    contents = PdfReader(io.BytesIO(files.read(job.result))).pages[0].extract_text()
    assert "Tidak termasuk" not in contents


@pytest.mark.usefixtures("_quick")
def test_what_was_not_issued_is_named_in_the_file(government, send):
    rows = many(government, 7)
    send(*rows)
    rows[2].position.assignments.all().delete()
    take("cancel", rows[4], government.users.bagian_organisasi, reason="Jabatan ini dihapus bulan ini.")
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert Issue.objects.count() == 5
    contents = " ".join(PdfReader(io.BytesIO(files.read(job.result))).pages[0].extract_text().split())
    assert "Tidak termasuk" in contents
    assert f"{rows[2]}: Jabatan {rows[2].position} tidak ada pejabatnya" in contents
    assert f"{rows[4]}: PK ini sekarang berstatus “Dibatalkan”" in contents


@pytest.mark.usefixtures("_quick")
def test_who_lost_the_role_meanwhile_issues_nothing(government, send, bagian_organisasi):
    rows = many(government, 6)
    send(*rows)
    Membership.objects.filter(account=bagian_organisasi).delete()
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Issue.objects.count()) == (JobState.FAILED, 0)
    assert json.loads(job.arguments)["rows"][0] == [rows[0].pk, rows[0].version, ""]


@pytest.mark.usefixtures("_quick")
def test_issuing_again_by_the_worker_is_refused_once_signed(government, send, bagian_organisasi):
    rows = many_in_signing(government, 6)
    send(everything="in_signing", seen=tuple(rows), document_date="2026-01-26")
    facts = workflow.InkFacts(date(2026, 1, 21), "Contoh Kota", SCAN)
    fresh = Agreement.objects.get(pk=rows[0].pk)
    workflow.perform("sign", fresh, scope_of(bagian_organisasi), actor(bagian_organisasi), facts=facts)
    jobs.run(Job.objects.get().pk)
    assert Issue.objects.filter(agreement=rows[0]).count() == 1
    assert Issue.objects.filter(sequence=2).count() == 5
