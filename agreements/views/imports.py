"""Importing: what may be imported, the file, its columns, what it would do, applying and taking back."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.permissions import Scope
from agreements import tables
from agreements.enums import ImportState, RowOutcome
from agreements.forms.imports import MOST_OFFERED, ApplyForm, DecimalForm, SheetForm, UploadForm
from agreements.imports import applying, reading, runs, spec, templates, undoing, work, workflow
from agreements.imports.reading import SheetPlan
from agreements.imports.spec import Context, Subject
from agreements.imports.workflow import Refused, TransitionError
from agreements.middleware import actor_of
from agreements.models import ImportRow, ImportRun, Region
from agreements.views.common import demand, number_of
from perjanjian.exporting import show
from perjanjian.paging import page_of
from records import files
from records.uploads import XLSX
from records.workbooks import WorkbookRefused

MAY_NOT = "Data diimpor oleh Bagian Organisasi, perencana, pengelola anggaran, atau pengelola kepegawaian."
MAY_NOT_SUBJECT = "Peran akun Anda tidak mencakup mengimpor isi ini."
LATEST = 10
REMARKED = "catatan"
ALL_ROWS = "semua"
DOORS = (
    (RowOutcome.NEW, "baru"),
    (RowOutcome.CHANGED, "berubah"),
    (RowOutcome.REFUSED, "ditolak"),
)


def _subjects(scope: Scope) -> list[Subject]:
    return [each for each in spec.subjects() if each.permitted(scope)]


def _subject_or_refuse(request, key: str, year: int | None) -> Subject:
    subject = spec.subject(key)
    if subject is None or subject.needs_year != (year is not None):
        raise Http404
    demand(subject.permitted(request.scope, year), MAY_NOT_SUBJECT)
    return subject


def _run_or_404(request, pk) -> ImportRun:
    """The run, for who may import its subject; for everyone else there is none."""
    run = ImportRun.objects.select_related("file", "owner", "applied_by", "job__result").filter(pk=pk).first()
    if run is None or not workflow.may_import(request.scope, run):
        raise Http404
    return run


def _xlsx(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


# --- the subjects, their workbooks, and a new file ----------------------------------------------


def import_list(request):
    """What the account may import, the form for a file, and what was imported last."""
    scope = request.scope
    subjects = _subjects(scope)
    demand(permissions.may_import_something(scope), MAY_NOT)
    years = [policy.year for policy in request.policies]
    year = _year_asked(request, years)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        subjects=subjects,
        years=years,
        initial={"subject": request.GET.get("isi"), "year": year},
    )
    if request.method == "POST" and form.is_valid() and (run := _taken_in(request, form)):
        return _next(request, run)
    latest = ImportRun.objects.filter(subject__in=[each.key for each in subjects])
    context = {
        "form": form,
        "subjects": subjects,
        "year": year,
        "open_years": years if any(each.needs_year for each in subjects) else (),
        "page": page_of(request, latest.select_related("file", "owner"), LATEST),
        "titles": {each.key: each.title for each in subjects},
    }
    return show(request, "agreements/imports/list.html", context, tables.import_runs)


def _year_asked(request, years: list[int]) -> int:
    """The year of the workbooks: the one asked for, else the running one, else the latest that is open."""
    today = timezone.localdate().year
    asked = number_of(request, "tahun")
    return asked if asked in years else today if today in years or not years else years[0]


def _taken_in(request, form: UploadForm) -> ImportRun | None:
    cleaned = form.cleaned_data
    subject, year = form.subjects[cleaned["subject"]], cleaned.get("year")
    demand(subject.permitted(request.scope, year), MAY_NOT_SUBJECT)
    try:
        return runs.take_in(subject, year, cleaned["file"], request.scope)
    except (WorkbookRefused, runs.NotOurs, runs.TooEarly) as refusal:
        form.add_error("file", str(refusal))
        return None


def _next(request, run: ImportRun):
    """On to the columns when somebody has to look at them, else to what the file would do."""
    if runs.needs_matching(run):
        return redirect("agreements:import_columns", pk=run.pk)
    return _examine(request, run)


def _context(request, year: int | None) -> Context:
    return Context(request.scope, timezone.localdate(), year, Region.objects.first())


@require_safe
def import_template(request, subject: str, year: int | None = None):
    """An empty workbook of the subject, made now."""
    found = _subject_or_refuse(request, subject, year)
    content = templates.template(found, _context(request, year))
    return _xlsx(content, templates.file_name(found, year, "Templat"))


@require_safe
def import_export(request, subject: str, year: int | None = None):
    """The same workbook with what is stored now."""
    found = _subject_or_refuse(request, subject, year)
    if not found.exports:
        raise Http404
    content = templates.export(found, _context(request, year))
    return _xlsx(content, templates.file_name(found, year, "Isi"))


# --- one file -----------------------------------------------------------------------------------


@require_safe
def import_run(request, pk):
    """Where the file stands: at work, what it would do, or what it did."""
    run = _run_or_404(request, pk)
    stuck = workflow.is_stuck(run)
    # What was refused is what the person has to look at before anything else.
    examined = run.state == ImportState.EXAMINED
    outcome = request.GET.get("hasil", RowOutcome.REFUSED.value if examined and run.refused else ALL_ROWS)
    rows = ImportRow.objects.filter(run=run)
    remarked = rows.exclude(remarks="")
    doors = [(value.value, word, getattr(run, value)) for value, word in DOORS]
    if count := remarked.count():
        doors.append((REMARKED, "perlu dilihat", count))
    if outcome in RowOutcome.values:
        rows = rows.filter(outcome=outcome)
    elif outcome == REMARKED:
        rows = remarked
    page = page_of(request, rows)
    subject = runs.subject_of(run)
    context = {
        "run": run,
        "subject": subject,
        "steps": workflow.available(run, request.scope),
        "working": run.state in (ImportState.EXAMINING, ImportState.APPLYING) and not stuck,
        "stuck": stuck,
        "page": page,
        "rows": [_shown(row) for row in page],
        "outcome": "" if outcome == ALL_ROWS else outcome,
        "doors": doors,
        "to_apply": run.new + run.changed,
        "onward": _onward(request, run, subject) if run.state == ImportState.APPLIED or _is_idle(run) else (),
        "has_sheets": len(subject.sheets) > 1,
        "offers_point": runs.asks_for_point(run) and not runs.options_of(run).get(runs.DECIMAL_POINT),
        "form": ApplyForm(initial={"version": run.version}, refused=run.refused),
        "last": run.state == ImportState.APPLIED and undoing.is_last(run),
    }
    return show(request, "agreements/imports/run.html", context, tables.import_rows)


def _is_idle(run: ImportRun) -> bool:
    """Whether the file was examined and holds nothing that is not stored already."""
    return run.state == ImportState.EXAMINED and run.same > 0 and not run.new + run.changed + run.refused


def _onward(request, run: ImportRun, subject: Subject) -> list[tuple[str, str]]:
    """Where to from here: what was imported, what is imported next, and the guide through setting up."""
    route, words = subject.shown_at
    doors = [(reverse(route, args=(run.year,) if run.year else ()), words)] if route else []
    known = [each.key for each in spec.subjects()]
    later = [each for each in _subjects(request.scope) if known.index(each.key) > known.index(subject.key)]
    if later:
        doors.append((f"{reverse('agreements:import_list')}?isi={later[0].key}", f"Impor {later[0].title}"))
    if permissions.may_change_settings(request.scope):
        doors.append((reverse("reports:setup"), "Penyiapan"))
    return doors


def _shown(row: ImportRow) -> dict[str, Any]:
    return {
        "row": row,
        "differences": json.loads(row.differences or "[]"),
        "faults": json.loads(row.faults or "[]"),
        "remarks": json.loads(row.remarks or "[]"),
    }


@require_safe
def import_file(request, pk):
    """The file as it was uploaded."""
    return files.response(_run_or_404(request, pk).file)


@require_safe
def import_notes(request, pk):
    """The file again, with its faults as notes on the cells; the worker's, where it wrote it already."""
    run = _run_or_404(request, pk)
    if run.state != ImportState.EXAMINED:
        raise Http404
    if run.rows > runs.IN_REQUEST and run.job and run.job.result:
        return files.response(run.job.result)
    content = templates.annotated(run, _context(request, run.year))
    return _xlsx(content, f"Catatan {run.file.original_name.rsplit('.', 1)[0]}.xlsx")


# --- which column is which ----------------------------------------------------------------------


def import_columns(request, pk):
    """The columns of the file beside ours, as found; the person corrects them."""
    run = _run_or_404(request, pk)
    if run.state not in (ImportState.UPLOADED, ImportState.EXAMINED):
        messages.error(request, "Kolom hanya dapat dicocokkan sebelum diterapkan.")
        return redirect("agreements:import_run", pk=pk)
    plans = runs.plans_of(run)
    forms = _sheet_forms(request, run, plans)
    if request.method == "POST" and all(form.is_valid() for form in forms):
        if any(form.looks_elsewhere for form in forms):
            return _look_again(request, run, forms)
        return _matched(request, run, forms)
    return _columns_page(request, run, forms)


def _columns_page(request, run: ImportRun, forms: list[SheetForm]):
    options = runs.options_of(run)
    chosen = {runs.DECIMAL_POINT: bool(options.get(runs.DECIMAL_POINT))}
    context = {
        "run": run,
        "subject": runs.subject_of(run),
        "forms": forms,
        "doubt": options.get(runs.DOUBT, ""),
        "decimal": DecimalForm(request.POST or None, initial=chosen) if runs.asks_for_point(run) else None,
        "pointed": options.get(runs.POINTED, 0),
    }
    return render(request, "agreements/imports/columns.html", context)


def _chosen_options(request, run: ImportRun) -> dict[str, Any]:
    """What was chosen of the whole file, besides its columns; who matched them by hand knows what the file is."""
    options = runs.options_of(run)
    if runs.asks_for_point(run):
        form = DecimalForm(request.POST)
        options[runs.DECIMAL_POINT] = form.is_valid() and form.cleaned_data["decimal_point"]
    return options


def _sheet_forms(request, run: ImportRun, plans: list[SheetPlan]) -> list[SheetForm]:
    subject, context = runs.subject_of(run), _context(request, run.year)
    found = []
    for plan in plans:
        sheet = subject.sheet(plan.key)
        columns = sheet.columns(run.year)
        offered = {column.name: column.offered(context)[:MOST_OFFERED] for column in columns}
        found.append(
            SheetForm(
                request.POST or None,
                prefix=sheet.key,
                spec=sheet,
                plan=plan,
                columns=columns,
                names=runs.options_of(run)["sheets"],
                offered=offered,
            )
        )
    return found


def _look_again(request, run: ImportRun, forms: list[SheetForm]):
    """Another sheet or row was chosen: its headings are read, and the person sees what was found there."""
    workbook = runs.workbook_of(run)
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    plans = []
    for form in forms:
        if not form.looks_elsewhere:
            plans.append(form.chosen())
            continue
        sheet, first = sheets[form.cleaned_data["sheet"]], form.cleaned_data["first"]
        moved = form.cleaned_data["sheet"] != form.plan.sheet
        plans.append(reading.plan_at(form.spec.key, sheet, form.columns, None if moved else first))
    points = reading.decimal_points(runs.subject_of(run), workbook, plans, run.year)
    options = _chosen_options(request, run) | {runs.POINTED: points}
    rows = runs.rows_planned(workbook, plans)
    _try(request, run, "match", plan=runs.written_plans(plans), rows=rows, options=json.dumps(options))
    messages.info(request, "Judul kolom dibaca dari tempat yang dipilih. Periksa padanannya, lalu lanjutkan.")
    return redirect("agreements:import_columns", pk=run.pk)


def _matched(request, run: ImportRun, forms: list[SheetForm]):
    plans = [form.chosen() for form in forms]
    if not any(plan.is_read for plan in plans):
        forms[0].add_error("sheet", "Pilih lembar yang berisi datanya.")
        return _columns_page(request, run, forms)
    options = _chosen_options(request, run)
    options.pop(runs.DOUBT, None)
    if not _try(request, run, "match", plan=runs.written_plans(plans), options=json.dumps(options)):
        return redirect("agreements:import_run", pk=run.pk)
    runs.remember(runs.subject_of(run), plans, bool(options.get(runs.DECIMAL_POINT)))
    return _examine(request, run)


def _try(request, run: ImportRun, action: str, **values: Any) -> bool:
    """A step of the run; when it cannot be taken the person is told why."""
    try:
        workflow.perform(action, run, request.scope, **values)
    except TransitionError as error:
        messages.error(request, str(error))
        return False
    return True


# --- steps ----------------------------------------------------------------------------------------


@require_POST
def import_step(request, pk, action: str):
    """Examine, apply, take back or throw away."""
    steps = {"periksa": _examine, "terapkan": _apply, "batalkan": _undo, "buang": _discard, "ulang": _retry}
    if action not in steps:
        raise Http404
    run = _run_or_404(request, pk)
    try:
        return steps[action](request, run)
    except Refused:
        raise Http404 from None


def _examine(request, run: ImportRun):
    answer = redirect("agreements:import_run", pk=run.pk)
    missing = runs.lacks(runs.subject_of(run), runs.plans_of(run), run.year)
    if missing or runs.options_of(run).get(runs.DOUBT):
        return redirect("agreements:import_columns", pk=run.pk)
    if run.rows > runs.IN_REQUEST:
        with transaction.atomic():
            job = work.order_examination(run, request.user.pk)
            if not _try(request, run, "examine", job=job):
                transaction.set_rollback(True)
        return answer
    if not _try(request, run, "examine", job=None):
        return answer
    try:
        runs.examine_now(run, request.scope)
    except (WorkbookRefused, TransitionError) as error:
        messages.error(request, str(error))
        _give_up(run)
    except BaseException:
        _give_up(run)
        raise
    return answer


def _give_up(run: ImportRun) -> None:
    now = ImportRun.objects.get(pk=run.pk)
    if now.state == ImportState.EXAMINING and now.version == run.version:
        workflow.move("give_up", now)


def _apply(request, run: ImportRun):
    answer = redirect("agreements:import_run", pk=run.pk)
    form = ApplyForm(request.POST, refused=run.refused)
    if not form.is_valid() or form.cleaned_data["version"] != run.version:
        messages.error(request, workflow.CHANGED_MEANWHILE)
        return answer
    leave_out = bool(form.cleaned_data.get("leave_out"))
    if run.refused and not leave_out:
        messages.error(
            request,
            f"Ada {run.refused} baris yang ditolak. Perbaiki berkasnya dan unggah lagi, "
            "atau centang untuk menerapkan tanpa baris itu.",
        )
        return answer
    actor = actor_of(request, request.scope.capacity(runs.subject_of(run).capability, year=run.year))
    if run.rows > runs.IN_REQUEST:
        with transaction.atomic():
            job = work.order_applying(run, request.user.pk, leave_out, actor)
            if not _try(request, run, "apply", job=job):
                transaction.set_rollback(True)
        return answer
    try:
        applying.apply(run, request.scope, actor, leave_out=leave_out)
    except (TransitionError, WorkbookRefused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Impor sudah diterapkan.")
    return answer


def _undo(request, run: ImportRun):
    actor = actor_of(request, request.scope.capacity(runs.subject_of(run).capability, year=run.year))
    try:
        undoing.undo(run, request.scope, actor)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Impor sudah dibatalkan; data kembali seperti sebelumnya.")
    return redirect("agreements:import_run", pk=run.pk)


def _discard(request, run: ImportRun):
    with transaction.atomic():
        if _try(request, run, "discard"):
            run.examined.all().delete()
            messages.success(request, f"{run.file} tidak dipakai. Tidak ada data yang berubah.")
    return redirect("agreements:import_list")


def _retry(request, run: ImportRun):
    """Out of work that ended without a result."""
    if workflow.is_stuck(run):
        try:
            workflow.move("give_up", run)
        except TransitionError as error:
            messages.error(request, str(error))
    return redirect("agreements:import_run", pk=run.pk)
