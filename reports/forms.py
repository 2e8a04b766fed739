"""Forms of the reports: the written parts of an LKjIP."""

from django import forms

LONGEST_TEXT = 20000


class NarrativeForm(forms.Form):
    """One written part; `version` is that of the text the writer opened (0: none yet)."""

    text = forms.CharField(
        label="Isi",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Pisahkan paragraf dengan baris kosong.",
        error_messages={
            "max_length": "Tulisan ini terlalu panjang (%(show_value)d huruf). Ringkas sampai %(limit_value)d huruf."
        },
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
