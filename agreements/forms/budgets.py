"""Forms of programmes, budgets and what documents say they come to."""

from django import forms

from agreements.changes import described
from agreements.enums import BudgetDetail, BudgetVersion
from agreements.forms.base import MasterForm
from agreements.models import Budget, BudgetTotal, Programme
from agreements.nomenclature import at_detail, lies_within

# The rows of the nomenclature that a finer code lies within, by the field that names them.
PARENTS = {"programme_name": BudgetDetail.PROGRAMME, "activity_name": BudgetDetail.ACTIVITY}
DETAILED = "Pagu {above} sudah dirinci sampai {below}; ubah di sana, supaya tidak terhitung dua kali."
WHOLE = "{above} sudah berpagu sendiri. Hapus atau rinci dulu pagu itu, lalu catat {below}."


class ProgrammeForm(MasterForm):
    """A row of the nomenclature; of a new one the program and kegiatan it lies within may be named as well."""

    programme_name = forms.CharField(label="Nama programnya", max_length=400, required=False)
    activity_name = forms.CharField(label="Nama kegiatannya", max_length=400, required=False)

    class Meta(MasterForm.Meta):
        model = Programme
        fields = ("code", "name", "nomenclature_year")
        help_texts = {
            "code": "Kode program, kegiatan, atau sub kegiatan menurut nomenklatur nasional, misalnya 1.02.02.",
            "nomenclature_year": "Tahun keputusan Mendagri tentang nomenklatur yang dipakai.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in PARENTS:
                del self.fields[name]
            return
        self.fields[
            "programme_name"
        ].help_text = (
            "Untuk kegiatan atau sub kegiatan yang programnya belum ada di daftar; boleh dikosongkan."
        )
        self.fields[
            "activity_name"
        ].help_text = "Untuk sub kegiatan yang kegiatannya belum ada di daftar; boleh dikosongkan."

    def describe(self, row) -> dict[str, str]:
        parents = ", ".join(str(parent) for parent in getattr(self, "parents", ()))
        return super().describe(row) | ({"ditambahkan bersama": parents} if parents else {})

    def clean(self):
        cleaned = super().clean()
        code, year = cleaned.get("code", ""), cleaned.get("nomenclature_year")
        others = Programme.objects.exclude(pk=self.instance.pk).filter(nomenclature_year=year, code=code)
        same = others.filter(name=cleaned.get("name", "")) if not code else others
        if year is not None and (found := same.first()):
            self.add_error(
                "code" if code else "name",
                f"{found} (nomenklatur {year}) sudah ada. Pilih dari daftar, jangan diketik lagi.",
            )
        self.parents = [] if self.errors or self.instance.pk else list(self._parents(code, year))
        return cleaned

    def _parents(self, code: str, year: int):
        """The rows above that are named here and not in the nomenclature yet."""
        for name, detail in PARENTS.items():
            above, typed = at_detail(code, detail), self.cleaned_data.get(name, "").strip()
            if not typed:
                continue
            if above == code:
                self.add_error(name, "Kode di atas tidak termasuk tingkat di bawahnya. Kosongkan.")
                continue
            found = Programme.objects.filter(code=above, nomenclature_year=year).first()
            if found is None:
                yield Programme(code=above, name=typed, nomenclature_year=year)
            elif found.name != typed:
                self.add_error(name, f"{found} sudah ada di daftar. Kosongkan, atau tulis sama.")

    def save(self, commit: bool = True):
        Programme.objects.bulk_create(getattr(self, "parents", []))
        return super().save(commit)


class BudgetForm(MasterForm):
    """Unit, year and programme are chosen before."""

    class Meta(MasterForm.Meta):
        model = Budget
        fields = ("version", "fund_source", "amount")
        help_texts = {
            "version": "Versi yang lebih baru menggantikan seluruh anggaran perangkat daerah ini dari versi sebelumnya.",
            "fund_source": "Misalnya APBD, DAK Fisik, DAK Nonfisik, BLUD.",
            "amount": "Rupiah penuh, misalnya 1.250.000.000. Bukan dalam juta.",
        }

    def clean(self):
        cleaned = super().clean()
        row = self.instance
        version, source = cleaned.get("version"), cleaned.get("fund_source")
        others = Budget.objects.filter(unit=row.unit, year=row.year, version=version).exclude(pk=row.pk)
        if others.filter(programme=row.programme, fund_source=source).exists():
            name = BudgetVersion(version).label if version else ""
            self.add_error(
                "version", f"Pagu program ini untuk {name} dari {source} sudah dicatat. Ubah yang sudah ada."
            )
        self._refuse_two_levels(others.filter(fund_source=source).select_related("programme"))
        return cleaned

    def _refuse_two_levels(self, others) -> None:
        """A program and its own kegiatan side by side would be counted twice."""
        own = self.instance.programme
        for other in others if own.code else ():
            if lies_within(other.programme.code, own.code):
                self.add_error(None, DETAILED.format(above=own, below=other.programme))
            elif lies_within(own.code, other.programme.code):
                self.add_error(None, WHOLE.format(above=other.programme, below=own))
            else:
                continue
            return


class BudgetTotalForm(MasterForm):
    """What a document says in all; of which unit, programme, year and version is chosen before."""

    class Meta(MasterForm.Meta):
        model = BudgetTotal
        fields = ("amount",)
        help_texts = {
            "amount": "Jumlah yang tertulis di DPA atau ekspor SIPD, rupiah penuh. Hanya dibandingkan dengan "
            "jumlah rinciannya; tidak ikut dihitung."
        }

    def describe(self, row) -> dict[str, str]:
        place = {
            "program": str(row.programme or "seluruh perangkat daerah"),
            "versi": row.get_version_display(),
        }
        return place | described(row, ["amount"])
