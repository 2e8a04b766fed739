"""Jadwal pengukuran: when values are typed, verified and locked, and time given past the lock."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.views.common import number_in
from agreements.years import policy_or_404
from evaluations import calendar, tables
from evaluations.enums import Subject
from evaluations.forms import ExtensionForm, MonthForm, PeriodForm
from evaluations.models import Extension, Period
from evaluations.views.common import refused, who_of
from perjanjian.exporting import show
from perjanjian.numerals import format_date

SHOWN_EXTENSIONS = 100


@require_http_methods(["GET", "HEAD", "POST"])
def measuring(request, year: int):
    """The quarters and months in plain words; who sets policies makes them, moves their days and gives time."""
    policy = policy_or_404(request, year)
    scope = request.scope
    may_change = permissions.may_change_settings(scope)
    if not (may_change or scope.may_somewhere(Capability.VIEW) or scope.posts):
        raise PermissionDenied("Akun ini belum mempunyai peran, jadi belum ada jadwal yang dapat dilihat.")
    day = timezone.localdate()
    quarters, months = list(Period.objects.of_indicators(year)), list(Period.objects.of_budget(year))
    periods = [*quarters, *months]
    forms = _Forms(periods, day) if may_change else None
    if request.method == "POST":
        if forms is None:
            raise refused(request, "mengubah jadwal pengukuran", policy, "Jadwal diatur Bagian Organisasi.")
        if _changed(request, policy, periods, forms):
            return redirect("evaluations:calendar", year)
    context = {
        "year": year,
        "day": day,
        "periods": [(*shown, calendar.windows_of(shown[0], day)) for shown in _shown(quarters, day, forms)],
        "months": _shown(months, day, forms),
        "extensions": _extensions(scope, year),
        "extension_form": forms and forms.extension,
        "may_change": may_change,
    }
    return show(request, "evaluations/calendar.html", context, tables.windows)


def _shown(periods: list[Period], day: date, forms: "_Forms | None") -> list[tuple]:
    """Each period with its phase and, where it may still be moved, its form."""
    return [(period, calendar.phase(period, day), forms and forms.of(period)) for period in periods]


class _Forms:
    """The forms of the page, unbound until one of them is sent."""

    def __init__(self, periods: list[Period], day: date) -> None:
        self.day = day
        self.periods = {period.pk: _form_of(period) for period in periods if not period.is_locked(day)}
        self.extension = ExtensionForm(periods, day)

    def of(self, period: Period) -> PeriodForm | None:
        return self.periods.get(period.pk)


def _form_of(period: Period, data=None) -> PeriodForm:
    made = MonthForm if period.subject == Subject.BUDGET else PeriodForm
    return made(data, instance=period, prefix=f"p{period.pk}")


def _changed(request, policy, periods: list[Period], forms: _Forms) -> bool:
    """Do what the pressed button says; False when its form has something to mend."""
    who = who_of(request, Capability.SETTINGS)
    if "make" in request.POST:
        calendar.open_calendar(policy, who.actor)
        messages.success(request, f"Jadwal pengukuran {policy.year} dibuat dari kebijakan tahun itu.")
        return True
    if "extend" in request.POST:
        forms.extension = ExtensionForm(periods, forms.day, request.POST)
        if not forms.extension.is_valid():
            return False
        given = calendar.give_time(**forms.extension.cleaned_data, actor=who.actor)
        messages.success(request, f"Waktu {given.unit} diperpanjang sampai {format_date(given.expires)}.")
        return True
    if "end" in request.POST:
        given = get_object_or_404(
            Extension.objects.select_related("unit", "period"),
            pk=number_in(request.POST["end"]),
            period__year=policy.year,
        )
        if calendar.end_time(given, forms.day, who.actor):
            messages.success(request, f"Perpanjangan waktu {given.unit} diakhiri.")
        else:
            messages.error(request, "Perpanjangan waktu itu sudah berakhir.")
        return True
    period = get_object_or_404(Period, pk=number_in(request.POST.get("change", "")), year=policy.year)
    if period.is_locked(forms.day):
        messages.error(
            request,
            f"{period} sudah dikunci. Beri perpanjangan waktu kepada perangkat daerah yang memerlukan.",
        )
        return True
    forms.periods[period.pk] = form = _form_of(period, request.POST)
    if not form.is_valid():
        return False
    calendar.change_days(period, form.cleaned_data, who.actor)
    messages.success(request, f"Jadwal {period} disimpan.")
    return True


def _extensions(scope: Scope, year: int) -> list[Extension]:
    """The latest extensions of the units this account sees, or of all for who gives them."""
    rows = Extension.objects.filter(period__year=year).select_related("period", "unit", "granted_by")
    units = scope.units(Capability.VIEW, year)
    if units is not None and not permissions.may_change_settings(scope):
        rows = rows.filter(unit__in=units)
    return list(rows[:SHOWN_EXTENSIONS])
