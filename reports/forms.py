"""Forms of the reports: the written parts of an LKjIP, and what overviews are narrowed by."""

from django import forms

from evaluations.mapping import words_of
from reports import duties

LONGEST_TEXT = 20000
# In the address of the map: units that have no rating yet.
UNRATED = "belum"


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


class MapForm(forms.Form):
    """How the units of the map are ordered, and which word they have; a word leaves the region itself out."""

    urut = forms.ChoiceField(
        label="Urutan",
        required=False,
        choices=[("", "Urutan perangkat daerah"), ("terendah", "Capaian terendah lebih dulu")],
    )
    predikat = forms.ChoiceField(label="Predikat sampai kini", required=False)

    def __init__(self, policy, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = [(word, word) for word in words_of(policy)]
        self.fields["predikat"].choices = [("", "Semua"), *words, (UNRATED, "Belum ada capaian")]


class WorstForm(forms.Form):
    """What the list of the lowest indicators is narrowed by; only what the account sees can be named."""

    unit = forms.ChoiceField(label="Perangkat daerah", required=False)
    triwulan = forms.ChoiceField(label="Sampai dengan", required=False)
    predikat = forms.ChoiceField(label="Predikat", required=False)
    belum = forms.BooleanField(label="Hanya yang belum diisi", required=False)

    def __init__(self, units, periods, policy, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "Semua"), *((str(unit.pk), unit.name) for unit in units)]
        opened = [(str(period.number), period.name) for period in periods]
        self.fields["triwulan"].choices = [("", "Triwulan terakhir yang terisi"), *opened]
        words = [(word, word) for word in words_of(policy)]
        self.fields["predikat"].choices = [("", "Semua"), *words]


class LateForm(forms.Form):
    """Which duty, and how far it is, the list of the late is narrowed to; by default to all that are late."""

    STATES = {
        "": ("late",),
        "kurang": ("late", "open"),
        "selesai": ("done",),
        "semua": ("late", "open", "done", "upcoming"),
    }

    jenis = forms.ChoiceField(
        label="Kewajiban", required=False, choices=[("", "Semua"), *duties.KINDS.items()]
    )
    keadaan = forms.ChoiceField(
        label="Keadaan",
        required=False,
        choices=[
            ("", "Terlambat"),
            ("kurang", "Belum selesai"),
            ("selesai", "Sudah selesai"),
            ("semua", "Semua yang wajib"),
        ],
    )

    @property
    def states(self) -> tuple[str, ...]:
        return self.STATES[self.cleaned_data["keadaan"]] if self.is_valid() else self.STATES[""]
