"""Why yearly targets change: with a revision of the plan, or as a correction."""

from collections.abc import Collection

from django import forms

from agreements import plan_targets
from agreements.models import Indicator, PlanRevision, RevisedTarget
from agreements.plan_targets import Ground

CORRECTION = "– koreksi, tanpa perubahan rencana –"


class GroundForm(forms.Form):
    """Stands under the targets of an indicator; asked which years would change, it refuses beside its fields."""

    revision = forms.ModelChoiceField(
        label="Di bawah perubahan rencana",
        queryset=PlanRevision.objects.none(),
        required=False,
        empty_label=CORRECTION,
        help_text="Target sebelum perubahan tetap tersimpan dan tercetak sebagai “semula”.",
    )
    reason = forms.CharField(
        label="Alasan",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Perlu diisi bila target yang dikoreksi sudah diperjanjikan dalam PK. PK itu sendiri tetap.",
    )

    def __init__(self, *args, revisions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["revision"].queryset = revisions
        if not revisions:
            del self.fields["revision"]

    @property
    def ground(self) -> Ground:
        """Asked once the form is valid."""
        return Ground(self.cleaned_data.get("revision"), self.cleaned_data["reason"].strip())

    def refuse(self, indicator: Indicator, years: Collection[int]) -> bool:
        """Whether these years may not change on this ground; says why beside the fields."""
        if not years:
            return False
        revision = self.ground.revision
        if revision:
            return self._refuse_revision(indicator, years, revision)
        promised = plan_targets.promised_years(indicator, years)
        if promised and not self.ground.reason:
            said = " dan ".join(str(year) for year in promised)
            self.add_error(
                "reason",
                f"Target {said} sudah diperjanjikan dalam PK. Tulis alasan koreksinya, atau pilih perubahan "
                "rencana yang mengubahnya.",
            )
        return bool(self.errors)

    def _refuse_revision(self, indicator: Indicator, years: Collection[int], revision: PlanRevision) -> bool:
        early = [str(year) for year in years if year < revision.first_year]
        if early:
            self.add_error(
                "revision",
                f"{revision} berlaku mulai {revision.first_year}; target {', '.join(early)} tidak diubah olehnya. "
                "Kembalikan target tahun itu, atau simpan tersendiri sebagai koreksi.",
            )
        late = [str(year) for year in years if year > revision.period.last_year]
        if late:
            self.add_error(
                "revision", f"Target {', '.join(late)} di luar {revision.period}, jadi tidak diubah olehnya."
            )
        later = RevisedTarget.objects.filter(
            indicator=indicator, year__in=years, revision__period=revision.period
        ).filter(revision__number__gt=revision.number)
        if row := later.select_related("revision__period").first():
            self.add_error(
                "revision", f"Target {row.year} sudah diubah oleh {row.revision}. Pilih perubahan itu."
            )
        return bool(self.errors)
