"""Gives every request its region, units, open years and the Scope of its account, each read when first asked for."""

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.adapter import address_of
from agreements.models import Region, YearPolicy
from agreements.scope import UnitTree, scope_of
from records.history import Actor


class ScopeMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.region = SimpleLazyObject(lambda: Region.objects.select_related("emblem").first())
        request.tree = SimpleLazyObject(lambda: UnitTree(timezone.localdate()))
        request.scope = SimpleLazyObject(
            lambda: scope_of(
                request.user, region=request.region, tree=request.tree, policies=request.policies
            )
        )
        request.policies = SimpleLazyObject(lambda: list(YearPolicy.objects.order_by("-year")))
        return self.get_response(request)


def actor_of(request, capacity: str = "") -> Actor:
    """Who acts in this request, for the history."""
    user = request.user
    return Actor(user.pk, user.name, capacity, address_of(request))
