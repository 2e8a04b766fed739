"""The policies of a year in groups, each with a form of its own: what belongs together is decided together."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms

from agreements import texts
from agreements.changes import column, described, differences, fingerprint
from agreements.forms.base import MasterForm
from agreements.models import DocumentText, YearPolicy
from evaluations.rhythm import obstacles
from perjanjian.numerals import format_date, format_number

# What is replaced when a paper is made, and by what; the same words as in `agreements.texts`.
PLACEHOLDERS = {
    "tahun": "tahun perjanjian",
    "kepala_daerah": "sebutan dan nama daerah, misalnya Bupati Contoh",
    "daerah": "nama daerah, misalnya Kabupaten Contoh",
}
ORDINAL = {"urutan": "KEDUA, KETIGA, dan seterusnya, hanya di judul PK Perubahan kedua dan seterusnya"}
PLACEHOLDER_HELP = "; ".join(
    f"{{{name}}} menjadi {meaning}" for name, meaning in (PLACEHOLDERS | ORDINAL).items()
)
# The longest text a list of policies shows in full.
SHOWN_LETTERS = 90


@dataclass(frozen=True)
class PolicyGroup:
    """Policies decided on one page; `pairs`: fields that stand side by side."""

    key: str
    title: str
    lead: str
    fields: tuple[str, ...]
    pairs: bool = False
    with_texts: bool = False


GROUPS = {
    group.key: group
    for group in (
        PolicyGroup(
            "perhitungan",
            "Perhitungan capaian",
            "Cara capaian indikator dihitung dan dirata-ratakan.",
            ("lower_method", "cap", "scale_above", "unit_mean"),
        ),
        PolicyGroup(
            "predikat",
            "Predikat",
            "Kata untuk capaian, dari yang tertinggi, dengan batas bawah masing-masing.",
            (
                "word_1",
                "bound_1",
                "word_2",
                "bound_2",
                "word_3",
                "bound_3",
                "word_4",
                "bound_4",
                "word_5",
                "bounds_inclusive",
            ),
            pairs=True,
        ),
        PolicyGroup(
            "irama",
            "Irama dan jendela pengisian",
            "Seberapa sering realisasi diisi, dan berapa hari sesudah periodenya berakhir.",
            (
                "indicator_rhythm",
                "fill_days",
                "verify_days",
                "fix_days",
                "lock_days",
                "budget_rhythm",
                "budget_fill_days",
                "budget_lock_days",
            ),
        ),
        PolicyGroup(
            "batas-waktu",
            "Batas waktu dokumen",
            "Sampai kapan PK ditandatangani, Rencana Aksi diajukan, dan laporan selesai.",
            ("agreement_due", "action_plan_due", "amendment_due", "report_due", "circular"),
        ),
        PolicyGroup(
            "penanda-tangan",
            "Yang menandatangani PK",
            "Kepala daerah dan yang menandatangani PK dengan kepala daerah selalu; selebihnya menurut tingkat.",
            ("signs_iii", "signs_iv", "signs_functional", "signs_staff", "experts_under_secretary"),
        ),
        PolicyGroup(
            "pemeriksa",
            "Yang menyatakan lengkap",
            "Siapa memeriksa PK yang diajukan. PK kepala perangkat daerah selalu diperiksa Bagian Organisasi, "
            "dan tidak seorang pun memeriksa yang diajukannya sendiri.",
            ("declared_below_by", "planner_checks"),
        ),
        PolicyGroup(
            "verifikator",
            "Yang memverifikasi realisasi",
            "Siapa memverifikasi realisasi yang diajukan perangkat daerah.",
            ("planner_verifies", "bureau_verified_by", "tiny_office"),
        ),
        PolicyGroup(
            "serah-terima",
            "Pergantian pejabat",
            "Apa yang terjadi dengan PK bila pejabatnya berganti.",
            ("hand_over_definitive", "hand_over_acting"),
        ),
        PolicyGroup(
            "dokumen",
            "Dokumen PK",
            "Rincian anggaran, kertas, dan teks yang tercetak.",
            ("budget_detail_ii", "budget_detail_iii", "budget_detail_iv", "paper", "superior_left"),
            with_texts=True,
        ),
    )
}


class PolicyForm(MasterForm):
    """One group of a year's policies; the wording of its documents belongs to the last."""

    class Meta(MasterForm.Meta):
        model = YearPolicy
        fields = tuple(name for group in GROUPS.values() for name in group.fields)
        help_texts = {
            "report_due": "Kosong berarti 28 Februari tahun berikutnya.",
            "declared_below_by": "Sekretariat: pejabat yang memimpin sekretariat dinas atau badan itu. Bila yang "
            "ditunjuk belum punya akun, PK diperiksa Bagian Organisasi.",
        }

    def __init__(self, *args, group: PolicyGroup, **kwargs):
        self.group = group
        self.text_names: dict[str, str] = {}
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in (*group.fields, "seen")]:
            del self.fields[name]
        if group.with_texts:
            self._add_texts()
        if self.instance.pk:
            self.initial["seen"] = fingerprint(self.describe(self.instance))
        self.helper = FormHelper()
        self.helper.form_tag = False
        shown = [Field(name) for name in (*group.fields, *self.text_names.values())]
        css = {"css_class": "pairs"} if group.pairs else {}
        self.helper.layout = Layout("seen", Fieldset(group.title, *shown, **css))

    def _add_texts(self) -> None:
        written = _wording(self.instance)
        for key, (label, default) in texts.DEFAULTS.items():
            name = self.text_names[key] = f"text_{key}"
            self.fields[name] = forms.CharField(
                label=label, widget=forms.Textarea(attrs={"rows": 2 if len(default) < SHOWN_LETTERS else 5})
            )
            self.initial[name] = written[key]

    def describe(self, row: YearPolicy) -> dict[str, str]:
        return described(row, self.described_names) | self._said_in(_wording(row) if self.text_names else {})

    def _said_in(self, wording: Mapping[str, str]) -> dict[str, str]:
        return {f"teks {texts.DEFAULTS[key][0]}": text for key, text in wording.items()}

    def changes(self, stored: YearPolicy) -> list[tuple[str, str, str]]:
        """What a valid form would change of the stored row: (label, before, after)."""
        # By value: a figure typed with fewer decimals is the same figure.
        names = [n for n in self.described_names if getattr(stored, n) != getattr(self.instance, n)]
        was, now = (
            {str(column(row, name).verbose_name): _read(row, name) for name in names}
            for row in (stored, self.instance)
        )
        if self.text_names:
            was |= self._said_in(_wording(stored))
            now |= self._said_in({key: self._text(name) for key, name in self.text_names.items()})
        before, after = differences(was, now)
        return [(name, before.get(name, ""), after.get(name, "")) for name in {**before, **after}]

    def clean(self):
        cleaned = super().clean()
        self._require_fall()
        days = ("fill_days", "verify_days", "fix_days", "lock_days")
        of_money = ("budget_fill_days", "budget_lock_days")
        for earlier, later in (*itertools.pairwise(days), of_money):
            if None not in (cleaned.get(earlier), cleaned.get(later)) and cleaned[later] < cleaned[earlier]:
                self.add_error(later, "Batas waktu ini tidak boleh lebih awal daripada yang sebelumnya.")
        for key, name in self.text_names.items():
            known = PLACEHOLDERS | (ORDINAL if key == "title_amended_again" else {})
            self._check_placeholders(name, cleaned.get(name) or "", known)
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if "indicator_rhythm" in self.fields and not self.errors:
            for name, sentence in obstacles(self.stored(), self.instance).items():
                self.add_error(name, sentence)

    def _require_fall(self) -> None:
        for higher, lower in itertools.pairwise((1, 2, 3, 4)):
            above, below = (self.cleaned_data.get(f"bound_{number}") for number in (higher, lower))
            if above is not None and below is not None and below >= above:
                sentence = "Batas ini harus lebih rendah daripada batas predikat di atasnya."
                self.add_error(f"bound_{lower}", sentence)

    def _check_placeholders(self, name: str, text: str, known: Iterable[str]) -> None:
        rest = text
        for placeholder in known:
            rest = rest.replace(f"{{{placeholder}}}", "")
        found = re.search(r"\{[^{}]*\}?|\}", rest)
        if found:
            self.add_error(
                name, f"Tanda “{found.group()}” tidak dikenal. Yang dapat dipakai: {PLACEHOLDER_HELP}."
            )

    def _text(self, name: str) -> str:
        return self.cleaned_data[name].replace("\r\n", "\n")

    def save(self, commit: bool = True):
        """Only the columns of the group: another group may have been saved meanwhile."""
        policy = self.instance
        policy.save(update_fields=self.described_names)
        for key, name in self.text_names.items():
            DocumentText.objects.update_or_create(policy=policy, key=key, defaults={"text": self._text(name)})
        return policy


def _wording(policy: YearPolicy) -> dict[str, str]:
    written = dict(policy.texts.values_list("key", "text"))
    return {key: written.get(key, default) for key, (_, default) in texts.DEFAULTS.items()}


def shown(policy: YearPolicy, group: PolicyGroup) -> dict[str, str]:
    """The policies of a group as a reader sees them, without the wording of documents: label → text."""
    return {str(column(policy, name).verbose_name): _read(policy, name) for name in group.fields}


def _read(policy: YearPolicy, name: str) -> str:
    """A column as people read it; the history keeps figures and days as the database has them."""
    value = getattr(policy, name)
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, date):
        return format_date(value)
    return next(iter(described(policy, (name,)).values()))
