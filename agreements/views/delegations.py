"""Pendelegasian: the holder of a post names who submits on its behalf."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import permissions
from agreements import delegations, tables
from agreements.forms.delegations import DelegationForm
from agreements.models import Delegation
from agreements.views.common import demand, query_of
from perjanjian.exporting import show
from perjanjian.paging import page_of

MAY_NOT = "Pendelegasian diatur oleh pemegang jabatan untuk jabatannya sendiri."


def delegation_list(request):
    scope, today = request.scope, timezone.localdate()
    demand(permissions.may_delegate(scope), MAY_NOT)
    query = query_of(request)
    initial = {"starts": today}
    posted = request.POST if request.method == "POST" else None
    form = DelegationForm(posted, scope=scope, query=query, initial=initial)
    if form.is_valid():
        try:
            delegations.name(request, form.instance)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{form.instance.account} sudah ditunjuk.")
            return redirect("agreements:delegation_list")
    rows = Delegation.objects.named_by(scope).select_related("account", "position")
    page = page_of(request, rows)
    context = {
        "form": form,
        "query": query,
        "page": page,
        "rows": [(each, *_state(each, scope, today)) for each in page],
    }
    status = 422 if form.errors else 200
    return show(request, "agreements/people/delegation_list.html", context, tables.delegations, status)


def _state(delegation: Delegation, scope, today) -> tuple[str, str, bool]:
    """Shape, word, and whether it can still be ended."""
    if delegation.ended_at:
        return "cancelled", "Diakhiri", False
    if delegation.ends < today:
        return "superseded", "Selesai", False
    if delegation.position_id not in scope.posts:
        return "cancelled", "Tidak berlaku: jabatan sudah dilepas", True
    if delegation.starts > today:
        return "draft", "Belum mulai", True
    return "in_force", "Berlaku", True


@require_POST
def delegation_end(request, pk: int):
    demand(permissions.may_delegate(request.scope), MAY_NOT)
    delegation = get_object_or_404(Delegation.objects.named_by(request.scope), pk=pk)
    try:
        delegations.end(request, delegation)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Pendelegasian kepada {delegation.account} sudah diakhiri.")
    return redirect("agreements:delegation_list")
