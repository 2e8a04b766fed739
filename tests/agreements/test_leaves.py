"""Budgets are leaves, whoever writes: the database refuses a program beside its own kegiatan."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from agreements.changes import sentence_of
from agreements.enums import BudgetVersion
from agreements.models import Budget, Programme
from agreements.models.leaves import TWO_LEVELS
from agreements.nomenclature import at_detail, codes_above, related, step_of
from tests.factories import make_budget

pytestmark = pytest.mark.django_db

PROGRAM, ACTIVITY, SUB = "1.02.02", "1.02.02.2.01", "1.02.02.2.01.0001"


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return sentence_of(error) == TWO_LEVELS
    return False


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        (PROGRAM, ACTIVITY, True),
        (PROGRAM, SUB, True),
        (ACTIVITY, SUB, True),
        (SUB, PROGRAM, True),
        (SUB, ACTIVITY, True),
        (ACTIVITY, PROGRAM, True),
        ("1.02", SUB, True),
        (SUB, "1.02", True),
        (PROGRAM, "1.02.03", False),
        (ACTIVITY, "1.02.02.2.02.0001", False),
        (SUB, "1.02.02.2.01.0002", False),
        # An old ending of two digits is no program of the new one of four.
        ("1.02.02.2.01.00", "1.02.02.2.01.0001", False),
    ],
)
def test_no_row_lies_within_another(government, first, second, clashes):
    make_budget(government.kesehatan, code=first)
    assert refused(lambda: make_budget(government.kesehatan, code=second)) is clashes


def test_programmes_without_a_code_lie_within_nothing(government):
    make_budget(government.kesehatan, code="", name="Program A")
    make_budget(government.kesehatan, code="", name="Program B")
    make_budget(government.kesehatan, code=PROGRAM)


@pytest.mark.parametrize(
    "elsewhere",
    [{"year": 2027}, {"version": BudgetVersion.REVISED}, {"fund_source": "DAK"}, {"unit": "pendidikan"}],
)
def test_another_year_version_source_or_unit_is_its_own(government, elsewhere):
    make_budget(government.kesehatan, code=PROGRAM)
    unit = getattr(government, elsewhere.pop("unit", "kesehatan"))
    moved = make_budget(unit, code=SUB, **elsewhere)
    values = {
        "unit": government.kesehatan,
        "year": 2026,
        "version": BudgetVersion.ORIGINAL,
        "fund_source": "APBD",
    }
    assert refused(lambda: Budget.objects.filter(pk=moved.pk).update(**values))


def test_the_amount_may_change_and_a_row_may_take_the_place_of_its_own(government):
    budget = make_budget(government.kesehatan, code=PROGRAM)
    Budget.objects.filter(pk=budget.pk).update(amount=Decimal(5))
    activity = Programme.objects.create(code=ACTIVITY, name="Kegiatan", nomenclature_year=2025)
    Budget.objects.filter(pk=budget.pk).update(programme=activity)
    assert Budget.objects.get().programme == activity


def test_rows_written_together_are_held_against_each_other(government):
    codes = (PROGRAM, SUB)
    programmes = [Programme.objects.create(code=c, name=c, nomenclature_year=2025) for c in codes]
    rows = [Budget(unit=government.kesehatan, programme=p, year=2026, amount=1) for p in programmes]
    assert refused(lambda: Budget.objects.bulk_create(rows))
    assert not Budget.objects.exists()


def test_a_programme_gets_no_code_that_would_put_two_levels_side_by_side(government):
    named = make_budget(government.kesehatan, code="", name="Program tanpa kode").programme
    make_budget(government.kesehatan, code=SUB)
    assert refused(lambda: Programme.objects.filter(pk=named.pk).update(code=PROGRAM))
    Programme.objects.filter(pk=named.pk).update(code="1.02.03")
    assert refused(lambda: Programme.objects.filter(code=SUB).update(code="1.02.03.2.01"))


def test_codes_are_told_apart_by_their_shape():
    assert [at_detail(SUB, detail) for detail in ("programme", "activity", "sub_activity")] == [
        PROGRAM,
        ACTIVITY,
        SUB,
    ]
    assert [at_detail(code, "activity") for code in ("", "1.02", PROGRAM)] == ["", "1.02", PROGRAM]
    assert [step_of(code) for code in ("1.02", PROGRAM, ACTIVITY, SUB)] == [
        "programme",
        "programme",
        "activity",
        "sub_activity",
    ]
    assert codes_above(PROGRAM) == ["1", "1.02"]
    assert (related(SUB, PROGRAM), related(PROGRAM, SUB), related("", ""), related(SUB, "1.02.0")) == (
        True,
        True,
        False,
        False,
    )
