"""Forms of a PK Perubahan: its ground and reason."""

from django import forms

from agreements.amending import Basis
from agreements.enums import Ground
from agreements.forms.agreement import DraftForm
from agreements.workflow import SHORTEST_REASON


class BasisForm(forms.Form):
    """One of the three legal grounds, and why."""

    ground = forms.ChoiceField(label="Dasar perubahan", choices=Ground.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Alasan perubahan",
        min_length=SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Apa yang berubah dan dokumen dasarnya, misalnya nomor DPPA atau keputusan pelantikan.",
        error_messages={"min_length": f"Isi alasan perubahan paling sedikit {SHORTEST_REASON} huruf."},
    )

    def basis(self) -> Basis:
        """What was chosen and typed; of a valid form."""
        return Basis(Ground(self.cleaned_data["ground"]), self.cleaned_data["reason"])


class DraftBasisForm(DraftForm, BasisForm):
    """The same on a draft that others may be changing."""
