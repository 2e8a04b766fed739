"""A request as the acts of pages take it, for an account of the demo on a day."""

from datetime import date

from django.http import HttpRequest

from accounts.permissions import Capability
from agreements.models import Unit
from evaluations.demo.world import World


class Acting(HttpRequest):
    """An account acting on this very machine, where the demo is loaded."""

    def __init__(
        self, world: World, username: str, day: date, capability: Capability, unit: Unit | None = None
    ) -> None:
        super().__init__()
        self.META["REMOTE_ADDR"] = "127.0.0.1"
        self.user = world.accounts[username]
        self.scope = world.person(username, day, capability, unit).scope
