"""Forms of importing: the file, which of its columns is which, and applying."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from agreements.forms.base import UNCHOSEN
from agreements.imports.reading import DEEPEST_HEADING, SheetPlan, letter
from agreements.imports.spec import Column, SheetSpec, Subject
from records.uploads import Checked

NOT_IN_FILE = "– tidak ada di berkas –"
LONGEST_FIXED = 300
MOST_OFFERED = 300


class WorkbookField(forms.FileField):
    """An uploaded spreadsheet; cleaned it is a `Checked` whose inside is looked at when it is read."""

    widget = forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"})

    def clean(self, data: Any, initial: Any = None) -> Checked:
        upload = super().clean(data, initial)
        if upload.size > settings.UPLOAD_LIMIT_BYTES:
            most = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
            raise ValidationError(
                f"Berkas terlalu besar. Paling besar {most} MB; bagi menjadi beberapa berkas."
            )
        return Checked(upload.read(), "", upload.name)


class UploadForm(forms.Form):
    """What is imported, of which year, from which file."""

    subject = forms.ChoiceField(label="Isi")
    year = forms.TypedChoiceField(label="Tahun", coerce=int, empty_value=None, required=False)
    file = WorkbookField(
        label="Berkas",
        help_text="XLSX, ODS, atau CSV, paling besar 25 MB. Belum ada yang disimpan sebelum Bapak/Ibu menerapkannya.",
        error_messages={
            "required": "Pilih berkas yang diimpor.",
            "empty": "Berkas kosong. Pilih berkas yang berisi.",
        },
        allow_empty_file=False,
    )

    def __init__(self, *args: Any, subjects: Sequence[Subject], years: Sequence[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.subjects = {subject.key: subject for subject in subjects}
        self._choose("subject", [(each.key, each.title) for each in subjects])
        if any(each.needs_year for each in subjects):
            self._choose("year", [("", UNCHOSEN), *((year, str(year)) for year in years)])
            self.fields["year"].help_text = (
                "Untuk isi yang berlaku per tahun."
                if years
                else "Belum ada tahun kinerja yang dibuka; buka dahulu di Kebijakan Tahun."
            )
        else:
            del self.fields["year"]

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        subject = self.subjects.get(cleaned.get("subject", ""))
        if subject and not subject.needs_year:
            cleaned["year"] = None
        elif subject and "year" in self.fields and not self.errors.get("year") and not cleaned.get("year"):
            self.add_error("year", f"Pilih tahun: {subject.title} berlaku per tahun.")
        return cleaned


class Line(NamedTuple):
    """One of our columns as the page asks for it."""

    column: Column
    place: forms.BoundField
    fixed: forms.BoundField
    offered: tuple[str, ...]


class SheetForm(forms.Form):
    """Which sheet of the file is one of ours, where its heading stands, and which column is which.

    `choices_of` gives the drop-down of a column, for a value that is the same in every row.
    """

    sheet = forms.ChoiceField(label="Lembar di berkas", required=False)
    first = forms.IntegerField(
        label="Judul kolom di baris", min_value=1, max_value=DEEPEST_HEADING, required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, spec: SheetSpec, plan: SheetPlan, columns: Sequence[Column], names: Sequence[str],
        offered: dict[str, tuple[str, ...]], **kwargs: Any,
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.spec, self.plan, self.columns, self.offered = spec, plan, columns, offered
        self.fields["sheet"].choices = [("", NOT_IN_FILE), *((name, name) for name in names)]  # type: ignore[attr-defined]
        self.initial = {"sheet": plan.sheet, "first": plan.first, "seen": _mark(plan.sheet, plan.first)}
        places = [(str(at), f"{letter(at)} – {text}") for at, text in enumerate(plan.texts) if text]
        for column in columns:
            self.fields[f"c_{column.name}"] = forms.ChoiceField(
                label=f"Kolom untuk {column.label}",
                choices=[("", NOT_IN_FILE), *places],
                required=False,
                initial=str(plan.columns.get(column.name, "")),
            )
            self.fields[f"f_{column.name}"] = forms.CharField(
                label=f"Nilai tetap untuk {column.label}",
                max_length=LONGEST_FIXED,
                required=False,
                initial=plan.fixed.get(column.name, ""),
                widget=forms.TextInput(
                    attrs={"list": f"pilihan-{spec.key}-{column.name}"} if offered.get(column.name) else {}
                ),
            )
        for field in self.fields.values():
            is_select = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    @property
    def lines(self) -> list[Line]:
        return [
            Line(c, self[f"c_{c.name}"], self[f"f_{c.name}"], self.offered.get(c.name, ()))
            for c in self.columns
        ]

    @property
    def lacking(self) -> list[str]:
        """Labels of columns that cannot be done without and were not found."""
        return [column.label for column in self.plan.missing(self.columns)]

    @property
    def looks_elsewhere(self) -> bool:
        """Whether another sheet or another row was chosen than the columns shown belong to."""
        cleaned = self.cleaned_data
        return bool(cleaned["sheet"]) and cleaned["seen"] != _mark(
            cleaned["sheet"], cleaned["first"] or self.plan.first
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or not cleaned.get("sheet") or self.looks_elsewhere:
            return cleaned
        used: dict[str, Column] = {}
        for column in self.columns:
            place, fixed = cleaned[f"c_{column.name}"], cleaned[f"f_{column.name}"]
            if place and place in used:
                self.add_error(
                    f"c_{column.name}",
                    f"Kolom ini sudah dipakai untuk “{used[place].label}”. Pilih kolom lain.",
                )
            used.setdefault(place, column)
            if column.required and not place and not fixed:
                self.add_error(f"c_{column.name}", "Wajib ada. Pilih kolomnya, atau isi nilai tetap.")
        return cleaned

    def chosen(self) -> SheetPlan:
        """The plan as the person has it."""
        cleaned = self.cleaned_data
        if not cleaned["sheet"]:
            return SheetPlan(self.spec.key)
        columns = {c.name: int(place) for c in self.columns if (place := cleaned[f"c_{c.name}"])}
        fixed = {
            c.name: text for c in self.columns if c.name not in columns and (text := cleaned[f"f_{c.name}"])
        }
        return replace(self.plan, columns=columns, fixed=fixed)


def _mark(sheet: str, first: int) -> str:
    return f"{first}|{sheet}"


class DecimalForm(forms.Form):
    """How the file writes figures, where many of them seem to use the point as decimal sign."""

    decimal_point = forms.BooleanField(
        label="Angka di berkas ini memakai titik sebagai tanda desimal",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input", "aria-describedby": "tentang-titik"}),
    )


class ApplyForm(forms.Form):
    """Applying what was examined; `version` is the run as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    leave_out = forms.BooleanField(
        required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )

    def __init__(self, *args: Any, refused: int = 0, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if refused:
            self.fields["leave_out"].label = f"Terapkan tanpa {refused} baris yang ditolak"
        else:
            del self.fields["leave_out"]
