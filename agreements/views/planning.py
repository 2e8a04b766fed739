"""What all pages of the plan share: who reads it, who changes it, and choosing a perangkat daerah first."""

from accounts import permissions
from accounts.permissions import Capability
from agreements.models import Unit
from agreements.outline import path_of
from agreements.views.common import Found, Question, choose, demand, named_in, query_of
from agreements.years import policy_or_404

MAY_NOT = "Rencana dan Kamus Indikator diubah oleh Perencana atau Bagian Organisasi."
MAY_NOT_READ = "Peran akun Anda tidak mencakup melihat rencana."
FORM = "agreements/form.html"


def reader(request, year: int) -> None:
    """404 for a year nobody opened, 403 for who reads nothing."""
    policy_or_404(request, year)
    demand(request.scope.may_somewhere(Capability.VIEW), MAY_NOT_READ)


def planner(request, year: int) -> None:
    policy_or_404(request, year)
    demand(permissions.may_plan(request.scope, year), MAY_NOT)


def ask_unit(request, title: str, lead: str):
    """The page on which one of the perangkat daerah is chosen first."""
    query = query_of(request)
    units = Unit.objects.visible_to(request.scope).offices().filter(valid_to=None)
    rows = [Found(unit.name, unit.get_kind_display(), unit.pk) for unit in units.matching(query)[:100]]
    return choose(request, Question(title, lead, "unit", "Nama perangkat daerah"), rows)


def chosen_unit(request) -> Unit | None:
    return named_in(request, "unit", Unit.objects.visible_to(request.scope).with_ancestors())


def and_above(unit: Unit) -> list[int]:
    """The unit and what it belongs to, by number; read it with its ancestors."""
    return [unit.pk, *(above.pk for above in path_of(unit))]
