"""Forms of accounts and of the roles they have."""

import re
from typing import cast

from django import forms

from accounts import permissions
from accounts.models import User
from accounts.permissions import REGION_WIDE, ROLE_LABELS, Role, Scope
from agreements.forms.base import MasterForm
from agreements.forms.organisation import refuse_early_end
from agreements.models import Membership, Unit
from perjanjian.forms import NipField

ROLE_SENTENCES = {
    Role.BUREAU: "Menyiapkan tahun, menyatakan PK lengkap, menerbitkan, memverifikasi, dan menyusun laporan kabupaten.",
    Role.OPERATOR: "Menyusun draf PK, mengisi realisasi, dan melampirkan data dukung untuk unit kerja yang dipilih.",
    Role.LEADER: "Membaca semuanya, tanpa mengubah apa pun. Untuk Wakil Kepala Daerah, Sekda, dan Asisten.",
    Role.PLANNER: "Mengelola tujuan, sasaran, dan kamus indikator; memverifikasi realisasi Bagian Organisasi.",
    Role.BUDGET: "Mengelola program dan anggaran.",
    Role.PERSONNEL: "Mencatat unit kerja, jabatan, pejabat, dan riwayat jabatan.",
    Role.INSPECTORATE: "Membaca semuanya termasuk riwayat perubahan.",
    Role.GUEST: "Membaca unit kerja dan tahun yang dipilih sampai tanggal tertentu. Untuk evaluator dari luar.",
    Role.ADMINISTRATOR: "Mengelola akun dan pengaturan. Tidak membaca PK dan tidak menandatangani apa pun.",
}
_TITLES = re.compile(r"\b(?:drs?|dra|ir|hj?|prof|apt|ns)\.", re.IGNORECASE)


def proposed_username(name: str) -> str:
    """A user name nobody has yet, from a name with titles: `dr. Ratna Dewi, M.Kes.` gives ratna.dewi."""
    words = re.findall(r"[a-z]+", _TITLES.sub(" ", name.split(",")[0]).lower())
    base = ".".join(words[:2])[:50] or "akun"
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    number, proposal = 1, base
    while proposal in taken:
        number += 1
        proposal = f"{base}{number}"
    return proposal


class UsernameField(forms.CharField):
    """Small letters, whatever a phone makes of the first one."""

    def to_python(self, value):
        return super().to_python(value).lower()


class AccountForm(MasterForm):
    """The account itself; the password is never typed by anybody but its owner."""

    class Meta(MasterForm.Meta):
        model = User
        fields = ("name", "username", "nip")
        field_classes = {"nip": NipField, "username": UsernameField}
        help_texts = {
            "username": "Huruf kecil, misalnya ratna.dewi. Kosongkan untuk memakai usulan dari nama.",
            "nip": "Boleh kosong. Bila diisi, pemiliknya dapat masuk dengan nama pengguna atau NIP.",
        }
        error_messages = {
            "username": {"unique": "Nama pengguna ini sudah dipakai. Tambahkan angka atau nama tengah."},
            "nip": {"unique": "NIP ini sudah dipakai akun lain. Cari akun itu di daftar akun."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off"}

    def clean_nip(self) -> str | None:
        return self.cleaned_data["nip"] or None

    def clean_username(self) -> str:
        typed = self.cleaned_data["username"]
        return typed or self.instance.username or proposed_username(self.cleaned_data.get("name", ""))

    def save(self, commit: bool = True):
        if self.instance.pk is None:
            self.instance.set_unusable_password()
        return super().save(commit)


class UnitChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, unit: Unit) -> str:
        return unit.name


class MembershipForm(MasterForm):
    """A role over units; only roles the one who gives them may give are offered."""

    reach = forms.ChoiceField(
        label="Berlaku di",
        choices=[("all", "Semua unit kerja"), ("some", "Unit kerja tertentu, dipilih di bawah")],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih: semua, atau unit kerja tertentu."},
    )
    units = UnitChoices(
        queryset=Unit.objects.none(),
        required=False,
        label="Unit kerja",
        help_text="Hanya untuk unit kerja tertentu. Yang di bawahnya ikut tercakup.",
    )

    field_order = ("role", "reach", "units")

    class Meta(MasterForm.Meta):
        model = Membership
        fields = ("role", "units", "starts", "ends", "first_year", "last_year")
        widgets = {"role": forms.RadioSelect}
        help_texts = {
            "ends": "Hari terakhir berlaku. Kosongkan bila tanpa batas; untuk evaluator tamu wajib diisi.",
            "first_year": "Untuk evaluator tamu: tahun kinerja paling awal yang boleh dibaca.",
            "last_year": "Untuk evaluator tamu: tahun kinerja paling akhir yang boleh dibaca.",
        }

    def __init__(self, *args, scope: Scope, also: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        account_id = self.instance.account_id
        cast(forms.ChoiceField, self.fields["role"]).choices = [
            (role.value, f"{label} – {ROLE_SENTENCES[role]}")
            for role, label in ROLE_LABELS.items()
            if permissions.may_give_role(scope, account_id, role)
        ]
        if self.instance.pk:
            self.initial["reach"] = "some" if self.instance.units.exists() else "all"
        self.offer_few("units", Unit.objects.all(), Unit.objects.to_choose(), [also])
        if also:
            self.initial["reach"] = "some"
            self.initial["units"] = [*(unit.pk for unit in self.initial.get("units", ())), also]

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "starts", "ends")
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", "Tahun terakhir lebih awal daripada tahun pertama.")
        role = cleaned.get("role")
        self._check_reach(role)
        if role == Role.GUEST and not cleaned.get("ends") and "ends" not in self.errors:
            self.add_error("ends", "Isi sampai kapan evaluator tamu boleh membaca.")
        return cleaned

    def _check_reach(self, role: str | None) -> None:
        """All units only when that was asked for: an emptied list never widens a role by itself."""
        reach, units = self.cleaned_data.get("reach"), self.cleaned_data.get("units")
        if reach == "all" and role and Role(role) not in REGION_WIDE:
            self.add_error("reach", f"{ROLE_LABELS[Role(role)]} berlaku di unit kerja tertentu saja.")
        elif reach == "all" and units:
            self.add_error("units", "Kosongkan pilihan unit kerja, atau pilih “Unit kerja tertentu”.")
        elif reach == "some" and not units and "units" not in self.errors:
            self.add_error("units", "Pilih paling sedikit satu unit.")
