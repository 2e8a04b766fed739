"""The policies of a year: what they are, what they mean, and what changing one would do before it is saved."""

from copy import copy

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes
from agreements.changes import fingerprint
from agreements.models import YearPolicy
from agreements.views.common import demand
from agreements.views.settings import MAY_NOT
from agreements.years import policy_or_404
from evaluations import rhythm
from evaluations.forms.policies import GROUPS, PLACEHOLDER_HELP, PolicyForm, PolicyGroup, shown
from evaluations.policy_effects import effects_of
from evaluations.policy_examples import example_of


@require_safe
def policy(request, year: int):
    """All policies of a year by group, each a way to its own page."""
    found = _policy(request, year)
    groups = [(group, shown(found, group).items()) for group in GROUPS.values()]
    context = {"policy": found, "groups": groups, "timeline": changes.timeline(found)}
    return render(request, "evaluations/policy.html", context)


def policy_edit(request, year: int, group: str):
    """One group of policies. What is sent is shown with what it would change; sent again it is saved."""
    found = _policy(request, year)
    if group not in GROUPS:
        raise Http404("Tidak ada bagian kebijakan ini.")
    chosen, day = GROUPS[group], timezone.localdate()
    # Settings are kept also by who reads no agreement: an office's results are not shown to them here either.
    sees = request.scope.units(Capability.VIEW, year) is None
    stored = copy(found)
    form = PolicyForm(request.POST or None, instance=found, group=chosen)
    context = {"policy": found, "group": chosen, "form": form, "sees": sees}
    if request.method == "POST" and form.is_valid():
        changed = form.changes(stored)
        if not changed:
            messages.info(request, "Tidak ada yang berubah.")
            return redirect("evaluations:policy", year)
        mark = fingerprint({name: after for name, _, after in changed})
        if request.POST.get("dilihat") == mark and _saved(request, form, chosen):
            messages.success(request, f"{chosen.title} tahun {year} sudah disimpan.")
            return redirect("evaluations:policy", year)
        if not form.errors:
            effects = effects_of(stored, form.instance, day)
            context |= {"changed": changed, "mark": mark, "effects": effects}
    if request.method != "POST":
        context["example"] = example_of(group, found, day, sees)
    context["placeholders"] = PLACEHOLDER_HELP if chosen.with_texts else ""
    status = 422 if form.errors else 200
    return render(request, "evaluations/policy_form.html", context, status=status)


def _policy(request, year: int) -> YearPolicy:
    demand(permissions.may_change_settings(request.scope), MAY_NOT)
    return policy_or_404(request, year)


def _saved(request, form: PolicyForm, group: PolicyGroup):
    follows = rhythm.follow if "indicator_rhythm" in group.fields else (lambda row: None)
    return changes.save(
        request, form, "mengubah kebijakan tahun", capability=Capability.SETTINGS, and_then=follows
    )
