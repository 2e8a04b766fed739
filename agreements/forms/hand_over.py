"""Forms of a hand-over: what is to happen, what becomes of the agreement, and how the task ended."""

from datetime import date
from typing import cast

from django import forms

from agreements.enums import FollowUp, Holding
from agreements.handing_over import Choice, Wish
from agreements.models import Assignment, Official, Position
from agreements.tenure import DAY
from agreements.workflow import SHORTEST_REASON
from perjanjian.forms import IndonesianDateField

WHY_LONGER = f"Isi keterangan paling sedikit {SHORTEST_REASON} huruf."


class HandOverForm(forms.Form):
    """From when, as what, and what ends with it; position and newcomer are chosen before."""

    day = IndonesianDateField(
        label="Mulai tanggal", help_text="Hari pertama; pejabat lama berakhir sehari sebelumnya."
    )
    holding = forms.ChoiceField(
        label="Sebagai",
        choices=Holding.choices,
        widget=forms.RadioSelect,
        help_text="Plt., Pj., dan Pjs. menjadi pihak dalam PK dengan sebutan itu; Plh. tidak pernah menjadi pihak.",
    )
    decree = forms.CharField(
        label="Nomor keputusan", max_length=120, required=False, help_text="Misalnya 821.2/15/2026."
    )
    leaves = forms.ChoiceField(
        label="Pejabat sekarang",
        choices=[
            ("ya", "Mengakhiri masa tugasnya"),
            ("tidak", "Tetap menjabat; yang baru hanya menggantikan sementara"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih: masa tugas pejabat sekarang berakhir, atau ia tetap menjabat."},
    )
    former = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Jabatan lain yang diakhiri pada hari yang sama",
        help_text="Centang bila ia pindah. Yang tidak dicentang tetap dipegang bersama jabatan ini.",
    )

    def __init__(self, *args, position: Position, incoming: Official | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.position, self.incoming = position, incoming
        held = Assignment.objects.of_hand_over(position, incoming).beyond(self._earliest_day() - DAY)
        here = [row for row in held if row.position_id == position.pk]
        self.posts = {row.pk: row for row in held if row.position_id != position.pk}
        wanted = {
            "leaves": bool(here) and incoming is not None,
            "holding": incoming is not None,
            "former": bool(self.posts),
        }
        for name, is_asked in wanted.items():
            if not is_asked:
                del self.fields[name]
        if self.posts:
            choices = [
                (
                    pk,
                    row.title if str(row.position.unit) in row.title else f"{row.title}, {row.position.unit}",
                )
                for pk, row in self.posts.items()
            ]
            cast(forms.ChoiceField, self.fields["former"]).choices = choices

    def _earliest_day(self) -> date:
        """The day that is offered, or an earlier one that was typed: posts since ended were held on it still."""
        offered = self.initial["day"]
        try:
            typed = self.fields["day"].clean(self.data.get(self.add_prefix("day")))
        except forms.ValidationError:
            return offered
        return min(offered, typed)

    def clean_former(self):
        day = self.cleaned_data.get("day")
        ticked = [self.posts[pk] for pk in self.cleaned_data["former"]]
        # A post that is over before the day ends as it was recorded.
        posts = [row for row in ticked if not (day and row.ends and row.ends < day)]
        late = next((row for row in posts if day and row.starts >= day), None)
        if late:
            raise forms.ValidationError(
                f"{late} baru mulai pada tanggal itu atau sesudahnya; hapus centangnya."
            )
        return posts

    def wish(self) -> Wish:
        """What was chosen; of a valid form."""
        data = self.cleaned_data
        return Wish(
            self.position,
            data["day"],
            self.incoming,
            data.get("holding") or Holding.DEFINITIVE,
            data["decree"],
            data.get("leaves") != "tidak",
            tuple(data.get("former") or ()),
        )


class FollowUpForm(forms.Form):
    """What becomes of the agreement: as the policy says, or otherwise with a note."""

    follow_up = forms.ChoiceField(
        label="Tindak lanjut PK", choices=FollowUp.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Keterangan",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Wajib bila tindak lanjutnya lain daripada yang diusulkan kebijakan tahun.",
    )

    def __init__(self, data=None, *, proposed: FollowUp):
        super().__init__(data, initial={"follow_up": proposed.value})
        self.proposed = proposed

    def clean(self):
        cleaned = super().clean()
        other = cleaned.get("follow_up") not in (None, self.proposed)
        if other and len(cleaned.get("note", "").strip()) < SHORTEST_REASON:
            self.add_error("note", f"{WHY_LONGER} Kebijakan tahun mengusulkan “{self.proposed.label}”.")
        return cleaned

    def choice(self) -> Choice:
        """What was chosen; of a valid form."""
        return Choice(FollowUp(self.cleaned_data["follow_up"]), self.cleaned_data["note"].strip())


class NoteForm(forms.Form):
    """How a task ended, or why another follow-up is chosen."""

    note = forms.CharField(
        label="Keterangan",
        max_length=300,
        min_length=SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": WHY_LONGER},
        help_text="Misalnya: PK lama dilanjutkan sampai akhir tahun sesuai arahan Sekda.",
    )


class OtherFollowUpForm(NoteForm):
    follow_up = forms.ChoiceField(
        label="Tindak lanjut PK", choices=FollowUp.choices, widget=forms.RadioSelect
    )
    field_order = ("follow_up", "note")

    def choice(self) -> Choice:
        """What was chosen; of a valid form."""
        return Choice(FollowUp(self.cleaned_data["follow_up"]), self.cleaned_data["note"])
