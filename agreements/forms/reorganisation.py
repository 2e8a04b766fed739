"""The form of a reorganisation: when, what comes instead, and what moves along."""

from django import forms
from django.forms.models import fields_for_model

from agreements.changes import column
from agreements.models import Unit
from agreements.reorganising import NewUnit, Reform
from perjanjian.forms import IndonesianDateField

MOST_NEW = 3
# The longest short name.
SHORT = 60


class ReformForm(forms.Form):
    """Up to three new units, or one that exists already (chosen before), or both."""

    day = IndonesianDateField(
        label="Berlaku mulai", help_text="Hari pertama penggantinya; yang lama berakhir sehari sebelumnya."
    )
    moves_below = forms.BooleanField(
        label="Unit kerja di bawahnya pindah ke pengganti yang pertama",
        required=False,
        initial=True,
        help_text="Tanpa centang, unit kerja di bawahnya ikut berakhir bersama jabatan dan pejabatnya.",
    )
    copies = forms.BooleanField(
        label="Salin jabatannya ke pengganti yang pertama", required=False, initial=True
    )
    holders = forms.BooleanField(
        label="Pejabatnya langsung menjabat di jabatan salinan itu", required=False, initial=True
    )
    reason = forms.CharField(
        label="Dasar",
        max_length=300,
        help_text="Misalnya Perda Nomor 3 Tahun 2026 tentang Perangkat Daerah.",
    )

    def __init__(self, *args, unit: Unit, existing: Unit | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit, self.existing = unit, existing
        for number in range(1, MOST_NEW + 1):
            self._add_new(number)
        names = [f"{part}_{n}" for n in range(1, MOST_NEW + 1) for part in ("name", "short_name", "code")]
        self.order_fields(["day", *names])

    def _add_new(self, number: int) -> None:
        parts = fields_for_model(Unit, ("name", "short_name", "code"))
        for part, field in parts.items():
            field.required = False
            field.validators.extend(column(self.unit, part).validators)
            self.fields[f"{part}_{number}"] = field
        many = "" if number == 1 else f" ke-{number} (bila dipecah)"
        self.fields[f"name_{number}"].label = f"Nama unit kerja baru{many}"

    def clean(self):
        cleaned = super().clean()
        for number in range(1, MOST_NEW + 1):
            name, short = cleaned.get(f"name_{number}"), cleaned.get(f"short_name_{number}")
            if (short or cleaned.get(f"code_{number}")) and not name:
                self.add_error(f"name_{number}", "Isi nama unit kerja barunya, atau kosongkan ketiganya.")
            if name and not short and len(name) > SHORT:
                self.add_error(f"short_name_{number}", f"Isi nama pendeknya, paling banyak {SHORT} huruf.")
        return cleaned

    def reform(self) -> Reform:
        """What was chosen; of a valid form."""
        data = self.cleaned_data
        new = tuple(
            NewUnit(data[f"name_{n}"], data[f"short_name_{n}"] or data[f"name_{n}"], data[f"code_{n}"])
            for n in range(1, MOST_NEW + 1)
            if data[f"name_{n}"]
        )
        ticks = {name: data[name] for name in ("moves_below", "copies", "holders")}
        return Reform(self.unit, data["day"], new, self.existing, **ticks, reason=data["reason"])
