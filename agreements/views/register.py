"""The register of agreements: all of a year, who is late with them, and each office's last days."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from agreements import lateness, tables
from agreements.checking import to_check
from agreements.enums import PRINTED, Status
from agreements.models import Agreement, Position, YearPolicy
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched

# Own agreements, those of others that wait for them, and those to check: the Beranda counts all three.
WHOSE = ("saya", "lain", "periksa")
# Who is late, by how it is told from the address.
SIGNED_LATE, UNSIGNED, WITHOUT = "sesudah", "belum", "tanpa"
LATE_LABELS = {
    SIGNED_LATE: "Ditandatangani setelah batas",
    UNSIGNED: "Belum ditandatangani, lewat batas",
    WITHOUT: "Belum ada PK, lewat batas",
}


@require_safe
def agreement_list(request, year: int):
    policy = policy_or_404(request, year)
    _demand_reader(request)
    scope, day = request.scope, timezone.localdate()
    every = Agreement.objects.visible_to(scope, year).for_year(year)
    counts = every.by_status()
    every = every.with_parties().with_dates()
    status, text = request.GET.get("status", ""), searched(request)
    rows = every.filter(status=status) if status in Status.values else every
    whose = request.GET.get("milik", "")
    if whose == "periksa":
        rows = to_check(rows, scope, policy, day)
    elif whose in WHOSE:
        rows = (rows.mine if whose == "saya" else rows.of_others)(scope, year)
    late = request.GET.get("batas", "")
    without = _without(request, policy, day)
    if late == SIGNED_LATE:
        rows = rows.signed_late(policy)
    elif late == UNSIGNED:
        rows = rows.unsigned_late(policy, day)
    elif late == WITHOUT:
        rows = without
    if text:
        rows = rows.matching(text)
    page = page_of(request, rows)
    context = {
        "year": year,
        "page": page,
        "policy": policy,
        "counts": [(s, label, counts.get(s, 0)) for s, label in Status.choices if counts.get(s)],
        "status": status,
        "whose": whose if whose in WHOSE else "",
        "late": late if late in LATE_LABELS else "",
        "late_counts": _late_counts(every, without, policy, day),
        "text": text,
        "may_create": permissions.may_draft_somewhere(scope, year),
        "may_draft_all": permissions.may_draft_for_all(scope, year),
        "may_record": permissions.may_issue_somewhere(scope, year),
        "printable": sum(counts.get(s, 0) for s in _to_print(status)),
    }
    if late == WITHOUT:
        context["days_without"] = lateness.days_after(policy.agreement_due, day)
    else:
        context["standings"] = [lateness.standing_of(row, policy, day) for row in page]
    return show(request, "agreements/list.html", context, tables.agreements)


@require_safe
def deadlines(request, year: int):
    """For every post that must sign in the year: its last days, and how it stands towards them."""
    policy = policy_or_404(request, year)
    _demand_reader(request)
    day, text = timezone.localdate(), searched(request)
    positions = Position.objects.obliged(lateness.day_of_duty(policy, day)).visible_to(request.scope, year)
    page = page_of(request, positions.matching(text) if text else positions)
    context = {
        "year": year,
        "policy": policy,
        "page": page,
        "text": text,
        "rows": lateness.duties_of(list(page), policy, day),
    }
    return show(request, "agreements/deadlines.html", context, tables.deadlines)


def _demand_reader(request) -> None:
    if not request.scope.reads_something():
        raise PermissionDenied


def _without(request, policy: YearPolicy, day):
    """Posts that must sign, have no agreement at all, and are past the last day for it."""
    if policy.agreement_due is None or policy.agreement_due >= day:
        return Position.objects.none()
    obliged = Position.objects.obliged(lateness.day_of_duty(policy, day))
    return obliged.visible_to(request.scope, policy.year).without_agreement(policy.year)


def _late_counts(every, without, policy: YearPolicy, day) -> list[tuple[str, str, int]]:
    """How many are late and how: value of the address, words, count; none before a last day is over."""
    counts = {
        SIGNED_LATE: every.signed_late(policy).count(),
        UNSIGNED: every.unsigned_late(policy, day).count(),
        WITHOUT: without.count(),
    }
    return [(key, LATE_LABELS[key], count) for key, count in counts.items() if count]


def _to_print(status: str) -> tuple[str, ...]:
    """Statuses whose papers the button prints; a cancelled one only where it is asked for."""
    if status:
        return (status,) if status in PRINTED else ()
    return tuple(s for s in PRINTED if s != Status.CANCELLED)
