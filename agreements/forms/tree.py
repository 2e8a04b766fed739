"""Forms of the performance tree: a node, where it hangs, a request to another unit and its answer."""

from datetime import date

from django import forms

from agreements.enums import UnitKind
from agreements.forms.base import MasterForm
from agreements.models import Objective, Position, TreeLink, TreeNode
from agreements.outline import path_of
from agreements.tree_rules import next_order

# What a box of the drawn tree can still show.
LONGEST_TEXT = 500


class NodeForm(MasterForm):
    """The unit and the node it supports are chosen before.

    Args:
        below: the unit with all that is below it: whose posts are offered as owners.
        day: on which the posts must exist.
    """

    class Meta(MasterForm.Meta):
        model = TreeNode
        fields = ("level", "text", "critical", "owner", "objective")
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT})}
        help_texts = {
            "level": "Tidak boleh lebih tinggi daripada simpul yang didukung.",
            "text": "Hasil atau kondisi yang harus ada, misalnya “Meningkatnya ibu hamil yang diperiksa enam kali”. "
            "Bukan nama program atau kegiatan; program dilekatkan sesudahnya.",
            "critical": "Tanpa ini hasil di atasnya tidak akan tercapai.",
            "owner": "Jabatan di perangkat daerah ini. Jabatan lain dapat dicari pada halaman simpul.",
            "objective": "Bila simpul ini rumusan dari tujuan atau sasaran di RPJMD atau Renstra.",
        }

    def __init__(self, *args, below: frozenset[int], day: date, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        node = self.instance
        units = [node.unit_id, *(above.pk for above in path_of(node.unit))]
        posts = Position.objects.answering_for(node.unit, below, day, node.owner_id)
        if node.unit.kind == UnitKind.REGION:
            posts |= Position.objects.on(day).filter(unit=node.unit).select_related("unit")
        self.offer("owner", posts)
        objectives = Objective.objects.in_year(year).filter(unit_id__in=units)
        if node.objective_id:
            objectives |= Objective.objects.filter(pk=node.objective_id)
        self.offer("objective", objectives.select_related("unit"))

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                f"Paling panjang {LONGEST_TEXT} huruf; ini {len(text)}. Singkatkan, atau pecah menjadi beberapa simpul."
            )
        return text

    def save(self, commit=True):
        if self.instance.pk is None:
            self.instance.order = next_order(self.instance)
        return super().save(commit)


class MoveForm(MasterForm):
    """Where a node hangs; the node it will support was chosen before (none: it becomes a top)."""

    class Meta(MasterForm.Meta):
        model = TreeNode
        fields = ("parent",)
        widgets = {"parent": forms.HiddenInput}

    def __init__(self, *args, chosen: TreeNode | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        self.offer("parent", TreeNode.objects.filter(pk__in=[chosen.pk] if chosen else []))
        self.initial["parent"] = chosen.pk if chosen else None

    def save(self, commit=True):
        self.instance.order = next_order(self.instance)
        return super().save(commit)


class OwnerForm(MasterForm):
    """Whose node it is; the post was searched for before (none: nobody's)."""

    class Meta(MasterForm.Meta):
        model = TreeNode
        fields = ("owner",)
        widgets = {"owner": forms.HiddenInput}

    def __init__(self, *args, chosen: Position | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("owner", Position.objects.filter(pk__in=[chosen.pk] if chosen else []))
        self.initial["owner"] = chosen.pk if chosen else None


class AskForm(forms.ModelForm):
    """What another unit is asked for."""

    class Meta:
        model = TreeLink
        fields = ("role",)
        help_texts = {
            "role": "Apa yang diharapkan dari perangkat daerah ini, misalnya “menyediakan air minum layak di 12 desa lokus”."
        }


class AnswerForm(forms.Form):
    """Why; which node of the asked unit contributes was chosen before."""

    note = forms.CharField(
        label="Catatan",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Wajib bila tidak disanggupi, bila diminta lagi, atau bila dijawab atas nama perangkat daerah lain.",
    )
