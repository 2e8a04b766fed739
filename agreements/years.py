"""Opening a year: its policies and the wording of its documents."""

from datetime import date

from django.db import IntegrityError, transaction
from django.http import Http404

from agreements import texts
from agreements.enums import Rhythm
from agreements.models import DocumentText, YearPolicy

# What belongs to one year alone and is not taken over by the next.
OF_ONE_YEAR = ("id", "year", "agreement_due", "amendment_due", "action_plan_due", "report_due", "circular")


@transaction.atomic
def open_year(year: int) -> YearPolicy:
    """The policy row of a year; a new year takes over what the year before decided."""
    existing = YearPolicy.objects.filter(year=year).first()
    if existing:
        return existing
    before = YearPolicy.objects.filter(year__lt=year).order_by("-year").first()
    policy = YearPolicy(year=year, agreement_due=date(year, 1, 31), report_due=usual_report_due(year))
    if before:
        for field in YearPolicy._meta.concrete_fields:
            if field.name not in OF_ONE_YEAR:
                setattr(policy, field.attname, getattr(before, field.attname))
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError:
        # Somebody opened the year a moment ago, with its wording.
        return YearPolicy.objects.get(year=year)
    wording = {key: text for key, (_, text) in texts.DEFAULTS.items()}
    if before:
        wording |= dict(before.texts.values_list("key", "text"))
    DocumentText.objects.bulk_create(
        DocumentText(policy=policy, key=key, text=text) for key, text in sorted(wording.items())
    )
    return policy


def usual_report_due(year: int) -> date:
    """By when the performance reports on a year are due unless its policy says otherwise: two months after
    its end (Perpres 29/2014)."""
    return date(year + 1, 2, 28)


def rhythm_of(year: int) -> str:
    """How often indicators are filled in, by the policy of the year; of a year without one, each quarter."""
    rows = YearPolicy.objects.filter(year=year).values_list("indicator_rhythm", flat=True)
    return rows.first() or Rhythm.QUARTER


def policy_or_404(request, year: int) -> YearPolicy:
    """The policy of an open year, out of those the request has read for its header; others have no pages."""
    for policy in request.policies:
        if policy.year == year:
            return policy
    raise Http404(f"Tahun {year} belum dibuka.")
