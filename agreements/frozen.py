"""Guards for everything a signature freezes: refused here with a sentence, in SQL by triggers."""

from django.db import models

from agreements.enums import FROZEN, SIGNED, Status
from records import triggers


class Frozen(Exception):
    """A write to content that is a copy nobody changes any more."""

    def __init__(self) -> None:
        super().__init__(
            "Isi PK ini sudah dibekukan dan tidak dapat diubah. Perubahan dibuat lewat PK Perubahan."
        )


class GuardedQuerySet(models.QuerySet):
    """Refuses to write rows of a frozen agreement in bulk, where `save` is not asked."""

    def _refuse(self) -> None:
        path = self.model.agreement_path
        if self.filter(**{f"{path}__status__in": FROZEN}).exists():
            raise Frozen

    def update(self, **values):
        self._refuse()
        return super().update(**values)

    def delete(self):
        self._refuse()
        return super().delete()

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for agreement in {agreement_of(row) for row in objs}:
            refuse_if_frozen(agreement)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs, *args, **kwargs):
        objs = list(objs)
        for agreement in {agreement_of(row) for row in objs}:
            refuse_if_frozen(agreement)
        return super().bulk_update(objs, *args, **kwargs)


GuardedManager = models.Manager.from_queryset(GuardedQuerySet)


def agreement_of(row):
    found = row
    for name in row.agreement_path.split("__"):
        found = getattr(found, name)
    return found


def refuse_if_frozen(agreement) -> None:
    """Raise Frozen when the agreement's content is frozen in the database now, not in memory."""
    status = type(agreement).objects.filter(pk=agreement.pk).values_list("status", flat=True).first()
    if status in FROZEN:
        raise Frozen


class FrozenWithAgreement(models.Model):
    """A row that belongs to an agreement and freezes with it."""

    agreement_path: str

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        refuse_if_frozen(agreement_of(self))
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse_if_frozen(agreement_of(self))
        return super().delete(*args, **kwargs)


def quoted(states) -> str:
    """States as a list in SQL."""
    return ", ".join(f"'{state}'" for state in states)


_FROZEN = quoted(FROZEN)
_MESSAGE = "Isi PK yang sudah dinyatakan lengkap tidak dapat diubah."
_DIRECT = (
    "EXISTS (SELECT 1 FROM agreements_agreement a WHERE a.id = {row}.agreement_id AND a.status IN ({frozen}))"
)
_THROUGH_OBJECTIVE = (
    "EXISTS (SELECT 1 FROM agreements_agreementobjective o JOIN agreements_agreement a ON a.id = o.agreement_id "
    "WHERE o.id = {row}.objective_id AND a.status IN ({frozen}))"
)


def _content_triggers(table: str, condition: str):
    for operation, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        clause = " OR ".join(condition.format(row=row, frozen=_FROZEN) for row in rows)
        yield triggers.Trigger(
            f"{table}_frozen_{operation.lower()}", table, operation, f"({clause})", _MESSAGE
        )


# The agreement's own columns that freeze with its content; `status` has a rule of its own.
AGREEMENT_COLUMNS = (
    "year", "position_id", "unit_id", "form", "second_position_id", "second_reason", "amends_id",
    "ground", "ground_reason", "budget_waiver", "submitted_by_id", "submitted_at", "recorded_later",
)  # fmt: skip
# What may follow a state; everything else is refused whoever asks.
NEXT = {
    Status.DRAFT: (Status.SUBMITTED, Status.IN_FORCE, Status.CANCELLED),
    Status.SUBMITTED: (Status.DRAFT, Status.READY, Status.CANCELLED),
    Status.READY: (Status.IN_SIGNING, Status.DRAFT, Status.CANCELLED),
    Status.IN_SIGNING: (Status.IN_FORCE, Status.DRAFT, Status.CANCELLED),
    Status.IN_FORCE: (Status.SUPERSEDED,),
    Status.SUPERSEDED: (),
    Status.CANCELLED: (),
}


def _status_clause() -> str:
    clauses = []
    for state, following in NEXT.items():
        allowed = quoted((state, *following))
        clauses.append(f"(OLD.status = '{state}' AND NEW.status NOT IN ({allowed}))")
    has_signature = (
        "EXISTS (SELECT 1 FROM agreements_signature s JOIN agreements_issue i ON i.id = s.issue_id "
        "WHERE i.agreement_id = OLD.id)"
    )
    signed = f"(OLD.status <> NEW.status AND NEW.status IN ('draft', 'cancelled') AND {has_signature})"
    # Straight from the draft only what was signed on paper before, marked so and with its scan.
    recorded = (
        f"(OLD.status = 'draft' AND NEW.status = 'in_force' AND NOT (NEW.recorded_later AND {has_signature}))"
    )
    # The paper that was issued last comes into force by its signatures alone.
    unsigned = (
        "EXISTS (SELECT 1 FROM agreements_issue i WHERE i.agreement_id = OLD.id AND NOT EXISTS "
        "(SELECT 1 FROM agreements_issue l WHERE l.agreement_id = i.agreement_id AND l.sequence > i.sequence) "
        "AND NOT EXISTS (SELECT 1 FROM agreements_signature s WHERE s.issue_id = i.id))"
    )
    in_force = f"(OLD.status = 'in_signing' AND NEW.status = 'in_force' AND {unsigned})"
    return "(" + " OR ".join([*clauses, signed, recorded, in_force]) + ")"


def changed(columns) -> str:
    """The condition of a trigger that one of the columns is written differently."""
    # COALESCE over text: the one comparison of nullable columns both databases read alike.
    return " OR ".join(
        f"COALESCE(CAST(OLD.{c} AS TEXT), '') <> COALESCE(CAST(NEW.{c} AS TEXT), '')" for c in columns
    )


# What a promised indicator may no longer change: agreements and facts already rest on it.
INDICATOR_COLUMNS = ("unit_of_measure", "kind", "polarity", "accumulation", "factor", "scale_id")
_PROMISED = (
    "EXISTS (SELECT 1 FROM agreements_agreementindicator p "
    "JOIN agreements_agreementobjective o ON o.id = p.objective_id "
    "JOIN agreements_agreement a ON a.id = o.agreement_id "
    "WHERE p.indicator_id = OLD.id AND a.status IN ({frozen}))"
)

triggers.register(
    *_content_triggers("agreements_agreementobjective", _DIRECT),
    *_content_triggers("agreements_agreementbudget", _DIRECT),
    *_content_triggers("agreements_agreementindicator", _THROUGH_OBJECTIVE),
    triggers.Trigger(
        "agreement_frozen_update",
        "agreements_agreement",
        "UPDATE",
        f"OLD.status IN ({_FROZEN}) AND NEW.status IN ({_FROZEN}) AND ({changed(AGREEMENT_COLUMNS)})",
        _MESSAGE,
    ),
    triggers.Trigger(
        "agreement_begins_as_draft",
        "agreements_agreement",
        "INSERT",
        f"NEW.status <> '{Status.DRAFT}'",
        "PK selalu dimulai sebagai draf.",
    ),
    triggers.Trigger(
        "agreement_status_order",
        "agreements_agreement",
        "UPDATE",
        _status_clause(),
        "Status PK hanya dapat berpindah menurut urutannya, dan yang sudah ditandatangani tidak kembali.",
    ),
    triggers.Trigger(
        "agreement_frozen_delete",
        "agreements_agreement",
        "DELETE",
        f"OLD.status IN ({_FROZEN})",
        "PK yang sudah dinyatakan lengkap tidak dapat dihapus.",
    ),
    triggers.Trigger(
        "indicator_promised_update",
        "agreements_indicator",
        "UPDATE",
        f"({changed(INDICATOR_COLUMNS)}) AND " + _PROMISED.format(frozen=_FROZEN),
        "Satuan, jenis, arah, dan cara hitung indikator yang sudah diperjanjikan tidak dapat diubah.",
    ),
)


def is_promised(indicator) -> bool:
    """Whether any frozen agreement promises this indicator, so that its measure is fixed."""
    return indicator.promises.filter(objective__agreement__status__in=FROZEN).exists()


__all__ = [
    "AGREEMENT_COLUMNS",
    "INDICATOR_COLUMNS",
    "NEXT",
    "SIGNED",
    "Frozen",
    "FrozenWithAgreement",
    "GuardedManager",
    "changed",
    "is_promised",
    "quoted",
    "refuse_if_frozen",
]
