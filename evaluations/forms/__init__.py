"""What is typed about facts, one module a subject."""

from evaluations.forms.entry import ReasonForm, RowForm, mark_of
from evaluations.forms.fields import faults_of, value_fields
from evaluations.forms.proof import LinkField, ManyFilesField
from evaluations.forms.revision import DecisionForm, RevisionForm
from evaluations.forms.schedule import ExtensionForm, MonthForm, PeriodForm
from evaluations.forms.simulation import SIMULATED_KINDS, SimulationForm
from evaluations.forms.verification import VerdictForm

__all__ = [
    "SIMULATED_KINDS",
    "DecisionForm",
    "ExtensionForm",
    "LinkField",
    "ManyFilesField",
    "MonthForm",
    "PeriodForm",
    "ReasonForm",
    "RevisionForm",
    "RowForm",
    "SimulationForm",
    "VerdictForm",
    "faults_of",
    "mark_of",
    "value_fields",
]
