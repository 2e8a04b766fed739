"""Unduhan: the documents an account ordered; each is its owner's alone."""

import json

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from perjanjian.exporting import show
from perjanjian.paging import page_of
from records import files
from records.enums import JobState
from records.models import Job
from reports import tables
from reports.jobs import order

UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


@require_safe
def job_list(request):
    """What this account ordered, newest first."""
    rows = Job.objects.filter(owner=request.user).select_related("result")
    return show(request, "reports/job_list.html", {"page": page_of(request, rows)}, tables.jobs)


@require_safe
def job(request, pk):
    """How a document comes along; the page asks again by itself where JavaScript is on."""
    found = get_object_or_404(Job.objects.select_related("result"), pk=pk, owner=request.user)
    return render(request, "reports/job.html", {"job": found, "under_way": found.state in UNDER_WAY})


@require_safe
def job_file(request, pk):
    found = get_object_or_404(Job.objects.select_related("result"), pk=pk, owner=request.user)
    if found.result is None:
        messages.error(request, "Berkas ini belum selesai dibuat.")
        return redirect("reports:job", pk)
    return files.response(found.result)


@require_POST
def job_retry(request, pk):
    """The same work once more, for one that failed."""
    found = get_object_or_404(Job, pk=pk, owner=request.user)
    if found.state != JobState.FAILED:
        messages.error(request, "Hanya pekerjaan yang gagal dapat diulang.")
        return redirect("reports:job", pk)
    again = order(found.kind, found.title, request.user.pk, json.loads(found.arguments))
    return redirect("reports:job", again.pk)
