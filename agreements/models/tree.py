"""The performance tree (pohon kinerja): results and conditions, who owns them, and what other units add."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from agreements.enums import LinkState, TreeLevel
from agreements.models.organisation import Position, Unit
from agreements.models.planning import Indicator, Objective, PlanningPeriod, Programme
from agreements.querysets import TreeLinkQuerySet, TreeNodeQuerySet


class TreeNode(models.Model):
    """A result or a condition needed for the one above it (PermenPAN-RB 89/2021); programmes attach to it.

    The node above may belong to the unit's parent or to the region: that is how trees join.
    """

    period = models.ForeignKey(
        PlanningPeriod, models.PROTECT, verbose_name="periode", related_name="tree_nodes"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="tree_nodes")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="mendukung", related_name="children"
    )
    level = models.CharField("tingkat", max_length=15, choices=TreeLevel)
    text = models.TextField("hasil atau kondisi")
    critical = models.BooleanField("faktor kunci keberhasilan (CSF)", default=False)
    owner = models.ForeignKey(
        Position,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="pemilik (jabatan)",
        related_name="tree_nodes",
    )
    objective = models.ForeignKey(
        Objective,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="tujuan/sasaran",
        related_name="tree_nodes",
    )
    indicators = models.ManyToManyField(
        Indicator, blank=True, verbose_name="indikator", related_name="tree_nodes"
    )
    programmes = models.ManyToManyField(
        Programme, blank=True, verbose_name="program", related_name="tree_nodes"
    )
    order = models.PositiveSmallIntegerField("urutan", default=0)

    # What questions put beside a row: `counting` in its queryset, `dress` in `agreements.tree`.
    below_count: int
    measured: list[tuple[Indicator, str]]
    asked: list["TreeLink"]
    contributed: list["TreeLink"]

    objects = TreeNodeQuerySet.as_manager()

    class Meta:
        verbose_name = "simpul pohon kinerja"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.text


class TreeLink(models.Model):
    """Another unit is asked to contribute to a node (crosscutting); it accepts or declines itself."""

    node = models.ForeignKey(TreeNode, models.CASCADE, verbose_name="simpul", related_name="links")
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="unit yang diminta", related_name="tree_links"
    )
    role = models.CharField("yang diharapkan", max_length=300)
    state = models.CharField("jawaban", max_length=10, choices=LinkState, default=LinkState.PROPOSED)
    answering_node = models.ForeignKey(
        TreeNode,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="simpul yang menyumbang",
        related_name="contributes",
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("diminta pada", default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("dijawab pada", null=True, blank=True)
    answer_note = models.CharField("catatan jawaban", max_length=300, blank=True)

    objects = TreeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "dukungan lintas perangkat daerah"
        ordering = ("node_id", "unit__order", "pk")
        constraints = [models.UniqueConstraint(fields=("node", "unit"), name="tree_link_once")]

    def __str__(self) -> str:
        return f"{self.unit} untuk {self.node}"
