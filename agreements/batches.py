"""Acts on many agreements: a loop of the single act, each with its own transaction, event and answer."""

from dataclasses import dataclass, replace

from accounts.permissions import Capability, Scope
from agreements import workflow
from agreements.models import Agreement
from records.history import Actor


@dataclass(frozen=True)
class Outcome:
    """How the step went for one agreement; `said` is the sentence for who took it."""

    agreement: Agreement
    done: bool
    said: str


def attempt(action: str, agreement: Agreement, scope: Scope, who: Actor, **given) -> Outcome:
    """One step of many: what stands in its way is said and stops none of the others.

    Args:
        agreement: as the person saw it, with the version of that moment.
        who: the person; in what capacity follows from the scope.
        given: facts and reason, as `workflow.perform` takes them.
    """
    step = workflow.TRANSITIONS[action]
    capacity = scope.capacity(Capability.ISSUE, agreement.unit_id, agreement.year)
    try:
        workflow.perform(action, agreement, scope, replace(who, capacity=capacity), **given)
    except workflow.Refused:
        return Outcome(agreement, False, f"Anda tidak berwenang: {step.label}.")
    except workflow.TransitionError as error:
        return Outcome(agreement, False, str(error))
    return Outcome(agreement, True, step.done)
