"""Questions about action plans: their versions, targets and steps."""

from collections.abc import Collection

from django.db import models

from accounts.permissions import Scope
from agreements.enums import SIGNED, ActionPlanStatus, Status

# Agreements whose content stands, so that an action plan can be written for them.
PLANNABLE = (Status.READY, Status.IN_SIGNING, Status.IN_FORCE)
PLANS_IN_PREPARATION = (ActionPlanStatus.DRAFT, ActionPlanStatus.SUBMITTED)
# With these the unit has done its part.
HANDED_IN = (ActionPlanStatus.SUBMITTED, ActionPlanStatus.IN_FORCE)


class ActionPlanQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """Those of the agreements the account may read."""
        from agreements.models import Agreement

        return self.filter(agreement__in=Agreement.objects.visible_to(scope, year))

    def in_force(self):
        return self.filter(status=ActionPlanStatus.IN_FORCE)

    def in_preparation(self):
        return self.filter(status__in=PLANS_IN_PREPARATION)

    def standing(self):
        """Those the year is followed by: in force, and no plan of an amendment took their place."""
        followed = self.model.objects.in_force().filter(agreement__amends=models.OuterRef("agreement"))
        return self.in_force().filter(~models.Exists(followed), agreement__status__in=SIGNED)


class ActionPlanTargetQuerySet(models.QuerySet):
    def in_force_of(self, promises: Collection[int]):
        """The quarters' targets of these promises in plans in force."""
        return self.filter(promise__in=promises, plan__status=ActionPlanStatus.IN_FORCE)


class ActionStepQuerySet(models.QuerySet):
    def with_people(self):
        """With who answers for the step and its programme."""
        return self.select_related("person_in_charge", "budget_line")

    def of_budgets(self, agreement):
        """The steps paid from a line of the agreement's table B."""
        return self.filter(budget_line__agreement=agreement).select_related("budget_line")

    def standing(self):
        """The steps of the plans the year is followed by."""
        from agreements.models import ActionPlan

        return self.filter(plan__in=ActionPlan.objects.standing())
