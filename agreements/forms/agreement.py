"""Forms of the agreement: parties, picking, targets, issue, signing."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from agreements.budgets import BudgetLine
from agreements.content import target_text
from agreements.enums import Form, Kind, Paper
from agreements.models import Agreement, AgreementIndicator, Objective, Position
from agreements.parties import proposed_superior
from perjanjian.forms import IndonesianDateField, NumeralField
from records import uploads

LONGEST_REASON = 300


class CreateForm(forms.Form):
    """Whose agreement it becomes."""

    position = forms.ModelChoiceField(
        Position.objects.none(),
        label="Jabatan",
        empty_label="Pilih jabatan …",
        help_text="Satu PK untuk satu jabatan setahun.",
    )

    def __init__(self, *args, positions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions
        self.fields["position"].label_from_instance = lambda p: f"{p.title} – {p.unit.short_name}"


class PartiesForm(forms.ModelForm):
    """The second party and, where a post has no budget, why."""

    class Meta:
        model = Agreement
        fields = ("second_position", "second_reason", "budget_waiver")

    def __init__(self, *args, positions, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.form == Form.SINGLE_PARTY:
            del self.fields["second_position"], self.fields["second_reason"]
            return
        self.fields["second_position"].queryset = positions
        self.fields["second_position"].empty_label = "Pilih atasan …"
        self.fields["second_position"].required = True

    def clean(self):
        cleaned = super().clean()
        second = cleaned.get("second_position")
        if second is None:
            return cleaned
        if second.pk == self.instance.position_id:
            self.add_error(
                "second_position", "Pihak Kedua tidak boleh jabatan yang sama dengan Pihak Pertama."
            )
        proposed = proposed_superior(self.instance.position)
        if proposed and second.pk != proposed.pk and not (cleaned.get("second_reason") or "").strip():
            self.add_error(
                "second_reason",
                f"Menurut aturan, Pihak Kedua adalah {proposed}. Isi alasan memilih yang lain.",
            )
        return cleaned


class ObjectiveForm(forms.Form):
    """Objectives of the plan to promise, or the text of a new one."""

    objectives = forms.ModelMultipleChoiceField(
        Objective.objects.none(),
        label="Sasaran dari rencana",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_text = forms.CharField(
        label="Sasaran baru",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ikut tercatat sebagai sasaran perangkat daerah ini.",
    )

    def __init__(self, *args, objectives, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objectives"].queryset = objectives
        if not objectives:
            del self.fields["objectives"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("objectives") and not (cleaned.get("new_text") or "").strip():
            raise ValidationError("Pilih paling sedikit satu sasaran, atau tulis sasaran baru.")
        return cleaned


class TargetsForm(forms.Form):
    """The annual targets of a draft, one or two fields a promise by its kind; empty stays empty."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, agreement: Agreement, promises: list[AgreementIndicator], **kwargs):
        kwargs.setdefault("initial", {})["version"] = agreement.version
        super().__init__(*args, **kwargs)
        self.promises = promises
        self.conflicts: dict[int, str] = {}
        for promise in promises:
            for column, field in _target_fields(promise).items():
                field.required = False
                field.initial = getattr(promise, column)
                field.label = f"{_COLUMN_LABELS[column]} – {promise.name}"
                self.fields[f"t{promise.pk}_{column}"] = field

    def show_conflict(self, sentence: str, current: Agreement) -> None:
        """Keep what was typed, show what somebody else saved meanwhile, and let the next save count."""
        self.add_error(None, sentence)
        self.data = {name: self.data[name] for name in self.data} | {
            self.add_prefix("version"): str(current.version)
        }
        for objective in current.objectives.all():
            for promise in objective.indicators.all():
                typed = self.targets().get(promise.pk)
                if typed is not None and any(getattr(promise, c) != v for c, v in typed.items()):
                    self.conflicts[promise.pk] = target_text(promise)

    def saved(self, promise: AgreementIndicator) -> str:
        """After a conflict: the target somebody else saved where it differs from what was typed."""
        return self.conflicts.get(promise.pk, "")

    def bound(self, promise: AgreementIndicator) -> list[forms.BoundField]:
        """The fields of one promise, for the page."""
        return [self[f"t{promise.pk}_{column}"] for column in _target_fields(promise)]

    def clean(self):
        cleaned = super().clean()
        for promise in self.promises:
            low, high = (cleaned.get(f"t{promise.pk}_{end}") for end in ("low", "high"))
            if promise.kind == Kind.RANGE and low is not None and high is not None and high < low:
                self.add_error(
                    f"t{promise.pk}_high", "Batas atas tidak boleh di bawah batas bawah. Tukar keduanya."
                )
        return cleaned

    def targets(self) -> dict[int, dict]:
        """What was typed, by promise and column."""
        found: dict[int, dict] = {}
        for promise in self.promises:
            found[promise.pk] = {
                column: _typed(column, self.cleaned_data.get(f"t{promise.pk}_{column}"))
                for column in _target_fields(promise)
            }
        return found


_COLUMN_LABELS = {
    "value": "Target",
    "low": "Batas bawah",
    "high": "Batas atas",
    "step": "Target",
    "date": "Target tanggal",
}


def _typed(column: str, value):
    if column == "step":
        return int(value) if value else None
    return value


def _target_fields(promise: AgreementIndicator) -> dict[str, forms.Field]:
    if promise.kind == Kind.RANGE:
        return {
            "low": NumeralField(decimal_places=promise.decimals, reference=promise.low),
            "high": NumeralField(decimal_places=promise.decimals, reference=promise.high),
        }
    if promise.kind == Kind.SCALE:
        steps = [(str(rank), name) for rank, name in enumerate(promise.steps, start=1)]
        return {"step": forms.ChoiceField(choices=[("", "Pilih …"), *steps])}
    if promise.kind == Kind.DATE:
        return {"date": IndonesianDateField()}
    return {"value": NumeralField(decimal_places=promise.decimals, reference=promise.value)}


class BudgetsForm(forms.Form):
    """Which programmes stand on table B."""

    lines = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Program dan anggaran"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, lines: list[BudgetLine], **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = lines
        choices = cast(forms.MultipleChoiceField, self.fields["lines"])
        choices.choices = [(line.key, str(line.programme)) for line in lines]

    def chosen(self) -> list[BudgetLine]:
        keys = set(self.cleaned_data["lines"])
        return [line for line in self.offered if line.key in keys]


class ReasonForm(forms.Form):
    """Why a step is taken, where it needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan",
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "min_length": "Isi alasan paling sedikit 10 huruf, supaya penerima tahu apa yang diperbaiki."
        },
    )


class IssueForm(forms.Form):
    """Place, date and number of the document, and its paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.CharField(label="Tempat", max_length=80)
    document_date = IndonesianDateField(label="Tanggal dokumen", help_text="Tanggal yang tercetak di PK.")
    document_number = forms.CharField(
        label="Nomor dokumen",
        max_length=80,
        required=False,
        help_text="Kosongkan bila PK di daerah ini tidak bernomor.",
    )
    paper = forms.ChoiceField(label="Kertas", choices=Paper.choices)


class SignForm(forms.Form):
    """A signing in ink: day, place, and the scanned paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signed_on = IndonesianDateField(label="Tanggal ditandatangani")
    place = forms.CharField(label="Tempat", max_length=80)
    scan = forms.FileField(
        label="Pindaian PK yang sudah ditandatangani", help_text="PDF, JPG, atau PNG, paling besar 25 MB."
    )
    both = forms.BooleanField(
        label="Saya sudah memeriksa: semua tanda tangan ada pada pindaian ini.",
        error_messages={"required": "Centang setelah memeriksa bahwa semua pihak sudah menandatangani."},
    )

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise ValidationError("Tanggal tanda tangan belum terjadi. Periksa tanggalnya.")
        return day

    def clean_scan(self):
        try:
            return uploads.checked(self.cleaned_data["scan"], allowed=uploads.SCAN)
        except uploads.UploadRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
