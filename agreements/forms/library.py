"""What is taken from Pustaka Indikator, and under which objective it is put."""

from typing import cast

from django import forms

from agreements.forms.base import UNCHOSEN
from agreements.models import Objective

ALL = "Semua"


class SearchForm(forms.Form):
    cari = forms.CharField(label="Cari indikator", required=False, max_length=100)
    urusan = forms.ChoiceField(label="Urusan", required=False)

    def __init__(self, *args, fields: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["urusan"]).choices = [
            ("", ALL),
            *((field, field) for field in fields),
        ]


class CopyForm(forms.Form):
    """The unit and the indicators are chosen before."""

    objective = forms.ModelChoiceField(
        label="Tujuan atau sasaran",
        queryset=Objective.objects.none(),
        required=False,
        empty_label=UNCHOSEN,
        help_text="Yang diukur indikator-indikator ini. Boleh dikosongkan dan dipilih nanti satu per satu.",
    )

    def __init__(self, *args, objectives, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = objectives
