"""Documents as jobs: ordered once, made, failed, tried again, and only their owner's."""

import io
import json

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from agreements.models import Membership
from records import files, jobs
from records.enums import JobState
from records.models import Job, StoredFile
from reports import jobs as kinds
from tests.reports.cases import signed_kesehatan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_february():
    with time_machine.travel("2027-02-03 09:00:00+07:00"):
        yield


@pytest.fixture
def order(client, government):
    """The operator orders the report of Dinas Kesehatan."""

    def post() -> Job:
        client.force_login(government.users.operator_kesehatan)
        answer = client.post(reverse("reports:lkjip_print", args=(2026, government.kesehatan.pk)))
        return Job.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[-1])

    return post


def test_an_order_becomes_a_pdf(order, client, government):
    signed_kesehatan(government)
    job = order()
    assert (job.state, job.title) == (JobState.WAITING, "LKjIP Dinas Kesehatan Tahun 2026")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, job.message) == (JobState.DONE, 100, "")
    answer = client.get(reverse("reports:job_file", args=(job.pk,)))
    assert answer["Content-Type"] == "application/pdf"
    assert "LKjIP%20Dinas%20Kesehatan%202026.pdf" in answer["Content-Disposition"] or (
        'filename="LKjIP Dinas Kesehatan 2026.pdf"' in answer["Content-Disposition"]
    )
    first = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Draf, dicetak 3 Februari 2027" in first


def test_ordering_twice_gives_one_job(order):
    assert order() == order()
    assert Job.objects.count() == 1


def test_running_twice_gives_one_result(order):
    job = order()
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert StoredFile.objects.count() == 1


def test_a_job_that_failed_can_be_tried_again_once(order, client, monkeypatch):
    def broken(*args):
        raise OSError("disk")

    job = order()
    monkeypatch.setattr(kinds.lkjip, "report_pdf", broken)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    page = client.get(reverse("reports:job", args=(job.pk,))).content.decode()
    assert job.message in page
    assert "Coba lagi" in page
    monkeypatch.undo()
    again = [client.post(reverse("reports:job_retry", args=(job.pk,))).url for _ in range(2)]
    assert again[0] == again[1]
    assert Job.objects.count() == 2
    new = Job.objects.exclude(pk=job.pk).get()
    assert json.loads(new.arguments) == json.loads(job.arguments)
    jobs.run(new.pk)
    jobs.run(new.pk)
    assert StoredFile.objects.count() == 1


def test_a_job_that_did_not_fail_is_not_repeated(order, client):
    job = order()
    assert client.post(reverse("reports:job_retry", args=(job.pk,))).url == reverse(
        "reports:job", args=(job.pk,)
    )
    assert Job.objects.count() == 1


def test_who_lost_the_unit_meanwhile_gets_a_sentence_and_no_file(order, government):
    job = order()
    Membership.objects.filter(account=government.users.operator_kesehatan).delete()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert job.message == "Perangkat daerah ini tidak lagi termasuk kewenangan Bapak/Ibu."


def test_the_page_asks_again_by_itself_only_while_work_is_under_way(order, client):
    job = order()
    address = reverse("reports:job", args=(job.pk,))
    page = client.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "Muat ulang" in page
    jobs.run(job.pk)
    page = client.get(address).content.decode()
    assert "hx-trigger" not in page
    assert reverse("reports:job_file", args=(job.pk,)) in page


def test_a_file_that_is_not_ready_is_a_message(order, client):
    job = order()
    answer = client.get(reverse("reports:job_file", args=(job.pk,)), follow=True)
    assert "Berkas ini belum selesai dibuat." in answer.content.decode()


def test_nobody_else_sees_the_job_or_its_file(order, client, government):
    job = order()
    jobs.run(job.pk)
    for name in ("bagian_organisasi", "kepala_kesehatan", "administrator"):
        client.force_login(getattr(government.users, name))
        for route in ("reports:job", "reports:job_file"):
            assert client.get(reverse(route, args=(job.pk,))).status_code == 404
        assert job.title not in client.get(reverse("reports:job_list")).content.decode()


def test_the_list_is_paged_and_its_questions_stay_few(client, government, django_assert_max_num_queries):
    owner = government.users.operator_kesehatan
    result = files.store(b"%PDF-", "a.pdf", "application/pdf", owner.pk)
    Job.objects.bulk_create(
        Job(kind="lkjip", title=f"LKjIP {at}", owner=owner, state=JobState.DONE, result=result)
        for at in range(60)
    )
    client.force_login(owner)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("reports:job_list")).content.decode()
    assert page.count("LKjIP ") < 120
    assert "Halaman 1 dari 2" in page
