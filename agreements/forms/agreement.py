"""Forms of the agreement: parties, picking, targets, reasons."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from agreements.budgets import BudgetLine
from agreements.content import target_text
from agreements.enums import Form, Kind
from agreements.models import ActionPlan, Agreement, AgreementIndicator, Objective, Position
from agreements.parties import proposed_superior, reason_by_rule
from agreements.table_b import is_part
from agreements.workflow import SHORTEST_REASON
from perjanjian.forms import IndonesianDateField, NumeralField

# Beside the columns of a target: which promise of the amended agreement this one takes the place of.
REPLACED = "replaces"


class DraftForm(forms.Form):
    """What every page of a draft sends along: the version it was opened at."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=2**31 - 1,
        error_messages={"required": "Halaman ini tidak lengkap terkirim. Muat ulang, lalu coba lagi."},
    )

    def show_conflict(self, sentence: str, current: Agreement | ActionPlan) -> None:
        """Keep what was typed, say what happened, and let the next save count."""
        self.add_error(None, sentence)
        self._answer(version=str(current.version))

    def _answer(self, **values) -> None:
        """Show these values as if they had been typed, by field name."""
        data = cast(QueryDict, self.data).copy()
        for name, value in values.items():
            data[self.add_prefix(name)] = value
        self.data = data


class CreateForm(forms.Form):
    """Whose agreement it becomes; of many positions the first are listed, the others are searched for.

    Args:
        sources: signed agreements of the year before that the account may copy from.
    """

    MOST_LISTED = 50

    position = forms.ModelChoiceField(
        Position.objects.none(),
        label="Jabatan",
        empty_label="Pilih jabatan …",
        help_text="Satu PK untuk satu jabatan setahun.",
    )
    copy = forms.BooleanField(label="Salin dari tahun lalu", required=False)

    def __init__(self, *args, positions, year: int, sources: QuerySet[Agreement], words: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.year, self.sources = year, sources
        field = cast(forms.ModelChoiceField, self.fields["position"])
        field.queryset = positions
        found = positions.matching(words)
        self.found = found.count()
        listed = list(found[: self.MOST_LISTED])
        signed = set(sources.filter(position__in=listed).values_list("position_id", flat=True))
        note = f" (ada PK {year - 1})"
        field.widget.choices = [
            ("", field.empty_label),
            *((p.pk, position_label(p) + (note if p.pk in signed else "")) for p in listed),
        ]
        self.fields["copy"].help_text = (
            f"Sasaran, indikator, dan program dari PK {year - 1} yang ditandatangani, untuk jabatan bertanda "
            f"“ada PK {year - 1}”. Targetnya dari rencana tahun {year}; yang tidak ada di rencana tetap seperti "
            "tahun lalu dan ditandai di daftar periksa."
        )
        if not signed and not self.is_bound:
            del self.fields["copy"]

    def clean(self):
        """`source` is the agreement to copy from, or None."""
        cleaned = super().clean()
        cleaned["source"] = None
        position = cleaned.get("position")
        if cleaned.get("copy") and position:
            cleaned["source"] = self.sources.filter(position=position).first()
            if cleaned["source"] is None:
                self.add_error(
                    "copy",
                    f"Jabatan ini tidak punya PK {self.year - 1} yang ditandatangani. Hapus centangnya untuk "
                    "mulai dari draf kosong.",
                )
        return cleaned


def position_label(position: Position) -> str:
    """A position with its unit: titles such as Sekretaris are many."""
    return f"{position.title} – {position.unit.short_name}"


class PartiesForm(DraftForm, forms.ModelForm):
    """The second party and, where a post has no budget, why.

    Args:
        day: whose holders decide which superior the rule proposes.
    """

    class Meta:
        model = Agreement
        fields = ("second_position", "second_reason", "budget_waiver")

    def __init__(self, *args, positions, day: date, **kwargs):
        kwargs.setdefault("initial", {})["version"] = kwargs["instance"].version
        super().__init__(*args, **kwargs)
        self.day = day
        if self.instance.form == Form.SINGLE_PARTY:
            del self.fields["second_position"], self.fields["second_reason"]
            return
        field = cast(forms.ModelChoiceField, self.fields["second_position"])
        field.queryset = positions
        field.label_from_instance = position_label  # type: ignore[method-assign, assignment]
        field.empty_label = "Pilih atasan …"
        field.required = True

    def clean(self):
        cleaned = super().clean()
        second = cleaned.get("second_position")
        if second is None:
            return cleaned
        position = self.instance.position
        if second.pk == position.pk:
            self.add_error(
                "second_position", "Pihak Kedua tidak boleh jabatan yang sama dengan Pihak Pertama."
            )
        proposed = proposed_superior(position)
        if proposed and second.pk != proposed.pk and not (cleaned.get("second_reason") or "").strip():
            cleaned["second_reason"] = reason_by_rule(position, second, self.day)
            if not cleaned["second_reason"]:
                self.add_error(
                    "second_reason",
                    f"Menurut aturan, Pihak Kedua adalah {proposed}. Isi alasan memilih yang lain.",
                )
        return cleaned


class ObjectiveForm(DraftForm):
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


class TargetsForm(DraftForm):
    """The annual targets of a draft, one or two fields a promise by its kind; empty stays empty.

    Args:
        leaving: promises about to be removed, whose fields are not asked to be right.
        amended: the promises of the agreement this one amends: an indicator that is new may say which of
            those that are not on the draft any more it replaces.
    """

    def __init__(
        self,
        *args,
        agreement: Agreement,
        promises: list[AgreementIndicator],
        leaving: frozenset[int] = frozenset(),
        amended: Sequence[AgreementIndicator] = (),
        **kwargs,
    ):
        kwargs.setdefault("initial", {})["version"] = agreement.version
        super().__init__(*args, **kwargs)
        self.promises = promises
        self.leaving = leaving
        self._ask_what_is_replaced(amended)
        self.conflicts: dict[int, str] = {}
        for promise in promises:
            for column, field in target_fields(promise).items():
                field.required = False
                field.initial = getattr(promise, column)
                field.label = f"{COLUMN_LABELS[column]} – {promise.name}"
                self.fields[_name(promise, column)] = field

    def _ask_what_is_replaced(self, amended: Sequence[AgreementIndicator]) -> None:
        """A field for each promise that the amended agreement does not know, while there is something to choose."""
        own = {promise.indicator_id for promise in self.promises}
        known = {row.indicator_id for row in amended}
        replaceable = [row for row in amended if row.indicator_id not in own]
        self.asked = [p for p in self.promises if replaceable and p.indicator_id not in known]
        choices = [("", "Tidak ada, indikator ini baru"), *((str(row.pk), row.name) for row in replaceable)]
        for promise in self.asked:
            self.fields[_name(promise, REPLACED)] = forms.ChoiceField(
                label=f"Menggantikan – {promise.name}",
                choices=choices,
                required=False,
                initial=str(promise.continues_id or ""),
            )

    def show_conflict(self, sentence: str, current) -> None:
        """Besides: show what somebody else saved meanwhile where it differs from what was typed."""
        typed = self.targets()
        super().show_conflict(sentence, current)
        for objective in current.objectives.all():
            for promise in objective.indicators.all():
                own = typed.get(promise.pk, {})
                if any(getattr(promise, column) != value for column, value in own.items()):
                    self.conflicts[promise.pk] = target_text(promise)

    def saved(self, promise: AgreementIndicator) -> str:
        """After a conflict: the target somebody else saved where it differs from what was typed."""
        return self.conflicts.get(promise.pk, "")

    def bound(self, promise: AgreementIndicator) -> list[forms.BoundField]:
        """The fields of one promise, for the page."""
        return [self[_name(promise, column)] for column in target_fields(promise)]

    def replaces(self, promise: AgreementIndicator) -> forms.BoundField | None:
        """The field for what the promise replaces, where that is asked."""
        return self[_name(promise, REPLACED)] if promise in self.asked else None

    def clean(self):
        cleaned = super().clean()
        self._refuse_one_replaced_twice()
        for promise in self.promises:
            if promise.pk in self.leaving:
                for column in (*target_fields(promise), REPLACED):
                    self.errors.pop(_name(promise, column), None)
                continue
            low, high = (cleaned.get(_name(promise, end)) for end in ("low", "high"))
            if promise.kind == Kind.RANGE and low is not None and high is not None and high < low:
                self.add_error(
                    _name(promise, "high"), "Batas atas tidak boleh di bawah batas bawah. Tukar keduanya."
                )
        return cleaned

    def _refuse_one_replaced_twice(self) -> None:
        chosen: set[str] = set()
        for promise in self.asked:
            name = _name(promise, REPLACED)
            old = self.cleaned_data.get(name) if promise.pk not in self.leaving else ""
            if old and old in chosen:
                self.add_error(name, "Indikator lama ini sudah dipilih di atas. Pilih yang lain.")
            chosen.add(old or "")

    def _post_clean(self):
        """Show the stored target where the page knew nothing of the promise: it was not typed empty."""
        super()._post_clean()
        self.absent = {name for name in self.fields if name != "version" and self._is_absent(name)}
        if self.absent:
            fields = {name: self.fields[name] for name in self.absent}
            self._answer(**{name: f.prepare_value(f.initial) for name, f in fields.items()})

    def _is_absent(self, name: str) -> bool:
        widget = self.fields[name].widget
        return widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def targets(self) -> dict[int, dict]:
        """What was typed, by promise and column; what the page did not ask is left out."""
        found: dict[int, dict] = {}
        for promise in self.promises:
            typed = {
                column: typed_figure(column, self.cleaned_data.get(_name(promise, column)))
                for column in target_fields(promise)
                if _name(promise, column) not in self.absent
            }
            if typed and promise.pk not in self.leaving:
                found[promise.pk] = typed
        return found

    def replaced(self) -> dict[int, int | None]:
        """What was chosen, by promise; what the page did not ask is left out."""
        chosen = {
            promise.pk: self.cleaned_data.get(_name(promise, REPLACED))
            for promise in self.asked
            if _name(promise, REPLACED) not in self.absent and promise.pk not in self.leaving
        }
        return {pk: int(old) if old else None for pk, old in chosen.items()}


def _name(promise: AgreementIndicator, column: str) -> str:
    return f"t{promise.pk}_{column}"


COLUMN_LABELS = {
    "value": "Target",
    "low": "Batas bawah",
    "high": "Batas atas",
    "step": "Target",
    "date": "Target tanggal",
}


def typed_figure(column: str, value):
    """A cleaned value as its column of `TargetColumns` takes it."""
    if column == "step":
        return int(value) if value else None
    return value


def target_fields(promise: AgreementIndicator) -> dict[str, forms.Field]:
    """The fields of a target by column, as the promise's kind asks."""
    if promise.kind == Kind.RANGE:
        return {
            "low": NumeralField(decimal_places=promise.decimals, reference=promise.low),
            "high": NumeralField(decimal_places=promise.decimals, reference=promise.high),
        }
    if promise.kind == Kind.SCALE:
        steps = [(str(rank), name) for rank, name in enumerate(promise.steps, start=1)]
        chosen = forms.Select(attrs={"class": "form-select"})
        return {"step": forms.ChoiceField(choices=[("", "Pilih …"), *steps], widget=chosen)}
    if promise.kind == Kind.DATE:
        return {"date": IndonesianDateField()}
    return {"value": NumeralField(decimal_places=promise.decimals, reference=promise.value)}


class BudgetsForm(DraftForm):
    """Which programmes stand on table B."""

    lines = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Program dan anggaran"
    )

    def __init__(self, *args, lines: list[BudgetLine], **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = lines
        choices = cast(forms.MultipleChoiceField, self.fields["lines"])
        choices.choices = [(line.key, str(line.programme)) for line in lines]

    def clean(self):
        """A program and its own kegiatan would be counted twice."""
        cleaned = super().clean()
        chosen = self.chosen() if "lines" in cleaned else []
        for line in chosen:
            if whole := next((each for each in chosen if is_part(line, each)), None):
                self.add_error(
                    None,
                    f"{line.programme} sudah termasuk dalam {whole.programme}. Hapus centang salah satunya.",
                )
                break
        return cleaned

    def chosen(self) -> list[BudgetLine]:
        keys = set(self.cleaned_data["lines"])
        return [line for line in self.offered if line.key in keys]


class ReasonForm(forms.Form):
    """Why a step is taken, where it needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan",
        min_length=SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "min_length": f"Isi alasan paling sedikit {SHORTEST_REASON} huruf, supaya penerima tahu apa yang "
            "diperbaiki."
        },
    )
