"""Workbooks we hand out: the template of a subject, what is stored, and an uploaded file with its faults as notes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agreements.imports import runs
from agreements.imports.reading import SheetPlan, letter
from agreements.imports.spec import Column, Context, SheetSpec, Subject
from agreements.imports.widgets import text_of
from agreements.models import ImportRun
from perjanjian import sheets
from perjanjian.sheets import Cell, Heading, Page
from records.workbooks import Sheet

WHOLE_ROW = 1
GENERAL = (
    "Isi mulai baris 2 pada lembar yang sesuai. Kolom berwarna jingga wajib diisi; urutan kolom boleh berbeda.",
    "Baris yang sudah tersimpan dikenali dari kode atau namanya, lalu diperbarui; baris lain ditambahkan. "
    "Impor tidak pernah menghapus.",
    "Kolom yang dihapus dari lembar tidak mengubah apa pun; sel kosong pada kolom yang boleh kosong mengosongkan isinya.",
    "Tanggal ditulis 17/08/2026 atau 17 Agustus 2026. Angka ditulis 1.250,5 atau sebagai angka.",
    "Sebelum diterapkan, seluruh isi diperiksa dan ditunjukkan dahulu: yang baru, berubah, sama, dan ditolak.",
)


def template(subject: Subject, context: Context) -> bytes:
    """An empty workbook of the subject with drop-downs from what is stored now."""
    pages = [Page(s.title, _headings(s, context)) for s in subject.sheets]
    return sheets.xlsx(pages, _instructions(subject, context.year))


def export(subject: Subject, context: Context) -> bytes:
    """The same workbook filled with what is stored; importing it unchanged changes nothing."""
    pages = []
    for each in subject.sheets:
        resource = each.resource(context, each.handed_out(context.year))
        pages.append(Page(each.title, _headings(each, context), resource.exported()))
    return sheets.xlsx(pages, _instructions(subject, context.year))


def file_name(subject: Subject, year: int | None, kind: str) -> str:
    """“Templat Perangkat Daerah 2026.xlsx”."""
    return f"{kind} {subject.title}{f' {year}' if year else ''}.xlsx".replace("/", "-")


def _headings(spec: SheetSpec, context: Context) -> tuple[Heading, ...]:
    return tuple(_heading(column, context) for column in spec.handed_out(context.year))


def _heading(column: Column, context: Context) -> Heading:
    example = f"Misalnya {column.example}." if column.example else ""
    note = " ".join(part for part in (column.help, example) if part)
    return Heading(column.label, note, column.offered(context), column.width, column.required)


def _instructions(subject: Subject, year: int | None) -> list[str]:
    lines = [f"Impor {subject.title}{f' tahun {year}' if year else ''}", subject.lead, "", *GENERAL]
    for sheet in subject.sheets:
        lines += ["", f"Lembar {sheet.title}"]
        lines += [_explained(column) for column in sheet.handed_out(year)]
    return lines


def _explained(column: Column) -> str:
    parts = (
        "Wajib." if column.required else "",
        column.help,
        f"Misalnya: {column.example}" if column.example else "",
    )
    said = " ".join(part for part in parts if part)
    return f"{column.label}: {said}" if said else column.label


# --- an uploaded file with its faults -----------------------------------------------------------

# By row and column from 1, as `sheets.Page` wants them.
Notes = dict[tuple[int, int], str]


def annotated(run: ImportRun, context: Context) -> bytes:
    """The uploaded file written anew, every cell where it stood, with faults and remarks as notes.

    Only values are taken over: formulas, macros, pictures and colours of the upload stay behind.
    """
    subject, plans = runs.subject_of(run), {plan.sheet: plan for plan in runs.plans_of(run) if plan.is_read}
    notes = _notes(run, plans)
    pages = []
    for sheet in runs.workbook_of(run).sheets:
        if sheet.hidden:
            continue
        plan = plans.get(sheet.name)
        columns = subject.sheet(plan.key).columns(run.year) if plan else ()
        pages.append(_annotated_page(sheet, plan, columns, notes.get(sheet.name, {}), context))
    return sheets.xlsx(pages)


def _notes(run: ImportRun, plans: Mapping[str, SheetPlan]) -> dict[str, Notes]:
    found: dict[str, Notes] = defaultdict(dict)
    rows = run.examined.exclude(faults="", remarks="").values_list("sheet", "row", "faults", "remarks")
    places = {letter(at): at + 1 for at in range(702)}
    for sheet, row, faults, remarks in rows.iterator(chunk_size=1000):
        plan = plans.get(sheet) or next((p for name, p in plans.items() if name[:60] == sheet), None)
        first = min(plan.columns.values()) + 1 if plan and plan.columns else WHOLE_ROW
        for column, heading, sentence in [*json.loads(faults or "[]"), *json.loads(remarks or "[]")]:
            key = (row, places.get(column, first))
            text = sentence if column or not heading else f"{heading}: {sentence}"
            notes = found[plan.sheet if plan else sheet]
            notes[key] = f"{notes[key]}\n{text}" if key in notes else text
    return found


def _annotated_page(
    sheet: Sheet, plan: SheetPlan | None, columns: Sequence[Column], notes: Notes, context: Context
) -> Page:
    """Row 1 of the file becomes the heading of the page: so every row keeps its number."""
    top = sheet.rows[0] if sheet.rows else []
    width = max((len(row) for row in sheet.rows), default=1)
    ours = {plan.columns[c.name]: c for c in columns if c.name in plan.columns} if plan else {}
    headings = [
        _kept_heading(top[at] if at < len(top) else None, ours.get(at), context)
        for at in range(max(width, 1))
    ]
    return Page(sheet.name, tuple(headings), _padded(sheet.rows[1:], width), notes)


def _kept_heading(cell: Cell, column: Column | None, context: Context) -> Heading:
    choices = column.offered(context) if column else ()
    return Heading(text_of(cell), choices=choices, width=column.width if column else 14)


def _padded(rows: Iterable[Sequence[Cell]], width: int) -> Iterable[Sequence[Cell]]:
    """Rows of one length: a note may stand on a cell the row does not reach."""
    for row in rows:
        yield [*row, *[None] * (width - len(row))]
