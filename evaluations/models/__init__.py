"""The fact: periods, realisations, evidence, progress of steps, money spent, the report."""

from evaluations.models.evidence import Evidence, EvidenceUse, StepProgress
from evaluations.models.money import BudgetRealisation
from evaluations.models.period import Extension, Period
from evaluations.models.realisation import VALUE_COLUMNS, EarlierYear, Realisation, SourceRevision
from evaluations.models.report import Narrative, Report

__all__ = [
    "VALUE_COLUMNS",
    "BudgetRealisation",
    "EarlierYear",
    "Evidence",
    "EvidenceUse",
    "Extension",
    "Narrative",
    "Period",
    "Realisation",
    "Report",
    "SourceRevision",
    "StepProgress",
]
